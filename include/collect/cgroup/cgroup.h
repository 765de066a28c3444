/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* cgroup.h: containers, and the control groups of virtual machines.
 *
 * Finds the control group trees (v1, v2 or both), the containers, virtual machines and, on demand,
 * services in them, and the names of the containers. Adds a FACET_CGROUP record for each, a
 * FACET_NET record for each that is not a virtual machine, and the part records of the guest in
 * focus. Only the files that the demand needs are read. The group of a virtual machine becomes a
 * companion: it describes a guest that another collector establishes.
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

/* ROOT and BUDGET must outlive the result. */
struct cgroup *cgroup_new(const struct root *root, struct kept_budget *budget);
void cgroup_free(struct cgroup *c);

/* GROUPS: the keys (container_key()) of the groups of virtual machines whose disk traffic no
 * control group counts; NULL = none. It must stay valid until the next call. */
void cgroup_set_remote_disks(struct cgroup *c, GHashTable *groups);

/* CPUS_ONLINE: the CPUs that a group without limits may use; 0 = not known. */
void cgroup_collect(struct cgroup *c, const struct demand *demand, unsigned cpus_online,
                    struct sample *out);

#endif
