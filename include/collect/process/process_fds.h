/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process_fds.h: the virtual machines, vCPUs and taps among the descriptors of a process.
 *
 * Needs the rights of a tracer (root, or the same user); -EACCES otherwise.
 */
#ifndef VTOP_COLLECT_PROCESS_FDS_H
#define VTOP_COLLECT_PROCESS_FDS_H

#include "base/file.h"

#include <glib.h>

struct process_vcpu_fd {
    int fd, index;
};

struct process_fds {
    GArray *kvms;    /* int: descriptors of virtual machines of KVM */
    GArray *vcpus;   /* struct process_vcpu_fd */
    GArray *stats;   /* int: statistics of one vCPU each (process_kvm_stats.h) */
    GPtrArray *taps; /* char *: interfaces of the host whose other end it holds; each once */
};

/* Returns 0 or -errno. *OUT is valid in both cases, and empty after an error. SCRATCH is a buffer
 * for reading. */
int process_fds_scan(struct process_fds *out, const struct root *root, pid_t pid,
                     struct file_buffer *scratch);
void process_fds_clear(struct process_fds *fds);

#endif
