/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* demo_machine.h: the NUMA node and the traits of the simulated host. One thread. */
#ifndef VTOP_COLLECT_DEMO_MACHINE_H
#define VTOP_COLLECT_DEMO_MACHINE_H

#include "model/sample.h"

struct demo_machine;

struct demo_machine *demo_machine_new(unsigned cpus);
void demo_machine_free(struct demo_machine *m);

/* TIME_S: since the simulation began; TOTAL, USED: memory of the host, bytes. */
void demo_machine_report(const struct demo_machine *m, int64_t now_ns, double time_s, double total,
                         double used, struct sample *out);

#endif
