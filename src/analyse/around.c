/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/around.h"

static struct surroundings *of(const GArray *around, const struct entity *host)
{
    return &g_array_index(around, struct surroundings, host->at);
}

const struct surroundings *around_host(const GArray *around, const struct entity *host)
{
    return of(around, host);
}

/* The guests that use most CPU time, in falling order. */
static void rank(struct surroundings *s, const struct entity *guest, double cpu)
{
    size_t at = SURROUNDINGS_TOP;

    while (at > 0 && (!s->top[at - 1] || cpu > s->top_cpu[at - 1]))
        at--;
    for (size_t i = SURROUNDINGS_TOP - 1; i > at; i--) {
        s->top[i] = s->top[i - 1];
        s->top_cpu[i] = s->top_cpu[i - 1];
    }
    if (at < SURROUNDINGS_TOP) {
        s->top[at] = guest;
        s->top_cpu[at] = cpu;
    }
}

/* Services are part of the host's own work. */
static void add_guest(struct surroundings *s, const struct moment *now, const struct entity *guest)
{
    double cpu = moment_number(now, guest, M_CPU);

    if (guest->gone_ns || entity_class(guest) == CLASS_SERVICE || guest->outer)
        return;
    if (cpu >= 0) {
        s->guests_cpu += cpu;
        s->guests++;
    }
    if (cpu > 0)
        rank(s, guest, cpu);
}

void around_look(GArray *around, const struct moment *now)
{
    const GPtrArray *hosts = roster_hosts(now->roster), *guests = roster_guests(now->roster);

    g_array_set_size(around, 0);
    g_array_set_size(around, hosts->len); /* zeroed */
    for (guint i = 0; i < hosts->len; i++) {
        const struct entity *host = g_ptr_array_index(hosts, i);
        of(around, host)->host = host;
        of(around, host)->stale = stale_facets(host, now->now_ns);
    }
    for (guint i = 0; i < guests->len; i++) {
        const struct entity *guest = g_ptr_array_index(guests, i);
        add_guest(of(around, entity_host(guest)), now, guest);
    }
}
