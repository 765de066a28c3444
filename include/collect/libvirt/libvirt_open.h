/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_open.h: opening connections to one libvirt daemon, which may block without limit.
 *
 * libvirt has no timeout for opening a connection, and keepalive starts afterwards: a stopped
 * daemon or a lost network would block the caller. So each attempt runs in a thread of its own. A
 * late attempt goes on, and its connection is given to the next caller; up to OPEN_PENDING_MAX
 * attempts run at a time.
 *
 * An opener belongs to one thread. Connections are read-only and never prompt; nothing is printed
 * to stderr. libvirt's event loop runs in a thread that lives as long as the process.
 */
#ifndef VTOP_COLLECT_LIBVIRT_OPEN_H
#define VTOP_COLLECT_LIBVIRT_OPEN_H

#include "base/root.h"
#include "model/sample.h"

#include <libvirt/libvirt.h>

enum { OPEN_PENDING_MAX = 3 };

/* Why an attempt failed: the state and the message that its source shows. */
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

/* Attempts that are still running end by themselves. */
void opener_free(struct opener *o);

/* A connection, which the caller closes; or NULL and *error: the error of the last attempt,
 * SOURCE_ABSENT at once when there is no daemon on this host, SOURCE_STALE when no attempt has
 * succeeded or failed within PATIENCE_NS. */
virConnectPtr opener_open(struct opener *o, int64_t patience_ns, struct link_error *error);

/* libvirt's last error of this thread. */
void link_last_error(struct link_error *error);
int link_last_code(void);

#endif
