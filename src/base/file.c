#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
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

/* FD is a descriptor, or -errno of the open that failed. */
static ssize_t read_and_close(int fd, struct file_buffer *b)
{
    if (fd < 0)
        return empty(b, -fd);
    ssize_t n = file_read_kept(fd, FILE_PAGED, b);
    close(fd);
    return n;
}

ssize_t file_read_at(int dirfd, const char *name, struct file_buffer *b)
{
    int fd = openat(dirfd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

    return read_and_close(fd < 0 ? -errno : fd, b);
}

ssize_t file_read(const struct root *root, const char *path, struct file_buffer *b)
{
    return read_and_close(root_open(root, path, O_RDONLY | O_NONBLOCK), b);
}
