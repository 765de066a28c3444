/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* cgroup_processes.h: the processes in a control group.
 *
 * Part of cgroup.h: one thread. Reading overwrites the buffer of the plan's budget.
 */
#ifndef VTOP_COLLECT_CGROUP_PROCESSES_H
#define VTOP_COLLECT_CGROUP_PROCESSES_H

#include "collect/cgroup/cgroup_files.h"
#include "collect/procfs.h"

/* Put the processes of the group and of the groups below it into PIDS: LIMIT processes from
 * PATIENCE groups at most. The groups below belong to it because engines put the processes of a
 * container into groups inside its own. Processes in groups of systemd's mounts and of runtimes
 * come last. Processes of another pid namespace read as 0. Returns false if PATIENCE groups were
 * read, so that there may be more. */
bool cgroup_processes_list(struct cgroup_plan *p, const struct cgroup_tree *t,
                           const struct cgroup_node *node, guint limit, int patience, GArray *pids);

/* The number of levels from NODE down to the innermost group that has all its processes. PIDS is
 * scratch. */
unsigned cgroup_processes_depth(struct cgroup_plan *p, const struct cgroup_tree *t,
                                const struct cgroup_node *node, GArray *pids);

/* The group DEPTH levels below NODE, or the last one on the way that still exists. */
struct cgroup_node *cgroup_processes_innermost(struct cgroup_node *node, unsigned depth);

bool cgroup_process_is_alive(const struct cgroup_plan *p, pid_t pid);
bool cgroup_process_stat(const struct cgroup_plan *p, pid_t pid, struct procfs_stat *stat);

/* Whether a process only holds the namespaces of a pod: Kubernetes' "pause", Podman's "catatonit
 * -P" (without -P it is the init of a container). COMMAND: its name in /proc/PID/stat. */
bool cgroup_process_is_pause(const struct cgroup_plan *p, pid_t pid, const char *command);

#endif
