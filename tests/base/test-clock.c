/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Times as labels: always UTC, milliseconds, and the right second before 1970 as well. */
#include "base/clock_read.h"

#include <glib.h>
#include <stdlib.h>
#include <time.h>

static void check_iso(int64_t wall_ns, const char *expected)
{
    char text[CLOCK_ISO_SIZE];

    clock_iso8601(wall_ns, text);
    g_assert_cmpstr(text, ==, expected);
}

static void test_iso(void)
{
    check_iso(1795239086123000000, "2026-11-21T05:31:26.123Z");
    check_iso(1795239086123999999, "2026-11-21T05:31:26.123Z"); /* cut, not rounded up */
    check_iso(1709164799 * CLOCK_NS_PER_S, "2024-02-28T23:59:59.000Z");
    check_iso(1709164800 * CLOCK_NS_PER_S, "2024-02-29T00:00:00.000Z");
    check_iso(0, "1970-01-01T00:00:00.000Z");
    check_iso(-1, "1969-12-31T23:59:59.999Z");
    check_iso(-CLOCK_NS_PER_S, "1969-12-31T23:59:59.000Z");
    check_iso(INT64_MAX, "2262-04-11T23:47:16.854Z");
    check_iso(INT64_MIN, "1677-09-21T00:12:43.145Z");
}

/* The time zone of the user must not affect machine formats. */
static void test_iso_is_utc(void)
{
    const char *zone = g_getenv("TZ");
    char *saved = g_strdup(zone ? zone : "UTC");

    g_setenv("TZ", "Asia/Kathmandu", TRUE);
    tzset();
    check_iso(1795239086123000000, "2026-11-21T05:31:26.123Z");
    g_setenv("TZ", saved, TRUE);
    tzset();
    g_free(saved);
}

static void test_clocks(void)
{
    int64_t first = clock_mono_ns(), wall = clock_wall_ns();

    g_usleep(2000);
    g_assert_cmpint(clock_mono_ns() - first, >=, 2 * CLOCK_NS_PER_MS);
    g_assert_cmpint(clock_wall_ns() - wall, >, 0);
    g_assert_cmpint(wall, >, 1700000000 * CLOCK_NS_PER_S);
}

/* A machine that does not sleep during the test: two readings differ by less than the jump that
 * breaks a series (100 ms), however often they are taken. */
static void test_suspended_is_steady(void)
{
    int64_t first = clock_suspended_ns();

    for (int i = 0; i < 10000; i++)
        g_assert_cmpint(llabs(clock_suspended_ns() - first), <, 20 * CLOCK_NS_PER_MS);
}

/* Waiting uses the monotonic clock; with a deadline in the past it returns at once. */
static void test_waiting(void)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    int64_t deadline = clock_mono_ns() + 2 * CLOCK_NS_PER_MS;
    pthread_cond_t never;

    clock_cond_init(&never);
    pthread_mutex_lock(&lock);
    while (clock_cond_wait(&never, &lock, deadline))
        ;
    g_assert_cmpint(clock_mono_ns(), >=, deadline);
    g_assert_false(clock_cond_wait(&never, &lock, deadline));
    pthread_mutex_unlock(&lock);
    pthread_cond_destroy(&never);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clock/iso", test_iso);
    g_test_add_func("/clock/iso-is-utc", test_iso_is_utc);
    g_test_add_func("/clock/clocks", test_clocks);
    g_test_add_func("/clock/suspended-is-steady", test_suspended_is_steady);
    g_test_add_func("/clock/waiting", test_waiting);
    return g_test_run();
}
