/* libvirt_open.h: opening connections to one libvirt daemon, which may take for ever.
 *
 * libvirt has no deadline for opening, and no keepalive before it is done: a daemon that is
 * stopped, or a network that forgot the connection, would keep whoever opens. So each attempt is
 * made in a thread of its own. One that is late goes on, and what comes of it is handed to the next
 * who asks; meanwhile others are begun beside it, up to OPEN_PENDING_MAX.
 *
 * An opener belongs to one thread. Connections are read-only and without a prompt; nothing goes to
 * stderr, and libvirt's event loop runs in a thread that lives as long as the process.
 */
#ifndef VTOP_COLLECT_LIBVIRT_OPEN_H
#define VTOP_COLLECT_LIBVIRT_OPEN_H

#include "base/root.h"
#include "model/sample.h"

#include <libvirt/libvirt.h>

enum { OPEN_PENDING_MAX = 3 };

/* What became of an attempt: the state and the line that its source shows. */
struct link_error {
    enum source_state state;
    char message[256];
};

/* The URI that stands for NULL. */
extern const char LINK_LOCAL[];

struct opener;

/* URI NULL: the system daemon of this host. ROOT: below it are the sockets of daemons that a URI
 * names by driver alone; NULL: "/". It must stay valid for as long as the opener. */
struct opener *opener_new(const char *uri, const struct root *root);

/* Attempts that are still under way end by themselves. */
void opener_free(struct opener *o);

/* A connection, to be closed by the caller; or NULL and *error: what the last attempt said,
 * SOURCE_ABSENT at once when there is no daemon on this host, SOURCE_STALE when none has answered
 * within PATIENCE_NS. */
virConnectPtr opener_open(struct opener *o, int64_t patience_ns, struct link_error *error);

/* libvirt's last error of this thread. */
void link_last_error(struct link_error *error);
int link_last_code(void);

#endif
