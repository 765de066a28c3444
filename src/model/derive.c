/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/derive.h"

#include "model/sheet.h"
#include "model/value.h"

struct value derive_sum_parts(const struct entity *e, enum kind kind, enum metric m,
                              enum reason if_none)
{
    struct value sum = value_absent(if_none);
    bool lacks = false;

    for (struct entity *p = NULL; (p = entity_next_part(e, kind, p));) {
        struct value v = entity_value(p, m);
        /* an empty drive has nothing to add */
        lacks |= !value_is_known(v) && v.reason != REASON_NO_MEDIUM;
        if (value_is_known(sum) && value_is_known(v))
            sum.number += v.number;
        else if (!value_is_known(sum))
            sum = v;
    }
    sum.partial = value_is_known(sum) && lacks;
    return sum;
}

struct value derive_mean_time(const struct entity *e, const struct derive_requests *sorts, size_t n,
                              double scale, enum reason if_none)
{
    struct value time = value_absent(if_none), count = value_absent(if_none);

    for (struct entity *p = NULL; (p = entity_next_part(e, KIND_DISK, p));) {
        for (size_t i = 0; i < n; i++) {
            struct value t = entity_reading(p, sorts[i].time);
            struct value c = entity_reading(p, sorts[i].count);
            if (!value_is_known(time) && (!value_is_known(t) || !value_is_known(c))) {
                time = value_is_known(t) ? c : t;
            } else if (value_is_known(t) && value_is_known(c)) {
                time = value_plus(t, time);
                count = value_plus(c, count);
            }
        }
    }
    return value_is_known(time) ? value_ratio(time, count, scale, REASON_NO_REQUESTS) : time;
}

/* By metric; NULL where there is no formula. */
static derive_function *const FORMULAS[METRIC_COUNT] = {
#define METRIC(name, kind, exported, head, columns, u, need, cls, set, how, text) [M_##name] = how,
#define FORMULA(name) derive_##name
#define FROM(...) NULL
#define TOTAL(...) NULL
#define LABEL(...) NULL
#define REMARK(...) NULL
#define GRAPH(...) NULL
#define ALERT(...)
#include "model/metrics.def"
};

void derive_entity(struct entity *e, const struct derive_context *context)
{
    const struct shape *shape = history_shape(e->history);

    for (uint8_t slot = 0; slot < shape->slots; slot++) {
        enum metric m = shape->begin + (enum metric)shape->derived[slot];
        struct value v = entity_explain(e, m, FORMULAS[m](e, context));
        sheet_derive(e->sheet, v);
    }
}

/* ---- the ledger ---- */

static void ledger_add(struct ledger_sum *sum, struct value v)
{
    if (!sum->known && !value_is_known(v) && (!sum->members || sum->missing == REASON_NOT_READ))
        sum->missing = v.reason;
    sum->members++;
    if (!value_is_known(v))
        return;
    sum->known++;
    sum->total += v.number;
}

/* Whether its usage is part of the usage of a guest around it. A service does not count as one: it
 * is not in the ledger, but a container in it is. */
static bool is_counted_already(const struct entity *guest)
{
    for (const struct entity *outer = guest->outer; outer; outer = outer->outer)
        if (!outer->gone_ns && entity_class(outer) != CLASS_SERVICE)
            return true;
    return false;
}

static void count_usage(struct derive_context *context, const struct entity *guest, bool vm)
{
    struct value memory = entity_value(guest, M_MEM);

    /* Memory in swap is not in RAM, which the ledger divides. */
    if (vm && value_is_known(memory) && value_is_known(entity_reading(guest, R_PROC_SWAP_BYTES)))
        memory = value_minus(memory, entity_reading(guest, R_PROC_SWAP_BYTES));
    ledger_add(vm ? &context->vm_cpu : &context->container_cpu, entity_value(guest, M_CPU));
    ledger_add(vm ? &context->vm_memory : &context->container_memory, memory);
}

void derive_count(struct derive_context *context, const struct entity *guest)
{
    enum guest_class class = entity_class(guest);

    if (guest->gone_ns || class == CLASS_SERVICE)
        return;
    if (class == CLASS_VM) {
        struct value vcpus = entity_value(guest, M_VCPUS);
        context->vms++;
        context->vms_paused += entity_state(guest) == STATE_PAUSED;
        context->vcpus += value_is_known(vcpus) ? vcpus.number : 0;
    } else {
        context->containers++;
    }
    if (!is_counted_already(guest))
        count_usage(context, guest, class == CLASS_VM);
}
