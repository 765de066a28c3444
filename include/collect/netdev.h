/* netdev.h: the interfaces of a network namespace, /proc/net/dev parsed once.
 *
 * netdev_next() walks a text once. A table keeps what it was filled with, to be looked up by name;
 * it belongs to one thread and should serve one namespace, and what it holds is valid until it is
 * filled again.
 */
#ifndef VTOP_COLLECT_NETDEV_H
#define VTOP_COLLECT_NETDEV_H

#include <glib.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

/* As the namespace sees it. */
struct netdev {
    char name[IF_NAMESIZE];
    uint64_t rx_bytes, rx_packets, rx_errors, rx_drops;
    uint64_t tx_bytes, tx_packets, tx_errors, tx_drops;
    uint64_t fill; /* which fill of the table saw it last */
};

struct netdev_table {
    GHashTable *by_name; /* struct netdev; NULL in a new (all-zero) table */
    uint64_t fill;
};

/* The next interface at or after *text, which moves past its line; false at the end. Lines that do
 * not read as one are left out. */
bool netdev_next(const char **text, struct netdev *out);

/* Fill it with the text of a net/dev file. Whether an interface is in it that was not there
 * before. */
bool netdev_fill(struct netdev_table *t, const char *text);

/* NULL when it is not there (any more). */
const struct netdev *netdev_find(const struct netdev_table *t, const char *name);

void netdev_clear(struct netdev_table *t);

#endif
