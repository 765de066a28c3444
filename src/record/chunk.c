/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/chunk.h"

#include "record/bytes.h"

#include <zlib.h>
#include <zstd.h>

static const char TYPES[CHUNK_UNKNOWN][5] = {"HEAD", "FRAM", "BLCK"};

enum { LENGTH_AT = 4, CRC_AT = 8, HEAD_CRC_AT = 12 };

/* Content of a section that is larger is not believed. */
#define SECTION_MAX ((uint64_t)256 << 20)

/* What zstd makes of a byte at most, with some room for short contents. */
enum { RATIO_MAX = 40000 };

static uint32_t crc_of(const uint8_t *bytes, size_t n)
{
    return (uint32_t)crc32_z(0, bytes, n);
}

static uint32_t number_at(const uint8_t *at)
{
    uint32_t n;

    memcpy(&n, at, sizeof(n));
    return GUINT32_FROM_LE(n);
}

static void set_number(uint8_t *at, uint32_t n)
{
    n = GUINT32_TO_LE(n);
    memcpy(at, &n, sizeof(n));
}

guint chunk_begin(GByteArray *to)
{
    guint begin = to->len;

    g_byte_array_set_size(to, begin + CHUNK_HEAD);
    return begin;
}

void chunk_end(GByteArray *to, guint begin, enum chunk_type type)
{
    uint8_t *head = to->data + begin;
    uint32_t length = to->len - begin - CHUNK_HEAD;

    memcpy(head, TYPES[type], LENGTH_AT);
    set_number(head + LENGTH_AT, length);
    set_number(head + CRC_AT, crc_of(head + CHUNK_HEAD, length));
    set_number(head + HEAD_CRC_AT, crc_of(head, HEAD_CRC_AT));
}

static enum chunk_type type_of(const uint8_t *letters)
{
    enum chunk_type t = CHUNK_FILE;

    while (t < CHUNK_UNKNOWN && memcmp(TYPES[t], letters, LENGTH_AT) != 0)
        t++;
    return t;
}

bool chunk_read(const uint8_t head[CHUNK_HEAD], struct chunk *out)
{
    *out = (struct chunk){.type = type_of(head),
                          .length = number_at(head + LENGTH_AT),
                          .crc = number_at(head + CRC_AT)};
    return number_at(head + HEAD_CRC_AT) == crc_of(head, HEAD_CRC_AT) &&
           out->length <= CHUNK_BYTES_MAX;
}

bool chunk_is_intact(const struct chunk *c, const uint8_t *payload)
{
    return crc_of(payload, c->length) == c->crc;
}

void chunk_put_check(GByteArray *to, guint begin)
{
    uint8_t crc[sizeof(uint32_t)];

    set_number(crc, crc_of(to->data + begin, to->len - begin));
    bytes_put(to, crc, sizeof(crc));
}

bool chunk_take_check(struct bytes *from, const uint8_t *begin)
{
    const uint8_t *end = from->at, *crc = bytes_take(from, sizeof(uint32_t));

    if (crc && number_at(crc) != crc_of(begin, (size_t)(end - begin)))
        from->bad = true;
    return !from->bad;
}

void chunk_put_section(GByteArray *to, const GByteArray *content, int level)
{
    size_t bound = ZSTD_compressBound(content->len), size;
    uint8_t *packed = g_malloc(bound);

    size = ZSTD_compress(packed, bound, content->data, content->len, level);
    bool smaller = !ZSTD_isError(size) && size < content->len;
    bytes_put_number(to, content->len);
    bytes_put_number(to, smaller ? size : 0);
    bytes_put(to, smaller ? packed : content->data, smaller ? size : content->len);
    g_free(packed);
}

void chunk_skip_section(struct bytes *from)
{
    uint64_t length = bytes_number_to(from, SECTION_MAX);
    uint64_t packed = bytes_number(from);

    bytes_take(from, packed ? packed : length);
}

/* Before the content stand eight bytes that may be read. */
enum { MARGIN = 8 };

static bool unpack(const uint8_t *from, size_t packed, uint8_t *to, size_t length)
{
    if (!packed) {
        memcpy(to, from, length);
        return true;
    }
    return ZSTD_decompress(to, length, from, packed) == length;
}

GByteArray *chunk_take_section(struct bytes *from)
{
    uint64_t length = bytes_number_to(from, SECTION_MAX);
    uint64_t packed = bytes_number_to(from, bytes_left(from));
    const uint8_t *bytes = bytes_take(from, packed ? packed : length);

    if (!bytes || (packed && length / RATIO_MAX > packed))
        return NULL;
    GByteArray *section = g_byte_array_new();
    g_byte_array_set_size(section, (guint)length + MARGIN);
    memset(section->data, 0, MARGIN);
    if (unpack(bytes, packed, section->data + MARGIN, length))
        return section;
    g_byte_array_free(section, TRUE);
    from->bad = true;
    return NULL;
}

struct bytes chunk_content(const GByteArray *section)
{
    return (struct bytes){.at = section->data + MARGIN, .end = section->data + section->len};
}
