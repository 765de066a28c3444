/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* cost.h: what virtualization costs: of one machine, and of all machines of a host.
 *
 * All numbers are as of one moment; NAN: not known. Main thread only.
 */
#ifndef VTOP_ANALYSE_COST_H
#define VTOP_ANALYSE_COST_H

#include "model/moment.h"

struct cost {
    double efficiency; /* percent: guest time as a share of all CPU time of the machine */
    double cpu;        /* percent of a core: all CPU time of the machine */
    double lost;       /* percent of a core: the part of it that is no guest time */
    double emulation;  /* percent of a core: threads that are no vCPUs */
    double halt_poll;  /* percent of a core: polling for work while it was idle */
    double exits, halt, io, mmio, irq; /* per second; the last four are classes of exits */
    double overhead; /* bytes: of its process beyond the memory it was given, QEMU's own; NAN also
                        where the guest has not touched all of its memory */
    bool emulated;   /* there is no KVM for it: every instruction is translated (TCG) */
};
struct cost cost_of(const struct moment *at, const struct entity *guest);

struct cost_of_host {
    struct cost all;  /* sums over the machines for which each is known */
    size_t machines;  /* that run here */
    size_t emulated;  /* of them without KVM */
    size_t measured;  /* of them with known efficiency */
    double ksm_saved; /* bytes that merging identical pages saves */
    double steal;     /* percent of all CPUs that the hypervisor below the host takes */
};
struct cost_of_host cost_of_host(const struct moment *at, const struct entity *host);

/* What the host is and can do: "KVM", "nested VMs", "is a guest", ... and a text for each. Calls
 * TELL for those that are known, in the order of the host's page. */
void cost_traits(const struct moment *at, const struct entity *host,
                 void (*tell)(const char *name, const char *text, void *data), void *data);

#endif
