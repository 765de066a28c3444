/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process_kvm.h: the counters that KVM keeps of one virtual machine.
 *
 * They are read through descriptors that the machine's process holds (process_kvm_stats.h), or else
 * from debugfs: /sys/kernel/debug/kvm/TID-FD/ belongs to the machine that thread TID created with
 * descriptor FD. Its files are sums over the vCPUs. They need root, a mounted debugfs and a kernel
 * that is not locked down; otherwise the readings are absent, and the reason says which is missing.
 * Files are kept open while every collection reads them.
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

/* Find its directory: one of its threads created the machine, with one of its descriptors. */
void process_kvm_find(struct process_kvm *k, const struct process_threads *t,
                      const struct process_fds *fds, struct kept_budget *b);

/* Set R_PROC_EXITS to R_PROC_HALTPOLL_NS of a machine that runs under KVM as process PID. */
void process_kvm_read(struct process_kvm *k, pid_t pid, const struct process_fds *fds,
                      struct kept_budget *b, struct record *r);

void process_kvm_close(struct process_kvm *k, struct kept_budget *b);

#endif
