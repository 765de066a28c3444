/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_ask.h: the calls about one guest that may wait for its monitor.
 *
 * Only monitor threads call this, and they hold no lock: each call may take any time. A guest is
 * not asked when its process is stopped or when another client's job holds it. A job that lasts for
 * a moment only is another client's question, perhaps in step with ours: a few attempts follow, at
 * random times within a tenth of a second.
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
    bool layers;             /* ask for the backing images of disks */
    bool job;                /* ask whether it is being migrated, saved, backed up, ... */
    /* targets of disks that may be being copied, then NULL; or NULL */
    const char *const *disk_jobs;
};

enum { DISK_JOBS = 16 };
struct answer {
    virDomainStatsRecordPtr *records; /* NULL: no bulk answer */
    struct stats_params single;
    unsigned missing; /* groups the driver has no single calls for either */
    bool job_known;
    bool job_incoming;                    /* it is migrating to this host: no details are known */
    struct stats_params job;              /* empty: no job is running */
    struct disk_job disk_jobs[DISK_JOBS]; /* their targets are those of the question */
    unsigned disk_job_count;
    bool stopped;    /* its process is stopped, so it was not asked */
    int64_t busy_ms; /* how long another client's job has held it; 0: none does */
    int code;        /* virErrorNumber of the last failure */
};

void ask_guest(virDomainPtr domain, const struct question *q, struct answer *out);
void answer_clear(struct answer *a);

#endif
