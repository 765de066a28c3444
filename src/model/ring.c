/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/ring.h"

#include <glib.h>

enum { BLOCKS_AT_ONCE = 64 }; /* that ring_read() prefetches together */

/* The rows of one block, without those before the first row of the ring and after the last. */
struct ring_block {
    uint16_t size;        /* bytes of all of it */
    uint8_t begin, count; /* place of the first row, and how many there are */
    uint8_t heads[];      /* of each column; then the data of all columns, in the same order */
};

static const uint32_t NOT_RECORDED = (uint32_t)CELL_NAN_BITS | REASON_NOT_RECORDED;

/* ---- packing ---- */

/* Four cells at a time, at any address. The memory after the last row has room for three more. */
typedef uint32_t quad __attribute__((vector_size(16), aligned(4), may_alias));
enum { QUAD = sizeof(quad) / sizeof(uint32_t), PADDING = QUAD - 1 };

/* The bits in which any row of a column differs from the first one. */
static void find_changes(const uint32_t *rows, size_t width, size_t count, uint32_t *changes)
{
    for (size_t c = 0; c < width; c += QUAD) {
        const quad first = *(const quad *)(rows + c);
        quad bits = {0};
        for (size_t r = 1; r < count; r++)
            bits |= *(const quad *)(rows + r * width + c) ^ first;
        *(quad *)(changes + c) = bits;
    }
}

static struct ring_block *pack(const uint32_t *rows, size_t width, size_t begin, size_t count)
{
    uint8_t data[RING_WIDTH_MAX * COLUMN_SIZE_MAX + COLUMN_SLACK], heads[RING_WIDTH_MAX];
    uint32_t changes[RING_WIDTH_MAX + PADDING], cells[COLUMN_CELLS_MAX];
    size_t at = 0;

    find_changes(rows, width, count, changes);
    for (size_t c = 0; c < width; c++) {
        for (size_t r = 0; r < count && changes[c]; r++)
            cells[r] = rows[r * width + c];
        heads[c] = changes[c] ? column_pack(data + at, cells, count)
                              : column_pack_same(data + at, rows[c]);
        at += column_size(heads[c]);
    }
    size_t size = sizeof(struct ring_block) + width + at + COLUMN_SLACK;
    struct ring_block *b = g_malloc(size);
    b->size = (uint16_t)size;
    b->begin = (uint8_t)begin;
    b->count = (uint8_t)count;
    memcpy(b->heads, heads, width);
    memcpy(b->heads + width, data, at);
    memset(b->heads + width + at, 0, COLUMN_SLACK);
    return b;
}

static const uint8_t *column_data(const struct ring_block *b, size_t width, size_t column)
{
    return b->heads + width + column_sizes(b->heads, column);
}

/* ---- rings ---- */

void ring_init(struct ring *r, size_t width, size_t block, size_t piece, uint64_t phase)
{
    g_assert(width <= UINT8_MAX);
    *r = (struct ring){.width = (uint8_t)width,
                       .block = (uint8_t)block,
                       .piece = (uint8_t)piece,
                       .phase = (uint8_t)(phase % block)};
}

/* The oldest COUNT blocks. */
static void drop_packed(struct ring *r, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        r->packed_bytes -= r->packed[i] ? r->packed[i]->size : 0;
        g_free(r->packed[i]);
    }
    r->packed_count = (uint16_t)(r->packed_count - count);
    if (count)
        memmove(r->packed, r->packed + count, r->packed_count * sizeof(r->packed[0]));
}

static void drop_pieces(struct ring *r)
{
    for (size_t i = 0; i < r->piece_count; i++)
        g_free(r->pieces[i]);
    g_clear_pointer(&r->pieces, g_free);
    r->piece_count = 0;
    r->piece_bytes = 0;
}

static void drop_all(struct ring *r)
{
    drop_packed(r, r->packed_count);
    drop_pieces(r);
    r->first = r->last = 0;
}

void ring_clear(struct ring *r)
{
    drop_all(r);
    g_clear_pointer(&r->packed, g_free);
    g_clear_pointer(&r->rows, g_free);
    r->rows_room = 0;
}

size_t ring_size(const struct ring *r)
{
    return (r->packed_count + (size_t)r->piece_count) * sizeof(r->packed[0]) + r->packed_bytes +
           r->piece_bytes + (size_t)r->rows_room * r->width * sizeof(r->rows[0]);
}

static uint64_t block_of(const struct ring *r, uint64_t number)
{
    return (number + r->phase) / r->block;
}

static size_t place_of(const struct ring *r, uint64_t number)
{
    return (size_t)((number + r->phase) % r->block);
}

/* Append one pointer. This is rare, so the array has no spare room. B may be NULL. */
static void add_packed(struct ring *r, struct ring_block *b)
{
    r->packed = g_renew(struct ring_block *, r->packed, r->packed_count + 1);
    r->packed[r->packed_count++] = b;
    r->packed_bytes += b ? b->size : 0;
    r->open++;
}

/* The number of rows of the open block that are not in a piece yet. */
static size_t loose_rows(const struct ring *r)
{
    return place_of(r, r->last) + 1 - r->rows_begin;
}

static void add_piece(struct ring *r)
{
    size_t count = loose_rows(r);
    struct ring_block *b = pack(r->rows, r->width, r->rows_begin, count);

    r->pieces = g_renew(struct ring_block *, r->pieces, r->piece_count + 1);
    r->pieces[r->piece_count++] = b;
    r->piece_bytes += b->size;
    r->rows_begin = (uint8_t)(r->rows_begin + count);
}

/* All rows of the open block, from the pieces on: *BEGIN is the place of the first; g_free(). */
static uint32_t *all_rows(const struct ring *r, size_t *begin)
{
    size_t loose = loose_rows(r), width = r->width;
    uint32_t cells[COLUMN_CELLS_MAX];

    *begin = r->piece_count ? r->pieces[0]->begin : r->rows_begin;
    uint32_t *rows = g_new(uint32_t, (r->rows_begin + loose - *begin) * width + PADDING);
    for (size_t i = 0; i < r->piece_count; i++) {
        const struct ring_block *b = r->pieces[i];
        for (size_t c = 0; c < width; c++) {
            column_read(b->heads[c], column_data(b, width, c), b->count, 0, b->count, cells);
            for (size_t k = 0; k < b->count; k++)
                rows[(b->begin - *begin + k) * width + c] = cells[k];
        }
    }
    memcpy(rows + (r->rows_begin - *begin) * width, r->rows, loose * width * sizeof(rows[0]));
    return rows;
}

/* Forgotten rows are left out. */
static void close_block(struct ring *r)
{
    size_t begin = r->rows_begin, end = place_of(r, r->last) + 1, kept;
    uint32_t *all = r->piece_count ? all_rows(r, &begin) : NULL, *rows = all ? all : r->rows;

    kept = block_of(r, r->first) == r->open ? MAX(begin, place_of(r, r->first)) : begin;
    add_packed(r, pack(rows + (kept - begin) * r->width, r->width, kept, end - kept));
    drop_pieces(r);
    g_free(all);
}

static void open_block(struct ring *r, uint64_t number)
{
    uint64_t block = block_of(r, number);

    while (r->packed_count && r->open < block)
        add_packed(r, NULL);
    r->open = block;
    r->rows_begin = (uint8_t)place_of(r, number);
}

/* Make room for COUNT rows, of which those from FROM on are new; all but the last are absent. Room
 * is made for a few rows at a time: an open block takes more memory than a packed one. */
static uint32_t *make_rows(struct ring *r, size_t from, size_t count)
{
    enum { STEPS = 4 };

    if (count > r->rows_room) {
        size_t step = MAX(r->piece / STEPS, 1), room = (count + step - 1) / step * step;
        r->rows_room = (uint8_t)MIN(room, r->block);
        r->rows = g_renew(uint32_t, r->rows, (size_t)r->rows_room * r->width + PADDING);
    }
    for (size_t i = from * r->width; i < (count - 1) * r->width; i++)
        r->rows[i] = NOT_RECORDED;
    return r->rows + (count - 1) * r->width;
}

uint32_t *ring_add(struct ring *r, uint64_t number)
{
    enum { GAP_MAX = 4096 }; /* after a longer gap the older blocks are dropped */
    bool fresh = !r->last || block_of(r, number) != block_of(r, r->last);

    if (r->last && number - r->last > GAP_MAX)
        drop_all(r);
    else if (r->last && fresh && r->rows)
        close_block(r);
    if (fresh)
        open_block(r, number);
    else if (loose_rows(r) >= r->piece)
        add_piece(r);
    size_t from = fresh ? 0 : loose_rows(r);
    r->first = r->first ? r->first : number;
    r->last = number;
    return make_rows(r, from, place_of(r, number) + 1 - r->rows_begin);
}

uint32_t *ring_newest(struct ring *r)
{
    return r->last && r->rows ? r->rows + (place_of(r, r->last) - r->rows_begin) * r->width : NULL;
}

void ring_forget(struct ring *r, uint64_t oldest)
{
    if (!r->first || oldest <= r->first)
        return;
    if (oldest > r->last) {
        drop_all(r);
        return;
    }
    r->first = oldest;
    uint64_t oldest_block = r->open - r->packed_count, until = block_of(r, oldest);
    drop_packed(r, until > oldest_block ? (size_t)MIN(until - oldest_block, r->packed_count) : 0);
}

void ring_seal(struct ring *r)
{
    if (r->last && r->rows)
        close_block(r);
    g_clear_pointer(&r->rows, g_free);
    r->rows_room = 0;
}

/* ---- reading ---- */

/* A range of rows in one block. */
struct piece {
    uint64_t block;
    size_t place, count;
};

/* The rows from NUMBER on in its block, COUNT at most. */
static struct piece piece_at(const struct ring *r, uint64_t number, size_t count)
{
    size_t place = place_of(r, number);

    return (struct piece){block_of(r, number), place, MIN(count, r->block - place)};
}

static const struct ring_block *packed_block(const struct ring *r, uint64_t block)
{
    return r->packed[r->packed_count - (r->open - block)];
}

static void fill_absent(uint32_t *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cells[i] = NOT_RECORDED;
}

/* Read those cells that the block has. DATA: of the column. */
static void read_block(const struct ring_block *b, size_t column, const uint8_t *data,
                       const struct piece *p, uint32_t *cells)
{
    size_t first = MAX(p->place, b->begin), end = MIN(p->place + p->count, b->begin + b->count);

    if (first < end)
        column_read(b->heads[column], data, b->count, first - b->begin, end - first,
                    cells + (first - p->place));
}

static bool has_all(const struct ring_block *b, const struct piece *p)
{
    return b->begin <= p->place && p->place + p->count <= (size_t)b->begin + b->count;
}

static void read_open(const struct ring *r, size_t column, const struct piece *p, uint32_t *cells)
{
    if (p->place < r->rows_begin)
        fill_absent(cells, p->count);
    for (size_t i = 0; i < r->piece_count; i++)
        read_block(r->pieces[i], column, column_data(r->pieces[i], r->width, column), p, cells);
    for (size_t i = p->place < r->rows_begin ? r->rows_begin - p->place : 0; i < p->count; i++)
        cells[i] = r->rows[(p->place + i - r->rows_begin) * r->width + column];
}

/* Blocks that are read together. */
struct batch {
    uint64_t first; /* its block; those before `end` are in the batch */
    uint64_t end;
    const uint8_t *data[BLOCKS_AT_ONCE]; /* of the column, in each of them that is packed */
};

/* Prefetch all blocks before the first is read: first their heads, then their data, whose position
 * is computed from the heads. */
static void fetch(const struct ring *r, size_t column, uint64_t first, uint64_t last,
                  struct batch *batch)
{
    enum { LINE = 64 };
    uint64_t end = MIN(last + 1, r->open);

    batch->first = first;
    batch->end = MIN(last + 1, first + BLOCKS_AT_ONCE);
    end = MIN(end, batch->end);
    for (uint64_t block = first; block < end && last > first; block++) {
        const struct ring_block *b = packed_block(r, block);
        for (size_t at = 0; b && at < sizeof(*b) + column; at += LINE)
            __builtin_prefetch((const uint8_t *)b + at);
    }
    for (uint64_t block = first; block < end; block++) {
        const struct ring_block *b = packed_block(r, block);
        const uint8_t *data = b ? column_data(b, r->width, column) : NULL;
        batch->data[block - first] = data;
        if (b && last > first) {
            __builtin_prefetch(data);
            __builtin_prefetch(data + column_size(b->heads[column]));
        }
    }
}

static void read_piece(const struct ring *r, size_t column, const struct batch *batch,
                       const struct piece *p, uint32_t *cells)
{
    const struct ring_block *b = p->block == r->open ? NULL : packed_block(r, p->block);

    if (p->block == r->open) {
        read_open(r, column, p, cells);
        return;
    }
    if (!b || !has_all(b, p))
        fill_absent(cells, p->count);
    if (b)
        read_block(b, column, batch->data[p->block - batch->first], p, cells);
}

static void read_there(const struct ring *r, size_t column, uint64_t first, size_t count,
                       uint32_t *cells)
{
    uint64_t last_block = block_of(r, first + count - 1);
    struct batch batch;

    batch.first = batch.end = 0;
    while (count) {
        struct piece p = piece_at(r, first, count);
        if (p.block >= batch.end)
            fetch(r, column, p.block, last_block, &batch);
        read_piece(r, column, &batch, &p, cells);
        first += p.count;
        cells += p.count;
        count -= p.count;
    }
}

void ring_read(const struct ring *r, size_t column, uint64_t first, size_t count, uint32_t *cells)
{
    uint64_t end = first + count, from = MAX(first, r->first), until = MIN(end, r->last + 1);

    if (!r->last || from >= until) {
        fill_absent(cells, count);
        return;
    }
    fill_absent(cells, (size_t)(from - first));
    read_there(r, column, from, (size_t)(until - from), cells + (from - first));
    fill_absent(cells + (until - first), (size_t)(end - until));
}

uint32_t ring_cell(const struct ring *r, size_t column, uint64_t number)
{
    uint32_t cell;

    ring_read(r, column, number, 1, &cell);
    return cell;
}
