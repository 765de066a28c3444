/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* cgroup_overhead.h: the second group of a guest of Kata Containers.
 *
 * Unless Kata is configured to use one group only, the vCPU threads of a sandbox run in the group
 * "kata_ID" of its pod. All other threads of the hypervisor, with its memory and its helper
 * processes, run in /kata_overhead/ID. What the guest uses is the sum.
 *
 * Part of cgroup_guest.h: one thread.
 */
#ifndef VTOP_COLLECT_CGROUP_OVERHEAD_H
#define VTOP_COLLECT_CGROUP_OVERHEAD_H

#include "collect/cgroup/cgroup_files.h"

/* For all guests: ident serial -> struct cgroup_files of the second group. */
struct cgroup_overheads {
    GHashTable *by_guest; /* NULL in a new (all-zero) one */
};

/* Add what the second group of GUEST, whose container id is GUEST->id, uses to OUT, which has what
 * the first group uses. Only the files that NEEDS requires are read. SEEN: the guest was in an
 * earlier collection; if the second group is new then, counters are absent once and begin anew with
 * the sum. */
void cgroup_overhead_add(struct cgroup_overheads *o, struct cgroup_plan *p, struct cgroup_tree *t,
                         const struct ident *guest, unsigned needs, bool seen, struct record *out);

/* To be called before GUEST is freed. */
void cgroup_overhead_drop(struct cgroup_overheads *o, struct cgroup_plan *p,
                          const struct ident *guest);

void cgroup_overheads_clear(struct cgroup_overheads *o, struct cgroup_plan *p);

#endif
