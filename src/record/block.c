/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/block.h"

#include "model/pack.h"
#include "record/chunk.h"
#include "record/rows.h"

enum { BLOCK_LEVEL = 3 }; /* of zstd */

static const struct block_tick *tick_at(const GArray *ticks, guint i)
{
    return &g_array_index(ticks, struct block_tick, i);
}

/* ---- writing: times and outlines ---- */

static void write_times(GByteArray *to, const GArray *ticks)
{
    struct tick_time before = {0};
    guint begin = to->len;

    bytes_put_number(to, ticks->len);
    for (guint i = 0; i < ticks->len; i++) {
        const GByteArray *frame = tick_at(ticks, i)->frame;
        struct tick_time at;
        bool alone;
        frame_peek(frame->data, frame->len, &alone, &at);
        bytes_put_number(to, at.seq - before.seq);
        bytes_put_signed(to, bytes_minus(at.mono_ns, before.mono_ns));
        bytes_put_signed(to, bytes_minus(at.wall_ns, before.wall_ns));
        before = at;
    }
    chunk_put_check(to, begin);
}

static void write_outlines(GByteArray *to, const struct frame *frames, guint count)
{
    GByteArray *all = g_byte_array_new();

    for (guint i = 0; i < count; i++) {
        struct bytes at = frames[i].outline;
        GByteArray *outline = chunk_take_section(&at);
        struct bytes content = chunk_content(outline);
        bytes_put(all, content.at, bytes_left(&content));
        g_byte_array_free(outline, TRUE);
    }
    chunk_put_section(to, all, BLOCK_LEVEL);
    g_byte_array_free(all, TRUE);
}

/* ---- writing: columns ---- */

/* The rows of one facet in all ticks. */
struct gather {
    GPtrArray *sections; /* GByteArray *: their contents */
    GArray *rows;        /* const uint8_t *: where they begin, sorted by ident, then by time */
    guint *first;        /* by ident: the first of its rows; of IDENTS + 1 */
};

static size_t slots_of(unsigned facet)
{
    return (size_t)(facet_end((enum facet)facet) - facet_begin((enum facet)facet));
}

static void free_bytes(void *bytes)
{
    g_byte_array_free(bytes, TRUE);
}

static void count_rows(const GArray *ticks, unsigned facet, guint *first, size_t idents)
{
    guint total = 0;

    for (guint t = 0; t < ticks->len; t++) {
        const GArray *records = tick_at(ticks, t)->records;
        for (guint i = 0; i < records->len; i++) {
            const struct outline_record *r = &g_array_index(records, struct outline_record, i);
            first[r->number] += r->facet == facet;
        }
    }
    for (size_t i = 0; i <= idents; i++) {
        guint count = first[i];
        first[i] = total;
        total += count;
    }
}

/* Where each row of the section begins goes to the next place of its ident. */
static void place_rows(const struct block_tick *tick, unsigned facet, const GByteArray *section,
                       GArray *rows, guint *next)
{
    struct bytes at = chunk_content(section);

    for (guint i = 0; i < tick->records->len; i++) {
        const struct outline_record *r = &g_array_index(tick->records, struct outline_record, i);
        if (r->facet != facet)
            continue;
        g_array_index(rows, const uint8_t *, next[r->number]++) = at.at;
        rows_skip(&at, slots_of(facet));
    }
}

static void gather_open(struct gather *g, const GArray *ticks, const struct frame *frames,
                        unsigned facet, size_t idents)
{
    g->sections = g_ptr_array_new_with_free_func(free_bytes);
    g->first = g_new0(guint, idents + 1);
    count_rows(ticks, facet, g->first, idents);
    g->rows = g_array_new(FALSE, FALSE, sizeof(const uint8_t *));
    g_array_set_size(g->rows, g->first[idents]);
    guint *next = g_memdup2(g->first, (idents + 1) * sizeof(*next));
    for (guint t = 0; t < ticks->len; t++) {
        struct bytes at = frames[t].rows[facet];
        if (!at.at)
            continue;
        GByteArray *section = chunk_take_section(&at);
        g_ptr_array_add(g->sections, section);
        place_rows(tick_at(ticks, t), facet, section, g->rows, next);
    }
    g_free(next);
}

static void gather_close(struct gather *g)
{
    g_ptr_array_free(g->sections, TRUE);
    g_array_free(g->rows, TRUE);
    g_free(g->first);
}

/* The rows of one ident, as columns. */
static void write_ident(GByteArray *heads, GByteArray *values, const struct gather *g, size_t ident,
                        size_t slots, GArray *rows)
{
    guint first = g->first[ident], count = g->first[ident + 1] - first;

    if (!count)
        return;
    g_array_set_size(rows, count);
    for (guint i = 0; i < count; i++) {
        struct bytes at = {.at = g_array_index(g->rows, const uint8_t *, first + i),
                           .end = (const uint8_t *)UINTPTR_MAX};
        rows_read(&at, slots, &g_array_index(rows, struct row, i));
    }
    rows_write_columns(heads, values, (const struct row *)(void *)rows->data, count, slots);
}

static void write_facet(GByteArray *to, const GArray *ticks, const struct frame *frames,
                        unsigned facet, size_t idents)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct row));
    GByteArray *heads = g_byte_array_new(), *values = g_byte_array_new();
    struct gather g;

    gather_open(&g, ticks, frames, facet, idents);
    for (size_t i = 0; i < idents; i++)
        write_ident(heads, values, &g, i, slots_of(facet), rows);
    if (g.rows->len) {
        bytes_put_byte(to, facet);
        chunk_put_section(to, heads, BLOCK_LEVEL);
        chunk_put_section(to, values, BLOCK_LEVEL);
    }
    gather_close(&g);
    g_byte_array_free(heads, TRUE);
    g_byte_array_free(values, TRUE);
    g_array_free(rows, TRUE);
}

void block_write(GByteArray *to, const GArray *ticks, size_t idents)
{
    struct frame *frames = g_new(struct frame, ticks->len);

    for (guint i = 0; i < ticks->len; i++) {
        const GByteArray *frame = tick_at(ticks, i)->frame;
        bool good = frame_open(&frames[i], frame->data, frame->len);
        g_assert(good);
    }
    write_times(to, ticks);
    write_outlines(to, frames, ticks->len);
    for (unsigned f = 0; f < FACET_COUNT; f++)
        write_facet(to, ticks, frames, f, idents);
    g_free(frames);
}

/* ---- reading: times ---- */

static GArray *read_times(struct bytes *from)
{
    GArray *times = g_array_new(FALSE, FALSE, sizeof(struct tick_time));
    const uint8_t *begin = from->at;
    uint64_t count = bytes_number_to(from, BLOCK_TICKS_MAX);
    struct tick_time at = {0};

    for (uint64_t i = 0; i < count && !from->bad; i++) {
        at.seq += bytes_number(from);
        at.mono_ns = bytes_plus(at.mono_ns, bytes_signed(from));
        at.wall_ns = bytes_plus(at.wall_ns, bytes_signed(from));
        from->bad |= at.mono_ns < 0 || !bytes_is_time(at.mono_ns) || !bytes_is_time(at.wall_ns);
        g_array_append_val(times, at);
    }
    if (chunk_take_check(from, begin) && count)
        return times;
    g_array_free(times, TRUE);
    return NULL;
}

GArray *block_peek(const uint8_t *payload, size_t length)
{
    struct bytes from = {.at = payload, .end = payload + length};

    return read_times(&from);
}

/* ---- reading: columns ---- */

/* The rows of one facet: of each ident one after the other. */
struct facet_rows {
    guint *next;       /* by ident: its next row */
    GArray *records;   /* struct frame_record; packs are offsets until resolve() */
    GByteArray *packs; /* behind eight bytes */
};

struct block {
    const struct glossary *names;
    GArray *times;
    GPtrArray *chain, *outlines;
    struct facet_rows *facets[256];
};

static void free_outline(void *o)
{
    outline_free(o);
}

static void free_facet(struct facet_rows *f)
{
    if (!f)
        return;
    g_free(f->next);
    g_array_free(f->records, TRUE);
    g_byte_array_free(f->packs, TRUE);
    g_free(f);
}

static struct facet_rows *new_facet(size_t idents)
{
    struct facet_rows *f = g_new0(struct facet_rows, 1);

    f->next = g_new0(guint, idents + 1);
    f->records = g_array_new(FALSE, FALSE, sizeof(struct frame_record));
    f->packs = g_byte_array_new();
    g_byte_array_append(f->packs, (const guint8 *)"\0\0\0\0\0\0\0", sizeof(uint64_t));
    return f;
}

static bool read_outlines(struct block *b, struct bytes *from, struct outline_serials *serials)
{
    GByteArray *section = chunk_take_section(from);
    size_t records = 0;

    if (!section)
        return false;
    struct bytes at = chunk_content(section);
    bool good = true;
    for (guint i = 0; i < b->times->len && good; i++) {
        struct outline *o = outline_new();
        int64_t mono_ns = g_array_index(b->times, struct tick_time, i).mono_ns;
        g_ptr_array_add(b->outlines, o);
        good = outline_read(o, &at, b->names, serials, b->chain, mono_ns);
        records += o->records->len;
        good &= records <= BLOCK_RECORDS_MAX;
    }
    g_byte_array_free(section, TRUE);
    return good;
}

/* How many rows each ident has, by facet. */
static void count_records(struct block *b)
{
    size_t idents = b->chain->len;

    for (guint t = 0; t < b->outlines->len; t++) {
        const struct outline *o = g_ptr_array_index(b->outlines, t);
        for (guint i = 0; i < o->records->len; i++) {
            const struct outline_record *r = &g_array_index(o->records, struct outline_record, i);
            if (!b->facets[r->facet])
                b->facets[r->facet] = new_facet(idents);
            b->facets[r->facet]->next[r->number]++;
        }
    }
}

static void keep_row(struct facet_rows *f, const struct glossary *names,
                     const struct glossary_facet *facet, const struct row *row)
{
    uint8_t pack[PACK_ROOM(RECORD_MAX)];
    struct frame_record r = {.after_ns = row->after_ns,
                             .interval_ns = row->interval_ns,
                             .pack = GUINT_TO_POINTER(f->packs->len)};

    if (facet->facet != FACET_NONE)
        g_byte_array_append(f->packs, pack, (guint)frame_pack(names, facet, row, pack));
    g_array_append_val(f->records, r);
}

/* All packs are there: their addresses do not change any more. */
static void resolve(struct facet_rows *f)
{
    for (guint i = 0; i < f->records->len; i++) {
        struct frame_record *r = &g_array_index(f->records, struct frame_record, i);
        r->pack = f->packs->data + GPOINTER_TO_UINT(r->pack);
    }
}

static bool read_columns(struct facet_rows *f, const struct glossary *names,
                         const struct glossary_facet *facet, size_t idents, struct bytes *heads,
                         struct bytes *values)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct row));
    bool good = true;

    for (size_t i = 0; i < idents && good; i++) {
        guint count = f->next[i];
        f->next[i] = f->records->len;
        if (!count)
            continue;
        g_array_set_size(rows, count);
        struct row *all = (struct row *)(void *)rows->data;
        good = rows_read_columns(heads, values, all, count, facet->slots);
        for (guint r = 0; r < count && good; r++)
            keep_row(f, names, facet, &all[r]);
    }
    g_array_free(rows, TRUE);
    resolve(f);
    return good;
}

static bool read_facet(struct block *b, struct bytes *from)
{
    unsigned number = bytes_byte(from);
    const struct glossary_facet *facet = glossary_facet(b->names, number);
    GByteArray *heads = chunk_take_section(from), *values = heads ? chunk_take_section(from) : NULL;
    struct facet_rows *f = b->facets[number];
    bool good = false;

    if (values && facet && f && !f->records->len) {
        struct bytes h = chunk_content(heads), v = chunk_content(values);
        good = read_columns(f, b->names, facet, b->chain->len, &h, &v);
    }
    if (heads)
        g_byte_array_free(heads, TRUE);
    if (values)
        g_byte_array_free(values, TRUE);
    return good;
}

/* ---- reading: ticks ---- */

static bool next_record(void *data, const struct outline_record *r, struct frame_record *out)
{
    struct facet_rows *f = ((struct block *)data)->facets[r->facet];

    if (!f->records->len || f->next[r->number] >= f->records->len)
        return false; /* the facet has no columns */
    *out = g_array_index(f->records, struct frame_record, f->next[r->number]++);
    return true;
}

static bool make_ticks(struct block *b, GPtrArray *ticks)
{
    bool good = true;

    for (guint i = 0; i < b->times->len && good; i++) {
        const struct tick_time *at = &g_array_index(b->times, struct tick_time, i);
        struct record_tick *tick = record_tick_new();
        tick->session = b->names->session;
        tick->seq = at->seq;
        tick->mono_ns = at->mono_ns;
        tick->wall_ns = at->wall_ns;
        g_ptr_array_add(ticks, tick);
        good = frame_fill(tick, g_ptr_array_index(b->outlines, i), b->names, next_record, b);
    }
    return good;
}

static bool decode(struct block *b, struct bytes *from, struct outline_serials *serials,
                   GPtrArray *ticks)
{
    bool good;

    b->times = read_times(from);
    good = b->times && read_outlines(b, from, serials);
    if (good)
        count_records(b);
    while (good && bytes_left(from))
        good = read_facet(b, from);
    return good && make_ticks(b, ticks);
}

static void free_tick(void *t)
{
    record_tick_free(t);
}

GPtrArray *block_decode(const uint8_t *payload, size_t length, const struct glossary *names,
                        struct outline_serials *serials)
{
    struct bytes from = {.at = payload, .end = payload + length};
    GPtrArray *ticks = g_ptr_array_new_with_free_func(free_tick);
    struct block *b = g_new0(struct block, 1);

    b->names = names;
    b->chain = outline_chain_new();
    b->outlines = g_ptr_array_new_with_free_func(free_outline);
    bool good = decode(b, &from, serials, ticks);
    for (size_t i = 0; i < G_N_ELEMENTS(b->facets); i++)
        free_facet(b->facets[i]);
    g_ptr_array_free(b->outlines, TRUE);
    g_ptr_array_free(b->chain, TRUE);
    if (b->times)
        g_array_free(b->times, TRUE);
    g_free(b);
    if (good)
        return ticks;
    g_ptr_array_free(ticks, TRUE);
    return NULL;
}
