/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* names_round.h: what the finders of names (names_find.h) share.
 *
 * A round answers all requests that are due, so that a list (a directory, a daemon's answer) is
 * fetched at most once for all of them, and only when a request needs it.
 */
#ifndef VTOP_COLLECT_NAMES_ROUND_H
#define VTOP_COLLECT_NAMES_ROUND_H

#include "base/clock.h"
#include "base/file.h"
#include "base/root.h"
#include "collect/names/names_answer.h"
#include "model/metric.h"

#include <glib.h>
#include <json-c/json.h>

struct names_daemon;
struct names_daemons;

/* What is known about a container. */
struct names_query {
    enum guest_type type;
    const char *id;    /* container id, "" when the path has none */
    const char *name;  /* its name in the path, or "" */
    const char *group; /* id of its pod, or "" */
    const char *path;  /* of its control group */
    pid_t pid;         /* one of its processes; 0 = not known */
    pid_t outer_pid;   /* a process of the guest around it, in which its runtime runs; 0 = none */
    bool named;        /* it has a name already: a daemon may be contacted for the rest */
};

struct names_round {
    const struct root *host; /* the root that the process ids belong to */
    const struct root *root; /* the root with the runtime's files: the host's, or a guest's own */
    struct names_daemons *daemons; /* NULL: daemons inside a guest are not contacted */
    int64_t now_ns;
    struct file_buffer buffer;
    GHashTable *stores; /* directory -> struct podman_store *; NULL: not read */
    GHashTable *kube;   /* id -> file name without ".log" in /var/log/containers; NULL: not read */
    GHashTable *homes;  /* uid -> home or NULL; NULL: none was looked up */
};

void names_round_clear(struct names_round *r);

/* A failed attempt is repeated at DUE_NS, after a pause that doubles each time. */
struct names_backoff {
    int64_t pause_ns, due_ns; /* 0: no failure since the last success */
};

#define NAMES_PAUSE_MIN_NS (CLOCK_NS_PER_S / 2)
#define NAMES_PAUSE_MAX_NS (300 * CLOCK_NS_PER_S)       /* for a container without a name */
#define NAMES_DAEMON_PAUSE_MAX_NS (30 * CLOCK_NS_PER_S) /* for a daemon that fails */

void names_backoff_fail(struct names_backoff *b, int64_t now_ns, int64_t longest_ns);

/* Whether a control group is in a user's slice: that user's containers are rootless. */
bool names_rootless_uid(const char *path, uint64_t *uid);

/* The home directory of a user, or NULL. Valid until the end of the round. May query a directory
 * service. */
const char *names_home(struct names_round *r, uint64_t uid);

/* The JSON value in a file (names_json.h), or NULL. */
json_object *names_json_file(struct names_round *r, const char *path);

/* Whether a command line (in r->buffer, its words ended by NUL) is the one looked for. */
typedef bool names_is_command(const struct file_buffer *command);

/* The nearest process with such a command line among PID and its ancestors, or 0; its command line
 * is then in r->buffer. A container's runtime keeps a process of its own above the container's
 * first one. */
pid_t names_find_ancestor(struct names_round *r, pid_t pid, names_is_command *is);

/* The name of the program in a command line. */
const char *names_program(const struct file_buffer *command);

/* The word after OPTION in a command line, or NULL. */
const char *names_argument(const struct file_buffer *command, const char *option);

/* Whether a conmon, which runs containers of Podman and CRI-O, was found for this container; its
 * command line is then in r->buffer. A container without a known id is run by the conmon above
 * it. */
bool names_find_conmon(struct names_round *r, const struct names_query *q);

#endif
