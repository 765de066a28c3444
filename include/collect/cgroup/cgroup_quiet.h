/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* cgroup_quiet.h: values that need not be read again while a group is idle.
 *
 * Reading the memory statistics of a group costs the kernel as much as reading all its other files.
 * They change with what its processes do: while these use no CPU time, and the amount of memory
 * stays the same, only the host can still move pages between the lists that it keeps of them. So
 * they are then read only every QUIET_KEPT_MS.
 *
 * The kernel updates these figures with a delay, at least every two seconds: a group counts as
 * quiet QUIET_AFTER_MS after its last activity was seen.
 *
 * One thread.
 */
#ifndef VTOP_COLLECT_CGROUP_QUIET_H
#define VTOP_COLLECT_CGROUP_QUIET_H

#include "base/clock.h"
#include "collect/cgroup/cgroup_parse.h"
#include "model/pack.h"

enum { QUIET_AFTER_MS = 3000, QUIET_KEPT_MS = 5000 };

/* State of one group; all-zero when new. */
struct cgroup_quiet {
    uint32_t uses[2]; /* CPU time and memory used when activity was last seen */
    uint32_t busy_ms; /* when that was */
    uint32_t read_ms; /* when the values in pack were read */
    /* Five bytes hold a terabyte; if the values do not fit together, none is kept. */
    uint8_t pack[CGROUP_QUIET_MAX * (1 + 5)];
};

/* OUT has the CPU time and the memory that the group uses. Returns whether the group is idle; the
 * readings of FILE are then stored as they were. */
bool cgroup_quiet_recall(struct cgroup_quiet *q, const struct cgroup_file *file, int64_t now_ns,
                         struct record *out);

/* Keep the readings of FILE that were read into OUT. */
void cgroup_quiet_learn(struct cgroup_quiet *q, const struct cgroup_file *file, int64_t now_ns,
                        const struct record *out);

#endif
