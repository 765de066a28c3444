/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* netdev.h: the interfaces of a network namespace, from /proc/net/dev.
 *
 * netdev_next() iterates over the text. A table stores the interfaces of one namespace for lookups
 * by name. It belongs to one thread; its entries are valid until it is filled again.
 */
#ifndef VTOP_COLLECT_NETDEV_H
#define VTOP_COLLECT_NETDEV_H

#include "model/sample.h"

#include <glib.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

/* Counters from the namespace's point of view. */
struct netdev {
    char name[IF_NAMESIZE];
    uint64_t rx_bytes, rx_packets, rx_errors, rx_drops;
    uint64_t tx_bytes, tx_packets, tx_errors, tx_drops;
    uint64_t fill; /* number of the last fill that had it */
};

struct netdev_table {
    GHashTable *by_name; /* struct netdev; NULL in a new (all-zero) table */
    uint64_t fill;
};

/* Read the next interface and move *text past its line; false at the end. Lines that are not valid
 * are skipped. */
bool netdev_next(const char **text, struct netdev *out);

/* Replace the contents with those of a net/dev file. Returns whether an interface is new. */
bool netdev_fill(struct netdev_table *t, const char *text);

/* NULL: the last text had no such interface. */
const struct netdev *netdev_find(const struct netdev_table *t, const char *name);

void netdev_clear(struct netdev_table *t);

/* Set the eight counters of a record. FIRST is the reading of received bytes (R_NIC_RX_BYTES,
 * R_HOSTNIC_RX_BYTES); the catalogue has the others behind it, in the order of struct netdev. */
void netdev_record(const struct netdev *d, enum reading first, struct record *r);

/* The same interface from the other end of its cable, where what it sends is received. */
struct netdev netdev_other_end(const struct netdev *d);

#endif
