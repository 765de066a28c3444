/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What the tests of names share: a root with files of the test, and the resolver for it. */
#ifndef VTOP_TESTS_COLLECT_NAMES_HOST_H
#define VTOP_TESTS_COLLECT_NAMES_HOST_H

#include "collect/names/names.h"
#include "collect/names/names_daemon.h"

#include "fake-daemon.h"

#include <string.h>

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define I2 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define WEB "{\"Id\":\"" ID "\",\"Names\":[\"/web\"],\"Image\":\"nginx:1\",\"Labels\":{}}"
/* A root, and the resolver for it. */
struct host {
    char *dir;
    struct root *root;
    struct names *names;
    struct cgroup_node *top;
    GPtrArray *groups; /* struct cgroup_node * */
};

static void host_open(struct host *h)
{
    h->dir = tree_new();
    g_assert_cmpint(root_new(h->dir, &h->root), ==, 0);
    h->names = names_new(h->root, &VIEWPOINT_HOST);
    h->top = g_new0(struct cgroup_node, 1);
    h->groups = g_ptr_array_new_with_free_func(g_free);
}

static void host_close(struct host *h)
{
    names_free(h->names);
    root_free(h->root);
    tree_free(h->dir);
    g_ptr_array_free(h->groups, TRUE);
    g_free(h->top);
}

/* Request the name of a container. PATH: that of its group. */
static inline struct names_entry *ask(struct host *h, const char *path, pid_t pid)
{
    struct cgroup_node *group = g_malloc0(sizeof(*group) + strlen(path));

    group->parent = h->top;
    strcpy(group->name, path + 1);
    g_ptr_array_add(h->groups, group);
    return names_ask(h->names, group, pid, 0);
}

static inline struct names_entry *ask_docker(struct host *h)
{
    return ask(h, "/docker/" ID, 0);
}

/* Take the answer that is available now and compare it; NAME NULL: there must be none. */
static void expect(struct names_entry *e, const char *name, const char *image, const char *group)
{
    struct names_answer *a = names_take(e);

    if (!name) {
        g_assert_null(a);
        return;
    }
    g_assert_nonnull(a);
    g_assert_cmpstr(a->name, ==, name);
    g_assert_cmpstr(a->image, ==, image);
    g_assert_cmpstr(a->group, ==, group);
    names_answer_free(a);
}

static void wait_for(struct host *h)
{
    names_wait(h->names, 10 * CLOCK_NS_PER_S);
}

static void look_again(struct host *h)
{
    names_look_again(h->names);
    wait_for(h);
}

#endif
