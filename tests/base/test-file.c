/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Kernel files of any size and behaviour: in one read, in pages, huge, empty, gone. */
#include "base/file.h"

#include "tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

struct fixture {
    char *dir;
    struct root *root;
    struct file_buffer buffer;
};

static void set_up(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->dir = tree_new();
    f->buffer = (struct file_buffer){0};
    g_assert_cmpint(root_new(f->dir, &f->root), ==, 0);
}

static void tear_down(struct fixture *f, gconstpointer data)
{
    (void)data;
    file_buffer_clear(&f->buffer);
    file_buffer_clear(&f->buffer);
    root_free(f->root);
    tree_free(f->dir);
}

static void check_empty(const struct file_buffer *b)
{
    g_assert_cmpuint(b->length, ==, 0);
    g_assert_cmpstr(b->text, ==, "");
}

static void test_small(struct fixture *f, gconstpointer data)
{
    (void)data;
    tree_file(f->dir, "a/cpu.stat", "usage_usec 5\n");
    tree_file(f->dir, "a/empty", "");
    g_assert_cmpint(file_read(f->root, "/a/cpu.stat", &f->buffer), ==, 13);
    g_assert_cmpstr(f->buffer.text, ==, "usage_usec 5\n");
    g_assert_cmpint(file_read(f->root, "/a/empty", &f->buffer), ==, 0);
    check_empty(&f->buffer);
    g_assert_cmpint(file_read(f->root, "/a/cpu.stat", &f->buffer), ==, 13);
    char *line = file_first_line(f->root, "/a/cpu.stat");
    g_assert_cmpstr(line, ==, "usage_usec 5");
    g_free(line);
    g_assert_null(file_first_line(f->root, "/a/empty"));
    g_assert_null(file_first_line(f->root, "/a/none"));
    g_assert_cmpint(file_read(f->root, "/a/none", &f->buffer), ==, -ENOENT);
    check_empty(&f->buffer); /* the text of the file before is not taken for this one */
    int dir = root_open(f->root, "/a", O_PATH | O_DIRECTORY);
    g_assert_cmpint(file_read_at(dir, "cpu.stat", &f->buffer), ==, 13);
    g_assert_cmpint(file_read_at(dir, "none", &f->buffer), ==, -ENOENT);
    check_empty(&f->buffer);
    g_assert_cmpint(file_read_at(dir, ".", &f->buffer), ==, -EISDIR);
    close(dir);
}

/* After an error on an unused buffer its text is empty, not NULL. */
static void test_fails_first(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpint(file_read(f->root, "/none", &f->buffer), ==, -ENOENT);
    check_empty(&f->buffer);
    g_assert_cmpint(file_read_kept(-1, FILE_WHOLE, &f->buffer), ==, -EBADF);
    check_empty(&f->buffer);
}

/* Sizes around every growth of the buffer, both ways of reading, the last byte compared. */
static void test_sizes(struct fixture *f, gconstpointer data)
{
    static const int sizes[] = {1, 16382, 16383, 16384, 16385, 32767, 32768, 100000, 1 << 20};

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        char *text = g_strnfill((gsize)sizes[i], 'x');
        text[sizes[i] - 1] = 'E';
        tree_file(f->dir, "file", text);
        int fd = root_open(f->root, "/file", O_RDONLY);
        for (int shape = FILE_WHOLE; shape <= FILE_PAGED; shape++) {
            ssize_t n = file_read_kept(fd, (enum file_shape)shape, &f->buffer);
            g_assert_cmpint(n, ==, sizes[i]);
            g_assert_cmpstr(f->buffer.text, ==, text);
        }
        close(fd);
        g_free(text);
    }
}

static void test_kept_sees_changes(struct fixture *f, gconstpointer data)
{
    (void)data;
    tree_file(f->dir, "file", "one\n");
    int fd = root_open(f->root, "/file", O_RDONLY);
    char *path = g_build_filename(f->dir, "file", NULL);

    g_assert_cmpint(file_read_kept(fd, FILE_WHOLE, &f->buffer), ==, 4);
    int out = open(path, O_WRONLY | O_TRUNC);
    g_assert_cmpint(write(out, "11\n", 3), ==, 3);
    close(out);
    g_assert_cmpint(file_read_kept(fd, FILE_WHOLE, &f->buffer), ==, 3);
    g_assert_cmpstr(f->buffer.text, ==, "11\n");
    close(fd);
    g_free(path);
}

static void test_huge(struct fixture *f, gconstpointer data)
{
    char *path = tree_path(f->dir, "huge");
    int fd = open(path, O_RDWR | O_CREAT, 0600);

    (void)data;
    g_assert_cmpint(ftruncate(fd, FILE_LIMIT - 2), ==, 0);
    g_assert_cmpint(file_read(f->root, "/huge", &f->buffer), ==, FILE_LIMIT - 2);
    g_assert_cmpint(ftruncate(fd, FILE_LIMIT), ==, 0);
    g_assert_cmpint(file_read(f->root, "/huge", &f->buffer), ==, -EFBIG);
    check_empty(&f->buffer);
    close(fd);
    g_assert_cmpint(file_read(f->root, "/none", &f->buffer), ==, -ENOENT);
    g_free(path);
}

/* Opening a FIFO without a writer would block for ever. */
static void test_fifo(struct fixture *f, gconstpointer data)
{
    char *path = tree_path(f->dir, "fifo");

    (void)data;
    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    g_assert_cmpint(file_read(f->root, "/fifo", &f->buffer), ==, -ESPIPE);
    check_empty(&f->buffer);
    g_free(path);
}

/* Devices, sockets and directories cannot be read; /dev/null is an empty file. */
static void test_not_regular(struct fixture *f, gconstpointer data)
{
    struct file_buffer *b = &f->buffer;

    (void)data;
    g_assert_cmpint(file_read_at(AT_FDCWD, "/dev/zero", b), ==, -ESPIPE);
    g_assert_cmpint(file_read_at(AT_FDCWD, "/dev/null", b), ==, 0);
    check_empty(b);
    tree_file(f->dir, "file", "text\n");
    tree_link(f->dir, "link", "file");
    g_assert_cmpint(file_read(f->root, "/link", b), ==, 5);
}

/* Files that another user placed below a home directory. */
static void test_foreign(struct fixture *f, gconstpointer data)
{
    struct file_buffer *b = &f->buffer;
    char *fifo = tree_path(f->dir, "home/u/fifo"), *device = tree_path(f->dir, "home/u/zero");

    (void)data;
    tree_file(f->dir, "secret", "secret\n");
    tree_file(f->dir, "home/u/store/list.json", "{}\n");
    tree_link(f->dir, "home/u/store/link.json", "list.json");
    tree_link(f->dir, "home/u/link", "store");
    tree_link(f->dir, "away", "home");
    g_assert_cmpint(file_read_foreign(f->root, "/home/u", "store/list.json", b), ==, 3);
    g_assert_cmpint(file_read_foreign(f->root, "/home/u", "/store//list.json", b), ==, 3);
    g_assert_cmpint(file_read_foreign(f->root, "/away/u", "store/list.json", b), ==, 3);
    g_assert_cmpint(file_read_foreign(f->root, "/home/u", "store/link.json", b), ==, -ELOOP);
    check_empty(b);
    g_assert_cmpint(file_read_foreign(f->root, "/home/u", "link/list.json", b), ==, -ENOTDIR);
    g_assert_cmpint(file_read_foreign(f->root, "/home/u", "../../secret", b), ==, -ENOENT);
    g_assert_cmpint(file_read_foreign(f->root, "/home/u", "store", b), ==, -EISDIR);
    g_assert_cmpint(file_read_foreign(f->root, "/home/u", "none", b), ==, -ENOENT);
    g_assert_cmpint(file_read_foreign(f->root, "/home/none", "none", b), ==, -ENOENT);
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    g_assert_cmpint(file_read_foreign(f->root, "/home/u", "fifo", b), ==, -ESPIPE);
    if (mknod(device, S_IFCHR | 0600, makedev(1, 5)) == 0)
        g_assert_cmpint(file_read_foreign(f->root, "/home/u", "zero", b), ==, -ESPIPE);
    check_empty(b);
    g_free(fifo);
    g_free(device);
}

/* A list that the kernel hands out page by page: /proc/self/maps of a process with many of them,
 * and the files that every host has. */
static void test_proc(void)
{
    static const char *const files[] = {"/proc/stat", "/proc/meminfo", "/proc/net/dev",
                                        "/proc/diskstats", "/proc/self/status"};
    struct file_buffer buffer = {0};
    struct root *root;

    g_assert_cmpint(root_new(NULL, &root), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        ssize_t n = file_read(root, files[i], &buffer);
        g_assert_cmpint(n, >, 0);
        g_assert_cmpuint(strlen(buffer.text), ==, (size_t)n);
        g_assert_cmpint(buffer.text[n - 1], ==, '\n');
    }
    g_assert_cmpint(file_read(root, "/proc/self/smaps", &buffer), >, 16384);
    g_assert_nonnull(strstr(buffer.text + buffer.length - 2000, "VmFlags:"));
    file_buffer_clear(&buffer);
    root_free(root);
}

static void test_process_gone(void)
{
    struct file_buffer buffer = {0};
    pid_t child = fork();
    char path[64];

    if (child == 0)
        _exit(0);
    g_snprintf(path, sizeof(path), "/proc/%d/stat", (int)child);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
    g_assert_cmpint(file_read_kept(fd, FILE_WHOLE, &buffer), ==, -ENOENT);
    check_empty(&buffer);
    close(fd);
    file_buffer_clear(&buffer);
}

/* A cgroup directory of our own, or NULL. */
static char *make_cgroup(void)
{
    static const char *const tops[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified",
                                       "/sys/fs/cgroup/memory"};

    for (size_t i = 0; i < G_N_ELEMENTS(tops); i++) {
        char *procs = g_build_filename(tops[i], "cgroup.procs", NULL);
        char *dir = g_strdup_printf("%s/vtop-test-file-%d", tops[i], (int)getpid());
        bool made = access(procs, W_OK) == 0 && g_mkdir(dir, 0755) == 0;
        g_free(procs);
        if (made)
            return dir;
        g_free(dir);
    }
    return NULL;
}

static void test_cgroup_gone(void)
{
    struct file_buffer buffer = {0};
    char *dir = make_cgroup();

    if (!dir) {
        g_test_skip("cannot make a cgroup here");
        return;
    }
    int dirfd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = openat(dirfd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
    g_assert_cmpint(file_read_kept(fd, FILE_PAGED, &buffer), ==, 0);
    check_empty(&buffer);
    g_assert_cmpint(file_read_at(dirfd, "cgroup.procs", &buffer), ==, 0);
    g_assert_cmpint(g_rmdir(dir), ==, 0);
    g_assert_cmpint(file_read_kept(fd, FILE_PAGED, &buffer), ==, -ENOENT);
    check_empty(&buffer);
    g_assert_cmpint(file_read_at(dirfd, "cgroup.procs", &buffer), ==, -ENOENT);
    close(fd);
    close(dirfd);
    g_free(dir);
    file_buffer_clear(&buffer);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/file/" name, struct fixture, NULL, set_up, test, tear_down)
    ADD("small", test_small);
    ADD("fails-first", test_fails_first);
    ADD("sizes", test_sizes);
    ADD("kept-sees-changes", test_kept_sees_changes);
    ADD("huge", test_huge);
    ADD("fifo", test_fifo);
    ADD("not-regular", test_not_regular);
    ADD("foreign", test_foreign);
    g_test_add_func("/file/proc", test_proc);
    g_test_add_func("/file/process-gone", test_process_gone);
    g_test_add_func("/file/cgroup-gone", test_cgroup_gone);
    return g_test_run();
}
