/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* tasks.h: the processes of a container, and the threads of processes that have several.
 *
 * Read only for the guest in focus. A process counts the CPU time of all its threads, including
 * those that ended in the meantime. There are at most TASKS_MAX rows; the threads of a process with
 * more threads than that are not read one by one.
 *
 * One thread.
 */
#ifndef VTOP_COLLECT_TASKS_H
#define VTOP_COLLECT_TASKS_H

#include "collect/kept.h"
#include "model/sample.h"

enum { TASKS_MAX = 500 };

/* All-zero when new. */
struct tasks {
    GHashTable *processes; /* pid -> struct process_task */
    uint64_t round;
    unsigned rows; /* in this round */
};

/* Begin a round, add every process of OWNER, and end the round: processes that were not added are
 * forgotten. */
void tasks_begin(struct tasks *t);
void tasks_add(struct tasks *t, struct kept_budget *budget, pid_t pid, const struct ident *owner,
               struct sample *out);
void tasks_end(struct tasks *t);

/* To be called when no guest is in focus any more. */
void tasks_clear(struct tasks *t);

#endif
