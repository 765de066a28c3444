/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* host_uplinks.h: the network interfaces whose traffic makes up the traffic of the host.
 *
 * Uplinks are interfaces with hardware. Bonds, teams, bridges, VLANs, macvlans, veths, taps and
 * tunnels have none. Where several interfaces with hardware count the same bytes, one of them is
 * the uplink: the card behind the ports of a switch (DSA), the physical port of a card with
 * representors of virtual functions, the virtual card above its fast path (Hyper-V, failover), the
 * InfiniBand port below its partitions, the wireless card below its monitor.
 *
 * Reads sysfs below a root. Any thread.
 */
#ifndef VTOP_COLLECT_HOST_UPLINKS_H
#define VTOP_COLLECT_HOST_UPLINKS_H

#include "base/root.h"

#include <stdbool.h>

bool host_is_uplink(const struct root *root, const char *name);

/* For namespaces without hardware: whether NAME has a default route (IPv4), and none of the
 * interfaces below it has one. ROUTES: the file of routes ("/proc/net/route"). */
bool host_is_routed_uplink(const struct root *root, const char *routes, const char *name);

#endif
