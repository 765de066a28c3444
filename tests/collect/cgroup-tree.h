/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* A host made of files, with control groups of version 1, 2 or both, for the tests of
 * collectors. */
#ifndef VTOP_TESTS_COLLECT_CGROUP_TREE_H
#define VTOP_TESTS_COLLECT_CGROUP_TREE_H

#include "../base/tree.h"

#define HOST_V2 "30 1 0:20 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n"

/* As on Debian 10: cpu and cpuacct in one tree. */
#define HOST_V1                                                                                    \
    "31 30 0:21 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"               \
    "32 30 0:22 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"                  \
    "33 30 0:23 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"                            \
    "34 30 0:24 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio\n"                              \
    "35 30 0:25 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"                                \
    "37 30 0:27 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer\n"

#define HOST_HYBRID HOST_V1 "38 30 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"

static inline void cgroup_host(const char *dir, const char *mountinfo)
{
    tree_file(dir, "proc/self/mountinfo", mountinfo);
    tree_file(dir, "proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    tree_file(dir, "sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
}

/* Write FILE of group PATH in the tree at MOUNT below /sys/fs/cgroup ("" for v2 alone). */
static inline void cgroup_file(const char *dir, const char *mount, const char *path,
                               const char *file, const char *text)
{
    char *full = g_strdup_printf("sys/fs/cgroup/%s%s/%s", mount, path, file);

    tree_file(dir, full, text);
    g_free(full);
}

#endif
