/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* A fake daemon of a container engine on its own socket, which sends right answers, wrong ones or
 * none. */
#ifndef VTOP_TESTS_COLLECT_FAKE_DAEMON_H
#define VTOP_TESTS_COLLECT_FAKE_DAEMON_H

#include "../base/tree.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

struct fake_daemon {
    const char *head, *body; /* NULL head: nothing is sent */
    size_t flood;            /* number of '[' bytes after the body */
    bool drip;               /* send one byte per second */
    bool hold;               /* keep the connection open after the answer */
    int listener, end;
    atomic_uint asked;
    GThread *thread;
};

#define FAKE_OK "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"

/* Wait for MS, or until the end of the daemon or of the connection. Returns whether to go on. */
static bool fake_goes_on(const struct fake_daemon *d, int fd, int ms)
{
    struct pollfd p[] = {{.fd = d->end, .events = POLLIN}, {.fd = fd, .events = POLLIN}};

    return poll(p, fd < 0 ? 1 : 2, ms) >= 0 && !p[0].revents;
}

static void fake_write(const struct fake_daemon *d, int fd, const char *text)
{
    size_t n = strlen(text), step = d->drip ? 1 : n;

    for (size_t at = 0; at < n; at += step)
        if (send(fd, text + at, step, MSG_NOSIGNAL) < 0 || (d->drip && !fake_goes_on(d, -1, 1000)))
            return;
}

static void fake_serve(struct fake_daemon *d, int fd)
{
    char buffer[4096];

    g_assert_true(recv(fd, buffer, sizeof(buffer), 0) >= 0);
    atomic_fetch_add(&d->asked, 1);
    if (d->head)
        fake_write(d, fd, d->head);
    if (d->body)
        fake_write(d, fd, d->body);
    memset(buffer, '[', sizeof(buffer));
    for (size_t n = 0; n < d->flood; n += sizeof(buffer))
        if (send(fd, buffer, sizeof(buffer), MSG_NOSIGNAL) < 0)
            break;
    while (d->hold && recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT) != 0)
        if (!fake_goes_on(d, fd, -1))
            break;
    close(fd);
}

static void *fake_run(void *p)
{
    struct fake_daemon *d = p;

    while (fake_goes_on(d, d->listener, -1)) {
        int fd = accept(d->listener, NULL, NULL);
        if (fd >= 0)
            fake_serve(d, fd);
    }
    return NULL;
}

/* Start the daemon at path WHERE below the root DIR. */
static inline void fake_start_at(struct fake_daemon *d, const char *dir, const char *where)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char *path = tree_path(dir, where);

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    unlink(path);
    g_free(path);
    d->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    d->end = eventfd(0, EFD_CLOEXEC);
    g_assert_cmpint(bind(d->listener, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(listen(d->listener, 8), ==, 0);
    d->thread = g_thread_new("daemon", fake_run, d);
}

/* Start the daemon at the path of docker's socket. */
static inline void fake_start(struct fake_daemon *d, const char *dir)
{
    fake_start_at(d, dir, "run/docker.sock");
}

static inline void fake_stop(struct fake_daemon *d)
{
    eventfd_write(d->end, 1);
    g_thread_join(d->thread);
    close(d->listener);
    close(d->end);
}

#endif
