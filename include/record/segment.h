/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* segment.h: one file of a recording, as a list of its chunks.
 *
 * The file may grow while it is read. What is no chunk is skipped up to the next one that is. One
 * thread.
 */
#ifndef VTOP_RECORD_SEGMENT_H
#define VTOP_RECORD_SEGMENT_H

#include "record/chunk.h"
#include "record/frame.h"

struct segment_chunk {
    struct chunk chunk;
    uint64_t at;               /* of its payload */
    const struct glossary *names; /* of the head before it */
    bool alone;                /* a frame that stands by itself */
    bool gap;                  /* what was before it is damaged */
    struct tick_time first, last;
    uint32_t ticks;
};

struct segment {
    char *path;
    int fd;
    uint64_t device, inode;
    uint64_t bytes;     /* of the file */
    uint64_t scanned;   /* so far */
    bool gap;           /* what was scanned last is damaged */
    GArray *chunks;     /* struct segment_chunk: frames and blocks */
    GPtrArray *names;   /* struct glossary *, owned */
    GPtrArray *damage;  /* char *: lines */
    bool refused;       /* it is no recording, or one of a newer format: the last line says which */
};

/* NULL, and errno. */
struct segment *segment_open(const char *path);
void segment_close(struct segment *s);

/* Read the heads of what has been added. True when there is something new. */
bool segment_scan(struct segment *s);

/* The payload of a chunk, intact; NULL: it cannot be read. g_free. */
uint8_t *segment_payload(struct segment *s, const struct segment_chunk *c);

/* The times of the ticks of a block, struct tick_time; NULL: it cannot be read. */
GArray *segment_times(struct segment *s, const struct segment_chunk *c);

/* Note what is damaged, once for each place. */
void segment_complain(struct segment *s, uint64_t at, const char *what);

#endif
