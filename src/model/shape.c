#include <config.h>

#include "model/shape.h"

#include <glib.h>

static struct shape *shape_new(enum kind kind, unsigned classes)
{
    size_t count = (size_t)(metric_end(kind) - metric_begin(kind));
    struct shape *s = g_malloc0(sizeof(*s) + count * sizeof(s->of[0]));

    G_STATIC_ASSERT(METRIC_COUNT < UINT8_MAX);
    s->kind = (uint8_t)kind;
    s->classes = (uint8_t)classes;
    for (enum metric m = metric_first_number(kind); m < metric_end(kind); m++) {
        if (!shape_has(s, m))
            continue;
        if (metric_is_recorded(m))
            s->of[m - metric_begin(kind)].column = ++s->columns;
        if (metric_info(m)->derive)
            s->of[m - metric_begin(kind)].slot = ++s->slots;
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

bool shape_has(const struct shape *s, enum metric m)
{
    const struct metric_info *info = metric_info(m);

    return info->kind == s->kind && info->classes & s->classes && metric_is_number(m);
}

int shape_column(const struct shape *s, enum metric m)
{
    return metric_info(m)->kind == s->kind ? s->of[m - metric_begin(s->kind)].column - 1 : -1;
}

int shape_slot(const struct shape *s, enum metric m)
{
    return metric_info(m)->kind == s->kind ? s->of[m - metric_begin(s->kind)].slot - 1 : -1;
}
