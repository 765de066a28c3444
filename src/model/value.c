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

/* Which absence says more. "Not read" is what an entity without that facet answers. */
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

typedef struct value value_getter(const struct entity *e, enum reading r);

static inline struct value first_known(const struct entity *e, double scale,
                                       const enum reading *from, value_getter *get)
{
    struct value v = get(e, *from);

    while (!value_is_known(v) && *++from != R_NONE)
        v = value_either(v, get(e, *from));
    return value_scaled(v, scale);
}

struct value value_first_of(const struct entity *e, double scale, const enum reading *from)
{
    return first_known(e, scale, from, entity_reading);
}

struct value value_first_total(const struct entity *e, double scale, const enum reading *from)
{
    return first_known(e, scale, from, entity_total);
}

struct value value_ratio(struct value a, struct value b, double scale, enum reason if_zero)
{
    if (!value_is_known(a))
        return a;
    if (!value_is_known(b))
        return b;
    if (!(b.number > 0))
        return value_absent(if_zero);
    return value_known(a.number / b.number * scale, a.facet);
}

struct value value_both(struct value a, struct value b)
{
    if (!value_is_known(a))
        return a;
    return value_is_known(b) ? value_known(a.number + b.number, a.facet) : b;
}

struct value value_plus(struct value a, struct value b)
{
    if (value_is_known(a) && value_is_known(b))
        a.number += b.number;
    return a;
}

struct value value_minus(struct value a, struct value b)
{
    if (!value_is_known(a))
        return a;
    if (!value_is_known(b))
        return b;
    return value_known(fmax(0, a.number - b.number), a.facet);
}

struct value value_sum_parts(const struct entity *e, enum kind kind, enum metric m,
                             enum reason if_none)
{
    struct value sum = value_absent(if_none);

    for (struct entity *p = NULL; (p = entity_next_part(e, kind, p));) {
        struct value v = entity_value(p, m);
        if (value_is_known(sum) && value_is_known(v))
            sum.number += v.number;
        else if (!value_is_known(sum))
            sum = v;
    }
    return sum;
}

struct value value_mean_time(const struct entity *e, const struct value_requests *sorts, size_t n,
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
