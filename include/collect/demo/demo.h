/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* demo.h: a simulated host, for trying vtop, for its documentation and for tests.
 *
 * The host runs virtual machines and containers whose load follows from the seed and from the time
 * since it was made: the same calls at the same times give the same samples. It shows situations
 * that operators meet: guests that wait for a CPU, a noisy neighbour, throttled containers, a hung
 * monitor, a guest stopped by an I/O error, one that migrates away, a container that is out of
 * memory, guests that come and go, guests within guests.
 *
 * DEMO_SOURCE takes a struct demo_config or NULL. The rest is for callers that choose the time
 * themselves.
 */
#ifndef VTOP_COLLECT_DEMO_H
#define VTOP_COLLECT_DEMO_H

#include "collect/source.h"

struct demo_config {
    uint64_t seed;
    unsigned vms, containers, cpus;
};

/* A host for that many guests, one in four of them a virtual machine; 0: 40 and 120 on 32 CPUs. */
struct demo_config demo_config_for(unsigned guests);

extern const struct source_class DEMO_SOURCE;

struct demo;

struct demo *demo_new(const struct demo_config *config); /* NULL: demo_config_for(0) */
void demo_free(struct demo *d);

/* Fill OUT with what the host looks like at NOW_NS, which must not go back. */
void demo_collect(struct demo *d, const struct demand *demand, int64_t now_ns, struct sample *out);

#endif
