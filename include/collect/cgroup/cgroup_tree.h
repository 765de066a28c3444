/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* cgroup_tree.h: the directories of the control group trees, kept up to date.
 *
 * A path that exists in several trees (v1, hybrid) is one node. inotify reports each directory that
 * is created or removed and each file that is written, so an unchanged tree costs nothing. After
 * lost events a tree is scanned once. Where watches are missing it is scanned every two seconds, or
 * less often if a scan takes long.
 *
 * A node's identity is its path and the inode of its directory in one tree, its home. When that
 * directory is removed, gone() is called, even if the path still exists in another tree. A
 * directory that is created again at the same path is a new one.
 *
 * One thread. Callbacks run inside cgroup_tree_update() and must not call it.
 */
#ifndef VTOP_COLLECT_CGROUP_TREE_H
#define VTOP_COLLECT_CGROUP_TREE_H

#include "collect/cgroup/hierarchy.h"
#include "collect/kept.h"

#include <glib.h>
#include <stdint.h>

enum { CGROUP_WATCHED_MAX = 4 };

struct cgroup_node {
    struct cgroup_node *parent, *child, *next;
    void *guest;         /* for the tree's user, valid from born() to gone() */
    void *limits;        /* the same; may be set on any node */
    uint64_t inode;      /* of its directory in its home; 0 = it has no home now */
    uint32_t mark;       /* the scan that saw it last */
    uint8_t present;     /* bit per watched tree: its directory is there */
    int8_t home;         /* the watched tree that the inode is from; -1 = none */
    uint8_t watches : 6; /* number of inotify watches on it; two per tree while one ends */
    bool dead : 1;       /* removed; freed when the kernel has ended its watches */
    bool known : 1;      /* the user holds other data about it and needs gone() */
    char name[];
};

struct cgroup_tree_user {
    void (*born)(void *user, struct cgroup_node *node);
    void (*gone)(void *user, struct cgroup_node *node);
    /* FILE of this group was written. */
    void (*written)(void *user, struct cgroup_node *node, const char *file);
    void (*lost)(void *user); /* events were lost: any file may have been written */
    void *data;
};

struct cgroup_tree;

/* WATCHED: indexes of the hierarchies whose directories are watched, in order of preference. BUDGET
 * lends its spare descriptor when there is no other. H and BUDGET must outlive the tree. Nothing is
 * read before the first update. */
struct cgroup_tree *cgroup_tree_new(const struct hierarchies *h, const int watched[], int count,
                                    const struct cgroup_tree_user *user,
                                    struct kept_budget *budget);

/* Calls gone() for every node that is left. */
void cgroup_tree_free(struct cgroup_tree *t);

void cgroup_tree_update(struct cgroup_tree *t, int64_t now_ns);

/* Whether directories may be missing because descriptors ran out. */
bool cgroup_tree_is_starved(const struct cgroup_tree *t);

/* Whether inotify reports every write in this hierarchy, given by its index. */
bool cgroup_tree_tells(const struct cgroup_tree *t, int hierarchy);

struct cgroup_node *cgroup_tree_root(const struct cgroup_tree *t);

/* The group of this name directly below PARENT; NULL: there is none. */
struct cgroup_node *cgroup_tree_find(const struct cgroup_tree *t, const struct cgroup_node *parent,
                                     const char *name);

/* Append the path of NODE to OUT; "/" for the root. */
void cgroup_node_path(const struct cgroup_node *node, GString *out);

/* The index of a hierarchy in which the directory of NODE exists. */
int cgroup_node_hierarchy(const struct cgroup_tree *t, const struct cgroup_node *node);

#endif
