/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Nothing outside of a saved tree can be read through its root, whatever the tree contains. */
#include "base/root.h"

#include "tree.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* secret        outside of the root
 * top/proc/stat etc. */
struct fixture {
    char *dir;
    struct root *root;
};

static void set_up(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->dir = tree_new();
    tree_file(f->dir, "secret", "outside");
    tree_file(f->dir, "top/proc/stat", "inside");
    tree_file(f->dir, "top/proc/a..b", "dots");
    tree_file(f->dir, "top/secret", "decoy");
    tree_link(f->dir, "top/proc/up", "../../../secret");
    tree_link(f->dir, "top/proc/absolute", "/secret");
    tree_link(f->dir, "top/proc/good", "stat");
    tree_link(f->dir, "top/proc/dir", "../../..");
    char *outside = g_build_filename(f->dir, "secret", NULL);
    tree_link(f->dir, "top/proc/real", outside);
    g_free(outside);
    char *top = g_build_filename(f->dir, "top", NULL);
    g_assert_cmpint(root_new(top, &f->root), ==, 0);
    g_free(top);
}

static void tear_down(struct fixture *f, gconstpointer data)
{
    (void)data;
    root_free(f->root);
    tree_free(f->dir);
}

/* The text of a file, or NULL with errno set. */
static const char *read_through(const struct root *root, const char *path)
{
    static char text[64];
    int fd = root_open(root, path, O_RDONLY);

    if (fd < 0) {
        errno = -fd;
        return NULL;
    }
    ssize_t n = read(fd, text, sizeof(text) - 1);
    close(fd);
    if (n < 0)
        return NULL;
    text[n] = '\0';
    return text;
}

static void test_reads_below(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_false(root_is_live(f->root));
    g_assert_cmpstr(read_through(f->root, "/proc/stat"), ==, "inside");
    g_assert_cmpstr(read_through(f->root, "/proc/good"), ==, "inside");
    g_assert_cmpstr(read_through(f->root, "//proc/./stat"), ==, "inside");
    g_assert_cmpstr(read_through(f->root, "/proc/a..b"), ==, "dots");
    g_assert_null(read_through(f->root, "/proc/none"));
    g_assert_cmpint(errno, ==, ENOENT);
}

/* The root of the tree is its own parent, and "/" in a link is the tree. */
static void test_no_escape(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpstr(read_through(f->root, "/proc/../../secret"), ==, "decoy");
    g_assert_cmpstr(read_through(f->root, "/../../../../../../secret"), ==, "decoy");
    g_assert_cmpstr(read_through(f->root, "/proc/up"), ==, "decoy");
    g_assert_cmpstr(read_through(f->root, "/proc/absolute"), ==, "decoy");
    g_assert_cmpstr(read_through(f->root, "/proc/dir/secret"), ==, "decoy");
    g_assert_null(read_through(f->root, "/proc/real"));
}

static void test_directories(struct fixture *f, gconstpointer data)
{
    static const int flags[] = {O_PATH | O_DIRECTORY, O_RDONLY | O_DIRECTORY, O_PATH};

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(flags); i++) {
        int dir = root_open(f->root, "/proc", flags[i]);
        g_assert_cmpint(dir, >=, 0);
        g_assert_cmpint(fcntl(dir, F_GETFD) & FD_CLOEXEC, !=, 0);
        int fd = openat(dir, "stat", O_RDONLY);
        g_assert_cmpint(fd, >=, 0);
        close(fd);
        close(dir);
    }
    g_assert_cmpint(root_open(f->root, "/proc/stat", O_PATH | O_DIRECTORY), ==, -ENOTDIR);
}

/* Read a file below the root. */
static void test_lists(struct fixture *f, gconstpointer data)
{
    struct dirent *entry;
    bool found = false;
    DIR *dir;

    (void)data;
    g_assert_cmpint(root_open_dir(f->root, "/proc/dir/proc", &dir), ==, 0);
    while ((entry = readdir(dir)))
        found |= strcmp(entry->d_name, "a..b") == 0;
    g_assert_true(found);
    closedir(dir);
    g_assert_cmpint(root_open_dir(f->root, "/proc/stat", &dir), ==, -ENOTDIR);
    g_assert_null(dir);
    g_assert_cmpint(root_open_dir(f->root, "/none", &dir), ==, -ENOENT);
    g_assert_null(dir);
}

static void check_opens(const struct root *root, int dir, const char *path, int error)
{
    int fd = root_open_at(root, dir, path, O_RDONLY);

    g_assert_cmpint(MIN(fd, 0), ==, error);
    if (fd >= 0)
        close(fd);
}

/* Below a directory of the tree nothing leads out of that directory; on the live host it is as
 * openat(). */
static void test_open_at(struct fixture *f, gconstpointer data)
{
    struct root *live;
    int dir = root_open(f->root, "/proc", O_PATH | O_DIRECTORY);

    (void)data;
    check_opens(f->root, dir, "stat", 0);
    check_opens(f->root, dir, "./good", 0);
    check_opens(f->root, dir, "up", -ENOENT);
    check_opens(f->root, dir, "absolute", -ENOENT);
    check_opens(f->root, dir, "real", -ENOENT);
    check_opens(f->root, dir, "../secret", -ENOENT);
    g_assert_cmpint(root_new(NULL, &live), ==, 0);
    check_opens(live, dir, "../secret", 0);
    check_opens(live, dir, "nothing", -ENOENT);
    root_free(live);
    close(dir);
}

static void test_readlink(struct fixture *f, gconstpointer data)
{
    char out[64], small[4];

    (void)data;
    g_assert_cmpint(root_readlink(f->root, "/proc/absolute", out, sizeof(out)), ==, 7);
    g_assert_cmpstr(out, ==, "/secret");
    g_assert_cmpint(root_readlink(f->root, "/proc/good", out, sizeof(out)), ==, 4);
    g_assert_cmpint(root_readlink(f->root, "/proc/good", small, sizeof(small)), ==, -ENAMETOOLONG);
    g_assert_cmpint(root_readlink(f->root, "/proc/stat", out, sizeof(out)), ==, -EINVAL);
    g_assert_cmpint(root_readlink(f->root, "/proc/none", out, sizeof(out)), ==, -ENOENT);
    g_assert_cmpint(root_readlink(f->root, "/proc/dir/secret", out, sizeof(out)), ==, -EINVAL);
}

static void test_live(void)
{
    struct root *root;
    char out[64];

    g_assert_cmpint(root_new("/", &root), ==, 0);
    g_assert_true(root_is_live(root));
    g_assert_cmpint(root_readlink(root, "/proc/self", out, sizeof(out)), >, 0);
    g_assert_cmpint(atoi(out), ==, getpid());
    g_assert_cmpint(root_readlink(root, "/proc/self/stat", out, sizeof(out)), ==, -EINVAL);
    g_assert_cmpint(root_open(root, "/proc/none/at/all", O_RDONLY), ==, -ENOENT);
    root_free(root);
    g_assert_cmpint(root_new(NULL, &root), ==, 0);
    g_assert_true(root_is_live(root));
    root_free(root);
    root_free(NULL);
}

static void test_new_fails(void)
{
    struct root *root = NULL;

    g_assert_cmpint(root_new("/no/such/directory", &root), ==, -ENOENT);
    g_assert_cmpint(root_new("/proc/stat", &root), ==, -ENOTDIR);
    g_assert_null(root);
}

/* Make openat2() fail as on an old kernel (ENOSYS) or under an old container engine (EPERM). */
static void forbid_openat2(int error)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = G_N_ELEMENTS(code), .filter = code};

    g_assert_cmpint(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), ==, 0);
    g_assert_cmpint(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0), ==, 0);
}

static void check_without_openat2(const struct root *root)
{
    char out[64];
    int dir = root_open(root, "/proc", O_PATH | O_DIRECTORY);

    g_assert_cmpint(dir, >=, 0);
    close(dir);
    dir = root_open(root, "/", O_RDONLY | O_DIRECTORY);
    g_assert_cmpint(dir, >=, 0);
    close(dir);
    g_assert_cmpstr(read_through(root, "/proc/stat"), ==, "inside");
    g_assert_cmpstr(read_through(root, "//proc/./stat"), ==, "inside");
    g_assert_cmpstr(read_through(root, "/proc/a..b"), ==, "dots");
    g_assert_null(read_through(root, "/proc/up"));
    g_assert_null(read_through(root, "/proc/real"));
    g_assert_null(read_through(root, "/proc/dir/secret"));
    g_assert_null(read_through(root, "/../secret"));
    g_assert_cmpint(errno, ==, ENOENT);
    g_assert_cmpint(root_readlink(root, "/proc/absolute", out, sizeof(out)), ==, 7);
    g_assert_cmpint(root_readlink(root, "/proc/stat", out, sizeof(out)), ==, -EINVAL);
}

static void test_without_openat2(struct fixture *f, gconstpointer error)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        forbid_openat2(GPOINTER_TO_INT(error));
        check_without_openat2(f->root);
        _exit(0);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
}

/* A directory with the /proc of the running kernel below it: here, "/" by another way. */
static void test_live_directory(struct fixture *f, gconstpointer data)
{
    struct root *root;

    (void)data;
    g_assert_cmpint(root_new("/proc/self/root", &root), ==, 0);
    g_assert_true(root_is_live(root));
    g_assert_false(root_is_own(root));
    g_assert_true(root_has_own_pids(root));
    g_assert_true(root_exists(root, "/proc/self/stat"));
    char *path = root_path(root, "/run/x");
    g_assert_cmpstr(path, ==, "/proc/self/root/run/x");
    g_free(path);
    root_free(root);
    g_assert_cmpint(root_new_saved("/proc/self/root", &root), ==, 0);
    g_assert_false(root_is_live(root));
    g_assert_false(root_has_own_pids(root));
    root_free(root);
    g_assert_false(root_is_live(f->root)); /* its proc is a plain directory */
    g_assert_false(root_has_own_pids(f->root));
}

/* The "/" of a process, which nothing leads out of, as with a saved tree. */
static void test_of_process(struct fixture *f, gconstpointer data)
{
    struct root *live, *inside;

    (void)data;
    g_assert_cmpint(root_new(NULL, &live), ==, 0);
    g_assert_true(root_is_own(live));
    g_assert_cmpint(root_new_of_process(live, getpid(), &inside), ==, 0);
    g_assert_false(root_is_live(inside));
    g_assert_true(root_exists(inside, "/proc/self"));
    root_free(inside);
    g_assert_cmpint(root_new_of_process(live, 0, &inside), ==, -ENOENT);
    g_assert_cmpint(root_new_of_process(f->root, getpid(), &inside), ==, -ENOENT);
    root_free(live);
}

/* In a new pid namespace, with the /proc of the outer one. */
static void test_foreign_pids(void)
{
    pid_t child;
    int status;

    if (geteuid() != 0) {
        g_test_skip("needs root");
        return;
    }
    child = fork();
    if (child == 0) {
        pid_t inner = unshare(CLONE_NEWPID) == 0 ? fork() : -1;
        struct root *root;
        if (inner == 0)
            _exit(root_new(NULL, &root) || root_has_own_pids(root));
        _exit(inner < 0 ? 77 : waitpid(inner, &status, 0) != inner || status);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    if (WEXITSTATUS(status) == 77)
        g_test_skip("cannot make a pid namespace");
    else
        g_assert_cmpint(status, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, data, test)                                                                      \
    g_test_add("/root/" name, struct fixture, data, set_up, test, tear_down)
    ADD("reads-below", NULL, test_reads_below);
    ADD("no-escape", NULL, test_no_escape);
    ADD("directories", NULL, test_directories);
    ADD("lists", NULL, test_lists);
    ADD("open-at", NULL, test_open_at);
    ADD("readlink", NULL, test_readlink);
    ADD("old-kernel", GINT_TO_POINTER(ENOSYS), test_without_openat2);
    ADD("old-container-engine", GINT_TO_POINTER(EPERM), test_without_openat2);
    ADD("live-directory", NULL, test_live_directory);
    ADD("of-process", NULL, test_of_process);
    g_test_add_func("/root/foreign-pids", test_foreign_pids);
    g_test_add_func("/root/live", test_live);
    g_test_add_func("/root/new-fails", test_new_fails);
    return g_test_run();
}
