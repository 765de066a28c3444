/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* store.h: the directory into which one recorder writes.
 *
 *   open.vtop                       the open block: a head, then a frame per tick
 *   YYYYMMDD-HHMMSS-NNNNNN.vtop     segments: a head, then blocks. The time is UTC and a label; the
 *                                   rising number is the order
 *   lock                            held by the process that writes
 *
 * Each frame is on the disk (fdatasync) when store_frame() returns. A block is on the disk before
 * its frames are dropped: a crash in between leaves ticks twice, never none. The frames of a block
 * that cannot be written, and what an earlier run left, become a segment as they are.
 *
 * Before each write the oldest segments are removed, until all files together with the new bytes
 * are within the limits. A write that fails, or that the limits leave no room for, leaves the files
 * as they were: -errno, -ENOSPC. -ENOENT: the files were removed, or moved with their directory;
 * store_reopen() begins new ones.
 *
 * Files have mode 0640 and are not reached through symbolic links. All functions may wait for the
 * disk. One thread at a time.
 */
#ifndef VTOP_RECORD_STORE_H
#define VTOP_RECORD_STORE_H

#include <glib.h>
#include <stdint.h>

#define STORE_SUFFIX ".vtop"
#define STORE_OPEN_FILE "open" STORE_SUFFIX

struct store_limits {
    uint64_t bytes;      /* of all files together, at any moment; 0: there is no limit */
    uint64_t free_bytes; /* stay free in the file system for others; 0: nothing has to */
    int64_t age_ns;      /* segments that end earlier than this before the newest tick are removed;
                            0: age does not matter */
};

struct store;

/* Makes the directory (0750) if its parent is there. NULL, and one line in *error (g_free). */
struct store *store_open(const char *dir, const struct store_limits *limits, char **error);
void store_close(struct store *s);

/* WALL_NS: the time of the newest tick, for names and ages. HEAD: what begins a new file. */
int store_frame(struct store *s, const GByteArray *head, const GByteArray *frame, int64_t wall_ns);
int store_block(struct store *s, const GByteArray *head, const GByteArray *block, int64_t wall_ns);

/* Close the files, and look the directory up again by its name: somebody may have moved it. -errno
 * when there is none and none can be made. */
int store_reopen(struct store *s);

uint64_t store_bytes(const struct store *s); /* of all files */

#endif
