/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/stream.h"

#include "record/block.h"
#include "record/chunk.h"

struct stream {
    GByteArray *bytes; /* not taken yet */
    GPtrArray *names;  /* struct glossary *, owned; the last one counts */
    struct outline_serials *serials;
    GPtrArray *chain; /* NULL: the next frame has to stand by itself */
    GQueue ticks;     /* struct record_tick * */
};

static void release_names(void *n)
{
    glossary_free(n);
}

struct stream *stream_new(void)
{
    struct stream *s = g_new0(struct stream, 1);

    s->bytes = g_byte_array_new();
    s->names = g_ptr_array_new_with_free_func(release_names);
    s->serials = outline_serials_new();
    g_queue_init(&s->ticks);
    return s;
}

static void break_chain(struct stream *s)
{
    if (s->chain)
        g_ptr_array_free(s->chain, TRUE);
    s->chain = NULL;
}

void stream_free(struct stream *s)
{
    if (!s)
        return;
    break_chain(s);
    g_queue_clear_full(&s->ticks, (GDestroyNotify)record_tick_free);
    g_byte_array_free(s->bytes, TRUE);
    g_ptr_array_free(s->names, TRUE);
    outline_serials_free(s->serials);
    g_free(s);
}

static const struct glossary *names_of(const struct stream *s)
{
    return s->names->len ? g_ptr_array_index(s->names, s->names->len - 1) : NULL;
}

const char *stream_boot_id(const struct stream *s)
{
    return s->names->len ? names_of(s)->boot_id : "";
}

/* ---- chunks ---- */

static bool take_head(struct stream *s, const uint8_t *payload, size_t length, char **error)
{
    struct glossary *names = glossary_read(payload, length, error);

    if (names)
        g_ptr_array_add(s->names, names);
    break_chain(s);
    return names != NULL;
}

static void take_frame(struct stream *s, const uint8_t *payload, size_t length)
{
    struct frame f;
    struct record_tick *tick = NULL;
    bool good = frame_open(&f, payload, length) && (f.alone || s->chain);

    if (good && !s->chain)
        s->chain = outline_chain_new();
    if (good)
        tick = frame_decode(&f, names_of(s), s->serials, s->chain);
    if (tick)
        g_queue_push_tail(&s->ticks, tick);
    else
        break_chain(s);
}

static void take_block(struct stream *s, const uint8_t *payload, size_t length)
{
    GPtrArray *ticks = block_decode(payload, length, names_of(s), s->serials);

    break_chain(s);
    if (!ticks)
        return;
    g_ptr_array_set_free_func(ticks, NULL);
    for (guint i = 0; i < ticks->len; i++)
        g_queue_push_tail(&s->ticks, g_ptr_array_index(ticks, i));
    g_ptr_array_free(ticks, TRUE);
}

static bool take_chunk(struct stream *s, const struct chunk *c, const uint8_t *payload,
                       char **error)
{
    if (!chunk_is_intact(c, payload)) {
        break_chain(s);
        return true;
    }
    if (c->type == CHUNK_FILE)
        return take_head(s, payload, c->length, error);
    if (names_of(s) && c->type == CHUNK_FRAME)
        take_frame(s, payload, c->length);
    if (names_of(s) && c->type == CHUNK_BLOCK)
        take_block(s, payload, c->length);
    return true;
}

/* Bytes before the next head of a chunk. */
static guint search_chunk(const GByteArray *bytes)
{
    struct chunk found;
    guint at = 1;

    while (at + CHUNK_HEAD <= bytes->len && !chunk_read(bytes->data + at, &found))
        at++;
    return at;
}

/* True: there may be more in what has come. */
static bool take_one(struct stream *s, char **error)
{
    struct chunk c;

    if (s->bytes->len < CHUNK_HEAD)
        return false;
    bool is_chunk = chunk_read(s->bytes->data, &c);
    if (!s->names->len && !(is_chunk && c.type == CHUNK_FILE)) {
        *error = g_strdup("what comes from standard input is no recording of vtop");
        return false;
    }
    if (!is_chunk) {
        break_chain(s);
        g_byte_array_remove_range(s->bytes, 0, search_chunk(s->bytes));
        return true;
    }
    if (s->bytes->len - CHUNK_HEAD < c.length)
        return false;
    bool good = take_chunk(s, &c, s->bytes->data + CHUNK_HEAD, error);
    g_byte_array_remove_range(s->bytes, 0, CHUNK_HEAD + c.length);
    return good;
}

bool stream_feed(struct stream *s, const void *bytes, size_t n, char **error)
{
    *error = NULL;
    g_byte_array_append(s->bytes, bytes, (guint)n);
    while (take_one(s, error))
        ;
    return !*error;
}

struct record_tick *stream_next(struct stream *s)
{
    return g_queue_pop_head(&s->ticks);
}
