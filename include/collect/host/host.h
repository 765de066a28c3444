/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* host.h: the host itself: CPUs, memory, load, pressure, disks, uplinks, and what vtop costs.
 *
 * Adds one FACET_HOST record, one FACET_HOST_CPU record per CPU online and, when the demand asks
 * for them, one FACET_HOST_DISK record per disk, one FACET_HOST_NIC record per uplink, and those of
 * host_nodes.h and host_traits.h; the sample is about this host then. Works below a root. One
 * thread.
 */
#ifndef VTOP_COLLECT_HOST_H
#define VTOP_COLLECT_HOST_H

#include "base/root.h"
#include "collect/kept.h"
#include "collect/source.h"

struct host;

/* Both must outlive the host. */
struct host *host_new(const struct root *root, struct kept_budget *budget);
void host_free(struct host *h);

void host_collect(struct host *h, const struct demand *demand, struct sample *out);

/* As of the last collection: what a container without limits may use. 0 = not known. */
unsigned host_cpus_online(const struct host *h);

#endif
