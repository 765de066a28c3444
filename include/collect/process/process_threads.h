/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process_threads.h: the threads of one virtual machine, their roles and their CPU time.
 *
 * Roles come from thread names where the program sets them (QEMU with debug-threads=on, as libvirt
 * and Proxmox start it; Firecracker, Cloud Hypervisor, crosvm, kvmtool). Without names, a vCPU is
 * the thread that waits in KVM_RUN on the descriptor of a vCPU. If that cannot be read, or the
 * thread never waits, it is the thread whose guest time grows.
 *
 * Sums only grow: the time of threads that have ended stays in them.
 *
 * Any user can start a process that looks like a machine and has thousands of threads. Therefore
 * only the first threads of a process are listed: PROCESS_THREADS_MAX, and one for each vCPU. Real
 * machines have fewer.
 */
#ifndef VTOP_COLLECT_PROCESS_THREADS_H
#define VTOP_COLLECT_PROCESS_THREADS_H

#include "collect/kept.h"
#include "collect/process/process_fds.h"
#include "collect/procfs.h"
#include "model/sample.h"

#include <time.h>

enum { PROCESS_THREADS_MAX = 512 };

enum thread_role {
    THREAD_VCPU,
    THREAD_EMULATOR,
    THREAD_IOTHREAD,
    THREAD_VHOST,
    THREAD_WORKER,
    THREAD_OTHER
};

struct process_thread {
    pid_t tid;
    enum thread_role role;
    int index;   /* which vCPU */
    bool kernel; /* a vhost thread of the kernel: a process of its own in /proc */
    bool listed;
    bool read;
    bool passed; /* it was not read in the last round */
    char name[32];
    struct kept schedstat, stat;
    struct procfs_schedstat time;
    uint64_t guest_ns; /* compared with the next reading, while vCPUs are searched */
    uint64_t last_cpu;
    int64_t read_ns;
    struct ident *vcpu, *task; /* NULL until first reported */
};

struct process_threads {
    pid_t pid;
    char command[32];                  /* the name of the process */
    GPtrArray *list;                   /* struct process_thread, by tid */
    bool begun;                        /* all threads were read once */
    unsigned vcpus;                    /* vCPU threads found */
    bool searched;                     /* at least one of them was found without its name */
    bool single;                       /* one thread runs all vCPUs */
    unsigned own;                      /* threads of the process itself, when it was last listed */
    bool cut;                          /* it has more threads than are listed */
    bool searching;                    /* a thread without a name may turn out to be a vCPU */
    bool complete;                     /* all vCPUs are known */
    bool accounted;                    /* the kernel keeps scheduler statistics */
    bool clocked;                      /* the time in `all` is from the clock of the process */
    struct procfs_schedstat all, vcpu; /* sums */
    struct procfs_schedstat kernel;    /* of its vhost threads that are kernel processes */
    clockid_t clock;                   /* of the process; 0 = not known yet */
};

void process_threads_init(struct process_threads *t, pid_t pid);
void process_threads_clear(struct process_threads *t, struct kept_budget *b);

/* List the first MOST threads. To be called when their number has changed, and now and then. */
void process_threads_list(struct process_threads *t, unsigned most, struct kept_budget *b);

/* Add a vhost thread of the kernel (before Linux 6.4 and after 6.16 these are processes of their
 * own).
 */
void process_threads_add_vhost(struct process_threads *t, pid_t tid);

/* Search vCPUs among threads without names until WANTED of them are known. FDS may be empty. */
void process_threads_search(struct process_threads *t, const struct process_fds *fds,
                            unsigned wanted, struct kept_budget *b);

/* The CPU time that all threads of the process have used, including those that have ended. False:
 * this is no process of the running host. */
bool process_threads_clock(struct process_threads *t, const struct root *root, uint64_t *ns);

/* Read the CPU time of the vCPUs and the sum of all; with DETAIL that of each thread, and the CPU
 * on which it ran last. */
void process_threads_read(struct process_threads *t, bool detail, struct kept_budget *b);

#endif
