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
        d->bytes -= size_of(part);
        g_ptr_array_remove(d->order, part);
    }
    g_clear_pointer(&host->parted, g_ptr_array_unref);
}

void departed_forget(struct departed *d, uint64_t oldest_tick, size_t bytes, GFunc about,
                     void *data)
{
    guint count = 0, guests = 0;

    for (; count < d->order->len; count++) {
        struct entity *e = g_ptr_array_index(d->order, count);
        if (d->bytes <= bytes && history_newest(e->history) >= oldest_tick)
            break;
        d->bytes -= size_of(e);
        if (e->kind == KIND_GUEST) {
            about(e, data);
            guests++;
        } else {
            g_ptr_array_remove(e->owner->parted, e); /* it stands near the front */
        }
    }
    if (count)
        g_ptr_array_remove_range(d->order, 0, count);
    if (guests)
        g_ptr_array_remove_range(d->guests, 0, guests);
}
