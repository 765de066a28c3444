/* cgroup_tree.h: the directories of the control group trees, kept up to date.
 *
 * A path that exists in several trees (v1, hybrid) is one node. The kernel tells of every directory
 * that comes or goes and of every file that is written (inotify), so a tree at rest costs nothing;
 * where it cannot (no watches left, events lost) the tree is scanned again, every two seconds or
 * less often when that takes long.
 *
 * A node's identity is its path and the inode of its directory in one tree, its home. When that
 * directory goes, the node is told gone, even if the path still exists elsewhere; when it comes
 * again, it is another one.
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
    void *guest;         /* of the tree's user, from born() to gone() */
    void *limits;        /* the same; may be set on any node */
    uint64_t inode;      /* of its directory in its home; 0 = it has no home now */
    uint32_t mark;       /* the scan that saw it last */
    uint8_t present;     /* bit per watched tree */
    int8_t home;         /* which watched tree the inode is of */
    uint8_t watches : 3; /* how many of them watch it */
    bool dead : 1;       /* gone, only waiting for the kernel's last word on its watches */
    bool known : 1;      /* the user has something more of it, and is told when it is gone */
    char name[];
};

struct cgroup_tree_user {
    void (*born)(void *user, struct cgroup_node *node);
    void (*gone)(void *user, struct cgroup_node *node);
    /* FILE of this group was written to. */
    void (*written)(void *user, struct cgroup_node *node, const char *file);
    void (*lost)(void *user); /* so much was written that the kernel did not tell all of it */
    void *data;
};

struct cgroup_tree;

/* WATCHED: indexes of the hierarchies to look for directories in, most telling first. The
 * hierarchies and BUDGET, whose spare descriptor serves when there is no other, must outlive the
 * tree. Nothing is read before the first update. */
struct cgroup_tree *cgroup_tree_new(const struct hierarchies *h, const int watched[], int count,
                                    const struct cgroup_tree_user *user,
                                    struct kept_budget *budget);

/* Tells gone() of every node that is left. */
void cgroup_tree_free(struct cgroup_tree *t);

void cgroup_tree_update(struct cgroup_tree *t, int64_t now_ns);

/* Whether there may be directories that it could not look into for want of descriptors. */
bool cgroup_tree_is_starved(const struct cgroup_tree *t);

/* Whether all that is written in this hierarchy (index among them) is told. */
bool cgroup_tree_tells(const struct cgroup_tree *t, int hierarchy);

struct cgroup_node *cgroup_tree_root(const struct cgroup_tree *t);

/* The group of this name right below PARENT; NULL: there is none. */
struct cgroup_node *cgroup_tree_find(const struct cgroup_tree *t, const struct cgroup_node *parent,
                                     const char *name);

/* Its path, "/" for the root, appended to OUT. */
void cgroup_node_path(const struct cgroup_node *node, GString *out);

/* The hierarchy (index among them) in which its directory is sure to exist. */
int cgroup_node_hierarchy(const struct cgroup_tree *t, const struct cgroup_node *node);

#endif
