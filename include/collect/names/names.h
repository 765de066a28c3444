/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* names.h: the human names of containers, found in the background.
 *
 * The sampling thread requests a name once per container and meanwhile shows the short id. A
 * separate thread looks where the name is cheapest to get (a command line, a file, a link, at last
 * a socket) and leaves the answer for names_take(). A lookup that failed is repeated after growing
 * pauses. A daemon that hangs, sends wrong answers or sends too much delays only this thread, and
 * only for two seconds; names_add_statuses() reports it. No shell is ever run.
 *
 * The new name of a renamed container is known within NAMES_RENAME_NS: the file that the name came
 * from is checked, and read when it changed. If only the daemon knows the name it takes
 * NAMES_LIST_NS: one request for the list of all containers.
 *
 * Answers are raw text from outside: ident_set() cleans them.
 */
#ifndef VTOP_COLLECT_NAMES_H
#define VTOP_COLLECT_NAMES_H

#include "base/clock.h"
#include "base/root.h"
#include "collect/cgroup/cgroup_tree.h"
#include "collect/names/names_answer.h"
#include "collect/viewpoint.h"
#include "model/sample.h"

#define NAMES_RENAME_NS (10 * CLOCK_NS_PER_S)

struct names;
struct names_entry;

/* ROOT and VIEWPOINT need not outlive the result. */
struct names *names_new(const struct root *root, const struct viewpoint *viewpoint);

/* Interrupts a lookup in progress. All entries must have been dropped. A thread that is blocked (by
 * a file on a dead server) is abandoned after half a second; it frees what it uses when it ends. */
void names_free(struct names *n);

/* One entry per container and lifetime (the inode of its control group): request it when the
 * container appears, drop it when the container is gone. NODE: its control group, which must exist
 * until then; PID: one of its processes; OUTER_PID: a process of the guest around it, in which its
 * runtime runs. 0 = not known, or none. */
struct names_entry *names_ask(struct names *n, const struct cgroup_node *node, pid_t pid,
                              pid_t outer_pid);
void names_drop(struct names *n, struct names_entry *e);

/* What was found since the last call; names_answer_free(). NULL: nothing new. Never blocks. */
struct names_answer *names_take(struct names_entry *e);

/* Wait until every request so far was looked up once, and what its round found out about the
 * daemons is known, but not longer than PATIENCE_NS. For callers that collect only once. */
void names_wait(struct names *n, int64_t patience_ns);

/* Look up everything that may have changed now, regardless of pauses. For tests. */
void names_look_again(struct names *n);

/* Adds the status of the system's docker daemon if there is a trace of one on this host. */
void names_add_statuses(struct names *n, struct sample *out);

#endif
