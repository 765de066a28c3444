/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process.h: the virtual machines of this host, seen as processes.
 *
 * A machine is a process, whether libvirt, Proxmox, Incus, a shell or Firecracker's jailer started
 * it. Its CPU time, ready time, memory and network traffic come from the kernel, which a hung guest
 * cannot block. The facet is joined with libvirt's by the alias "uuid:UUID", and with the control
 * group's by its path.
 *
 * Adds FACET_PROCESS and FACET_NET of each machine, and its parts: vCPU threads, interfaces and,
 * for the guest in focus, all threads. What this user may not see is absent, REASON_DENIED.
 *
 * This is no source of its own: the sampling thread of the local host calls it. One thread.
 */
#ifndef VTOP_COLLECT_PROCESS_H
#define VTOP_COLLECT_PROCESS_H

#include "collect/kept.h"
#include "collect/source.h"

struct process;

/* ROOT and BUDGET must outlive it. */
struct process *process_new(const struct root *root, struct kept_budget *budget);
void process_free(struct process *p);

/* Add the records of all machines. A status "process" is added only when there is something to say
 * about them. */
void process_collect(struct process *p, const struct demand *demand, struct sample *out);

/* The control groups of machines that have a disk which no control group counts. The keys of the
 * table are their paths. Valid until the next collection. */
GHashTable *process_remote_disks(const struct process *p);

#endif
