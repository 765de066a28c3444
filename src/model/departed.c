#include <config.h>

#include "model/departed.h"

void departed_init(struct departed *d)
{
    *d = (struct departed){.guests = g_ptr_array_new_with_free_func(entity_free)};
}

void departed_clear(struct departed *d)
{
    g_ptr_array_free(d->guests, TRUE);
}

void departed_add(struct departed *d, struct entity *guest)
{
    if (guest->parts)
        g_ptr_array_free(g_steal_pointer(&guest->parts), TRUE);
    guest->outer = NULL;
    d->bytes += history_size(guest->history);
    g_ptr_array_add(d->guests, guest);
}

struct entity *departed_expired(const struct departed *d, uint64_t oldest_tick, size_t bytes)
{
    if (!d->guests->len)
        return NULL;
    struct entity *first = g_ptr_array_index(d->guests, 0);
    return d->bytes > bytes || history_newest(first->history) < oldest_tick ? first : NULL;
}

void departed_forget(struct departed *d)
{
    struct entity *first = g_ptr_array_index(d->guests, 0);

    d->bytes -= history_size(first->history);
    g_ptr_array_remove_index(d->guests, 0);
}
