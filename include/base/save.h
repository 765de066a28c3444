/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* save.h: replacing a small text file in one step, also as root in other people's directories.
 *
 * A path is walked one directory at a time. Symbolic links are followed (settings are often kept
 * elsewhere), but only those that this user or root has made, and none below a directory that
 * belongs to another user: -ELOOP. The directory is held open, so that it cannot be replaced
 * between reading and writing.
 *
 * Errors: negative errno. One thread.
 */
#ifndef VTOP_BASE_SAVE_H
#define VTOP_BASE_SAVE_H

#include "base/file.h"

struct save {
    int dir;    /* the directory the file is in */
    char *name; /* its name there: a file, or nothing yet */
};

/* Find PATH; missing directories are made, for this user only. */
int save_open(struct save *s, const char *path);
void save_close(struct save *s);

/* Read the file. Returns its length, or -ENOENT; -ESPIPE or -EISDIR if it is not a regular file. */
ssize_t save_read(const struct save *s, struct file_buffer *b);

/* Replace the file. An existing file keeps its mode and its owner (-EPERM where that is not
 * possible); a new one gets mode 0644. */
int save_write(const struct save *s, const char *text, size_t length);

#endif
