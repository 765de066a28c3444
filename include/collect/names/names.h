/* names.h: the human names of containers, found in the background.
 *
 * The sampling thread asks once per container and goes on with the short id; a thread of its own
 * looks where the name is cheapest to have (a command line, a file, a link, at last a socket) and
 * puts the answer where names_take() finds it. What was not found is tried again with growing
 * pauses. A daemon that hangs, lies or floods keeps nobody waiting but this thread, and that for
 * two seconds at most; names_add_statuses() says so. No shell, ever.
 *
 * A container that is renamed has its new name within NAMES_RENAME_NS: the file that its name came
 * from is looked at, and read when it changed. Where only the daemon may be asked it takes
 * NAMES_LIST_NS: one question for the list of all.
 *
 * Answers are raw text from outside: ident_set() cleans them.
 */
#ifndef VTOP_COLLECT_NAMES_H
#define VTOP_COLLECT_NAMES_H

#include "base/clock.h"
#include "base/root.h"
#include "collect/cgroup/cgroup_tree.h"
#include "collect/viewpoint.h"
#include "model/sample.h"

#define NAMES_RENAME_NS (10 * CLOCK_NS_PER_S)
#define NAMES_LIST_NS (60 * CLOCK_NS_PER_S)

/* NULL = not known. */
struct names_answer {
    char *name, *image;
    char *id;     /* where the path has none */
    char *group;  /* compose project, "namespace/pod", pod */
    char *source; /* the file that changes with the name, if it can change; for names.c */
    bool listed;  /* by a daemon, which has to be asked again; for names.c */
    bool partial; /* more may be known later, though the source does not change; for names.c */
    bool sandbox; /* it only holds the namespaces of its pod: no guest of its own */
};

void names_answer_free(void *answer);

struct names;
struct names_entry;

/* Neither need outlive it. */
struct names *names_new(const struct root *root, const struct viewpoint *viewpoint);

/* Ends a question that is under way. All entries must have been dropped. A thread that is stuck (a
 * file on a dead server) is left to itself after half a second, with all that it works with. */
void names_free(struct names *n);

/* One entry per container and life (its control group's inode): ask when it appears, drop it when
 * it goes. NODE: its control group, which must stay until then; PID: one of its processes;
 * OUTER_PID: one of the guest around it, in which its runtime lives. 0 = not known, or none. */
struct names_entry *names_ask(struct names *n, const struct cgroup_node *node, pid_t pid,
                              pid_t outer_pid);
void names_drop(struct names *n, struct names_entry *e);

/* What was found since the last call, for names_answer_free(); NULL: nothing new. Never waits. */
struct names_answer *names_take(struct names_entry *e);

/* Wait until everything asked so far was looked up once, and what its round found out of the daemons
 * is known, but not longer than PATIENCE_NS: for who looks only once. */
void names_wait(struct names *n, int64_t patience_ns);

/* Look everything up now that may have changed, whatever the pauses: for tests. */
void names_look_again(struct names *n);

/* Adds the status of the runtimes' daemons that left a trace on this host. */
void names_add_statuses(struct names *n, struct sample *out);

#endif
