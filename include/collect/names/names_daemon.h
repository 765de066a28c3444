/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* names_daemon.h: what the daemons of docker and Podman report about their containers, over their
 * sockets.
 *
 * One request for the whole list, never one per container. A daemon may hang, send wrong answers or
 * send too much: an answer takes NAMES_DAEMON_MS and NAMES_DAEMON_MAX bytes at most. After a
 * failure the daemon is not contacted for a pause that doubles each time.
 *
 * A user may run daemons of their own and controls what these report. So a user's daemon must only
 * be used for containers in that user's control groups, and a socket that another user owns is not
 * used at all.
 *
 * docker's list is kept until the end of the round. Podman has no daemon that keeps running:
 * systemd starts one on a connection and it exits by itself. So its list is kept, and requested
 * again no sooner than NAMES_LIST_NS later. It is used for labels, which never change.
 *
 * All calls from one thread, except names_daemons_interrupt().
 */
#ifndef VTOP_COLLECT_NAMES_DAEMON_H
#define VTOP_COLLECT_NAMES_DAEMON_H

#include "base/root.h"
#include "collect/names/names_round.h"
#include "collect/viewpoint.h"

/* How often the list of a daemon is asked for anew. */
#define NAMES_LIST_NS (60 * CLOCK_NS_PER_S)

enum { NAMES_DAEMON_MS = 2000, NAMES_DAEMON_MAX = 16 << 20 };

enum names_engine { NAMES_DOCKER, NAMES_PODMAN };

struct names_daemons;
struct names_daemon;

/* ROOT must outlive the result. */
struct names_daemons *names_daemons_new(const struct root *root,
                                        const struct viewpoint *viewpoint);
void names_daemons_free(struct names_daemons *all);

/* The daemon of a user, or the system's for uid 0; valid as long as ALL. It is not contacted
 * yet. */
struct names_daemon *names_daemons_get(struct names_daemons *all, enum names_engine engine,
                                       uint64_t uid);

/* A round is over: free the lists that are valid for one round only. */
void names_daemons_end_round(struct names_daemons *all);

/* Interrupt a request in progress, and send no more. From any thread. */
void names_daemons_interrupt(struct names_daemons *all);

/* What it reports about container ID; valid until the end of the round. Returns 0; -EAGAIN: it is
 * not contacted now, perhaps later; -ESRCH: it does not know this container; or an error of
 * names_daemon_state(). */
int names_daemon_find(struct names_daemon *d, const char *id, int64_t now_ns,
                      const struct names_answer **out);

/* When it is next contacted after a failure; 0 = the last request did not fail. */
int64_t names_daemon_due(const struct names_daemon *d);

/* Its state: 0 or -errno. -ENOENT: there is no trace of it; -ECONNREFUSED: it does not run;
 * -EACCES: no access to its socket; or how the last request ended, if that is recent: -ETIMEDOUT,
 * -EFBIG or -EPROTO. No request is sent for this, so systemd does not start a docker that is not
 * running. */
int names_daemon_state(const struct names_daemon *d, int64_t now_ns);

#endif
