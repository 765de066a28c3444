#include <config.h>

#include "collect/libvirt_monitor.h"

#include "base/clock.h"
#include "collect/libvirt.h"
#include "collect/libvirt_link.h"
#include "collect/libvirt_stats.h"

#include <libvirt/virterror.h>

#if !LIBVIR_CHECK_VERSION(4, 5, 0)
#define VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT (1 << 29)
#endif
#if !LIBVIR_CHECK_VERSION(8, 9, 0)
#define VIR_DOMAIN_STATS_VM (1 << 10)
#endif

/* A question costs the daemon and QEMU about as much CPU as it takes time. Of guests that are
 * near, all of them together may cost this part of one core; of guests far away most of the time is
 * the network's. */
enum { NEAR_SHARE = 50, FAR_SHARE = 2 };

/* A driver that never gave a group in so many attempts does not have it. */
enum { VAIN_MAX = 5 };

#define RETRY_NS (5 * CLOCK_NS_PER_S)

struct lane {
    struct hypervisor *h;
    bool lost;        /* guarded by the hypervisor's lock, as is ... */
    int64_t asked_ns; /* ... since when it waits for an answer; 0: it does not */
    struct link *link;
    GHashTable *domains; /* uuid -> virDomainPtr of this link */
};

/* ---- what to ask ---- */

static unsigned wanted_groups(const struct hypervisor *h, const struct guest *g)
{
    const struct demand *d = &h->demand;
    unsigned groups = 0;

    if (demand_has_focus(d, g->domain->ident))
        groups |= VIR_DOMAIN_STATS_BLOCK | VIR_DOMAIN_STATS_BALLOON | VIR_DOMAIN_STATS_VCPU |
                  VIR_DOMAIN_STATS_CPU_TOTAL;
    if (d->needs & NEED_IO)
        groups |= VIR_DOMAIN_STATS_BLOCK;
    if (d->needs & NEED_BALLOON)
        groups |= VIR_DOMAIN_STATS_BALLOON;
    if (d->needs & NEED_EXITS)
        groups |= VIR_DOMAIN_STATS_CPU_TOTAL | VIR_DOMAIN_STATS_VCPU;
    /* Of a local guest the kernel tells the rest. */
    if (!h->kernel && d->needs & (NEED_CPU | NEED_READY))
        groups |= VIR_DOMAIN_STATS_CPU_TOTAL | VIR_DOMAIN_STATS_VCPU;
    if (!h->kernel && d->needs & NEED_MEM)
        groups |= VIR_DOMAIN_STATS_BALLOON;
    return groups;
}

static unsigned unsupported_groups(const struct hypervisor *h)
{
    unsigned groups = 0;

    for (int i = 0; i < STATS_GROUPS; i++)
        if (h->vain[i] >= VAIN_MAX)
            groups |= 1u << i;
    return groups;
}

static void learn_groups(struct hypervisor *h, unsigned asked, unsigned found)
{
    h->supported |= found;
    for (int i = 0; i < STATS_GROUPS; i++)
        if (asked & ~h->supported & (1u << i))
            h->vain[i]++;
}

/* ---- whom to ask ---- */

static int64_t share_of_round(const struct hypervisor *h)
{
    return h->demand.interval_ns / (h->label ? FAR_SHARE : NEAR_SHARE);
}

/* How far apart two readings of one guest are when all have their turn. */
static int64_t pace_of(const struct hypervisor *h)
{
    int64_t all = h->per_guest_ns * (int64_t)g_hash_table_size(h->guests);
    int64_t rounds = (all + share_of_round(h) - 1) / share_of_round(h);

    return h->demand.interval_ns * MAX(rounds, 1);
}

static bool may_be_asked(const struct hypervisor *h, const struct guest *g, int64_t now)
{
    return g->active && !g->asked_ns && now - g->monitor_ns >= h->demand.interval_ns / 2 &&
           wanted_groups(h, g) & ~unsupported_groups(h);
}

/* A rate needs two readings: until then a guest does not have to wait for its turn. */
static bool is_urgent(const struct hypervisor *h, const struct guest *g)
{
    return g->readings < 2 || demand_has_focus(&h->demand, g->domain->ident);
}

static struct guest *pick(struct hypervisor *h, int64_t now)
{
    bool share_left = h->spent_ns < share_of_round(h);
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

/* Waits until there is somebody to ask, who is then marked as asked and referred to. NULL: the lane
 * is not needed any more. */
static struct guest *next_guest(struct lane *lane, unsigned *groups)
{
    struct hypervisor *h = lane->h;
    struct guest *g = NULL;

    pthread_mutex_lock(&h->lock);
    while (!h->stop && !lane->lost && h->up) {
        int64_t now = clock_mono_ns();
        if (h->monitored != h->round && (g = pick(h, now))) {
            g->asked_ns = lane->asked_ns = now;
            guest_ref(g);
            *groups = wanted_groups(h, g) & ~unsupported_groups(h);
            break;
        }
        h->monitored = h->round;
        pthread_cond_broadcast(&h->changed);
        pthread_cond_wait(&h->changed, &h->lock);
    }
    pthread_mutex_unlock(&h->lock);
    return g;
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

struct answer {
    virDomainStatsRecordPtr *records; /* NULL: it was not asked, or there is no answer */
    int64_t busy_ms;                  /* somebody else's job has held it for so long; 0: none */
    int code;                         /* why not */
};

static struct answer ask(struct lane *lane, const struct guest *g, unsigned groups)
{
    virDomainPtr domains[2] = {domain_of(lane, g->uuid), NULL};
    struct answer a = {.code = VIR_ERR_OK};
    virDomainControlInfo control;

    if (!domains[0]) {
        a.code = link_last_code();
        return a;
    }
    /* Drivers without such a thing cannot be busy. */
    if (virDomainGetControlInfo(domains[0], &control, 0) == 0 &&
        control.state != VIR_DOMAIN_CONTROL_OK) {
        a.busy_ms = MAX(1, (int64_t)control.stateTime);
        return a;
    }
    if (virDomainListGetStats(domains, groups, &a.records,
                              VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT) < 0) {
        a.records = NULL;
        a.code = link_last_code();
    }
    return a;
}

/* With the lock held. */
static void take_answer(struct hypervisor *h, struct guest *g, unsigned groups,
                        const struct answer *a)
{
    int64_t now = clock_mono_ns(), took = now - g->asked_ns;
    struct stats_time time = {
        .read_ns = now, .interval_ns = pace_of(h), .wall_s = clock_wall_ns() / CLOCK_NS_PER_S};

    h->spent_ns += took;
    h->per_guest_ns = h->per_guest_ns ? (7 * h->per_guest_ns + took) / 8 : took;
    g->asked_ns = 0;
    g->monitor_ns = now;
    g->busy_ns = a->busy_ms ? now - a->busy_ms * CLOCK_NS_PER_MS : 0;
    if (!a->records || !a->records[0])
        return;
    const virDomainStatsRecord *r = a->records[0];
    learn_groups(h, groups, stats_groups(r->params, r->nparams));
    stats_monitor(g, r->params, r->nparams, groups, unsupported_groups(h), &time);
    g->readings++;
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
    struct guest *g;
    unsigned groups;

    lane->domains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_domain);
    lane->link = link_open(h->uri, false, &error);
    while (lane->link && !link_is_dead(lane->link) && (g = next_guest(lane, &groups))) {
        struct answer a = ask(lane, g, groups);
        pthread_mutex_lock(&h->lock);
        lane->asked_ns = 0;
        take_answer(h, g, groups, &a);
        guest_unref(g);
        pthread_mutex_unlock(&h->lock);
        if (a.records)
            virDomainStatsRecordListFree(a.records);
        if (a.code == VIR_ERR_NO_DOMAIN)
            g_hash_table_remove_all(lane->domains);
    }
    g_hash_table_destroy(lane->domains);
    link_close(lane->link);
    pthread_mutex_lock(&h->lock);
    if (lane->lost) {
        h->lost--;
    } else {
        h->lane = NULL;
        h->lane_due = clock_mono_ns() + RETRY_NS;
    }
    pthread_cond_broadcast(&h->changed);
    pthread_mutex_unlock(&h->lock);
    g_free(lane);
    hypervisor_unref(h);
    return NULL;
}

/* ---- supervision ---- */

/* Whether the lane waits for an answer that does not come. Others' guests belong to lost lanes. */
static bool is_stuck(const struct hypervisor *h, int64_t now)
{
    return h->lane->asked_ns && now - h->lane->asked_ns > LANE_DEADLINE_NS;
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
        if (wanted_groups(h, g) & ~unsupported_groups(h))
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
    if (!h->lane && h->up && h->bulk && h->lost < LIBVIRT_LOST_MAX && now >= h->lane_due &&
        wants_lane(h))
        start_lane(h);
}

bool monitor_is_idle(const struct hypervisor *h)
{
    return !h->lane || h->monitored == h->round;
}

uint64_t monitor_hung_ms(const struct guest *g, int64_t now_ns)
{
    int64_t since = g->asked_ns ? g->asked_ns : g->busy_ns;

    return since && now_ns - since > HUNG_AFTER_NS
               ? (uint64_t)((now_ns - since) / CLOCK_NS_PER_MS)
               : 0;
}
