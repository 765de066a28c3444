/* cgroup.h: containers, and the control groups of virtual machines.
 *
 * Finds the control group trees (v1, v2 or both), the containers in them and their names, and adds
 * a FACET_CGROUP record for each, a FACET_NET record for containers, and the parts of the guest in
 * focus. Only the files that the demand needs are read. Groups of virtual machines become
 * companions: they describe a guest that somebody else establishes.
 *
 * One thread.
 */
#ifndef VTOP_COLLECT_CGROUP_H
#define VTOP_COLLECT_CGROUP_H

#include "base/root.h"
#include "collect/kept.h"
#include "collect/source.h"

#include <glib.h>

struct cgroup;

/* Both must outlive it. */
struct cgroup *cgroup_new(const struct root *root, struct kept_budget *budget);
void cgroup_free(struct cgroup *c);

/* The groups (keys of GROUPS, as container_key() makes them) of virtual machines whose disks are not
 * counted by a control group. Valid until the next call; NULL: there are none. */
void cgroup_set_remote_disks(struct cgroup *c, GHashTable *groups);

/* CPUS_ONLINE: what a group without limits may use; 0 = not known. */
void cgroup_collect(struct cgroup *c, const struct demand *demand, unsigned cpus_online,
                    struct sample *out);

#endif
