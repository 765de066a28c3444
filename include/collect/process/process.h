/* process.h: the virtual machines of this host, seen as processes.
 *
 * Whoever started it (libvirt, Proxmox, Incus, a shell, Firecracker's jailer), a machine is a
 * process: its CPU time, ready time, memory and network come from the kernel, which no hung guest
 * can block. The facet meets libvirt's through its key, or the alias "uuid:UUID", and the control
 * group through its path.
 *
 * Gives FACET_PROCESS and FACET_NET of each machine, and its parts: vCPU threads, interfaces and,
 * for the guest in focus, all its threads. What this user may not see is absent, REASON_DENIED.
 *
 * Not a source of its own: the sampling thread of the local host calls it. One thread.
 */
#ifndef VTOP_COLLECT_PROCESS_H
#define VTOP_COLLECT_PROCESS_H

#include "collect/kept.h"
#include "collect/source.h"

struct process;

/* Both must outlive it. */
struct process *process_new(const struct root *root, struct kept_budget *budget);
void process_collect(struct process *p, const struct demand *demand, struct sample *out);

/* The control groups (keys of the table: paths) of machines with a disk that no control group
 * counts. Valid until the next collection. */
GHashTable *process_remote_disks(const struct process *p);
void process_free(struct process *p);

#endif
