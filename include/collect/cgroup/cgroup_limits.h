/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* cgroup_limits.h: what a control group may use, under its own limits and those of its ancestors.
 *
 * Limits change rarely: those of a group are read once, and again when inotify reports that one was
 * written. Where inotify does not report writes, limits are read again after about half a minute;
 * all others after eight times as long, for safety. Groups share their ancestors, which are read
 * once for all.
 *
 * A limit that is larger than the host counts as none.
 *
 * A quota of an ancestor throttles a group too: the figures are those of the nearest group, itself
 * included, that has a quota.
 *
 * One thread.
 */
#ifndef VTOP_COLLECT_CGROUP_LIMITS_H
#define VTOP_COLLECT_CGROUP_LIMITS_H

#include "collect/cgroup/cgroup_files.h"

struct cgroup_limits; /* of one node, in node->limits */

/* The host's resources, which a group without limits may use; 0 = not known. */
struct cgroup_host {
    unsigned cpus;   /* online */
    uint64_t memory; /* bytes */
    uint64_t tasks;  /* pid_max: process ids are below this */
    int64_t due_ns;  /* when to read memory and tasks again; 0 = now */
};

/* Read memory and tasks again if that is due. */
void cgroup_host_update(struct cgroup_host *h, struct kept_budget *budget, int64_t now_ns);

/* What the functions below need to read limits. */
struct cgroup_limits_reader {
    struct cgroup_plan *plan;
    const struct cgroup_tree *tree; /* says in which hierarchies inotify reports writes */
    const struct cgroup_host *host;
    int64_t now_ns;
};

/* Set R_CG_CPU_LIMIT_MILLI, R_CG_MEM_LIMIT_BYTES, the owners of these two limits, and
 * R_CG_TASKS_LIMIT. OWN is NODE or one of its ancestors: limits of the groups from NODE up to OWN
 * count as the guest's own. */
void cgroup_limits_record(struct cgroup_limits_reader *r, struct cgroup_node *node,
                          const struct cgroup_node *own, struct record *out);

/* Set R_CG_PERIODS, R_CG_THROTTLED and R_CG_THROTTLED_NS. */
void cgroup_limits_record_throttling(struct cgroup_limits_reader *r, struct cgroup_node *node,
                                     struct record *out);

/* To be called when FILE of this group was written. Returns whether FILE is a limit. The limits
 * that the write may have changed are read again, including those of groups below that inherit
 * it. */
bool cgroup_limits_written(struct cgroup_node *node, const char *file);

/* The limits of the group and of all groups below it are read again when they are next needed. */
void cgroup_limits_forget(struct cgroup_node *node);

/* To be called before NODE is removed: frees its limits. */
void cgroup_limits_free(struct cgroup_node *node, struct kept_budget *budget);

#endif
