/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* A healthy host raises no warning: a whole day of 60 guests, an hour of the night of 1,000, and
 * half an hour of an afternoon at 1 s. The whole day of 1,000 is in tests/bench/analyse.c. With the
 * sanitizers, which are several times slower, the times are shorter. */
#include <config.h>

#include "healthy.h"

static void check(struct healthy h)
{
    const char *sanitized = g_getenv("VTOP_SANITIZED");

    if (sanitized && *sanitized)
        h.hours /= 6;
    struct healthy_result r = healthy_run(&h, NULL);
    g_test_message("%u guests, %u ticks: %u alarms, %u notes, %u others", h.guests, r.ticks,
                   r.alarms, r.infos, r.other_infos);
    g_assert_cmpuint(r.alarms, ==, 0);
    g_assert_cmpuint(r.other_infos, ==, 0);
}

static void test_day(void)
{
    check((struct healthy){.seed = 1, .guests = 60, .interval_s = 10, .hours = 24});
}

static void test_night(void)
{
    check(
        (struct healthy){.seed = 2, .guests = 1000, .interval_s = 10, .from_hour = 1, .hours = 1});
}

static void test_afternoon(void)
{
    check((struct healthy){
        .seed = 3, .guests = 100, .interval_s = 1, .from_hour = 13, .hours = 0.5});
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/healthy/day", test_day);
    g_test_add_func("/healthy/night", test_night);
    g_test_add_func("/healthy/afternoon", test_afternoon);
    return g_test_run();
}
