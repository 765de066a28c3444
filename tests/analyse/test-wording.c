/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Numbers, times and lists as sentences have them. */
#include "analyse/wording.h"

#include <math.h>

static void test_numbers(void)
{
    static const struct {
        enum unit unit;
        double number;
        const char *text;
    } cases[] = {{UNIT_PERCENT, 14, "14 %"},
                 {UNIT_PERCENT, 0.42, "0.4 %"},
                 {UNIT_PERCENT, 99.96, "100 %"},
                 {UNIT_PERCENT, 387.2, "387 %"},
                 {UNIT_CPU_PERCENT, 260, "2.6 cores"},
                 {UNIT_BYTES, 0, "0 B"},
                 {UNIT_BYTES, 1023, "1023 B"},
                 {UNIT_BYTES, 1024, "1 KiB"},
                 {UNIT_BYTES, 1048575, "1 MiB"},
                 {UNIT_BYTES, 8.5e9, "7.9 GiB"},
                 {UNIT_BYTES_RATE, 3 * 1048576.0, "3 MiB/s"},
                 {UNIT_RATE, 900, "900 per second"},
                 {UNIT_MS, 1.24, "1.2 ms"},
                 {UNIT_SECONDS, 90, "1 min"},
                 {UNIT_COUNT, 4, "4"},
                 {UNIT_LOAD, 3.25, "3.2"},
                 {UNIT_LOAD, -2.5, "-2.5"},
                 {UNIT_BYTES, INFINITY, "unknown"},
                 {UNIT_PERCENT, NAN, "unknown"}};
    char out[WORDING_SIZE];

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(wording_number(cases[i].unit, cases[i].number, out), ==, cases[i].text);
}

static void test_durations(void)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {{-5, "0 s"},          {0, "0 s"},         {59, "59 s"},          {60, "1 min"},
                 {3599, "59 min"},     {3600, "1 h"},      {18720, "5 h 12 min"}, {86400, "1 day"},
                 {90000, "1 day 1 h"}, {172800, "2 days"}, {273600, "3 days 4 h"}};
    char out[WORDING_SIZE];

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(wording_duration(cases[i].seconds * INT64_C(1000000000), out), ==,
                        cases[i].text);
}

static void test_lists(void)
{
    static const char *const names[] = {"a", "b", "c"};
    static const char *const expected[] = {"", "a", "a and b", "a, b and c"};

    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        char *text = wording_list(names, i);
        g_assert_cmpstr(text, ==, expected[i]);
        g_free(text);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wording/numbers", test_numbers);
    g_test_add_func("/wording/durations", test_durations);
    g_test_add_func("/wording/lists", test_lists);
    return g_test_run();
}
