/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Files that are read again and again, and the descriptors that they use. */
#include <config.h>

#include "../base/tree.h"
#include "collect/kept.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

struct fixture {
    char *dir;
    struct root *root;
    struct kept_budget budget;
};

static void setup(struct fixture *f, const void *data)
{
    (void)data;
    f->dir = tree_new();
    g_assert_cmpint(root_new(f->dir, &f->root), ==, 0);
    kept_budget_init(&f->budget, f->root);
}

static void teardown(struct fixture *f, const void *data)
{
    (void)data;
    kept_budget_clear(&f->budget);
    root_free(f->root);
    tree_free(f->dir);
}

static ssize_t read_it(struct fixture *f, struct kept *k, const char *path)
{
    return kept_read(&f->budget, k, path, FILE_WHOLE);
}

/* A file is opened once, and its descriptor is given back. */
static void test_kept(struct fixture *f, const void *data)
{
    struct kept k = {0};
    int before = f->budget.left;

    (void)data;
    tree_file(f->dir, "a", "one\n");
    g_assert_cmpint(read_it(f, &k, "/a"), ==, 4);
    g_assert_cmpint(f->budget.left, ==, before - 1);
    tree_file(f->dir, "a", "another file of the same name\n");
    g_assert_cmpint(read_it(f, &k, "/a"), ==, 4);
    g_assert_cmpstr(f->budget.buffer.text, ==, "one\n");
    kept_close(&f->budget, &k);
    kept_close(&f->budget, &k);
    g_assert_cmpint(f->budget.left, ==, before);
    g_assert_cmpint(read_it(f, &k, "/a"), ==, 30);
    kept_close(&f->budget, &k);
}

/* A text that does not end, or has a NUL in it, is an error; an empty one is not. */
static void test_torn(struct fixture *f, const void *data)
{
    static const char whole[] = "usage 1234\nuser 12\n", binary[] = "usage 1234\n\0user 12\n";
    struct kept k = {0};
    char *path = tree_path(f->dir, "a");

    (void)data;
    for (size_t length = 0; length < sizeof(whole); length++) {
        bool line = length == 0 || whole[length - 1] == '\n';
        g_assert_true(g_file_set_contents(path, whole, (gssize)length, NULL));
        g_assert_cmpint(read_it(f, &k, "/a"), ==, line ? (ssize_t)length : -EBADMSG);
        g_assert_cmpuint(strlen(f->budget.buffer.text), ==, line ? length : 0);
        kept_close(&f->budget, &k);
        g_assert_cmpint(kept_read_once(&f->budget, -1, "/a"), ==,
                        line ? (ssize_t)length : -EBADMSG);
    }
    g_assert_true(g_file_set_contents(path, binary, sizeof(binary) - 1, NULL));
    g_assert_cmpint(read_it(f, &k, "/a"), ==, -EBADMSG);
    g_assert_cmpstr(f->budget.buffer.text, ==, "");
    kept_close(&f->budget, &k);
    g_free(path);
}

/* With an empty budget a file is still read, but not kept. */
static void test_budget(struct fixture *f, const void *data)
{
    struct kept k = {0};

    (void)data;
    tree_file(f->dir, "a", "one\n");
    f->budget.left = 0;
    for (int i = 0; i < 3; i++) {
        g_assert_cmpint(read_it(f, &k, "/a"), ==, 4);
        g_assert_cmpint(k.fd_plus_1, ==, 0);
        g_assert_cmpint(f->budget.left, ==, 0);
    }
    g_assert_cmpint(read_it(f, &k, "/b"), ==, -ENOENT);
    g_assert_cmpint(f->budget.left, ==, 0);
}

enum { FILES = 12 };

static void make_files(struct fixture *f, int left, int reserve)
{
    for (int i = 0; i < FILES; i++) {
        char name[8];
        g_snprintf(name, sizeof(name), "f%d", i);
        tree_file(f->dir, name, "text\n");
    }
    f->budget.left = left;
    f->budget.reserve = f->budget.aside = reserve;
}

/* Read COUNT files, from FROM on. Returns how many are kept then. */
static int read_some(struct fixture *f, struct kept *files, int from, int count, bool first)
{
    int kept = 0;

    kept_claim(&f->budget, first);
    for (int i = from; i < from + count; i++) {
        char path[8];
        g_snprintf(path, sizeof(path), "/f%d", i);
        g_assert_cmpint(read_it(f, &files[i], path), ==, 5);
        kept += files[i].fd_plus_1 != 0;
    }
    return kept;
}

/* Other readers give back as many descriptors as readers with priority lacked, and no more; they do
 * not get those that are set aside. */
static void test_first(struct fixture *f, const void *data)
{
    struct kept files[FILES] = {0};

    (void)data;
    make_files(f, 8, 2);
    g_assert_cmpint(read_some(f, files, 0, 8, false), ==, 6);
    g_assert_cmpint(read_some(f, files, 8, 4, true), ==, 2);
    g_assert_cmpint(f->budget.left, ==, 0);

    kept_round(&f->budget);
    kept_claim(&f->budget, true);
    kept_give_back(&f->budget, &files[8]); /* nothing is owed */
    g_assert_cmpint(files[8].fd_plus_1, !=, 0);
    kept_claim(&f->budget, false);
    for (int i = 0; i < 8; i++)
        kept_give_back(&f->budget, &files[i]);
    g_assert_cmpint(f->budget.left, ==, 2);
    g_assert_cmpint(read_some(f, files, 0, 8, false), ==, 4);
    g_assert_cmpint(read_some(f, files, 8, 4, true), ==, 4);

    kept_round(&f->budget); /* no reader lacks a descriptor: nothing is closed */
    kept_claim(&f->budget, false);
    for (int i = 0; i < 8; i++)
        kept_give_back(&f->budget, &files[i]);
    g_assert_cmpint(read_some(f, files, 0, 8, false), ==, 4);
    g_assert_cmpint(f->budget.left, ==, 0);
    for (int i = 0; i < FILES; i++)
        kept_close(&f->budget, &files[i]);
    g_assert_cmpint(f->budget.left, ==, 8);
}

/* A directory is kept open while the budget lasts, and files are read through it. */
static void test_directory(struct fixture *f, const void *data)
{
    struct kept dir = {0}, other = {0}, k = {0};

    (void)data;
    tree_file(f->dir, "d/a", "one\n");
    f->budget.left = 1;
    f->budget.missed = 0;
    int top = root_open(f->root, "/", O_PATH | O_DIRECTORY);
    int fd = kept_directory(&f->budget, &dir, top, "d/");
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(kept_directory(&f->budget, &dir, top, "d/"), ==, fd);
    g_assert_cmpint(kept_directory(&f->budget, &other, top, "d/"), ==, -EMFILE);
    g_assert_cmpint(f->budget.missed, ==, 1);
    g_assert_cmpint(kept_read_at(&f->budget, &k, fd, "a", FILE_WHOLE), ==, 4);
    g_assert_cmpint(kept_read_at(&f->budget, &k, fd, "b", FILE_WHOLE), ==, -ENOENT);
    kept_close(&f->budget, &dir);
    g_assert_cmpint(f->budget.left, ==, 1);
    g_assert_cmpint(kept_directory(&f->budget, &other, top, "e/"), ==, -ENOENT);
    close(top);
}

/* The process has no descriptor left, although the budget has: all is read, and nothing is kept
 * until there are descriptors again. */
static void test_out_of_descriptors(struct fixture *f, const void *data)
{
    struct rlimit before, now;
    struct kept files[FILES] = {0};
    int taken[512], count = 0;

    (void)data;
    make_files(f, 100, 8);
    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
    now = (struct rlimit){.rlim_cur = MIN(before.rlim_cur, G_N_ELEMENTS(taken)),
                          .rlim_max = before.rlim_max};
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &now), ==, 0);
    while ((taken[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        count++;
    for (int round = 0; round < 3; round++) {
        kept_round(&f->budget);
        g_assert_cmpint(read_some(f, files, 0, FILES / 2, true), ==, 0);
        g_assert_cmpint(read_some(f, files, FILES / 2, FILES / 2, false), ==, 0);
    }
    while (count > 0)
        close(taken[--count]);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
    f->budget.left = 100;
    kept_round(&f->budget);
    g_assert_cmpint(read_some(f, files, 0, FILES, true), ==, FILES);
    for (int i = 0; i < FILES; i++)
        kept_close(&f->budget, &files[i]);
}

/* A directory that cannot be opened gives an error, and shows that the budget was too large;
 * nothing is read while even the spare descriptor is lent. */
static void test_starved(struct fixture *f, const void *data)
{
    struct kept dir = {0}, k = {0};
    struct rlimit before, now;
    int taken[512], count = 0;

    (void)data;
    make_files(f, 100, 8);
    int top = root_open(f->root, "/", O_PATH | O_DIRECTORY);
    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
    now = (struct rlimit){.rlim_cur = MIN(before.rlim_cur, G_N_ELEMENTS(taken)),
                          .rlim_max = before.rlim_max};
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &now), ==, 0);
    while ((taken[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        count++;
    int directory = kept_directory(&f->budget, &dir, top, "./");
    int left = f->budget.left, missed = f->budget.missed;
    ssize_t with_spare = kept_read(&f->budget, &k, "/f0", FILE_WHOLE);
    unsigned starved = f->budget.starved;
    bool lent = kept_lend(&f->budget);
    int other = open("/dev/null", O_RDONLY | O_CLOEXEC);
    ssize_t without = kept_read(&f->budget, &k, "/f0", FILE_WHOLE);
    bool lent_twice = kept_lend(&f->budget);
    close(other);
    kept_take_back(&f->budget);
    ssize_t again = kept_read(&f->budget, &k, "/f0", FILE_WHOLE);
    while (count > 0)
        close(taken[--count]);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);

    g_assert_cmpint(directory, ==, -EMFILE);
    g_assert_cmpint(left, ==, 0);
    g_assert_cmpint(missed, >, 0);
    g_assert_cmpint(with_spare, >, 0);
    g_assert_cmpuint(starved, ==, 0);
    g_assert_true(lent && !lent_twice);
    g_assert_cmpint(without, ==, -EMFILE);
    g_assert_cmpuint(f->budget.starved, ==, 2);
    g_assert_cmpint(again, >, 0);
    kept_round(&f->budget);
    g_assert_cmpuint(f->budget.starved, ==, 0);
    kept_close(&f->budget, &k);
    close(top);
}

/* A process that has ended is gone, on its descriptor as well as by its path. */
static void test_process(void)
{
    struct root *live;
    struct kept_budget budget;
    struct kept k = {0};
    char path[32];
    pid_t pid = fork();

    if (pid == 0)
        for (;;)
            pause();
    g_assert_cmpint(root_new(NULL, &live), ==, 0);
    kept_budget_init(&budget, live);
    g_snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    int before = budget.left;
    g_assert_cmpint(kept_read(&budget, &k, path, FILE_WHOLE), >, 0);
    kill(pid, SIGKILL);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
    g_assert_cmpint(kept_read(&budget, &k, path, FILE_WHOLE), ==, -ENOENT);
    g_assert_cmpint(budget.left, ==, before);
    g_assert_cmpint(kept_read(&budget, &k, path, FILE_WHOLE), ==, -ENOENT);
    kept_budget_clear(&budget);
    root_free(live);
}

/* A directory to create a real control group in, or NULL. */
static char *real_group(void)
{
    static const char *const trees[] = {"/sys/fs/cgroup/unified", "/sys/fs/cgroup/memory",
                                        "/sys/fs/cgroup"};

    for (size_t i = 0; i < G_N_ELEMENTS(trees); i++) {
        char *dir = g_strdup_printf("%s/vtop-test-kept-%d", trees[i], (int)getpid());
        if (mkdir(dir, 0700) == 0)
            return dir;
        g_free(dir);
    }
    return NULL;
}

/* A control group that was removed is gone too, whatever error the kernel returns for it. */
static void test_group(void)
{
    struct root *live;
    struct kept_budget budget;
    struct kept k = {0};
    char *dir = real_group();

    if (!dir) {
        g_test_skip("no control group can be made");
        return;
    }
    char *path = g_build_filename(dir, "cgroup.procs", NULL);
    g_assert_cmpint(root_new(NULL, &live), ==, 0);
    kept_budget_init(&budget, live);
    int before = budget.left;
    g_assert_cmpint(kept_read(&budget, &k, path, FILE_PAGED), ==, 0);
    g_assert_cmpint(budget.left, ==, before - 1);
    g_assert_cmpint(rmdir(dir), ==, 0);
    g_assert_cmpint(kept_read(&budget, &k, path, FILE_PAGED), ==, -ENOENT);
    g_assert_cmpint(budget.left, ==, before);
    kept_budget_clear(&budget);
    root_free(live);
    g_free(path);
    g_free(dir);
}

/* All descriptors except a few, limited to a small part of the memory. */
static void test_most(void)
{
    const uint64_t gib = UINT64_C(1) << 30;

    g_assert_cmpint(kept_most(1024, 16 * gib), ==, 1024 - 128);
    g_assert_cmpint(kept_most(20000, 16 * gib), ==, 20000 - 128);
    g_assert_cmpint(kept_most(20, 16 * gib), ==, 10);
    g_assert_cmpint(kept_most(20000, gib), ==, gib / 128 / 5632);
    g_assert_cmpint(kept_most(RLIM_INFINITY, gib), ==, gib / 128 / 5632);
    g_assert_cmpint(kept_most(RLIM_INFINITY, UINT64_MAX), ==, G_MAXINT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/kept/kept", struct fixture, NULL, setup, test_kept, teardown);
    g_test_add("/kept/torn", struct fixture, NULL, setup, test_torn, teardown);
    g_test_add_func("/kept/most", test_most);
    g_test_add("/kept/budget", struct fixture, NULL, setup, test_budget, teardown);
    g_test_add("/kept/first", struct fixture, NULL, setup, test_first, teardown);
    g_test_add("/kept/directory", struct fixture, NULL, setup, test_directory, teardown);
    g_test_add("/kept/out-of-descriptors", struct fixture, NULL, setup, test_out_of_descriptors,
               teardown);
    g_test_add("/kept/starved", struct fixture, NULL, setup, test_starved,
               teardown);
    g_test_add_func("/kept/process", test_process);
    g_test_add_func("/kept/group", test_group);
    return g_test_run();
}
