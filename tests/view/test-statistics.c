/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The table of statistics of a page: on wide and narrow screens, live and in the past, of hosts,
 * with too few values, and with estimates. */
#include <config.h>

#include "base/clock.h"
#include "view/flow_statistics.h"

#include "show.h"

#include <string.h>

static void flow(struct flow *f, const void *data)
{
    static const enum metric guest[] = {M_CPU, M_MEM, M_THROTTLED, M_TX, M_PSI_IO};
    static const enum metric host[] = {M_HOST_CPU, M_HOST_MEM_USED, M_HOST_NET_RX};
    const struct show *show = data;
    const struct entity *e = roster_find(show->stage->roster, show->serial);

    if (e->kind == KIND_HOST)
        flow_statistics(f, e, host, G_N_ELEMENTS(host));
    else
        flow_statistics(f, e, guest, G_N_ELEMENTS(guest));
}

static void draw(struct canvas *c, const struct rect *where, struct show *show)
{
    struct flow_extent extent = {.scroll = show->page.scroll};

    flow_draw(c, where, &show->stage->view, &extent, flow, show);
}

static char *text_of(struct show *show, int columns)
{
    struct canvas *c = canvas_new(9, columns);
    struct rect where = {.rows = 9, .columns = columns};

    draw(c, &where, show);
    char *text = canvas_to_text(c);
    canvas_free(c);
    return text;
}

static void check(struct show *show, int columns, const char *const parts[])
{
    char *text = text_of(show, columns);

    show_check_contains(text, parts);
    g_free(text);
}

static void test_pictures(void)
{
    struct show show = show_new(show_busy_sketch());

    show.serial = show_serial_of(show.stage, "shop/nginx-1");
    show_check_picture("statistics-80", &show, draw, 8, 80);
    show_check_picture("statistics-50", &show, draw, 8, 50);
    show_check_picture("statistics-30", &show, draw, 8, 30);
    show.serial = roster_host(show.stage->roster)->serial;
    show_check_picture("statistics-host", &show, draw, 6, 80);
    show_free(&show);
}

/* No narrow screen loses the mean and the maximum. */
static void test_narrow(void)
{
    struct show show = show_new(show_busy_sketch());
    draw_function *const drawn[] = {draw};

    show.serial = show_serial_of(show.stage, "db-primary");
    for (int columns = 28; columns < 90; columns++)
        check(&show, columns, (const char *const[]){"mean", "max", "381.5", "496.0", NULL});
    show_check_sizes(
        &show, drawn, 1,
        &(struct show_sizes){.rows = 12, .columns = 90, .row_step = 3, .column_step = 3});
    show_free(&show);
}

/* The CPU of db-primary is 300, then what show_busy_sketch() says. */
static void test_past(void)
{
    struct show show = show_new(show_busy_sketch());
    struct view *v = &show.stage->view;

    show.serial = show_serial_of(show.stage, "db-primary");
    v->window_ns = 60 * CLOCK_NS_PER_S;
    check(&show, 80, (const char *const[]){"over 1 min", " 60      0%   100%", NULL});
    v->moment.tick = roster_last_tick(show.stage->roster) - 67;
    v->window_ns = 3 * CLOCK_NS_PER_S; /* 300, 301, 304 */
    check(&show, 80, (const char *const[]){"300.0   301.7   301.0   303.7   304.0     2.1", NULL});
    v->window_ns = 60 * CLOCK_NS_PER_S;
    v->moment.tick = 1; /* no rate yet, and one value of what is none */
    check(&show, 80,
          (const char *const[]){"CPU%         0    100%     0% not enough data",
                                "MEM          1      0%     0% not enough data",
                                "PSIIO        0    100%     0% not enough data", NULL});
    show_free(&show);
}

static void test_cpu_of_host(void)
{
    struct show show = show_new(show_busy_sketch());

    show.serial = show_serial_of(show.stage, "db-primary");
    show.stage->view.cpu_of_host = true; /* 32 CPUs: 496 / 32 */
    check(&show, 80, (const char *const[]){"CPU%H", "15.5", NULL});
    show_free(&show);
}

/* After 20 minutes the first ten are minutes only. */
static void test_estimated(void)
{
    struct show show = show_new(stage_sketch());

    show.serial = show_serial_of(show.stage, "db-primary");
    stage_tick(show.stage, 1200);
    check(&show, 80, (const char *const[]){"statistics over 10 min", " 600      0%   100%", NULL});
    show.stage->view.window_ns = 3600 * CLOCK_NS_PER_S;
    check(&show, 80, (const char *const[]){"over 1 h ", "~ estimated from minutes", " 33%", NULL});
    char *text = text_of(&show, 80);
    g_assert_nonnull(strstr(text, "~387.2")); /* an exact one of equal values */
    g_free(text);
    show.stage->view.glyphs = glyphs_get(true);
    check(&show, 80, (const char *const[]){"~387.2", NULL});
    show_free(&show);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/flow-statistics/pictures", test_pictures);
    g_test_add_func("/flow-statistics/narrow", test_narrow);
    g_test_add_func("/flow-statistics/past", test_past);
    g_test_add_func("/flow-statistics/cpu-of-host", test_cpu_of_host);
    g_test_add_func("/flow-statistics/estimated", test_estimated);
    return g_test_run();
}
