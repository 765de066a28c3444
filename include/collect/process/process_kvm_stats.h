/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process_kvm_stats.h: the counters of each vCPU, through descriptors that the machine's process
 * holds.
 *
 * QEMU has kept one for each vCPU since 8.1. A user who may trace the process may read them
 * (pidfd_getfd(2), Linux 5.6), even where the kernel is locked down and debugfs is closed. If the
 * process keeps none, another process cannot have them created: KVM_GET_STATS_FD on a duplicate of
 * the machine's or vCPU's descriptor fails with EIO, because KVM checks that its caller has the
 * address space in which the machine was created (measured on Linux 6.18).
 */
#ifndef VTOP_COLLECT_PROCESS_KVM_STATS_H
#define VTOP_COLLECT_PROCESS_KVM_STATS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The link in /proc/PID/fd of such a descriptor begins with this. */
extern const char KVM_STATS_LINK[];

struct kvm_stat {
    const char *name; /* KVM's name */
    uint64_t sum;     /* over all vCPUs */
    bool known;       /* this kernel has it */
};

/* Fill in COUNT statistics from the descriptors FDS (int) of process PID. Returns 0, or -errno:
 * then none is known. */
int kvm_stats_read(pid_t pid, const GArray *fds, struct kvm_stat *stats, size_t count);

#endif
