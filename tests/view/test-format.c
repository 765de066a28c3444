/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Values become the text that format.h promises: by unit, absent as absent, never too wide. */
#include <config.h>

#include "base/clock.h"
#include "view/format.h"

#include "base/text.h"
#include "stage.h"

#include <math.h>

static void check(enum unit unit, double number, int width, const char *expected)
{
    char out[FORMAT_SIZE];

    g_assert_cmpstr(format_number(unit, number, width, out), ==, expected);
}

static void test_units(void)
{
    check(UNIT_PERCENT, 0, 5, "0.0");
    check(UNIT_PERCENT, 14, 5, "14.0");
    check(UNIT_CPU_PERCENT, 387.24, 6, "387.2");
    check(UNIT_CPU_PERCENT, 25600, 6, "25600");
    check(UNIT_BYTES, 0, 6, "0");
    check(UNIT_BYTES, 512, 6, "512B");
    check(UNIT_BYTES, 1000, 6, "1.0K");
    check(UNIT_BYTES, 7.9 * 1024, 6, "7.9K");
    check(UNIT_BYTES, 99.96 * 1024 * 1024, 6, "100M");
    check(UNIT_BYTES, 62.1 * (1 << 30), 6, "62.1G");
    check(UNIT_BYTES, 1023.0 * (1 << 20), 6, "1.0G");
    check(UNIT_BYTES_RATE, 412.0 * (1 << 20), 6, "412M");
    check(UNIT_BYTES, 1.8446744073709552e19, 6, "16.0E");
    check(UNIT_BYTES, 1e60, 6,
          "86736173798840350330629994739E"); /* cut, not written past the end */
    check(UNIT_RATE, 0.3, 6, "0.3");
    check(UNIT_RATE, 812, 6, "812");
    check(UNIT_RATE, 31000000, 6, "31.0M");
    check(UNIT_COUNT, 123456, 5, "123k");
    check(UNIT_LOAD, 6.213, 6, "6.21");
    check(UNIT_LOAD, 256, 5, "256");
    check(UNIT_MS, 0.04, 6, "0.04");
    check(UNIT_MS, 0.92, 6, "0.9");
    check(UNIT_MS, 310, 6, "310");
    check(UNIT_MS, 12500, 6, "12.5s");
    check(UNIT_BYTES, (double)NAN, 6, "");
}

static void test_durations(void)
{
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {{0, "0s"},
                 {42, "42s"},
                 {450, "7m30s"},
                 {18720, "5h12m"},
                 {3 * 86400 + 4 * 3600, "3d4h"},
                 {41 * 86400, "41d"},
                 {412.0 * 86400 + 3600, "412d"},
                 {-5, "0s"}};
    char out[FORMAT_SIZE];

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(format_duration(cases[i].seconds, out), ==, cases[i].text);
}

/* Five columns are enough for any number of a unit that scales. */
static void test_width(void)
{
    static const enum unit units[] = {UNIT_PERCENT, UNIT_BYTES, UNIT_RATE, UNIT_COUNT, UNIT_LOAD};
    char out[FORMAT_SIZE];

    for (size_t u = 0; u < G_N_ELEMENTS(units); u++)
        for (double number = 0.001; number < 1e18; number *= 1.07)
            if (text_width(format_number(units[u], number, 5, out)) > 5)
                g_error("unit %d: %g is '%s'", units[u], number, out);
}

static const struct entity *find(const struct stage *s, const char *name)
{
    const GPtrArray *guests = roster_guests(s->roster);

    for (guint i = 0; i < guests->len; i++)
        if (!g_strcmp0(entity_label(g_ptr_array_index(guests, i), LABEL_NAME), name))
            return g_ptr_array_index(guests, i);
    g_assert_not_reached();
}

static void check_cell(const struct stage *s, const char *guest, enum metric m, const char *text,
                       enum style style)
{
    struct format_cell cell;

    format_cell(&s->view, find(s, guest), m, metric_info(m)->width, &cell);
    g_assert_cmpstr(cell.text, ==, text);
    g_assert_cmpint(cell.style, ==, style);
}

static void test_cells(void)
{
    struct stage *s = stage_sketch();

    check_cell(s, "db-primary", M_CPU, "387.2", STYLE_NORMAL);
    check_cell(s, "db-primary", M_THROTTLED, "–", STYLE_DIM);
    check_cell(s, "db-primary", M_TYPE, "vm", STYLE_VM);
    check_cell(s, "db-primary", M_PID, "3000", STYLE_NORMAL);
    check_cell(s, "db-primary", M_HOST, "kvm7", STYLE_NORMAL);
    check_cell(s, "db-primary", M_IMAGE, "–", STYLE_DIM);
    check_cell(s, "web-12", M_READY, "14.0", STYLE_CRIT);
    check_cell(s, "build-7", M_STATE, "HUNG 42s", STYLE_CRIT);
    check_cell(s, "shop/nginx-1", M_THROTTLED, "30.0", STYLE_CRIT);
    check_cell(s, "cache", M_READ, "0", STYLE_DIM);
    check_cell(s, "web-12", M_MEM_PERCENT, "98.8", STYLE_NORMAL);
    ((struct actor *)g_ptr_array_index(s->actors, 1))->memory = 505;
    stage_tick(s, 1);
    check_cell(s, "shop/nginx-1", M_MEM_PERCENT, "98.6", STYLE_CRIT);
    s->view.cpu_of_host = true;
    check_cell(s, "db-primary", M_CPU, "12.1", STYLE_NORMAL);
    check_cell(s, "web-12", M_READY, "14.0", STYLE_CRIT);
    stage_free(s);
}

/* A value that is older than it should be is dim, and the state says how old. */
static void test_stale(void)
{
    struct stage *s = stage_sketch();

    s->view.moment.now_ns += INT64_C(12000000000);
    check_cell(s, "cache", M_CPU, "12.5", STYLE_DIM);
    check_cell(s, "cache", M_STATE, "run 12s", STYLE_DIM);
    s->view.moment.now_ns += INT64_C(1000000000000);
    check_cell(s, "cache", M_STATE, "run 16m", STYLE_DIM);
    stage_free(s);
}

/* In the past there are the values and states that were recorded, and no others. */
static void test_past(void)
{
    struct stage *s = stage_sketch();
    struct actor *db = g_ptr_array_index(s->actors, 0), *build = g_ptr_array_index(s->actors, 3);

    s->view.moment.tick = roster_last_tick(s->roster);
    db->cpu = 500;
    db->limit = 131072;
    db->state = STATE_PAUSED;
    build->hung_ms = 0;
    stage_tick(s, 2);
    check_cell(s, "db-primary", M_CPU, "387.2", STYLE_NORMAL);
    check_cell(s, "db-primary", M_MEM_LIMIT, "64.0G", STYLE_NORMAL);
    check_cell(s, "db-primary", M_STATE, "run", STYLE_NORMAL);
    check_cell(s, "db-primary", M_TYPE, "vm", STYLE_VM);
    check_cell(s, "build-7", M_STATE, "HUNG 42s", STYLE_CRIT);
    check_cell(s, "db-primary", M_MEM_USED, "–", STYLE_DIM);
    g_assert_cmpint(moment_value(&s->view.moment, find(s, "db-primary"), M_MEM_USED).reason, ==,
                    REASON_NOT_RECORDED);
    s->view.moment.tick = 0;
    check_cell(s, "db-primary", M_STATE, "paused", STYLE_WARN);
    stage_free(s);
}

/* A guest that is paused because its disk is full has a state of its own on the screen. */
static void test_alarm(void)
{
    struct stage *s = stage_sketch();
    struct actor *db = g_ptr_array_index(s->actors, 0);

    db->state = STATE_PAUSED;
    db->why = WHY_BY_USER;
    stage_tick(s, 1);
    check_cell(s, "db-primary", M_STATE, "paused", STYLE_WARN);
    db->why = WHY_IO_ERROR;
    stage_tick(s, 1);
    check_cell(s, "db-primary", M_STATE, "I/O ERROR", STYLE_CRIT);
    g_assert_cmpstr(entity_label(find(s, "db-primary"), LABEL_STATE), ==, "paused");
    stage_free(s);
}

/* A guest that has left keeps its history; it has no current values. */
static void test_departed(void)
{
    struct stage *s = stage_sketch();
    struct actor *db = g_ptr_array_index(s->actors, 0);
    uint64_t serial = find(s, "db-primary")->serial, then = roster_last_tick(s->roster);

    db->absent = true;
    stage_tick(s, 8);
    g_assert_cmpuint(roster_departed(s->roster)->len, ==, 1);
    const struct entity *e = roster_find(s->roster, serial);
    g_assert_nonnull(e);
    g_assert_cmpstr(entity_label(e, LABEL_NAME), ==, "db-primary");
    g_assert_cmpint(moment_value(&s->view.moment, e, M_CPU).reason, ==, REASON_GONE);
    s->view.moment.tick = then;
    g_assert_cmpfloat_with_epsilon(moment_number(&s->view.moment, e, M_CPU), 387.2, 0.1);
    g_assert_true(moment_has(&s->view.moment, e));
    s->view.moment.tick = roster_last_tick(s->roster);
    g_assert_false(moment_has(&s->view.moment, e));
    /* Its minutes are kept for longer than its ticks; then it is forgotten. */
    stage_tick(s, HISTORY_DEPTH_MAX);
    g_assert_cmpuint(roster_departed(s->roster)->len, ==, 1);
    for (int minute = 0; minute <= HISTORY_MINUTES_MAX; minute++) {
        s->time_ns += 60 * CLOCK_NS_PER_S;
        stage_tick(s, 1);
    }
    g_assert_cmpuint(roster_departed(s->roster)->len, ==, 0);
    g_assert_null(roster_find(s->roster, serial));
    stage_free(s);
}

static void check_title(const struct view *v, enum metric m, const char *expected)
{
    char out[FORMAT_SIZE];

    g_assert_cmpstr(format_title(v, m, 12, out), ==, expected);
}

static void test_titles(void)
{
    struct stage *s = stage_new(4);

    check_title(&s->view, M_CPU, "CPU%");
    check_title(&s->view, M_CPU_GRAPH, "CPU% 60s");
    s->view.interval_ns *= 5;
    check_title(&s->view, M_CPU_GRAPH, "CPU% 60s");
    s->view.cpu_of_host = true;
    check_title(&s->view, M_CPU, "CPU%H");
    check_title(&s->view, M_READY, "RDY%");
    stage_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/format/units", test_units);
    g_test_add_func("/format/durations", test_durations);
    g_test_add_func("/format/width", test_width);
    g_test_add_func("/format/cells", test_cells);
    g_test_add_func("/format/stale", test_stale);
    g_test_add_func("/format/past", test_past);
    g_test_add_func("/format/alarm", test_alarm);
    g_test_add_func("/format/departed", test_departed);
    g_test_add_func("/format/titles", test_titles);
    return g_test_run();
}
