/* hierarchy.h: which control group tree holds what, and where it is mounted.
 *
 * v1 has a tree per controller (or several in one), v2 one tree for all, a hybrid host both: each
 * controller is looked up by itself. On the live host libcgroup finds the controllers; trees
 * without controllers (the unified tree of a hybrid host, name=systemd) and saved trees (--root)
 * come from /proc/self/mountinfo. A mount of a part of a tree, as a container has it or leaves it
 * behind, is used only for a controller of which the whole tree is mounted nowhere.
 *
 * A set is made by one thread and used by it.
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
    char *mount; /* path of the mount point, as below the root */
    bool v2;
    bool whole; /* false: a part of it is mounted, as in a container */
    unsigned holds; /* bit per enum controller */
};

struct hierarchies {
    struct hierarchy list[HIERARCHY_MAX];
    int count;
    int of[CONTROLLER_COUNT]; /* index into list, -1 = not mounted */
    int error;                /* -EMFILE, -ENFILE: a tree is missing for want of descriptors */
    bool namespaced;          /* of some tree only a part is mounted: inside a container */
};

/* The file that says what is mounted below ROOT; poll() tells when it changes. */
const char *hierarchies_mounts(const struct root *root);

/* A whole tree is preferred to a part of it: mounts of containers may be left over on a host.
 * An empty set (count 0) when there is no control group tree. Returns -errno when the mounts
 * cannot be read. */
int hierarchies_find(const struct root *root, struct hierarchies *out);
void hierarchies_clear(struct hierarchies *h);

/* Whether the same trees are mounted at the same places for the same controllers. */
bool hierarchies_equal(const struct hierarchies *a, const struct hierarchies *b);

/* Where a process is in the tree with this index, by the TEXT of its /proc/PID/cgroup: a path for
 * g_free(), or NULL when the text does not say. Paths may differ from tree to tree. */
char *hierarchies_process_path(const struct hierarchies *h, int tree, const char *text);

#endif
