/* process_threads.h: the threads of one virtual machine, what each of them does, and their time.
 *
 * Roles come from thread names where the program gives them (QEMU with debug-threads=on, as libvirt
 * and Proxmox start it; Firecracker, Cloud Hypervisor, crosvm, kvmtool). Without names a vCPU is
 * the thread that waits inside KVM_RUN on a vCPU's descriptor or, where that may not be looked at
 * or the thread never waits, the one whose guest time grows.
 *
 * Sums only grow: the time of threads that ended stays in them.
 *
 * Any user can start a process with many thousands of threads that looks like a machine, so only
 * the first ones of a process are listed, PROCESS_THREADS_MAX and as many as it has vCPUs: a real
 * machine has fewer.
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
    bool passed; /* it was not read when others were */
    char name[32];
    struct kept schedstat, stat;
    struct procfs_schedstat time;
    uint64_t guest_ns; /* to see it grow, while vCPUs are searched */
    uint64_t last_cpu;
    int64_t read_ns;
    struct ident *vcpu, *task; /* made when first asked for */
};

struct process_threads {
    pid_t pid;
    char command[32];                  /* the name of the process */
    GPtrArray *list;                   /* struct process_thread, by tid */
    bool begun;                        /* the sums have a beginning */
    unsigned vcpus;                    /* vCPU threads found, */
    bool searched;                     /* one at least by what it does, not by its name */
    bool single;                       /* one thread runs all vCPUs */
    unsigned own;                      /* threads of the process itself, when it was last listed */
    bool cut;                          /* it has more, which are not listed */
    bool searching;                    /* a thread without a name may turn out to be a vCPU */
    bool complete;                     /* all vCPUs are known */
    bool accounted;                    /* the kernel keeps scheduler statistics */
    bool clocked;                      /* `all` has its time from the clock of the process */
    struct procfs_schedstat all, vcpu; /* sums */
    struct procfs_schedstat kernel;    /* of its threads in the kernel, which are no part of it */
    clockid_t clock;                   /* of the process; 0: not asked for yet */
};

void process_threads_init(struct process_threads *t, pid_t pid);
void process_threads_clear(struct process_threads *t, struct kept_budget *b);

/* List the first MOST threads: now and then, or when their number has changed. */
void process_threads_list(struct process_threads *t, unsigned most, struct kept_budget *b);

/* Add a vhost thread of the kernel (before 6.4 and after 6.16 they are not among the threads). */
void process_threads_add_vhost(struct process_threads *t, pid_t tid);

/* Search vCPUs among nameless threads until WANTED of them are known. FDS may be empty. */
void process_threads_search(struct process_threads *t, const struct process_fds *fds,
                            unsigned wanted, struct kept_budget *b);

/* The clock of the process: what all its threads have used, those that have ended as well, in one
 * call. False: this is no process of the running host. */
bool process_threads_clock(struct process_threads *t, const struct root *root, uint64_t *ns);

/* Read what vCPUs and all together used; DETAIL: each thread, and which CPU it ran on last. */
void process_threads_read(struct process_threads *t, bool detail, struct kept_budget *b);

#endif
