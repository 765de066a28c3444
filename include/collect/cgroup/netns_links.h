/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* netns_links.h: which interfaces of a container carry its traffic in and out.
 *
 * In a container with containers of its own, one download passes the uplink, a bridge and a port of
 * that bridge. Traffic through a tunnel or a bond passes two interfaces as well. /proc/PID/net/dev
 * has only the names of interfaces, and each tool that creates interfaces names them in its own
 * way.
 *
 * Pure functions over text. Thread-safe.
 */
#ifndef VTOP_COLLECT_NETNS_LINKS_H
#define VTOP_COLLECT_NETNS_LINKS_H

enum link_kind {
    LINK_UPLINK, /* not known to be any of the others */
    LINK_BRIDGE, /* joins ports */
    LINK_PORT,   /* the outer end of a link into a container inside, or the inner end in a pod */
    LINK_UPPER,  /* its traffic passes another interface too: a tunnel, a bond, a VLAN */
    LINK_KINDS
};

/* The kind of interface NAME in TEXT, the content of a net/dev file. */
enum link_kind netns_link_kind(const char *text, const char *name);

#endif
