/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_ask.h"

#include "collect/libvirt/libvirt_mirror.h"
#include "collect/libvirt/libvirt_open.h"
#include "collect/libvirt/libvirt_process.h"
#include "collect/libvirt/libvirt_stats.h"

#include <libvirt/virterror.h>
#include <stdlib.h>

#if !LIBVIR_CHECK_VERSION(4, 5, 0)
#define VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT (1 << 29)
#endif

/* A call to a stopped QEMU would block this thread, and a worker of the daemon, until it goes on.
 */
static bool is_stopped(const struct question *q)
{
    return q->root && libvirt_process_is_stopped(q->root, q->pid, q->start_time);
}

/* A question of another client is answered within a few ms. */
enum { ATTEMPTS = 4, MOMENT_MS = 250, PAUSE_MIN_US = 3000, PAUSE_MAX_US = 30000 };

static void pause_briefly(void)
{
    g_usleep((gulong)g_random_int_range(PAUSE_MIN_US, PAUSE_MAX_US));
}

/* A driver without control information never reports a busy guest. Jobs such as migrations allow
 * questions; a call that waits for the monitor blocks them. */
static int64_t busy_ms(virDomainPtr domain)
{
    virDomainControlInfo control;

    if (virDomainGetControlInfo(domain, &control, 0) < 0 ||
        control.state == VIR_DOMAIN_CONTROL_OK || control.state == VIR_DOMAIN_CONTROL_JOB)
        return 0;
    return MAX(1, (int64_t)control.stateTime);
}

static bool stays_busy(virDomainPtr domain, struct answer *out)
{
    out->busy_ms = busy_ms(domain);
    for (int i = 1; i < ATTEMPTS && out->busy_ms && out->busy_ms < MOMENT_MS; i++) {
        pause_briefly();
        out->busy_ms = busy_ms(domain);
    }
    return out->busy_ms > 0;
}

/* The daemon leaves groups out while another client's question is being answered. */
static bool is_whole(const struct question *q, const struct answer *a)
{
    const virDomainStatsRecord *r = a->records[0];

    return !r || !(q->expected & ~stats_groups(r->params, r->nparams).whole);
}

static void ask_bulk_once(virDomainPtr domain, const struct question *q, struct answer *out)
{
    virDomainPtr domains[2] = {domain, NULL};
    unsigned flags = VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT;

    if (q->layers)
        flags |= VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING;
    if (virDomainListGetStats(domains, q->bulk, &out->records, flags) >= 0)
        return;
    out->records = NULL;
    out->code = link_last_code();
}

static void ask_bulk(virDomainPtr domain, const struct question *q, struct answer *out)
{
    ask_bulk_once(domain, q, out);
    for (int i = 1; i < ATTEMPTS && out->records && !is_whole(q, out); i++) {
        virDomainStatsRecordListFree(out->records);
        pause_briefly();
        ask_bulk_once(domain, q, out);
    }
}

/* The destination host of a migration refuses this call, which shows that the guest is incoming. */
static void ask_job(virDomainPtr domain, struct answer *out)
{
    int type;

    if (virDomainGetJobStats(domain, &type, &out->job.list, &out->job.count, 0) == 0) {
        out->job_known = true;
        if (type == VIR_DOMAIN_JOB_NONE || type == VIR_DOMAIN_JOB_COMPLETED)
            stats_params_clear(&out->job);
        return;
    }
    out->job = (struct stats_params){0};
    out->job_incoming = link_last_code() == VIR_ERR_OPERATION_UNSUPPORTED;
    out->job_known = out->job_incoming;
}

static uint64_t ask_mirror(virDomainPtr domain, const char *target)
{
    char *xml = virDomainGetXMLDesc(domain, 0);
    uint64_t index = mirror_index(xml, target);

    free(xml);
    return index;
}

static void ask_disk_jobs(virDomainPtr domain, const char *const *targets, struct answer *out)
{
    virDomainBlockJobInfo info;

    for (; targets && *targets && out->disk_job_count < DISK_JOBS; targets++) {
        if (virDomainGetBlockJobInfo(domain, *targets, &info, 0) <= 0)
            continue;
        struct disk_job *job = &out->disk_jobs[out->disk_job_count++];
        *job = (struct disk_job){.target = *targets, .done = info.cur, .end = info.end};
        if (info.type == VIR_DOMAIN_BLOCK_JOB_TYPE_COPY)
            job->mirror = ask_mirror(domain, *targets);
    }
}

void ask_guest(virDomainPtr domain, const struct question *q, struct answer *out)
{
    *out = (struct answer){.code = VIR_ERR_OK};
    out->stopped = is_stopped(q);
    if (out->stopped || stays_busy(domain, out))
        return;
    ask_disk_jobs(domain, q->disk_jobs, out);
    if (q->bulk)
        ask_bulk(domain, q, out);
    if (q->single)
        out->missing = single_stats(domain, q->single, &out->single);
    if (q->job)
        ask_job(domain, out);
}

void answer_clear(struct answer *a)
{
    if (a->records)
        virDomainStatsRecordListFree(a->records);
    stats_params_clear(&a->single);
    stats_params_clear(&a->job);
}
