/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* host_nodes.h: the NUMA nodes of this host: memory, huge pages, allocations from other nodes.
 *
 * Adds one FACET_HOST_NODE record per node below /sys/devices/system/node; none where the kernel
 * has no NUMA support. Readings that a node's files lack are absent. Works below a root. One
 * thread.
 */
#ifndef VTOP_COLLECT_HOST_NODES_H
#define VTOP_COLLECT_HOST_NODES_H

#include "base/root.h"
#include "model/sample.h"

struct host_nodes;

/* ROOT must outlive it. */
struct host_nodes *host_nodes_new(const struct root *root);
void host_nodes_free(struct host_nodes *n);

void host_nodes_collect(struct host_nodes *n, struct sample *out);

/* The pools of huge pages in DIR ("/sys/kernel/mm/hugepages", or the same directory of a node),
 * sorted by page size. Free with g_array_unref(). */
struct huge_pool {
    uint64_t page_bytes, pages, free;
};
GArray *host_huge_pools(const struct root *root, const char *dir);

#endif
