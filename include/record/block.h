/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* block.h: many ticks by columns: the payload of a chunk CHUNK_BLOCK.
 *
 *   number        of ticks
 *   for each      number: seq, as the difference to the one before; signed: monotonic time, wall
 *                 time, likewise
 *   4 bytes       CRC-32 of these
 *   section       the outlines, one after the other
 *   for each facet that occurs: its number (a byte), section of the heads of its columns, section of
 *                 their values: idents by rising numbers (rows.h)
 *
 * A block always stands by itself. One thread.
 */
#ifndef VTOP_RECORD_BLOCK_H
#define VTOP_RECORD_BLOCK_H

#include "record/frame.h"

enum { BLOCK_TICKS_MAX = 512, BLOCK_RECORDS_MAX = 4 << 20 };

/* ---- writing: from the frames of the same ticks ---- */

struct block_tick {
    GByteArray *frame; /* the payload of its frame; owned */
    GArray *records;   /* struct outline_record; may be shared: g_array_ref() */
};

/* TICKS: struct block_tick. IDENTS: how many the frames have named. */
void block_write(GByteArray *to, const GArray *ticks, size_t idents);

/* ---- reading ---- */

/* The times of the ticks, struct tick_time; NULL: damaged. LENGTH may be that of the begin only. */
GArray *block_peek(const uint8_t *payload, size_t length);

/* struct record_tick *, owned by the array; NULL: damaged. */
GPtrArray *block_decode(const uint8_t *payload, size_t length, const struct glossary *names,
                        struct outline_serials *serials);

#endif
