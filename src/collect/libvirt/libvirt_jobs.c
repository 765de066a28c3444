/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_jobs.h"

#include "model/entity.h"

static enum state_reason why_of(int operation)
{
    switch (operation) {
    case VIR_DOMAIN_JOB_OPERATION_SAVE:
        return WHY_SAVING;
    case VIR_DOMAIN_JOB_OPERATION_RESTORE:
        return WHY_RESTORING;
    case VIR_DOMAIN_JOB_OPERATION_MIGRATION_IN:
        return WHY_MIGRATING_IN;
    case VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT:
        return WHY_MIGRATING_OUT;
    case VIR_DOMAIN_JOB_OPERATION_DUMP:
        return WHY_DUMPING;
    case 6: /* SNAPSHOT, its revert and (9.0) deletion */
    case 7:
    case 10:
        return WHY_SNAPSHOT;
    case 9: /* BACKUP (6.0) */
        return WHY_BACKUP;
    default:
        return WHY_NONE;
    }
}

/* A guest that rewrites the same memory dirties no more than one pass copies, and is measured a
 * little below that. */
static bool is_lost(unsigned long long dirtied, unsigned long long copied)
{
    enum { PERCENT = 90 };

    return copied && dirtied >= copied / 100 * PERCENT;
}

/* The first pass copies all memory, later ones only what was written to meanwhile. The dirty rate
 * is measured once per pass. */
static void count_lost_passes(struct guest *g, uint64_t pass, bool lost)
{
    if (pass < g->job_pass)
        g->job_lost = 0; /* another migration */
    if (pass > 1 && pass != g->job_pass)
        g->job_lost = lost ? g->job_lost + 1 : 0;
    g->job_pass = pass;
    record_set(g->job, R_JOB_LOST_PASSES, g->job_lost);
}

static void set_speed(struct guest *g, const virTypedParameter *params, int count)
{
    virTypedParameterPtr list = (virTypedParameterPtr)params;
    unsigned long long pages = 0, page = 0, speed = 0, round = 0;

    virTypedParamsGetULLong(list, count, VIR_DOMAIN_JOB_MEMORY_BPS, &speed);
    virTypedParamsGetULLong(list, count, VIR_DOMAIN_JOB_MEMORY_ITERATION, &round);
    if (speed)
        record_set(g->job, R_JOB_SPEED_BYTES, speed);
    if (virTypedParamsGetULLong(list, count, VIR_DOMAIN_JOB_MEMORY_DIRTY_RATE, &pages) <= 0 ||
        virTypedParamsGetULLong(list, count, VIR_DOMAIN_JOB_MEMORY_PAGE_SIZE, &page) <= 0)
        return;
    record_set(g->job, R_JOB_DIRTIED_BYTES, pages * page);
    count_lost_passes(g, round, is_lost(pages * page, speed));
}

void jobs_take(struct guest *g, const virTypedParameter *params, int count, bool incoming,
               int64_t read_ns, int64_t interval_ns)
{
    virTypedParameterPtr list = (virTypedParameterPtr)params;
    unsigned long long done, left;
    int operation = 0;

    if (!g->job)
        g->job = record_new(FACET_JOB, g->domain->ident);
    virTypedParamsGetInt(list, count, VIR_DOMAIN_JOB_OPERATION, &operation);
    record_set(g->job, R_JOB_WHAT, incoming ? WHY_MIGRATING_IN : why_of(operation));
    record_all_absent(g->job, R_JOB_DONE_BYTES, R_JOB_LOST_PASSES, REASON_NO_JOB);
    if (!count)
        g->job_pass = g->job_lost = 0;
    if (virTypedParamsGetULLong(list, count, VIR_DOMAIN_JOB_DATA_PROCESSED, &done) > 0)
        record_set(g->job, R_JOB_DONE_BYTES, done);
    if (virTypedParamsGetULLong(list, count, VIR_DOMAIN_JOB_DATA_REMAINING, &left) > 0)
        record_set(g->job, R_JOB_LEFT_BYTES, left);
    set_speed(g, params, count);
    g->job->read_ns = read_ns;
    g->job->interval_ns = interval_ns;
}

void jobs_take_disks(struct guest *g, const struct disk_job *jobs, size_t count)
{
    for (guint i = 0; i < g->parts->len; i++) {
        struct record *disk = ((struct guest_part *)g_ptr_array_index(g->parts, i))->record;
        if (disk->facet != FACET_DOMAIN_DISK)
            continue;
        record_all_absent(disk, R_DISK_JOB_DONE_BYTES, R_DISK_JOB_MIRROR, REASON_NO_JOB);
        for (size_t j = 0; j < count; j++) {
            if (g_strcmp0(disk->ident->name, jobs[j].target) != 0)
                continue;
            record_set(disk, R_DISK_JOB_DONE_BYTES, jobs[j].done);
            record_set(disk, R_DISK_JOB_LEFT_BYTES,
                       jobs[j].end > jobs[j].done ? jobs[j].end - jobs[j].done : 0);
            if (jobs[j].mirror)
                record_set(disk, R_DISK_JOB_MIRROR, jobs[j].mirror);
        }
    }
}
