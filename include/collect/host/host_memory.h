/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* host_memory.h: the memory of the host: /proc/meminfo, huge pages of all sizes, KSM, ZFS's cache.
 *
 * Fills the memory readings of a FACET_HOST record. Works below a root. Part of host.h: one thread.
 */
#ifndef VTOP_COLLECT_HOST_MEMORY_H
#define VTOP_COLLECT_HOST_MEMORY_H

#include "collect/kept.h"
#include "model/sample.h"

struct host_memory;

/* Both must outlive it. */
struct host_memory *host_memory_new(const struct root *root, struct kept_budget *budget);
void host_memory_free(struct host_memory *m);

void host_memory_collect(struct host_memory *m, struct record *r);

/* The text of a kept file of the kernel, valid until the next read with this budget; or NULL, and
 * why there is none. */
const char *host_file_text(struct kept_budget *budget, struct kept *file, const char *path,
                           enum file_shape shape, enum reason *why);

#endif
