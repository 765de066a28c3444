/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_monitor.h: questions to the guests' monitors, which may not answer.
 *
 * A lane is a thread with a connection of its own. It asks one guest after the other, each at most
 * once per round: the guest in focus and new guests first, then the guest that has waited longest,
 * until the round's share of time is used up. It skips guests whose job another client holds.
 *
 * A lane that is stuck in a call for LANE_DEADLINE_NS is lost: a new lane asks the other guests.
 * The guest of the lost lane is not asked again until the call returns, and is reported as hung
 * after HUNG_AFTER_NS. The last of LIBVIRT_LOST_MAX lanes asks only guests that have answered
 * before; when it is stuck as well, no guest is asked until a lost lane's call returns.
 */
#ifndef VTOP_COLLECT_LIBVIRT_MONITOR_H
#define VTOP_COLLECT_LIBVIRT_MONITOR_H

#include "collect/libvirt/libvirt_hypervisor.h"

enum { LIBVIRT_LOST_MAX = 6 }; /* all clients of a daemon share its 20 workers */

#define LANE_DEADLINE_NS (500 * INT64_C(1000000))
#define HUNG_AFTER_NS (3 * INT64_C(1000000000))

/* With the lock held, once per round: start, replace or stop the lane as needed. */
void monitor_supervise(struct hypervisor *h);

/* With the lock held: whether this round's work is done, or there is no lane to do it. */
bool monitor_is_idle(const struct hypervisor *h);

/* How long the guest's monitor has not answered, in ms; 0: it answers. */
uint64_t monitor_hung_ms(const struct guest *g, int64_t now_ns);

#endif
