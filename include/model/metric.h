/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* metric.h: the catalogue: enumerations and tables made from metrics.def.
 *
 * Everything here is constant and may be used from any thread. Nothing else in the program lists
 * metrics: columns, sort keys, CSV headers, JSON keys, --list-columns and help iterate over these
 * tables. The names that leave the process are in catalogue.h.
 */
#ifndef VTOP_MODEL_METRIC_H
#define VTOP_MODEL_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kind of an entity. */
enum kind {
    KIND_HOST,
    KIND_GUEST,
    KIND_CPU,  /* of the host */
    KIND_VCPU, /* of a guest */
    KIND_DISK, /* of the host or a guest */
    KIND_NIC,  /* of the host or a guest */
    KIND_TASK, /* process or thread of a guest */
    KIND_NODE, /* NUMA node of the host, or the part of a guest on it */
    KIND_TRAIT, /* property of the host, as a text */
    KIND_STORE, /* file system or thin pool of the host */
    KIND_COUNT
};

enum guest_class { CLASS_VM = 1, CLASS_CONTAINER = 2, CLASS_SERVICE = 4, CLASS_ANY = 7 };

enum guest_type {
    GUEST_NONE, /* not a guest */
#define GUEST_TYPE(id, ...) GUEST_##id,
#include "model/guest_types.def"
#undef GUEST_TYPE
    GUEST_TYPE_COUNT
};

const char *guest_type_name(enum guest_type t);        /* "vm", "docker", ... */
const char *guest_type_description(enum guest_type t); /* "Docker container" */
enum guest_class guest_type_class(enum guest_type t);

/* The types that a name selects: a type ("docker"), a class ("vm", "ct" or "container",
 * "service"), "host" or "all", case ignored. Bit per enum guest_type, and TYPES_HOST for rows of
 * hosts; 0 = there is no such type. */
enum { TYPES_HOST = 1 << GUEST_NONE };
uint32_t guest_types_find(const char *name);

enum reason {
#define REASON(id, ...) REASON_##id,
#include "model/reasons.def"
#undef REASON
    REASON_COUNT
};

/* The text that completes "no value: ...". */
const char *reason_text(enum reason r);

/* Where the limit that binds a control group comes from: the group itself, its N-th ancestor (1 to
 * 999), its cpuset, or the CPUs of the host. */
enum limit_owner { LIMIT_OWN = 0, LIMIT_CPUSET = 1000, LIMIT_HOST };

/* What a source has to read to show a metric. */
enum need {
    NEED_CPU = 1 << 0,       /* CPU time: cgroup, threads */
    NEED_CPU_SPLIT = 1 << 1, /* user, system, guest */
    NEED_READY = 1 << 2,     /* run delay of vCPU threads */
    NEED_THROTTLE = 1 << 3,
    NEED_MEM = 1 << 4,
    NEED_BALLOON = 1 << 5, /* asks the monitor of each guest */
    NEED_IO = 1 << 6,      /* cgroup I/O; for VMs a question to each guest's monitor */
    NEED_NET = 1 << 7,
    NEED_PRESSURE_CPU = 1 << 8,
    NEED_TASKS = 1 << 9,
    NEED_LIMITS = 1 << 10,
    NEED_EXITS = 1 << 11, /* asks the monitor of each guest */
    NEED_HOST_DISKS = 1 << 12,
    NEED_HOST_NICS = 1 << 13,
    NEED_PARTS = 1 << 14, /* processes of the guest whose page is open */
    NEED_HOST_MACHINE = 1 << 15, /* NUMA nodes and traits of the host */
    NEED_PRESSURE_MEM = 1 << 16,
    NEED_PRESSURE_IO = 1 << 17,
    NEED_IO_OPS = 1 << 18, /* requests beside bytes: a file of its own in cgroup v1 */
    NEED_CHARGED = 1 << 19, /* all memory that a control group is charged for */
    NEED_MEM_KERNEL = 1 << 20, /* a file of its own in cgroup v1 */
    NEED_PRESSURE_IRQ = 1 << 21,
    NEED_STORES = 1 << 22, /* file systems and thin pools of the host */
    NEED_ALL = (1 << 23) - 1
};

enum facet {
#define FACET(id, ...) FACET_##id,
#include "model/metrics.def"
    FACET_COUNT,
    FACET_NONE = FACET_COUNT
};

enum reading_type {
    READING_COUNTER,
    READING_COUNTER32,
    READING_TICKS,
    READING_GAUGE,
    READING_TYPE_COUNT
};

/* The unit of a reading; catalogue.h has the base units for exporters. */
enum reading_unit {
    READS_COUNT,
    READS_HUNDREDTHS, /* of a count */
    READS_THOUSANDTHS,
    READS_NS,
    READS_MS,
    READS_CENTISECONDS,
    READS_BYTES,
    READS_BYTES_PER_S,
    READS_FLAG,         /* 1: yes */
    READS_NUMBER,       /* of a CPU, a node, an image: not an amount */
    READS_STATE,        /* enum guest_state */
    READS_STATE_REASON, /* enum state_reason */
    READS_LIMIT_OWNER,  /* enum limit_owner */
    READS_UNIT_COUNT
};

/* Readings are numbered by facet: R_<id>, from R_<FACET>_BEGIN to before R_<FACET>_END. */
enum reading {
#define FACET_BEGIN(f) R_##f##_BEGIN, R_##f##_BEFORE = R_##f##_BEGIN - 1,
#define FACET_END(f) R_##f##_END, R_##f##_LAST = R_##f##_END - 1,
#define READING(id, ...) R_##id,
#include "model/metrics.def"
    READING_COUNT,
    R_NONE = -1
};

/* Metrics are numbered by kind: M_<id>, from M_KIND_<KIND>_BEGIN to before M_KIND_<KIND>_END. */
enum metric {
#define KIND_BEGIN(k) M_KIND_##k##_BEGIN, M_KIND_##k##_BEFORE = M_KIND_##k##_BEGIN - 1,
#define KIND_END(k) M_KIND_##k##_END, M_KIND_##k##_LAST = M_KIND_##k##_END - 1,
#define METRIC(id, ...) M_##id,
#include "model/metrics.def"
    METRIC_COUNT,
    M_NONE = -1
};

enum unit {
    UNIT_TEXT,
    UNIT_COUNT,
    UNIT_LOAD,       /* a count with fractions */
    UNIT_PERCENT,     /* 100 = all of it; the metric's help says of what */
    UNIT_CPU_PERCENT, /* CPU time; 100 = one core */
    UNIT_BYTES,
    UNIT_BYTES_RATE, /* bytes per second */
    UNIT_RATE,       /* events per second */
    UNIT_MS,
    UNIT_SECONDS,
    UNIT_GRAPH,       /* a sparkline: screen only */
    UNIT_END
};

enum label {
    LABEL_NONE,
    LABEL_NAME,
    LABEL_ID,
    LABEL_TYPE,
    LABEL_PID,
    LABEL_HOST,
    LABEL_HOST_ID,
    LABEL_GROUP,
    LABEL_IMAGE,
    LABEL_STATE,
    LABEL_STATE_REASON
};

/* Column sets: MAIN is shown first, the others by number keys. A column in no set can still be
 * selected by name. */
enum metric_set {
    SET_NONE = 0,
    SET_MAIN = 1 << 0,
    SET_CPU = 1 << 1,
    SET_MEM = 1 << 2,
    SET_DISK = 1 << 3,
    SET_NET = 1 << 4,
    SET_PSI = 1 << 5,
    SET_ALL = (1 << 6) - 1,
    SET_REC = 1 << 6, /* read for history even when not shown, unless a guest is asked */
    SET_EXITS = 1 << 7, /* sections of a guest's page, not column sets */
    SET_JOB = 1 << 8,
    SET_NUMA = 1 << 9,
    SET_MEM_PARTS = 1 << 10,
    SET_NOW = 1 << 11 /* never in history */
};

struct entity;

struct value {
    double number; /* valid only if reason is REASON_OK */
    enum reason reason;
    enum facet facet : 16; /* whose read time is the value's age */
    bool partial : 1;      /* a sum that lacks an operand: a lower bound */
};

enum { METRIC_SOURCES = 4 };
struct metric_info {
    const char *id;          /* "HOST_CPU": for messages to programmers */
    const char *export_name; /* "cpu_percent": -o, -s, CSV, JSON; unique within its kind */
    const char *title;       /* "CPU%": column header */
    const char *help;
    enum kind kind;
    enum unit unit;
    uint8_t width;
    uint8_t classes; /* enum guest_class, or-ed */
    uint32_t needs;  /* enum need, or-ed */
    uint16_t sets;   /* enum metric_set, or-ed */
    float warning, critical; /* alert limits; 0: there are none */
    /* one of: */
    enum label label;                      /* a text */
    enum metric graph;                     /* M_NONE unless unit is UNIT_GRAPH */
    bool formula;                          /* derive_entity() computes it; else: */
    double scale;                          /* scale x the first known of */
    bool total;                            /* use the counters, not their rates */
    enum reading from[METRIC_SOURCES + 1]; /* ended by R_NONE */
};

/* Small tables for the functions below, which run about 100 times per guest and refresh. */
struct facet_info {
    enum reading begin, end;
    enum kind kind;
    uint8_t counters;
    uint8_t rank;
};
struct reading_info {
    uint8_t facet, type, counter, unit;
};
extern const struct metric_info METRIC_INFOS[METRIC_COUNT];
extern const struct facet_info METRIC_FACETS[FACET_COUNT];
extern const struct reading_info METRIC_READINGS[READING_COUNT];

static inline const struct metric_info *metric_info(enum metric m)
{
    return &METRIC_INFOS[m];
}

/* The metrics of a kind: for (m = metric_begin(k); m < metric_end(k); m++). */
enum metric metric_begin(enum kind k);
enum metric metric_end(enum kind k);

/* The first metric that is not a text. */
enum metric metric_first_number(enum kind k);

/* By exported name only. */
enum metric metric_find_exported(enum kind k, const char *name);

/* By exported name or column title, case ignored; M_NONE when there is none. */
enum metric metric_find(enum kind k, const char *name);

bool metric_is_number(enum metric m); /* has a value: neither text nor graph */

/* Whether it is in history: a number without SET_NOW. */
bool metric_is_recorded(enum metric m);

static inline enum reading facet_begin(enum facet f)
{
    return METRIC_FACETS[f].begin;
}

static inline enum reading facet_end(enum facet f)
{
    return METRIC_FACETS[f].end;
}

static inline enum kind facet_kind(enum facet f)
{
    return METRIC_FACETS[f].kind;
}

/* Rank among the facets of its kind: rank 1 has the most reliable labels of the entity. */
static inline unsigned facet_rank(enum facet f)
{
    return METRIC_FACETS[f].rank;
}

static inline enum facet reading_facet(enum reading r)
{
    return (enum facet)METRIC_READINGS[r].facet;
}

static inline enum reading_type reading_type(enum reading r)
{
    return (enum reading_type)METRIC_READINGS[r].type;
}

static inline enum reading_unit reading_unit(enum reading r)
{
    return (enum reading_unit)METRIC_READINGS[r].unit;
}

/* The number of counters of a facet, and the index of one among them. */
static inline size_t facet_counters(enum facet f)
{
    return METRIC_FACETS[f].counters;
}

static inline size_t counter_index(enum reading r)
{
    return METRIC_READINGS[r].counter;
}

#endif
