/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The names of exported series. tests/model/series.txt lists them: dashboards and alerts of users
 * rest on them, so no line may be changed or removed once it was released. VTOP_WRITE_NAMES=1
 * writes the file anew; look at the difference before committing. */
#include <config.h>

#include "model/series.h"

#include "model/catalogue.h"

#include <glib.h>
#include <string.h>

static GString *all_names(void)
{
    static const enum guest_class classes[] = {CLASS_VM, CLASS_CONTAINER};
    GString *s = g_string_new(NULL);

    for (size_t i = 0; i < SERIES_COUNT; i++) {
        const struct series_info *info = &SERIES_INFOS[i];
        g_string_append_printf(s, "%s %s{%s}\n", info->counter ? "counter" : "gauge", info->name,
                               info->labels);
        for (enum series_names n = 0; n < NAMES_COUNT; n++)
            for (size_t c = 0; c < G_N_ELEMENTS(classes); c++) {
                const char *other = series_renamed(n, classes[c], i);
                if (other)
                    g_string_append_printf(s, "    %s %s\n", series_names_name(n), other);
            }
    }
    return s;
}

static void check_all_in(char **lines, char **others, const char *else_what)
{
    for (; *lines; lines++)
        if (!g_strv_contains((const char *const *)others, *lines)) {
            g_test_message("%s: %s", else_what, *lines);
            g_test_fail();
        }
}

static void test_frozen(void)
{
    char *path = g_test_build_filename(G_TEST_DIST, "tests", "model", "series.txt", NULL);
    GString *names = all_names();
    char *frozen = NULL;

    if (g_getenv("VTOP_WRITE_NAMES"))
        g_assert_true(g_file_set_contents(path, names->str, -1, NULL));
    g_assert_true(g_file_get_contents(path, &frozen, NULL, NULL));
    char **now = g_strsplit(names->str, "\n", -1), **then = g_strsplit(frozen, "\n", -1);
    check_all_in(then, now, "gone or renamed");
    check_all_in(now, then, "new, to be added with VTOP_WRITE_NAMES=1");
    g_strfreev(now);
    g_strfreev(then);
    g_string_free(names, TRUE);
    g_free(frozen);
    g_free(path);
}

/* The end of the name says what the unit of the readings says. */
static void check_unit(const struct series_info *info)
{
    for (const enum reading *r = info->from; *r != R_NONE; r++) {
        double factor;
        const char *base = reading_unit_base(reading_unit(*r), &factor);
        g_test_message("%s of %s", info->name, reading_name(*r));
        g_assert_nonnull(base);
        g_assert_cmpstr(series_unit(info->name), ==, base);
    }
}

static void test_form(void)
{
    for (size_t i = 0; i < SERIES_COUNT; i++) {
        const struct series_info *info = &SERIES_INFOS[i];
        const char *prefix = g_intern_static_string("vtop_");
        g_test_message("%s", info->name);
        g_assert_true(g_str_has_prefix(info->name, prefix));
        g_assert_true(g_str_has_prefix(info->name + strlen(prefix), kind_name(info->kind)));
        g_assert_cmpint(g_str_has_suffix(info->name, "_total"), ==, info->counter);
        g_assert_cmpuint(strspn(info->name, "abcdefghijklmnopqrstuvwxyz0123456789_"), ==,
                         strlen(info->name));
        g_assert_true((info->metric == M_NONE) != (info->from[0] == R_NONE));
        if (info->metric != M_NONE)
            g_assert_cmpint(metric_info(info->metric)->kind, ==, info->kind);
        check_unit(info);
    }
}

/* A family stands together, and no two of its series have the same labels. */
static void test_unique(void)
{
    GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTable *lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (size_t i = 0; i < SERIES_COUNT; i++) {
        const struct series_info *info = &SERIES_INFOS[i];
        bool goes_on = i && strcmp(SERIES_INFOS[i - 1].name, info->name) == 0;
        g_test_message("%s{%s}", info->name, info->labels);
        g_assert_true(g_hash_table_add(names, (void *)info->name) || goes_on);
        g_assert_true(g_hash_table_add(lines, g_strdup_printf("%s{%s}", info->name, info->labels)));
    }
    g_hash_table_destroy(names);
    g_hash_table_destroy(lines);
}

static bool is_exported(enum reading r)
{
    for (size_t i = 0; i < SERIES_COUNT; i++)
        for (const enum reading *from = SERIES_INFOS[i].from; *from != R_NONE; from++)
            if (*from == r)
                return true;
    return false;
}

/* All that counts leaves the process, so that others can compute what the screen shows. */
static void test_complete(void)
{
    for (enum reading r = 0; r < READING_COUNT; r++) {
        bool left_out = r == R_SELF_CPU_NS || reading_facet(r) == FACET_TASK;
        if (reading_type(r) == READING_GAUGE || left_out)
            continue;
        g_test_message("%s %s", facet_name(reading_facet(r)), reading_name(r));
        g_assert_true(is_exported(r));
    }
}

static void test_styles(void)
{
    for (enum series_names n = 0; n < NAMES_COUNT; n++)
        g_assert_cmpint(series_names_find(series_names_name(n)), ==, n);
    g_assert_cmpint(series_names_find("none"), ==, NAMES_COUNT);
    g_assert_cmpstr(series_names_name(NAMES_COUNT), ==, "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/series/frozen", test_frozen);
    g_test_add_func("/series/form", test_form);
    g_test_add_func("/series/unique", test_unique);
    g_test_add_func("/series/complete", test_complete);
    g_test_add_func("/series/styles", test_styles);
    return g_test_run();
}
