/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/catalogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The place of NAME in the names from BEGIN to before END, or END. */
static int find(const char *const *names, int begin, int end, const char *name)
{
    int at = begin;

    while (at < end && strcmp(names[at], name) != 0)
        at++;
    return at;
}

/* ---- kinds, facets, readings ---- */

static const char *const KINDS[KIND_COUNT] = {
    [KIND_HOST] = "host", [KIND_GUEST] = "guest", [KIND_CPU] = "cpu",
    [KIND_VCPU] = "vcpu", [KIND_DISK] = "disk",   [KIND_NIC] = "nic",
    [KIND_TASK] = "task", [KIND_NODE] = "node",   [KIND_TRAIT] = "trait",
    [KIND_STORE] = "store",
};

const char *kind_name(enum kind k)
{
    return k < KIND_COUNT ? KINDS[k] : "";
}

enum kind kind_find(const char *name)
{
    return (enum kind)find(KINDS, 0, KIND_COUNT, name);
}

static const char *const FACETS[FACET_COUNT] = {
#define FACET(id, kind, rank, name, origin) [FACET_##id] = name,
#include "model/metrics.def"
};

const char *facet_name(enum facet f)
{
    return f < FACET_COUNT ? FACETS[f] : "";
}

enum facet facet_find(const char *name)
{
    return (enum facet)find(FACETS, 0, FACET_COUNT, name);
}

static const char *const READINGS[READING_COUNT] = {
#define READING(id, facet, type, unit, name) [R_##id] = name,
#include "model/metrics.def"
};

const char *reading_name(enum reading r)
{
    return r > R_NONE && r < READING_COUNT ? READINGS[r] : "";
}

enum reading reading_find(enum facet f, const char *name)
{
    if (f >= FACET_COUNT)
        return R_NONE;
    int at = find(READINGS, (int)facet_begin(f), (int)facet_end(f), name);
    return at < (int)facet_end(f) ? (enum reading)at : R_NONE;
}

static const char *const TYPES[READING_TYPE_COUNT] = {
    [READING_COUNTER] = "counter",
    [READING_COUNTER32] = "counter32",
    [READING_TICKS] = "ticks",
    [READING_GAUGE] = "gauge",
};

const char *reading_type_name(enum reading_type t)
{
    return t < READING_TYPE_COUNT ? TYPES[t] : "";
}

enum reading_type reading_type_find(const char *name)
{
    return (enum reading_type)find(TYPES, 0, READING_TYPE_COUNT, name);
}

/* ---- units ---- */

static const char *const READING_UNITS[READS_UNIT_COUNT] = {
    [READS_COUNT] = "count",
    [READS_HUNDREDTHS] = "hundredths",
    [READS_THOUSANDTHS] = "thousandths",
    [READS_NS] = "ns",
    [READS_MS] = "ms",
    [READS_CENTISECONDS] = "centiseconds",
    [READS_BYTES] = "bytes",
    [READS_BYTES_PER_S] = "bytes_per_second",
    [READS_FLAG] = "flag",
    [READS_NUMBER] = "number",
    [READS_STATE] = "state",
    [READS_STATE_REASON] = "state-reason",
    [READS_LIMIT_OWNER] = "limit-owner",
};

const char *reading_unit_name(enum reading_unit u)
{
    return u < READS_UNIT_COUNT ? READING_UNITS[u] : "";
}

enum reading_unit reading_unit_find(const char *name)
{
    return (enum reading_unit)find(READING_UNITS, 0, READS_UNIT_COUNT, name);
}

const char *reading_unit_base(enum reading_unit u, double *factor)
{
    static const struct {
        const char *base;
        double factor;
    } bases[READS_UNIT_COUNT] = {
        [READS_COUNT] = {"", 1},          [READS_HUNDREDTHS] = {"", 1e-2},
        [READS_THOUSANDTHS] = {"", 1e-3}, [READS_NS] = {"seconds", 1e-9},
        [READS_MS] = {"seconds", 1e-3},   [READS_CENTISECONDS] = {"seconds", 1e-2},
        [READS_BYTES] = {"bytes", 1},     [READS_BYTES_PER_S] = {"bytes_per_second", 1},
        [READS_FLAG] = {"", 1},
    };

    if (u >= READS_UNIT_COUNT || !bases[u].base)
        return NULL;
    *factor = bases[u].factor;
    return bases[u].base;
}

static const char *const UNIT_NAMES[UNIT_END] = {
    [UNIT_TEXT] = "text",
    [UNIT_COUNT] = "count",
    [UNIT_LOAD] = "load",
    [UNIT_PERCENT] = "percent",
    [UNIT_CPU_PERCENT] = "cpu_percent",
    [UNIT_BYTES] = "bytes",
    [UNIT_BYTES_RATE] = "bytes_per_second",
    [UNIT_RATE] = "per_second",
    [UNIT_MS] = "ms",
    [UNIT_SECONDS] = "seconds",
    [UNIT_GRAPH] = "graph",
};

const char *unit_name(enum unit u)
{
    return u < UNIT_END ? UNIT_NAMES[u] : "";
}

enum unit unit_find(const char *name)
{
    return (enum unit)find(UNIT_NAMES, 0, UNIT_END, name);
}

/* ---- reasons, guests, limits ---- */

static const char *const REASONS[REASON_COUNT] = {
#define REASON(id, name, text) [REASON_##id] = name,
#include "model/reasons.def"
#undef REASON
};

const char *reason_name(enum reason r)
{
    return r < REASON_COUNT ? REASONS[r] : "";
}

enum reason reason_find(const char *name)
{
    return (enum reason)find(REASONS, 0, REASON_COUNT, name);
}

enum guest_type guest_type_find(const char *name)
{
    enum guest_type t = GUEST_NONE;

    while (t < GUEST_TYPE_COUNT && strcmp(guest_type_name(t), name) != 0)
        t++;
    return t;
}

static const char *const CLASSES[] = {
    [CLASS_VM] = "vm", [CLASS_CONTAINER] = "container", [CLASS_SERVICE] = "service"};

const char *guest_class_name(enum guest_class c)
{
    return c < sizeof(CLASSES) / sizeof(CLASSES[0]) && CLASSES[c] ? CLASSES[c] : "";
}

enum guest_class guest_class_find(const char *name)
{
    for (enum guest_class c = CLASS_VM; c < CLASS_ANY; c++)
        if (*name && strcmp(guest_class_name(c), name) == 0)
            return c;
    return 0;
}

#define ANCESTOR "ancestor-"

const char *limit_owner_name(enum limit_owner o, char out[LIMIT_OWNER_SIZE])
{
    if (o == LIMIT_OWN)
        return strcpy(out, "own");
    if (o == LIMIT_CPUSET)
        return strcpy(out, "cpuset");
    if (o >= LIMIT_HOST)
        return strcpy(out, "host");
    snprintf(out, LIMIT_OWNER_SIZE, ANCESTOR "%u", (unsigned)o);
    return out;
}

bool limit_owner_find(const char *name, enum limit_owner *out)
{
    char known[LIMIT_OWNER_SIZE];
    unsigned long level = 0;

    if (strncmp(name, ANCESTOR, strlen(ANCESTOR)) == 0)
        level = strtoul(name + strlen(ANCESTOR), NULL, 10);
    *out = level < LIMIT_CPUSET ? (enum limit_owner)level : LIMIT_OWN;
    if (strcmp(name, "cpuset") == 0)
        *out = LIMIT_CPUSET;
    if (strcmp(name, "host") == 0)
        *out = LIMIT_HOST;
    return strcmp(limit_owner_name(*out, known), name) == 0;
}

/* ---- origins ---- */

static const char *const FACET_ORIGINS[FACET_COUNT] = {
#define FACET(id, kind, rank, name, origin) [FACET_##id] = origin,
#include "model/metrics.def"
};

static const struct {
    enum facet facet;
    enum metric_set set;
    const char *text;
} SET_ORIGINS[] = {
#define ORIGIN(facet, set, text) {FACET_##facet, SET_##set, text},
#include "model/metrics.def"
};

static const struct {
    enum facet facet;
    enum metric first, last;
    const char *text;
} METRIC_ORIGINS[] = {
#define ORIGIN_OF(facet, first, last, text) {FACET_##facet, M_##first, M_##last, text},
#include "model/metrics.def"
};

const char *metric_origin(enum facet f, enum metric m)
{
    for (size_t i = 0; i < sizeof(METRIC_ORIGINS) / sizeof(METRIC_ORIGINS[0]); i++)
        if (METRIC_ORIGINS[i].facet == f && m >= METRIC_ORIGINS[i].first &&
            m <= METRIC_ORIGINS[i].last)
            return METRIC_ORIGINS[i].text;
    for (size_t i = 0; i < sizeof(SET_ORIGINS) / sizeof(SET_ORIGINS[0]); i++)
        if (SET_ORIGINS[i].facet == f && metric_info(m)->sets & SET_ORIGINS[i].set)
            return SET_ORIGINS[i].text;
    return f < FACET_COUNT ? FACET_ORIGINS[f] : "";
}
