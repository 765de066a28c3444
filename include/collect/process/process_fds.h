/* process_fds.h: what the descriptors of a process tell: virtual machines, their vCPUs, their taps.
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
    GArray *stats;   /* int: what KVM counts of a vCPU each (process_kvm_stats.h) */
    GPtrArray *taps; /* char *: host interfaces whose other end it holds, without repetition */
};

/* Returns 0 or -errno; *OUT is valid, if empty, either way. SCRATCH is used for reading. */
int process_fds_scan(struct process_fds *out, const struct root *root, pid_t pid,
                     struct file_buffer *scratch);
void process_fds_clear(struct process_fds *fds);

#endif
