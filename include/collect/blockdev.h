/* blockdev.h: which block devices are made of which.
 *
 * A byte written to a file system on LVM on RAID is counted by every layer. This module tells the
 * layers apart from sysfs: the parts of a dm or md device, the file behind a loop device. One
 * thread; what was found is kept for a minute.
 */
#ifndef VTOP_COLLECT_BLOCKDEV_H
#define VTOP_COLLECT_BLOCKDEV_H

#include "base/root.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether NAME (as in /proc/diskstats) is a whole device with data of its own, not made of other
 * devices or of files; *size_bytes is its size then. */
bool blockdev_is_base(const struct root *root, const char *name, uint64_t *size_bytes);

struct blockdevs;

struct blockdevs *blockdevs_new(const struct root *root);
void blockdevs_free(struct blockdevs *b);

/* What one device did. */
struct blockdev_io {
    uint32_t major, minor;
    uint64_t read_bytes, write_bytes, read_ops, write_ops;
};

/* Σ over the top-most of N devices: one that another of them is made of counts only as long as that
 * one has counted nothing. */
struct blockdev_io blockdevs_sum(struct blockdevs *b, const struct blockdev_io *io, size_t n,
                                 int64_t now_ns);

#endif
