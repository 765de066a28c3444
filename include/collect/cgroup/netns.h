/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* netns.h: the network of a container, as one of its processes sees it.
 *
 * /proc/PID/net/dev shows the network namespace of PID. Traffic in the host's namespace cannot be
 * attributed to a container and counts as absent. Containers of a pod share a namespace: it is
 * shown for one of them, so that the pod's sum is correct.
 *
 * A kept descriptor of this file keeps the namespace alive, so that a container's interfaces would
 * outlive it: the descriptor is closed with the container, and not kept at all if the interval is
 * long.
 */
#ifndef VTOP_COLLECT_NETNS_H
#define VTOP_COLLECT_NETNS_H

#include "collect/kept.h"
#include "collect/source.h"

enum { NETNS_PARTS_MAX = 64 };

/* State of one container; all-zero when new. */
struct netns {
    uint64_t inode; /* identifies the namespace; 0 = not looked up */
    struct kept dev;
    uint8_t not_shown; /* enum reason; REASON_OK = it is shown */
    uint8_t counted;   /* bit per enum link_kind whose traffic was summed up; 0 = none yet */
    bool nested;       /* there are guests inside this one; set by the caller */
};

/* State that all containers share. */
struct netns_table {
    struct kept_budget *budget;
    uint64_t host;     /* netns_inode() of the host */
    bool keep;         /* keep descriptors open; false: the interval is long */
    GHashTable *shown; /* set of the struct netns whose namespace is shown, by inode */
    GHashTable *parts; /* of those in focus: struct netns -> GHashTable, interface -> its ident */
};

void netns_table_init(struct netns_table *t, struct kept_budget *budget);
void netns_table_clear(struct netns_table *t);

/* Add the FACET_NET record of OWNER, in which a byte that passes several of its interfaces counts
 * once. With PARTS, also add one FACET_GUEST_NIC record per interface. Returns 0, or -ENOENT when
 * PID is gone. */
int netns_collect(struct netns *n, struct netns_table *t, pid_t pid, struct ident *owner,
                  bool parts, struct sample *out);

/* If the namespace is not shown for this container, look it up again at the next collection: this
 * container may have to show it now. */
void netns_recheck(struct netns *n, struct netns_table *t);

void netns_clear(struct netns *n, struct netns_table *t);

#endif
