/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* hierarchy.h: where the control group trees are mounted, and which controllers each has.
 *
 * v1 has a tree per controller (or several controllers in one), v2 one tree for all, a hybrid host
 * both: each controller is looked up separately. On the live host libcgroup finds the controllers;
 * trees without controllers (the unified tree of a hybrid host, name=systemd) and saved trees
 * (--root) come from mountinfo. A mount of a part of a tree, as a container has it or leaves it
 * behind, is used only for a controller whose whole tree is not mounted anywhere.
 *
 * A set is created and used by one thread.
 */
#ifndef VTOP_COLLECT_HIERARCHY_H
#define VTOP_COLLECT_HIERARCHY_H

#include "base/root.h"

#include <stdbool.h>

enum controller {
    CONTROLLER_CPU, /* quota and throttling */
    CONTROLLER_CPUACCT,
    CONTROLLER_CPUSET,
    CONTROLLER_MEMORY,
    CONTROLLER_IO, /* v1: blkio */
    CONTROLLER_PIDS,
    CONTROLLER_FREEZER,
    CONTROLLER_UNIFIED, /* what every group of a v2 tree has: pressure, cpu.stat */
    CONTROLLER_NAMED,   /* name=systemd: no values, but a directory for every unit */
    CONTROLLER_COUNT
};

enum { HIERARCHY_MAX = 12 };

struct hierarchy {
    int fd;      /* its mount point, O_PATH */
    char *mount; /* path of the mount point, below the root */
    bool v2;
    bool whole;     /* false: only a part of it is mounted, as in a container */
    unsigned holds; /* bit per enum controller */
};

struct hierarchies {
    struct hierarchy list[HIERARCHY_MAX];
    int count;
    int of[CONTROLLER_COUNT]; /* index into list, -1 = not mounted */
    int error;       /* -EMFILE, -ENFILE: a tree could not be opened for lack of descriptors */
    bool namespaced; /* only a part of some tree is mounted: inside a container */
};

/* The path of the file that lists the mounts below ROOT; poll() reports when it changes. */
const char *hierarchies_mounts(const struct root *root);

/* A whole tree is preferred to a part of it, because a host may have mounts left over from
 * containers. OUT is an empty set (count 0) if no control group tree is mounted. Returns -errno if
 * the mounts cannot be read or descriptors ran out. */
int hierarchies_find(const struct root *root, struct hierarchies *out);
void hierarchies_clear(struct hierarchies *h);

/* Whether the same trees are mounted at the same places for the same controllers. */
bool hierarchies_equal(const struct hierarchies *a, const struct hierarchies *b);

/* The path of a process in the tree with this index, from the TEXT of its /proc/PID/cgroup;
 * g_free(). NULL: TEXT does not have it. Paths may differ from tree to tree. */
char *hierarchies_process_path(const struct hierarchies *h, int tree, const char *text);

#endif
