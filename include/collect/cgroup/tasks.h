/* tasks.h: the processes of a container, and the threads of those that have several.
 *
 * Read only of the guest that is looked at closely. A process counts the CPU time of all its
 * threads, those that ended in the meantime included. Rows end at TASKS_MAX; the threads of a
 * process with more than that are not looked at one by one.
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

/* Begin a round, add every process of OWNER, and end it: who was not added is forgotten. */
void tasks_begin(struct tasks *t);
void tasks_add(struct tasks *t, struct kept_budget *budget, pid_t pid, const struct ident *owner,
               struct sample *out);
void tasks_end(struct tasks *t);

/* When the look goes elsewhere. */
void tasks_clear(struct tasks *t);

#endif
