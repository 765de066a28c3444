/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* cgroup_dirs.h: the directories from which the files of a group are opened when not all files can
 * be kept open.
 *
 * A directory above many groups serves all of them: one descriptor for many reads. Time to read one
 * small file at depth 5 of a real tree (1,000 groups, Linux 6.18), in microseconds:
 *
 *   by its full path                     10.1
 *   from the mount point                  8.7   no descriptor besides that of the tree
 *   from the directory above the group    7.2   one for all groups in it
 *   from the group's own directory        6.3   one for each group and tree
 *   kept open                             2.1   one for each file
 *
 * The descriptor of a directory above many groups saves the most. After that, a kept file saves
 * more (5.1) than the group's own directory does on version 1 (0.9 for each of one to three files),
 * and about as much on version 2. So the groups' own directories are not kept open.
 *
 * Part of cgroup_files.h: one thread.
 */
#ifndef VTOP_COLLECT_CGROUP_DIRS_H
#define VTOP_COLLECT_CGROUP_DIRS_H

#include "collect/cgroup/cgroup_tree.h"
#include "collect/kept.h"

struct cgroup_dirs {
    struct kept_budget *budget;
    GHashTable *by_node; /* node -> array of struct kept, by hierarchy */
};

void cgroup_dirs_init(struct cgroup_dirs *d, struct kept_budget *budget);
void cgroup_dirs_clear(struct cgroup_dirs *d);

/* Returns the descriptor of a directory above NODE, and puts the path from there to NODE
 * ("docker/ID/") into PATH, whose text it replaces. NODE must not be the root of its tree. TREE:
 * index of the hierarchy. The descriptor stays open until the directory's node is removed, or until
 * cgroup_dirs_forget(). */
int cgroup_dirs_find(struct cgroup_dirs *d, const struct hierarchies *h, int tree,
                     const struct cgroup_node *node, GString *path);

/* To be called when a file of NODE was not found: the directory above it may have been removed.
 * Closes the descriptor of that directory. */
void cgroup_dirs_forget(struct cgroup_dirs *d, int tree, const struct cgroup_node *node);

/* To be called before NODE is removed. */
void cgroup_dirs_drop(struct cgroup_dirs *d, struct cgroup_node *node);

#endif
