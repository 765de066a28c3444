/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "feed/feed.h"

void feed_add_sink(struct feed *f, const struct feed_sink *sink)
{
    g_return_if_fail(f->sink_count < FEED_SINKS_MAX);
    f->sinks[f->sink_count++] = *sink;
}

void feed_close(struct feed *f)
{
    if (f)
        f->class->close(f);
}

void feed_demand(struct feed *f, const struct demand *demand)
{
    if (f->class->demand)
        f->class->demand(f, demand);
}

int feed_fd(const struct feed *f)
{
    return f->class->fd(f);
}

bool feed_pump(struct feed *f)
{
    return f->class->pump(f);
}

bool feed_wait(struct feed *f, int64_t grace_ns)
{
    return f->class->wait(f, grace_ns);
}

void feed_interrupt_by(struct feed *f, int fd)
{
    f->interrupt_fd = fd;
}

struct feed_time feed_now(const struct feed *f)
{
    return f->class->now(f);
}

void feed_deliver(struct feed *f, const struct sample *s)
{
    for (size_t i = 0; i < f->sink_count; i++)
        f->sinks[i].sample(f->sinks[i].data, s);
}

void feed_tick(struct feed *f, const struct feed_time *at)
{
    struct feed_time time = {.mono_ns = MAX(at->mono_ns, f->last_ns), .wall_ns = at->wall_ns};

    f->interval_ns = f->last_ns ? time.mono_ns - f->last_ns : 0;
    f->last_ns = time.mono_ns;
    f->ticks++;
    for (size_t i = 0; i < f->sink_count; i++)
        f->sinks[i].tick(f->sinks[i].data, &time);
}

void feed_rewind(struct feed *f)
{
    f->ticks = 0;
    f->last_ns = f->interval_ns = 0;
    for (size_t i = 0; i < f->sink_count; i++)
        if (f->sinks[i].rewind)
            f->sinks[i].rewind(f->sinks[i].data);
}
