/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process_numa.h: the memory nodes of the host that hold a machine's memory and run its vCPUs.
 *
 * To print numa_maps the kernel walks all page tables of a process (measured: 24 ms per GiB of
 * small pages, with the process's memory map locked). Therefore only the guest in focus is read, by
 * a thread of its own, at most twice a minute and at most one hundredth of the time. On a host with
 * a single node nothing is read.
 *
 * All functions are called by one thread.
 */
#ifndef VTOP_COLLECT_PROCESS_NUMA_H
#define VTOP_COLLECT_PROCESS_NUMA_H

#include "collect/process/process_threads.h"

enum { NUMA_NODES_MAX = 64 };

/* The nodes of the host. */
struct numa_host {
    unsigned count;    /* 0: the kernel does not say */
    GByteArray *nodes; /* the node of each CPU; NUMA_NODES_MAX: not known */
    int64_t due;
};

struct numa_host *numa_host_new(void);
void numa_host_free(struct numa_host *n);

/* Read the nodes again if that is due: CPUs can be plugged in and out. */
void numa_host_refresh(struct numa_host *n, struct kept_budget *b);

/* The node of a CPU, or NUMA_NODES_MAX. */
unsigned numa_host_node(const struct numa_host *n, uint64_t cpu);

/* One machine. */
struct numa_reading;
struct process_numa {
    struct numa_reading *pending; /* a thread is reading it; NULL = none is */
    struct numa_reading *last;    /* NULL: it was never read */
    int64_t due;
    int error;                            /* of opening the file: 0 or -errno */
    struct ident *idents[NUMA_NODES_MAX]; /* of the parts; NULL = it never had memory there */
};

void process_numa_clear(struct process_numa *n);

/* Start a reading if one is due, and add the machine's parts "node:N" to OUT. GUEST is the ident of
 * the machine, R its record, in which R_PROC_NODES is set. */
void process_numa_report(struct process_numa *n, const struct numa_host *host,
                         const struct process_threads *t, const struct ident *guest,
                         struct kept_budget *b, struct record *r, struct sample *out);

/* The bytes on each node, from the text of numa_maps. */
void process_numa_parse(const char *text, uint64_t bytes[NUMA_NODES_MAX]);

#endif
