#include "base/root.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct root {
    int fd; /* -1: the live host */
};

int root_new(const char *dir, struct root **out)
{
    int fd = -1;

    if (dir && strcmp(dir, "/") != 0) {
        fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
            return -errno;
    }
    *out = g_new0(struct root, 1);
    (*out)->fd = fd;
    return 0;
}

void root_free(struct root *root)
{
    if (!root)
        return;
    if (root->fd >= 0)
        close(root->fd);
    g_free(root);
}

bool root_is_live(const struct root *root)
{
    return root->fd < 0;
}

/* Step by step, following no link and no "..": as safe as RESOLVE_IN_ROOT, and only loses the few
 * linked files of a saved tree. */
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

    /* ".." is refused with EAGAIN when somebody renames a directory at the same time. */
    for (int i = 0; i < TRIES && (i == 0 || (fd < 0 && errno == EAGAIN)); i++)
        fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
    /* Kernels before 5.6 do not have it; filters of older container engines answer EPERM. */
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
