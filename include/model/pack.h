/* pack.h: numbers that may be absent, in as few bytes as they need.
 *
 * A pack is a row of marks, one for each number, and behind them what is known, without gaps. A
 * mark is the reason why there is no number, or PACK_KNOWN and how many bytes it has: 0 has none.
 * Who reads one says how many numbers it has; the eight bytes before it must be readable, whatever
 * they are.
 */
#ifndef VTOP_MODEL_PACK_H
#define VTOP_MODEL_PACK_H

#include "model/metric.h"

#include <glib.h>
#include <string.h>

enum { PACK_KNOWN = 128 };

/* No pack of N numbers is larger, nor is what pack_write() touches. */
#define PACK_ROOM(n) ((n) * (1 + sizeof(uint64_t)) + sizeof(uint64_t))

/* REASONS: REASON_OK, or why there is no number. Bytes that it takes. */
size_t pack_write(uint8_t *to, const uint64_t *numbers, const uint8_t *reasons, size_t n);

size_t pack_size(const uint8_t *pack, size_t n); /* bytes */

/* All of it; of what is absent NUMBERS keeps what it had. */
void pack_read(const uint8_t *pack, uint64_t *numbers, uint8_t *reasons, size_t n);

/* One of them: REASON_OK and *NUMBER, or why there is none. */
enum reason pack_get(const uint8_t *pack, size_t n, size_t i, uint64_t *number);

/* One after the other, for those who have many to read. */
struct pack_cursor {
    const uint8_t *mark, *end; /* the next mark, and the end of the number before it */
};

static inline struct pack_cursor pack_begin(const uint8_t *pack, size_t n)
{
    return (struct pack_cursor){pack, pack + n};
}

/* As pack_get(). */
static inline enum reason pack_next(struct pack_cursor *c, uint64_t *number)
{
    uint8_t mark = *c->mark++;
    unsigned length = mark - (unsigned)PACK_KNOWN;
    uint64_t bytes; /* the lowest first: those of the number are the last of the eight */

    if (!(mark & PACK_KNOWN))
        return (enum reason)mark;
    c->end += length;
    memcpy(&bytes, c->end - sizeof(bytes), sizeof(bytes));
    *number = length ? GUINT64_FROM_LE(bytes) >> (64 - 8 * length) : 0;
    return REASON_OK;
}

static inline void pack_skip(struct pack_cursor *c)
{
    uint8_t mark = *c->mark++;

    c->end += mark & PACK_KNOWN ? mark - PACK_KNOWN : 0;
}

#endif
