/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* pack.h: a row of numbers that may be absent, in as few bytes as they need.
 *
 * A pack begins with one mark per number; the bytes of the known numbers follow without gaps. A
 * mark is the reason why the number is absent, or PACK_KNOWN plus the number of bytes that it takes
 * (0 for the number 0). The reader says how many numbers the pack has. The eight bytes before a
 * pack must be readable, whatever they hold. No memory, no locks.
 */
#ifndef VTOP_MODEL_PACK_H
#define VTOP_MODEL_PACK_H

#include "model/metric.h"

#include <glib.h>
#include <string.h>

enum { PACK_KNOWN = 128 };

/* The most that a pack of N numbers takes, and the most that pack_write() overwrites. */
#define PACK_ROOM(n) ((n) * (1 + sizeof(uint64_t)) + sizeof(uint64_t))

/* REASONS: REASON_OK, or why a number is absent. Returns the size of the pack. */
size_t pack_write(uint8_t *to, const uint64_t *numbers, const uint8_t *reasons, size_t n);

size_t pack_size(const uint8_t *pack, size_t n); /* bytes */

/* Read all numbers. Elements of NUMBERS that are absent are left as they are. */
void pack_read(const uint8_t *pack, uint64_t *numbers, uint8_t *reasons, size_t n);

/* Read one number: REASON_OK and *NUMBER, or why it is absent. */
enum reason pack_get(const uint8_t *pack, size_t n, size_t i, uint64_t *number);

/* Reads numbers one after the other, which is cheaper than pack_get() for many of them. */
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
