/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* file.h: reads small kernel files fast, without relying on the size that stat() reports.
 *
 * A `struct file_buffer` is scratch memory that one thread reuses for every read; the text in it is
 * NUL-terminated and valid until the next read into it. Files are read from their beginning.
 *
 * Errors: negative errno, and then the text is empty. A file of a removed cgroup gives ENODEV on a
 * kept descriptor, one of an ended process ESRCH, and both give ENOENT on open: all are returned as
 * -ENOENT, "gone". A file of FILE_LIMIT bytes or more gives -EFBIG.
 *
 * Only regular files are read: a directory gives -EISDIR, a FIFO, socket or device -ESPIPE, and
 * /dev/null, which container engines mount over files to hide them, is an empty file. Opening never
 * waits and never acquires a controlling terminal.
 */
#ifndef VTOP_BASE_FILE_H
#define VTOP_BASE_FILE_H

#include "base/root.h"

#include <stddef.h>
#include <sys/types.h>

#define FILE_LIMIT (8u << 20)

struct file_buffer {
    char *text;
    size_t length;
    size_t size;
};

void file_buffer_clear(struct file_buffer *b); /* frees the memory; an all-zero buffer is valid */

/* How the kernel returns the file. Most cgroup files are made by one show() call, and one read
 * returns all of it. Lists (cgroup.procs, net/dev, /proc/stat) come in pages and must be read to
 * the end. */
enum file_shape { FILE_WHOLE, FILE_PAGED };

/* Read through a kept descriptor (pread from 0). Returns the length. */
ssize_t file_read_kept(int fd, enum file_shape shape, struct file_buffer *b);

/* Read FD, which may be the -errno of an open that failed, to the end and close it. */
ssize_t file_read_and_close(int fd, struct file_buffer *b);

/* Open NAME relative to DIRFD (AT_FDCWD: the working directory), read to the end, close. */
ssize_t file_read_at(int dirfd, const char *name, struct file_buffer *b);

/* The same for an absolute path below a root. */
ssize_t file_read(const struct root *root, const char *path, struct file_buffer *b);

/* The first line of a file below a root, without its newline; NULL: it is empty or cannot be read.
 * g_free. */
char *file_first_line(const struct root *root, const char *path);

/* As file_read(), for files that another user can place. PATH, relative to the directory TOP
 * ("/home/u"), is followed through no symbolic link (-ELOOP, -ENOTDIR) and no ".." (-ENOENT); TOP
 * itself may contain links. Anything but a regular file is not opened, because opening a device can
 * have an effect (a watchdog, a tape). */
ssize_t file_read_foreign(const struct root *root, const char *top, const char *path,
                          struct file_buffer *b);

#endif
