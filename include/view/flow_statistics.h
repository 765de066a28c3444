/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* flow_statistics.h: a table of statistics on a page: a line per metric.
 *
 *     statistics over 10 min
 *                   n missing   seen     min    mean  median     p95     max  stddev
 *     CPU%        600      0%   100%    12.0    45.2    44.1    88.0    97.2    11.0
 *
 * They are over the window of the view and up to its moment. "seen" is how much of the window was
 * recorded. A "~" marks estimates from summaries of minutes. On a narrow screen columns are left
 * out. Lines that are not on the screen are not computed. Main thread only.
 */
#ifndef VTOP_VIEW_FLOW_STATISTICS_H
#define VTOP_VIEW_FLOW_STATISTICS_H

#include "view/flow.h"

/* METRICS are of the entity's own kind; with none of them, nothing is drawn. */
void flow_statistics(struct flow *f, const struct entity *e, const enum metric metrics[],
                     size_t count);

#endif
