/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* demo_cast.h: the guests of the simulated host, and how they behave.
 *
 * A role is played by one guest or by several, numbered ones. Constant; any thread.
 */
#ifndef VTOP_COLLECT_DEMO_CAST_H
#define VTOP_COLLECT_DEMO_CAST_H

#include "model/entity.h"

struct demo_role {
    enum guest_type type;
    const char *group, *name, *image; /* NULL: has none */
    unsigned copies;
    double cores, swing, period_s; /* load: mean, swing around it (0-1), and how long one takes */
    unsigned vcpus;                /* of a VM */
    double cpu_limit;              /* quota of a container in cores; 0 = none */
    double memory_mib;             /* given to a VM; limit of a container, 0 = none */
    double memory_used_mib;        /* working set or resident */
    double read_mb, write_mb;      /* per second, at mean load */
    double latency_ms;             /* of its disk requests */
    double rx_mb, tx_mb;
    double ready_percent; /* of the time, at mean load */
    unsigned disks;
    unsigned flags;         /* enum demo_flag */
    enum guest_state state; /* STATE_UNKNOWN: running */
    enum state_reason why;
    double moves_mb; /* per second, migrating away since it came; 0 = it does not */
    double lives_s;  /* it ends after that, and a new one starts; 0 = it stays */
};

enum demo_flag {
    DEMO_HUNG = 1 << 0,         /* its monitor does not answer */
    DEMO_HOST_NETWORK = 1 << 1, /* has no network of its own */
    DEMO_SWAPS = 1 << 2,        /* suffers from its memory limit */
    DEMO_NO_BALLOON = 1 << 3,   /* no driver in the guest */
    DEMO_HUGEPAGES = 1 << 4,
    DEMO_INSIDE = 1 << 5,  /* runs inside the guest before it */
    DEMO_EMULATED = 1 << 6 /* without KVM */
};

extern const struct demo_role DEMO_VMS[];
extern const size_t DEMO_VM_ROLES;
extern const struct demo_role DEMO_CONTAINERS[];
extern const size_t DEMO_CONTAINER_ROLES;
extern const struct demo_role DEMO_SERVICES[];
extern const size_t DEMO_SERVICE_ROLES;

/* The role of guest INDEX; *copy counts from 1 among guests of that role, 0 = the only one. After
 * the last role the cast starts again from the top, with higher numbers. */
const struct demo_role *demo_cast(const struct demo_role *roles, size_t n, unsigned index,
                                  unsigned *copy);

#endif
