/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* blockdev.h: which block devices consist of other block devices.
 *
 * A byte written to a file system on LVM on RAID is counted by every layer. This module finds the
 * layers: by "slaves" and loop devices' backing files in sysfs, and by the names of drivers whose
 * devices are always above others (ZFS volumes, DRBD, bcache, multipath). One thread. Layers are
 * cached for a minute.
 */
#ifndef VTOP_COLLECT_BLOCKDEV_H
#define VTOP_COLLECT_BLOCKDEV_H

#include "base/root.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether NAME (as in /proc/diskstats) is a whole disk whose bytes no other disk counts. If so,
 * *size_bytes is its size. */
bool blockdev_is_base(const struct root *root, const char *name, uint64_t *size_bytes);

struct blockdevs;

struct blockdevs *blockdevs_new(const struct root *root);
void blockdevs_free(struct blockdevs *b);

/* The counters of one device. */
struct blockdev_io {
    uint32_t major, minor;
    uint64_t read_bytes, write_bytes, read_ops, write_ops;
};

/* The sum over the topmost of N devices. A device below another one is added only if the one above
 * has counted nothing. */
struct blockdev_io blockdevs_sum(struct blockdevs *b, const struct blockdev_io *io, size_t n,
                                 int64_t now_ns);

#endif
