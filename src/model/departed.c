/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/departed.h"

void departed_init(struct departed *d)
{
    *d = (struct departed){.guests = g_ptr_array_new_with_free_func(entity_free),
                           .order = g_ptr_array_new()};
}

void departed_clear(struct departed *d)
{
    g_ptr_array_free(d->order, TRUE);
    g_ptr_array_free(d->guests, TRUE);
}

/* With the parts that left together with it. */
static size_t size_of(const struct entity *e)
{
    size_t size = entity_size(e);

    for (guint i = 0; e->parts && i < e->parts->len; i++)
        size += size_of(g_ptr_array_index(e->parts, i));
    return size;
}

static void add(struct departed *d, struct entity *e)
{
    entity_shed(e);
    d->bytes += size_of(e);
    g_ptr_array_add(d->order, e);
}

void departed_add(struct departed *d, struct entity *guest)
{
    add(d, guest);
    g_ptr_array_add(d->guests, guest);
}

void departed_add_part(struct departed *d, struct entity *part)
{
    struct entity *owner = part->owner;

    if (!history_newest(part->history)) {
        entity_free(part);
        return;
    }
    add(d, part);
    if (!owner->parted)
        owner->parted = g_ptr_array_new_with_free_func(entity_free);
    g_ptr_array_add(owner->parted, part);
}

void departed_move_parts(struct entity *to, struct entity *from)
{
    for (guint i = 0; from->parted && i < from->parted->len; i++)
        ((struct entity *)g_ptr_array_index(from->parted, i))->owner = to;
    if (from->parted && to->parted)
        g_ptr_array_extend_and_steal(to->parted, g_steal_pointer(&from->parted));
    else if (from->parted)
        to->parted = g_steal_pointer(&from->parted);
}

void departed_drop_parts(struct departed *d, struct entity *host)
{
    for (guint i = 0; host->parted && i < host->parted->len; i++) {
        struct entity *part = g_ptr_array_index(host->parted, i);
        guint at;
        if (!g_ptr_array_find(d->order, part, &at))
            continue;
        d->bytes -= size_of(part);
        d->faded_bytes -= at < d->faded ? size_of(part) : 0;
        d->faded -= at < d->faded;
        g_ptr_array_remove_index(d->order, at);
    }
    g_clear_pointer(&host->parted, g_ptr_array_unref);
}

static void forget_ticks(struct entity *e, uint64_t oldest_tick)
{
    history_forget(e->history, oldest_tick, 0);
    for (guint i = 0; e->parts && i < e->parts->len; i++)
        forget_ticks(g_ptr_array_index(e->parts, i), oldest_tick);
}

/* Free one that is not in the order any more. */
static void release(struct departed *d, struct entity *e, GFunc about, void *data)
{
    if (e->kind == KIND_GUEST) {
        about(e, data);
        g_ptr_array_remove(d->guests, e);
    } else {
        g_ptr_array_remove(e->owner->parted, e); /* it stands near the front */
    }
}

/* Drop the ticks of entities that have none since OLDEST_TICK, and free those without minutes. */
static void fade(struct departed *d, uint64_t oldest_tick, GFunc about, void *data)
{
    guint at = d->faded, kept = d->faded;

    for (; at < d->order->len; at++) {
        struct entity *e = g_ptr_array_index(d->order, at);
        if (history_newest(e->history) >= oldest_tick)
            break;
        d->bytes -= size_of(e);
        if (!history_newest_minute(e->history)) {
            release(d, e, about, data);
            continue;
        }
        forget_ticks(e, oldest_tick);
        d->bytes += size_of(e);
        d->faded_bytes += size_of(e);
        g_ptr_array_index(d->order, kept++) = e;
    }
    if (at > kept)
        g_ptr_array_remove_range(d->order, kept, at - kept);
    d->faded = kept;
}

/* Whether to keep the entity at AT. The faded ones may take a quarter of BYTES. */
static bool stays(const struct departed *d, guint at, uint64_t oldest_minute, size_t bytes)
{
    enum { FADED_SHARE = 4 };
    const struct entity *e = g_ptr_array_index(d->order, at);

    if (d->bytes > bytes)
        return false;
    return at >= d->faded || (d->faded_bytes <= bytes / FADED_SHARE &&
                              history_newest_minute(e->history) >= oldest_minute);
}

void departed_forget(struct departed *d, uint64_t oldest_tick, uint64_t oldest_minute, size_t bytes,
                     GFunc about, void *data)
{
    guint count = 0, guests = 0;

    fade(d, oldest_tick, about, data);
    for (; count < d->order->len && !stays(d, count, oldest_minute, bytes); count++) {
        struct entity *e = g_ptr_array_index(d->order, count);
        d->bytes -= size_of(e);
        d->faded_bytes -= count < d->faded ? size_of(e) : 0;
        if (e->kind == KIND_GUEST) {
            about(e, data);
            guests++;
        } else {
            g_ptr_array_remove(e->owner->parted, e); /* it stands near the front */
        }
    }
    d->faded -= MIN(d->faded, count);
    if (count)
        g_ptr_array_remove_range(d->order, 0, count);
    if (guests)
        g_ptr_array_remove_range(d->guests, 0, guests);
}
