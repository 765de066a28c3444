/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_jobs.h: jobs on a guest or a disk: migration, save, dump, backup, copy.
 *
 * Pure. Sizes are bytes. When a job starts over, more is left than before.
 */
#ifndef VTOP_COLLECT_LIBVIRT_JOBS_H
#define VTOP_COLLECT_LIBVIRT_JOBS_H

#include "collect/libvirt/libvirt_guest.h"

/* Take the answer of virDomainGetJobStats(), read at READ_NS and every INTERVAL_NS. Without
 * parameters there is no job. INCOMING: the guest is migrating to this host, and no details are
 * known. */
void jobs_take(struct guest *g, const virTypedParameter *params, int count, bool incoming,
               int64_t read_ns, int64_t interval_ns);

struct disk_job {
    const char *target;
    uint64_t done, end;
    uint64_t mirror; /* libvirt's index of the image it is copied to; 0: it is not copied */
};

/* Take all jobs on its disks; disks that are not listed have none. Call it before stats_monitor(),
 * which has to know the copies. */
void jobs_take_disks(struct guest *g, const struct disk_job *jobs, size_t count);

#endif
