/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/bytes.h"

void bytes_put(GByteArray *to, const void *bytes, size_t n)
{
    g_byte_array_append(to, bytes, (guint)n);
}

void bytes_put_byte(GByteArray *to, unsigned byte)
{
    guint8 b = (guint8)byte;

    g_byte_array_append(to, &b, 1);
}

void bytes_put_number(GByteArray *to, uint64_t n)
{
    guint8 bytes[10];
    guint count = 0;

    for (; n > 127; n >>= 7)
        bytes[count++] = (guint8)(n | 128);
    bytes[count++] = (guint8)n;
    g_byte_array_append(to, bytes, count);
}

void bytes_put_signed(GByteArray *to, int64_t n)
{
    bytes_put_number(to, bytes_fold(n));
}

void bytes_put_text(GByteArray *to, const char *text)
{
    size_t length = text ? strlen(text) : 0;

    bytes_put_number(to, text ? length + 1 : 0);
    bytes_put(to, text, length);
}

uint64_t bytes_number_to(struct bytes *b, uint64_t most)
{
    uint64_t n = bytes_number(b);

    if (n <= most)
        return n;
    b->bad = true;
    return 0;
}

size_t bytes_count(struct bytes *b)
{
    return (size_t)bytes_number_to(b, bytes_left(b));
}

char *bytes_text(struct bytes *b)
{
    uint64_t length = bytes_number_to(b, (uint64_t)bytes_left(b) + 1);
    const uint8_t *text = length ? bytes_take(b, (size_t)length - 1) : NULL;

    return text ? g_strndup((const char *)text, (size_t)length - 1) : NULL;
}
