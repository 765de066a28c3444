/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/column.h"

#include <glib.h>

/* A head below HEAD_DATA has no data: it is 0 when all cells are zero, else the reason for which
 * all are absent. A head from HEAD_DATA on tells the bytes of data; up to SAME_MAX bytes are the
 * high ones of the cell that all are. More data begin with a code and a width in bits. */
enum { HEAD_DATA = 128, SAME_MAX = 4 };

enum code { CODE_RANGE, CODE_STEPS, CODE_EXCEPTIONS, CODE_REPETITIONS };

enum { CODE_SHIFT = 6, WIDTH_MASK = (1 << CODE_SHIFT) - 1, CELL_BITS = 32 };

G_STATIC_ASSERT((int)REASON_COUNT <= (int)HEAD_DATA);

/* Cells are BASE + (n << shift), N in so many bits. */
struct range {
    uint32_t base;
    unsigned width, shift;
};

/* The result of one pass over all cells of a column. */
struct look {
    uint32_t least, most; /* as signed numbers */
    uint32_t bits;        /* of all steps, or-ed: its lowest zero bits are equal in all cells */
    uint32_t steps;       /* all folded steps, or-ed */
    uint32_t repeated;    /* cells that are the same as the one before */
};

/* The shortest encoding of a column. */
struct plan {
    enum code code;
    size_t size;
    struct range range;
    uint32_t frequent; /* the cell that CODE_EXCEPTIONS does not list */
    uint32_t listed;   /* bit I: cell I is in the range */
};

G_STATIC_ASSERT(COLUMN_CELLS_MAX < 32); /* bits of `listed` */

/* ---- bits ---- */

static uint64_t load64(const uint8_t *from)
{
    uint64_t bits;

    memcpy(&bits, from, sizeof(bits));
    return GUINT64_FROM_LE(bits);
}

static uint32_t load32(const uint8_t *from)
{
    uint32_t bits;

    memcpy(&bits, from, sizeof(bits));
    return GUINT32_FROM_LE(bits);
}

static void store32(uint8_t *to, uint32_t bits)
{
    bits = GUINT32_TO_LE(bits);
    memcpy(to, &bits, sizeof(bits));
}

static inline uint32_t get_bits(const uint8_t *data, size_t i, unsigned width)
{
    size_t at = i * width;

    return (uint32_t)(load64(data + at / 8) >> at % 8 & ((UINT64_C(1) << width) - 1));
}

/* Writes bits one after the other; flush_bits() at the end. */
struct bit_writer {
    uint8_t *to;
    uint64_t bits;
    unsigned count;
};

static inline void put_bits(struct bit_writer *w, unsigned width, uint32_t bits)
{
    w->bits |= (uint64_t)bits << w->count;
    w->count += width;
    if (w->count < CELL_BITS)
        return;
    store32(w->to, (uint32_t)w->bits);
    w->to += sizeof(uint32_t);
    w->bits >>= CELL_BITS;
    w->count -= CELL_BITS;
}

static void flush_bits(struct bit_writer *w)
{
    store32(w->to, (uint32_t)w->bits);
}

static size_t bits_size(size_t count, unsigned width)
{
    return (count * width + 7) / 8;
}

static unsigned width_of(uint32_t n)
{
    return n ? CELL_BITS - (unsigned)__builtin_clz(n) : 0;
}

static size_t bitmap_size(size_t n)
{
    return (n + 7) / 8;
}

/* A step down has an odd number. */
static inline uint32_t fold_step(uint32_t step)
{
    return step << 1 ^ (0 - (step >> (CELL_BITS - 1)));
}

static inline uint32_t unfold_step(uint32_t folded)
{
    return folded >> 1 ^ (0 - (folded & 1));
}

/* ---- planning ---- */

/* Four cells at a time, wherever they lie. */
typedef int32_t quad __attribute__((vector_size(16), aligned(4), may_alias));
typedef uint32_t unsigned_quad __attribute__((vector_size(16), aligned(4), may_alias));
enum { QUAD = sizeof(quad) / sizeof(uint32_t) };

static inline quad choose(quad which, quad a, quad b)
{
    return (a & which) | (b & ~which);
}

/* Cells are compared as signed numbers: a range may begin below zero and end above it. They are
 * padded to whole quads with the last one, which adds steps of 0. */
static struct look look_at(const uint32_t *cells, size_t n)
{
    uint32_t padded[COLUMN_CELLS_MAX + QUAD];
    const quad first = {0, 0, 0, 0};
    quad least = first + (int32_t)cells[0], most = least, bits = first, steps = first, same = first;

    memcpy(padded, cells, n * sizeof(*cells));
    for (size_t i = n; i < n + QUAD - 1; i++)
        padded[i] = cells[n - 1];
    for (size_t i = 1; i < n; i += QUAD) {
        quad before = *(const quad *)(padded + i - 1), now = *(const quad *)(padded + i);
        unsigned_quad step = (unsigned_quad)now - (unsigned_quad)before; /* may wrap around */
        least = choose(now < least, now, least);
        most = choose(now > most, now, most);
        bits |= (quad)step;
        steps |= (quad)(step << 1) ^ ((quad)step >> (CELL_BITS - 1));
        same -= now == before;
    }
    struct look l = {(uint32_t)least[0], (uint32_t)most[0], 0, 0, 0};
    for (size_t k = 0; k < QUAD; k++) {
        l.least = (int32_t)l.least < least[k] ? l.least : (uint32_t)least[k];
        l.most = (int32_t)l.most > most[k] ? l.most : (uint32_t)most[k];
        l.bits |= (uint32_t)bits[k];
        l.steps |= (uint32_t)steps[k];
        l.repeated += (uint32_t)same[k];
    }
    size_t padding = (n - 1 + QUAD - 1) / QUAD * QUAD - (n - 1);
    l.repeated -= (uint32_t)padding;
    return l;
}

static uint32_t mask_of(size_t n)
{
    return (UINT32_C(1) << n) - 1;
}

enum { START = 2 + sizeof(uint32_t) }; /* code and width, shift, base */

static size_t count_of(uint32_t mask)
{
    return (size_t)__builtin_popcount(mask);
}

static struct range range_of(const uint32_t *cells, uint32_t listed)
{
    uint32_t least = UINT32_MAX, most = 0, bits = 0, first = cells[__builtin_ctz(listed)];

    for (uint32_t left = listed; left; left &= left - 1) {
        uint32_t cell = cells[__builtin_ctz(left)];
        least = MIN(least, cell);
        most = MAX(most, cell);
        bits |= cell ^ first;
    }
    unsigned shift = bits ? (unsigned)__builtin_ctz(bits) : 0;
    return (struct range){least, width_of((most - least) >> shift), shift};
}

static uint32_t cells_that_change(const uint32_t *cells, size_t n)
{
    uint32_t listed = 1;

    for (size_t i = 1; i < n; i++)
        listed |= (uint32_t)(cells[i] != cells[i - 1]) << i;
    return listed;
}

static uint32_t cells_other_than(const uint32_t *cells, size_t n, uint32_t cell)
{
    uint32_t listed = 0;

    for (size_t i = 0; i < n; i++)
        listed |= (uint32_t)(cells[i] != cell) << i;
    return listed;
}

static uint32_t first_absent(const uint32_t *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cell_is_absent(cells[i]))
            return cells[i];
    return 0;
}

/* Only some cells are in the range: worth trying when a quarter of them are not. */
static bool is_worth(size_t others, size_t n)
{
    return 4 * others >= n;
}

static void try_listed(struct plan *best, enum code code, const uint32_t *cells, size_t n,
                       uint32_t listed, uint32_t frequent)
{
    size_t start = START + bitmap_size(n) + (code == CODE_EXCEPTIONS ? sizeof(uint32_t) : 0);
    size_t count = count_of(listed);

    if (!is_worth(n - count, n))
        return;
    struct range range = range_of(cells, listed);
    size_t size = start + bits_size(count, range.width);
    if (size < best->size)
        *best = (struct plan){code, size, range, frequent, listed};
}

static struct plan make_plan(const uint32_t *cells, size_t n)
{
    struct look l = look_at(cells, n);
    unsigned shift = (unsigned)__builtin_ctz(l.bits);
    struct range range = {l.least, width_of((l.most - l.least) >> shift), shift};
    struct range steps = {cells[0], width_of(l.steps >> shift), shift};
    size_t range_size = START + bits_size(n, range.width);
    size_t steps_size = START + bits_size(n - 1, steps.width);
    struct plan best = {CODE_RANGE, range_size, range, 0, 0};

    if (steps_size < range_size)
        best = (struct plan){CODE_STEPS, steps_size, steps, 0, 0};
    if (is_worth(l.repeated, n))
        try_listed(&best, CODE_REPETITIONS, cells, n, cells_that_change(cells, n), 0);
    if ((int32_t)l.least <= 0)
        try_listed(&best, CODE_EXCEPTIONS, cells, n, cells_other_than(cells, n, 0), 0);
    if ((int32_t)l.most >= CELL_NAN_BITS) {
        uint32_t absent = first_absent(cells, n);
        try_listed(&best, CODE_EXCEPTIONS, cells, n, cells_other_than(cells, n, absent), absent);
    }
    return best;
}

/* ---- packing ---- */

static uint8_t head_of_size(size_t size)
{
    return (uint8_t)(HEAD_DATA + size);
}

uint8_t column_pack_same(uint8_t *out, uint32_t cell)
{
    uint32_t high_first = GUINT32_TO_BE(cell);
    size_t size = SAME_MAX - (cell ? (size_t)__builtin_ctz(cell) / 8 : SAME_MAX);
    enum reason why = cell_reason(cell);

    if (why != REASON_OK && why < REASON_COUNT && cell == cell_absent(why))
        return (uint8_t)why;
    memcpy(out, &high_first, sizeof(high_first));
    return cell ? head_of_size(size) : 0;
}

static uint32_t unpack_same(const uint8_t *data, size_t size)
{
    uint32_t high_first = 0;

    memcpy(&high_first, data, size);
    return GUINT32_FROM_BE(high_first);
}

static uint8_t *write_start(uint8_t *out, const struct plan *p, size_t n)
{
    *out++ = (uint8_t)((unsigned)p->code << CODE_SHIFT | p->range.width);
    *out++ = (uint8_t)p->range.shift;
    store32(out, p->range.base);
    out += sizeof(uint32_t);
    if (p->code == CODE_EXCEPTIONS) {
        store32(out, p->frequent);
        out += sizeof(uint32_t);
    }
    if (p->code == CODE_EXCEPTIONS || p->code == CODE_REPETITIONS) {
        store32(out, p->listed);
        out += bitmap_size(n);
    }
    return out;
}

static void write_range(struct bit_writer *w, const struct range *r, const uint32_t *cells,
                        size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_bits(w, r->width, (cells[i] - r->base) >> r->shift);
}

static void write_listed(struct bit_writer *w, const struct range *r, const uint32_t *cells,
                         uint32_t listed)
{
    for (uint32_t left = listed; left; left &= left - 1)
        put_bits(w, r->width, (cells[__builtin_ctz(left)] - r->base) >> r->shift);
}

static void write_steps(struct bit_writer *w, const struct range *r, const uint32_t *cells,
                        size_t n)
{
    for (size_t i = 1; i < n; i++)
        put_bits(w, r->width, fold_step(cells[i] - cells[i - 1]) >> r->shift);
}

static bool are_same(const uint32_t *cells, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (cells[i] != cells[0])
            return false;
    return true;
}

uint8_t column_pack(uint8_t *out, const uint32_t *cells, size_t n)
{
    if (are_same(cells, n))
        return column_pack_same(out, cells[0]);
    struct plan plan = make_plan(cells, n);
    struct bit_writer w = {.to = write_start(out, &plan, n)};
    if (plan.code == CODE_RANGE)
        write_range(&w, &plan.range, cells, n);
    else if (plan.code == CODE_STEPS)
        write_steps(&w, &plan.range, cells, n);
    else
        write_listed(&w, &plan.range, cells, plan.listed);
    flush_bits(&w);
    return head_of_size(plan.size);
}

/* ---- reading ---- */

size_t column_size(uint8_t head)
{
    return head & HEAD_DATA ? head - (size_t)HEAD_DATA : 0;
}

/* The sum of eight bytes in one word: pairs are added in 16 bits, so that no sum overflows. */
static size_t sum_sizes(uint64_t heads)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), pairs = UINT64_C(0x00ff00ff00ff00ff);
    uint64_t known = heads >> 7 & ones, sizes = heads & known * (HEAD_DATA - 1);

    sizes = (sizes & pairs) + (sizes >> 8 & pairs);
    return (size_t)(sizes * UINT64_C(0x0001000100010001) >> 48);
}

size_t column_sizes(const uint8_t *heads, size_t n)
{
    size_t sum = 0;

    for (; n >= sizeof(uint64_t); n -= sizeof(uint64_t), heads += sizeof(uint64_t))
        sum += sum_sizes(load64(heads));
    return n ? sum + sum_sizes(load64(heads) << (64 - 8 * n)) : sum;
}

static struct range read_start(const uint8_t **data)
{
    struct range r = {
        .width = (*data)[0] & WIDTH_MASK, .shift = (*data)[1], .base = load32(*data + 2)};

    *data += START;
    return r;
}

static inline uint32_t range_cell(const uint8_t *data, const struct range *r, size_t i)
{
    return r->base + (get_bits(data, i, r->width) << r->shift);
}

static void read_steps(const uint8_t *data, const struct range *r, size_t first, size_t count,
                       uint32_t *cells)
{
    uint32_t cell = r->base;

    for (size_t i = 0; i < first; i++)
        cell += unfold_step(get_bits(data, i, r->width)) << r->shift;
    for (size_t i = 0; i < count; i++) {
        cells[i] = cell;
        cell += unfold_step(get_bits(data, first + i, r->width)) << r->shift;
    }
}

/* OFTEN: the value of cells that are not listed; NULL: that of the cell before. */
static void read_listed(const uint8_t *data, const struct range *r, const uint32_t *often, size_t n,
                        size_t first, size_t count, uint32_t *cells)
{
    uint32_t listed = load32(data);
    size_t next = count_of(listed & mask_of(first));
    uint32_t cell = often ? *often : 0;

    data += bitmap_size(n);
    if (!often && next)
        cell = range_cell(data, r, next - 1);
    for (size_t i = 0; i < count; i++) {
        bool is_listed = listed >> (first + i) & 1;
        if (is_listed)
            cells[i] = range_cell(data, r, next++);
        else
            cells[i] = cell;
        cell = often ? cell : cells[i];
    }
}

static void read_data(const uint8_t *data, size_t n, size_t first, size_t count, uint32_t *cells)
{
    enum code code = (enum code)(data[0] >> CODE_SHIFT);
    struct range r = read_start(&data);
    uint32_t often;

    switch (code) {
    case CODE_RANGE:
        for (size_t i = 0; i < count; i++)
            cells[i] = range_cell(data, &r, first + i);
        break;
    case CODE_STEPS:
        read_steps(data, &r, first, count, cells);
        break;
    case CODE_EXCEPTIONS:
        often = load32(data);
        read_listed(data + sizeof(uint32_t), &r, &often, n, first, count, cells);
        break;
    case CODE_REPETITIONS:
        read_listed(data, &r, NULL, n, first, count, cells);
        break;
    }
}

void column_read(uint8_t head, const uint8_t *data, size_t n, size_t first, size_t count,
                 uint32_t *cells)
{
    size_t size = column_size(head);

    if (size > SAME_MAX) {
        read_data(data, n, first, count, cells);
        return;
    }
    uint32_t cell = size ? unpack_same(data, size) : head ? cell_absent((enum reason)head) : 0;
    for (size_t i = 0; i < count; i++)
        cells[i] = cell;
}
