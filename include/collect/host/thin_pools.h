/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* thin_pools.h: the thin pools of the device mapper (LVM's, among others), and how full they are.
 *
 * The kernel is asked through /dev/mapper/control, which takes root; it is asked for what it knows,
 * so that no pool has to write to its disk first (DM_NOFLUSH_FLAG). Nothing is loaded: without a
 * mapped device, the control file is not opened.
 */
#ifndef VTOP_COLLECT_THIN_POOLS_H
#define VTOP_COLLECT_THIN_POOLS_H

#include "base/root.h"

#include <glib.h>
#include <stdint.h>

/* No more pools are followed. */
enum { THIN_POOLS_MAX = 64 };

struct thin_pool {
    char name[128]; /* of the device: "pve-data-tpool" */
    uint64_t size_bytes, used_bytes;
    uint64_t metadata_bytes, metadata_used_bytes;
    bool failed; /* it cannot be used any more; nothing else is known */
};

/* Struct thin_pool; empty where there are none, or vtop may not ask. g_array_unref(). */
GArray *thin_pools_read(const struct root *root);

/* The status line of a pool of SECTORS sectors; NAME stays as it is. False: it cannot be read. */
bool thin_pool_parse(const char *status, uint64_t sectors, struct thin_pool *pool);

#endif
