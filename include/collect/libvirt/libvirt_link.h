/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_link.h: one connection to a libvirt daemon, and the events it sends.
 *
 * A link belongs to one thread; only link_is_dead() may be called from any. Keepalive closes a
 * connection whose daemon has not answered for 20 s; calls that wait for it fail then.
 */
#ifndef VTOP_COLLECT_LIBVIRT_LINK_H
#define VTOP_COLLECT_LIBVIRT_LINK_H

#include "collect/libvirt/libvirt_open.h"

struct link;

/* Open a connection, within 15 s. WITH_EVENTS: receive events about guests. NULL and *error as
 * opener_open(). */
struct link *link_open(struct opener *opener, bool with_events, struct link_error *error);
void link_close(struct link *l);

virConnectPtr link_connection(struct link *l);

/* Whether the connection was closed: every call fails from then on. Any thread. */
bool link_is_dead(struct link *l);

/* Whether the daemon sends events about guests, so that they need not be polled each time. */
bool link_listens(const struct link *l);

/* UUIDs of the guests that had events since the last call (started, stopped, paused, plugged, ...),
 * as the keys of a table; NULL: there were none. Free with g_hash_table_unref(). */
GHashTable *link_take_events(struct link *l);

#endif
