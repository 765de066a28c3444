/* host_devices.h: the host's disks and uplinks, each byte counted once.
 *
 * Disks are whole devices that are not made of others (a dm or md device shows the same bytes as
 * what is below it) and hold data of their own (not loop, ram, zram). Uplinks are interfaces with
 * hardware behind them: bridges, bonds, veth and taps count bytes that an uplink counts too. Where
 * no interface has hardware (inside a container) it is the one with the default route.
 *
 * Part of host.h: one thread.
 */
#ifndef VTOP_COLLECT_HOST_DEVICES_H
#define VTOP_COLLECT_HOST_DEVICES_H

#include "base/root.h"
#include "collect/kept.h"
#include "collect/source.h"

struct host_devices;

struct host_devices *host_devices_new(const struct root *root, struct kept_budget *budget);
void host_devices_free(struct host_devices *d);

void host_devices_collect(struct host_devices *d, const struct demand *demand, struct sample *out);

#endif
