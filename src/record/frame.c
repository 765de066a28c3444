/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/frame.h"

#include "model/pack.h"
#include "record/chunk.h"
#include "record/rows.h"

enum { FRAME_LEVEL = 1 }; /* of zstd: the fastest */

/* ---- writing ---- */

static void write_rows(GByteArray *rows[FACET_COUNT], const struct sample *s, int64_t mono_ns)
{
    int64_t before_ns = mono_ns;

    for (guint i = 0; i < s->records->len; i++) {
        const struct record *r = g_ptr_array_index(s->records, i);
        if (!rows[r->facet])
            rows[r->facet] = g_byte_array_new();
        rows_write(rows[r->facet], r, r->read_ns - before_ns);
        before_ns = r->read_ns;
    }
}

static void write_outline(GByteArray *to, struct outline_idents *idents,
                          const struct record_tick *tick, bool alone, GArray *records)
{
    GByteArray *outline = g_byte_array_new();

    outline_write(outline, idents, tick, alone, records);
    chunk_put_section(to, outline, FRAME_LEVEL);
    g_byte_array_free(outline, TRUE);
}

void frame_write(GByteArray *to, struct outline_idents *idents, const struct record_tick *tick,
                 bool alone, GArray *records)
{
    GByteArray *rows[FACET_COUNT] = {NULL};

    guint begin = to->len;

    bytes_put_byte(to, alone);
    bytes_put_number(to, tick->seq);
    bytes_put_signed(to, tick->mono_ns);
    bytes_put_signed(to, tick->wall_ns);
    chunk_put_check(to, begin);
    write_outline(to, idents, tick, alone, records);
    for (guint i = 0; i < tick->samples->len; i++)
        write_rows(rows, g_ptr_array_index(tick->samples, i), tick->mono_ns);
    for (unsigned f = 0; f < FACET_COUNT; f++) {
        if (!rows[f])
            continue;
        bytes_put_byte(to, f);
        chunk_put_section(to, rows[f], FRAME_LEVEL);
        g_byte_array_free(rows[f], TRUE);
    }
}

/* ---- reading ---- */

static bool read_begin(struct bytes *from, bool *alone, struct tick_time *time)
{
    const uint8_t *begin = from->at;

    *alone = bytes_byte(from);
    time->seq = bytes_number(from);
    time->mono_ns = bytes_signed(from);
    time->wall_ns = bytes_signed(from);
    from->bad |= time->mono_ns < 0 || !bytes_is_time(time->mono_ns) || !bytes_is_time(time->wall_ns);
    return chunk_take_check(from, begin);
}

bool frame_peek(const uint8_t *payload, size_t length, bool *alone, struct tick_time *out)
{
    struct bytes from = {.at = payload, .end = payload + length};

    return read_begin(&from, alone, out);
}

static struct bytes take_section(struct bytes *from)
{
    struct bytes section = {.at = from->at};

    chunk_skip_section(from);
    section.end = from->at;
    return section;
}

bool frame_open(struct frame *f, const uint8_t *payload, size_t length)
{
    struct bytes from = {.at = payload, .end = payload + length};

    *f = (struct frame){0};
    if (read_begin(&from, &f->alone, &f->time))
        f->outline = take_section(&from);
    while (!from.bad && bytes_left(&from)) {
        unsigned facet = bytes_byte(&from);
        f->rows[facet] = take_section(&from);
    }
    return !from.bad;
}

/* ---- records ---- */

size_t frame_pack(const struct glossary *names, const struct glossary_facet *facet, const struct row *row,
                  uint8_t *to)
{
    enum reading begin = facet_begin(facet->facet);
    size_t slots = (size_t)(facet_end(facet->facet) - begin);
    uint64_t values[RECORD_MAX];
    uint8_t reasons[RECORD_MAX];

    memset(reasons, REASON_NOT_RECORDED, slots);
    for (size_t i = 0; i < facet->slots; i++) {
        if (facet->readings[i] == R_NONE)
            continue;
        enum reading r = (enum reading)facet->readings[i];
        unsigned reason = names->reasons[row->reasons[i]];
        reasons[r - begin] = (uint8_t)(reason < REASON_COUNT ? reason : REASON_NOT_RECORDED);
        values[r - begin] = glossary_value(names, r, row->values[i]);
    }
    return pack_write(to, values, reasons, slots);
}

/* What this program does not know is left out. */
static void add_record(struct sample *s, struct ident *ident, const struct glossary_facet *facet,
                       const struct frame_record *r, int64_t read_ns)
{
    if (!ident || facet->facet == FACET_NONE || ident->kind != facet_kind(facet->facet))
        return;
    struct record *added = sample_add_pack(s, facet->facet, ident, r->pack);
    added->read_ns = read_ns;
    added->interval_ns = r->interval_ns;
}

bool frame_fill(struct record_tick *tick, const struct outline *o, const struct glossary *names,
                bool (*next)(void *data, const struct outline_record *r, struct frame_record *out),
                void *data)
{
    for (guint i = 0; i < o->samples->len; i++) {
        const struct outline_sample *s = &g_array_index(o->samples, struct outline_sample, i);
        int64_t read_ns = tick->mono_ns;
        g_ptr_array_add(tick->samples, sample_ref(s->sample));
        for (guint at = s->first; at < s->first + s->count; at++) {
            const struct outline_record *r = &g_array_index(o->records, struct outline_record, at);
            const struct glossary_facet *facet = glossary_facet(names, r->facet);
            struct frame_record record;
            if (!facet || !next(data, r, &record))
                return false;
            read_ns = bytes_plus(read_ns, record.after_ns);
            add_record(s->sample, r->ident, facet, &record, read_ns);
        }
    }
    return true;
}

/* ---- a frame as a tick ---- */

struct decoding {
    const struct glossary *names;
    GByteArray *sections[256];
    struct bytes rows[256];
    struct row row;
    uint8_t pack[sizeof(uint64_t) + PACK_ROOM(RECORD_MAX)];
};

static struct decoding *decoding_new(const struct frame *f, const struct glossary *names)
{
    struct decoding *d = g_new0(struct decoding, 1);

    d->names = names;
    for (size_t i = 0; i < G_N_ELEMENTS(f->rows); i++) {
        struct bytes section = f->rows[i];
        if (section.at)
            d->sections[i] = chunk_take_section(&section);
        if (d->sections[i])
            d->rows[i] = chunk_content(d->sections[i]);
    }
    return d;
}

static void decoding_free(struct decoding *d)
{
    for (size_t i = 0; i < G_N_ELEMENTS(d->sections); i++)
        if (d->sections[i])
            g_byte_array_free(d->sections[i], TRUE);
    g_free(d);
}

static bool next_record(void *data, const struct outline_record *r, struct frame_record *out)
{
    struct decoding *d = data;
    const struct glossary_facet *facet = glossary_facet(d->names, r->facet);
    uint8_t *pack = d->pack + sizeof(uint64_t);

    if (!d->sections[r->facet] || !rows_read(&d->rows[r->facet], facet->slots, &d->row))
        return false;
    *out = (struct frame_record){
        .after_ns = d->row.after_ns, .interval_ns = d->row.interval_ns, .pack = pack};
    if (facet->facet != FACET_NONE)
        frame_pack(d->names, facet, &d->row, pack);
    return true;
}

static bool read_outline(struct outline *o, const struct frame *f, const struct glossary *names,
                         struct outline_serials *serials, GPtrArray *chain)
{
    struct bytes at = f->outline;
    GByteArray *section = chunk_take_section(&at);

    if (!section)
        return false;
    struct bytes from = chunk_content(section);
    bool good = outline_read(o, &from, names, serials, chain, f->time.mono_ns);
    g_byte_array_free(section, TRUE);
    return good;
}

struct record_tick *frame_decode(const struct frame *f, const struct glossary *names,
                                 struct outline_serials *serials, GPtrArray *chain)
{
    struct outline *o = outline_new();
    struct record_tick *tick = record_tick_new();
    struct decoding *d = decoding_new(f, names);

    tick->session = names->session;
    tick->seq = f->time.seq;
    tick->mono_ns = f->time.mono_ns;
    tick->wall_ns = f->time.wall_ns;
    if (f->alone)
        g_ptr_array_set_size(chain, 0);
    bool good = read_outline(o, f, names, serials, chain) &&
                frame_fill(tick, o, names, next_record, d);
    decoding_free(d);
    outline_free(o);
    if (good)
        return tick;
    record_tick_free(tick);
    return NULL;
}
