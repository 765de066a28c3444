/* view.h: what is looked at, and when.
 *
 * Every panel, the table and the formatter take a `struct view`: the roster, the moment, and what
 * the terminal can show. Its owner fills it in before each frame; nothing here keeps a pointer to
 * it. Main thread only.
 *
 * Time travel: `tick` 0 looks at the values of now; of a guest that is among the departed there are
 * none (REASON_GONE). Another tick looks at what was on screen then: values and the reasons of
 * absent ones, how old stale ones were, states, whose limits were, parts, and guests that have left
 * since too. Names and other labels are those that are known now.
 */
#ifndef VTOP_VIEW_VIEW_H
#define VTOP_VIEW_VIEW_H

#include "model/roster.h"
#include "view/canvas.h"

struct view {
    const struct roster *roster;
    const struct glyphs *glyphs;
    int64_t now_ns;      /* monotonic, to tell ages */
    int64_t wall_ns;     /* the time of day, of now */
    int64_t interval_ns; /* between two ticks */
    uint64_t tick;       /* 0 = live */
    bool paused;
    bool cpu_of_host;   /* CPU columns as a share of the whole host; else 100 = one core */
    bool braille;       /* graphs of dots, two samples to a column; not where glyphs are ASCII */
    const char *banner; /* stands in the top line ("DEMO"), or NULL */
};

/* A metric of an entity at the tick that is looked at. */
struct value view_value(const struct view *v, const struct entity *e, enum metric m);
double view_number(const struct view *v, const struct entity *e, enum metric m); /* NAN: absent */

/* How old a shown value is when that is more than it should be; 0 = fresh. */
int64_t view_stale_ns(const struct view *v, const struct entity *e, enum metric m);

/* How long the monitor of a guest has not answered; 0 = it does, or nobody knows. */
int64_t view_hung_ns(const struct view *v, const struct entity *e);

/* Whose a limit is (enum limit_owner), by the reading that says so; -1 = nobody knows. */
int view_limit_owner(const struct view *v, const struct entity *e, enum reading owner);

/* The newest tick that graphs show, and the wall clock time (ns) of what is looked at. */
uint64_t view_last_tick(const struct view *v);
int64_t view_wall_ns(const struct view *v);

/* STATE_UNKNOWN: of a past that is not recorded. */
enum guest_state view_state(const struct view *v, const struct entity *e);

enum state_reason view_state_reason(const struct view *v, const struct entity *e);

/* entity_label() at the tick that is looked at. */
const char *view_label(const struct view *v, const struct entity *e, enum label l);

/* Whether the entity was on screen at the tick that is looked at, and whether it had just left. */
bool view_has(const struct view *v, const struct entity *e);
bool view_is_gone(const struct view *v, const struct entity *e);

/* The parts of one kind that it had then, in their order: struct entity *, g_ptr_array_free(). */
GPtrArray *view_parts(const struct view *v, const struct entity *e, enum kind kind);

/* For five seconds after it came. */
bool view_is_new(const struct view *v, const struct entity *e);

/* How many ticks the sparklines of the table cover: about a minute. */
size_t view_graph_span(const struct view *v);

#endif
