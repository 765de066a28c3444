/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/save.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS_MAX = 40, NEW_MODE = 0644, NEW_DIRECTORY_MODE = 0700, TRIES_MAX = 100 };

struct walk {
    int dir;
    bool foreign; /* it, or one above it, belongs to another user */
    unsigned links;
    char *left; /* of the path */
};

static bool is_trusted(uid_t owner)
{
    return owner == 0 || owner == geteuid();
}

static int go_to(struct walk *w, const char *name, int flags)
{
    int dir = openat(w->dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC | flags);
    struct stat st;

    if (dir < 0 || fstat(dir, &st) < 0)
        return -errno;
    if (w->dir >= 0)
        close(w->dir);
    w->dir = dir;
    w->foreign |= !is_trusted(st.st_uid);
    return 0;
}

/* From the root directory, or from the working directory. */
static int start(struct walk *w)
{
    bool absolute = *w->left == '/';

    if (absolute)
        w->foreign = false;
    return absolute || w->dir < 0 ? go_to(w, absolute ? "/" : ".", 0) : 0;
}

static int follow(struct walk *w, const char *name, const struct stat *st)
{
    char target[PATH_MAX];

    if (w->foreign || !is_trusted(st->st_uid) || ++w->links > LINKS_MAX)
        return -ELOOP;
    ssize_t length = readlinkat(w->dir, name, target, sizeof(target) - 1);
    if (length < 0)
        return -errno;
    target[length] = '\0';
    char *left = *w->left ? g_strconcat(target, "/", w->left, NULL) : g_strdup(target);
    g_free(w->left);
    w->left = left;
    return start(w);
}

/* Take the first name off the path; "" when there is none. g_free. */
static char *next_name(struct walk *w)
{
    const char *begin = w->left + strspn(w->left, "/");
    size_t length = strcspn(begin, "/");
    char *name = g_strndup(begin, length);
    char *left = g_strdup(begin + length + strspn(begin + length, "/"));

    g_free(w->left);
    w->left = left;
    return name;
}

/* One step; *FOUND: NAME is the last one, and no link. */
static int step(struct walk *w, const char *name, bool *found)
{
    struct stat st;
    bool last = !*w->left;

    if (!*name)
        return -EISDIR;
    if (fstatat(w->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        if (S_ISLNK(st.st_mode))
            return follow(w, name, &st);
    } else if (errno != ENOENT) {
        return -errno;
    } else if (!last && mkdirat(w->dir, name, NEW_DIRECTORY_MODE) < 0) {
        return -errno;
    }
    *found = last;
    return last ? 0 : go_to(w, name, O_NOFOLLOW);
}

int save_open(struct save *s, const char *path)
{
    struct walk w = {.dir = -1, .left = g_strdup(path)};
    bool found = false;
    int result = start(&w);

    *s = (struct save){.dir = -1};
    while (result == 0 && !found) {
        char *name = next_name(&w);
        result = step(&w, name, &found);
        if (found)
            *s = (struct save){.dir = w.dir, .name = name};
        else
            g_free(name);
    }
    if (!found && w.dir >= 0)
        close(w.dir);
    g_free(w.left);
    return result;
}

void save_close(struct save *s)
{
    if (s->dir >= 0)
        close(s->dir);
    g_free(s->name);
    *s = (struct save){.dir = -1};
}

ssize_t save_read(const struct save *s, struct file_buffer *b)
{
    int fd = openat(s->dir, s->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

    return file_read_and_close(fd < 0 ? -errno : fd, b);
}

/* ---- writing ---- */

/* A new file beside the old one. Its name is free at that moment, and no link is followed. */
static int create_beside(const struct save *s, char **name)
{
    for (int i = 0; i < TRIES_MAX; i++) {
        *name = g_strdup_printf("%s.%06x", s->name, g_random_int() & 0xffffff);
        int fd = openat(s->dir, *name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        int error = errno;
        if (fd >= 0)
            return fd;
        g_clear_pointer(name, g_free);
        if (error != EEXIST)
            return -error;
    }
    return -EEXIST;
}

static int write_all(int fd, const char *text, size_t length)
{
    while (length) {
        ssize_t n = write(fd, text, length);
        if (n < 0 && errno != EINTR)
            return -errno;
        text += MAX(n, 0);
        length -= (size_t)MAX(n, 0);
    }
    return fsync(fd) < 0 ? -errno : 0;
}

/* Copy mode and owner of the replaced file. A group that cannot be set is not an error. */
static int keep_owner_and_mode(const struct save *s, int fd)
{
    struct stat old, new;

    if (fstatat(s->dir, s->name, &old, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT && fchmod(fd, NEW_MODE) == 0 ? 0 : -errno;
    if (!S_ISREG(old.st_mode) || fstat(fd, &new) < 0)
        return -EINVAL;
    if (new.st_gid != old.st_gid && fchown(fd, (uid_t)-1, old.st_gid) < 0 && errno != EPERM)
        return -errno;
    if (new.st_uid != old.st_uid && fchown(fd, old.st_uid, (gid_t)-1) < 0)
        return -errno;
    return fchmod(fd, old.st_mode & 07777) < 0 ? -errno : 0;
}

int save_write(const struct save *s, const char *text, size_t length)
{
    char *name = NULL;
    int fd = create_beside(s, &name);

    if (fd < 0)
        return fd;
    int result = write_all(fd, text, length);
    if (!result)
        result = keep_owner_and_mode(s, fd);
    close(fd);
    if (!result && renameat(s->dir, name, s->dir, s->name) < 0)
        result = -errno;
    if (result)
        unlinkat(s->dir, name, 0);
    g_free(name);
    return result;
}
