/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* server.h: serves texts of series over HTTP.
 *
 * A thread of its own speaks HTTP (libmicrohttpd). It never looks at the model: a request for
 * /metrics waits, without a thread, until the main thread has been told by want() which formats are
 * wanted, and has published them. All requests that wait get the same text, so that one rendering
 * serves however many ask.
 *
 *   GET and HEAD   /metrics, /-/healthy, / (a page for people); others are refused
 *   limits         SERVER_CONNECTIONS, SERVER_PER_ADDRESS of one address, 16 KiB of headers; a
 *                  connection that completes no request in time is closed (server_tick())
 *
 * Main thread only, except want(), which the server's thread calls.
 */
#ifndef VTOP_EXPORT_SERVER_H
#define VTOP_EXPORT_SERVER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { SERVER_CONNECTIONS = 256, SERVER_PER_ADDRESS = 64 };
enum server_format { SERVER_PROMETHEUS, SERVER_OPENMETRICS, SERVER_FORMATS };

struct server_config {
    int fd;                  /* a socket that listens; the server closes it */
    const char *certificate; /* PEM, both or none */
    const char *key;
    const char *password;     /* USER:PASSWORD; NULL: none is wanted */
    void (*want)(void *data); /* a request waits; it must not block */
    void *data;
};

struct server;

/* NULL and *error (g_free) when it cannot be started. */
struct server *server_start(const struct server_config *config, char **error);
void server_stop(struct server *s);

/* The formats for which a request waits, as bits. */
unsigned server_wanted(struct server *s);

/* Answer all requests that wait for FORMAT. TEXT is shared between threads. */
void server_publish(struct server *s, enum server_format format, GBytes *text);

/* Close connections that have completed no request for too long. NOW_NS: monotonic. */
void server_tick(struct server *s, int64_t now_ns);

struct server_counts {
    uint64_t scrapes;     /* of /metrics, answered */
    uint64_t refused;     /* other requests that were no success */
    uint64_t bytes;       /* of answers, as sent */
    uint64_t closed;      /* by server_tick() */
    unsigned connections; /* that are open */
};
struct server_counts server_counts(struct server *s);

#endif
