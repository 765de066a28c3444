/* host_uplinks.h: which network interfaces of the host count bytes that no other one counts.
 *
 * Uplinks have hardware behind them. Of interfaces with hardware that carry the same bytes only one
 * is an uplink: the card behind the ports of a switch (DSA), not the ports; the uplink of a switch
 * in a card, not the ports that stand for its virtual functions; the virtual card, not the fast path
 * below it (Hyper-V, failover); an InfiniBand port, not its partitions. Bonds, teams, bridges,
 * VLANs, macvlans, veths, taps and tunnels have no hardware of their own.
 *
 * Reads sysfs below a root. Any thread.
 */
#ifndef VTOP_COLLECT_HOST_UPLINKS_H
#define VTOP_COLLECT_HOST_UPLINKS_H

#include "base/root.h"

#include <stdbool.h>

bool host_is_uplink(const struct root *root, const char *name);

/* For namespaces where no interface has hardware: whether the default route (IPv4) leads to this
 * one, and not also to one that it is made of. ROUTES: the file that lists them
 * ("/proc/net/route"). */
bool host_is_routed_uplink(const struct root *root, const char *routes, const char *name);

#endif
