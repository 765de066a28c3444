/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "export/packed.h"

#include <stdint.h>
#include <zlib.h>

enum { REMEMBERED = 2 }; /* a text of each format */

struct packed {
    struct {
        GBytes *text, *gzip;
    } last[REMEMBERED];
    unsigned next; /* to be forgotten */
};

struct packed *packed_new(void)
{
    return g_new0(struct packed, 1);
}

static void forget(struct packed *p, unsigned i)
{
    if (p->last[i].text) {
        g_bytes_unref(p->last[i].text);
        g_bytes_unref(p->last[i].gzip);
    }
    p->last[i].text = p->last[i].gzip = NULL;
}

void packed_free(struct packed *p)
{
    for (unsigned i = 0; i < REMEMBERED; i++)
        forget(p, i);
    g_free(p);
}

/* The fastest level: a text of series gets a fourth of its size, the slowest a sixth. */
static GBytes *pack(GBytes *text)
{
    enum { WINDOW_GZIP = 15 + 16, MEMORY = 8 };
    z_stream z = {0};
    gsize size;
    const void *data = g_bytes_get_data(text, &size);

    if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, WINDOW_GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    uLong room = deflateBound(&z, (uLong)size);
    unsigned char *out = g_malloc(room);
    z.next_in = (unsigned char *)(uintptr_t)data;
    z.avail_in = (uInt)size;
    z.next_out = out;
    z.avail_out = (uInt)room;
    int result = deflate(&z, Z_FINISH);
    gsize packed = z.total_out;
    deflateEnd(&z);
    if (result == Z_STREAM_END)
        return g_bytes_new_take(g_realloc(out, packed), packed);
    g_free(out);
    return NULL;
}

GBytes *packed_get(struct packed *p, GBytes *text)
{
    for (unsigned i = 0; i < REMEMBERED; i++)
        if (p->last[i].text == text)
            return g_bytes_ref(p->last[i].gzip);
    GBytes *gzip = pack(text);
    if (!gzip)
        return NULL;
    forget(p, p->next);
    p->last[p->next].text = g_bytes_ref(text);
    p->last[p->next].gzip = g_bytes_ref(gzip);
    p->next = (p->next + 1) % REMEMBERED;
    return gzip;
}
