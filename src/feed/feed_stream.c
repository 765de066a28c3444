/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "feed/feed_stream.h"

#include "feed/replayed.h"
#include "record/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

struct streamed {
    struct feed feed;
    int fd;
    struct stream *stream;
    struct replayed replayed;
    char *error;
};

static struct streamed *streamed(const struct feed *f)
{
    return (struct streamed *)f;
}

static void close_stream(struct feed *f)
{
    struct streamed *s = streamed(f);

    close(s->fd);
    stream_free(s->stream);
    g_free(s->error);
    g_free(s);
}

static int fd_of(const struct feed *f)
{
    return f->ended ? -1 : streamed(f)->fd;
}

static struct feed_time now(const struct feed *f)
{
    return streamed(f)->replayed.now;
}

static bool deliver_next(struct streamed *s)
{
    struct record_tick *t = stream_next(s->stream);

    if (!t)
        return false;
    replayed_deliver(&s->replayed, &s->feed, t, stream_boot_id(s->stream));
    record_tick_free(t);
    return true;
}

/* Read what there is; sets feed.ended when nothing will come. */
static void read_some(struct streamed *s)
{
    uint8_t bytes[64 << 10];
    ssize_t n = read(s->fd, bytes, sizeof(bytes));

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0 && stream_feed(s->stream, bytes, (size_t)n, &s->error))
        return;
    if (n < 0)
        s->error = g_strdup(g_strerror(errno));
    else if (n == 0 && !s->feed.ticks)
        s->error = g_strdup("standard input has no recording");
    s->feed.ended = true;
}

static bool pump(struct feed *f)
{
    struct streamed *s = streamed(f);
    bool ticked = false;

    read_some(s);
    while (deliver_next(s))
        ticked = true;
    return ticked;
}

/* False when the wait was interrupted. */
static bool await_bytes(const struct streamed *s)
{
    struct pollfd fds[] = {{.fd = s->fd, .events = POLLIN},
                           {.fd = s->feed.interrupt_fd ? s->feed.interrupt_fd : -1,
                            .events = POLLIN}};

    return poll(fds, G_N_ELEMENTS(fds), -1) >= 0 && !fds[1].revents;
}

static bool wait_for_tick(struct feed *f, int64_t grace_ns)
{
    struct streamed *s = streamed(f);

    (void)grace_ns;
    while (!deliver_next(s)) {
        if (f->ended || !await_bytes(s))
            return false;
        read_some(s);
    }
    return true;
}

struct feed *feed_stream_open(int fd)
{
    static const struct feed_class class = {.close = close_stream,
                                            .fd = fd_of,
                                            .pump = pump,
                                            .wait = wait_for_tick,
                                            .now = now};
    struct streamed *s = g_new0(struct streamed, 1);

    s->feed.class = &class;
    s->fd = fd;
    s->stream = stream_new();
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    return &s->feed;
}

const char *feed_stream_error(const struct feed *f)
{
    return streamed(f)->error;
}
