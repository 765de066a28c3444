/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/shape.h"

#include <glib.h>

static struct shape *shape_new(enum kind kind, unsigned classes)
{
    size_t count = (size_t)(metric_end(kind) - metric_begin(kind));
    struct shape *s = g_malloc0(sizeof(*s) + count * sizeof(s->of[0]));

    g_assert(count <= SHAPE_METRICS_MAX);
    s->kind = kind;
    s->begin = metric_begin(kind);
    s->end = metric_end(kind);
    for (enum metric m = s->begin; m < s->end; m++) {
        bool has = metric_is_number(m) && metric_info(m)->classes & classes;
        bool recorded = has && metric_is_recorded(m), derived = has && metric_info(m)->formula;
        bool summarised = recorded && metric_info(m)->sets & SET_REC;
        s->of[m - s->begin] = (struct shape_place){.has = has,
                                                   .column = (int8_t)(recorded ? s->columns : -1),
                                                   .summary =
                                                       (int8_t)(summarised ? s->summaries : -1),
                                                   .slot = (int8_t)(derived ? s->slots : -1)};
        if (summarised)
            s->summarised[s->summaries++] = s->columns;
        if (recorded)
            s->recorded[s->columns++] = (uint8_t)(m - s->begin);
        if (derived)
            s->derived[s->slots++] = (uint8_t)(m - s->begin);
    }
    return s;
}

const struct shape *shape_of(enum kind kind, unsigned classes)
{
    static struct shape *made[KIND_COUNT][CLASS_ANY + 1]; /* constant once made */
    struct shape **s = &made[kind][classes & CLASS_ANY];

    if (!*s)
        *s = shape_new(kind, classes & CLASS_ANY);
    return *s;
}
