/* libvirt_monitor.h: asking the guests' monitors, which may not answer.
 *
 * A lane is a thread with a connection of its own that asks one guest after the other, each at most
 * once per round: the guest in focus and new guests first, then the one that has waited longest,
 * until the round's share of time is used up. A guest whose job is held by somebody else is left
 * out. A lane that is stuck in a call for LANE_DEADLINE is left alone and replaced, so that the
 * other guests go on; its guest is not asked again until that call returns, and is hung after
 * HUNG_AFTER. Of LIBVIRT_LOST_MAX lanes the last one asks only guests that have answered before;
 * when that is stuck too nobody is asked until one of them comes back.
 */
#ifndef VTOP_COLLECT_LIBVIRT_MONITOR_H
#define VTOP_COLLECT_LIBVIRT_MONITOR_H

#include "collect/libvirt/libvirt_hypervisor.h"

#define LANE_DEADLINE_NS (500 * INT64_C(1000000))
#define HUNG_AFTER_NS (3 * INT64_C(1000000000))

/* With the lock held, once per round: start, replace or stop the lane as needed. */
void monitor_supervise(struct hypervisor *h);

/* With the lock held: whether this round's work is done, or nobody is there to do it. */
bool monitor_is_idle(const struct hypervisor *h);

/* How long the guest's monitor has not answered, in ms; 0: it does. */
uint64_t monitor_hung_ms(const struct guest *g, int64_t now_ns);

#endif
