/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Which tree has which controllers, and trees that are mounted late, unmounted, or mounted
 * elsewhere. */
#include <config.h>

#include "base/clock_read.h"
#include "cgroup-tree.h"
#include "collect/cgroup/cgroup.h"
#include "collect/cgroup/hierarchy.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define PATIENCE_NS (30 * CLOCK_NS_PER_S)
#define DEMAND (&(struct demand){.needs = NEED_CPU | NEED_MEM, .interval_ns = CLOCK_NS_PER_S})

struct fixture {
    char *dir;
    struct root *root;
    struct hierarchies found;
};

static void setup(struct fixture *f, const void *mountinfo)
{
    f->dir = tree_new();
    cgroup_host(f->dir, mountinfo);
    tree_file(f->dir, "sys/fs/cgroup/unified/cgroup.controllers", "hugetlb\n");
    for (const char *const *name = (const char *const[]){"systemd", "cpu,cpuacct", "memory",
                                                         "blkio", "pids", "freezer", NULL};
         *name; name++) {
        char *path = g_build_filename("sys/fs/cgroup", *name, "tasks", NULL);
        tree_file(f->dir, path, "");
        g_free(path);
    }
    g_assert_cmpint(root_new(f->dir, &f->root), ==, 0);
}

static void teardown(struct fixture *f, const void *mountinfo)
{
    (void)mountinfo;
    hierarchies_clear(&f->found);
    root_free(f->root);
    tree_free(f->dir);
}

static const char *mount_of(const struct hierarchies *h, enum controller c)
{
    return h->of[c] < 0 ? NULL : h->list[h->of[c]].mount;
}

static void test_v2(struct fixture *f, const void *data)
{
    (void)data;
    g_assert_cmpint(hierarchies_find(f->root, &f->found), ==, 0);
    g_assert_cmpint(f->found.count, ==, 1);
    for (enum controller c = 0; c < CONTROLLER_NAMED; c++)
        g_assert_cmpint(f->found.of[c], ==, 0);
    g_assert_cmpint(f->found.of[CONTROLLER_NAMED], ==, -1);
    g_assert_true(f->found.list[0].v2);
    g_assert_false(f->found.namespaced);
}

/* Each controller is found in its tree: one that is enabled in version 1 is not version 2's. */
static void test_hybrid(struct fixture *f, const void *data)
{
    (void)data;
    g_assert_cmpint(hierarchies_find(f->root, &f->found), ==, 0);
    const struct hierarchies *h = &f->found;
    g_assert_cmpint(h->of[CONTROLLER_CPU], ==, h->of[CONTROLLER_CPUACCT]);
    g_assert_cmpstr(mount_of(h, CONTROLLER_CPU), ==, "/sys/fs/cgroup/cpu,cpuacct");
    g_assert_cmpstr(mount_of(h, CONTROLLER_MEMORY), ==, "/sys/fs/cgroup/memory");
    g_assert_cmpstr(mount_of(h, CONTROLLER_UNIFIED), ==, "/sys/fs/cgroup/unified");
    g_assert_cmpint(h->of[CONTROLLER_CPUSET], ==, -1);

    static const char text[] = "9:memory:/a:b\n4:cpu,cpuacct:/c\n1:name=systemd:/d\n0::/e\ntorn";
    char *path = hierarchies_process_path(h, h->of[CONTROLLER_MEMORY], text);
    g_assert_cmpstr(path, ==, "/a:b");
    g_free(path);
    path = hierarchies_process_path(h, h->of[CONTROLLER_UNIFIED], text);
    g_assert_cmpstr(path, ==, "/e");
    g_free(path);
    g_assert_null(hierarchies_process_path(h, h->of[CONTROLLER_IO], text));
}

/* Lines of mountinfo that are escaped, torn, or of other file systems. */
static void test_odd_mounts(struct fixture *f, const void *data)
{
    (void)data;
    tree_file(f->dir, "odd here/memory/tasks", "");
    tree_file(
        f->dir, "proc/self/mountinfo",
        "\n30\n31 30 0:2 / /x rw -\n32 30 0:3 / /x rw - cgroup\n33 30 0:4 / /x rw - cgroup c\n"
        "34 30 0:5 / /y rw shared:1 - tmpfs cgroup rw,memory\n"
        "35 30 0:6 / /nowhere rw - cgroup cgroup rw,pids\n"
        "36 30 0:7 /docker/a /odd\\040here/memory rw shared:9 master:1 - cgroup cgroup "
        "rw,memory\n37 30 0:8 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids");
    g_assert_cmpint(hierarchies_find(f->root, &f->found), ==, 0);
    g_assert_cmpint(f->found.count, ==, 2);
    g_assert_cmpstr(mount_of(&f->found, CONTROLLER_MEMORY), ==, "/odd here/memory");
    g_assert_cmpstr(mount_of(&f->found, CONTROLLER_PIDS), ==, "/sys/fs/cgroup/pids");
    g_assert_true(f->found.namespaced);
}

/* Mounts that are left over from containers, or covered by others, hide nothing. */
static void test_parts(struct fixture *f, const void *data)
{
    static const char *const mounts[] = {
        /* left over: after the whole trees, and before */
        HOST_V1 "90 30 0:23 /docker/a /run/x/memory rw - cgroup cgroup rw,memory\n",
        "90 30 0:23 /docker/a /run/x/memory rw - cgroup cgroup rw,memory\n" HOST_V1,
        /* -v /sys:/sys: the container's own mounts are covered by the host's */
        "90 30 0:23 /docker/a /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n" HOST_V1,
    };

    (void)data;
    tree_file(f->dir, "run/x/memory/tasks", "");
    for (size_t i = 0; i < G_N_ELEMENTS(mounts); i++) {
        tree_file(f->dir, "proc/self/mountinfo", mounts[i]);
        g_assert_cmpint(hierarchies_find(f->root, &f->found), ==, 0);
        g_assert_cmpstr(mount_of(&f->found, CONTROLLER_MEMORY), ==, "/sys/fs/cgroup/memory");
        g_assert_false(f->found.namespaced);
        g_assert_cmpint(f->found.count, ==, 6);
        hierarchies_clear(&f->found);
    }
}

/* The same mount points are not the same trees if something else is mounted there. */
static void test_equal(struct fixture *f, const void *data)
{
    struct hierarchies again;
    char *memory = g_strconcat(f->dir, "/sys/fs/cgroup/memory", NULL);
    char *aside = g_strconcat(memory, ".before", NULL);

    (void)data;
    g_assert_cmpint(hierarchies_find(f->root, &f->found), ==, 0);
    g_assert_cmpint(hierarchies_find(f->root, &again), ==, 0);
    g_assert_true(hierarchies_equal(&f->found, &again));
    hierarchies_clear(&again);
    g_assert_cmpint(g_rename(memory, aside), ==, 0);
    g_assert_cmpint(hierarchies_find(f->root, &again), ==, 0);
    g_assert_false(hierarchies_equal(&f->found, &again));
    hierarchies_clear(&again);
    g_assert_cmpint(g_mkdir(memory, 0700), ==, 0);
    g_assert_cmpint(hierarchies_find(f->root, &again), ==, 0);
    g_assert_cmpint(again.count, ==, f->found.count);
    g_assert_false(hierarchies_equal(&f->found, &again));
    hierarchies_clear(&again);
    g_free(aside);
    g_free(memory);
}

/* ---- while it runs ---- */

struct watcher {
    struct kept_budget budget;
    struct cgroup *cgroup;
    const struct root *root;
};

static void watcher_open(struct watcher *w, const struct root *root)
{
    w->root = root;
    kept_budget_init(&w->budget, root);
    w->cgroup = cgroup_new(root, &w->budget);
}

static void watcher_close(struct watcher *w)
{
    cgroup_free(w->cgroup);
    kept_budget_clear(&w->budget);
}

static bool has_row(const struct sample *s, const char *name)
{
    for (guint i = 0; i < s->records->len; i++) {
        const struct record *r = g_ptr_array_index(s->records, i);
        if (r->facet == FACET_CGROUP && strcmp(r->ident->name, name) == 0)
            return true;
    }
    return false;
}

/* Collect until a guest of this name exists (THERE) or does not exist. */
static bool comes_to(struct watcher *w, const char *name, bool there)
{
    bool reached = false;

    for (int64_t end = clock_mono_ns() + PATIENCE_NS; !reached && clock_mono_ns() < end;) {
        struct sample *s = sample_new(0, CLOCK_NS_PER_S);
        cgroup_collect(w->cgroup, DEMAND, 4, s);
        reached = has_row(s, name) == there;
        sample_unref(s);
        if (!reached)
            g_usleep(50000);
    }
    return reached;
}

/* A tree that is mounted late is found, and one that is unmounted takes its guests with it. */
static void test_late(struct fixture *f, const void *data)
{
    struct watcher w;

    (void)data;
    cgroup_file(f->dir, "", "/lxc.payload.late", "cpu.stat", "usage_usec 1\n");
    watcher_open(&w, f->root);
    g_assert_true(comes_to(&w, "late", false));
    tree_file(f->dir, "proc/self/mountinfo", HOST_V2);
    g_assert_true(comes_to(&w, "late", true));
    tree_file(f->dir, "proc/self/mountinfo", "1 1 0:1 / / rw - ext4 /dev/vda rw\n");
    g_assert_true(comes_to(&w, "late", false));
    watcher_close(&w);
}

static void write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        _exit(77);
    close(fd);
}

/* Run FUNCTION in a child, which exits with 77 if it lacks the rights that the test needs. */
static void in_child(void (*function)(const void *), const void *data)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        function(data);
        _exit(0);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        g_test_skip("no right to namespaces of its own");
    else
        g_assert_cmpint(status, ==, 0);
}

static void without_inotify(const void *data)
{
    const struct fixture *f = data;
    char map[32];
    struct watcher w;

    g_snprintf(map, sizeof(map), "0 %d 1", (int)geteuid());
    if (unshare(CLONE_NEWUSER) != 0)
        _exit(77);
    write_text("/proc/self/uid_map", map);
    write_text("/proc/sys/user/max_inotify_instances", "0");
    watcher_open(&w, f->root);
    if (!comes_to(&w, "early", true))
        _exit(1);
    cgroup_file(f->dir, "", "/lxc.payload.new", "cpu.stat", "usage_usec 1\n");
    if (!comes_to(&w, "new", true))
        _exit(2);
    watcher_close(&w);
}

/* If the kernel has no more watches, new groups are found by scanning. */
static void test_without_inotify(struct fixture *f, const void *data)
{
    (void)data;
    cgroup_file(f->dir, "", "/lxc.payload.early", "cpu.stat", "usage_usec 1\n");
    in_child(without_inotify, f);
}

/* The unified tree of this host is first not mounted at all, then at another place. */
static void mount_again(const void *data)
{
    char *place = tree_new();
    struct hierarchies h;
    struct root *live;

    (void)data;
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        _exit(77);
    umount2("/sys/fs/cgroup", MNT_DETACH);
    root_new(NULL, &live);
    if (hierarchies_find(live, &h) != 0 || h.count != 0)
        _exit(1);
    hierarchies_clear(&h);
    if (mount("cgroup2", place, "cgroup2", 0, NULL) != 0)
        _exit(77);
    if (hierarchies_find(live, &h) != 0 || h.of[CONTROLLER_UNIFIED] < 0 ||
        strcmp(mount_of(&h, CONTROLLER_UNIFIED), place) != 0 || !h.list[0].v2)
        _exit(2);
    hierarchies_clear(&h);
    umount2(place, MNT_DETACH);
    rmdir(place);
    g_free(place);
    root_free(live);
}

static void test_real_mounts(void)
{
    in_child(mount_again, NULL);
}

#define TEST(name, mounts, function)                                                               \
    g_test_add("/hierarchy/" name, struct fixture, mounts, setup, function, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("v2", HOST_V2, test_v2);
    TEST("hybrid", HOST_HYBRID, test_hybrid);
    TEST("odd-mounts", "", test_odd_mounts);
    TEST("parts", "", test_parts);
    TEST("equal", HOST_HYBRID, test_equal);
    TEST("late", "1 1 0:1 / / rw - ext4 /dev/vda rw\n", test_late);
    TEST("without-inotify", HOST_V2, test_without_inotify);
    g_test_add_func("/hierarchy/real-mounts", test_real_mounts);
    return g_test_run();
}
