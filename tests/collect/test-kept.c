/* Files that are read again and again, and the descriptors they cost. */
#include <config.h>

#include "../base/tree.h"
#include "collect/kept.h"

#include <signal.h>
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
    kept_budget_init(&f->budget, f->root, 2);
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

/* Opened once, and given back. */
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

/* With nothing left it is read all the same, and nothing is kept. */
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

/* A process that ended is gone, on the descriptor as well as by its path. */
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
    kept_budget_init(&budget, live, 2);
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

/* A place to make a real control group in, or NULL. */
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

/* A control group that was removed is gone too, whatever error the kernel has for it. */
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
    kept_budget_init(&budget, live, 2);
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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/kept/kept", struct fixture, NULL, setup, test_kept, teardown);
    g_test_add("/kept/budget", struct fixture, NULL, setup, test_budget, teardown);
    g_test_add_func("/kept/process", test_process);
    g_test_add_func("/kept/group", test_group);
    return g_test_run();
}
