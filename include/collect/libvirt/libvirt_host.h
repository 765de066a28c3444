/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_host.h: which host a connection leads to.
 *
 * A connection to this host is recognized by evidence, not by its URI alone: "localhost:2222" may
 * be a port that is forwarded to another machine, and a name in a URI may be this machine's own. In
 * this order:
 *
 *   1. The test driver, VMware and Hyper-V are never this host.
 *   2. A URI without a server and without a socket of its own leads to this host.
 *   3. CPU time since boot: when the daemon counts what /proc/stat counts, it runs on this kernel,
 *      and otherwise on another one. Skipped where the driver or /proc does not tell.
 *   4. The host UUID: this machine's (SMBIOS, machine-id), or that of the daemon on this host.
 *      libvirt invents one at each start of a daemon where SMBIOS has none, and for a daemon
 *      without root, so that another UUID proves nothing.
 *   5. The host name, if the URI's server is a loopback name or this host's own name. A socket
 *      without any contrary evidence leads to this host.
 *
 * All but the pure functions may wait for the daemon: only the survey's thread calls them.
 */
#ifndef VTOP_COLLECT_LIBVIRT_HOST_H
#define VTOP_COLLECT_LIBVIRT_HOST_H

#include "base/root.h"
#include "base/uuid.h"
#include "collect/libvirt/libvirt_node.h"
#include "collect/libvirt/libvirt_uri.h"

struct libvirt_host {
    bool local;
    char *name;           /* what the daemon says; NULL: it does not say */
    char uuid[UUID_TEXT]; /* "": not known, or not unique */
};

/* ROOT: where this host's own files are. The UUID of a host that is local by its URI is not asked
 * for: nothing needs it, and the daemon may have to find out its capabilities first. */
void libvirt_host_find(const struct libvirt_uri *uri, virConnectPtr connection, struct node *node,
                       const struct root *root, struct libvirt_host *out);
void libvirt_host_clear(struct libvirt_host *h);

/* The ident of KIND_HOST. */
struct ident *libvirt_host_ident(const struct libvirt_uri *uri, const struct libvirt_host *h);

/* A later connection of the same URI has found HOST. The next version of IDENT when that is still
 * the same host: local as before, or of the same UUID or name (a daemon that invents its UUID has
 * another one after each start). NULL: it is another one. */
struct ident *libvirt_host_again(const struct ident *ident, bool was_local,
                                 const struct libvirt_host *h);

/* ---- pure: for the above, and for tests ---- */

enum host_verdict { HOST_UNKNOWN, HOST_SAME, HOST_OTHER };

/* <uuid> of <host> in capabilities. False, and OUT is "": there is none that identifies a host. */
bool libvirt_host_uuid_in(const char *capabilities, char out[UUID_TEXT]);

/* The line of all CPUs in /proc/stat, added up as libvirt does. */
bool libvirt_host_parse_stat(const char *text, struct node_cpu *out);

/* Whether THEIRS can have been read between BEFORE and AFTER from the same counters. */
enum host_verdict libvirt_host_compare(const struct node_cpu *before, const struct node_cpu *theirs,
                                       const struct node_cpu *after);

struct host_evidence {
    enum host_verdict kernel; /* CPU time since boot */
    bool uuid_is_ours;
    const char *name;     /* of their host, or NULL */
    const char *own_name; /* of this one */
};
bool libvirt_host_is_local(const struct libvirt_uri *uri, const struct host_evidence *e);

#endif
