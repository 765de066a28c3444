/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { FIRST_SIZE = 16384 };

void file_buffer_clear(struct file_buffer *b)
{
    g_free(b->text);
    *b = (struct file_buffer){0};
}

static bool grow(struct file_buffer *b)
{
    size_t size = b->size ? b->size * 2 : FIRST_SIZE;

    if (size > FILE_LIMIT)
        return false;
    b->text = g_realloc(b->text, size);
    b->size = size;
    return true;
}

static int empty(struct file_buffer *b, int error)
{
    if (!b->size)
        grow(b);
    b->length = 0;
    b->text[0] = '\0';
    return error == ENODEV || error == ESRCH ? -ENOENT : -error;
}

ssize_t file_read_kept(int fd, enum file_shape shape, struct file_buffer *b)
{
    if (!b->size)
        grow(b);
    b->length = 0;
    for (;;) {
        size_t room = b->size - b->length - 1;
        ssize_t n = pread(fd, b->text + b->length, room, (off_t)b->length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return empty(b, errno);
        b->length += (size_t)n;
        b->text[b->length] = '\0';
        if (n == 0 || (shape == FILE_WHOLE && (size_t)n < room))
            return (ssize_t)b->length;
        if (b->length + 1 >= b->size && !grow(b))
            return empty(b, EFBIG);
    }
}

/* 0: it can be read. */
static int refused(int fd, bool *is_null_device)
{
    struct stat st;

    *is_null_device = false;
    if (fstat(fd, &st) != 0)
        return errno;
    if (S_ISREG(st.st_mode))
        return 0;
    *is_null_device = S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
    return *is_null_device        ? 0
           : S_ISDIR(st.st_mode) ? EISDIR
           : S_ISLNK(st.st_mode) ? ELOOP
                                 : ESPIPE;
}

ssize_t file_read_and_close(int fd, struct file_buffer *b)
{
    bool is_null_device;

    if (fd < 0)
        return empty(b, -fd);
    int error = refused(fd, &is_null_device);
    ssize_t n = error || is_null_device ? empty(b, error) : file_read_kept(fd, FILE_PAGED, b);
    close(fd);
    return n;
}

ssize_t file_read_at(int dirfd, const char *name, struct file_buffer *b)
{
    int fd = openat(dirfd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

    return file_read_and_close(fd < 0 ? -errno : fd, b);
}

ssize_t file_read(const struct root *root, const char *path, struct file_buffer *b)
{
    return file_read_and_close(root_open(root, path, O_RDONLY | O_NONBLOCK), b);
}

char *file_first_line(const struct root *root, const char *path)
{
    struct file_buffer b = {0};
    char *line = file_read(root, path, &b) > 0 ? g_strndup(b.text, strcspn(b.text, "\n")) : NULL;

    file_buffer_clear(&b);
    return line;
}

/* Open for reading what PLACE, a descriptor of O_PATH, stands for. */
static int reopen(int place)
{
    char path[32];
    bool is_null_device;
    int error = refused(place, &is_null_device);

    if (error)
        return -error;
    g_snprintf(path, sizeof(path), "/proc/self/fd/%d", place);
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    return fd < 0 ? -errno : fd;
}

ssize_t file_read_foreign(const struct root *root, const char *top, const char *path,
                          struct file_buffer *b)
{
    int dir = root_open(root, top, O_PATH | O_DIRECTORY);
    int place = dir < 0 ? dir : root_open_no_links(dir, path, O_PATH);
    int fd = place < 0 ? place : reopen(place);

    if (dir >= 0)
        close(dir);
    if (place >= 0)
        close(place);
    return file_read_and_close(fd, b);
}
