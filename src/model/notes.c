/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/notes.h"

#include <glib.h>
#include <string.h>

/* The newest runs stand last. Of two runs that cover one tick, the later one counts. */
struct run {
    uint64_t last; /* the last tick */
    int64_t value;
    uint16_t ticks; /* how many; more than UINT16_MAX are never kept */
    uint8_t what;
};

struct notes {
    uint32_t count, room;
    struct run runs[];
};

static size_t count_of(const struct notes *notes)
{
    return notes ? notes->count : 0;
}

static struct run *newest(struct notes *notes, unsigned what)
{
    for (size_t i = count_of(notes); i-- > 0;)
        if (notes->runs[i].what == what)
            return &notes->runs[i];
    return NULL;
}

static size_t size_for(size_t count)
{
    return sizeof(struct notes) + count * sizeof(struct run);
}

/* Most entities have two or three runs, so the array grows in small steps. */
static struct run *add_runs(struct notes **notes, size_t count)
{
    enum { SHARE = 4 };
    size_t before = count_of(*notes), after = before + count;

    if (!*notes || after > (*notes)->room) {
        *notes = g_realloc(*notes, size_for(after + before / SHARE));
        (*notes)->room = (uint32_t)(after + before / SHARE);
    }
    (*notes)->count = (uint32_t)after;
    return &(*notes)->runs[before];
}

void notes_add(struct notes **notes, uint64_t tick, unsigned what, int64_t value)
{
    struct run *run = newest(*notes, what);

    if (!run || run->last + 1 != tick || run->value != value) {
        *add_runs(notes, 1) =
            (struct run){.last = tick, .value = value, .ticks = 1, .what = (uint8_t)what};
        return;
    }
    run->last = tick;
    run->ticks = (uint16_t)MIN(run->ticks + 1, UINT16_MAX);
}

bool notes_at(const struct notes *notes, uint64_t tick, unsigned what, int64_t *value)
{
    for (size_t i = count_of(notes); i-- > 0;) {
        const struct run *run = &notes->runs[i];
        if (run->what == what && tick <= run->last && run->last - tick < run->ticks) {
            *value = run->value;
            return true;
        }
    }
    return false;
}

void notes_forget(struct notes *notes, uint64_t oldest)
{
    size_t kept = 0;

    for (size_t i = 0; i < count_of(notes); i++)
        if (notes->runs[i].last >= oldest)
            notes->runs[kept++] = notes->runs[i];
    if (notes)
        notes->count = (uint32_t)kept;
}

struct notes *notes_join(const struct notes *a, const struct notes *b)
{
    const struct notes *const sets[] = {b, a};
    struct notes *notes = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++)
        if (count_of(sets[i]))
            memcpy(add_runs(&notes, sets[i]->count), sets[i]->runs,
                   sets[i]->count * sizeof(sets[i]->runs[0]));
    return notes;
}

size_t notes_size(const struct notes *notes)
{
    return notes ? size_for(notes->room) : 0;
}

void notes_free(struct notes *notes)
{
    g_free(notes);
}
