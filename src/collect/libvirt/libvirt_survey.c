/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_survey.h"

#include "base/clock_read.h"
#include "collect/libvirt/libvirt_host.h"
#include "collect/libvirt/libvirt_link.h"
#include "collect/libvirt/libvirt_process.h"
#include "collect/libvirt/libvirt_stats.h"

#include <libvirt/virterror.h>
#include <string.h>

#define PAUSE_MIN_NS (CLOCK_NS_PER_S / 2)
#define PAUSE_MAX_NS (15 * CLOCK_NS_PER_S)

/* Interfaces that the kernel counts too, and a full list in case an event was lost, are read every
 * SLOW_NS; vCPUs and memory, which change rarely, every INFO_NS. */
#define SLOW_NS (10 * CLOCK_NS_PER_S)
#define INFO_NS (30 * CLOCK_NS_PER_S)

struct survey {
    struct hypervisor *h;
    struct opener *opener;
    struct link *link;
    struct node node;
    struct record *reading; /* of the host, when it is another one */
    bool containers;        /* lxc:///: its guests are containers */
    int64_t pause_ns;       /* before the next attempt to connect */
    int64_t attempt_due;
    int64_t resync_due; /* when all guests are listed even without an event */
    int64_t nics_due;
    int64_t rest_until; /* a slow hypervisor rests for as long as its answer took */
    int64_t pace_ns;    /* interval of surveys because of that */
};

/* ---- the connection ---- */

static void lose_link(struct survey *s, const struct link_error *error)
{
    struct hypervisor *h = s->h;

    link_close(s->link);
    s->link = NULL;
    s->attempt_due = clock_mono_ns() + s->pause_ns; /* no pause after a successful survey */
    s->pause_ns = CLAMP(2 * s->pause_ns, PAUSE_MIN_NS, PAUSE_MAX_NS);
    pthread_mutex_lock(&h->lock);
    h->up = false;
    if (h->heard_ns && error->state == SOURCE_ABSENT)
        hypervisor_say(h, SOURCE_STALE, "its daemon has ended");
    else
        hypervisor_say(h, error->state, error->message);
    pthread_mutex_unlock(&h->lock);
}

/* With the lock held: which host this connection leads to. */
static void take_host(struct hypervisor *h, const struct libvirt_host *host)
{
    struct ident *ident = h->host ? libvirt_host_again(h->host, h->local, host) : NULL;

    hypervisor_set_host(h, ident ? ident : libvirt_host_ident(&h->parts, host), host->local);
}

static void find_host(struct survey *s)
{
    struct hypervisor *h = s->h;
    struct libvirt_host host;

    s->node = (struct node){0};
    libvirt_host_find(&h->parts, link_connection(s->link), &s->node, s->h->root, &host);
    pthread_mutex_lock(&h->lock);
    take_host(h, &host);
    record_free(s->reading);
    s->reading = record_new(FACET_HYPERVISOR, h->host);
    pthread_mutex_unlock(&h->lock);
    libvirt_host_clear(&host);
}

static void make_link(struct survey *s)
{
    struct link_error error;

    if (clock_mono_ns() < s->attempt_due)
        return;
    s->link = link_open(s->opener, true, &error);
    if (!s->link) {
        lose_link(s, &error);
        return;
    }
    const char *driver = virConnectGetType(link_connection(s->link));
    s->containers = driver && strcmp(driver, "LXC") == 0;
    s->nics_due = s->resync_due = 0;
    find_host(s);
    pthread_mutex_lock(&s->h->lock);
    s->h->bulk = true;
    g_free(s->h->driver);
    s->h->driver = g_strdup(driver);
    s->h->supported = s->h->missing = 0;
    memset(s->h->vain, 0, sizeof(s->h->vain));
    pthread_mutex_unlock(&s->h->lock);
}

/* ---- the guests ---- */

/* With the lock held. The same UUID with another id is another run of the guest. */
static struct guest *meet(struct survey *s, virDomainPtr domain)
{
    struct hypervisor *h = s->h;
    char uuid[VIR_UUID_STRING_BUFLEN];
    const char *name = virDomainGetName(domain);
    int id = (int)virDomainGetID(domain);

    if (virDomainGetUUIDString(domain, uuid) < 0)
        return NULL;
    struct guest *g = g_hash_table_lookup(h->guests, uuid);
    if (g && g->id != id) {
        g_hash_table_remove(h->guests, uuid);
        g = NULL;
    }
    if (!g) {
        struct guest_home home = {.realm = h->realm,
                                  .host = h->local ? NULL : h->host->key};
        g = guest_new(uuid, id, name, &home, s->containers ? GUEST_LIBVIRT_LXC : GUEST_VM);
        g_hash_table_insert(h->guests, g->uuid, g);
    }
    guest_rename(g, name);
    g->present = true;
    return g;
}

/* Whether the CPU time of a guest comes from somewhere better than virDomainGetInfo(), which counts
 * in steps of 10 ms. */
static bool other_cpu(const struct hypervisor *h, const struct guest *g)
{
    return g->seen || h->supported & VIR_DOMAIN_STATS_CPU_TOTAL;
}

/* Whether the kernel of this host counts what all of the guests do. Only this thread changes that.
 */
static bool kernel_counts(const struct hypervisor *h)
{
    return h->local && !h->unseen;
}

/* Whether events make polling unnecessary. */
static bool tells_by_itself(const struct survey *s)
{
    return kernel_counts(s->h) && s->h->bulk && link_listens(s->link);
}

/* With the lock held: the times of a reading at READ_NS. */
static struct stats_time time_of(const struct survey *s, int64_t read_ns)
{
    int64_t pace = tells_by_itself(s) ? SLOW_NS : s->pace_ns;

    return (struct stats_time){.read_ns = read_ns,
                               .interval_ns = MAX(s->h->demand.interval_ns, pace),
                               .wall_s = clock_wall_ns() / CLOCK_NS_PER_S};
}

static gboolean is_absent(gpointer uuid, gpointer guest, gpointer nothing)
{
    (void)uuid;
    (void)nothing;
    return !((struct guest *)guest)->present;
}

static void begin_list(struct hypervisor *h)
{
    GHashTableIter it;
    void *g;

    g_hash_table_iter_init(&it, h->guests);
    while (g_hash_table_iter_next(&it, NULL, &g))
        ((struct guest *)g)->present = false;
}

static void end_list(struct hypervisor *h)
{
    GHashTableIter it;
    void *g;

    g_hash_table_foreach_remove(h->guests, is_absent, NULL);
    h->unseen = 0;
    g_hash_table_iter_init(&it, h->guests);
    while (g_hash_table_iter_next(&it, NULL, &g))
        h->unseen += !((struct guest *)g)->open;
    h->up = true;
    h->heard_ns = clock_mono_ns();
    hypervisor_say(h, SOURCE_OK, NULL);
}

/* Guests that had events are read now. False when there were none. */
static bool notice_events(struct survey *s)
{
    GHashTable *events = link_take_events(s->link);
    GHashTableIter it;
    void *uuid;

    if (!events)
        return false;
    s->nics_due = 0;
    pthread_mutex_lock(&s->h->lock);
    g_hash_table_iter_init(&it, events);
    while (g_hash_table_iter_next(&it, &uuid, NULL)) {
        struct guest *g = g_hash_table_lookup(s->h->guests, uuid);
        if (g)
            g->info_due = 0;
    }
    pthread_mutex_unlock(&s->h->lock);
    g_hash_table_unref(events);
    return true;
}

/* ---- in bulk ---- */

/* The kernel counts interfaces of local guests; libvirt reads the same file for each of them. */
static unsigned wanted_groups(struct survey *s)
{
    int64_t now = clock_mono_ns();

    if (kernel_counts(s->h) && now < s->nics_due)
        return VIR_DOMAIN_STATS_STATE;
    s->nics_due = now + SLOW_NS;
    return VIR_DOMAIN_STATS_STATE | VIR_DOMAIN_STATS_INTERFACE;
}

/* With the lock held; NULL: it is new. */
static struct guest *known_guest(const struct survey *s, virDomainPtr domain)
{
    char uuid[VIR_UUID_STRING_BUFLEN];
    struct guest *g = NULL;

    if (virDomainGetUUIDString(domain, uuid) == 0)
        g = g_hash_table_lookup(s->h->guests, uuid);
    return g && g->id == (int)virDomainGetID(domain) ? g : NULL;
}

/* vCPUs and memory are read when the guest is new, after an event and every INFO_NS; each time when
 * its CPU time has no better source. */
static bool wants_info(const struct survey *s, const struct guest *g)
{
    return !g || !other_cpu(s->h, g) || clock_mono_ns() >= g->info_due;
}

/* So is whether it will be there when it has ended. */
static bool wants_persistence(const struct guest *g)
{
    return !g || clock_mono_ns() >= g->info_due;
}

/* PERSISTENT: an answer of virDomainIsPersistent(); negative: not known. */
static void note_persistence(struct guest *g, int persistent)
{
    if (persistent >= 0)
        record_set(g->domain, R_DOM_TRANSIENT, persistent == 0);
}

struct info {
    bool known;
    int persistent; /* 1, 0, or negative: not known */
    bool unmet; /* its process was not looked for yet */
    virDomainInfo info;
    struct libvirt_process process;
    int64_t read_ns;
};

static bool find_process(const struct survey *s, virDomainPtr domain, struct libvirt_process *out)
{
    const char *name = virDomainGetName(domain);
    char uuid[VIR_UUID_STRING_BUFLEN];

    *out = (struct libvirt_process){0};
    if (s->containers)
        return libvirt_process_find_container(s->h->root, (int)virDomainGetID(domain), name, out);
    return s->h->processes && virDomainGetUUIDString(domain, uuid) == 0 &&
           libvirt_process_find(s->h->root, s->h->processes, name, uuid, out);
}

static void ask_infos(struct survey *s, virDomainStatsRecordPtr *records, int count,
                      struct info *infos)
{
    pthread_mutex_lock(&s->h->lock);
    for (int i = 0; i < count; i++) {
        const struct guest *g = known_guest(s, records[i]->dom);
        infos[i].known = wants_info(s, g);
        infos[i].unmet = s->h->local && (!g || !g->met);
        infos[i].persistent = wants_persistence(g) ? 1 : -1;
    }
    pthread_mutex_unlock(&s->h->lock);
    for (int i = 0; i < count; i++) {
        if (infos[i].unmet)
            find_process(s, records[i]->dom, &infos[i].process);
        if (infos[i].persistent > 0)
            infos[i].persistent = virDomainIsPersistent(records[i]->dom);
        infos[i].known = infos[i].known && virDomainGetInfo(records[i]->dom, &infos[i].info) == 0;
        infos[i].read_ns = clock_mono_ns();
    }
}

/* A guest that is starting has no process yet: its UUID might match another guest's process. */
static void meet_process(const struct survey *s, struct guest *g,
                         const struct libvirt_process *process)
{
    uint64_t why;
    bool starting = record_get(g->domain, R_DOM_STATE_REASON, &why) && why == WHY_STARTING;

    if (process->start_time || !starting || !s->h->processes)
        guest_meet(g, process->start_time ? process->pid : 0, process->start_time);
    g->open |= process->open;
}

static void take_records(struct survey *s, virDomainStatsRecordPtr *records, int count,
                         unsigned groups, const struct info *infos)
{
    struct hypervisor *h = s->h;
    unsigned found = 0;

    pthread_mutex_lock(&h->lock);
    begin_list(h);
    for (int i = 0; i < count; i++) {
        struct guest *g = meet(s, records[i]->dom);
        if (!g)
            continue;
        struct stats_time time = time_of(s, infos[i].read_ns);
        stats_state(g, records[i]->params, records[i]->nparams, kernel_counts(h) ? SLOW_NS : 0,
                    &time);
        meet_process(s, g, &infos[i].process);
        note_persistence(g, infos[i].persistent);
        found |= stats_groups(records[i]->params, records[i]->nparams).mentioned;
        if (!infos[i].known)
            continue;
        stats_info(g, &infos[i].info, !other_cpu(h, g));
        g->info_due = time.read_ns + INFO_NS;
    }
    if (count)
        hypervisor_learn(h, groups, found);
    end_list(h);
    pthread_mutex_unlock(&h->lock);
}

static int survey_bulk(struct survey *s)
{
    unsigned groups = wanted_groups(s);
    virDomainStatsRecordPtr *records;
    int n = virConnectGetAllDomainStats(link_connection(s->link), groups, &records,
                                        VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE);

    if (n < 0)
        return -1;
    struct info *infos = g_new0(struct info, n);
    ask_infos(s, records, n, infos);
    take_records(s, records, n, groups, infos);
    g_free(infos);
    virDomainStatsRecordListFree(records);
    return 0;
}

/* ---- one by one, for drivers without bulk statistics ---- */

/* Its control group gives its numbers, so it is not met by its process, which only shows that this
 * is the place where it runs. */
static void meet_container(const struct survey *s, struct guest *g, virDomainPtr domain)
{
    struct libvirt_process process;

    if (g->met)
        return;
    guest_meet(g, 0, 0);
    g->seen = g->open = s->containers && find_process(s, domain, &process);
}

static void take_one(struct survey *s, virDomainPtr domain, int state, int reason,
                     const virDomainInfo *info, int persistent)
{
    struct hypervisor *h = s->h;
    int64_t read_ns = clock_mono_ns();

    pthread_mutex_lock(&h->lock);
    struct stats_time time = time_of(s, read_ns);
    struct guest *g = meet(s, domain);
    h->heard_ns = read_ns;
    if (g) {
        stats_single(g, state, reason, &time);
        stats_info(g, info, true);
        note_persistence(g, persistent);
        if (persistent >= 0)
            g->info_due = time.read_ns + INFO_NS;
        meet_container(s, g, domain);
    }
    pthread_mutex_unlock(&h->lock);
}

/* A known guest whose state could not be read stays and ages. */
static void miss_one(struct survey *s, virDomainPtr domain)
{
    pthread_mutex_lock(&s->h->lock);
    struct guest *g = known_guest(s, domain);
    if (g)
        g->present = true;
    pthread_mutex_unlock(&s->h->lock);
}

static void survey_one(struct survey *s, virDomainPtr domain)
{
    int state, reason;
    virDomainInfo info;

    pthread_mutex_lock(&s->h->lock);
    int persistent = wants_persistence(known_guest(s, domain)) ? 1 : -1;
    pthread_mutex_unlock(&s->h->lock);
    if (persistent > 0)
        persistent = virDomainIsPersistent(domain);
    if (virDomainGetState(domain, &state, &reason, 0) == 0 && virDomainGetInfo(domain, &info) == 0)
        take_one(s, domain, state, reason, &info, persistent);
    else if (link_last_code() != VIR_ERR_NO_DOMAIN)
        miss_one(s, domain);
}

static int survey_single(struct survey *s)
{
    struct hypervisor *h = s->h;
    virDomainPtr *domains;
    int n = virConnectListAllDomains(link_connection(s->link), &domains,
                                     VIR_CONNECT_LIST_DOMAINS_ACTIVE);

    if (n < 0)
        return -1;
    pthread_mutex_lock(&h->lock);
    begin_list(h);
    pthread_mutex_unlock(&h->lock);
    for (int i = 0; i < n; i++) {
        survey_one(s, domains[i]);
        virDomainFree(domains[i]);
    }
    free(domains);
    pthread_mutex_lock(&h->lock);
    end_list(h);
    pthread_mutex_unlock(&h->lock);
    return 0;
}

/* ---- the thread ---- */

static void call(struct hypervisor *h, int64_t since_ns)
{
    pthread_mutex_lock(&h->lock);
    h->calling_ns = since_ns;
    pthread_mutex_unlock(&h->lock);
}

static int survey_guests(struct survey *s)
{
    int done = s->h->bulk ? survey_bulk(s) : -1;

    if (done < 0 && s->h->bulk && link_last_code() == VIR_ERR_NO_SUPPORT) {
        pthread_mutex_lock(&s->h->lock);
        s->h->bulk = false;
        pthread_mutex_unlock(&s->h->lock);
    }
    return s->h->bulk ? done : survey_single(s);
}

/* At most half of the time is spent on questions. */
static void rest(struct survey *s, int64_t began)
{
    int64_t now = clock_mono_ns(), took = now - began;

    s->rest_until = now + took;
    s->pace_ns = 2 * took;
}

/* Whether a lane is stuck: the guest, or the daemon itself, does not answer. */
static bool is_in_doubt(struct hypervisor *h)
{
    pthread_mutex_lock(&h->lock);
    bool doubt = h->lost > 0;
    pthread_mutex_unlock(&h->lock);
    return doubt;
}

/* Whether it is time to ask. On a dead link the call fails, which starts the reconnect. */
static bool is_due(struct survey *s)
{
    int64_t now = clock_mono_ns();

    if (notice_events(s) || link_is_dead(s->link) || is_in_doubt(s->h))
        s->resync_due = 0;
    return now >= s->rest_until && (now >= s->resync_due || !tells_by_itself(s));
}

static void copy_readings(struct record *to, const struct record *from)
{
    uint64_t n;

    for (enum reading i = facet_begin(from->facet); i < facet_end(from->facet); i++) {
        if (record_get(from, i, &n))
            record_set(to, i, n);
        else
            record_absent(to, i, record_reason(from, i));
    }
    to->read_ns = from->read_ns;
    to->interval_ns = from->interval_ns;
}

/* Read into a record of this thread's own: the lock is not held while the daemon is asked. */
static void survey_host(struct survey *s)
{
    struct hypervisor *h = s->h;

    if (h->local)
        return; /* what the kernel says is better and cheaper */
    node_read(&s->node, link_connection(s->link), s->reading);
    pthread_mutex_lock(&h->lock);
    s->reading->interval_ns = time_of(s, s->reading->read_ns).interval_ns;
    copy_readings(h->node, s->reading);
    pthread_mutex_unlock(&h->lock);
}

static void survey(struct survey *s)
{
    struct link_error error;

    if (!s->link)
        make_link(s);
    if (!s->link || !is_due(s))
        return;
    int64_t began = clock_mono_ns();
    call(s->h, began);
    int done = survey_guests(s);
    call(s->h, 0);
    if (done == 0) {
        s->pause_ns = 0;
        s->resync_due = began + SLOW_NS;
        survey_host(s);
        rest(s, began);
        return;
    }
    link_last_error(&error);
    if (error.state == SOURCE_FAILED)
        error.state = SOURCE_STALE; /* it answered before, and may again */
    lose_link(s, &error);
}

static bool next_round(struct hypervisor *h, uint64_t *round)
{
    pthread_mutex_lock(&h->lock);
    while (!h->stop && h->surveyed == h->round)
        pthread_cond_wait(&h->changed, &h->lock);
    *round = h->round;
    bool go_on = !h->stop;
    pthread_mutex_unlock(&h->lock);
    return go_on;
}

void *survey_run(void *hypervisor)
{
    struct survey s = {.h = hypervisor};
    uint64_t round;

    s.opener = opener_new(s.h->uri, s.h->root);
    while (next_round(s.h, &round)) {
        bool had_link = s.link;
        survey(&s);
        if (had_link && !s.link)
            survey(&s); /* the daemon has restarted, or has disconnected this client */
        pthread_mutex_lock(&s.h->lock);
        s.h->surveyed = round;
        pthread_cond_broadcast(&s.h->changed);
        pthread_mutex_unlock(&s.h->lock);
    }
    link_close(s.link);
    opener_free(s.opener);
    record_free(s.reading);
    hypervisor_unref(s.h);
    return NULL;
}
