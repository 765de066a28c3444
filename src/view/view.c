#include <config.h>

#include "view/view.h"

#include "base/clock.h"
#include "model/past.h"

#include <math.h>

struct value view_value(const struct view *v, const struct entity *e, enum metric m)
{
    if (!v->tick && e->gone_ns && v->now_ns - e->gone_ns > ROSTER_LINGER_NS)
        return (struct value){.number = (double)NAN, .reason = REASON_GONE, .facet = FACET_NONE};
    if (!v->tick)
        return entity_value(e, m);

    struct value value = history_value(e->history, m, v->tick);
    if (value.reason == REASON_NOT_READ)
        value.reason = REASON_NOT_RECORDED;
    if (value.reason == REASON_OK)
        value.facet = entity_facet(e, m);
    return value;
}

double view_number(const struct view *v, const struct entity *e, enum metric m)
{
    struct value value = view_value(v, e, m);

    return value.reason == REASON_OK ? value.number : (double)NAN;
}

/* From a moment before the tick that is looked at up to it; 0 of no moment. */
static int64_t since(const struct view *v, int64_t ns)
{
    return ns ? roster_tick_time(v->roster, v->tick, NULL) - ns : 0;
}

int64_t view_stale_ns(const struct view *v, const struct entity *e, enum metric m)
{
    if (v->tick)
        return since(v, past_stale_since(e, m, v->tick));
    if (e->gone_ns || !entity_value_is_stale(e, m, v->now_ns))
        return 0;
    return entity_value_age(e, m, v->now_ns);
}

int64_t view_hung_ns(const struct view *v, const struct entity *e)
{
    return v->tick ? since(v, past_hung_since(e, v->tick)) : entity_hung_ns(e);
}

int view_limit_owner(const struct view *v, const struct entity *e, enum reading owner)
{
    if (v->tick)
        return past_limit_owner(e, owner, v->tick);
    struct value whose = entity_reading(e, owner);
    return whose.reason == REASON_OK ? (int)whose.number : -1;
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

static int mark_at(const struct view *v, const struct entity *e)
{
    return history_mark_at(e->history, v->tick);
}

enum guest_state view_state(const struct view *v, const struct entity *e)
{
    return v->tick ? mark_state(mark_at(v, e)) : entity_state(e);
}

enum state_reason view_state_reason(const struct view *v, const struct entity *e)
{
    return v->tick ? mark_reason(mark_at(v, e)) : entity_state_reason(e);
}

const char *view_label(const struct view *v, const struct entity *e, enum label l)
{
    if (v->tick && l == LABEL_STATE)
        return guest_state_name(view_state(v, e));
    if (v->tick && l == LABEL_STATE_REASON)
        return state_reason_text(view_state_reason(v, e));
    return entity_label(e, l);
}

bool view_has(const struct view *v, const struct entity *e)
{
    return !v->tick || mark_at(v, e) != HISTORY_NO_MARK;
}

bool view_is_gone(const struct view *v, const struct entity *e)
{
    return v->tick ? view_state(v, e) == STATE_GONE : e->gone_ns != 0;
}

bool view_is_new(const struct view *v, const struct entity *e)
{
    int64_t now_ns = v->tick ? roster_tick_time(v->roster, v->tick, NULL) : v->now_ns;

    return e->newcomer && view_has(v, e) && !view_is_gone(v, e) &&
           now_ns - e->first_ns < 5 * CLOCK_NS_PER_S;
}

static int compare_parts(const void *a, const void *b)
{
    return entity_compare_parts(*(struct entity *const *)a, *(struct entity *const *)b);
}

static void add_parts(const struct view *v, enum kind kind, const GPtrArray *from, GPtrArray *out)
{
    for (guint i = 0; from && i < from->len; i++) {
        struct entity *part = g_ptr_array_index(from, i);
        if (part->kind == kind && view_has(v, part))
            g_ptr_array_add(out, part);
    }
}

GPtrArray *view_parts(const struct view *v, const struct entity *e, enum kind kind)
{
    GPtrArray *parts = g_ptr_array_new();

    add_parts(v, kind, e->parts, parts);
    if (v->tick && e->parted) {
        add_parts(v, kind, e->parted, parts);
        g_ptr_array_sort(parts, compare_parts);
    }
    return parts;
}

size_t view_graph_span(const struct view *v)
{
    enum { SPAN_MIN = 10 };
    int64_t ticks = 60 * CLOCK_NS_PER_S / MAX(v->interval_ns, 1);

    return (size_t)CLAMP(ticks, SPAN_MIN, HISTORY_DEPTH_MAX);
}
