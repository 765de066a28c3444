/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* parts.h: the parts of hosts and guests that batch output may include: CPUs, vCPUs, disks, network
 * interfaces, NUMA nodes, tasks, traits. A set of them is a bit mask, 1 << enum kind. The tables are
 * constant and may be used from any thread.
 */
#ifndef VTOP_OUTPUT_PARTS_H
#define VTOP_OUTPUT_PARTS_H

#include "model/metric.h"

/* The names of a kind of part: in --parts and as the type of a CSV row, and its JSON key in the
 * object of a host and of a guest. A key is NULL where there are no such parts. */
struct part_info {
    enum kind kind;
    const char *name, *host_key, *guest_key;
};

enum { PARTS_MAX = 8 };
const struct part_info *part_info(size_t i); /* NULL: I is past the last one */

/* The set of a list such as "disk,nic"; NULL is all. 0: a word of it is no part. */
unsigned parts_find(const char *list);

/* What must be read for them (enum need, or-ed). */
unsigned parts_needs(unsigned parts);

#endif
