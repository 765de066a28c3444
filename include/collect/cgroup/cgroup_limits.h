/* cgroup_limits.h: what a control group may use, by its own limits and those of its ancestors.
 *
 * Limits change rarely: those of a group are read once, and again when the kernel says that one was
 * written. Where it does not say so they are read again after half a minute, the others after eight
 * times as long, for safety. Groups share their ancestors, which are read once for all.
 *
 * A limit that is larger than the host is none.
 *
 * A quota above a group throttles it too: the figures are those of the nearest group, itself
 * included, that has a quota.
 *
 * One thread.
 */
#ifndef VTOP_COLLECT_CGROUP_LIMITS_H
#define VTOP_COLLECT_CGROUP_LIMITS_H

#include "collect/cgroup/cgroup_files.h"

struct cgroup_limits; /* of one node, in node->limits */

/* What a group without limits may use; 0 = not known. */
struct cgroup_host {
    unsigned cpus;   /* online */
    uint64_t memory; /* bytes */
    uint64_t tasks;  /* there are fewer process ids than this */
    int64_t due_ns;  /* when to read memory and tasks again; 0 = now */
};

/* Read memory and tasks if that is due. */
void cgroup_host_update(struct cgroup_host *h, struct kept_budget *budget, int64_t now_ns);

/* What is needed to read them. */
struct cgroup_limits_reader {
    struct cgroup_plan *plan;
    const struct cgroup_tree *tree; /* which may tell what is written */
    const struct cgroup_host *host;
    int64_t now_ns;
};

/* Set R_CG_CPU_LIMIT_MILLI, R_CG_MEM_LIMIT_BYTES, whose limits these are, and R_CG_TASKS_LIMIT. OWN
 * is NODE or around it: limits up to there are its own. */
void cgroup_limits_record(struct cgroup_limits_reader *r, struct cgroup_node *node,
                          const struct cgroup_node *own, struct record *out);

/* Set R_CG_PERIODS, R_CG_THROTTLED and R_CG_THROTTLED_NS. */
void cgroup_limits_record_throttling(struct cgroup_limits_reader *r, struct cgroup_node *node,
                                     struct record *out);

/* FILE of this group was written: whether it is a limit. Those of the group, and of the groups
 * below when it is one that they inherit, are read anew. */
bool cgroup_limits_written(struct cgroup_node *node, const char *file);

/* Those of the group and of all below it are read anew. */
void cgroup_limits_forget(struct cgroup_node *node);

/* Before the node goes. */
void cgroup_limits_free(struct cgroup_node *node, struct kept_budget *budget);

#endif
