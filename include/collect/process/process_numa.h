/* process_numa.h: on which memory nodes of the host a machine's memory lies, and its vCPUs run.
 *
 * The kernel walks all page tables of a process to answer (numa_maps: 24 ms per GiB of small
 * pages, measured, with the process's memory map locked), so only the machine that is looked at
 * closely is asked, by a thread that does nothing else, at most twice a minute and for at most a
 * hundredth of the time; and none on a host with a single node, where there is nothing to tell.
 *
 * One thread calls this.
 */
#ifndef VTOP_COLLECT_PROCESS_NUMA_H
#define VTOP_COLLECT_PROCESS_NUMA_H

#include "collect/process/process_threads.h"

enum { NUMA_NODES_MAX = 64 };

/* The nodes of the host. */
struct numa_host {
    unsigned count;    /* 0: the kernel does not say */
    GByteArray *nodes; /* by CPU: its node; NUMA_NODES_MAX: not known */
    int64_t due;
};

struct numa_host *numa_host_new(void);
void numa_host_free(struct numa_host *n);

/* Now and then: CPUs may come and go. */
void numa_host_refresh(struct numa_host *n, struct kept_budget *b);

/* The node of a CPU, or NUMA_NODES_MAX. */
unsigned numa_host_node(const struct numa_host *n, uint64_t cpu);

/* One machine. */
struct numa_reading;
struct process_numa {
    struct numa_reading *pending; /* a thread is at it; NULL: none is */
    struct numa_reading *last;    /* NULL: it was never read */
    int64_t due;
    int error;                            /* of opening the file: 0 or -errno */
    struct ident *idents[NUMA_NODES_MAX]; /* of the parts; NULL: it never had memory there */
};

void process_numa_clear(struct process_numa *n);

/* Read it if it is time, and add the machine's parts "node:N" to OUT. GUEST is its ident, R its
 * record, which gets R_PROC_NODES. */
void process_numa_report(struct process_numa *n, const struct numa_host *host,
                         const struct process_threads *t, const struct ident *guest,
                         struct kept_budget *b, struct record *r, struct sample *out);

/* How many bytes lie on each node, from the text of numa_maps. */
void process_numa_parse(const char *text, uint64_t bytes[NUMA_NODES_MAX]);

#endif
