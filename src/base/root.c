/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/root.h"

#include "base/parse.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

struct root {
    int fd;    /* -1: "/" itself */
    char *dir; /* absolute; "" for "/" itself */
    bool live;
    bool own_pids;
};

/* Open step by step, following no link and no "..". This is as safe as RESOLVE_IN_ROOT; only the
 * few linked files of a saved tree are lost. */
static int open_step_by_step(int dirfd, const char *path, int flags)
{
    char **steps = g_strsplit(path, "/", -1);
    int fd = openat(dirfd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

    for (size_t i = 0; steps[i] && fd >= 0; i++) {
        bool last = !steps[i + 1];
        if (!last && (!*steps[i] || strcmp(steps[i], ".") == 0))
            continue;
        if (strcmp(steps[i], "..") == 0) {
            close(fd);
            fd = -1;
            errno = ENOENT;
            break;
        }
        int next = openat(fd, *steps[i] ? steps[i] : ".",
                          O_NOFOLLOW | (last ? flags : O_PATH | O_DIRECTORY | O_CLOEXEC));
        int saved = errno;
        close(fd);
        errno = saved;
        fd = next;
    }
    g_strfreev(steps);
    return fd < 0 ? -errno : fd;
}

static int open_below(int dirfd, const char *path, int flags)
{
    struct open_how how = {.flags = (unsigned)flags, .resolve = RESOLVE_IN_ROOT};
    enum { TRIES = 100 };
    long fd = -1;

    /* ".." fails with EAGAIN when a directory is renamed at the same time. */
    for (int i = 0; i < TRIES && (i == 0 || (fd < 0 && errno == EAGAIN)); i++)
        fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
    /* Kernels before 5.6 lack openat2(); seccomp filters of older container engines return
     * EPERM. */
    if (fd < 0 && (errno == ENOSYS || errno == EPERM))
        return open_step_by_step(dirfd, path, flags);
    return fd < 0 ? -errno : (int)fd;
}

static int complete(int flags)
{
    flags |= O_CLOEXEC;
    return flags & O_PATH ? flags : flags | O_NOCTTY; /* openat2() refuses the two together */
}

int root_open(const struct root *root, const char *path, int flags)
{
    if (root->fd >= 0)
        return open_below(root->fd, path, complete(flags));
    int fd = open(path, complete(flags));
    return fd < 0 ? -errno : fd;
}

int root_open_dir(const struct root *root, const char *path, DIR **out)
{
    int fd = root_open(root, path, O_RDONLY | O_DIRECTORY), error;

    *out = NULL;
    if (fd < 0)
        return fd;
    *out = fdopendir(fd);
    if (*out)
        return 0;
    error = -errno;
    close(fd);
    return error;
}

bool root_exists(const struct root *root, const char *path)
{
    int fd = root_open(root, path, O_PATH);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

int root_open_at(const struct root *root, int dir, const char *path, int flags)
{
    if (root->fd >= 0)
        return open_below(dir, path, complete(flags));
    int fd = openat(dir, path, complete(flags));
    return fd < 0 ? -errno : fd;
}

int root_open_no_links(int dir, const char *path, int flags)
{
    return open_step_by_step(dir, path, complete(flags | O_NOFOLLOW));
}

ssize_t root_readlink(const struct root *root, const char *path, char *out, size_t size)
{
    ssize_t n;
    int error;

    if (root->fd < 0) {
        n = readlink(path, out, size);
        error = errno;
    } else {
        int fd = open_below(root->fd, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0)
            return fd;
        n = readlinkat(fd, "", out, size);
        error = errno == ENOENT ? EINVAL : errno; /* it is there, but no link */
        close(fd);
    }
    if (n < 0)
        return -error;
    if ((size_t)n >= size)
        return -ENAMETOOLONG;
    out[n] = '\0';
    return n;
}

/* ---- what kind of root it is ---- */

enum { SMALL_FILE = 4096 };

/* Read a small file; the text is "" when it cannot be read. DEVICE, if not NULL: st_dev of the
 * file. */
static void read_small(const struct root *root, const char *path, char out[static SMALL_FILE],
                       dev_t *device)
{
    int fd = root_open(root, path, O_RDONLY);
    ssize_t n = fd >= 0 ? read(fd, out, SMALL_FILE - 1) : 0;
    struct stat st;

    out[MAX(n, 0)] = '\0';
    if (device)
        *device = fd >= 0 && fstat(fd, &st) == 0 ? st.st_dev : 0;
    if (fd >= 0)
        close(fd);
}

static bool is_procfs(const struct root *root, dev_t *device)
{
    int fd = root_open(root, "/proc", O_PATH | O_DIRECTORY);
    struct statfs fs;
    struct stat st;
    bool is = fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;

    *device = fd >= 0 && fstat(fd, &st) == 0 ? st.st_dev : 0;
    if (fd >= 0)
        close(fd);
    return is;
}

/* The boot id in the /proc below ROOT; "" when it cannot be read. systemd-nspawn mounts a file with
 * an id of its own over it: that one is ignored, too. */
static void read_boot_id(const struct root *root, char out[static SMALL_FILE])
{
    dev_t proc, file;

    is_procfs(root, &proc);
    read_small(root, "/proc/sys/kernel/random/boot_id", out, &file);
    if (file != proc)
        *out = '\0';
}

/* Whether a /proc of the running kernel is mounted below the directory ROOT. */
static bool shows_this_kernel(const struct root *root)
{
    static const struct root own = {.fd = -1, .live = true};
    char here[SMALL_FILE], below[SMALL_FILE];
    dev_t device;

    if (!is_procfs(root, &device))
        return false;
    read_boot_id(&own, here);
    read_boot_id(root, below);
    return !*here || !*below || strcmp(here, below) == 0;
}

/* A /proc of an outer namespace says which pid a process has in each namespace from there inwards;
 * kernels before 4.1 only say the first. Where nothing is said ("/" of a fixture) they are equal.
 */
static bool has_own_pids(const struct root *root)
{
    char status[SMALL_FILE];
    uint64_t first, second;

    read_small(root, "/proc/self/status", status, NULL);
    const char *line = strstr(status, "\nNSpid:");
    const char *pid = line ? line + strlen("\nNSpid:") : strstr(status, "\nPid:");
    if (!pid)
        return root->fd < 0;
    if (!line)
        pid += strlen("\nPid:");
    return parse_u64(&pid, &first) && first == (uint64_t)getpid() &&
           (!line || !parse_u64(&pid, &second));
}

/* ---- roots ---- */

static int new_root(const char *dir, bool saved, struct root **out)
{
    struct root root = {.fd = -1};

    if (dir && strcmp(dir, "/") != 0) {
        root.fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (root.fd < 0)
            return -errno;
    }
    root.live = !saved && (root.fd < 0 || shows_this_kernel(&root));
    root.own_pids = root.live && has_own_pids(&root);
    root.dir = root.fd < 0 ? g_strdup("") : g_canonicalize_filename(dir, NULL);
    *out = g_memdup2(&root, sizeof(root));
    return 0;
}

int root_new(const char *dir, struct root **out)
{
    return new_root(dir, false, out);
}

int root_new_saved(const char *dir, struct root **out)
{
    return new_root(dir, true, out);
}

int root_new_of_process(const struct root *root, pid_t pid, struct root **out)
{
    char path[32];
    int proc = root->live ? root_open(root, "/proc", O_PATH | O_DIRECTORY) : -ENOENT;

    if (proc < 0)
        return proc;
    g_snprintf(path, sizeof(path), "%d/root", (int)pid);
    int fd = openat(proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int error = fd < 0 ? -errno : 0;
    close(proc);
    if (error)
        return error;
    *out = g_new0(struct root, 1);
    **out = (struct root){.fd = fd, .dir = g_strdup_printf("%s/proc/%s", root->dir, path)};
    return 0;
}

struct root *root_copy(const struct root *root)
{
    struct root *copy = g_memdup2(root, sizeof(*root));

    copy->dir = g_strdup(root->dir);
    /* Without a descriptor nothing is found below a directory; it must not become "/". */
    copy->fd = root->fd < 0 ? -1 : fcntl(root->fd, F_DUPFD_CLOEXEC, 0);
    if (root->fd >= 0 && copy->fd < 0)
        copy->fd = INT_MAX;
    return copy;
}

void root_free(struct root *root)
{
    if (!root)
        return;
    if (root->fd >= 0)
        close(root->fd);
    g_free(root->dir);
    g_free(root);
}

bool root_is_live(const struct root *root)
{
    return root->live;
}

bool root_is_own(const struct root *root)
{
    return root->live && root->fd < 0;
}

bool root_has_own_pids(const struct root *root)
{
    return root->own_pids;
}

char *root_path(const struct root *root, const char *path)
{
    return g_strconcat(root->dir, path, NULL);
}
