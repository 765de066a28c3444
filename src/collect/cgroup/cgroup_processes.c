/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/cgroup_processes.h"

#include "collect/viewpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* ---- of a group ---- */

struct search {
    struct cgroup_plan *plan;
    const struct cgroup_tree *tree;
    guint limit;  /* maximum number of processes */
    int patience; /* number of groups that may still be read */
    GArray *pids;
};

/* Groups whose processes say little about the guest. systemd makes a group for every mount,
 * thousands in a container that runs Kubernetes; it has a process only during the mount, or for a
 * file system in user space. A group "supervisor" has the runtime's own process, which runs in the
 * host's namespaces. */
static bool is_last(const struct cgroup_node *node)
{
    return g_str_has_suffix(node->name, ".mount") || strcmp(node->name, "supervisor") == 0;
}

static void add_processes(struct search *s, const struct cgroup_node *node)
{
    int tree = cgroup_node_hierarchy(s->tree, node);
    const char *text = "";
    uint64_t pid;

    if (cgroup_plan_read_in(s->plan, tree, node, "cgroup.procs") > 0)
        text = s->plan->budget->buffer.text;
    for (; s->pids->len < s->limit && parse_u64(&text, &pid) && pid <= INT32_MAX;
         text = parse_next_line(text))
        g_array_append_vals(s->pids,
                            &(pid_t){s->plan->budget->viewpoint->pids ? (pid_t)pid : 0}, 1);
}

/* Search NODE and the groups below it. LAST: only those for which is_last() holds; else only the
 * others. */
static void search_groups(struct search *s, const struct cgroup_node *node, bool last)
{
    if (s->pids->len >= s->limit || s->patience <= 0)
        return;
    if (is_last(node) == last) {
        s->patience--;
        add_processes(s, node);
    }
    for (const struct cgroup_node *n = node->child; n; n = n->next)
        search_groups(s, n, last);
}

bool cgroup_processes_list(struct cgroup_plan *p, const struct cgroup_tree *t,
                           const struct cgroup_node *node, guint limit, int patience, GArray *pids)
{
    struct search s = {.plan = p, .tree = t, .limit = limit, .patience = patience, .pids = pids};

    g_array_set_size(pids, 0);
    search_groups(&s, node, false);
    search_groups(&s, node, true);
    return s.patience > 0;
}

/* The only group right below this one, unless it is a guest of its own; or NULL. */
static struct cgroup_node *only_child(const struct cgroup_node *node)
{
    struct cgroup_node *child = node->child;

    return child && !child->next && !child->guest ? child : NULL;
}

unsigned cgroup_processes_depth(struct cgroup_plan *p, const struct cgroup_tree *t,
                                const struct cgroup_node *node, GArray *pids)
{
    unsigned depth = 0;

    for (; only_child(node); node = only_child(node), depth++) {
        cgroup_processes_list(p, t, node, 1, 1, pids);
        if (pids->len)
            break;
    }
    return depth;
}

struct cgroup_node *cgroup_processes_innermost(struct cgroup_node *node, unsigned depth)
{
    for (; depth && only_child(node); depth--)
        node = only_child(node);
    return node;
}

/* ---- one process ---- */

bool cgroup_process_is_alive(const struct cgroup_plan *p, pid_t pid)
{
    char path[32];

    if (root_has_own_pids(p->root))
        return kill(pid, 0) == 0 || errno == EPERM;
    g_snprintf(path, sizeof(path), "/proc/%d", pid);
    return root_exists(p->root, path);
}

bool cgroup_process_stat(const struct cgroup_plan *p, pid_t pid, struct procfs_stat *stat)
{
    char path[32];

    g_snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    return file_read(p->root, path, &p->budget->buffer) > 0 &&
           procfs_parse_stat(p->budget->buffer.text, stat);
}

bool cgroup_process_is_pause(const struct cgroup_plan *p, pid_t pid, const char *command)
{
    struct file_buffer *b = &p->budget->buffer;
    char path[32];

    if (strcmp(command, "pause") == 0 || strcmp(command, "podman-pause") == 0)
        return true;
    g_snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
    if (strcmp(command, "catatonit") != 0 || file_read(p->root, path, b) <= 0)
        return false;
    size_t first = strlen(b->text) + 1;
    return first < b->length && strcmp(b->text + first, "-P") == 0;
}
