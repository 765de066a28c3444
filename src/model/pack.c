/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/pack.h"

G_STATIC_ASSERT((int)REASON_COUNT <= (int)PACK_KNOWN);

/* The eight bytes before END as one number, the lowest byte first. */
static uint64_t bytes_before(const uint8_t *end)
{
    uint64_t bytes;

    memcpy(&bytes, end - sizeof(bytes), sizeof(bytes));
    return GUINT64_FROM_LE(bytes);
}

/* The sum of the lengths in eight marks, added up in one word. */
static size_t lengths_of(uint64_t marks)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t known = marks >> 7 & ones;

    return (size_t)((marks & known * (PACK_KNOWN - 1)) * ones >> 56);
}

/* The sum of the lengths in the first N marks. */
static inline size_t lengths_until(const uint8_t *pack, size_t n)
{
    size_t length = 0;

    for (; n >= sizeof(uint64_t); n -= sizeof(uint64_t))
        length += lengths_of(bytes_before(pack + n));
    return n ? length + lengths_of(bytes_before(pack + n) >> (64 - 8 * n)) : length;
}

static unsigned length_of(uint64_t number)
{
    unsigned highest_bit = number ? 63 ^ (unsigned)__builtin_clzll(number) : 0;

    return number ? highest_bit / 8 + 1 : 0;
}

size_t pack_write(uint8_t *to, const uint64_t *numbers, const uint8_t *reasons, size_t n)
{
    uint8_t *end = to + n;

    for (size_t i = 0; i < n; i++) {
        if (reasons[i] != REASON_OK) {
            to[i] = reasons[i];
            continue;
        }
        uint64_t low_first = GUINT64_TO_LE(numbers[i]);
        unsigned length = length_of(numbers[i]);
        memcpy(end, &low_first, sizeof(low_first));
        to[i] = (uint8_t)(PACK_KNOWN + length);
        end += length;
    }
    return (size_t)(end - to);
}

size_t pack_size(const uint8_t *pack, size_t n)
{
    return n + lengths_until(pack, n);
}

void pack_read(const uint8_t *pack, uint64_t *numbers, uint8_t *reasons, size_t n)
{
    struct pack_cursor c = pack_begin(pack, n);

    for (size_t i = 0; i < n; i++)
        reasons[i] = (uint8_t)pack_next(&c, &numbers[i]);
}

enum reason pack_get(const uint8_t *pack, size_t n, size_t i, uint64_t *number)
{
    struct pack_cursor c = {pack + i, pack + n + lengths_until(pack, i)};

    return pack_next(&c, number);
}
