/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/balance.h"

#include "analyse/statistics.h"

#include <math.h>

/* A core that runs two threads does the work of 1.25 (Broadcom KB 421543). */
#define SMT_CORE 1.25

static void add_present(const struct moment *at, const struct entity *host, const GPtrArray *from,
                        bool all, GPtrArray *to)
{
    for (guint i = 0; from && i < from->len; i++) {
        struct entity *guest = g_ptr_array_index(from, i);
        bool counts = !guest->outer && entity_class(guest) != CLASS_SERVICE;
        if (guest->owner == host && (all || counts) && moment_has(at, guest) &&
            !moment_is_gone(at, guest))
            g_ptr_array_add(to, guest);
    }
}

GPtrArray *balance_guests(const struct moment *at, const struct entity *host, bool all)
{
    const GPtrArray *departed, *guests = moment_guests(at, &departed);
    GPtrArray *present = g_ptr_array_new();

    add_present(at, host, guests, all, present);
    add_present(at, host, departed, all, present);
    return present;
}

/* ---- balance ---- */

/* The known one of both, or their sum; NAN: neither is known. */
static double sum_of(const struct moment *at, const struct entity *e, enum metric a, enum metric b)
{
    double x = moment_number(at, e, a), y = moment_number(at, e, b);

    if (isnan(x) || isnan(y))
        return isnan(x) ? y : x;
    return x + y;
}

static double usage_of(const struct moment *at, const struct entity *e, enum resource r)
{
    switch (r) {
    case RESOURCE_CPU:
        return moment_number(at, e, M_CPU);
    case RESOURCE_MEMORY:
        return moment_number(at, e, M_MEM);
    case RESOURCE_DISK:
        return sum_of(at, e, M_READ, M_WRITE);
    case RESOURCE_NETWORK:
        return sum_of(at, e, M_RX, M_TX);
    default:
        return (double)NAN;
    }
}

/* As a share of what the guest is entitled to, where anything says how much that is. */
static double fair_usage_of(const struct moment *at, const struct entity *e, enum resource r)
{
    switch (r) {
    case RESOURCE_CPU:
        return moment_number(at, e, M_CPU_LIMIT);
    case RESOURCE_MEMORY:
        return moment_number(at, e, M_MEM_PERCENT);
    default:
        return usage_of(at, e, r);
    }
}

struct weighing {
    enum resource resource;
    GArray *fair; /* double */
    size_t missing;
    double sum, most;
    uint64_t dominant;
};

static void weigh(struct weighing *w, const struct moment *at, const struct entity *guest)
{
    double usage = usage_of(at, guest, w->resource), fair = fair_usage_of(at, guest, w->resource);

    if (!isfinite(usage) || !isfinite(fair)) {
        w->missing++;
        return;
    }
    g_array_append_val(w->fair, fair);
    w->sum += usage;
    if (usage > w->most) {
        w->most = usage;
        w->dominant = guest->serial;
    }
}

static double largest(const double *values, size_t n)
{
    double most = 0;

    for (size_t i = 0; i < n; i++)
        most = MAX(most, values[i]);
    return most;
}

static double mean(const double *values, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += values[i] / (double)n;
    return sum;
}

struct balance balance_of(const struct moment *at, const struct entity *host, enum resource r)
{
    struct weighing w = {.resource = r, .fair = g_array_new(FALSE, FALSE, sizeof(double))};
    struct balance b = {.resource = r,
                        .jain = (double)NAN,
                        .variation = (double)NAN,
                        .max_over_mean = (double)NAN,
                        .share = (double)NAN};

    GPtrArray *guests = balance_guests(at, host, false);
    for (guint i = 0; i < guests->len; i++)
        weigh(&w, at, g_ptr_array_index(guests, i));
    g_ptr_array_free(guests, TRUE);
    const double *fair = (const double *)(void *)w.fair->data;
    b.n = w.fair->len;
    b.missing = w.missing;
    b.dominant = w.dominant;
    if (b.n > 1 && w.sum > 0) {
        b.jain = statistics_jain(fair, b.n);
        b.variation = statistics_variation(fair, b.n);
        b.max_over_mean = largest(fair, b.n) / mean(fair, b.n);
        b.share = w.most / w.sum;
    }
    g_array_free(w.fair, TRUE);
    return b;
}

/* ---- overcommit ---- */

static void add_machine(struct overcommit *o, const struct moment *at, const struct entity *guest)
{
    double vcpus = moment_number(at, guest, M_VCPUS),
           memory = moment_number(at, guest, M_MEM_LIMIT);

    if (entity_class(guest) != CLASS_VM)
        return;
    o->vcpus += isnan(vcpus) ? 0 : vcpus;
    o->memory += isnan(memory) ? 0 : memory;
    o->missing += isnan(vcpus) || isnan(memory);
}

static double cores_of(const struct moment *at, const struct entity *host, bool *smt)
{
    double cpus = moment_number(at, host, M_HOST_CPUS),
           cores = moment_number(at, host, M_HOST_CORE_COUNT);

    *smt = cores < cpus;
    return *smt ? SMT_CORE * cores : cpus;
}

struct overcommit overcommit_of(const struct moment *at, const struct entity *host)
{
    struct overcommit o = {.total = moment_number(at, host, M_HOST_MEM_TOTAL)};

    o.cores = cores_of(at, host, &o.smt);
    GPtrArray *guests = balance_guests(at, host, false);
    for (guint i = 0; i < guests->len; i++)
        add_machine(&o, at, g_ptr_array_index(guests, i));
    g_ptr_array_free(guests, TRUE);
    o.vcpus_per_core = o.cores > 0 ? o.vcpus / o.cores : (double)NAN;
    o.memory_per_total = o.total > 0 ? o.memory / o.total : (double)NAN;
    return o;
}

enum overcommit_risk overcommit_risk(const struct overcommit *o)
{
    static const double risky = 4, unstable = 10;

    if (!(o->vcpus_per_core >= risky))
        return OVERCOMMIT_FINE;
    return o->vcpus_per_core >= unstable ? OVERCOMMIT_UNSTABLE : OVERCOMMIT_RISKY;
}
