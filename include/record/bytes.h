/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* bytes.h: numbers and texts as bytes, for writing and for reading from a hostile file.
 *
 * A number takes seven bits per byte, the lowest first; the top bit says that more follow. Signed
 * numbers are folded (0, -1, 1, -2, ...). A text is its length plus one, and its bytes; NULL is 0.
 *
 * A reader that runs past its end, or meets something that cannot be, gives zeros and NULLs from
 * then on, and `bad` is set: check it once at the end. No locks.
 */
#ifndef VTOP_RECORD_BYTES_H
#define VTOP_RECORD_BYTES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t bytes_fold(int64_t n)
{
    return (uint64_t)n << 1 ^ (n < 0 ? UINT64_MAX : 0);
}

static inline int64_t bytes_unfold(uint64_t n)
{
    return (int64_t)(n >> 1 ^ (n & 1 ? UINT64_MAX : 0));
}

/* Times of a hostile file: without overflow. */
static inline int64_t bytes_plus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static inline int64_t bytes_minus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

/* ---- writing ---- */

void bytes_put(GByteArray *to, const void *bytes, size_t n);
void bytes_put_byte(GByteArray *to, unsigned byte);
void bytes_put_number(GByteArray *to, uint64_t n);
void bytes_put_signed(GByteArray *to, int64_t n);
void bytes_put_text(GByteArray *to, const char *text);

/* ---- reading ---- */

struct bytes {
    const uint8_t *at, *end;
    bool bad;
};

static inline size_t bytes_left(const struct bytes *b)
{
    return (size_t)(b->end - b->at);
}

/* The next N bytes; NULL when there are fewer. */
static inline const uint8_t *bytes_take(struct bytes *b, size_t n)
{
    const uint8_t *at = b->at;

    if (b->bad || n > bytes_left(b)) {
        b->bad = true;
        return NULL;
    }
    b->at += n;
    return at;
}

static inline unsigned bytes_byte(struct bytes *b)
{
    const uint8_t *at = bytes_take(b, 1);

    return at ? *at : 0;
}

static inline uint64_t bytes_number(struct bytes *b)
{
    uint64_t n = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        unsigned byte = bytes_byte(b);
        n |= (uint64_t)(byte & 127) << shift;
        if (!(byte & 128))
            return b->bad ? 0 : n;
    }
    b->bad = true;
    return 0;
}

static inline int64_t bytes_signed(struct bytes *b)
{
    return bytes_unfold(bytes_number(b));
}

/* Whether a time differs from any other such time by a number that 64 bits hold. */
static inline bool bytes_is_time(int64_t ns)
{
    return ns > -(INT64_C(1) << 62) && ns < INT64_C(1) << 62; /* of a wall clock: up to 2116 */
}

/* A number that is at most MOST; what counts things cannot be larger than what is left. */
uint64_t bytes_number_to(struct bytes *b, uint64_t most);
size_t bytes_count(struct bytes *b);

/* g_free; NULL: none. A NUL inside ends it. */
char *bytes_text(struct bytes *b);

#endif
