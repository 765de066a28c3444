/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* rows.h: the readings of one facet, as rows of a frame and as columns of a block.
 *
 * A row is one record: when it was read, its interval, and a value or a reason for each reading.
 * A block turns the rows of each entity into columns: most readings do not change, or rise evenly,
 * and take a byte or two for all ticks of the block. One thread.
 */
#ifndef VTOP_RECORD_ROWS_H
#define VTOP_RECORD_ROWS_H

#include "record/bytes.h"
#include "record/glossary.h"

struct row {
    int64_t after_ns; /* read so long after the record before it in its sample; the first: after the
                         tick, so a negative number */
    int64_t interval_ns;
    uint64_t values[GLOSSARY_SLOTS_MAX];
    uint8_t reasons[GLOSSARY_SLOTS_MAX]; /* REASON_OK: a value. Numbers of the file */
};

/* A record as a row. */
void rows_write(GByteArray *to, const struct record *r, int64_t after_ns);

/* The next row; false: damaged. SLOTS: readings of the facet in the file. */
bool rows_read(struct bytes *from, size_t slots, struct row *out);

/* Past the next row. */
bool rows_skip(struct bytes *from, size_t slots);

/* COUNT rows of one entity, in the order of time. */
void rows_write_columns(GByteArray *heads, GByteArray *values, const struct row *rows, size_t count,
                        size_t slots);

/* False: damaged. */
bool rows_read_columns(struct bytes *heads, struct bytes *values, struct row *rows, size_t count,
                       size_t slots);

#endif
