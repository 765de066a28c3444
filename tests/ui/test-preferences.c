/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The table of preferences: every entry can be read, written, chosen and explained. */
#include "ui/preferences.h"

#include <string.h>

static void check_value(enum preference p, struct settings *s, const char *text)
{
    char *error = NULL, *again;

    g_assert_true(preference_read(p, s, text, &error));
    g_assert_null(error);
    again = preference_write(p, s);
    g_assert_cmpstr(again, ==, text);
    g_free(again);
}

static void test_table(void)
{
    struct settings s;

    preferences_default(&s);
    for (enum preference p = 0; p < PREFERENCE_COUNT; p++) {
        const struct preference_info *info = preference_info(p);
        char *expected = preference_expected(p);
        g_assert_cmpint(preference_find(info->name), ==, p);
        g_assert_cmpuint(strlen(info->text), >, 0);
        g_assert_cmpuint(strlen(expected), >, 0);
        if (info->fallback)
            check_value(p, &s, info->fallback);
        for (size_t i = 0; info->choices[i]; i++)
            check_value(p, &s, info->choices[i]);
        if (info->option)
            g_assert_true(info->help && (!info->argument || !info->implied));
        if (info->option && !info->argument)
            check_value(p, &s, info->implied);
        g_free(expected);
    }
    g_assert_cmpint(preference_find("nothing"), ==, PREFERENCE_COUNT);
}

/* What is wrong changes nothing and says what it is. */
static void test_wrong(void)
{
    struct settings before, s;

    preferences_default(&before);
    for (enum preference p = 0; p < PREFERENCE_COUNT; p++) {
        char *error = NULL;
        s = before;
        g_assert_false(preference_read(p, &s, "\t;nonsense", &error));
        g_assert_nonnull(strstr(error, "nonsense"));
        g_assert_true(memcmp(&s, &before, sizeof(s)) == 0);
        g_assert_false(preference_read(p, &s, "\t;nonsense", NULL));
        g_free(error);
    }
}

static void test_copy(void)
{
    struct settings from, to;

    preferences_default(&from);
    preferences_default(&to);
    g_assert_true(preference_read(PREFERENCE_INTERVAL, &from, "0.123456789", NULL));
    g_assert_true(preference_read(PREFERENCE_THEME, &from, "light", NULL));
    g_assert_true(preference_read(PREFERENCE_SORT, &from, "+name", NULL));
    g_assert_true(preference_read(PREFERENCE_MOUSE, &from, "no", NULL));
    preferences_copy(&to, &from, 1u << PREFERENCE_INTERVAL | 1u << PREFERENCE_SORT);
    g_assert_cmpint(to.interval_ns, ==, 123456789);
    g_assert_cmpint(to.sort, ==, M_NAME);
    g_assert_false(to.sort_reversed);
    g_assert_cmpint(to.theme, ==, THEME_DEFAULT);
    g_assert_true(to.mouse);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/preferences/table", test_table);
    g_test_add_func("/preferences/wrong", test_wrong);
    g_test_add_func("/preferences/copy", test_copy);
    return g_test_run();
}
