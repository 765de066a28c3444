/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* A healthy host: nothing that it does is a reason for a warning.
 *
 * Its load follows the hours and comes in bursts, guests are backed up at night, some are idle
 * giants, some are throttled now and then or have a heap that fills their limit, and every few
 * minutes a container leaves and another one takes its place.
 */
#ifndef VTOP_TESTS_ANALYSE_HEALTHY_H
#define VTOP_TESTS_ANALYSE_HEALTHY_H

#include "sim.h"

struct healthy {
    uint64_t seed;
    unsigned guests;
    double interval_s, from_hour, hours;
};

/* What was found. The first findings from warn on are printed with g_test_message(). */
struct healthy_result {
    unsigned alarms;      /* warn or crit */
    unsigned infos;       /* of rules that may say so */
    unsigned other_infos; /* of all others */
    unsigned ticks;
    int64_t merge_ns, analysis_ns; /* of CPU time, when CLOCK is given */
};

struct healthy_result healthy_run(const struct healthy *h, int64_t (*clock)(void));

#endif
