/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* column.h: consecutive values of one number, packed without loss. Part of history.
 *
 * A value is a cell of 32 bits: a float, or the reason why there is no number, as a NaN that
 * carries it. column_pack() looks at all cells of a column and picks the shortest of these:
 *
 *   - all are zero, or absent for one reason: nothing but the head;
 *   - all are the same: up to 4 bytes;
 *   - a range: the lowest cell, and how far each one is above it, in as many bits as that needs;
 *   - steps: the first cell, and the difference from each one to the next;
 *   - with exceptions: one cell that is frequent (zero, or absent), a bit for each cell that says
 *     whether it is that one, and a range of the others;
 *   - with repetitions: a bit for each cell that says whether it is the same as the one before, and
 *     a range of the others.
 *
 * The head is one byte and stands apart from the data, so that the heads of all columns of a block
 * lie side by side: column_sizes() adds them up to find where the data of a column begins.
 *
 *     uint8_t data[COLUMN_SIZE_MAX], head = column_pack(data, cells, n);
 *     column_read(head, data, n, 0, n, cells);       the same cells again
 *
 * Data must be followed by COLUMN_SLACK readable bytes, whatever they hold. No memory, no locks.
 */
#ifndef VTOP_MODEL_COLUMN_H
#define VTOP_MODEL_COLUMN_H

#include "model/metric.h"

#include <math.h>
#include <string.h>

enum {
    COLUMN_CELLS_MAX = 24, /* no column is longer */
    COLUMN_SIZE_MAX = 127, /* bytes of data; no column of so many cells takes more */
    COLUMN_SLACK = 8
};

/* ---- cells ---- */

enum { CELL_NAN_BITS = 0x7fc00000 };

static inline uint32_t cell_absent(enum reason why)
{
    return (uint32_t)CELL_NAN_BITS | (uint32_t)why;
}

static inline bool cell_is_absent(uint32_t cell)
{
    return (cell & CELL_NAN_BITS) == CELL_NAN_BITS;
}

static inline enum reason cell_reason(uint32_t cell)
{
    return cell_is_absent(cell) ? (enum reason)(cell & 0xff) : REASON_OK;
}

static inline uint32_t cell_of_float(float f)
{
    uint32_t cell;

    memcpy(&cell, &f, sizeof(cell));
    return cell;
}

/* A NaN is no number: it reads as REASON_NOT_RECORDED. */
static inline uint32_t cell_of(double number, enum reason why)
{
    float f = (float)number;

    if (why != REASON_OK || isnan(f))
        return cell_absent(why == REASON_OK ? REASON_NOT_RECORDED : why);
    return cell_of_float(f);
}

static inline float cell_number(uint32_t cell) /* NAN: absent */
{
    float f;

    memcpy(&f, &cell, sizeof(f));
    return f;
}

/* ---- columns ---- */

/* Pack N cells, 1 to COLUMN_CELLS_MAX. Returns the head. OUT has room for COLUMN_SIZE_MAX and
 * COLUMN_SLACK more bytes, which are overwritten too. */
uint8_t column_pack(uint8_t *out, const uint32_t *cells, size_t n);

/* The same of a column in which all cells are CELL. */
uint8_t column_pack_same(uint8_t *out, uint32_t cell);

/* Bytes of data behind one head, and behind the first N of HEADS. Up to 7 bytes after those are
 * read, and do not count. */
size_t column_size(uint8_t head);
size_t column_sizes(const uint8_t *heads, size_t n);

/* COUNT cells of the N there are, from the one at FIRST on. */
void column_read(uint8_t head, const uint8_t *data, size_t n, size_t first, size_t count,
                 uint32_t *cells);

#endif
