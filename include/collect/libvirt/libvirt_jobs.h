/* libvirt_jobs.h: what is being done to a guest or a disk: migration, save, dump, backup, copy.
 *
 * Pure, as libvirt_stats.h. Sizes are bytes; a job that starts over has more left than before.
 */
#ifndef VTOP_COLLECT_LIBVIRT_JOBS_H
#define VTOP_COLLECT_LIBVIRT_JOBS_H

#include "collect/libvirt/libvirt_guest.h"

/* The answer of virDomainGetJobStats() at READ_NS, which is asked each INTERVAL_NS; no parameters:
 * nothing is done. INCOMING: it comes from another host, which is all that can be known here. */
void jobs_take(struct guest *g, const virTypedParameter *params, int count, bool incoming,
               int64_t read_ns, int64_t interval_ns);

struct disk_job {
    const char *target;
    uint64_t done, end;
    uint64_t mirror; /* libvirt's index of the image it is copied to; 0: it is not copied */
};

/* All jobs on its disks; nothing is done to the others. Comes before stats_monitor(), which needs
 * to know what is a copy. */
void jobs_take_disks(struct guest *g, const struct disk_job *jobs, size_t count);

#endif
