/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* recording.h: a recording that is read: one file, or all files of a directory.
 *
 * Opening reads only the heads of chunks. Ticks are decoded when they are asked for, one unit (a
 * block, or frames that belong together) at a time; the last two stay decoded. The files are hostile
 * input: what is damaged is left out and reported, and costs nothing but itself.
 *
 * Ticks are numbered from 0 to recording_count() - 1, in the order in which they were recorded. A
 * tick that is in a frame and in a block counts once. One thread.
 */
#ifndef VTOP_RECORD_RECORDING_H
#define VTOP_RECORD_RECORDING_H

#include "record/tick.h"

struct recording;

/* PATH: a file or a directory. NULL, and one line in *error (g_free), when there is no recording. */
struct recording *recording_open(const char *path, char **error);
void recording_close(struct recording *r);

/* Look for what a recorder has written since. Ticks get other numbers when old files have been
 * removed: recording_locate(). True when there is something new. */
bool recording_refresh(struct recording *r);

size_t recording_count(const struct recording *r);

struct recording_mark {
    uint64_t session, seq;
    int64_t mono_ns, wall_ns;
    const char *boot_id, *host; /* "" = not known; valid until recording_refresh() */
};

/* What is known of tick AT without decoding it. False: damaged. */
bool recording_mark(struct recording *r, size_t at, struct recording_mark *out);

/* The last tick at or before WALL_NS; SIZE_MAX when all are later. */
size_t recording_find(struct recording *r, int64_t wall_ns);

/* The tick of a session with this or the next higher seq; SIZE_MAX: it is no longer there. */
size_t recording_locate(struct recording *r, uint64_t session, uint64_t seq);

/* Tick AT, decoded; NULL when it is damaged. Idents have serials of this process: those of the same
 * ident of a session are the same for as long as the recording is open. record_tick_free(). */
struct record_tick *recording_tick(struct recording *r, size_t at);

/* What is damaged, as far as it was read: lines "FILE: at byte N: what", char *. Valid until the
 * next call. */
const GPtrArray *recording_damage(const struct recording *r);

/* ---- what there is ---- */

struct recording_file {
    const char *path;
    uint64_t bytes, complete; /* so many of them; the rest may be being written */
};

/* By their order; false: there are no more. */
bool recording_file(const struct recording *r, size_t i, struct recording_file *out);

struct recording_unit {
    size_t first, count; /* ticks */
    int64_t first_wall_ns, last_wall_ns;
    uint64_t session;
    const char *boot_id, *host, *program;
    bool block;
    uint64_t bytes;
};
bool recording_unit(const struct recording *r, size_t i, struct recording_unit *out);

#endif
