/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/encoder.h"

#include "record/block.h"
#include "record/chunk.h"

struct encoder {
    struct encoder_config config;
    char *host;
    struct outline_idents *idents; /* of the open block */
    GArray *ticks;                 /* struct block_tick: the open block */
    size_t records;                /* in it */
    bool alone;                    /* the next frame stands by itself */
};

static void clear_tick(void *p)
{
    struct block_tick *t = p;

    g_byte_array_free(t->frame, TRUE);
    g_array_unref(t->records);
}

struct encoder *encoder_new(const struct encoder_config *config)
{
    struct encoder *e = g_new0(struct encoder, 1);

    e->config = *config;
    e->config.host = e->host = g_strdup(config->host);
    e->idents = outline_idents_new();
    e->ticks = g_array_new(FALSE, FALSE, sizeof(struct block_tick));
    g_array_set_clear_func(e->ticks, clear_tick);
    e->alone = true;
    return e;
}

void encoder_free(struct encoder *e)
{
    if (!e)
        return;
    g_array_free(e->ticks, TRUE);
    outline_idents_free(e->idents);
    g_free(e->host);
    g_free(e);
}

void encoder_head(struct encoder *e, GByteArray *out)
{
    guint begin = chunk_begin(out);

    glossary_write(out, e->config.session, e->config.boot_id, e->host);
    chunk_end(out, begin, CHUNK_FILE);
}

/* Ticks with the same records share the list of them. */
static GArray *shared(const struct encoder *e, GArray *records)
{
    GArray *last = e->ticks->len
                       ? g_array_index(e->ticks, struct block_tick, e->ticks->len - 1).records
                       : NULL;

    if (!last || last->len != records->len ||
        memcmp(last->data, records->data, records->len * sizeof(struct outline_record)) != 0)
        return records;
    g_array_unref(records);
    return g_array_ref(last);
}

void encoder_frame(struct encoder *e, const struct record_tick *tick, GByteArray *out)
{
    GArray *records = g_array_new(FALSE, FALSE, sizeof(struct outline_record));
    struct block_tick t = {.frame = g_byte_array_new()};
    guint begin = chunk_begin(out);

    frame_write(out, e->idents, tick, e->alone, records);
    chunk_end(out, begin, CHUNK_FRAME);
    e->alone = false;
    e->records += records->len;
    t.records = shared(e, records);
    g_byte_array_append(t.frame, out->data + begin + CHUNK_HEAD, out->len - begin - CHUNK_HEAD);
    g_array_append_val(e->ticks, t);
}

size_t encoder_ticks(const struct encoder *e)
{
    return e->ticks->len;
}

bool encoder_is_full(const struct encoder *e)
{
    return e->ticks->len >= RECORD_BLOCK_TICKS || e->records > BLOCK_RECORDS_MAX / 2;
}

void encoder_block(struct encoder *e, GByteArray *out)
{
    guint begin = chunk_begin(out);

    block_write(out, e->ticks, outline_idents_count(e->idents));
    chunk_end(out, begin, CHUNK_BLOCK);
    encoder_restart(e);
}

void encoder_restart(struct encoder *e)
{
    g_array_set_size(e->ticks, 0);
    outline_idents_free(e->idents);
    e->idents = outline_idents_new();
    e->records = 0;
    e->alone = true;
}

void encoder_rebase(struct encoder *e)
{
    e->alone = true;
}
