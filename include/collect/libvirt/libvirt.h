/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt.h: a source of the guests of one libvirt connection.
 *
 * Connections are read-only, print nothing to stderr and never prompt: credentials come from
 * libvirt's own authentication file. Threads of the source talk to the daemon. collect() reports
 * what they have read so far and waits for them for 250 ms at most, so that neither a hung guest
 * nor a dead daemon delays it.
 *
 *   survey   reads the state of every guest by calls that never wait for a guest (FACET_DOMAIN)
 *   monitor  asks QEMU for disks, balloon, vCPUs and exits (FACET_MONITOR and parts): only what is
 *            in demand, one call per guest at a time, within a share of the time. A guest whose
 *            monitor does not answer gets DOM_HUNG_MS. A thread that is stuck in a call is
 *            replaced, up to LIBVIRT_LOST_MAX times.
 *
 * A sample repeats readings that were not renewed, with the time they were read at. While the
 * connection is lost, samples are incomplete: rows stay and age. A connection that the daemon
 * closes is reopened at once; a daemon that falls silent is given up after 20 s (libvirt_link.h).
 *
 * Each sample names its host (libvirt_host.h). Of another host it has what the daemon knows of its
 * CPUs and memory (FACET_HYPERVISOR); of this one the kernel says more.
 *
 * Guests of this host meet their processes by "pid:PID@START" where their daemon keeps pid files
 * and the process can be seen, else by "uuid:UUID". Of a guest whose process is not seen, libvirt
 * is asked for what the kernel would have told.
 *
 * In a container, or with a live ROOT, pid files, /proc and sockets are those of the host where
 * they can be reached (collect/viewpoint.h): qemu:///system is the host's daemon then.
 *
 * A password in the URI is shown nowhere.
 */
#ifndef VTOP_COLLECT_LIBVIRT_H
#define VTOP_COLLECT_LIBVIRT_H

#include "collect/source.h"

struct libvirt_config {
    const char *uri;  /* NULL: the daemon of this host, if there is one */
    const char *root; /* live directory that stands in for "/" (base/root.h), or NULL */
};

/* Keep libvirt's warnings off stderr. Call it before any other thread starts: it sets environment
 * variables, as libvirt has no other way to say so. */
void libvirt_prepare(void);

extern const struct source_class LIBVIRT_SOURCE; /* config: struct libvirt_config */

#endif
