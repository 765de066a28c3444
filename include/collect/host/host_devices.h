/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* host_devices.h: the host's disks and uplinks, each byte counted once.
 *
 * Disks are whole devices that are not made of others and hold data of their own, by
 * blockdev_is_base(). Uplinks are interfaces with hardware behind them, by host_uplinks.h; where no
 * interface has hardware (inside a container) the one with the default route.
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
