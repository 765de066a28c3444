/* netdev.h: the interfaces of a network namespace, /proc/net/dev parsed once.
 *
 * A table belongs to one thread and should serve one namespace; what it holds is valid until it is
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

/* Fill it with the text of a net/dev file; lines that do not read as one are left out. Whether an
 * interface is in it that was not there before. */
bool netdev_fill(struct netdev_table *t, const char *text);

/* NULL when it is not there (any more). */
const struct netdev *netdev_find(const struct netdev_table *t, const char *name);

void netdev_clear(struct netdev_table *t);

#endif
