/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The catalogue is consistent, and has every documented name that scripts may use. */
#include "model/metric.h"

#include "base/text.h"

#include <glib.h>
#include <string.h>
#include <strings.h>

#define EACH_METRIC(m) (enum metric m = 0; m < METRIC_COUNT; m++)

static void test_kinds_cover_all(void)
{
    enum metric expected = 0;

    for (enum kind k = 0; k < KIND_COUNT; k++) {
        g_assert_cmpint(metric_begin(k), ==, expected);
        g_assert_cmpint(metric_end(k), >, metric_begin(k));
        for (enum metric m = metric_begin(k); m < metric_end(k); m++)
            g_assert_cmpint(metric_info(m)->kind, ==, k);
        expected = metric_end(k);
    }
    g_assert_cmpint(expected, ==, METRIC_COUNT);
}

static bool is_export_name(const char *s)
{
    return g_ascii_islower(*s) && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s);
}

/* -o and -s accept exported names and titles: each must be unambiguous. */
static void test_names_are_unique(void)
{
    for
        EACH_METRIC(m)
        {
            const struct metric_info *a = metric_info(m);
            g_assert_true(is_export_name(a->export_name));
            for (enum metric n = metric_begin(a->kind); n < metric_end(a->kind); n++) {
                const struct metric_info *b = metric_info(n);
                if (n == m)
                    continue;
                g_test_message("%s %s", a->id, b->id);
                g_assert_cmpstr(a->export_name, !=, b->export_name);
                g_assert_cmpint(strcasecmp(a->title, b->title), !=, 0);
                g_assert_cmpint(strcasecmp(a->title, b->export_name), !=, 0);
            }
        }
}

static void test_find(void)
{
    for
        EACH_METRIC(m)
        {
            const struct metric_info *info = metric_info(m);
            char *upper = g_ascii_strup(info->export_name, -1);
            char *lower = g_ascii_strdown(info->title, -1);
            g_assert_cmpint(metric_find(info->kind, upper), ==, m);
            g_assert_cmpint(metric_find(info->kind, lower), ==, m);
            g_free(upper);
            g_free(lower);
        }
    g_assert_cmpint(metric_find(KIND_GUEST, ""), ==, M_NONE);
    g_assert_cmpint(metric_find(KIND_GUEST, "cpu_percent_of_host"), ==, M_NONE);
    g_assert_cmpint(metric_find(KIND_GUEST, "cpu%"), ==, M_CPU);
}

/* A metric is one of text, sparkline, formula and readings, and its unit agrees. */
static void test_one_how(void)
{
    for
        EACH_METRIC(m)
        {
            const struct metric_info *info = metric_info(m);
            int hows = (info->label != LABEL_NONE) + (info->graph != M_NONE) +
                       info->formula + (info->from[0] != R_NONE);
            g_test_message("%s", info->id);
            g_assert_cmpint(hows, ==, 1);
            g_assert_true((info->unit == UNIT_GRAPH) == (info->graph != M_NONE));
            g_assert_true((info->unit == UNIT_TEXT) ==
                          (info->label != LABEL_NONE && info->label != LABEL_PID));
            g_assert_true(metric_is_number(m) == (info->formula || info->from[0] != R_NONE));
        }
}

static void test_readings_fit(void)
{
    for
        EACH_METRIC(m)
        {
            const struct metric_info *info = metric_info(m);
            for (int i = 0; info->from[i] != R_NONE; i++) {
                g_test_message("%s", info->id);
                /* totals may be those of its parts */
                g_assert_true(facet_kind(reading_facet(info->from[i])) == info->kind ||
                              info->total);
                g_assert_cmpfloat(info->scale, >, 0);
                /* first known of: rates are not mixed with amounts */
                g_assert_true((reading_type(info->from[i]) == READING_GAUGE) ==
                              (reading_type(info->from[0]) == READING_GAUGE));
            }
        }
}

static void test_facets(void)
{
    enum reading expected = 0;

    for (enum facet f = 0; f < FACET_COUNT; f++) {
        g_assert_cmpint(facet_begin(f), ==, expected);
        g_assert_cmpint(facet_end(f), >=, facet_begin(f));
        for (enum reading r = facet_begin(f); r < facet_end(f); r++)
            g_assert_cmpint(reading_facet(r), ==, f);
        expected = facet_end(f);
    }
    g_assert_cmpint(expected, ==, READING_COUNT);
}

static void test_columns(void)
{
    for
        EACH_METRIC(m)
        {
            const struct metric_info *info = metric_info(m);
            g_test_message("%s", info->id);
            g_assert_cmpint(text_width(info->title), >, 0);
            g_assert_cmpint(text_width(info->title), <=, info->width);
            g_assert_cmpuint(strlen(info->help), >, 0);
            g_assert_true(!g_str_has_suffix(info->help, ".") ||
                          g_str_has_suffix(info->help, "..."));
            g_assert_true(info->classes && !(info->classes & ~CLASS_ANY));
            g_assert_cmpint(info->sets & ~(SET_ALL | SET_REC | SET_NOW | SET_EXITS | SET_JOB |
                                           SET_NUMA | SET_MEM_PARTS),
                            ==, 0);
        }
}

static void test_graphs(void)
{
    for
        EACH_METRIC(m)
        {
            const struct metric_info *info = metric_info(m);
            if (info->graph != M_NONE) {
                g_assert_true(metric_is_number(info->graph));
                g_assert_cmpint(metric_info(info->graph)->kind, ==, info->kind);
                g_assert_true(metric_info(info->graph)->sets & SET_REC);
                g_assert_cmpint(metric_info(info->graph)->needs & ~info->needs, ==, 0);
            }
            if (info->sets & SET_REC)
                g_assert_true(metric_is_number(m));
        }
}

/* Metrics that are not in history are not read for it. Totals of counters are not in history. */
static void test_recorded(void)
{
    for
        EACH_METRIC(m)
        {
            const struct metric_info *info = metric_info(m);
            g_assert_true(metric_is_recorded(m) ==
                          (metric_is_number(m) && !(info->sets & SET_NOW)));
            g_assert_false(info->sets & SET_NOW && info->sets & SET_REC);
            g_assert_false(info->total && metric_is_recorded(m));
        }
}

/* Every number needs something: without needs it would always be read. Texts cost nothing. */
static void test_needs(void)
{
    for
        EACH_METRIC(m)
        {
            const struct metric_info *info = metric_info(m);
            bool always_read = info->kind == KIND_HOST || info->kind == KIND_CPU;
            g_test_message("%s", info->id);
            g_assert_cmpint(info->needs & ~(uint32_t)NEED_ALL, ==, 0);
            if (info->label != LABEL_NONE)
                g_assert_cmpint(info->needs, ==, 0);
            else if (!always_read)
                g_assert_cmpint(info->needs, !=, 0);
        }
}

/* Numbers are kept from the first one on. */
static void test_texts_first(void)
{
    for (enum kind k = 0; k < KIND_COUNT; k++) {
        for (enum metric m = metric_begin(k); m < metric_first_number(k); m++)
            g_assert_cmpint(metric_info(m)->label, !=, LABEL_NONE);
        if (metric_first_number(k) < metric_end(k))
            g_assert_cmpint(metric_info(metric_first_number(k))->label, ==, LABEL_NONE);
    }
}

/* metrics.md, "Exported names" */
static void test_promised_names(void)
{
    static const char *const names[] = {"type",
                                        "name",
                                        "id",
                                        "pid",
                                        "host",
                                        "group",
                                        "image",
                                        "state",
                                        "state_reason",
                                        "cpu_percent",
                                        "cpu_limit_percent",
                                        "cpu_user_percent",
                                        "cpu_system_percent",
                                        "vcpus",
                                        "ready_percent",
                                        "ready_max_percent",
                                        "throttled_percent",
                                        "efficiency_percent",
                                        "memory_bytes",
                                        "memory_limit_bytes",
                                        "memory_percent",
                                        "memory_guest_used_bytes",
                                        "balloon_bytes",
                                        "swap_bytes",
                                        "read_bytes_per_second",
                                        "write_bytes_per_second",
                                        "read_ops_per_second",
                                        "write_ops_per_second",
                                        "read_latency_ms",
                                        "write_latency_ms",
                                        "rx_bytes_per_second",
                                        "tx_bytes_per_second",
                                        "rx_packets_per_second",
                                        "tx_packets_per_second",
                                        "net_drops_per_second",
                                        "pressure_cpu_some_percent",
                                        "pressure_memory_some_percent",
                                        "pressure_memory_full_percent",
                                        "pressure_io_some_percent",
                                        "pressure_io_full_percent",
                                        "processes",
                                        "exits_per_second"};
    static const char *const of_host[] = {"name", "cpus", "cpu_percent_of_host",
                                          "memory_total_bytes"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        enum metric m = metric_find(KIND_GUEST, names[i]);
        g_test_message("%s", names[i]);
        g_assert_cmpint(m, !=, M_NONE);
        g_assert_cmpstr(metric_info(m)->export_name, ==, names[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(of_host); i++)
        g_assert_cmpint(metric_find(KIND_HOST, of_host[i]), !=, M_NONE);
}

/* The unit is in the name, so that no script has to guess. */
static void test_units_in_names(void)
{
    static const struct {
        enum unit unit;
        const char *suffix;
    } rules[] = {{UNIT_BYTES, "_bytes"},
                 {UNIT_BYTES_RATE, "_bytes_per_second"},
                 {UNIT_RATE, "_per_second"},
                 {UNIT_MS, "_ms"},
                 {UNIT_SECONDS, "_seconds"}};

    for
        EACH_METRIC(m)
        {
            const struct metric_info *info = metric_info(m);
            g_test_message("%s", info->id);
            for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
                if (info->unit == rules[i].unit)
                    g_assert_true(g_str_has_suffix(info->export_name, rules[i].suffix));
            if (info->unit == UNIT_PERCENT)
                g_assert_true(g_str_has_suffix(info->export_name, "_percent") ||
                              g_str_has_suffix(info->export_name, "_percent_of_host"));
        }
}

static const char *const READING_NAMES[READING_COUNT] = {
#define READING(id, ...) [R_##id] = #id,
#include "model/metrics.def"
};

/* The factor from a reading's unit to the metric's, according to the units in their names. */
static double scale_for(const struct metric_info *info, enum reading r)
{
    const char *name = READING_NAMES[r];
    bool percent = info->unit == UNIT_PERCENT || info->unit == UNIT_CPU_PERCENT;

    if (g_str_has_suffix(name, "_NS"))
        return percent ? 1e-7 : info->unit == UNIT_SECONDS ? 1e-9 : 1e-6;
    if (g_str_has_suffix(name, "_HUNDREDTHS"))
        return 0.01;
    if (g_str_has_suffix(name, "_MS"))
        return percent ? 0.1 : 1;
    return 1;
}

static void test_scales(void)
{
    for
        EACH_METRIC(m)
        {
            const struct metric_info *info = metric_info(m);
            for (int i = 0; info->from[i] != R_NONE; i++) {
                enum reading r = info->from[i];
                bool rate = reading_type(r) != READING_GAUGE && !info->total;
                g_test_message("%s from %s", info->id, READING_NAMES[r]);
                g_assert_cmpfloat(info->scale, ==, scale_for(info, r));
                if (info->unit == UNIT_BYTES)
                    g_assert_true(!rate && g_str_has_suffix(READING_NAMES[r], "_BYTES"));
                if (info->unit == UNIT_RATE)
                    g_assert_true(rate);
            }
        }
}

static void test_reasons(void)
{
    for (enum reason r = 0; r < REASON_COUNT; r++) {
        g_assert_cmpuint(strlen(reason_text(r)), >, 0);
        for (enum reason other = 0; other < r; other++)
            g_assert_cmpstr(reason_text(r), !=, reason_text(other));
    }
    g_assert_cmpint(REASON_OK, ==, 0);
    g_assert_cmpstr(reason_text(REASON_COUNT), ==, "");
}

static void test_guest_types(void)
{
    g_assert_cmpstr(guest_type_name(GUEST_NONE), ==, "");
    g_assert_cmpint(guest_type_class(GUEST_NONE), ==, 0);
    for (enum guest_type t = GUEST_NONE + 1; t < GUEST_TYPE_COUNT; t++) {
        g_assert_cmpuint(strlen(guest_type_name(t)), >, 0);
        g_assert_cmpuint(strlen(guest_type_description(t)), >, 0);
        g_assert_true(guest_type_class(t) & CLASS_ANY);
        for (enum guest_type other = 0; other < t; other++)
            g_assert_cmpstr(guest_type_name(t), !=, guest_type_name(other));
    }
    g_assert_cmpint(guest_type_class(GUEST_VM), ==, CLASS_VM);
    g_assert_cmpint(guest_type_class(GUEST_DOCKER), ==, CLASS_CONTAINER);
    g_assert_cmpint(guest_type_class(GUEST_SERVICE), ==, CLASS_SERVICE);
    g_assert_cmpstr(guest_type_name(GUEST_TYPE_COUNT), ==, "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/metric/kinds-cover-all", test_kinds_cover_all);
    g_test_add_func("/metric/names-are-unique", test_names_are_unique);
    g_test_add_func("/metric/find", test_find);
    g_test_add_func("/metric/one-how", test_one_how);
    g_test_add_func("/metric/readings-fit", test_readings_fit);
    g_test_add_func("/metric/facets", test_facets);
    g_test_add_func("/metric/columns", test_columns);
    g_test_add_func("/metric/graphs", test_graphs);
    g_test_add_func("/metric/recorded", test_recorded);
    g_test_add_func("/metric/needs", test_needs);
    g_test_add_func("/metric/texts-first", test_texts_first);
    g_test_add_func("/metric/promised-names", test_promised_names);
    g_test_add_func("/metric/units-in-names", test_units_in_names);
    g_test_add_func("/metric/scales", test_scales);
    g_test_add_func("/metric/reasons", test_reasons);
    g_test_add_func("/metric/guest-types", test_guest_types);
    return g_test_run();
}
