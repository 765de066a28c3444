/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* derive.h: values that need more than one counter.
 *
 * One function per FORMULA of metrics.def, in derive_host.c, derive_guest.c and derive_parts.c;
 * a comment at each formula has its unit and source. When an operand is absent, a formula returns
 * the reason of that operand, never a made-up number (value.h).
 */
#ifndef VTOP_MODEL_DERIVE_H
#define VTOP_MODEL_DERIVE_H

#include "model/entity.h"
#include "model/value.h"

/* The sums over the guests of a host, for its ledger. A sum is known when at least one guest of
 * that class has a value, or when there is no guest of that class. */
struct ledger_sum {
    double total;
    unsigned members, known;
    enum reason missing; /* why the first unknown member is unknown */
};

struct derive_context {
    const struct entity *host;
    struct ledger_sum vm_cpu, container_cpu;       /* percent of one core */
    struct ledger_sum vm_memory, container_memory; /* bytes in RAM */
    unsigned vms, vms_paused, containers;
    double vcpus;
};

/* Compute all formulas of one entity, whose sheet is open, from its tracks and its parts. The parts
 * must be derived before it, and all guests before their host. */
void derive_entity(struct entity *e, const struct derive_context *context);

/* Add a derived guest to the ledger of its host, unless it has left. */
void derive_count(struct derive_context *context, const struct entity *guest);

/* ---- what formulas share ---- */

/* The sum of one metric over the parts of one kind; known when at least one part is. */
struct value derive_sum_parts(const struct entity *e, enum kind kind, enum metric m,
                              enum reason if_none);

/* One type of requests: the time they took, and their number. */
struct derive_requests {
    enum reading time, count;
};

/* Mean time of the requests of these N types over all disks. A disk counts for a type when both of
 * its numbers are known. */
struct value derive_mean_time(const struct entity *e, const struct derive_requests *sorts,
                              size_t n, double scale, enum reason if_none);

/* ---- formulas ---- */

typedef struct value derive_function(const struct entity *, const struct derive_context *);

#define METRIC(name, kind, exported, head, columns, u, need, cls, set, how, text) how
#define FORMULA(name) derive_function derive_##name;
#define FROM(...)
#define TOTAL(...)
#define LABEL(...)
#define REMARK(...)
#define GRAPH(...)
#define ALERT(...)
#include "model/metrics.def"
#undef FORMULA
#undef FROM
#undef TOTAL
#undef LABEL
#undef REMARK
#undef GRAPH
#undef ALERT

#endif
