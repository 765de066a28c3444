/* libvirt_link.h: one connection to a libvirt daemon, opened read-only and without a prompt.
 *
 * A link belongs to one thread, but for link_is_dead(). The first link of the process starts
 * libvirt's event loop in a thread of its own, which lives as long as the process, and silences
 * libvirt's messages: they would go to the terminal.
 */
#ifndef VTOP_COLLECT_LIBVIRT_LINK_H
#define VTOP_COLLECT_LIBVIRT_LINK_H

#include "model/sample.h"

#include <libvirt/libvirt.h>

/* What became of an attempt: the state and the line that its source shows. */
struct link_error {
    enum source_state state;
    char message[256];
};

struct link;

/* URI NULL: the system daemon of this host; SOURCE_ABSENT at once when there is none. WITH_EVENTS:
 * listen to what happens to guests. NULL and *error when it cannot be had. May take long. */
struct link *link_open(const char *uri, bool with_events, struct link_error *error);
void link_close(struct link *l);

virConnectPtr link_connection(struct link *l);

/* The daemon went away: every call fails from now on. Any thread. */
bool link_is_dead(struct link *l);

/* Whether the daemon tells what happens to guests: then they need not be asked all the time. */
bool link_listens(const struct link *l);

/* The uuids of guests to which something happened since the last call (started, stopped, paused,
 * plugged, ...), as the keys of a table; NULL: nothing did. g_hash_table_unref. */
GHashTable *link_take_events(struct link *l);

/* libvirt's last error of this thread. */
void link_last_error(struct link_error *error);
int link_last_code(void);

/* The URI that stands for NULL. */
extern const char LINK_LOCAL[];

#endif
