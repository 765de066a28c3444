/* process_machine.h: one virtual machine among the processes: who it is, and what it holds.
 *
 * Between process.c, which keeps the machines, and process_report.c, which reports them. One
 * thread.
 */
#ifndef VTOP_COLLECT_PROCESS_MACHINE_H
#define VTOP_COLLECT_PROCESS_MACHINE_H

#include "collect/netdev.h"
#include "collect/process/process_kvm.h"
#include "collect/process/process_numa.h"
#include "collect/process/process_scan.h"
#include "collect/process/process_threads.h"
#include "collect/source.h"

struct machine {
    pid_t pid;
    uint64_t start_time;
    bool hidden;
    struct process_args args;
    struct ident *ident;
    struct kept stat, statm, status, netdev;
    struct procfs_stat now;
    uint64_t clock_ns; /* what it had used when `now` was read; 0: it was not asked */
    struct procfs_status memory;
    uint64_t resident_pages; /* when `memory` was read */
    int64_t memory_due;
    struct process_threads threads;
    struct process_fds fds;
    int fds_error;
    struct process_kvm kvm;
    struct process_numa numa;
    GPtrArray *nics;      /* struct ident *, one for each of fds.taps */
    bool grouped;         /* its control group is known */
    bool provisional;     /* it was found in one that may turn out to be its own */
    bool remote_disks;    /* a control group does not count what one of its disks does */
    unsigned passed_nics; /* network cards that are passed through to it */
    bool elsewhere;       /* its interfaces are in another network namespace */
    struct netdev_table own_netdev;
    int64_t threads_listed, threads_due, fds_due;
};

/* Takes over what FOUND knows. */
struct machine *machine_new(struct process_found *found, struct kept_budget *b);
void machine_free(struct machine *m, struct kept_budget *b);

/* See to it that m->now is what its stat says. Whether it is still there. */
bool machine_is_there(struct machine *m, struct kept_budget *b);

/* What is looked at now and then: its threads, what it holds open, its control group. */
void machine_refresh(struct machine *m, struct kept_budget *b);

/* The path of the control group it has to itself; NULL: none is known. */
const char *machine_group(const struct machine *m);

/* What it runs on: what it holds says more than its command line. */
enum accel machine_accel(const struct machine *m);

/* How many vCPUs it has as far as it holds them, or was told; 0 = not known. */
unsigned machine_vcpus(const struct machine *m);

/* Not all of its vCPUs are known among its threads: the others have no names. */
bool machine_lacks_vcpus(const struct machine *m);

/* Interfaces have come: one of them may be its tap. */
void machine_expect_tap(struct machine *m, int64_t due_ns);

/* What all machines of a round have in common. */
struct machine_round {
    const struct demand *demand;
    const struct netdev_table *interfaces; /* of the host, read at net_ns */
    int64_t net_ns;
    const struct numa_host *numa;
    struct kept_budget *budget;
};

/* Add all its records. */
void machine_report(struct machine *m, const struct machine_round *round, struct sample *out);

#endif
