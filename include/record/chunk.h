/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* chunk.h: a recording is a row of chunks.
 *
 * A chunk is 16 bytes (type: 4 letters, length of the payload, CRC-32 of the payload, CRC-32 of the
 * 12 bytes before; numbers of 4 bytes, the lowest first), and its payload. With a checksum of its
 * own a damaged head cannot lead astray, and what follows damage is found again. No locks.
 */
#ifndef VTOP_RECORD_CHUNK_H
#define VTOP_RECORD_CHUNK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { CHUNK_HEAD = 16 };
#define CHUNK_BYTES_MAX ((uint32_t)256 << 20)

enum chunk_type {
    CHUNK_FILE,    /* "HEAD": a file, or a further session in it, begins */
    CHUNK_FRAME,   /* "FRAM": a tick */
    CHUNK_BLOCK,   /* "BLCK": ticks, by columns */
    CHUNK_UNKNOWN, /* of a newer version: skipped */
};

struct chunk {
    enum chunk_type type;
    uint32_t length; /* of the payload */
    uint32_t crc;
};

/* Room for the head; then the payload is appended, and chunk_end() fills the head in. */
guint chunk_begin(GByteArray *to);
void chunk_end(GByteArray *to, guint begin, enum chunk_type type);

/* False: these bytes are no head of a chunk. */
bool chunk_read(const uint8_t head[CHUNK_HEAD], struct chunk *out);

bool chunk_is_intact(const struct chunk *c, const uint8_t *payload);

/* The begin of a payload is read without the rest: the CRC-32 of the payload so far. */
void chunk_put_check(GByteArray *to, guint begin);

/* Whether that follows, for what was read since BEGIN; else FROM is bad. */
struct bytes;
bool chunk_take_check(struct bytes *from, const uint8_t *begin);

/* ---- compressed sections ----
 * Length of the content, length of its bytes in the file (0: as the content), bytes. */

/* LEVEL: of zstd. */
void chunk_put_section(GByteArray *to, const GByteArray *content, int level);

/* NULL: damaged. Eight bytes before the content are readable, too (pack.h). */
GByteArray *chunk_take_section(struct bytes *from);

void chunk_skip_section(struct bytes *from);

/* The content of what chunk_take_section() returned. */
struct bytes chunk_content(const GByteArray *section);

#endif
