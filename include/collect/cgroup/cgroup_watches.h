/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* cgroup_watches.h: the node of each watch of an inotify instance.
 *
 * There are thousands of groups, each with a watch in every watched tree. Sorted arrays take twelve
 * bytes per watch, a hash table forty. The kernel numbers watches in ascending order, so a new one
 * goes to the end; removing one moves the rest, a microsecond for thousands.
 *
 * Part of cgroup_tree.h: one thread.
 */
#ifndef VTOP_COLLECT_CGROUP_WATCHES_H
#define VTOP_COLLECT_CGROUP_WATCHES_H

struct cgroup_node;

/* All-zero when new. */
struct cgroup_watches {
    int *wds;                   /* watch descriptors in ascending order, */
    struct cgroup_node **nodes; /* and their nodes */
    unsigned count, room;
};

/* The node of watch WD; NULL: there is no such watch. */
struct cgroup_node *cgroup_watches_find(const struct cgroup_watches *w, int wd);

/* WD must not be there yet. */
void cgroup_watches_add(struct cgroup_watches *w, int wd, struct cgroup_node *node);

/* Returns the node of the removed watch; NULL: there was no such watch. */
struct cgroup_node *cgroup_watches_remove(struct cgroup_watches *w, int wd);

void cgroup_watches_clear(struct cgroup_watches *w);

#endif
