#include <config.h>

#include "model/history.h"

#include "model/notes.h"

#include <glib.h>
#include <math.h>
#include <string.h>

/* How a column of a packed block is stored. */
enum code {
    CODE_ZERO,   /* 0 all the time: no data */
    CODE_SAME,   /* one cell for all ticks */
    CODE_NARROW, /* 16 bits per tick: a small whole number, or a reason */
    CODE_WIDE,   /* a cell per tick */
    CODE_ABSENT  /* + reason: absent all the time, for this reason; no data */
};

/* The frames of HISTORY_BLOCK ticks, less those before the first of all and after the last. */
struct block {
    uint16_t size;         /* bytes of all of it */
    uint8_t begin, frames; /* the row of the first one, and how many */
    uint8_t code[];        /* per column; then, aligned to cells, the data in the same order */
};

enum { MARKS = 0 }; /* the column before those of the shape */

struct history {
    uint64_t first, last;  /* ticks kept, both included; 0 = none */
    uint64_t open;         /* number of the block that is being filled */
    uint32_t *rows;        /* its cells, frame by frame */
    struct block **packed; /* those before it; NULL in place of a block without a frame */
    uint32_t packed_bytes;
    uint16_t packed_count;
    uint8_t phase;
    struct notes *notes;
    const struct shape *shape; /* a frame is the mark, and a cell for each of its columns */
};

/* ---- cells ----
 * The bits of a float; an absent number is a NAN that carries its reason. */

enum { NAN_BITS = 0x7fc00000 };

static uint32_t absent_cell(enum reason why)
{
    return (uint32_t)NAN_BITS | (uint32_t)why;
}

static bool cell_is_absent(uint32_t cell)
{
    return (cell & NAN_BITS) == NAN_BITS;
}

static enum reason cell_reason(uint32_t cell)
{
    return cell_is_absent(cell) ? (enum reason)(cell & 0xff) : REASON_OK;
}

static uint32_t cell_of(double number, enum reason why)
{
    float f = (float)number;
    uint32_t cell;

    if (why != REASON_OK || isnan(f))
        return absent_cell(why == REASON_OK ? REASON_NOT_RECORDED : why);
    memcpy(&cell, &f, sizeof(cell));
    return cell;
}

static float cell_number(uint32_t cell)
{
    float f;

    memcpy(&f, &cell, sizeof(f));
    return f;
}

/* ---- narrow cells: whole numbers below NARROW_ABSENT, from there on reasons ---- */

enum { NARROW_ABSENT = 0xff00 };

static bool is_narrow(uint32_t cell)
{
    float f = cell_number(cell);

    return cell_is_absent(cell) || (f >= 0 && f < NARROW_ABSENT && !signbit(f) && truncf(f) == f);
}

static uint16_t narrow(uint32_t cell)
{
    return (uint16_t)(cell_is_absent(cell) ? NARROW_ABSENT + (int)cell_reason(cell)
                                           : (int)cell_number(cell));
}

static uint32_t widen(uint16_t n)
{
    return n >= NARROW_ABSENT ? absent_cell((enum reason)(n - NARROW_ABSENT))
                              : cell_of(n, REASON_OK);
}

/* ---- blocks ---- */

static size_t data_start(size_t width)
{
    size_t align = sizeof(uint32_t) - 1;

    return (sizeof(struct block) + width + align) & ~align;
}

static size_t code_size(uint8_t code, size_t frames)
{
    switch (code) {
    case CODE_SAME:
        return sizeof(uint32_t);
    case CODE_NARROW:
        return (frames * sizeof(uint16_t) + 3) & ~(size_t)3;
    case CODE_WIDE:
        return frames * sizeof(uint32_t);
    default:
        return 0;
    }
}

static uint8_t choose_code(const uint32_t *column, size_t width, size_t frames)
{
    size_t same = 1, narrow_ones = 0;

    while (same < frames && column[same * width] == column[0])
        same++;
    if (same == frames && cell_is_absent(column[0]))
        return (uint8_t)(CODE_ABSENT + (int)cell_reason(column[0]));
    if (same == frames)
        return column[0] ? CODE_SAME : CODE_ZERO;
    while (narrow_ones < frames && is_narrow(column[narrow_ones * width]))
        narrow_ones++;
    return narrow_ones == frames ? CODE_NARROW : CODE_WIDE;
}

static void pack_column(uint8_t *out, uint8_t code, const uint32_t *column, size_t width,
                        size_t frames)
{
    if (code == CODE_SAME)
        memcpy(out, column, sizeof(*column));
    for (size_t i = 0; i < frames && code == CODE_NARROW; i++)
        ((uint16_t *)(void *)out)[i] = narrow(column[i * width]);
    for (size_t i = 0; i < frames && code == CODE_WIDE; i++)
        ((uint32_t *)(void *)out)[i] = column[i * width];
}

static struct block *pack(const uint32_t *rows, size_t width, size_t begin, size_t frames)
{
    const uint32_t *first = rows + begin * width;
    uint8_t codes[UINT8_MAX];
    size_t at = data_start(width), size = at;

    for (size_t c = 0; c < width; c++) {
        codes[c] = choose_code(first + c, width, frames);
        size += code_size(codes[c], frames);
    }
    struct block *b = g_malloc(size);
    b->size = (uint16_t)size;
    b->begin = (uint8_t)begin;
    b->frames = (uint8_t)frames;
    memcpy(b->code, codes, width);
    for (size_t c = 0; c < width; c++) {
        pack_column((uint8_t *)b + at, codes[c], first + c, width, frames);
        at += code_size(codes[c], frames);
    }
    return b;
}

static uint32_t packed_cell(const struct block *b, size_t width, size_t column, size_t row)
{
    uint8_t code = b->code[column];
    size_t at = data_start(width), frame = row - b->begin;

    if (row < b->begin || frame >= b->frames)
        return absent_cell(REASON_NOT_RECORDED);
    for (size_t c = 0; c < column; c++)
        at += code_size(b->code[c], b->frames);
    const void *data = (const uint8_t *)b + at;
    switch (code) {
    case CODE_ZERO:
        return 0;
    case CODE_SAME:
        return *(const uint32_t *)data;
    case CODE_NARROW:
        return widen(((const uint16_t *)data)[frame]);
    case CODE_WIDE:
        return ((const uint32_t *)data)[frame];
    default:
        return absent_cell((enum reason)(code - CODE_ABSENT));
    }
}

/* ---- histories ---- */

struct history *history_new(enum kind kind, unsigned classes, uint64_t phase)
{
    struct history *h = g_new0(struct history, 1);

    G_STATIC_ASSERT(CODE_ABSENT + REASON_COUNT <= UINT8_MAX);
    h->shape = shape_of(kind, classes);
    h->phase = (uint8_t)(phase % HISTORY_BLOCK);
    return h;
}

/* The oldest COUNT of them. */
static void drop_packed(struct history *h, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        h->packed_bytes -= h->packed[i] ? h->packed[i]->size : 0;
        g_free(h->packed[i]);
    }
    h->packed_count = (uint16_t)(h->packed_count - count);
    if (count)
        memmove(h->packed, h->packed + count, h->packed_count * sizeof(h->packed[0]));
}

void history_free(struct history *h)
{
    if (!h)
        return;
    drop_packed(h, h->packed_count);
    g_free(h->packed);
    notes_free(h->notes);
    g_free(h->rows);
    g_free(h);
}

static size_t width_of(const struct history *h)
{
    return 1 + (size_t)h->shape->columns;
}

static size_t rows_size(const struct history *h)
{
    return HISTORY_BLOCK * width_of(h) * sizeof(*h->rows);
}

size_t history_size(const struct history *h)
{
    return sizeof(*h) + h->packed_count * sizeof(h->packed[0]) + h->packed_bytes +
           notes_size(h->notes) + (h->rows ? rows_size(h) : 0);
}

static uint64_t block_of(const struct history *h, uint64_t tick)
{
    return (tick + h->phase) / HISTORY_BLOCK;
}

static size_t row_of(const struct history *h, uint64_t tick)
{
    return (size_t)((tick + h->phase) % HISTORY_BLOCK);
}

/* One more every HISTORY_BLOCK ticks: no room is kept for them. B may be NULL. */
static void add_packed(struct history *h, struct block *b)
{
    h->packed = g_renew(struct block *, h->packed, h->packed_count + 1);
    h->packed[h->packed_count++] = b;
    h->packed_bytes += b ? b->size : 0;
    h->open++;
}

static void close_block(struct history *h)
{
    size_t begin = block_of(h, h->first) == h->open ? row_of(h, h->first) : 0;

    add_packed(h, pack(h->rows, width_of(h), begin, row_of(h, h->last) + 1 - begin));
}

static void open_block(struct history *h, uint64_t number)
{
    while (h->packed_count && h->open < number)
        add_packed(h, NULL);
    h->open = number;
    if (!h->rows)
        h->rows = g_malloc(rows_size(h));
    for (size_t i = 0; i < HISTORY_BLOCK * width_of(h); i++)
        h->rows[i] = absent_cell(REASON_NOT_RECORDED);
}

static void drop_all(struct history *h)
{
    drop_packed(h, h->packed_count);
    notes_forget(h->notes, UINT64_MAX);
    h->first = h->last = 0;
}

/* The frame of a new tick, all absent. */
static uint32_t *new_frame(struct history *h, uint64_t tick)
{
    if (h->last && tick - h->last > HISTORY_DEPTH_MAX)
        drop_all(h); /* everything kept is too old */
    else if (h->last && block_of(h, tick) != h->open)
        close_block(h);
    if (!h->last || block_of(h, tick) != block_of(h, h->last))
        open_block(h, block_of(h, tick));
    if (!h->first)
        h->first = tick;
    h->last = tick;
    return h->rows + row_of(h, tick) * width_of(h);
}

void history_add(struct history *h, uint64_t tick, const double *numbers, const uint8_t *reasons,
                 int mark)
{
    uint32_t *out = new_frame(h, tick);

    *out++ = cell_of(mark, REASON_OK);
    for (int i = 0; i < h->shape->columns; i++)
        out[i] = cell_of(numbers[i], reasons[i]);
}

void history_note(struct history *h, unsigned what, int64_t value)
{
    if (h->last)
        notes_add(&h->notes, h->last, what, value);
}

void history_forget(struct history *h, uint64_t oldest)
{
    if (!h->first || oldest <= h->first)
        return;
    if (oldest > h->last) {
        drop_all(h);
        return;
    }
    h->first = oldest;
    uint64_t oldest_block = h->open - h->packed_count, until = block_of(h, oldest);
    drop_packed(h, until > oldest_block ? (size_t)MIN(until - oldest_block, h->packed_count) : 0);
    notes_forget(h->notes, oldest);
}

void history_seal(struct history *h)
{
    if (h->last && h->rows)
        close_block(h);
    g_clear_pointer(&h->rows, g_free);
}

/* ---- reading ---- */

static uint32_t cell_at(const struct history *h, size_t column, uint64_t tick)
{
    if (!h || !h->last || tick < h->first || tick > h->last)
        return absent_cell(REASON_NOT_RECORDED);
    uint64_t number = block_of(h, tick);
    if (number == h->open)
        return h->rows[row_of(h, tick) * width_of(h) + column];
    const struct block *b = h->packed[h->packed_count - (h->open - number)];
    return b ? packed_cell(b, width_of(h), column, row_of(h, tick))
             : absent_cell(REASON_NOT_RECORDED);
}

const struct shape *history_shape(const struct history *h)
{
    return h->shape;
}

static uint32_t cell_of_metric(const struct history *h, enum metric m, uint64_t tick)
{
    int column = shape_place(h->shape, m).column;

    return column >= 0 ? cell_at(h, MARKS + 1 + (size_t)column, tick)
                       : absent_cell(REASON_NOT_RECORDED);
}

struct value history_value(const struct history *h, enum metric m, uint64_t tick)
{
    uint32_t cell = h && shape_place(h->shape, m).has ? cell_of_metric(h, m, tick)
                                                      : absent_cell(REASON_NOT_APPLICABLE);

    return (struct value){.number = cell_is_absent(cell) ? (double)NAN : (double)cell_number(cell),
                          .reason = cell_reason(cell),
                          .facet = FACET_NONE};
}

double history_at(const struct history *h, enum metric m, uint64_t tick)
{
    return history_value(h, m, tick).number;
}

int history_mark_at(const struct history *h, uint64_t tick)
{
    uint32_t cell = cell_at(h, MARKS, tick);

    return cell_is_absent(cell) ? HISTORY_NO_MARK : (int)cell_number(cell);
}

bool history_noted(const struct history *h, unsigned what, uint64_t tick, int64_t *value)
{
    return h && tick && tick >= h->first && notes_at(h->notes, tick, what, value);
}

uint64_t history_oldest(const struct history *h)
{
    return h ? h->first : 0;
}

uint64_t history_newest(const struct history *h)
{
    return h ? h->last : 0;
}

/* ---- two of one ---- */

static struct history *empty_like(const struct history *h)
{
    struct history *empty = g_new0(struct history, 1);

    empty->shape = h->shape;
    empty->phase = h->phase;
    return empty;
}

/* A number that either knew is known. */
static uint32_t join_cells(uint32_t a, uint32_t b)
{
    bool b_says_more =
        cell_is_absent(a) && (!cell_is_absent(b) || cell_reason(a) == REASON_NOT_RECORDED);

    return b_says_more ? b : a;
}

struct history *history_join(const struct history *a, const struct history *b)
{
    struct history *h = empty_like(a);
    enum kind kind = a->shape->kind;
    uint64_t first = a->first && b->first ? MIN(a->first, b->first) : MAX(a->first, b->first);

    g_return_val_if_fail(kind == b->shape->kind, h);
    for (uint64_t tick = first; tick && tick <= MAX(a->last, b->last); tick++) {
        uint32_t mark = join_cells(cell_at(a, MARKS, tick), cell_at(b, MARKS, tick));
        if (cell_is_absent(mark))
            continue;
        uint32_t *frame = new_frame(h, tick);
        *frame++ = mark;
        for (enum metric m = metric_first_number(kind); m < metric_end(kind); m++)
            if (shape_place(a->shape, m).column >= 0)
                *frame++ = join_cells(cell_of_metric(a, m, tick), cell_of_metric(b, m, tick));
    }
    h->notes = notes_join(a->notes, b->notes);
    return h;
}
