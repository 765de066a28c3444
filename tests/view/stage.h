/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* stage.h: a roster with hand-made guests, for the tests of the view.
 *
 * Rates are what the tests say: each tick advances the clock by a second and every counter by its
 * rate, then merges and ticks. Nothing is read from this machine.
 */
#ifndef VTOP_TESTS_VIEW_STAGE_H
#define VTOP_TESTS_VIEW_STAGE_H

#include "view/view.h"

struct actor {
    enum guest_type type;
    const char *name, *group, *image, *id;
    double cpu;                        /* percent of a core; negative: unknown */
    double cores;                      /* vCPUs, or the quota; 0 = no quota */
    double memory, limit;              /* MiB; limit 0 = none */
    double ready, throttled, pressure; /* percent */
    double read, write, rx, tx;        /* bytes per second */
    double latency_ms;
    enum guest_state state;
    enum state_reason why;
    unsigned hung_ms;
    int disks, nics, tasks;
    const char *outer; /* name of the guest it is nested in */
    const char *path;  /* of its control group */
    unsigned levels;   /* how far above it the quota is set: enum limit_owner */
    bool absent;       /* it has gone */
    double cpu_ns;     /* used so far */
    struct ident *ident;
    GPtrArray *parts;
};

struct stage {
    struct roster *roster;
    struct view view;
    GPtrArray *actors; /* struct actor * */
    struct ident *host;
    GPtrArray *cpus, *devices; /* struct ident * */
    double busy;               /* percent of the host */
    double busy_ns;            /* used so far */
    enum source_state source; /* of a source "qemu:///system" that has no guests; OK: all is well */
    int64_t time_ns;
    double elapsed_s;
};

/* A host called "kvm7" with that many CPUs, 512 GiB, two disks and two uplinks. */
struct stage *stage_new(int cpus);
void stage_free(struct stage *s);

/* A copy of the actor is kept and may be changed between ticks. */
struct actor *stage_add(struct stage *s, const struct actor *a);

void stage_tick(struct stage *s, int ticks);

/* The seven guests of the sketch in screen.md, and two more with hostile names. */
struct stage *stage_sketch(void);

/* A large host. */
struct stage *stage_crowd(int cpus, int guests);

#endif
