/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The union of several wishes: all needs, the shortest interval, all guests. */
#include "model/wishes.h"

#include "model/metric.h"

#include <glib.h>

static void test_union(void)
{
    struct wishes all = wishes_of_history();
    struct wishes screen = {.needs = NEED_CPU | NEED_BALLOON,
                            .interval_ns = 1000,
                            .services = true,
                            .focus = {7},
                            .focus_count = 1,
                            .shown = {7, 9},
                            .shown_count = 2};
    struct wishes recorder = {.needs = NEED_EXITS | NEED_BALLOON,
                              .history = NEED_EXITS | NEED_BALLOON,
                              .interval_ns = 5000,
                              .focus = {7, 8},
                              .focus_count = 2,
                              .shown = {3},
                              .shown_count = 1};

    g_assert_cmpuint(all.needs, ==, all.history);
    g_assert_cmpuint(all.needs & NEED_CPU, !=, 0);
    g_assert_cmpint(all.interval_ns, ==, 0);
    wishes_add(&all, &recorder);
    g_assert_cmpint(all.interval_ns, ==, 5000);
    g_assert_cmpuint(all.history & NEED_BALLOON, !=, 0);
    wishes_add(&all, &screen);
    g_assert_cmpint(all.interval_ns, ==, 1000);
    g_assert_true(all.services);
    /* A need of the screen is not for history only, even if history has it too. */
    g_assert_cmpuint(all.history & (NEED_CPU | NEED_BALLOON), ==, 0);
    g_assert_cmpuint(all.history & NEED_EXITS, ==, NEED_EXITS);
    g_assert_cmpuint(all.needs & NEED_EXITS, ==, NEED_EXITS);
    g_assert_cmpuint(all.focus_count, ==, 2);
    g_assert_cmpuint(all.shown_count, ==, 3);
    /* The order of wishes does not matter. */
    struct wishes other = screen, history = wishes_of_history();
    wishes_add(&other, &history);
    wishes_add(&other, &recorder);
    g_assert_cmpuint(other.needs, ==, all.needs);
    g_assert_cmpuint(other.history, ==, all.history);
    g_assert_cmpint(other.interval_ns, ==, all.interval_ns);
}

static void test_room(void)
{
    struct wishes all = {0}, other = {0};

    for (size_t i = 0; i < WISHES_SHOWN_MAX; i++)
        other.shown[other.shown_count++] = i + 1;
    wishes_add(&all, &other);
    wishes_add(&all, &other);
    g_assert_cmpuint(all.shown_count, ==, WISHES_SHOWN_MAX);
    other.shown[0] = 1000;
    wishes_add(&all, &other);
    g_assert_cmpuint(all.shown_count, ==, WISHES_SHOWN_MAX);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wishes/union", test_union);
    g_test_add_func("/wishes/room", test_room);
    return g_test_run();
}
