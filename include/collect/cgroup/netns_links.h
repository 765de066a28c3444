/* netns_links.h: which interfaces of a container carry its traffic in and out.
 *
 * In a container that has containers of its own one download passes its uplink, a bridge and a port
 * of that bridge; in a tunnel or a bond it passes two interfaces as well. /proc/PID/net/dev has no
 * more than the names, which those who make such interfaces give in their own manner.
 *
 * Pure functions over text. Thread-safe.
 */
#ifndef VTOP_COLLECT_NETNS_LINKS_H
#define VTOP_COLLECT_NETNS_LINKS_H

enum link_kind {
    LINK_UPLINK, /* what is not known to be anything else */
    LINK_BRIDGE, /* joins ports */
    LINK_PORT,   /* the near end of what leads into a container inside, or the far end of a pod */
    LINK_UPPER,  /* what passes it passes another interface too: a tunnel, a bond, a VLAN */
    LINK_KINDS
};

/* What interface NAME of TEXT, a net/dev file, is. */
enum link_kind netns_link_kind(const char *text, const char *name);

#endif
