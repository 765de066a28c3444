/* process_kvm_stats.h: what KVM counts of each vCPU, by descriptors that the machine's process
 * holds.
 *
 * QEMU has kept one for each vCPU since 8.1. Who may trace a process may read them
 * (pidfd_getfd(2), Linux 5.6), even where debugfs is closed to everybody because the kernel is
 * locked down. Where a process keeps none, nobody else can have them made: KVM_GET_STATS_FD on the
 * machine or a vCPU taken out of another process gives EIO, for KVM wants its caller to have the
 * memory that the machine was made in (measured on Linux 6.18, and so since the call exists).
 */
#ifndef VTOP_COLLECT_PROCESS_KVM_STATS_H
#define VTOP_COLLECT_PROCESS_KVM_STATS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What the link of such a descriptor begins with. */
extern const char KVM_STATS_LINK[];

struct kvm_stat {
    const char *name; /* as KVM calls it */
    uint64_t sum;     /* over all vCPUs */
    bool known;       /* this KVM has it */
};

/* Fill in COUNT of them from the descriptors FDS (int) of a process. 0, or -errno: none is known.
 */
int kvm_stats_read(pid_t pid, const GArray *fds, struct kvm_stat *stats, size_t count);

#endif
