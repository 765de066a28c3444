/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The collector of control groups, with a host made of files. */
#ifndef VTOP_TESTS_COLLECT_CGROUP_FIXTURE_H
#define VTOP_TESTS_COLLECT_CGROUP_FIXTURE_H

#include "cgroup-tree.h"
#include "collect/cgroup/cgroup.h"

struct fixture {
    char *dir;
    struct root *root;
    struct kept_budget budget;
    struct cgroup *cgroup;
    struct demand demand;
    struct sample *sample; /* the latest one */
};

/* The host; groups are added to it with cgroup_file(). */
static inline void make_host(struct fixture *f, const char *mountinfo)
{
    f->dir = tree_new();
    cgroup_host(f->dir, mountinfo);
    g_assert_cmpint(root_new(f->dir, &f->root), ==, 0);
}

static inline void teardown(struct fixture *f, const void *data)
{
    (void)data;
    sample_unref(f->sample);
    cgroup_free(f->cgroup);
    kept_budget_clear(&f->budget);
    root_free(f->root);
    tree_free(f->dir);
}

static inline void collect(struct fixture *f)
{
    sample_unref(f->sample);
    f->sample = sample_new(0, f->demand.interval_ns);
    cgroup_collect(f->cgroup, &f->demand, 4, f->sample);
}

#endif
