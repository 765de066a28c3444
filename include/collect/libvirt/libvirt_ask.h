/* libvirt_ask.h: everything one guest is asked that may have to wait for it.
 *
 * Only monitor threads call this, without any lock: each call may take any time. Whether its
 * process is stopped, or somebody else's job holds the guest, is looked at first; then it is not
 * asked. Who holds it for a moment only is another client that asks, at the same beat maybe: a few
 * attempts are made, at random moments within a tenth of a second.
 */
#ifndef VTOP_COLLECT_LIBVIRT_ASK_H
#define VTOP_COLLECT_LIBVIRT_ASK_H

#include "base/root.h"
#include "collect/libvirt/libvirt_jobs.h"
#include "collect/libvirt/libvirt_single.h"

struct question {
    const struct root *root; /* where its process can be seen; NULL: nowhere */
    int pid;                 /* of that process, ... */
    uint64_t start_time;     /* ... and when it started */
    unsigned bulk, single;   /* groups (virDomainStatsTypes) by one call, by single calls */
    unsigned expected;       /* of bulk: groups that the driver is known to give */
    bool layers;             /* disks with what lies under them */
    bool job;                /* whether it is migrated, saved, backed up, ... */
    const char *const
        *disk_jobs; /* targets of disks that may be being copied; NULL-ended or NULL */
};

enum { DISK_JOBS = 16 };
struct answer {
    virDomainStatsRecordPtr *records; /* NULL: no bulk answer */
    struct stats_params single;
    unsigned missing; /* groups the driver has no single calls for either */
    bool job_known;
    bool job_incoming;                    /* it comes from another host: nothing more is known */
    struct stats_params job;              /* empty: nothing is done to it */
    struct disk_job disk_jobs[DISK_JOBS]; /* their targets are those of the question */
    unsigned disk_job_count;
    bool stopped;    /* its process is stopped: it would not have answered */
    int64_t busy_ms; /* for so long somebody else's job has held it; 0: nobody's */
    int code;        /* virErrorNumber of what failed last */
};

void ask_guest(virDomainPtr domain, const struct question *q, struct answer *out);
void answer_clear(struct answer *a);

#endif
