/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_node.h: CPUs and memory of the host behind a connection (FACET_HYPERVISOR).
 *
 * These calls ask the daemon about its host. They never wait for a guest, but the daemon itself may
 * not answer: only the survey's thread makes them.
 *
 * CPU times are nanoseconds since boot over all CPUs, sizes are bytes. What the driver does not
 * have is absent, REASON_NO_DRIVER, and not asked for again.
 */
#ifndef VTOP_COLLECT_LIBVIRT_NODE_H
#define VTOP_COLLECT_LIBVIRT_NODE_H

#include "model/sample.h"

#include <libvirt/libvirt.h>

enum { NODE_USER, NODE_SYSTEM, NODE_IDLE, NODE_IOWAIT, NODE_CPU_TIMES };
struct node_cpu {
    uint64_t ns[NODE_CPU_TIMES];
    bool known[NODE_CPU_TIMES];
};

/* What one connection has taught about its driver. Zero at the start of a connection. */
struct node {
    int cpu_params, memory_params; /* how many parameters the calls return; 0: not known yet */
    bool no_cpu, no_memory, no_free, no_map;
    int64_t info_due; /* monotonic, when the number of CPUs and the total are read again */
};

/* False: the driver has no such call, or it failed. */
bool node_read_cpu(struct node *n, virConnectPtr connection, struct node_cpu *out);

/* Read all that the driver has into R (FACET_HYPERVISOR) and stamp it. A reading that fails keeps
 * its value. */
void node_read(struct node *n, virConnectPtr connection, struct record *r);

#endif
