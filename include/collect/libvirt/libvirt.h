/* libvirt.h: the guests of one libvirt connection, as a source.
 *
 * Read-only, quiet (nothing goes to stderr), and without a prompt: credentials come from libvirt's
 * own authentication file. Threads of its own talk to the daemon; collect() only gathers what they
 * have by then, so neither a hung guest nor a dead daemon holds it for longer than
 * LIBVIRT_PATIENCE.
 *
 *   survey   every guest's state by calls that never wait for a guest (FACET_DOMAIN)
 *   monitor  what QEMU has to be asked for: disks, balloon, vCPUs, exits (FACET_MONITOR and parts),
 *            one call per guest at a time, when somebody wants to see it, within a share of the
 *            time; a guest whose monitor does not answer gets DOM_HUNG_MS, and a thread that is
 *            stuck in its call is replaced, up to LIBVIRT_LOST_MAX
 *
 * A sample repeats what was not read anew with the time of its last reading. When the connection is
 * lost samples are incomplete, so that rows stay and age, until the daemon answers again: at once
 * when it closed the connection, after 20 s when it fell silent (libvirt_link.h).
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

enum { LIBVIRT_LOST_MAX = 6 }; /* a daemon has 20 workers for everybody */

struct libvirt_config {
    const char *uri;  /* NULL: the daemon of this host, absent without a word when there is none */
    const char *root; /* live directory that stands in for "/" (base/root.h), or NULL */
};

/* Before any other thread starts: libvirt takes from the environment alone that its warnings are
 * not wanted on stderr. */
void libvirt_prepare(void);

extern const struct source_class LIBVIRT_SOURCE; /* config: struct libvirt_config */

#endif
