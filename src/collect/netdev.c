/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/netdev.h"

#include "base/parse.h"

#include <stdbool.h>
#include <string.h>

/* "  eth0: bytes packets errs drop fifo frame compressed multicast", received, then sent. A name
 * may contain a colon (an old alias), numbers cannot. */
static bool parse_line(const char *line, const char *end, struct netdev *out)
{
    enum {
        RX_BYTES,
        RX_PACKETS,
        RX_ERRORS,
        RX_DROPS,
        TX_BYTES = 8,
        TX_PACKETS,
        TX_ERRORS,
        TX_DROPS,
        FIELDS = 16
    };
    const char *name = parse_blanks(line);
    const char *colon = memrchr(name, ':', (size_t)(end - name));
    size_t length = colon ? (size_t)(colon - name) : 0;
    uint64_t f[FIELDS];

    if (!length || length >= sizeof(out->name))
        return false;
    const char *p = colon + 1;
    for (int i = 0; i < FIELDS; i++)
        if (!parse_u64(&p, &f[i]))
            return false;
    *out = (struct netdev){.rx_bytes = f[RX_BYTES],
                           .rx_packets = f[RX_PACKETS],
                           .rx_errors = f[RX_ERRORS],
                           .rx_drops = f[RX_DROPS],
                           .tx_bytes = f[TX_BYTES],
                           .tx_packets = f[TX_PACKETS],
                           .tx_errors = f[TX_ERRORS],
                           .tx_drops = f[TX_DROPS]};
    memcpy(out->name, name, length);
    return true;
}

bool netdev_next(const char **text, struct netdev *out)
{
    while (**text) {
        const char *line = *text;
        *text = parse_next_line(line);
        if (parse_line(line, *text, out))
            return true;
    }
    return false;
}

static gboolean is_old(gpointer name, gpointer d, gpointer t)
{
    (void)name;
    return ((struct netdev *)d)->fill != ((struct netdev_table *)t)->fill;
}

bool netdev_fill(struct netdev_table *t, const char *text)
{
    struct netdev line;
    guint seen = 0;
    bool new = false;

    if (!t->by_name)
        t->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    t->fill++;
    while (netdev_next(&text, &line)) {
        struct netdev *d = g_hash_table_lookup(t->by_name, line.name);
        line.fill = t->fill;
        seen++;
        new |= !d || d->fill + 1 != t->fill;
        if (d) {
            *d = line;
        } else {
            d = g_memdup2(&line, sizeof(line));
            g_hash_table_insert(t->by_name, d->name, d);
        }
    }
    /* Interfaces come and go with guests: remove stale entries when they are in the majority. */
    if (g_hash_table_size(t->by_name) > 2 * seen + 16)
        g_hash_table_foreach_remove(t->by_name, is_old, t);
    return new;
}

const struct netdev *netdev_find(const struct netdev_table *t, const char *name)
{
    const struct netdev *d = t->by_name ? g_hash_table_lookup(t->by_name, name) : NULL;

    return d && d->fill == t->fill ? d : NULL;
}

void netdev_clear(struct netdev_table *t)
{
    if (t->by_name)
        g_hash_table_destroy(t->by_name);
    *t = (struct netdev_table){0};
}

_Static_assert(R_NIC_TX_DROPS - R_NIC_RX_BYTES == 7, "netdev_record() counts on the order");
_Static_assert(R_HOSTNIC_TX_DROPS - R_HOSTNIC_RX_BYTES == 7, "netdev_record() counts on the order");

void netdev_record(const struct netdev *d, enum reading first, struct record *r)
{
    const uint64_t counters[] = {d->rx_bytes, d->rx_packets, d->rx_errors, d->rx_drops,
                                 d->tx_bytes, d->tx_packets, d->tx_errors, d->tx_drops};

    for (size_t i = 0; i < G_N_ELEMENTS(counters); i++)
        record_set(r, first + (enum reading)i, counters[i]);
}

struct netdev netdev_other_end(const struct netdev *d)
{
    struct netdev other = *d;

    other.rx_bytes = d->tx_bytes;
    other.rx_packets = d->tx_packets;
    other.rx_errors = d->tx_errors;
    other.rx_drops = d->tx_drops;
    other.tx_bytes = d->rx_bytes;
    other.tx_packets = d->rx_packets;
    other.tx_errors = d->rx_errors;
    other.tx_drops = d->rx_drops;
    return other;
}
