/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "feed/feed_live.h"

#include "base/clock_read.h"
#include "collect/demo/demo.h"
#include "collect/libvirt/libvirt.h"
#include "collect/local.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define STOP_PATIENCE_NS (500 * CLOCK_NS_PER_MS)

enum { METRONOME = 0 };

struct feed_live {
    struct feed feed;
    GPtrArray *sources; /* struct source *, by their index with the roster */
    int wake_fd;
};

static struct feed_live *live(const struct feed *f)
{
    return (struct feed_live *)f;
}

/* ---- sources ---- */

static bool start_source(struct feed_live *l, const struct source_class *class, const void *config,
                         const struct demand *demand)
{
    g_return_val_if_fail(l->sources->len < SAMPLE_SOURCES_MAX, false);
    struct source *source = source_start(class, config, l->sources->len, l->wake_fd, demand);

    if (source)
        g_ptr_array_add(l->sources, source);
    return source != NULL;
}

static bool start_hypervisors(struct feed_live *l, const struct feed_live_config *config,
                              const struct demand *demand)
{
    struct libvirt_config local = {.root = config->root};
    bool started = true;

    if (!config->uri_count)
        return start_source(l, &LIBVIRT_SOURCE, &local, demand);
    for (size_t i = 0; started && i < config->uri_count; i++) {
        struct libvirt_config one = {.uri = config->uris[i], .root = config->root};
        started = start_source(l, &LIBVIRT_SOURCE, &one, demand);
    }
    return started;
}

static bool start_sources(struct feed_live *l, const struct feed_live_config *config,
                          const struct demand *demand)
{
    struct demo_config demo = demo_config_for(config->demo_guests);
    struct local_config local = {.root_dir = config->root, .saved = config->still};

    if (config->demo)
        return start_source(l, &DEMO_SOURCE, &demo, demand);
    return start_source(l, &LOCAL_SOURCE, &local, demand) &&
           (config->still || start_hypervisors(l, config, demand));
}

/* ---- the feed ---- */

static void stop(struct feed *f)
{
    struct feed_live *l = live(f);

    for (guint i = 0; i < l->sources->len; i++)
        source_stop(g_ptr_array_index(l->sources, i), STOP_PATIENCE_NS);
    g_ptr_array_free(l->sources, TRUE);
    /* wake_fd stays open: a source that was left alone may still write to it */
    g_free(l);
}

static void ask(struct feed *f, const struct demand *demand)
{
    struct feed_live *l = live(f);

    for (guint i = 0; i < l->sources->len; i++)
        source_demand(g_ptr_array_index(l->sources, i), demand);
}

static int wake_fd(const struct feed *f)
{
    return live(f)->wake_fd;
}

static struct feed_time now(const struct feed *f)
{
    (void)f;
    return (struct feed_time){.mono_ns = clock_mono_ns(), .wall_ns = clock_wall_ns()};
}

static void tick(struct feed *f)
{
    struct feed_time at = now(f);

    feed_tick(f, &at);
}

/* Deliver the new samples of source I. True when there were any. */
static bool deliver_newest(struct feed_live *l, guint i)
{
    struct sample *s = source_take(g_ptr_array_index(l->sources, i));

    if (!s)
        return false;
    feed_deliver(&l->feed, s);
    sample_unref(s);
    return true;
}

/* Deliver the samples of all sources. True when the metronome had one. */
static bool deliver_all(struct feed_live *l)
{
    bool beat = false;
    uint64_t count;

    while (read(l->wake_fd, &count, sizeof(count)) < 0 && errno == EINTR)
        ;
    for (guint i = 0; i < l->sources->len; i++)
        beat |= deliver_newest(l, i) && i == METRONOME;
    return beat;
}

static bool pump(struct feed *f)
{
    bool beat = deliver_all(live(f));

    if (beat)
        tick(f);
    return beat;
}

/* False when the wait was interrupted. */
static bool wait_for_source(const struct feed_live *l, int64_t patience_ns)
{
    struct pollfd fds[] = {
        {.fd = l->wake_fd, .events = POLLIN},
        {.fd = l->feed.interrupt_fd ? l->feed.interrupt_fd : -1, .events = POLLIN}};
    int timeout = patience_ns < 0 ? -1 : (int)(patience_ns / CLOCK_NS_PER_MS + 1);

    return poll(fds, G_N_ELEMENTS(fds), timeout) >= 0 && !fds[1].revents;
}

static bool all_caught_up(const struct feed_live *l)
{
    for (guint i = 0; i < l->sources->len; i++)
        if (source_published(g_ptr_array_index(l->sources, i)) <= l->feed.ticks)
            return false;
    return true;
}

static bool wait_for_tick(struct feed *f, int64_t grace_ns)
{
    struct feed_live *l = live(f);

    while (!deliver_all(l))
        if (!wait_for_source(l, -1))
            return false;
    int64_t until = clock_mono_ns() + grace_ns;
    for (int64_t left; !all_caught_up(l) && (left = until - clock_mono_ns()) > 0;) {
        if (!wait_for_source(l, left))
            return false;
        deliver_all(l);
    }
    deliver_all(l);
    tick(f);
    return true;
}

struct feed *feed_live_open(const struct feed_live_config *config, const struct demand *demand)
{
    static const struct feed_class class = {.close = stop,
                                            .demand = ask,
                                            .fd = wake_fd,
                                            .pump = pump,
                                            .wait = wait_for_tick,
                                            .now = now};
    struct feed_live *l = g_new0(struct feed_live, 1);

    libvirt_prepare();
    l->feed.class = &class;
    l->sources = g_ptr_array_new();
    l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (start_sources(l, config, demand))
        return &l->feed;
    int error = errno;
    stop(&l->feed);
    errno = error;
    return NULL;
}
