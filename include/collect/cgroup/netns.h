/* netns.h: the network of a container, as one of its processes sees it.
 *
 * /proc/PID/net/dev shows the network namespace of PID. A namespace that is vtop's own is the
 * host's: its traffic is nobody's in particular and counts as absent. Containers of a pod share
 * one: it is shown for one of them, so that the pod's sum is right.
 *
 * A kept descriptor holds on to the namespace, so that a container's interfaces would outlive it:
 * it is closed with the container, and not kept at all when collections are far apart.
 */
#ifndef VTOP_COLLECT_NETNS_H
#define VTOP_COLLECT_NETNS_H

#include "collect/kept.h"
#include "collect/source.h"

enum { NETNS_PARTS_MAX = 64 };

/* Of one container; all-zero when new. */
struct netns {
    uint64_t inode; /* tells the namespace; 0 = not looked up */
    struct kept dev;
    uint8_t not_shown; /* enum reason; REASON_OK = it is */
    uint8_t counted;   /* bit per enum link_kind: whose traffic was summed up; 0 = none yet */
    bool nested;       /* there are containers inside this one; for the caller to set */
};

/* What all containers share. */
struct netns_table {
    struct kept_budget *budget;
    uint64_t host;     /* netns_inode() of the host */
    bool keep;         /* descriptors; false: collections are far apart */
    GHashTable *shown; /* set of the struct netns that show one, by inode */
    GHashTable *parts; /* of each in focus: struct netns -> GHashTable, interface -> its ident */
};

void netns_table_init(struct netns_table *t, struct kept_budget *budget);
void netns_table_clear(struct netns_table *t);

/* Add the FACET_NET record of OWNER, in which a byte that passes several of its interfaces counts
 * once, and with PARTS one FACET_GUEST_NIC record per interface.
 * Returns 0, or -ENOENT when PID is gone. */
int netns_collect(struct netns *n, struct netns_table *t, pid_t pid, struct ident *owner,
                  bool parts, struct sample *out);

/* Look again whose it is: another container may have to show it now. */
void netns_recheck(struct netns *n, struct netns_table *t);

void netns_clear(struct netns *n, struct netns_table *t);

#endif
