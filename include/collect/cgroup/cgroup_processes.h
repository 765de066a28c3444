/* cgroup_processes.h: the processes in a control group.
 *
 * Part of cgroup.h: one thread. What is read passes through the buffer of the plan's budget.
 */
#ifndef VTOP_COLLECT_CGROUP_PROCESSES_H
#define VTOP_COLLECT_CGROUP_PROCESSES_H

#include "collect/cgroup/cgroup_files.h"
#include "collect/procfs.h"

/* Put into PIDS the processes of the group and of those below it, LIMIT processes from PATIENCE
 * groups at most: engines put the processes of a container into groups inside its own. Those of
 * systemd's mounts and of runtimes come last. Processes of another pid namespace read as 0. False:
 * PATIENCE groups were read, and there may be more. */
bool cgroup_processes_list(struct cgroup_plan *p, const struct cgroup_tree *t,
                           const struct cgroup_node *node, guint limit, int patience, GArray *pids);

/* How far down the innermost group is that holds all of them; PIDS is scratch. */
unsigned cgroup_processes_depth(struct cgroup_plan *p, const struct cgroup_tree *t,
                                const struct cgroup_node *node, GArray *pids);

/* The group so far down, or the last one on the way that is still there. */
struct cgroup_node *cgroup_processes_innermost(struct cgroup_node *node, unsigned depth);

bool cgroup_process_is_alive(const struct cgroup_plan *p, pid_t pid);
bool cgroup_process_stat(const struct cgroup_plan *p, pid_t pid, struct procfs_stat *stat);

/* A pod has a process that does nothing but hold its namespaces: Kubernetes' "pause", Podman's
 * "catatonit -P" (without -P it is somebody's init). COMMAND: as its stat says. */
bool cgroup_process_is_pause(const struct cgroup_plan *p, pid_t pid, const char *command);

#endif
