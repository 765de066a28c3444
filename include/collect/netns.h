/* netns.h: the network of a container, as one of its processes sees it.
 *
 * /proc/PID/net/dev shows the network namespace of PID. A namespace that is vtop's own is the
 * host's: its traffic is nobody's in particular and counts as absent.
 *
 * A kept descriptor holds on to the namespace, so that a container's interfaces would outlive it:
 * close it with the container.
 */
#ifndef VTOP_COLLECT_NETNS_H
#define VTOP_COLLECT_NETNS_H

#include "collect/kept.h"
#include "collect/source.h"

enum { NETNS_PARTS_MAX = 64 };

/* Of one container; all-zero when new. */
struct netns {
    struct kept dev;
    bool checked, is_host;
    GHashTable *parts; /* interface -> its ident, while the container is in focus */
};

/* The inode that tells the network namespace of PID ("self", "1", ...); 0 = not known. */
uint64_t netns_inode(const struct root *root, const char *pid);

/* Add the FACET_NET record of OWNER, and with PARTS one FACET_GUEST_NIC record per interface.
 * HOST: inode of the host's own namespace. Returns 0, or -ENOENT when PID is gone. */
int netns_collect(struct netns *n, struct kept_budget *budget, pid_t pid, uint64_t host,
                  struct ident *owner, bool parts, struct sample *out);

void netns_clear(struct netns *n, struct kept_budget *budget);

#endif
