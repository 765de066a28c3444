/* cgroup_dirs.h: from where the files of a group are opened when they cannot all be kept open.
 *
 * A directory above many groups serves all of them: one descriptor for many reads. Measured at
 * depth 5 of a real tree (1,000 groups, Linux 6.18), microseconds for one small file:
 *
 *   by its full path                     10.1
 *   from the mount point                  8.7   no descriptor beside that of the tree
 *   from the directory above the group    7.2   one for all in it
 *   from the group's own directory        6.3   one for each group and tree
 *   kept open                             2.1   one for each file
 *
 * A descriptor saves most in a directory above many. After that a kept file saves more (5.1) than
 * the group's own directory does on version 1 (0.9 each for one to three files), and about as much
 * on version 2, so those are not kept.
 *
 * Part of cgroup_files.h: one thread.
 */
#ifndef VTOP_COLLECT_CGROUP_DIRS_H
#define VTOP_COLLECT_CGROUP_DIRS_H

#include "collect/cgroup/cgroup_tree.h"
#include "collect/kept.h"

struct cgroup_dirs {
    struct kept_budget *budget;
    GHashTable *by_node; /* node -> struct kept, by hierarchy */
};

void cgroup_dirs_init(struct cgroup_dirs *d, struct kept_budget *budget);
void cgroup_dirs_clear(struct cgroup_dirs *d);

/* A directory to open files of NODE from, which is not the root of its tree; the way from there,
 * "docker/ID/", replaces what is in PATH. TREE: index of the hierarchy. The descriptor stays as
 * long as the node, or until cgroup_dirs_forget(). */
int cgroup_dirs_find(struct cgroup_dirs *d, const struct hierarchies *h, int tree,
                     const struct cgroup_node *node, GString *path);

/* Something of NODE was not there: perhaps it is the directory above that is gone. */
void cgroup_dirs_forget(struct cgroup_dirs *d, int tree, const struct cgroup_node *node);

/* Before the node goes. */
void cgroup_dirs_drop(struct cgroup_dirs *d, struct cgroup_node *node);

#endif
