/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/metric.h"


#include <strings.h>

static const char *const REASON_TEXTS[] = {
#define REASON(id, name, text) [REASON_##id] = text,
#include "model/reasons.def"
#undef REASON
};

static const struct {
    const char *name, *description;
    enum guest_class class;
} TYPES[GUEST_TYPE_COUNT] = {
    [GUEST_NONE] = {"", "", 0},
#define GUEST_TYPE(id, name, cls, text) [GUEST_##id] = {name, text, CLASS_##cls},
#include "model/guest_types.def"
#undef GUEST_TYPE
};

/* The counters of all facets, numbered; gauges are skipped. */
enum {
#define FACET_BEGIN(f) C_##f##_BEGIN, C_##f##_BEFORE = C_##f##_BEGIN - 1,
#define FACET_END(f) C_##f##_END, C_##f##_LAST = C_##f##_END - 1,
#define READING(id, f, t, ...) C_##id, C_##id##_TAKEN = C_##id - (READING_##t == READING_GAUGE),
#include "model/metrics.def"
};

const struct facet_info METRIC_FACETS[FACET_COUNT] = {
#define FACET(id, k, rank, ...)                                                                    \
    [FACET_##id] = {R_##id##_BEGIN, R_##id##_END, KIND_##k, C_##id##_END - C_##id##_BEGIN, rank},
#include "model/metrics.def"
};

const struct reading_info METRIC_READINGS[READING_COUNT] = {
#define READING(id, f, t, u, ...)                                                                  \
    [R_##id] = {FACET_##f, READING_##t, C_##id - C_##f##_BEGIN, READS_##u},
#include "model/metrics.def"
};

/* The number of texts at the beginning of each kind. */
enum {
    TEXTS_NONE = 0
#define KIND_BEGIN(k) , TEXTS_##k = 0
#define KIND_END(k)
#define METRIC(name, k, exported, head, columns, u, need, cls, set, how, text) how
#define LABEL(name) +1
#define REMARK(...)
#define FROM(...)
#define TOTAL(...)
#define FORMULA(...)
#define GRAPH(...)
#define ALERT(...)
#include "model/metrics.def"
#undef LABEL
#undef REMARK
#undef FROM
#undef TOTAL
#undef FORMULA
#undef GRAPH
#undef ALERT
};

static const struct {
    enum metric begin, end;
    int texts;
} KINDS[KIND_COUNT] = {
#define KIND_BEGIN(k) [KIND_##k] = {M_KIND_##k##_BEGIN, M_KIND_##k##_END, TEXTS_##k},
#define KIND_END(k)
#include "model/metrics.def"
};

/* The short words of the `needs`, `classes`, `sets` and `how` columns of metrics.def. They are
 * pasted on once, here, through the names the rows use. */
enum {
    CPU = NEED_CPU,
    CPU_SPLIT = NEED_CPU_SPLIT,
    READY = NEED_READY,
    THROTTLE = NEED_THROTTLE,
    MEM = NEED_MEM,
    MEM_KERNEL = NEED_MEM_KERNEL,
    BALLOON = NEED_BALLOON,
    IO = NEED_IO,
    NET = NEED_NET,
    PRESSURE_CPU = NEED_PRESSURE_CPU,
    PRESSURE_MEM = NEED_PRESSURE_MEM,
    PRESSURE_IO = NEED_PRESSURE_IO,
    PRESSURE_IRQ = NEED_PRESSURE_IRQ,
    IO_OPS = NEED_IO_OPS,
    TASKS = NEED_TASKS,
    LIMITS = NEED_LIMITS,
    EXITS = NEED_EXITS,
    HOST_DISKS = NEED_HOST_DISKS,
    HOST_NICS = NEED_HOST_NICS,
    HOST_MACHINE = NEED_HOST_MACHINE,
    STORES = NEED_STORES,
    CHARGED = NEED_CHARGED,
    PARTS = NEED_PARTS,
    VM = CLASS_VM,
    CONTAINER = CLASS_CONTAINER,
    SERVICE = CLASS_SERVICE,
    ANY = CLASS_ANY,
    NONE = SET_NONE,
    MAIN = SET_MAIN,
    ALL = SET_ALL,
    REC = SET_REC,
    NOW = SET_NOW
};

#define NTH(a, b, c, d, e, n, ...) n
#define COUNT_ARGS(...) NTH(__VA_ARGS__, , 4, 3, 2, 1)
#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define READINGS_1(a) R_##a, R_NONE
#define READINGS_2(a, b) R_##a, READINGS_1(b)
#define READINGS_3(a, b, c) R_##a, READINGS_2(b, c)
#define READINGS_4(a, b, c, d) R_##a, READINGS_3(b, c, d)
#define FROM_(n, ...) PASTE(READINGS_, n)(__VA_ARGS__)

#define FROM(factor, ...)                                                                          \
    .scale = factor, .graph = M_NONE, .from = {FROM_(COUNT_ARGS(__VA_ARGS__), __VA_ARGS__)}
#define TOTAL(factor, ...) FROM(factor, __VA_ARGS__), .total = true
#define FORMULA(name) .formula = true, .graph = M_NONE, .from = {R_NONE}
#define LABEL(name) .label = LABEL_OF_##name, .graph = M_NONE, .from = {R_NONE}
#define REMARK(name) LABEL(name)
#define GRAPH(metric) .graph = M_##metric, .from = {R_NONE}
#define ALERT(from, worse) , .warning = from, .critical = worse
#define LABEL_OF_name LABEL_NAME
#define LABEL_OF_id LABEL_ID
#define LABEL_OF_type LABEL_TYPE
#define LABEL_OF_pid LABEL_PID
#define LABEL_OF_host LABEL_HOST
#define LABEL_OF_host_id LABEL_HOST_ID
#define LABEL_OF_group LABEL_GROUP
#define LABEL_OF_image LABEL_IMAGE
#define LABEL_OF_state LABEL_STATE
#define LABEL_OF_state_reason LABEL_STATE_REASON

const struct metric_info METRIC_INFOS[METRIC_COUNT] = {
#define METRIC(name, k, exported, head, columns, u, need, cls, set, how, text)                     \
    [M_##name] = {.id = #name,                                                                     \
                  .export_name = exported,                                                         \
                  .title = head,                                                                   \
                  .help = text,                                                                    \
                  .kind = KIND_##k,                                                                \
                  .unit = UNIT_##u,                                                                \
                  .width = columns,                                                                \
                  .classes = cls,                                                                  \
                  .needs = need,                                                                   \
                  .sets = set,                                                                     \
                  how},
#include "model/metrics.def"
};

const char *reason_text(enum reason r)
{
    return r < REASON_COUNT ? REASON_TEXTS[r] : "";
}

const char *guest_type_name(enum guest_type t)
{
    return t < GUEST_TYPE_COUNT ? TYPES[t].name : "";
}

const char *guest_type_description(enum guest_type t)
{
    return t < GUEST_TYPE_COUNT ? TYPES[t].description : "";
}

enum guest_class guest_type_class(enum guest_type t)
{
    return t < GUEST_TYPE_COUNT ? TYPES[t].class : 0;
}

uint32_t guest_types_find(const char *name)
{
    static const struct {
        const char *name;
        enum guest_class class;
    } classes[] = {{"vm", CLASS_VM},
                   {"vms", CLASS_VM},
                   {"ct", CLASS_CONTAINER},
                   {"container", CLASS_CONTAINER},
                   {"containers", CLASS_CONTAINER},
                   {"service", CLASS_SERVICE},
                   {"services", CLASS_SERVICE},
                   {"all", CLASS_ANY}};
    unsigned wanted = 0;
    uint32_t types = strcasecmp(name, "host") == 0 || strcasecmp(name, "all") == 0 ? TYPES_HOST : 0;

    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        if (strcasecmp(name, classes[i].name) == 0)
            wanted = classes[i].class;
    for (enum guest_type t = GUEST_NONE + 1; t < GUEST_TYPE_COUNT; t++)
        if (guest_type_class(t) & wanted || strcasecmp(name, guest_type_name(t)) == 0)
            types |= 1u << t;
    return types;
}

enum metric metric_begin(enum kind k)
{
    return KINDS[k].begin;
}

enum metric metric_end(enum kind k)
{
    return KINDS[k].end;
}

enum metric metric_first_number(enum kind k)
{
    return KINDS[k].begin + (enum metric)KINDS[k].texts;
}

enum metric metric_find_exported(enum kind k, const char *name)
{
    for (enum metric m = metric_begin(k); m < metric_end(k); m++)
        if (!strcasecmp(name, METRIC_INFOS[m].export_name))
            return m;
    return M_NONE;
}

enum metric metric_find(enum kind k, const char *name)
{
    enum metric exported = metric_find_exported(k, name);

    if (exported != M_NONE)
        return exported;
    for (enum metric m = metric_begin(k); m < metric_end(k); m++)
        if (!strcasecmp(name, METRIC_INFOS[m].title))
            return m;
    return M_NONE;
}

bool metric_is_number(enum metric m)
{
    return METRIC_INFOS[m].label == LABEL_NONE && METRIC_INFOS[m].graph == M_NONE;
}

bool metric_is_recorded(enum metric m)
{
    return metric_is_number(m) && !(METRIC_INFOS[m].sets & SET_NOW);
}
