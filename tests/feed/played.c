/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "played.h"

struct event {
    struct sample *sample; /* NULL: a tick */
    struct feed_time at;
};

struct played {
    struct feed feed;
    GArray *events; /* struct event */
    guint next;
    struct feed_time now;
};

static struct played *played(const struct feed *f)
{
    return (struct played *)f;
}

static void close_played(struct feed *f)
{
    for (guint i = 0; i < played(f)->events->len; i++)
        sample_unref(g_array_index(played(f)->events, struct event, i).sample);
    g_array_free(played(f)->events, TRUE);
    g_free(f);
}

static bool pump(struct feed *f)
{
    struct played *p = played(f);

    while (p->next < p->events->len) {
        struct event *e = &g_array_index(p->events, struct event, p->next++);
        if (!e->sample) {
            p->now = e->at;
            feed_tick(f, &e->at);
            return true;
        }
        feed_deliver(f, e->sample);
    }
    f->ended = true;
    return false;
}

static bool wait_for_tick(struct feed *f, int64_t grace_ns)
{
    (void)grace_ns;
    return pump(f);
}

static int no_fd(const struct feed *f)
{
    (void)f;
    return -1;
}

static struct feed_time now(const struct feed *f)
{
    return played(f)->now;
}

struct feed *played_open(void)
{
    static const struct feed_class class = {
        .close = close_played, .fd = no_fd, .pump = pump, .wait = wait_for_tick, .now = now};
    struct played *p = g_new0(struct played, 1);

    p->feed.class = &class;
    p->events = g_array_new(FALSE, FALSE, sizeof(struct event));
    return &p->feed;
}

void played_sample(struct feed *f, struct sample *s)
{
    struct event e = {.sample = s};

    g_array_append_val(played(f)->events, e);
}

void played_tick(struct feed *f, int64_t mono_ns, int64_t wall_ns)
{
    struct event e = {.at = {mono_ns, wall_ns}};

    g_array_append_val(played(f)->events, e);
}

void played_back(struct feed *f)
{
    played(f)->next = 0;
    f->ended = false;
    feed_rewind(f);
}
