/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Findings on the screen: the line, badges, the page and its log, sections, in every size, at other
 * times. */
#include <config.h>

#include "base/clock.h"
#include "view/findings.h"

#include "show.h"
#include "written.h"

#include <math.h>
#include <string.h>

enum { S0 = 1000 }; /* the first second of the stage */

/* ---- what there is to show ---- */

static int64_t second(int s)
{
    return (S0 + s) * CLOCK_NS_PER_S;
}

static void write_guest(struct show *show, struct analysis *a, struct writing w)
{
    w.guest = show_serial_of(show->stage, w.name);
    written_add(a, &w);
}

/* At second 72: web-12 is critical, shop/nginx-1 has a warning and had one before, the host has a
 * note, and build-7 is muted. */
static struct analysis *write_findings(struct show *show)
{
    struct stage *s = show->stage;
    int64_t wall_ns = s->view.moment.wall_ns - s->view.moment.now_ns;
    struct analysis *a = written_new(roster_host(s->roster)->serial, wall_ns);

    write_guest(show, a,
                (struct writing){.rule = RULE_VCPU_CONTENTION,
                                 .severity = SEVERITY_WARN,
                                 .name = "shop/nginx-1",
                                 .sentence = "it was slow",
                                 .since_ns = second(5),
                                 .until_ns = second(20)});
    write_guest(show, a,
                (struct writing){.rule = RULE_VCPU_CONTENTION,
                                 .severity = SEVERITY_CRIT,
                                 .name = "web-12",
                                 .sentence =
                                     "its vCPUs wait for a CPU 14 % of the time; most is used by "
                                     "db-primary (461 %) and shop/nginx-1 (81 %): move one of them "
                                     "to another host",
                                 .since_ns = second(10),
                                 .evidence = {{M_READY, 14.2, 10, 62 * CLOCK_NS_PER_S},
                                              {M_HOST_CPU, 49, (double)NAN, 0}},
                                 .evidence_count = 2,
                                 .also = "its memory is nearly used up",
                                 .ruled_out = {"its own quota: no CPU quota is set", "steal: 0 %"},
                                 .missing = "latency of its disks: not read yet"});
    write_guest(show, a,
                (struct writing){.rule = RULE_VCPU_CONTENTION,
                                 .severity = SEVERITY_CRIT,
                                 .name = "build-7",
                                 .sentence = "its monitor does not answer",
                                 .since_ns = second(12),
                                 .muted = true});
    write_guest(show, a,
                (struct writing){.rule = RULE_VCPU_CONTENTION,
                                 .severity = SEVERITY_WARN,
                                 .name = "shop/nginx-1",
                                 .sentence = "its own quota stops it 30 % of the time",
                                 .since_ns = second(30)});
    written_add(a, &(struct writing){.rule = RULE_HOST_CPU_BUSY,
                                     .severity = SEVERITY_INFO,
                                     .sentence = "its CPUs are busy 49 % of the time",
                                     .since_ns = second(40)});
    s->view.analysis = a;
    return a;
}

struct scene {
    struct show show;
    struct analysis *analysis;
};

static struct scene scene_new(void)
{
    struct scene s = {.show = show_new(show_busy_sketch())};

    s.analysis = write_findings(&s.show);
    return s;
}

static void scene_free(struct scene *s)
{
    show_free(&s->show);
    written_free(s->analysis);
}

static void draw_findings(struct canvas *c, const struct rect *where, struct show *show)
{
    show->page.class = &PAGE_FINDINGS;
    page_draw(&show->page, c, where, &show->stage->view);
}

static void draw_log(struct canvas *c, const struct rect *where, struct show *show)
{
    show->page.log = true;
    draw_findings(c, where, show);
}

static void draw_guest(struct canvas *c, const struct rect *where, struct show *show)
{
    show->page.class = &PAGE_GUEST;
    show->page.subject = show->serial;
    page_draw(&show->page, c, where, &show->stage->view);
}

static void draw_host(struct canvas *c, const struct rect *where, struct show *show)
{
    show->page.class = &PAGE_HOST;
    show->page.subject = roster_host(show->stage->roster)->serial;
    page_draw(&show->page, c, where, &show->stage->view);
}

static bool draws(struct show *show, draw_function *draw, int columns, const char *part)
{
    char *text = show_page_text(show, draw, columns);
    bool there = strstr(text, part) != NULL;

    g_free(text);
    return there;
}

/* ---- the main screen ---- */

static void test_main(void)
{
    struct scene s = scene_new();

    show_check_picture("findings-main-80x24", &s.show, show_draw_main, 24, 80);
    show_check_picture("findings-main-200x50", &s.show, show_draw_main, 50, 200);
    show_check_picture("findings-main-40x10", &s.show, show_draw_main, 10, 40);
    show_check_picture("findings-main-20x5", &s.show, show_draw_main, 5, 20);
    s.show.stage->view.glyphs = glyphs_get(true);
    show_check_picture("findings-main-ascii", &s.show, show_draw_main, 16, 80);
    s.show.stage->view.glyphs = glyphs_get(false);
    table_tree(s.show.table, true);
    show_check_picture("findings-tree", &s.show, show_draw_main, 20, 120);
    scene_free(&s);
}

/* Without an open finding that is not muted there is no line, and nothing else either. */
static void test_nothing_open(void)
{
    struct scene s = scene_new();
    struct view *v = &s.show.stage->view;
    char *without, *with;

    g_assert_cmpint(panel_findings_rows(v), ==, 1);
    v->moment.tick = 3;
    g_assert_cmpint(panel_findings_rows(v), ==, 0);
    v->moment.tick = 0;
    v->analysis = NULL;
    g_assert_cmpint(panel_findings_rows(v), ==, 0);
    without = show_page_text(&s.show, show_draw_main, 80);
    for (guint i = 0; i < analysis_log(s.analysis)->len; i++)
        ((struct finding *)g_ptr_array_index(analysis_log(s.analysis), i))->muted = true;
    v->analysis = s.analysis;
    g_assert_cmpint(panel_findings_rows(v), ==, 0);
    with = show_page_text(&s.show, show_draw_main, 80);
    g_assert_cmpstr(with, ==, without);
    g_free(without);
    g_free(with);
    scene_free(&s);
}

/* The sentence is cut before the others lose their place; of several others with severities. */
static void test_line(void)
{
    struct scene s = scene_new();

    for (int columns = 1; columns <= 200; columns++) {
        struct rect where = {.rows = 1, .columns = columns};
        struct canvas *c = canvas_new(1, columns);
        panel_findings(c, &where, &s.show.stage->view);
        char *text = canvas_to_text(c);
        g_assert_cmpint(text[0], ==, columns > 1 ? ' ' : '\n');
        g_assert_true(columns < 2 || text[1] == '!');
        g_assert_true(columns < 60 || strstr(text, "and 1 warn, 1 info (F7)"));
        g_assert_true(columns < 16 || columns > 40 || strstr(text, " +2"));
        g_assert_true(columns < 20 || strstr(text, "! web-12: "));
        g_free(text);
        canvas_free(c);
    }
    scene_free(&s);
}

/* Each severity has another sign; a muted finding has none. */
static void test_badges(void)
{
    struct scene s = scene_new();
    struct view *v = &s.show.stage->view;
    enum style style;

    g_assert_cmpstr(finding_badge(v, show_serial_of(s.show.stage, "web-12"), &style), ==, "!");
    g_assert_cmpint(style, ==, STYLE_CRIT);
    g_assert_cmpstr(finding_badge(v, show_serial_of(s.show.stage, "shop/nginx-1"), &style), ==,
                    "^");
    g_assert_cmpint(style, ==, STYLE_WARN);
    g_assert_cmpstr(finding_badge(v, roster_host(s.show.stage->roster)->serial, &style), ==, "i");
    g_assert_null(finding_badge(v, show_serial_of(s.show.stage, "build-7"), &style));
    v->moment.tick = 15; /* when the first warning was open, and the other was not */
    g_assert_nonnull(finding_badge(v, show_serial_of(s.show.stage, "shop/nginx-1"), &style));
    v->moment.tick = 25;
    g_assert_null(finding_badge(v, show_serial_of(s.show.stage, "shop/nginx-1"), &style));
    scene_free(&s);
}

/* The badge takes nothing from the longest name where there is room, and stands in its column. */
static void test_badge_place(void)
{
    struct scene s = scene_new();

    g_assert_true(draws(&s.show, show_draw_main, 120, "shop/nginx-1 ^ run"));
    g_assert_true(draws(&s.show, show_draw_main, 120, "web-12       ! run"));
    table_tree(s.show.table, true);
    g_assert_true(draws(&s.show, show_draw_main, 120, "kvm7 (7)"));
    scene_free(&s);
}

/* A folded row has the worst badge of those below it; an open one has only its own. */
static void test_badge_of_folded(void)
{
    struct scene s = scene_new();
    struct table *t = s.show.table;

    table_tree(t, true);
    g_assert_true(draws(&s.show, show_draw_main, 120, "kvm7 (7)         i host"));
    g_assert_true(draws(&s.show, show_draw_main, 120, "shop (3)         group"));
    table_fold_all(t, true);
    g_assert_true(draws(&s.show, show_draw_main, 120, "kvm7 (7)         i host"));
    g_assert_true(draws(&s.show, show_draw_main, 120, "shop (3)       ^ group"));
    s.show.stage->view.moment.tick = 25; /* when that warning was not open */
    g_assert_true(draws(&s.show, show_draw_main, 120, "shop (3)         group"));
    s.show.stage->view.moment.tick = 0;
    table_select_row(t, 0);
    table_fold(t, true);
    g_assert_true(draws(&s.show, show_draw_main, 120, "kvm7 (7)         ! host"));
    scene_free(&s);
}

/* On a large host a frame asks for lists a few times, not once per row. */
static void test_cost(void)
{
    struct show show = show_new(stage_crowd(8, 1000));
    struct analysis *a = written_new(roster_host(show.stage->roster)->serial, 0);
    struct canvas *c = canvas_new(50, 200);
    struct rect where = {.rows = 50, .columns = 200};

    for (int i = 0; i < 100; i++) {
        char *name = g_strdup_printf("guest-%04d", i);
        struct writing w = {.rule = RULE_VCPU_CONTENTION,
                            .severity = SEVERITY_WARN,
                            .name = name,
                            .sentence = "it waits",
                            .since_ns = second(0)};
        write_guest(&show, a, w);
        g_free(name);
    }
    show.stage->view.analysis = a;
    show_draw_main(c, &where, &show);
    g_assert_cmpuint(written_scans(a), <=, 5);
    /* In the past a row on the screen may ask, others not. */
    show.stage->view.moment.tick = roster_last_tick(show.stage->roster);
    unsigned before = written_scans(a);
    show_draw_main(c, &where, &show);
    g_assert_cmpuint(written_scans(a) - before, <=, 60);
    canvas_free(c);
    show_free(&show);
    written_free(a);
}

/* ---- the page ---- */

static void test_page(void)
{
    struct scene s = scene_new();

    show_check_picture("findings-80x24", &s.show, draw_findings, 24, 80);
    show_check_picture("findings-200x20", &s.show, draw_findings, 20, 200);
    show_check_picture("findings-40x10", &s.show, draw_findings, 10, 40);
    show_check_picture("findings-20x5", &s.show, draw_findings, 5, 20);
    show_check_picture("findings-log", &s.show, draw_log, 16, 80);
    s.show.page = (struct page){.scroll = 0};
    s.show.stage->view.glyphs = glyphs_get(true);
    show_check_picture("findings-ascii", &s.show, draw_findings, 16, 80);
    scene_free(&s);
}

static void test_empty_page(void)
{
    struct scene s = scene_new();
    struct page_turn turn = {.open = NULL};

    s.show.stage->view.moment.tick = 2;
    g_assert_true(draws(&s.show, draw_findings, 80, "no finding is open"));
    g_assert_false(page_act(&s.show.page, &s.show.stage->view, ACTION_OPEN, &turn));
    g_assert_true(draws(&s.show, draw_log, 80, "no finding has been opened"));
    s.show.stage->view.analysis = NULL;
    s.show.page.log = false;
    g_assert_true(draws(&s.show, draw_findings, 80, "no finding is open"));
    g_assert_true(draws(&s.show, draw_log, 80, "no finding has been opened"));
    scene_free(&s);
}

/* In the past: what was open then, and the log up to then. */
static void test_past(void)
{
    struct scene s = scene_new();
    struct view *v = &s.show.stage->view;

    v->moment.tick = 16; /* second 15 */
    g_assert_true(draws(&s.show, draw_findings, 80, "it was slow"));
    g_assert_true(draws(&s.show, draw_findings, 80, "10s"));
    g_assert_false(draws(&s.show, draw_findings, 80, "its own quota stops"));
    g_assert_false(draws(&s.show, draw_log, 80, "ended"));
    v->moment.tick = 26;
    s.show.page.log = false;
    g_assert_false(draws(&s.show, draw_findings, 80, "it was slow"));
    g_assert_true(draws(&s.show, draw_log, 80, "ended"));
    scene_free(&s);
}

/* ---- the cursor ---- */

static const struct finding *at_cursor(const struct show *show)
{
    struct page copy = show->page; /* muting moves the cursor */
    struct page_turn turn = {.open = NULL};

    page_act(&copy, &show->stage->view, ACTION_MUTE, &turn);
    return turn.mute;
}

static void press(struct show *show, enum action action)
{
    struct page_turn turn = {.open = NULL};
    struct canvas *c = canvas_new(24, 80);
    struct rect where = {.rows = 24, .columns = 80};

    g_assert_true(page_act(&show->page, &show->stage->view, action, &turn));
    draw_findings(c, &where, show);
    canvas_free(c);
}

static void test_cursor(void)
{
    struct scene s = scene_new();
    struct show *show = &s.show;

    g_free(show_page_text(show, draw_findings, 80));
    g_assert_cmpstr(at_cursor(show)->guest_name, ==, "web-12");
    press(show, ACTION_UP);
    g_assert_cmpstr(at_cursor(show)->guest_name, ==, "web-12");
    press(show, ACTION_DOWN);
    g_assert_cmpstr(at_cursor(show)->guest_name, ==, "shop/nginx-1");
    press(show, ACTION_BOTTOM);
    g_assert_cmpstr(at_cursor(show)->guest_name, ==, "build-7");
    press(show, ACTION_DOWN);
    g_assert_cmpstr(at_cursor(show)->guest_name, ==, "build-7");
    press(show, ACTION_TOP);
    g_assert_cmpstr(at_cursor(show)->guest_name, ==, "web-12");
    scene_free(&s);
}

/* It stays on its finding when a worse one comes, and goes to the next when its own ends. */
static void test_cursor_stays(void)
{
    struct scene s = scene_new();
    struct show *show = &s.show;
    struct writing w = {.rule = RULE_VCPU_CONTENTION,
                        .severity = SEVERITY_CRIT,
                        .name = "db-primary",
                        .sentence = "it waits",
                        .since_ns = second(50)};

    g_free(show_page_text(show, draw_findings, 80));
    press(show, ACTION_DOWN);
    write_guest(show, s.analysis, w);
    const struct finding *own = at_cursor(show);
    g_assert_cmpstr(own->guest_name, ==, "shop/nginx-1");
    ((struct finding *)own)->until_ns = second(60);
    g_assert_true(at_cursor(show) != own);
    g_assert_nonnull(at_cursor(show));
    scene_free(&s);
}

/* An entry that is taller than the screen can be read to its end. */
static void test_tall_entry(void)
{
    struct scene s = scene_new();
    struct show *show = &s.show;
    struct rect where = {.rows = 4, .columns = 30};
    struct canvas *c = canvas_new(4, 30);
    struct page_turn turn = {.open = NULL};
    bool seen = false;

    for (int i = 0; i < 40 && !seen; i++) {
        draw_findings(c, &where, show);
        char *text = canvas_to_text(c);
        seen = strstr(text, "rule: vcpu-contention") != NULL;
        g_free(text);
        g_assert_cmpstr(at_cursor(show)->guest_name, ==, "web-12");
        page_act(&show->page, &show->stage->view, ACTION_DOWN, &turn);
    }
    g_assert_true(seen);
    canvas_free(c);
    scene_free(&s);
}

/* The entry under the cursor is on the screen, in lists of any length. */
static void test_cursor_visible(void)
{
    struct show show = show_new(stage_crowd(8, 200));
    struct analysis *a = written_new(roster_host(show.stage->roster)->serial, 0);
    struct canvas *c = canvas_new(10, 80);
    struct rect where = {.rows = 10, .columns = 80};
    struct page_turn turn = {.open = NULL};

    for (int i = 0; i < 200; i++) {
        char *name = g_strdup_printf("guest-%04d", i);
        write_guest(&show, a,
                    (struct writing){.rule = RULE_VCPU_CONTENTION,
                                     .severity = SEVERITY_WARN,
                                     .name = name,
                                     .sentence = "it waits",
                                     .since_ns = second(0)});
        g_free(name);
    }
    show.stage->view.analysis = a;
    for (int i = 0; i < 250; i++) {
        draw_findings(c, &where, &show);
        char *text = canvas_to_text(c);
        g_assert_nonnull(strstr(text, at_cursor(&show)->guest_name));
        g_free(text);
        page_act(&show.page, &show.stage->view, i == 200 ? ACTION_PAGE_UP : ACTION_DOWN, &turn);
    }
    g_assert_cmpstr(at_cursor(&show)->guest_name, ==, "guest-0199");
    canvas_free(c);
    show_free(&show);
    written_free(a);
}

/* ---- keys ---- */

static void test_keys(void)
{
    struct scene s = scene_new();
    struct page *page = &s.show.page;
    const struct view *v = &s.show.stage->view;
    struct page_turn turn = {.open = NULL};

    g_assert_true(page_class_opened_by(ACTION_FINDINGS) == &PAGE_FINDINGS);
    g_free(show_page_text(&s.show, draw_findings, 80));
    g_assert_true(page_act(page, v, ACTION_OPEN, &turn));
    g_assert_true(turn.open == &PAGE_GUEST);
    g_assert_cmpuint(turn.subject, ==, show_serial_of(s.show.stage, "web-12"));
    turn = (struct page_turn){.open = NULL};
    g_assert_true(page_act(page, v, ACTION_EXPLAIN, &turn));
    g_assert_true(turn.open == &PAGE_VALUES && turn.subject);
    press(&s.show, ACTION_DOWN);
    press(&s.show, ACTION_DOWN);
    turn = (struct page_turn){.open = NULL};
    g_assert_true(page_act(page, v, ACTION_OPEN, &turn));
    g_assert_true(turn.open == &PAGE_HOST);
    g_assert_cmpuint(turn.subject, ==, roster_host(s.show.stage->roster)->serial);
    g_assert_true(page_act(page, v, ACTION_LOG, &turn));
    g_assert_true(page->log);
    g_assert_true(page_act(page, v, ACTION_LOG, &turn));
    g_assert_false(page->log);
    g_assert_false(page_act(page, v, ACTION_TREE, &turn));
    scene_free(&s);
}

/* Muting goes on to the next finding, unmuting stays. */
static void test_mute(void)
{
    struct scene s = scene_new();
    struct show *show = &s.show;

    g_free(show_page_text(show, draw_findings, 80));
    press(show, ACTION_MUTE);
    g_assert_cmpstr(at_cursor(show)->guest_name, ==, "shop/nginx-1");
    press(show, ACTION_BOTTOM);
    g_assert_true(at_cursor(show)->muted);
    press(show, ACTION_MUTE);
    g_assert_cmpstr(at_cursor(show)->guest_name, ==, "build-7");
    scene_free(&s);
}

/* ---- sections ---- */

static void test_sections(void)
{
    struct scene s = scene_new();

    s.show.serial = show_serial_of(s.show.stage, "web-12");
    show_check_picture("findings-guest", &s.show, draw_guest, 20, 80);
    s.show.serial = show_serial_of(s.show.stage, "db-primary");
    g_assert_false(draws(&s.show, draw_guest, 80, "findings ("));
    g_assert_true(draws(&s.show, draw_host, 80, "findings (1)"));
    g_assert_true(draws(&s.show, draw_host, 80, "its CPUs are busy 49 % of the time"));
    s.show.serial = show_serial_of(s.show.stage, "build-7");
    g_assert_true(draws(&s.show, draw_guest, 80, "muted, since"));
    scene_free(&s);
}

/* ---- every size ---- */

static void test_sizes(void)
{
    static draw_function *const drawn[] = {show_draw_main, draw_findings, draw_log, draw_guest,
                                           draw_host};
    static const struct show_sizes small = {12, 90, 1, 1}, large = {60, 240, 7, 13};
    struct scene s = scene_new();
    struct canvas *c = canvas_new(60, 120);
    struct rect where = {.rows = 60, .columns = 120};

    s.show.serial = show_serial_of(s.show.stage, "web-12");
    show_check_sizes(&s.show, drawn, G_N_ELEMENTS(drawn), &small);
    s.show.stage->view.glyphs = glyphs_get(true);
    show_check_sizes(&s.show, drawn, G_N_ELEMENTS(drawn), &large);
    for (size_t i = 0; i < G_N_ELEMENTS(drawn); i++) {
        s.show.page = (struct page){.scroll = 0};
        canvas_clear(c);
        drawn[i](c, &where, &s.show);
        char *text = canvas_to_text(c);
        g_assert_true(g_str_is_ascii(text));
        g_free(text);
    }
    canvas_free(c);
    scene_free(&s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/findings/main", test_main);
    g_test_add_func("/findings/nothing-open", test_nothing_open);
    g_test_add_func("/findings/line", test_line);
    g_test_add_func("/findings/badges", test_badges);
    g_test_add_func("/findings/badge-place", test_badge_place);
    g_test_add_func("/findings/badge-of-folded", test_badge_of_folded);
    g_test_add_func("/findings/cost", test_cost);
    g_test_add_func("/findings/page", test_page);
    g_test_add_func("/findings/empty-page", test_empty_page);
    g_test_add_func("/findings/past", test_past);
    g_test_add_func("/findings/cursor", test_cursor);
    g_test_add_func("/findings/cursor-stays", test_cursor_stays);
    g_test_add_func("/findings/tall-entry", test_tall_entry);
    g_test_add_func("/findings/cursor-visible", test_cursor_visible);
    g_test_add_func("/findings/keys", test_keys);
    g_test_add_func("/findings/mute", test_mute);
    g_test_add_func("/findings/sections", test_sections);
    g_test_add_func("/findings/sizes", test_sizes);
    return g_test_run();
}
