/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Which files of many groups are kept open when there are not enough descriptors for all, and from
 * where the others are opened. */
#include <config.h>

#include "base/clock_read.h"
#include "cgroup-fixture.h"
#include "collect/cgroup/cgroup_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { GROUPS = 30, FILES = 3 /* of each */ };
#define TREE "/sys/fs/cgroup"

static char *group_of(int i)
{
    return g_strdup_printf("/docker/%064x", i);
}

static void put(const struct fixture *f, int i, unsigned cpu_us)
{
    char *path = group_of(i), *cpu = g_strdup_printf("usage_usec %u\n", cpu_us);

    cgroup_file(f->dir, "", path, "cpu.stat", cpu);
    cgroup_file(f->dir, "", path, "memory.current", "4096\n");
    cgroup_file(f->dir, "", path, "pids.current", "3\n");
    g_free(cpu);
    g_free(path);
}

static void open_all(struct fixture *f, int descriptors)
{
    kept_budget_init(&f->budget, f->root);
    f->budget.left = descriptors;
    f->budget.reserve = f->budget.aside = descriptors / 4;
    f->cgroup = cgroup_new(f->root, &f->budget);
}

static void setup(struct fixture *f, const void *data)
{
    make_host(f, HOST_V2);
    for (int i = 0; i < GROUPS; i++)
        put(f, i, 1000 + (unsigned)i);
    f->demand =
        (struct demand){.needs = NEED_CPU | NEED_TASKS | NEED_CHARGED, .interval_ns = 1000000000};
    open_all(f, GPOINTER_TO_INT(data));
}

static const struct record *find(const struct fixture *f, int i)
{
    char *path = group_of(i);
    const struct record *found = NULL;

    for (guint n = 0; n < f->sample->records->len && !found; n++) {
        const struct record *r = g_ptr_array_index(f->sample->records, n);
        if (r->facet == FACET_CGROUP && strcmp(r->ident->key, path) == 0)
            found = r;
    }
    g_free(path);
    return found;
}

/* Every group is there, with all values of its files. */
static void check_all(const struct fixture *f)
{
    for (int i = 0; i < GROUPS; i++) {
        const struct record *r = find(f, i);
        uint64_t v;
        g_assert_nonnull(r);
        g_assert_true(record_get(r, R_CG_CPU_NS, &v) && v == 1000000 + (uint64_t)i * 1000);
        g_assert_true(record_get(r, R_CG_MEM_USAGE_BYTES, &v) && v == 4096);
        g_assert_true(record_get(r, R_CG_TASKS, &v) && v == 3);
    }
}

static int count_kept(const struct fixture *f, const char *path, bool below)
{
    char *prefix = g_strconcat(f->dir, TREE, path, NULL);
    DIR *dir = opendir("/proc/self/fd");
    int count = 0;

    g_assert_nonnull(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        char target[PATH_MAX] = "";
        if (readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1) > 0)
            count += below ? g_str_has_prefix(target, prefix) : strcmp(target, prefix) == 0;
    }
    closedir(dir);
    g_free(prefix);
    return count;
}

/* The number of descriptors open at PATH or below it. */
static int kept_below(const struct fixture *f, const char *path)
{
    return count_kept(f, path, true);
}

static int kept_of(const struct fixture *f, int i)
{
    char *path = group_of(i);
    int count = kept_below(f, path);

    g_free(path);
    return count;
}

/* Put these groups on the screen. */
static void show(struct fixture *f, int first, int count)
{
    f->demand.shown_count = 0;
    for (int i = first; i < first + count; i++)
        f->demand.shown[f->demand.shown_count++] = find(f, i)->ident->serial;
    demand_sort_shown(&f->demand);
}

/* The set of kept files, as text. */
static char *kept_set(const struct fixture *f)
{
    GString *set = g_string_new(NULL);

    for (int i = 0; i < GROUPS; i++)
        g_string_append_printf(set, "%d ", kept_of(f, i));
    return g_string_free(set, FALSE);
}

/* With enough descriptors for all, every file is kept, and no directory is needed. */
static void test_plenty(struct fixture *f, const void *data)
{
    int all = GPOINTER_TO_INT(data);

    for (int round = 0; round < 3; round++) {
        collect(f);
        check_all(f);
        g_assert_cmpint(kept_below(f, "/docker/"), ==, GROUPS * FILES);
        g_assert_cmpint(f->budget.left, ==, all - GROUPS * FILES);
    }
}

/* With too few descriptors, no more than the budget are open, and no value is missing. The
 * directory of all the groups is one descriptor for all. */
static void test_short(struct fixture *f, const void *data)
{
    int all = GPOINTER_TO_INT(data);

    for (int round = 0; round < 5; round++) {
        collect(f);
        check_all(f);
        g_assert_cmpint(f->budget.left, >=, 0);
        g_assert_cmpint(kept_below(f, "/docker"), ==, all - f->budget.left);
        g_assert_cmpint(kept_below(f, "/docker"), ==, kept_below(f, "/docker/") + 1);
    }
}

/* A file that is read only every few seconds holds no descriptor that others could use in each
 * refresh. */
static void test_quiet(struct fixture *f, const void *data)
{
    static const char stat[] = "anon 0\nfile 0\nkernel 0\nshmem 0\ninactive_file 0\n"
                               "pgmajfault 0\nworkingset_refault_anon 0\n"
                               "workingset_refault_file 0\n";
    int all = GPOINTER_TO_INT(data), held = 0;

    for (int i = 0; i < GROUPS; i++) {
        char *path = group_of(i);
        put(f, i, 0);
        cgroup_file(f->dir, "", path, "memory.current", "0\n"); /* the group was never active */
        cgroup_file(f->dir, "", path, "memory.stat", stat);
        g_free(path);
    }
    f->demand.needs |= NEED_MEM;
    for (int round = 0; round < 3; round++)
        collect(f);
    for (int i = 0; i < GROUPS; i++) {
        char *path = group_of(i), *file = g_strconcat(path, "/memory.stat", NULL);
        held += kept_below(f, file);
        g_free(file);
        g_free(path);
    }
    g_assert_cmpint(held, ==, 0);
    g_assert_cmpint(kept_below(f, "/docker/"), ==, all - f->budget.reserve - 1);
}

/* Pods have few groups each: their files are opened from the directory of all pods. */
static void test_pods(struct fixture *f, const void *data)
{
    enum { PODS = 20 };

    (void)data;
    for (int i = 0; i < 2 * PODS; i++) {
        char *path = g_strdup_printf(
            "/kubepods/burstable/pod%08x-0000-0000-0000-000000000000/%064x", i / 2, GROUPS + i);
        cgroup_file(f->dir, "", path, "cpu.stat", "usage_usec 1\n");
        g_free(path);
    }
    for (int round = 0; round < 4; round++)
        collect(f);
    check_all(f);
    g_assert_cmpint(count_kept(f, "/kubepods/burstable", false), ==, 1);
    g_assert_cmpint(count_kept(f, "/docker", false), ==, 1);
    for (int i = 0; i < PODS; i++) {
        char *pod = g_strdup_printf("/kubepods/burstable/pod%08x-0000-0000-0000-000000000000", i);
        g_assert_cmpint(count_kept(f, pod, false), ==, 0);
        g_free(pod);
    }
}

/* Guests on the screen have kept files after a few collections, wherever they are in the list; one
 * collection moves no more descriptors than were set aside. */
static void test_shown(struct fixture *f, const void *data)
{
    enum { SHOWN = 4 };
    int places[] = {GROUPS - SHOWN, 0, GROUPS / 2};

    (void)data;
    collect(f);
    for (size_t p = 0; p < G_N_ELEMENTS(places); p++) {
        show(f, places[p], SHOWN);
        for (int round = 0; round < 6; round++) {
            int before = kept_below(f, "/docker/");
            collect(f);
            check_all(f);
            g_assert_cmpint(f->budget.left, >=, 0);
            g_assert_cmpint(before - kept_below(f, "/docker/"), <=, f->budget.reserve);
        }
        for (int i = places[p]; i < places[p] + SHOWN; i++)
            g_assert_cmpint(kept_of(f, i), ==, FILES);
    }
}

/* The guest in focus has priority as well. */
static void test_focus(struct fixture *f, const void *data)
{
    (void)data;
    collect(f);
    g_assert_cmpint(kept_of(f, 0) + kept_of(f, GROUPS - 1), <, 2 * FILES);
    for (int i = 0; i < GROUPS; i += GROUPS - 1) {
        f->demand.focus[0] = find(f, i)->ident->serial;
        for (int round = 0; round < 4; round++)
            collect(f);
        g_assert_cmpint(kept_of(f, i), ==, FILES);
    }
}

/* No descriptor moves with an order that changes in every collection, or with one that has
 * settled. */
static void test_restless_order(struct fixture *f, const void *data)
{
    enum { SHOWN = 5 };

    (void)data;
    collect(f);
    collect(f);
    char *before = kept_set(f);
    for (int round = 0; round < 10; round++) {
        show(f, round % 2 ? GROUPS - SHOWN : 0, SHOWN);
        collect(f);
        char *after = kept_set(f);
        g_assert_cmpstr(after, ==, before);
        g_free(after);
    }
    g_free(before);

    show(f, GROUPS - SHOWN, SHOWN);
    for (int round = 0; round < 6; round++)
        collect(f);
    before = kept_set(f);
    for (int round = 0; round < 4; round++) {
        collect(f);
        char *after = kept_set(f);
        g_assert_cmpstr(after, ==, before);
        g_free(after);
    }
    g_free(before);
}

/* No descriptor is left in the budget, not even for a directory. */
static void test_none(struct fixture *f, const void *data)
{
    (void)data;
    for (int round = 0; round < 3; round++) {
        collect(f);
        check_all(f);
        g_assert_cmpint(f->budget.left, ==, 0);
        g_assert_cmpint(kept_below(f, "/docker"), ==, 0);
    }
}

static bool comes(struct fixture *f, int i)
{
    for (int64_t end = clock_mono_ns() + 20 * CLOCK_NS_PER_S; clock_mono_ns() < end;) {
        collect(f);
        if (find(f, i))
            return true;
        g_usleep(20000);
    }
    return false;
}

static const struct source_status *status(const struct fixture *f)
{
    const struct source_status *s = &g_array_index(f->sample->statuses, struct source_status, 0);

    g_assert_cmpstr(s->name, ==, "cgroup");
    return s;
}

/* The process has no descriptor left, although the budget has. With the spare one everything is
 * still read. Without it the source reports the shortage, and the sample is marked incomplete, so
 * that no guest counts as gone. */
static void test_out_of_descriptors(struct fixture *f, const void *data)
{
    struct rlimit before, now;
    int taken[512], count = 0;

    (void)data;
    collect(f);
    put(f, GROUPS, 1000 + GROUPS);
    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
    now = (struct rlimit){.rlim_cur = MIN(before.rlim_cur, G_N_ELEMENTS(taken)),
                          .rlim_max = before.rlim_max};
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &now), ==, 0);
    while ((taken[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        count++;
    for (int round = 0; round < 3; round++) {
        collect(f);
        check_all(f);
        g_assert_nonnull(find(f, GROUPS));
        g_assert_cmpint(status(f)->state, ==, SOURCE_OK);
    }
    char *late = group_of(GROUPS + 1), *full = g_strconcat(f->dir, TREE, late, NULL);
    g_assert_cmpint(mkdir(full, 0700), ==, 0); /* a file would take a descriptor */
    g_free(full);
    g_free(late);
    bool starved = false;
    for (int round = 0; round < 100 && !starved; round++) {
        kept_lend(&f->budget); /* the test takes each descriptor that is given back or closed */
        while (count < (int)G_N_ELEMENTS(taken) &&
               (taken[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
            count++;
        collect(f);
        starved = status(f)->state == SOURCE_STALE;
        g_assert_cmpint(f->sample->complete, ==, !starved);
        g_assert_cmpint(status(f)->message != NULL, ==, starved);
    }
    g_assert_true(starved);
    while (count > 0)
        close(taken[--count]);
    kept_take_back(&f->budget);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
    g_assert_true(comes(f, GROUPS + 1));
    check_all(f);
    g_assert_cmpint(status(f)->state, ==, SOURCE_OK);
    g_assert_true(f->sample->complete);
}

static void remove_below(const struct fixture *f, const char *path)
{
    char *full = g_strconcat(f->dir, TREE, path, NULL);

    g_assert_cmpint(nftw(full, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS), ==, 0);
    g_free(full);
}

static uint64_t cpu_of(const struct record *r)
{
    uint64_t v = 0;

    g_assert_true(record_get(r, R_CG_CPU_NS, &v));
    return v;
}

/* The directory of all the groups was removed and created again, with groups of the same names in
 * it: the descriptor is that of the old directory, and is closed. */
static void test_made_anew(struct fixture *f, const void *data)
{
    struct ident *before[GROUPS];

    (void)data;
    collect(f);
    for (int i = 0; i < GROUPS; i++)
        before[i] = ident_ref(find(f, i)->ident);
    remove_below(f, "/docker");
    put(f, 0, 7);
    collect(f);
    g_assert_cmpuint(cpu_of(find(f, 0)), ==, 7000);
    g_assert_cmpuint(find(f, 0)->ident->serial, !=, before[0]->serial);
    for (int i = 1; i < GROUPS; i++)
        g_assert_null(find(f, i));
    g_assert_cmpint(kept_below(f, "/docker (deleted)"), ==, 0);
    g_assert_cmpint(kept_below(f, ""), ==, 1 + kept_below(f, "/docker"));
    for (int i = 0; i < GROUPS; i++)
        ident_unref(before[i]);
}

/* inotify did not report that a group was created again, as when there are no more watches. Neither
 * what is read past the kept descriptors nor what is read through them is attributed to the wrong
 * group. */
static void test_not_told(struct fixture *f, const void *data)
{
    struct cgroup_files files = {.node = NULL};
    struct cgroup_plan plan;
    struct cgroup_node root = {.home = -1}, *docker, *group;
    char *path = group_of(0), *dir = g_strconcat(f->dir, TREE, path, NULL);
    struct stat st;
    int old = open(dir, O_PATH | O_CLOEXEC); /* so that its inode is not reused */

    (void)data;
    g_assert_cmpint(fstat(old, &st), ==, 0);
    docker = g_malloc0(sizeof(*docker) + sizeof("docker"));
    strcpy(docker->name, "docker");
    docker->parent = &root;
    group = g_malloc0(sizeof(*group) + strlen(path));
    strcpy(group->name, strrchr(path, '/') + 1);
    group->parent = docker;
    group->inode = st.st_ino;
    files.node = group;
    cgroup_plan_init(&plan, f->root, &f->budget);
    g_assert_cmpint(hierarchies_find(f->root, &plan.hierarchies), ==, 0);
    cgroup_plan_files(&plan);

    g_assert_cmpint(cgroup_files_read(&files, &plan, 0), >, 0);
    g_assert_true(cgroup_files_are_its_own(&files, &plan, plan.files[0].tree));
    remove_below(f, path);
    put(f, 0, 7);
    cgroup_files_close(&files, &plan);
    kept_claim(&f->budget, false);
    g_assert_cmpint(cgroup_files_read(&files, &plan, 0), >, 0);
    g_assert_false(cgroup_files_are_its_own(&files, &plan, plan.files[0].tree));

    close(old);
    hierarchies_clear(&plan.hierarchies);
    cgroup_plan_clear(&plan);
    g_free(group);
    g_free(docker);
    g_free(dir);
    g_free(path);
}

#define TEST(name, descriptors, function)                                                          \
    g_test_add("/cgroup-files/" name, struct fixture, GINT_TO_POINTER(descriptors), setup,         \
               function, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("plenty", 400, test_plenty);
    TEST("short", 40, test_short);
    TEST("quiet", 40, test_quiet);
    TEST("pods", 40, test_pods);
    TEST("shown", 40, test_shown);
    TEST("focus", 40, test_focus);
    TEST("restless-order", 40, test_restless_order);
    TEST("none", 0, test_none);
    TEST("out-of-descriptors", 40, test_out_of_descriptors);
    TEST("made-anew", 40, test_made_anew);
    TEST("not-told", 0, test_not_told);
    return g_test_run();
}
