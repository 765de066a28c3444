/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* balance.h: whether a host's load is spread fairly over its guests, and how much it has promised.
 *
 * Balance looks at one tick: a fair spread now, not on average. Services and guests inside of other
 * guests do not count: the former are the host's own work, the latter are part of the others. Main
 * thread only.
 */
#ifndef VTOP_ANALYSE_BALANCE_H
#define VTOP_ANALYSE_BALANCE_H

#include "analyse/finding.h"
#include "model/moment.h"

/* The guests of a host that count, struct entity *; g_ptr_array_free(). ALL: services, and guests
 * inside of others, too. */
GPtrArray *balance_guests(const struct moment *at, const struct entity *host, bool all);

/* Usage over entitlement: CPU time over the cores that a guest may use, memory over its limit (over
 * the host's memory where it has none). Nobody is entitled to a share of disks and network: there
 * usage itself is compared. */
struct balance {
    enum resource resource; /* RESOURCE_CPU to RESOURCE_NETWORK */
    size_t n, missing;      /* guests whose number is known, and is not */
    double jain;            /* evenness: 1 = all equal, 1/n = one has everything (Jain 1984) */
    double variation;       /* standard deviation over mean */
    double max_over_mean;
    uint64_t dominant; /* serial of the guest that uses most; 0: none uses anything */
    double share;      /* of the usage of all guests that is the dominant one's, 0 to 1 */
};

enum { BALANCE_RESOURCES = RESOURCE_NETWORK + 1 };

/* The statistics are NAN below two guests, and where none uses anything. */
struct balance balance_of(const struct moment *at, const struct entity *host, enum resource r);

/* What all virtual machines were given, over what the host has. */
struct overcommit {
    double vcpus, cores;   /* CPUs that count for one core each; see below */
    double vcpus_per_core; /* Broadcom KB 421543: 4 is risky, 10 unstable */
    double memory, total;  /* bytes: sizes of running machines, and the host's memory */
    double memory_per_total;
    bool smt;       /* known: two threads of a core count for 1.25 cores (the same) */
    size_t missing; /* machines of which one of the two is not known */
};

/* NAN: not known. Where it is not known which CPUs are threads of one core, each counts as one. */
struct overcommit overcommit_of(const struct moment *at, const struct entity *host);

enum overcommit_risk { OVERCOMMIT_FINE, OVERCOMMIT_RISKY, OVERCOMMIT_UNSTABLE };
enum overcommit_risk overcommit_risk(const struct overcommit *o);

#endif
