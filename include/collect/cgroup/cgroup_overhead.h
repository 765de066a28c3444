/* cgroup_overhead.h: the second group of a guest of Kata Containers.
 *
 * Unless Kata is told to use one group only, the threads of a sandbox that are vCPUs run in the
 * group "kata_ID" of its pod, and all others of the hypervisor, with its memory and its helpers, in
 * /kata_overhead/ID. What the guest uses is the sum.
 *
 * Part of cgroup_guest.h: one thread.
 */
#ifndef VTOP_COLLECT_CGROUP_OVERHEAD_H
#define VTOP_COLLECT_CGROUP_OVERHEAD_H

#include "collect/cgroup/cgroup_files.h"

/* Of all guests: ident serial -> struct cgroup_files of its second group. */
struct cgroup_overheads {
    GHashTable *by_guest; /* NULL in a new (all-zero) one */
};

/* OUT has what the first group of GUEST, whose container id is ID, uses: add what the second one
 * does, of the files that NEEDS ask for. SEEN: the guest was in an earlier collection; counters
 * then begin anew with the first sum. */
void cgroup_overhead_add(struct cgroup_overheads *o, struct cgroup_plan *p, struct cgroup_tree *t,
                         const struct ident *guest, unsigned needs, bool seen, struct record *out);

/* Before the guest goes. */
void cgroup_overhead_drop(struct cgroup_overheads *o, struct cgroup_plan *p,
                          const struct ident *guest);

void cgroup_overheads_clear(struct cgroup_overheads *o, struct cgroup_plan *p);

#endif
