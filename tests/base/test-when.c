/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Times as users type them: of day, before the end, dates with and without zone, and the nights in
 * which clocks are set forward and back. */
#include <config.h>

#include "base/when.h"

#include "base/clock.h"

#include <glib.h>
#include <time.h>

/* Rules and not a name: not every machine has the files of zones. */
#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"
#define KATHMANDU "<+0545>-5:45"

static int64_t utc(const char *iso)
{
    GDateTime *t = g_date_time_new_from_iso8601(iso, NULL);

    g_assert_nonnull(t);
    int64_t ns = g_date_time_to_unix(t) * CLOCK_NS_PER_S +
                 g_date_time_get_microsecond(t) * INT64_C(1000);
    g_date_time_unref(t);
    return ns;
}

/* TEXT, about a recording of ten days that ends at END. */
static void check(const char *text, const char *end, const char *expected)
{
    int64_t last_ns = utc(end), first_ns = last_ns - 10 * 86400 * CLOCK_NS_PER_S, ns = 0;

    if (!when_parse(text, first_ns, last_ns, &ns))
        g_error("'%s' is no time", text);
    if (ns != utc(expected))
        g_error("'%s' is %" G_GINT64_FORMAT " ns after %s", text, ns - utc(expected), expected);
}

static void in_zone(const char *zone, void (*test)(void))
{
    char *saved = g_strdup(g_getenv("TZ"));

    g_setenv("TZ", zone, TRUE);
    tzset();
    test();
    if (saved)
        g_setenv("TZ", saved, TRUE);
    else
        g_unsetenv("TZ");
    tzset();
    g_free(saved);
}

#define END "2026-12-01T10:00:00Z" /* 11:00 in Berlin */

static void times_of_day(void)
{
    check("02:00", END, "2026-12-01T01:00:00Z");
    check("2:00", END, "2026-12-01T01:00:00Z");
    check("02:00:30.5", END, "2026-12-01T01:00:30.5Z");
    check("11:00", END, "2026-12-01T10:00:00Z"); /* the end itself */
    check("11:01", END, "2026-11-30T10:01:00Z"); /* it has not been that late today */
    check("00:30", "2026-11-30T23:15:00Z", "2026-11-29T23:30:00Z");
    check("yesterday 02:00", END, "2026-11-30T01:00:00Z");
    check("Yesterday  23:00", END, "2026-11-30T22:00:00Z");
    check("today 23:00", END, "2026-12-01T22:00:00Z");
    check(" 02:00 ", END, "2026-12-01T01:00:00Z");
}

static void before_the_end(void)
{
    check("end", END, END);
    check("Start", END, "2026-11-21T10:00:00Z");
    check("1h ago", END, "2026-12-01T09:00:00Z");
    check("90 s ago", END, "2026-12-01T09:58:30Z");
    check("-10m", END, "2026-12-01T09:50:00Z");
    check("-2d", END, "2026-11-29T10:00:00Z");
    check("-0s", END, END);
}

static void dates(void)
{
    check("2026-11-30", END, "2026-11-29T23:00:00Z");
    check("2026-11-30 02:00", END, "2026-11-30T01:00:00Z");
    check("2026-11-30T02:00:07.25", END, "2026-11-30T01:00:07.25Z");
    check("2026-11-30T02:00Z", END, "2026-11-30T02:00:00Z");
    check("2026-11-30T02:00:00+05:45", END, "2026-11-29T20:15:00Z");
    check("2026-11-30 02:00:00-0330", END, "2026-11-30T05:30:00Z");
    check("@1796040000", END, "2026-11-30T12:00:00Z");
}

/* What batch prints as the time of a sample is that time again, to the millisecond. */
static void as_printed(void)
{
    for (int ms = 0; ms < 1000; ms += 37) {
        char *text = g_strdup_printf("2026-11-30T02:00:59.%03dZ", ms);
        check(text, END, text);
        g_free(text);
    }
}

/* 2026-03-29: 01:59:59 CET is followed by 03:00:00 CEST. */
static void set_forward(void)
{
    const char *end = "2026-03-29T10:00:00Z"; /* 12:00 CEST */

    check("01:30", end, "2026-03-29T00:30:00Z");
    check("03:30", end, "2026-03-29T01:30:00Z");
    check("yesterday 12:00", end, "2026-03-28T11:00:00Z"); /* 23 hours before */
    check("24h ago", end, "2026-03-28T10:00:00Z");
    check("2026-03-29 12:00", end, end);
}

/* 2026-10-25: 02:59:59 CEST is followed by 02:00:00 CET. */
static void set_back(void)
{
    const char *end = "2026-10-25T10:00:00Z"; /* 11:00 CET */

    check("01:30", end, "2026-10-24T23:30:00Z");
    check("02:30", end, "2026-10-25T00:30:00Z"); /* the first one */
    check("03:30", end, "2026-10-25T02:30:00Z");
    check("2026-10-25T02:30+01:00", end, "2026-10-25T01:30:00Z"); /* the second one */
    check("yesterday 11:00", end, "2026-10-24T09:00:00Z"); /* 25 hours before */
}

static void other_zone(void)
{
    check("02:00", END, "2026-11-30T20:15:00Z");
    char *text = when_format(utc("2026-11-30T20:15:07Z"));
    g_assert_cmpstr(text, ==, "2026-12-01 02:00:07");
    g_free(text);
}

static void test_times_of_day(void)
{
    in_zone(BERLIN, times_of_day);
}

static void test_before_the_end(void)
{
    in_zone(BERLIN, before_the_end);
}

static void test_dates(void)
{
    in_zone(BERLIN, dates);
    in_zone(BERLIN, as_printed);
}

static void test_set_forward(void)
{
    in_zone(BERLIN, set_forward);
}

static void test_set_back(void)
{
    in_zone(BERLIN, set_back);
}

static void test_other_zone(void)
{
    in_zone(KATHMANDU, other_zone);
}

static void test_no_times(void)
{
    static const char *const wrong[] = {
        "",           "soon",        "24:00",          "12:60",      "12:00:60",
        "1:2",        "12",          "-5",             "-5y",        "5m",
        "ago",        "1h before",   "2026-02-30",     "2026-13-01", "2026-11-30T",
        "2026-11-30T02", "02:00Z",   "tomorrow 02:00", "@",          "@-1",
        "@99999999999999", "12:00 x", "\xff",          "2026-11-30 25:00",
        "2026-11-30T02:00+9999"};

    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++)
        if (when_is_time(wrong[i]))
            g_error("'%s' is a time", wrong[i]);
    g_assert_true(when_is_time("-999999999d")); /* long before everything, but no overflow */
    int64_t ns = 0;
    g_assert_true(when_parse("9999-12-31", 0, 0, &ns));
    g_assert_cmpint(ns, >, 0);
    g_assert_true(when_parse("0001-01-01", 0, 0, &ns));
    g_assert_cmpint(ns, <, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/when/times-of-day", test_times_of_day);
    g_test_add_func("/when/before-the-end", test_before_the_end);
    g_test_add_func("/when/dates", test_dates);
    g_test_add_func("/when/clocks-set-forward", test_set_forward);
    g_test_add_func("/when/clocks-set-back", test_set_back);
    g_test_add_func("/when/other-zone", test_other_zone);
    g_test_add_func("/when/no-times", test_no_times);
    return g_test_run();
}
