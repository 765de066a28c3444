/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/serials.h"

#include "base/order.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

struct entry {
    uint64_t serial;
    void *thing; /* NULL: removed; the place is reused when there are many of them */
};

struct serials {
    struct entry *entries;
    size_t count, room, removed;
    size_t last; /* where the previous lookup ended */
};

struct serials *serials_new(void)
{
    return g_new0(struct serials, 1);
}

void serials_free(struct serials *s)
{
    g_free(s->entries);
    g_free(s);
}

static int compare_serial(const void *entry, const void *serial)
{
    uint64_t one = ((const struct entry *)entry)->serial, other = *(const uint64_t *)serial;

    return (one > other) - (one < other);
}

/* The place of SERIAL, or the place where it belongs. */
static size_t search(const struct serials *s, uint64_t serial)
{
    if (s->count && s->entries[s->count - 1].serial < serial)
        return s->count;
    return order_place(s->entries, s->count, sizeof(*s->entries), &serial, compare_serial);
}

static bool stands_at(const struct serials *s, size_t at, uint64_t serial)
{
    return at < s->count && s->entries[at].serial == serial;
}

static size_t find(struct serials *s, uint64_t serial)
{
    size_t at = s->last;

    if (!stands_at(s, at, serial) && !stands_at(s, ++at, serial))
        at = search(s, serial);
    s->last = at;
    return at;
}

static void make_room(struct serials *s)
{
    enum { FIRST = 16, SHARE = 8 };

    if (s->count < s->room)
        return;
    s->room += s->room / SHARE + FIRST;
    s->entries = g_renew(struct entry, s->entries, s->room);
}

void serials_put(struct serials *s, uint64_t serial, void *thing)
{
    size_t at = find(s, serial);

    if (stands_at(s, at, serial)) {
        s->removed -= !s->entries[at].thing;
        s->entries[at].thing = thing;
        return;
    }
    make_room(s);
    memmove(&s->entries[at + 1], &s->entries[at], (s->count - at) * sizeof(s->entries[0]));
    s->entries[at] = (struct entry){serial, thing};
    s->count++;
}

static void close_gaps(struct serials *s)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->count; i++)
        if (s->entries[i].thing)
            s->entries[kept++] = s->entries[i];
    s->count = kept;
    s->removed = 0;
}

void serials_remove(struct serials *s, uint64_t serial)
{
    enum { FEW = 16, SHARE = 8 };
    size_t at = find(s, serial);

    if (!stands_at(s, at, serial) || !s->entries[at].thing)
        return;
    s->entries[at].thing = NULL;
    if (++s->removed > s->count / SHARE + FEW)
        close_gaps(s);
}

void *serials_get(struct serials *s, uint64_t serial)
{
    size_t at = find(s, serial);

    return stands_at(s, at, serial) ? s->entries[at].thing : NULL;
}
