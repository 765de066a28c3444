/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The names that leave the process. tests/model/names.txt lists all of them. They are in recordings
 * and exports of users: no line may be changed or removed once it was released, new ones are added.
 * VTOP_WRITE_NAMES=1 writes the file anew; look at the difference before committing. */
#include <config.h>

#include "model/catalogue.h"

#include "model/sample.h"
#include "model/states.h"

#include <stdlib.h>
#include <string.h>

static GString *all_names(void)
{
    char owner[LIMIT_OWNER_SIZE];
    GString *s = g_string_new(NULL);

#define EACH(what, type, from, end, name)                                                          \
    for (type i = from; i < end; i++)                                                              \
        g_string_append_printf(s, what " %s\n", name(i))
    EACH("kind", enum kind, 0, KIND_COUNT, kind_name);
    for (enum facet f = 0; f < FACET_COUNT; f++) {
        g_string_append_printf(s, "facet %s of %s\n", facet_name(f), kind_name(facet_kind(f)));
        for (enum reading r = facet_begin(f); r < facet_end(f); r++)
            g_string_append_printf(s, "reading %s %s %s %s\n", facet_name(f), reading_name(r),
                                   reading_type_name(reading_type(r)),
                                   reading_unit_name(reading_unit(r)));
    }
    EACH("reading-type", enum reading_type, 0, READING_TYPE_COUNT, reading_type_name);
    EACH("reading-unit", enum reading_unit, 0, READS_UNIT_COUNT, reading_unit_name);
    EACH("unit", enum unit, 0, UNIT_END, unit_name);
    EACH("reason", enum reason, 0, REASON_COUNT, reason_name);
    EACH("type", enum guest_type, GUEST_NONE + 1, GUEST_TYPE_COUNT, guest_type_name);
    for (unsigned c = CLASS_VM; c < CLASS_ANY; c <<= 1)
        g_string_append_printf(s, "class %s\n", guest_class_name((enum guest_class)c));
    EACH("state", enum guest_state, STATE_UNKNOWN + 1, STATE_COUNT, guest_state_name);
    EACH("state-reason", enum state_reason, 0, WHY_COUNT, state_reason_name);
    EACH("source-state", enum source_state, 0, SOURCE_STATE_COUNT, source_state_name);
    static const enum limit_owner owners[] = {LIMIT_OWN, 1, 12, LIMIT_CPUSET, LIMIT_HOST};
    for (size_t i = 0; i < G_N_ELEMENTS(owners); i++)
        g_string_append_printf(s, "limit-owner %s\n", limit_owner_name(owners[i], owner));
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
    char *path = g_test_build_filename(G_TEST_DIST, "tests", "model", "names.txt", NULL);
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

static void check_form(const char *name)
{
    g_test_message("%s", name);
    g_assert_cmpuint(strlen(name), >, 0);
    g_assert_cmpuint(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_"), ==, strlen(name));
}

/* X_find() returns the enumerator of every name, so names are unique. */
static void test_way_back(void)
{
#define BACK(type, from, end, name, find)                                                          \
    for (type i = from; i < end; i++) {                                                            \
        check_form(name(i));                                                                       \
        g_assert_cmpint((int)find(name(i)), ==, (int)i);                                           \
    }                                                                                              \
    g_assert_cmpint((int)find("no-such-name"), ==, (int)end);                                      \
    g_assert_cmpstr(name(end), ==, "")
    BACK(enum kind, 0, KIND_COUNT, kind_name, kind_find);
    BACK(enum facet, 0, FACET_COUNT, facet_name, facet_find);
    BACK(enum reading_type, 0, READING_TYPE_COUNT, reading_type_name, reading_type_find);
    BACK(enum reading_unit, 0, READS_UNIT_COUNT, reading_unit_name, reading_unit_find);
    BACK(enum unit, 0, UNIT_END, unit_name, unit_find);
    BACK(enum reason, 0, REASON_COUNT, reason_name, reason_find);
    BACK(enum guest_type, GUEST_NONE + 1, GUEST_TYPE_COUNT, guest_type_name, guest_type_find);
    BACK(enum guest_state, STATE_UNKNOWN + 1, STATE_COUNT, guest_state_name, guest_state_find);
    BACK(enum state_reason, 0, WHY_COUNT, state_reason_name, state_reason_find);
    g_assert_cmpint(guest_state_find(""), ==, STATE_UNKNOWN);
    g_assert_cmpint(guest_type_find(""), ==, GUEST_NONE);
    for (enum source_state s = 0; s < SOURCE_STATE_COUNT; s++)
        g_assert_cmpint(source_state_find(source_state_name(s)), ==, s);
    g_assert_cmpint(source_state_find("none"), ==, SOURCE_STATE_COUNT);
    for (enum facet f = 0; f < FACET_COUNT; f++)
        for (enum reading r = facet_begin(f); r < facet_end(f); r++) {
            check_form(reading_name(r));
            g_assert_cmpint(reading_find(f, reading_name(r)), ==, r);
        }
    g_assert_cmpint(reading_find(FACET_HOST, "no_such_name"), ==, R_NONE);
    g_assert_cmpint(reading_find(FACET_NONE, "user_ns"), ==, R_NONE);
    g_assert_cmpstr(reading_name(R_NONE), ==, "");
    g_assert_cmpint(guest_class_find("container"), ==, CLASS_CONTAINER);
    g_assert_cmpint(guest_class_find(""), ==, 0);
    g_assert_cmpstr(guest_class_name(CLASS_ANY), ==, "");
}

static void test_limit_owners(void)
{
    static const char *const none[] = {"", "own2", "ancestor-", "ancestor-0", "ancestor-1000",
                                       "ancestor-99999999999", "ancestor-01", "HOST"};
    static const enum limit_owner owners[] = {LIMIT_OWN, 1, 2, 999, LIMIT_CPUSET, LIMIT_HOST};
    char name[LIMIT_OWNER_SIZE];
    enum limit_owner found;

    for (size_t i = 0; i < G_N_ELEMENTS(owners); i++) {
        g_assert_true(limit_owner_find(limit_owner_name(owners[i], name), &found));
        g_assert_cmpint(found, ==, owners[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
        g_assert_false(limit_owner_find(none[i], &found));
}

/* The name of a reading includes its unit. */
static void test_units(void)
{
    static const struct {
        enum reading_unit unit;
        const char *end;
    } ends[] = {{READS_NS, "_ns"},
                {READS_MS, "_ms"},
                {READS_CENTISECONDS, "_centiseconds"},
                {READS_BYTES, "_bytes"},
                {READS_BYTES_PER_S, "_bytes_per_second"},
                {READS_HUNDREDTHS, "_hundredths"},
                {READS_THOUSANDTHS, "_thousandths"}};
    double factor;

    for (enum reading r = 0; r < READING_COUNT; r++)
        for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
            g_test_message("%s", reading_name(r));
            g_assert_cmpint(reading_unit(r) == ends[i].unit, ==,
                            g_str_has_suffix(reading_name(r), ends[i].end));
        }
    g_assert_cmpstr(reading_unit_base(reading_unit(R_CG_CPU_NS), &factor), ==, "seconds");
    g_assert_cmpfloat(factor, ==, 1e-9);
    g_assert_cmpstr(reading_unit_base(reading_unit(R_HOSTDISK_BUSY_MS), &factor), ==, "seconds");
    g_assert_cmpfloat(factor, ==, 1e-3);
    g_assert_cmpstr(reading_unit_base(READS_BYTES, &factor), ==, "bytes");
    g_assert_cmpstr(reading_unit_base(READS_COUNT, &factor), ==, "");
    g_assert_null(reading_unit_base(READS_STATE, &factor));
    g_assert_null(reading_unit_base(READS_NUMBER, &factor));
}

/* No two facets of a kind have the same rank. */
static void test_ranks(void)
{
    for (enum facet f = 0; f < FACET_COUNT; f++) {
        g_assert_cmpuint(facet_rank(f), >=, 1);
        for (enum facet g = 0; g < f; g++)
            if (facet_kind(f) == facet_kind(g))
                g_assert_cmpuint(facet_rank(f), !=, facet_rank(g));
    }
    g_assert_cmpuint(facet_rank(FACET_DOMAIN), <, facet_rank(FACET_PROCESS));
    g_assert_cmpuint(facet_rank(FACET_PROCESS), <, facet_rank(FACET_CGROUP));
    g_assert_cmpuint(facet_rank(FACET_CGROUP), <, facet_rank(FACET_NET));
    g_assert_cmpuint(facet_rank(FACET_HOST), <, facet_rank(FACET_HYPERVISOR));
}

static void test_alerts(void)
{
    for (enum metric m = 0; m < METRIC_COUNT; m++) {
        const struct metric_info *info = metric_info(m);
        g_test_message("%s", info->id);
        g_assert_true(info->critical > info->warning || (info->critical == 0 && info->warning == 0));
        g_assert_true(info->warning >= 0 && (info->critical == 0 || metric_is_number(m)));
    }
    g_assert_cmpfloat(metric_info(M_READY)->warning, ==, 5);
    g_assert_cmpfloat(metric_info(M_READY)->critical, ==, 10);
    g_assert_cmpfloat(metric_info(M_CPU)->critical, ==, 0);
}

/* The most specific origin counts: that of the metric, then of its set, then of the facet. */
static void test_origins(void)
{
    g_assert_cmpstr(metric_origin(FACET_HOST, M_HOST_LOAD5), ==, "/proc/loadavg");
    g_assert_cmpstr(metric_origin(FACET_HOST, M_HOST_MEM_FREE), ==, "/proc/meminfo");
    g_assert_cmpstr(metric_origin(FACET_HOST, M_HOST_UPTIME), ==, "/proc/uptime");
    g_assert_cmpstr(metric_origin(FACET_NONE, M_HOST_VMS), ==, "counted over all sources");
    g_assert_cmpstr(metric_origin(FACET_NONE, M_CPU), ==, "");
    for (enum facet f = 0; f < FACET_COUNT; f++)
        for (enum metric m = metric_begin(facet_kind(f)); m < metric_end(facet_kind(f)); m++)
            g_assert_cmpstr(metric_origin(f, m), !=, "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/catalogue/frozen", test_frozen);
    g_test_add_func("/catalogue/way-back", test_way_back);
    g_test_add_func("/catalogue/limit-owners", test_limit_owners);
    g_test_add_func("/catalogue/units", test_units);
    g_test_add_func("/catalogue/ranks", test_ranks);
    g_test_add_func("/catalogue/alerts", test_alerts);
    g_test_add_func("/catalogue/origins", test_origins);
    return g_test_run();
}
