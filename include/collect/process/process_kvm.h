/* process_kvm.h: what KVM itself counts of one virtual machine.
 *
 * Its process may hold descriptors to be read (process_kvm_stats.h); else debugfs shows it:
 * /sys/kernel/debug/kvm/TID-FD/ belongs to the machine that thread TID made as its descriptor FD.
 * Its files are sums over the vCPUs. Only root may read them, if debugfs is mounted at all, and
 * nobody on a kernel that is locked down: then the readings are absent and say which of it is so.
 * Files are kept open while they are read in every round.
 */
#ifndef VTOP_COLLECT_PROCESS_KVM_H
#define VTOP_COLLECT_PROCESS_KVM_H

#include "collect/process/process_fds.h"
#include "collect/process/process_threads.h"

enum { PROCESS_KVM_FILES = 7 };

struct process_kvm {
    char directory[32]; /* "TID-FD"; empty: not found */
    struct kept files[PROCESS_KVM_FILES];
};

/* Look for its directory: one of its threads made the machine, as one of its descriptors. */
void process_kvm_find(struct process_kvm *k, const struct process_threads *t,
                      const struct process_fds *fds, struct kept_budget *b);

/* R_PROC_EXITS to R_PROC_HALTPOLL_NS of a machine that runs under KVM as process PID. */
void process_kvm_read(struct process_kvm *k, pid_t pid, const struct process_fds *fds,
                      struct kept_budget *b, struct record *r);

void process_kvm_close(struct process_kvm *k, struct kept_budget *b);

#endif
