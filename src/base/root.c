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

/* On kernels before 5.6 there is no RESOLVE_IN_ROOT: refuse to follow links instead, which is as
 * safe and only loses the few linked files of a saved tree. */
static int open_below(int dirfd, const char *path, int flags)
{
    struct open_how how = {.flags = (unsigned)flags, .resolve = RESOLVE_IN_ROOT};
    long fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));

    if (fd < 0 && errno == ENOSYS) {
        if (strstr(path, ".."))
            return -ENOENT;
        while (*path == '/')
            path++;
        fd = openat(dirfd, *path ? path : ".", flags | O_NOFOLLOW);
    }
    return fd < 0 ? -errno : (int)fd;
}

int root_open(const struct root *root, const char *path, int flags)
{
    flags |= O_CLOEXEC | O_NOCTTY;
    if (root->fd >= 0)
        return open_below(root->fd, path, flags);
    int fd = open(path, flags);
    return fd < 0 ? -errno : fd;
}

ssize_t root_readlink(const struct root *root, const char *path, char *out, size_t size)
{
    ssize_t n;

    if (root->fd < 0) {
        n = readlink(path, out, size - 1);
    } else {
        int fd = open_below(root->fd, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0)
            return fd;
        n = readlinkat(fd, "", out, size - 1);
        int saved = errno;
        close(fd);
        errno = saved;
    }
    if (n < 0)
        return -errno;
    out[n] = '\0';
    return n;
}
