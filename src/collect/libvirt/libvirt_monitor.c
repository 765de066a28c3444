/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_monitor.h"

#include "base/clock_read.h"
#include "collect/libvirt/libvirt_ask.h"
#include "collect/libvirt/libvirt_link.h"
#include "collect/libvirt/libvirt_stats.h"

#include <libvirt/virterror.h>

/* On an idle host a question costs the daemon and QEMU about as much CPU time as it takes.
 * Questions to guests of this host may cost 1/NEAR_SHARE of one core in all. For a remote host most
 * of the time is spent on the network. */
enum { NEAR_SHARE = 50, FAR_SHARE = 2 };

/* How often a guest without a job is asked about jobs; one with a job is asked each time. */
#define JOB_NS (10 * CLOCK_NS_PER_S)

/* How often a guest is asked whether it answers at all when nothing is in demand. */
#define PULSE_NS (30 * CLOCK_NS_PER_S)

#define RETRY_NS (5 * CLOCK_NS_PER_S)

struct lane {
    struct hypervisor *h;
    bool lost;        /* both are guarded by the hypervisor's lock */
    int64_t asked_ns; /* since when it waits for an answer; 0: it does not */
    struct link *link;
    GHashTable *domains; /* uuid -> virDomainPtr of this link */
};

/* One guest and what it is asked. */
struct task {
    struct guest *guest; /* a reference */
    struct question question;
    GPtrArray *disks; /* names for question.disk_jobs */
};

/* ---- what to ask ---- */

static bool is_in_focus(const struct hypervisor *h, const struct guest *g)
{
    return demand_has_focus(&h->demand, g->domain->ident);
}

/* A guest that did not answer is asked each time, to notice when it does. */
static bool is_pulse_due(const struct guest *g)
{
    return g->busy_ns || clock_mono_ns() - g->monitor_ns >= PULSE_NS;
}

static unsigned wanted_groups(const struct hypervisor *h, const struct guest *g)
{
    unsigned needs = h->demand.needs & ~h->demand.history, groups = 0;

    if (is_in_focus(h, g))
        needs |= NEED_IO | NEED_BALLOON | NEED_EXITS;
    if (needs & NEED_IO)
        groups |= VIR_DOMAIN_STATS_BLOCK;
    if (needs & NEED_BALLOON)
        groups |= VIR_DOMAIN_STATS_BALLOON;
    if (needs & NEED_EXITS)
        groups |= VIR_DOMAIN_STATS_CPU_TOTAL | VIR_DOMAIN_STATS_VCPU;
    /* Where its process can be seen, the kernel gives CPU time, ready time and memory. */
    if (!g->seen && needs & (NEED_CPU | NEED_READY))
        groups |= VIR_DOMAIN_STATS_CPU_TOTAL | VIR_DOMAIN_STATS_VCPU;
    if (!g->seen && needs & NEED_MEM)
        groups |= VIR_DOMAIN_STATS_BALLOON;
    if (needs & NEED_NET) /* the survey reads them in bulk */
        groups |= VIR_DOMAIN_STATS_INTERFACE & hypervisor_single_groups(h);
    if (!(groups & ~h->missing) && is_pulse_due(g))
        groups = VIR_DOMAIN_STATS_VCPU & ~hypervisor_single_groups(h);
    return groups & ~h->missing;
}

static void add_disk_targets(const struct guest *g, GPtrArray *targets)
{
    for (guint i = 0; i < g->parts->len; i++) {
        const struct record *r = ((struct guest_part *)g_ptr_array_index(g->parts, i))->record;
        if (r->facet == FACET_DOMAIN_DISK)
            g_ptr_array_add(targets, g_strdup(r->ident->name));
    }
}

/* With the lock held. */
static void prepare(const struct hypervisor *h, struct guest *g, struct task *out)
{
    unsigned groups = wanted_groups(h, g);
    int64_t now = clock_mono_ns();

    *out = (struct task){.guest = guest_ref(g), .disks = g_ptr_array_new_with_free_func(g_free)};
    out->question.pid = g->pid;
    out->question.start_time = g->start_time;
    out->question.layers = is_in_focus(h, g);
    out->question.job = is_in_focus(h, g) || now >= g->job_due;
    /* Bulk and single calls are not mixed: the readings of a facet share one time. */
    if (groups & hypervisor_single_groups(h))
        out->question.single = groups;
    else
        out->question.bulk = groups | VIR_DOMAIN_STATS_STATE;
    out->question.expected = out->question.bulk & h->supported;
    if (!is_in_focus(h, g) || !h->bulk)
        return;
    add_disk_targets(g, out->disks);
    g_ptr_array_add(out->disks, NULL);
    out->question.disk_jobs = (const char *const *)out->disks->pdata;
}

/* With the lock held. */
static void finish(struct task *t)
{
    guest_unref(t->guest);
    g_ptr_array_free(t->disks, TRUE);
}

/* ---- which guest to ask ---- */

static int64_t share_of_round(const struct hypervisor *h)
{
    return h->demand.interval_ns / (h->local ? NEAR_SHARE : FAR_SHARE);
}

/* The interval between two readings of one guest when all guests take turns. */
static int64_t pace_of(const struct hypervisor *h)
{
    int64_t all = h->per_guest_ns * (int64_t)g_hash_table_size(h->guests);
    int64_t rounds = (all + share_of_round(h) - 1) / share_of_round(h);

    return h->demand.interval_ns * MAX(rounds, 1);
}

/* The last lane is reserved for guests that are known to answer. */
static bool may_be_asked(const struct hypervisor *h, const struct guest *g, int64_t now)
{
    bool last = h->lost + 1 >= LIBVIRT_LOST_MAX;

    return g->active && !g->asked_ns && (g->readings || !last) &&
           now - g->monitor_ns >= h->demand.interval_ns / 2 && wanted_groups(h, g);
}

/* A rate needs two readings: until it has them a guest need not wait for its turn. One that does not
 * answer would never have them, and take the turns of all others. */
static bool is_urgent(const struct hypervisor *h, const struct guest *g)
{
    return (g->readings < 2 && !g->busy_ns) || is_in_focus(h, g);
}

static struct guest *pick(struct hypervisor *h, int64_t now)
{
    bool share_left =
        h->spent_ns < share_of_round(h) && now - h->round_ns < h->demand.interval_ns / FAR_SHARE;
    struct guest *best = NULL;
    GHashTableIter it;
    void *p;

    g_hash_table_iter_init(&it, h->guests);
    while (g_hash_table_iter_next(&it, NULL, &p)) {
        struct guest *g = p;
        bool urgent = is_urgent(h, g);
        if (!may_be_asked(h, g, now) || !(urgent || share_left))
            continue;
        if (!best || urgent > is_urgent(h, best) ||
            (urgent == is_urgent(h, best) && g->monitor_ns < best->monitor_ns))
            best = g;
    }
    return best;
}

/* Wait for a guest to ask, and mark it as asked. False: the lane is no longer needed. */
static bool next_task(struct lane *lane, struct task *out)
{
    struct hypervisor *h = lane->h;
    struct guest *g = NULL;

    pthread_mutex_lock(&h->lock);
    while (!g && !h->stop && !lane->lost && h->up) {
        int64_t now = clock_mono_ns();
        if (h->monitored != h->round && (g = pick(h, now))) {
            g->asked_ns = lane->asked_ns = now;
            prepare(h, g, out);
            break;
        }
        h->monitored = h->round;
        pthread_cond_broadcast(&h->changed);
        pthread_cond_wait(&h->changed, &h->lock);
    }
    pthread_mutex_unlock(&h->lock);
    return g != NULL;
}

/* ---- asking ---- */

static virDomainPtr domain_of(struct lane *lane, const char *uuid)
{
    virDomainPtr domain = g_hash_table_lookup(lane->domains, uuid);

    if (!domain) {
        domain = virDomainLookupByUUIDString(link_connection(lane->link), uuid);
        if (domain)
            g_hash_table_insert(lane->domains, g_strdup(uuid), domain);
    }
    return domain;
}

static void take_job(struct guest *g, const struct answer *a, const struct stats_time *time)
{
    bool busy = a->job.count || a->job_incoming;
    int64_t now = time->read_ns;

    jobs_take(g, a->job.list, a->job.count, a->job_incoming, now,
              busy ? time->interval_ns : MAX(JOB_NS, time->interval_ns));
    g->job_due = busy ? 0 : now + JOB_NS;
}

/* A guest that was shut off in the meantime has a state only, so nothing is learnt about the
 * driver. */
static void take_bulk(struct hypervisor *h, const struct task *t, const virDomainStatsRecord *r,
                      const struct stats_time *time)
{
    int state = VIR_DOMAIN_NOSTATE;

    virTypedParamsGetInt(r->params, r->nparams, "state.state", &state);
    if (state == VIR_DOMAIN_RUNNING || state == VIR_DOMAIN_PAUSED)
        hypervisor_learn(h, t->question.bulk, stats_groups(r->params, r->nparams).mentioned);
    stats_monitor(t->guest, r->params, r->nparams, t->question.bulk, h->missing, time);
}

/* With the lock held. */
static void take_answer(struct hypervisor *h, const struct task *t, const struct answer *a)
{
    int64_t now = clock_mono_ns();
    struct guest *g = t->guest;
    struct stats_time time = {.read_ns = now,
                              .interval_ns = is_in_focus(h, g) ? h->demand.interval_ns : pace_of(h),
                              .wall_s = clock_wall_ns() / CLOCK_NS_PER_S,
                              .layers = t->question.layers};

    g->monitor_ns = now;
    if (a->stopped)
        g->busy_ns = g->busy_ns ? g->busy_ns : now;
    else
        g->busy_ns = a->busy_ms ? now - a->busy_ms * CLOCK_NS_PER_MS : 0;
    if (g->busy_ns)
        return;
    h->missing |= a->missing;
    if (t->question.disk_jobs)
        jobs_take_disks(g, a->disk_jobs, a->disk_job_count);
    if (a->records && a->records[0])
        take_bulk(h, t, a->records[0], &time);
    if (t->question.single)
        stats_monitor(g, a->single.list, a->single.count, t->question.single, h->missing, &time);
    if (a->job_known)
        take_job(g, a, &time);
    else if (t->question.job)
        g->job_due = now + JOB_NS;
    g->readings++;
}

/* On a busy host most of the time is spent waiting for a CPU, so the cost of a question is that of
 * the fastest answers. */
static void account(struct hypervisor *h, int64_t took)
{
    int64_t slowly_forgotten = h->per_guest_ns + h->per_guest_ns / 50;

    h->per_guest_ns = h->per_guest_ns ? MIN(took, slowly_forgotten) : took;
    h->spent_ns += h->per_guest_ns;
}

static void do_task(struct lane *lane, struct task *t)
{
    virDomainPtr domain = domain_of(lane, t->guest->uuid);
    struct hypervisor *h = lane->h;
    struct answer a = {.code = VIR_ERR_NO_DOMAIN};

    t->question.root = t->question.pid > 0 ? h->root : NULL;
    if (domain)
        ask_guest(domain, &t->question, &a);
    if (a.code == VIR_ERR_NO_DOMAIN)
        g_hash_table_remove(lane->domains, t->guest->uuid);
    pthread_mutex_lock(&h->lock);
    int64_t took = clock_mono_ns() - t->guest->asked_ns;
    account(h, took);
    t->guest->asked_ns = lane->asked_ns = 0;
    take_answer(h, t, &a);
    finish(t);
    pthread_mutex_unlock(&h->lock);
    answer_clear(&a);
}

static void free_domain(void *domain)
{
    virDomainFree(domain);
}

static void *lane_run(void *p)
{
    struct lane *lane = p;
    struct hypervisor *h = lane->h;
    struct link_error error;
    struct task task;
    bool opened;

    lane->domains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_domain);
    lane->link = link_open(h->opener, false, &error);
    opened = lane->link;
    while (lane->link && !link_is_dead(lane->link) && next_task(lane, &task))
        do_task(lane, &task);
    g_hash_table_destroy(lane->domains);
    link_close(lane->link);
    pthread_mutex_lock(&h->lock);
    if (lane->lost) {
        h->lost--;
    } else {
        h->lane = NULL;
        h->lane_due = opened ? 0 : clock_mono_ns() + RETRY_NS;
    }
    pthread_cond_broadcast(&h->changed);
    pthread_mutex_unlock(&h->lock);
    g_free(lane);
    hypervisor_unref(h);
    return NULL;
}

/* ---- supervision ---- */

/* Whether the lane has waited for an answer for too long. */
static bool is_stuck(const struct hypervisor *h, int64_t now)
{
    return h->lane->asked_ns && now - h->lane->asked_ns > LANE_DEADLINE_NS;
}

/* The survey of many guests takes longer than the source waits for it, and while a lane is lost each
 * round begins with one: that it is under way says nothing, but no answer does. */
static bool is_daemon_silent(const struct hypervisor *h, int64_t now)
{
    return hypervisor_silence_ns(h, now) > LANE_DEADLINE_NS;
}

static void start_lane(struct hypervisor *h)
{
    struct lane *lane = g_new0(struct lane, 1);

    lane->h = h;
    h->lane = lane;
    if (hypervisor_thread(h, lane_run, lane))
        return;
    h->lane = NULL;
    g_free(lane);
}

static bool wants_lane(const struct hypervisor *h)
{
    GHashTableIter it;
    void *g;

    g_hash_table_iter_init(&it, h->guests);
    while (g_hash_table_iter_next(&it, NULL, &g))
        if (wanted_groups(h, g))
            return true;
    return false;
}

void monitor_supervise(struct hypervisor *h)
{
    int64_t now = clock_mono_ns();

    if (h->lane && is_stuck(h, now)) {
        h->lane->lost = true;
        h->lane = NULL;
        h->lost++;
    }
    if (!h->lane && h->up && !is_daemon_silent(h, now) && h->lost < LIBVIRT_LOST_MAX &&
        now >= h->lane_due && wants_lane(h))
        start_lane(h);
}

bool monitor_is_idle(const struct hypervisor *h)
{
    return !h->lane || h->monitored == h->round;
}

uint64_t monitor_hung_ms(const struct guest *g, int64_t now_ns)
{
    int64_t since = g->asked_ns ? g->asked_ns : g->busy_ns;

    return since && now_ns - since > HUNG_AFTER_NS ? (uint64_t)((now_ns - since) / CLOCK_NS_PER_MS)
                                                   : 0;
}
