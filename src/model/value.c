/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/value.h"

#include <math.h>

struct value value_absent(enum reason why)
{
    return (struct value){.number = (double)NAN, .reason = why, .facet = FACET_NONE};
}

struct value value_known(double number, enum facet f)
{
    return (struct value){.number = number, .reason = REASON_OK, .facet = f};
}

bool value_is_known(struct value v)
{
    return v.reason == REASON_OK;
}

/* Any other reason is more precise than "not read", which an entity without the facet gives. */
struct value value_either(struct value a, struct value b)
{
    if (value_is_known(a))
        return a;
    if (value_is_known(b))
        return b;
    return a.reason == REASON_NOT_READ ? b : a;
}

struct value value_scaled(struct value v, double scale)
{
    if (value_is_known(v))
        v.number *= scale;
    return v;
}

struct value value_progress(struct value done, struct value left)
{
    return value_ratio(done, value_plus(done, left), 100, REASON_NO_JOB);
}

struct value value_ratio(struct value a, struct value b, double scale, enum reason if_zero)
{
    if (!value_is_known(a))
        return a;
    if (!value_is_known(b))
        return b;
    if (!(b.number > 0))
        return value_absent(if_zero);
    a.number = a.number / b.number * scale;
    return a;
}

struct value value_both(struct value a, struct value b)
{
    if (!value_is_known(a))
        return a;
    if (!value_is_known(b))
        return b;
    a.number += b.number;
    a.partial |= b.partial;
    return a;
}

struct value value_plus(struct value a, struct value b)
{
    return value_is_known(a) && value_is_known(b) ? value_both(a, b) : a;
}

struct value value_minus(struct value a, struct value b)
{
    if (!value_is_known(a))
        return a;
    if (!value_is_known(b))
        return b;
    return value_known(fmax(0, a.number - b.number), a.facet);
}
