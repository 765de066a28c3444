/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Recordings. Checksums and compression would keep the fuzzer out: the target makes them. */
#include <config.h>

#include "fuzz.h"

#include "record/block.h"
#include "record/chunk.h"
#include "record/frame.h"
#include "record/stream.h"

#include <string.h>

enum { TICKS = 3, PARTS_MAX = 32 };

static const struct glossary *own_names(void)
{
    static struct glossary *names; /* it is never changed */
    char *error = NULL;

    if (names)
        return names;
    GByteArray *head = g_byte_array_new();
    glossary_write(head, 1, "", "host");
    names = glossary_read(head->data, head->len, &error);
    g_byte_array_free(head, TRUE);
    return names;
}

/* The next part: a byte with its length, 255 for all that is left. */
static GByteArray *next_part(const uint8_t **data, size_t *size)
{
    size_t length = *size ? **data : 0, skip = MIN(*size, 1);
    GByteArray *part = g_byte_array_new();

    *data += skip;
    *size -= skip;
    length = length == 255 ? *size : MIN(length * 4, *size);
    g_byte_array_append(part, *data, (guint)length);
    *data += length;
    *size -= length;
    return part;
}

static void put_section(GByteArray *to, const uint8_t **data, size_t *size)
{
    GByteArray *part = next_part(data, size);

    chunk_put_section(to, part, 1);
    g_byte_array_free(part, TRUE);
}

/* The outlines, then facets: a byte, and SECTIONS each. */
static void put_sections(GByteArray *to, const uint8_t *data, size_t size, int sections)
{
    put_section(to, &data, &size);
    for (int i = 0; i < PARTS_MAX && size; i++) {
        g_byte_array_append(to, data, 1);
        data++;
        size--;
        for (int s = 0; s < sections; s++)
            put_section(to, &data, &size);
    }
}

static void decode_frame(const uint8_t *data, size_t size)
{
    static const guint8 begin[] = {1, 0, 0, 0};
    GByteArray *payload = g_byte_array_new();
    GPtrArray *chain = outline_chain_new();
    struct outline_serials *serials = outline_serials_new();
    const struct glossary *names = own_names();
    struct frame f;

    g_byte_array_append(payload, begin, sizeof(begin));
    chunk_put_check(payload, 0);
    put_sections(payload, data, size, 1);
    for (int i = 0; i < 2; i++) /* the second time in a chain */
        if (frame_open(&f, payload->data, payload->len)) {
            f.alone = i == 0;
            record_tick_free(frame_decode(&f, names, serials, chain));
        }
    outline_serials_free(serials);
    g_ptr_array_free(chain, TRUE);
    g_byte_array_free(payload, TRUE);
}

static void decode_block(const uint8_t *data, size_t size)
{
    static const guint8 begin[] = {TICKS, 0, 0, 0, 1, 2, 2, 1, 2, 2};
    GByteArray *payload = g_byte_array_new();
    struct outline_serials *serials = outline_serials_new();
    const struct glossary *names = own_names();

    g_byte_array_append(payload, begin, sizeof(begin));
    chunk_put_check(payload, 0);
    put_sections(payload, data, size, 2);
    GPtrArray *ticks = block_decode(payload->data, payload->len, names, serials);
    if (ticks)
        g_ptr_array_free(ticks, TRUE);
    outline_serials_free(serials);
    g_byte_array_free(payload, TRUE);
}

static void read_names(const uint8_t *data, size_t size)
{
    char *error = NULL;

    glossary_free(glossary_read(data, size, &error));
    g_free(error);
}

/* Parts with right heads, in pieces. */
static void read_stream(const uint8_t *data, size_t size)
{
    static const enum chunk_type types[] = {CHUNK_FRAME, CHUNK_BLOCK, CHUNK_FILE, CHUNK_FRAME};
    GByteArray *bytes = g_byte_array_new();
    struct stream *s = stream_new();
    char *error = NULL;
    guint begin = chunk_begin(bytes);

    glossary_write(bytes, 1, "", "host");
    chunk_end(bytes, begin, CHUNK_FILE);
    for (int i = 0; i < PARTS_MAX && size; i++) {
        unsigned type = data[0] % (G_N_ELEMENTS(types) + 1);
        data++;
        size--;
        begin = type < G_N_ELEMENTS(types) ? chunk_begin(bytes) : bytes->len;
        GByteArray *part = next_part(&data, &size);
        g_byte_array_append(bytes, part->data, part->len);
        g_byte_array_free(part, TRUE);
        if (type < G_N_ELEMENTS(types))
            chunk_end(bytes, begin, types[type]);
    }
    for (guint at = 0, piece = 977; at < bytes->len && !error; at += piece)
        if (stream_feed(s, bytes->data + at, MIN(piece, bytes->len - at), &error))
            for (struct record_tick *t; (t = stream_next(s));)
                record_tick_free(t);
    g_free(error);
    stream_free(s);
    g_byte_array_free(bytes, TRUE);
}

/* The first byte says what the others are. */
void fuzz_recording(const uint8_t *data, size_t size)
{
    void (*const parsers[])(const uint8_t *, size_t) = {decode_frame, decode_block, read_names,
                                                        read_stream};

    if (size)
        parsers[data[0] % G_N_ELEMENTS(parsers)](data + 1, size - 1);
}
