/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process_machine.h: one virtual machine among the processes: its identity and what it holds.
 *
 * process.c keeps the machines; process_report.c adds their records to a sample. One thread.
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
    uint64_t clock_ns; /* CPU time it had used when `now` was read; 0 = not known */
    struct procfs_status memory;
    uint64_t resident_pages; /* at the time `memory` was read */
    int64_t memory_due;
    struct process_threads threads;
    struct process_fds fds;
    int fds_error;
    struct process_kvm kvm;
    struct process_numa numa;
    GPtrArray *nics;      /* struct ident *, one for each of fds.taps */
    bool grouped;         /* its control group is known */
    bool provisional;     /* the group it was found in may turn out to be its own */
    bool remote_disks;    /* it has a disk that no control group counts */
    unsigned passed_nics; /* network cards that are passed through to it */
    bool elsewhere;       /* its interfaces are in another network namespace */
    bool placed;          /* it was looked up in which one the machine is: */
    bool apart;           /* not in that of the host */
    struct netdev_table own_netdev;
    int64_t threads_listed, threads_due, fds_due;
};

/* Takes the arguments out of FOUND. */
struct machine *machine_new(struct process_found *found, struct kept_budget *b);
void machine_free(struct machine *m, struct kept_budget *b);

/* Bring m->now up to date. Returns whether the machine still exists. */
bool machine_is_there(struct machine *m, struct kept_budget *b);

/* Refresh what changes rarely, when it is due: threads, descriptors, control group. */
void machine_refresh(struct machine *m, struct kept_budget *b);

/* The path of the control group it has to itself; NULL: none is known. */
const char *machine_group(const struct machine *m);

/* Its accelerator: what it holds counts more than its command line. */
enum accel machine_accel(const struct machine *m);

/* The number of vCPUs by its descriptors, else by its command line; 0 = not known. */
unsigned machine_vcpus(const struct machine *m);

/* Whether some of its vCPUs are not known among its threads, because these have no names. */
bool machine_lacks_vcpus(const struct machine *m);

/* New interfaces appeared, one of which may be its tap: look at its descriptors at DUE_NS. */
void machine_expect_tap(struct machine *m, int64_t due_ns);

/* What all machines of one collection share. */
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
