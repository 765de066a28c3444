/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* frame.h: one tick as bytes: the payload of a chunk CHUNK_FRAME.
 *
 *   byte          1: it stands by itself; 0: idents of frames before it count
 *   number        seq
 *   signed        monotonic time, wall time
 *   4 bytes       CRC-32 of these
 *   section       outline (outline.h)
 *   for each facet that occurs: its number (a byte), section of its rows (rows.h)
 *
 * One thread.
 */
#ifndef VTOP_RECORD_FRAME_H
#define VTOP_RECORD_FRAME_H

#include "record/outline.h"

/* When a tick was: what is known of it without decoding. */
struct tick_time {
    uint64_t seq;
    int64_t mono_ns, wall_ns;
};

/* The records that are written are appended to RECORDS (outline_write()). */
void frame_write(GByteArray *to, struct outline_idents *idents, const struct record_tick *tick,
                 bool alone, GArray *records);

/* ---- reading ---- */

/* A frame in pieces, which point into the payload. */
struct frame {
    bool alone;
    struct tick_time time;
    struct bytes outline;   /* a section, chunk_take_section() */
    struct bytes rows[256]; /* sections, by the number of the facet; at NULL: it does not occur */
};

/* The begin of a payload; false: damaged. */
bool frame_peek(const uint8_t *payload, size_t length, bool *alone, struct tick_time *out);

/* False: damaged. */
bool frame_open(struct frame *f, const uint8_t *payload, size_t length);

/* CHAIN: idents of the frames before it; emptied first when it stands alone. NULL: damaged. */
struct record_tick *frame_decode(const struct frame *f, const struct glossary *names,
                                 struct outline_serials *serials, GPtrArray *chain);

/* ---- for frames and blocks ---- */

/* The rows of a facet, one after the other, as bytes that sample_add_pack() takes. */
struct frame_record {
    int64_t after_ns, interval_ns;
    const uint8_t *pack;
};

/* What glossary.h knows of a row, as a pack of this program's readings. Returns its size; TO has
 * PACK_ROOM(RECORD_MAX). */
struct row;
size_t frame_pack(const struct glossary *names, const struct glossary_facet *facet, const struct row *row,
                  uint8_t *to);

/* Put the records of an outline into its samples, and these into TICK. NEXT gives the next record of
 * a facet; false: there is none, the file is damaged. */
bool frame_fill(struct record_tick *tick, const struct outline *o, const struct glossary *names,
                bool (*next)(void *data, const struct outline_record *r, struct frame_record *out),
                void *data);

#endif
