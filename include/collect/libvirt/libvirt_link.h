/* libvirt_link.h: one connection to a libvirt daemon, and what it says by itself.
 *
 * A link belongs to one thread, but for link_is_dead(). Its keepalive ends a connection whose
 * daemon does not answer for 20 s: calls that wait for it fail then.
 */
#ifndef VTOP_COLLECT_LIBVIRT_LINK_H
#define VTOP_COLLECT_LIBVIRT_LINK_H

#include "collect/libvirt/libvirt_open.h"

struct link;

/* WITH_EVENTS: listen to what happens to guests. NULL and *error as opener_open(), after 15 s at
 * the latest. */
struct link *link_open(struct opener *opener, bool with_events, struct link_error *error);
void link_close(struct link *l);

virConnectPtr link_connection(struct link *l);

/* The daemon went away: every call fails from now on. Any thread. */
bool link_is_dead(struct link *l);

/* Whether the daemon tells what happens to guests: then they need not be asked all the time. */
bool link_listens(const struct link *l);

/* The uuids of guests to which something happened since the last call (started, stopped, paused,
 * plugged, ...), as the keys of a table; NULL: nothing did. g_hash_table_unref. */
GHashTable *link_take_events(struct link *l);

#endif
