/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The thread that looks up names hangs while the program ends: it is abandoned, and owns all that
 * it uses until it ends. The sanitizers report if it does not. */
#include <config.h>

#include "base/clock_read.h"
#include "collect/names/names.h"
#include "collect/viewpoint.h"

#include "../base/tree.h"

#include <pwd.h>
#include <stdatomic.h>
#include <string.h>

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define GROUP "/user.slice/user-3999999999.slice/user@3999999999.service/docker-" ID ".scope"

enum { PATIENCE_S = 30 };

static atomic_int entered, released;

/* In place of libc's: a directory service that does not answer. */
int getpwuid_r(uid_t uid, struct passwd *user, char *buffer, size_t size, struct passwd **found)
{
    (void)uid;
    (void)user;
    (void)buffer;
    (void)size;
    entered++;
    while (!released)
        g_usleep(1000);
    *found = NULL;
    return 0;
}

static guint threads(void)
{
    GDir *tasks = g_dir_open("/proc/self/task", 0, NULL);
    guint count = 0;

    g_assert_nonnull(tasks);
    while (g_dir_read_name(tasks))
        count++;
    g_dir_close(tasks);
    return count;
}

static bool comes_to(guint count)
{
    int64_t end = clock_mono_ns() + PATIENCE_S * CLOCK_NS_PER_S;

    while (threads() != count && clock_mono_ns() < end)
        g_usleep(1000);
    return threads() == count;
}

static void test_hang(void)
{
    guint before = threads();
    int64_t end = clock_mono_ns() + PATIENCE_S * CLOCK_NS_PER_S;
    struct viewpoint *viewpoint;
    struct cgroup_node *top = g_new0(struct cgroup_node, 1);
    struct cgroup_node *group = g_malloc0(sizeof(*group) + sizeof(GROUP));

    group->parent = top;
    strcpy(group->name, &GROUP[1]);
    g_assert_cmpint(viewpoint_new("/", false, &viewpoint), ==, 0);
    struct names *n = names_new(viewpoint->root, viewpoint);
    struct names_entry *e = names_ask(n, group, 0, 0);
    while (!entered && clock_mono_ns() < end)
        g_usleep(1000);
    g_assert_cmpint(entered, ==, 1);

    names_drop(n, e);
    int64_t begin = clock_mono_ns();
    names_free(n);
    g_assert_cmpint(clock_mono_ns() - begin, <, PATIENCE_S / 2 * CLOCK_NS_PER_S);
    g_assert_cmpuint(threads(), >, before);
    viewpoint_free(viewpoint);
    g_free(group);
    g_free(top);
    released = 1;
    g_assert_true(comes_to(before));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/names-hang/exit", test_hang);
    return g_test_run();
}
