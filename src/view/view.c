#include <config.h>

#include "view/view.h"

#include "base/clock.h"

size_t view_graph_span(const struct view *v)
{
    enum { SPAN_MIN = 10 };
    int64_t ticks = 60 * CLOCK_NS_PER_S / MAX(v->interval_ns, 1);

    return (size_t)CLAMP(ticks, SPAN_MIN, HISTORY_DEPTH_MAX);
}
