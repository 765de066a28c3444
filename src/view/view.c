#include <config.h>

#include "view/view.h"

#include "base/clock.h"

#include <math.h>

struct value view_value(const struct view *v, const struct entity *e, enum metric m)
{
    if (!v->tick && e->gone_ns && v->now_ns - e->gone_ns > ROSTER_LINGER_NS)
        return (struct value){.number = (double)NAN, .reason = REASON_GONE, .facet = FACET_NONE};
    if (!v->tick)
        return entity_value(e, m);

    double number = history_at(e->history, m, v->tick);
    bool known = !isnan(number);
    return (struct value){.number = number,
                          .reason = known ? REASON_OK : REASON_NOT_RECORDED,
                          .facet = known ? e->facets[m - metric_begin(e->kind)] : FACET_NONE};
}

double view_number(const struct view *v, const struct entity *e, enum metric m)
{
    struct value value = view_value(v, e, m);

    return value.reason == REASON_OK ? value.number : (double)NAN;
}

int64_t view_stale_ns(const struct view *v, const struct entity *e, enum metric m)
{
    if (v->tick || e->gone_ns || !entity_value_is_stale(e, m, v->now_ns))
        return 0;
    return entity_value_age(e, m, v->now_ns);
}

uint64_t view_last_tick(const struct view *v)
{
    return v->tick ? v->tick : roster_last_tick(v->roster);
}

int64_t view_wall_ns(const struct view *v)
{
    int64_t wall_ns = v->wall_ns;

    if (v->tick)
        roster_tick_time(v->roster, v->tick, &wall_ns);
    return wall_ns;
}

enum guest_state view_state(const struct view *v, const struct entity *e)
{
    if (!v->tick)
        return entity_state(e);
    int mark = history_mark_at(e->history, v->tick);
    return mark == HISTORY_NO_MARK ? STATE_UNKNOWN : (enum guest_state)mark;
}

bool view_has(const struct view *v, const struct entity *e)
{
    return !v->tick || history_mark_at(e->history, v->tick) != HISTORY_NO_MARK;
}

bool view_is_new(const struct view *v, const struct entity *e)
{
    return !v->tick && e->newcomer && !e->gone_ns && v->now_ns - e->first_ns < 5 * CLOCK_NS_PER_S;
}

size_t view_graph_span(const struct view *v)
{
    enum { SPAN_MIN = 10 };
    int64_t ticks = 60 * CLOCK_NS_PER_S / MAX(v->interval_ns, 1);

    return (size_t)CLAMP(ticks, SPAN_MIN, HISTORY_DEPTH_MAX);
}
