/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* ring.h: numbered rows of cells, the newest ones ready to write, the older ones packed. Part of
 * history.
 *
 * A row has `width` cells (column.h). Rows are added with growing numbers; numbers that are left
 * out read as absent (REASON_NOT_RECORDED). Every `block` consecutive numbers make a block. The
 * block of the newest row is open: its rows lie there as they are. When a row of the next block
 * comes, the open one is packed column by column. An open block can be packed in pieces of some
 * rows meanwhile, which takes less memory and more time. Rings of different phase close their
 * blocks at different numbers, so that the work of many rings spreads over time.
 *
 *     ring_init(&r, width, block, block, phase);
 *     uint32_t *row = ring_add(&r, number);          cells to fill in
 *     ring_read(&r, column, first, count, cells);    one column of consecutive rows
 *     ring_forget(&r, oldest);                       rows before OLDEST go
 *     ring_clear(&r);
 *
 * Reading a column costs a few nanoseconds per cell; all blocks that are needed are fetched at
 * once. Main thread only.
 */
#ifndef VTOP_MODEL_RING_H
#define VTOP_MODEL_RING_H

#include "model/column.h"

enum { RING_WIDTH_MAX = 255 };

struct ring_block;

struct ring {
    uint64_t first, last;       /* numbers of the oldest and the newest row; 0 = there is none */
    uint64_t open;              /* number of the block that is open */
    uint32_t *rows;             /* of the open block, from the first one that was added */
    struct ring_block **packed; /* the blocks before it; NULL: one without a row */
    struct ring_block **pieces; /* of the open block, before `rows` */
    uint32_t packed_bytes, piece_bytes;
    uint16_t packed_count;
    uint8_t piece_count;
    uint8_t rows_begin, rows_room; /* place in the block of rows[0]; rows there is memory for */
    uint8_t width, block, piece, phase;
};

/* WIDTH: 1 to RING_WIDTH_MAX cells. BLOCK: up to COLUMN_CELLS_MAX rows. PIECE: rows that are packed
 * together while their block is open; BLOCK: none are. PHASE: any number. */
void ring_init(struct ring *r, size_t width, size_t block, size_t piece, uint64_t phase);
void ring_clear(struct ring *r);

size_t ring_size(const struct ring *r); /* bytes, without the struct itself */

/* A new row, for the caller to fill in all of its cells: valid until the next ring_add(). NUMBER is
 * larger than any before, and not 0. */
uint32_t *ring_add(struct ring *r, uint64_t number);

/* The newest row, to be changed; NULL: there is none, or it has been packed. */
uint32_t *ring_newest(struct ring *r);

/* Rows before OLDEST may go. */
void ring_forget(struct ring *r, uint64_t oldest);

/* No row will be added any more: pack all of them. */
void ring_seal(struct ring *r);

/* COUNT cells of a column, from the row FIRST on; those of rows that are not there are absent. */
void ring_read(const struct ring *r, size_t column, uint64_t first, size_t count, uint32_t *cells);

/* One of them. */
uint32_t ring_cell(const struct ring *r, size_t column, uint64_t number);

#endif
