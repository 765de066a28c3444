/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "feed/replayed.h"

#include "base/clock.h"
#include "model/pack.h"
#include "record/bytes.h"

#include <string.h>

/* Longer gaps are those of clocks that were set. */
#define GAP_MAX_NS (INT64_C(10) * 365 * 86400 * CLOCK_NS_PER_S)

void replayed_restart(struct replayed *r)
{
    *r = (struct replayed){.now = r->now};
}

/* ---- samples of another time ---- */

/* What no clock can have shown is harmless, whatever it is. */
static int64_t moved(int64_t ns, int64_t shift_ns)
{
    int64_t sum_ns = bytes_plus(ns, shift_ns);

    return bytes_is_time(sum_ns) ? sum_ns : 0;
}

static struct record *add_shifted(struct sample *to, const struct record *r, int64_t shift_ns)
{
    uint8_t pack[sizeof(uint64_t) + PACK_ROOM(RECORD_MAX)] = {0};
    struct record *copy;

    record_pack(r, pack + sizeof(uint64_t));
    copy = sample_add_pack(to, (enum facet)r->facet, r->ident, pack + sizeof(uint64_t));
    copy->read_ns = moved(r->read_ns, shift_ns);
    copy->interval_ns = r->interval_ns;
    return copy;
}

/* Samples are immutable: a copy with all times moved. */
static struct sample *shifted(const struct sample *s, int64_t shift_ns)
{
    struct sample *copy = sample_new(s->source, s->interval_ns);

    copy->complete = s->complete;
    copy->still = s->still;
    copy->suspended_ns = s->suspended_ns;
    if (s->host)
        sample_set_host(copy, s->host);
    for (guint i = 0; i < s->records->len; i++)
        add_shifted(copy, g_ptr_array_index(s->records, i), shift_ns);
    for (guint i = 0; i < s->statuses->len; i++) {
        const struct source_status *st = &g_array_index(s->statuses, struct source_status, i);
        sample_add_status(copy, st->name, st->state, moved(st->since_ns, shift_ns), st->message);
    }
    return copy;
}

static void deliver_sample(struct replayed *r, struct feed *f, struct sample *s)
{
    r->sources[s->source] = true;
    if (!r->shift_ns) {
        feed_deliver(f, s);
        return;
    }
    struct sample *copy = shifted(s, r->shift_ns);
    feed_deliver(f, copy);
    sample_unref(copy);
}

/* ---- from one run of a recorder to the next ---- */

static bool is_same_boot(const struct replayed *r, const struct record_tick *t, const char *boot_id)
{
    return *boot_id && strcmp(r->boot_id, boot_id) == 0 && t->mono_ns >= r->mono_ns;
}

/* What is not in the first tick of a run has left. */
static void empty_sources(struct replayed *r, struct feed *f, const struct record_tick *t)
{
    bool had[SAMPLE_SOURCES_MAX];

    memcpy(had, r->sources, sizeof(had));
    memset(r->sources, 0, sizeof(r->sources));
    for (guint i = 0; i < t->samples->len; i++)
        had[((struct sample *)g_ptr_array_index(t->samples, i))->source] = false;
    for (unsigned source = 0; source < SAMPLE_SOURCES_MAX; source++) {
        if (!had[source])
            continue;
        struct sample *nothing = sample_new(source, 0);
        feed_deliver(f, nothing);
        sample_unref(nothing);
    }
}

static void begin_session(struct replayed *r, struct feed *f, const struct record_tick *t,
                          const char *boot_id)
{
    int64_t passed_ns = t->wall_ns - r->wall_ns;

    if (!is_same_boot(r, t, boot_id))
        r->shift_ns = r->now.mono_ns + CLAMP(passed_ns, CLOCK_NS_PER_S, GAP_MAX_NS) - t->mono_ns;
    empty_sources(r, f, t);
}

void replayed_deliver(struct replayed *r, struct feed *f, const struct record_tick *t,
                      const char *boot_id)
{
    if (r->begun && t->session != r->session)
        begin_session(r, f, t, boot_id);
    for (guint i = 0; i < t->samples->len; i++)
        deliver_sample(r, f, g_ptr_array_index(t->samples, i));
    r->begun = true;
    r->session = t->session;
    r->mono_ns = t->mono_ns;
    r->wall_ns = t->wall_ns;
    g_strlcpy(r->boot_id, boot_id, sizeof(r->boot_id));
    r->now = (struct feed_time){.mono_ns = moved(t->mono_ns, r->shift_ns), .wall_ns = t->wall_ns};
    feed_tick(f, &r->now);
}
