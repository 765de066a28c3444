/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The table of thresholds, and what settings files may do to it. */
#include <config.h>

#include "analyse/finding.h"
#include "analyse/thresholds.h"

#include <string.h>

static void check_refused(const char *text, const char *message)
{
    struct thresholds t;
    char *error = NULL;

    thresholds_default(&t);
    g_assert_false(threshold_read(&t, THRESHOLD_READY_WARN, text, &error));
    g_assert_cmpstr(error, ==, message);
    g_assert_cmpfloat(t.of[THRESHOLD_READY_WARN], ==,
                      threshold_info(THRESHOLD_READY_WARN)->fallback);
    g_assert_false(threshold_read(&t, THRESHOLD_READY_WARN, text, NULL));
    g_free(error);
}

static void test_read(void)
{
    struct thresholds t;

    thresholds_default(&t);
    g_assert_true(threshold_read(&t, THRESHOLD_READY_WARN, "7.5", NULL));
    g_assert_cmpfloat(t.of[THRESHOLD_READY_WARN], ==, 7.5);
}

static void test_refused(void)
{
    check_refused("", "ready-warn: \"\" is no number");
    check_refused("ten", "ready-warn: \"ten\" is no number");
    check_refused("10 %", "ready-warn: \"10 %\" is no number");
    check_refused("nan", "ready-warn: \"nan\" is no number");
    check_refused("inf", "ready-warn: \"inf\" is no number");
    check_refused("\033[31m", "ready-warn: \"\357\277\275[31m\" is no number");
    check_refused("101", "ready-warn: 101 is not between 0.1 and 100");
    check_refused("-1", "ready-warn: -1 is not between 0.1 and 100");
}

static void test_check(void)
{
    struct thresholds t;
    char *error = NULL;

    thresholds_default(&t);
    g_assert_true(thresholds_check(&t, NULL, &error));
    t.of[THRESHOLD_READY_WARN] = 30;
    t.of[THRESHOLD_STEAL_WARN] = 7;
    enum threshold which = THRESHOLD_COUNT;
    g_assert_false(thresholds_check(&t, &which, &error));
    g_assert_cmpint(which, ==, THRESHOLD_READY_WARN);
    g_assert_cmpstr(error, ==, "ready-warn (30) is above ready-crit (20): the defaults stand");
    g_free(error);
    g_assert_cmpfloat(t.of[THRESHOLD_READY_WARN], ==, 10);
    g_assert_cmpfloat(t.of[THRESHOLD_STEAL_WARN], ==, 7);
    g_assert_true(thresholds_check(&t, NULL, NULL));
}

/* Names are found, unique and plain; defaults are within their ranges and in order. */
static void test_table(void)
{
    struct thresholds t;

    thresholds_default(&t);
    g_assert_true(thresholds_check(&t, NULL, NULL));
    for (enum threshold i = 0; i < THRESHOLD_COUNT; i++) {
        const struct threshold_info *info = threshold_info(i);
        g_assert_cmpint(threshold_find(info->name), ==, i);
        g_assert_cmpuint(strspn(info->name, "abcdefghijklmnopqrstuvwxyz-"), ==, strlen(info->name));
        g_assert_cmpfloat(info->low, <=, info->fallback);
        g_assert_cmpfloat(info->fallback, <=, info->high);
        g_assert_cmpuint(strlen(info->text), >, 0);
        g_assert_cmpuint(strlen(info->source), >, 0);
    }
    g_assert_cmpint(threshold_find("no-such"), ==, THRESHOLD_COUNT);
}

static void test_rules(void)
{
    for (enum rule r = 0; r < RULE_COUNT; r++) {
        const struct rule_info *info = rule_info(r);
        g_assert_cmpint(rule_find(info->name), ==, r);
        g_assert_cmpint(threshold_find(info->name), ==, THRESHOLD_COUNT);
        g_assert_true(info->kind == KIND_HOST || info->kind == KIND_GUEST);
        g_assert_cmpuint(strlen(info->title), <=, 40);
    }
    g_assert_cmpint(rule_find("no-such"), ==, RULE_COUNT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/thresholds/read", test_read);
    g_test_add_func("/thresholds/refused", test_refused);
    g_test_add_func("/thresholds/check", test_check);
    g_test_add_func("/thresholds/table", test_table);
    g_test_add_func("/thresholds/rules", test_rules);
    return g_test_run();
}
