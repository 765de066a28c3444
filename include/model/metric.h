/* metric.h: the catalogue, metrics.def made into enums and tables.
 *
 * Everything here is constant and may be used from any thread. Nothing else in the program lists
 * metrics: columns, sort keys, CSV headers, JSON keys, --list-columns and help walk this table.
 */
#ifndef VTOP_MODEL_METRIC_H
#define VTOP_MODEL_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an entity is. */
enum kind {
    KIND_HOST,
    KIND_GUEST,
    KIND_CPU,  /* of the host */
    KIND_VCPU, /* of a guest */
    KIND_DISK, /* of the host or a guest */
    KIND_NIC,  /* of the host or a guest */
    KIND_TASK, /* process or thread of a guest */
    KIND_NODE, /* NUMA node of the host; of a guest, what it has there */
    KIND_TRAIT, /* something the host is or offers, in words */
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

/* The types that a name stands for: a type ("docker"), a class ("vm", "ct" or "container",
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

/* Completes "no value: ...". */
const char *reason_text(enum reason r);

/* Whose limit it is that binds a control group: its own, that of the N-th group above it, the CPUs
 * its tasks may run on, or all there are. */
enum limit_owner { LIMIT_OWN = 0, LIMIT_CPUSET = 1000, LIMIT_HOST };

/* What has to be read so that a metric can be shown. */
enum need {
    NEED_CPU = 1 << 0,       /* CPU time: cgroup, threads */
    NEED_CPU_SPLIT = 1 << 1, /* user, system, guest */
    NEED_READY = 1 << 2,     /* run delay of vCPU threads */
    NEED_THROTTLE = 1 << 3,
    NEED_MEM = 1 << 4,
    NEED_BALLOON = 1 << 5, /* a question to each guest's monitor */
    NEED_IO = 1 << 6,      /* cgroup I/O; for VMs a question to each guest's monitor */
    NEED_NET = 1 << 7,
    NEED_PRESSURE_CPU = 1 << 8,
    NEED_TASKS = 1 << 9,
    NEED_LIMITS = 1 << 10,
    NEED_EXITS = 1 << 11, /* a question to each guest's monitor */
    NEED_HOST_DISKS = 1 << 12,
    NEED_HOST_NICS = 1 << 13,
    NEED_PARTS = 1 << 14, /* processes of the guest in focus */
    NEED_HOST_MACHINE = 1 << 15, /* NUMA nodes and traits of the host */
    NEED_PRESSURE_MEM = 1 << 16,
    NEED_PRESSURE_IO = 1 << 17,
    NEED_IO_OPS = 1 << 18, /* requests beside bytes: a file of its own in cgroup v1 */
    NEED_CHARGED = 1 << 19, /* all memory that a control group is charged for */
    NEED_MEM_KERNEL = 1 << 20, /* a file of its own in cgroup v1 */
    NEED_PRESSURE_IRQ = 1 << 21,
    NEED_ALL = (1 << 22) - 1
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

/* What one of a reading is; catalogue.h has the base units. */
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
    READS_NUMBER,       /* of a CPU, a node, an image: no amount */
    READS_STATE,        /* enum guest_state */
    READS_STATE_REASON, /* enum state_reason */
    READS_LIMIT_OWNER,  /* enum limit_owner */
    READS_UNIT_COUNT
};

/* Readings are numbered facet by facet: R_<id>, from R_<FACET>_BEGIN to before R_<FACET>_END. */
enum reading {
#define FACET_BEGIN(f) R_##f##_BEGIN, R_##f##_BEFORE = R_##f##_BEGIN - 1,
#define FACET_END(f) R_##f##_END, R_##f##_LAST = R_##f##_END - 1,
#define READING(id, ...) R_##id,
#include "model/metrics.def"
    READING_COUNT,
    R_NONE = -1
};

/* Metrics are numbered kind by kind: M_<id>, from M_<KIND>_BEGIN to before M_<KIND>_END. */
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

/* Column sets: MAIN is what the table shows first, the others stand on number keys. A column in no
 * set can still be asked for. */
enum metric_set {
    SET_NONE = 0,
    SET_MAIN = 1 << 0,
    SET_CPU = 1 << 1,
    SET_MEM = 1 << 2,
    SET_DISK = 1 << 3,
    SET_NET = 1 << 4,
    SET_PSI = 1 << 5,
    SET_ALL = (1 << 6) - 1,
    SET_REC = 1 << 6, /* read for history's sake too, unless a guest would have to be asked */
    SET_EXITS = 1 << 7, /* sections of a guest's page, and no column sets */
    SET_JOB = 1 << 8,
    SET_NUMA = 1 << 9,
    SET_MEM_PARTS = 1 << 10,
    SET_NOW = 1 << 11 /* in no history */
};

struct entity;
struct derive_context;

struct value {
    double number; /* meaningless unless reason is REASON_OK */
    enum reason reason;
    enum facet facet : 16; /* whose read time is the value's age */
    bool partial : 1;      /* a sum that lacks something: the number is a lower bound */
};

typedef struct value derive_function(const struct entity *, const struct derive_context *);

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
    float warning, critical; /* from where on a value means trouble; 0: it never does by itself */
    /* one of: */
    enum label label;                      /* a text */
    enum metric graph;                     /* M_NONE unless unit is UNIT_GRAPH */
    derive_function *derive;               /* a formula, or NULL: */
    double scale;                          /* scale x the first known of */
    bool total;                            /* of the counters themselves, not their rates */
    enum reading from[METRIC_SOURCES + 1]; /* ended by R_NONE */
};

/* What the functions below look up, a hundred times for each guest and refresh. */
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

/* Texts stand first; what may be a number begins here. */
enum metric metric_first_number(enum kind k);

/* By exported name only. */
enum metric metric_find_exported(enum kind k, const char *name);

/* By exported name or column title, case ignored; M_NONE when there is none. */
enum metric metric_find(enum kind k, const char *name);

bool metric_is_number(enum metric m); /* has a value: neither text nor graph */

/* Whether history has it: a number, but not of now only. */
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

/* How much it knows of who the entity is, among the facets of its kind: 1 knows most. */
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

/* How many of a facet's readings are counters, and which of them one is. */
static inline size_t facet_counters(enum facet f)
{
    return METRIC_FACETS[f].counters;
}

static inline size_t counter_index(enum reading r)
{
    return METRIC_READINGS[r].counter;
}

#endif
