/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/roster.h"

#include "model/derive.h"
#include "model/frame.h"
#include "model/guests.h"
#include "model/sheet.h"

struct source_seen {
    GArray *statuses;     /* of its last sample */
    int64_t suspended_ns; /* of its last sample */
};

/* The statuses of the sources from a tick on, until the next entry. */
struct status_entry {
    uint64_t tick;
    GArray *statuses; /* struct source_status */
};

struct roster {
    struct guests guests;
    struct source_seen sources[SAMPLE_SOURCES_MAX];
    GArray *statuses;
    GArray *no_statuses;   /* stays empty */
    GPtrArray *status_log; /* struct status_entry *, by rising tick */
    size_t history_budget;
    GArray *contexts; /* struct derive_context, by the place of their hosts */
    struct {
        size_t all, minutes; /* bytes; those of minutes are among all */
    } history;               /* of all entities that have not departed */
    struct timeline *timeline;
    uint64_t tick, oldest, oldest_minute;
};

static void clear_status(void *p)
{
    struct source_status *s = p;

    g_free(s->name);
    g_free(s->message);
}

static GArray *statuses_new(void)
{
    GArray *statuses = g_array_new(FALSE, TRUE, sizeof(struct source_status));

    g_array_set_clear_func(statuses, clear_status);
    return statuses;
}

static void add_status(GArray *to, const struct source_status *status, uint64_t host)
{
    struct source_status copy = *status;

    copy.name = g_strdup(copy.name);
    copy.message = g_strdup(copy.message);
    copy.host = host;
    g_array_append_val(to, copy);
}

static void free_status_entry(void *p)
{
    struct status_entry *e = p;

    g_array_free(e->statuses, TRUE);
    g_free(e);
}

struct roster *roster_new(size_t history_bytes)
{
    struct roster *r = g_new0(struct roster, 1);

    guests_init(&r->guests);
    r->contexts = g_array_new(FALSE, TRUE, sizeof(struct derive_context));
    r->statuses = g_array_new(FALSE, TRUE, sizeof(struct source_status));
    r->no_statuses = statuses_new();
    r->status_log = g_ptr_array_new_with_free_func(free_status_entry);
    r->history_budget = history_bytes;
    r->timeline = timeline_new();
    return r;
}


void roster_free(struct roster *r)
{
    if (!r)
        return;
    guests_clear(&r->guests);
    for (int i = 0; i < SAMPLE_SOURCES_MAX; i++)
        if (r->sources[i].statuses)
            g_array_free(r->sources[i].statuses, TRUE);
    g_array_free(r->statuses, TRUE);
    g_array_free(r->no_statuses, TRUE);
    g_ptr_array_free(r->status_log, TRUE);
    g_array_free(r->contexts, TRUE);
    timeline_free(r->timeline);
    g_free(r);
}

/* ---- samples ---- */

static void keep_statuses(struct roster *r, const struct sample *s)
{
    struct source_seen *seen = &r->sources[s->source];
    const struct entity *about = guests_host_of(&r->guests, s->host);
    uint64_t host = about ? about->serial : 0;

    if (!seen->statuses)
        seen->statuses = statuses_new();
    g_array_set_size(seen->statuses, 0);
    for (guint i = 0; i < s->statuses->len; i++)
        add_status(seen->statuses, &g_array_index(s->statuses, struct source_status, i), host);
    g_array_set_size(r->statuses, 0);
    for (int i = 0; i < SAMPLE_SOURCES_MAX; i++)
        if (r->sources[i].statuses)
            g_array_append_vals(r->statuses, r->sources[i].statuses->data,
                                r->sources[i].statuses->len);
}

void roster_merge(struct roster *r, const struct sample *s)
{
    enum { SLEPT_NS = 100000000 };
    struct guests *g = &r->guests;

    g_return_if_fail(s->source < SAMPLE_SOURCES_MAX);
    struct source_seen *seen = &r->sources[s->source];
    if (g->completed[s->source] && s->suspended_ns - seen->suspended_ns > SLEPT_NS)
        guests_break(g, s->source, REASON_GAP);
    seen->suspended_ns = s->suspended_ns;
    guests_merge(g, s);
    keep_statuses(r, s);
}

/* ---- ticks ---- */

/* The departed may take this much of the memory for history. */
static size_t departed_budget(const struct roster *r)
{
    return r->history_budget / 4;
}

/* Minutes keep at least this much of it; they may take what ticks leave. */
static size_t minutes_budget(const struct roster *r)
{
    return r->history_budget / 5;
}

static void count_bytes(struct roster *r, const struct entity *e)
{
    r->history.all += history_size(e->history);
    r->history.minutes += history_minutes_size(e->history);
}

static void forget_with_parts(struct roster *r, const struct entity *e)
{
    history_forget(e->history, r->oldest, r->oldest_minute);
    count_bytes(r, e);
    for (guint i = 0; e->parts && i < e->parts->len; i++)
        forget_with_parts(r, g_ptr_array_index(e->parts, i));
}

static void forget_departed(struct roster *r)
{
    guests_forget(&r->guests, r->oldest, r->oldest_minute, departed_budget(r));
}

static void forget_all(struct roster *r)
{
    const GPtrArray *lists[] = {r->guests.hosts, r->guests.here};

    r->history.all = r->history.minutes = 0;
    for (size_t l = 0; l < G_N_ELEMENTS(lists); l++)
        for (guint i = 0; i < lists[l]->len; i++)
            forget_with_parts(r, g_ptr_array_index(lists[l], i));
    forget_departed(r);
}

/* Move *OLDEST on by a sixteenth of what there is up to LAST, if more than KEPT are left. */
static bool move_on(uint64_t *oldest, uint64_t last, uint64_t kept)
{
    enum { SHARE = 16 };

    if (last - *oldest < kept)
        return false;
    *oldest += MIN((last - *oldest) / SHARE + 1, HISTORY_BLOCK);
    return true;
}

/* The oldest tick and minute are the same for all entities. Minutes are dropped first if they take
 * more than their share, then ticks. */
static void keep_to_budget(struct roster *r)
{
    uint64_t minute = timeline_last_minute(r->timeline);

    while (roster_history_bytes(r) > r->history_budget) {
        bool too_many = r->history.minutes > minutes_budget(r);
        if (!(too_many && move_on(&r->oldest_minute, minute, 1)) &&
            !move_on(&r->oldest, r->tick, HISTORY_DEPTH_MIN) &&
            !move_on(&r->oldest_minute, minute, 1))
            break;
        forget_all(r);
    }
}

static void record(struct roster *r, struct entity *e)
{
    if (!r->history_budget)
        return;
    frame_record(e, r->tick, timeline_last_minute(r->timeline), r->guests.now_ns);
    history_forget(e->history, r->oldest, r->oldest_minute);
    count_bytes(r, e);
}

/* Derive and record the entity after its parts. One that has left is recorded with its last values.
 */
static void take(struct roster *r, struct entity *e, struct derive_context *context, bool left)
{
    struct sheet sheet;

    for (guint i = 0; e->parts && i < e->parts->len; i++)
        take(r, g_ptr_array_index(e->parts, i), context, left);
    entity_open_sheet(e, &sheet);
    if (!left)
        derive_entity(e, context);
    if (e->kind == KIND_GUEST)
        derive_count(context, e);
    record(r, e);
    entity_close_sheet(e);
}

static struct derive_context *context_of(const struct roster *r, const struct entity *host)
{
    return &g_array_index(r->contexts, struct derive_context, host->at);
}

/* Prepare an empty ledger for each host. */
static void open_ledgers(struct roster *r)
{
    g_array_set_size(r->contexts, 0);
    g_array_set_size(r->contexts, r->guests.hosts->len); /* zeroed */
    for (guint i = 0; i < r->guests.hosts->len; i++) {
        struct entity *host = g_ptr_array_index(r->guests.hosts, i);
        context_of(r, host)->host = host;
    }
}

/* Whether a host left so long ago that it is not shown any more. */
static bool has_left(const struct roster *r, const struct entity *host)
{
    return host->gone_ns && host->gone_ns < r->guests.now_ns - ROSTER_LINGER_NS;
}

static uint64_t oldest_of(uint64_t last, uint64_t depth)
{
    return last < depth ? 1 : last - depth + 1;
}

static void take_all(struct roster *r)
{
    const GPtrArray *here = r->guests.here, *hosts = r->guests.hosts;
    uint64_t minute = timeline_last_minute(r->timeline);

    r->oldest = MAX(r->oldest, oldest_of(r->tick, r->history_budget ? HISTORY_DEPTH_MAX : 1));
    r->oldest_minute = MAX(r->oldest_minute, oldest_of(minute, HISTORY_MINUTES_MAX));
    r->history.all = r->history.minutes = 0;
    open_ledgers(r);
    for (guint i = 0; i < here->len; i++) {
        struct entity *guest = g_ptr_array_index(here, i);
        take(r, guest, context_of(r, guest->owner), guest->gone_ns != 0);
    }
    for (guint i = 0; i < hosts->len; i++) {
        struct entity *host = g_ptr_array_index(hosts, i);
        if (!has_left(r, host))
            take(r, host, context_of(r, host), host->gone_ns != 0);
        else
            forget_with_parts(r, host);
    }
    forget_departed(r);
    keep_to_budget(r);
}

/* Times are not compared, because they change with every sample. */
static bool say_the_same(const GArray *a, const GArray *b)
{
    for (guint i = 0; a->len == b->len && i < a->len; i++) {
        const struct source_status *x = &g_array_index(a, struct source_status, i);
        const struct source_status *y = &g_array_index(b, struct source_status, i);
        if (x->state != y->state || x->host != y->host || g_strcmp0(x->name, y->name) ||
            g_strcmp0(x->message, y->message))
            return false;
    }
    return a->len == b->len;
}

/* Drop the entries before the oldest tick, except the one that was valid at that tick. */
static void forget_statuses(struct roster *r)
{
    guint until = 0;

    while (until + 1 < r->status_log->len &&
           ((struct status_entry *)g_ptr_array_index(r->status_log, until + 1))->tick <= r->oldest)
        until++;
    if (until)
        g_ptr_array_remove_range(r->status_log, 0, until);
}

static void log_statuses(struct roster *r)
{
    guint count = r->status_log->len;
    const struct status_entry *last = count ? g_ptr_array_index(r->status_log, count - 1) : NULL;

    forget_statuses(r);
    if (!r->history_budget || (last && say_the_same(last->statuses, r->statuses)))
        return;
    struct status_entry *e = g_new(struct status_entry, 1);
    *e = (struct status_entry){.tick = r->tick, .statuses = statuses_new()};
    for (guint i = 0; i < r->statuses->len; i++) {
        struct source_status s = g_array_index(r->statuses, struct source_status, i);
        if (s.state == SOURCE_OK)
            s.since_ns = 0; /* it changes until the next entry */
        add_status(e->statuses, &s, s.host);
    }
    g_ptr_array_add(r->status_log, e);
}

void roster_tick(struct roster *r, int64_t now_ns, int64_t wall_ns)
{
    r->guests.now_ns = now_ns;
    guests_send_off(&r->guests, now_ns - ROSTER_LINGER_NS);
    r->tick++;
    timeline_tick(r->timeline, now_ns, wall_ns);
    take_all(r);
    log_statuses(r);
}

uint64_t roster_version(const struct roster *r)
{
    return r->guests.merge + r->tick;
}

uint64_t roster_last_tick(const struct roster *r)
{
    return r->tick;
}

uint64_t roster_oldest_tick(const struct roster *r)
{
    return r->oldest;
}

int64_t roster_tick_time(const struct roster *r, uint64_t tick, int64_t *wall_ns)
{
    return timeline_time(r->timeline, tick, wall_ns);
}

const struct timeline *roster_timeline(const struct roster *r)
{
    return r->timeline;
}

uint64_t roster_oldest_minute(const struct roster *r)
{
    return r->oldest_minute;
}

struct entity *roster_host(const struct roster *r)
{
    return r->guests.local;
}

const GPtrArray *roster_hosts(const struct roster *r)
{
    return r->guests.hosts;
}

const GPtrArray *roster_guests(const struct roster *r)
{
    return r->guests.here;
}

const GPtrArray *roster_departed(const struct roster *r)
{
    return r->guests.departed.guests;
}

struct entity *roster_find(const struct roster *r, uint64_t serial)
{
    return guests_find(&r->guests, serial);
}

const GArray *roster_statuses(const struct roster *r)
{
    return r->statuses;
}

const GArray *roster_statuses_of(const struct roster *r, unsigned source)
{
    return source < SAMPLE_SOURCES_MAX ? r->sources[source].statuses : NULL;
}

const GArray *roster_statuses_at(const struct roster *r, uint64_t tick)
{
    const struct status_entry *said = NULL;

    for (guint i = 0; i < r->status_log->len; i++) {
        const struct status_entry *e = g_ptr_array_index(r->status_log, i);
        if (e->tick <= tick)
            said = e;
    }
    return said ? said->statuses : r->no_statuses;
}

size_t roster_history_bytes(const struct roster *r)
{
    return r->history.all + r->guests.departed.bytes;
}
