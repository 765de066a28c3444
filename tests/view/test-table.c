/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The table: order, filter, tree, selection that stays, holding still, tags, search, 5,000 rows. */
#include <config.h>

#include "view/table.h"

#include "stage.h"
#include "view/nodes.h"

#include <math.h>
#include <time.h>

/* "db-primary web-12 ..." in the order of the rows; groups in brackets, depth as dots. */
static char *names(const struct table *t)
{
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < table_row_count(t); i++) {
        const struct row *row = table_row(t, i);
        g_string_append_printf(out, "%s%.*s", i ? " " : "", row->depth, "......");
        if (row->kind == ROW_GUEST)
            g_string_append(out, entity_label(row->entity, LABEL_NAME));
        else
            g_string_append_printf(out, "[%s%s]", row->label, row->folded ? "+" : "");
    }
    return g_string_free(out, FALSE);
}

static void check_names(const struct table *t, const char *expected)
{
    char *now = names(t);

    g_assert_cmpstr(now, ==, expected);
    g_free(now);
}

/* Five guests of which "d" has no CPU value. */
static struct stage *five(void)
{
    static const struct actor actors[] = {
        {.type = GUEST_VM,
         .name = "c",
         .cpu = 30,
         .cores = 1,
         .memory = 100,
         .limit = 200,
         .state = STATE_RUN},
        {.type = GUEST_DOCKER, .name = "a", .group = "web", .cpu = 50, .memory = 50},
        {.type = GUEST_DOCKER, .name = "b", .group = "web", .cpu = 50, .memory = 60},
        {.type = GUEST_DOCKER, .name = "d", .cpu = -1, .memory = 70},
        {.type = GUEST_LXC, .name = "e", .group = "db", .cpu = 10, .memory = 80},
    };
    struct stage *s = stage_new(4);

    for (size_t i = 0; i < G_N_ELEMENTS(actors); i++)
        stage_add(s, &actors[i]);
    stage_tick(s, 3);
    return s;
}

static struct actor *actor(const struct stage *s, const char *name)
{
    for (guint i = 0; i < s->actors->len; i++) {
        struct actor *a = g_ptr_array_index(s->actors, i);
        if (!g_strcmp0(a->ident->name, name))
            return a;
    }
    g_assert_not_reached();
}

static void update(struct stage *s, struct table *t)
{
    table_update(t, &s->view);
    table_fit(t, 10, 80);
}

static void next_tick(struct stage *s, struct table *t)
{
    stage_tick(s, 1);
    update(s, t);
}

/* Name of the selected guest. */
static const char *selected(const struct stage *s, const struct table *t)
{
    const struct entity *e = roster_find(s->roster, table_selected(t));

    return e ? entity_label(e, LABEL_NAME) : NULL;
}

static void sort_and_check(struct stage *s, struct table *t, enum metric m, bool reversed,
                           const char *expected)
{
    table_sort(t, m, reversed);
    update(s, t);
    check_names(t, expected);
}

static void test_sort(void)
{
    struct stage *s = five();
    struct table *t = table_new();

    /* Numbers fall, ties are sorted by name, absent values are last in both directions. */
    sort_and_check(s, t, M_CPU, false, "a b c e d");
    sort_and_check(s, t, M_CPU, true, "e c a b d");
    sort_and_check(s, t, M_CPU_GRAPH, false, "a b c e d");
    sort_and_check(s, t, M_NAME, false, "a b c d e");
    sort_and_check(s, t, M_NAME, true, "e d c b a");
    sort_and_check(s, t, M_GROUP, false, "e a b c d");
    sort_and_check(s, t, M_GROUP, true, "a b e c d");
    sort_and_check(s, t, M_PID, false, "c a b d e");
    sort_and_check(s, t, M_MEM_PERCENT, false, "c e d b a");
    table_free(t);
    stage_free(s);
}

/* Every column can be a sort key, and every guest is there each time. */
static void test_sort_any(void)
{
    struct stage *s = five();
    struct table *t = table_new();

    for (enum metric m = metric_begin(KIND_GUEST); m < metric_end(KIND_GUEST); m++)
        for (int reversed = 0; reversed < 2; reversed++) {
            table_sort(t, m, reversed);
            update(s, t);
            g_assert_cmpuint(table_row_count(t), ==, 5);
            g_assert_cmpint(table_sort_key(t), ==, m);
        }
    table_free(t);
    stage_free(s);
}

/* After a key the rows stand still for some ticks; a new sort key does not wait. */
static void test_hold(void)
{
    struct stage *s = five();
    struct table *t = table_new();

    update(s, t);
    actor(s, "e")->cpu = 90;
    table_hold(t);
    for (int i = 0; i < TABLE_HOLD_TICKS; i++) {
        next_tick(s, t);
        check_names(t, "a b c e d");
    }
    next_tick(s, t);
    check_names(t, "e a b c d");
    table_hold(t);
    sort_and_check(s, t, M_NAME, false, "a b c d e");
    table_free(t);
    stage_free(s);
}

/* While the order is held, new guests are at the end. */
static void test_hold_newcomer(void)
{
    struct stage *s = five();
    struct table *t = table_new();

    update(s, t);
    table_hold(t);
    stage_add(s, &(struct actor){.type = GUEST_DOCKER, .name = "new", .cpu = 99, .memory = 1});
    next_tick(s, t);
    check_names(t, "a b c e d new");
    table_free(t);
    stage_free(s);
}

static void test_selection(void)
{
    struct stage *s = five();
    struct table *t = table_new();

    /* Until the user moves it, the cursor is on the first line, whichever guest that is. */
    update(s, t);
    g_assert_cmpstr(selected(s, t), ==, "a");
    actor(s, "e")->cpu = 90;
    next_tick(s, t);
    g_assert_cmpstr(selected(s, t), ==, "e");
    /* Moved, it stays on its guest. */
    table_move(t, 3);
    g_assert_cmpstr(selected(s, t), ==, "c");
    actor(s, "c")->cpu = 95;
    next_tick(s, t);
    check_names(t, "c e a b d");
    g_assert_cmpstr(selected(s, t), ==, "c");
    g_assert_cmpuint(table_selected_row(t), ==, 0);
    table_to_bottom(t);
    g_assert_cmpstr(selected(s, t), ==, "d");
    table_move(t, 100);
    g_assert_cmpstr(selected(s, t), ==, "d");
    table_to_top(t);
    actor(s, "b")->cpu = 99;
    next_tick(s, t);
    g_assert_cmpstr(selected(s, t), ==, "b");
    table_free(t);
    stage_free(s);
}

/* A guest that goes leaves its line to the next one; before that it lingers, as gone. */
static void test_selection_of_the_gone(void)
{
    struct stage *s = five();
    struct table *t = table_new();

    update(s, t);
    table_move(t, 1);
    actor(s, "b")->absent = true;
    next_tick(s, t);
    g_assert_cmpstr(selected(s, t), ==, "b");
    g_assert_cmpint(entity_state(roster_find(s->roster, table_selected(t))), ==, STATE_GONE);
    for (int i = 0; i < 7; i++)
        next_tick(s, t);
    check_names(t, "a c e d");
    g_assert_cmpstr(selected(s, t), ==, "c");
    table_free(t);
    stage_free(s);
}

/* The cursor returns to a guest that a filter hid for a while, but not to one that is gone. */
static void test_selection_comes_back(void)
{
    struct stage *s = five();
    struct table *t = table_new();

    update(s, t);
    table_move(t, 2);
    g_assert_cmpstr(selected(s, t), ==, "c");
    table_filter(t, "docker", NULL);
    update(s, t);
    g_assert_cmpstr(selected(s, t), ==, "d");
    table_filter(t, "nothing at all", NULL);
    update(s, t);
    g_assert_null(selected(s, t));
    table_filter(t, "", NULL);
    update(s, t);
    g_assert_cmpstr(selected(s, t), ==, "c");
    table_filter(t, "docker", NULL);
    update(s, t);
    table_move(t, -1); /* by hand: that one is wanted now */
    table_filter(t, "", NULL);
    update(s, t);
    g_assert_cmpstr(selected(s, t), ==, "b");
    table_free(t);
    stage_free(s);
}

static void test_host(void)
{
    struct stage *s = five();
    struct table *t = table_new();

    update(s, t);
    table_move(t, -1);
    g_assert_true(table_host_is_selected(t));
    g_assert_cmpuint(table_selected(t), ==, roster_host(s->roster)->serial);
    next_tick(s, t);
    g_assert_true(table_host_is_selected(t));
    table_move(t, -1);
    g_assert_true(table_host_is_selected(t));
    table_move(t, 1);
    g_assert_cmpstr(selected(s, t), ==, "a");
    table_select(t, roster_host(s->roster)->serial);
    g_assert_true(table_host_is_selected(t));
    table_move(t, 2);
    g_assert_cmpstr(selected(s, t), ==, "b");
    table_free(t);
    stage_free(s);
}

static void test_filter(void)
{
    struct stage *s = five();
    struct table *t = table_new();
    char *error = NULL;

    g_assert_cmpint(table_filter(t, "web|vm", &error), ==, 0);
    update(s, t);
    check_names(t, "a b c");
    g_assert_cmpuint(table_matches(t), ==, 3);
    g_assert_cmpuint(table_hidden(t), ==, 2);
    /* An invalid filter gives an error, and the old one stays. */
    g_assert_cmpint(table_filter(t, "/(/", &error), <, 0);
    g_assert_nonnull(error);
    g_free(error);
    g_assert_cmpstr(table_filter_text(t), ==, "web|vm");
    g_assert_cmpint(table_filter(t, "", NULL), ==, 0);
    table_toggle_class(t, CLASS_VM);
    update(s, t);
    check_names(t, "a b e d");
    table_types(t, 1u << GUEST_LXC);
    update(s, t);
    check_names(t, "e");
    table_toggle_class(t, CLASS_CONTAINER);
    update(s, t);
    check_names(t, "");
    g_assert_cmpuint(table_selected_row(t), ==, G_MAXSIZE);
    table_move(t, 1);
    table_move(t, -1);
    table_tag(t);
    table_types(t, 0);
    update(s, t);
    g_assert_cmpuint(table_row_count(t), ==, 5);
    table_free(t);
    stage_free(s);
}

static void test_tree(void)
{
    struct stage *s = five();
    struct table *t = table_new();

    table_tree(t, true);
    update(s, t);
    check_names(t, "[kvm7] .[web] ..a ..b .c .[db] ..e .d");
    /* Every level is sorted by the same key. */
    sort_and_check(s, t, M_CPU, true, "[kvm7] .[db] ..e .c .[web] ..a ..b .d");
    sort_and_check(s, t, M_NAME, false, "[kvm7] .c .d .[db] ..e .[web] ..a ..b");
    g_assert_cmpuint(table_row(t, 5)->members, ==, 2);
    g_assert_cmpuint(table_row(t, 0)->members, ==, 5);
    table_free(t);
    stage_free(s);
}

static void test_tree_totals(void)
{
    struct stage *s = five();
    struct table *t = table_new();

    table_tree(t, true);
    update(s, t);
    const struct row *host = table_row(t, 0), *web = table_row(t, 1);
    g_assert_cmpfloat_with_epsilon(table_total(t, web, M_CPU), 100, 0.01);
    g_assert_cmpfloat_with_epsilon(table_total(t, host, M_CPU), 140, 0.01);
    g_assert_cmpfloat_with_epsilon(table_total(t, web, M_MEM), 110 << 20, 1);
    /* Shares cannot be added up; a column that is not shown is not. */
    g_assert_true(isnan(table_total(t, web, M_MEM_PERCENT)));
    g_assert_true(isnan(table_total(t, web, M_SWAP)));
    g_assert_true(isnan(table_total(t, table_row(t, 2), M_CPU)));
    table_free(t);
    stage_free(s);
}

/* A guest within a guest stands below it, and is not counted twice. */
static void test_tree_nested(void)
{
    struct stage *s = five();
    struct table *t = table_new();

    stage_add(s, &(struct actor){
                     .type = GUEST_DOCKER, .name = "inner", .outer = "e", .cpu = 4, .memory = 10});
    table_tree(t, true);
    next_tick(s, t);
    next_tick(s, t);
    check_names(t, "[kvm7] .[web] ..a ..b .c .[db] ..e ...inner .d");
    g_assert_cmpfloat_with_epsilon(table_total(t, table_row(t, 5), M_CPU), 10, 0.01);
    table_select_row(t, 7);
    g_assert_cmpstr(selected(s, t), ==, "inner");
    /* Folding a row without children selects and folds its parent. */
    table_fold(t, true);
    update(s, t);
    check_names(t, "[kvm7] .[web] ..a ..b .c .[db] ..e .d");
    g_assert_cmpstr(selected(s, t), ==, "e");
    g_assert_true(table_row(t, 6)->folded);
    table_free(t);
    stage_free(s);
}

/* Two guests, each nested in the other by an error of a source: both are shown once. */
static void test_tree_ring(void)
{
    struct stage *s = stage_new(1);
    struct table *t = table_new();

    stage_add(s, &(struct actor){.type = GUEST_LXC, .name = "x", .outer = "y", .cpu = 1});
    stage_add(s, &(struct actor){.type = GUEST_LXC, .name = "y", .outer = "x", .cpu = 2});
    stage_tick(s, 2);
    table_tree(t, true);
    update(s, t);
    g_assert_cmpuint(table_matches(t), ==, 2);
    g_assert_cmpuint(table_row_count(t), ==, 3);
    table_free(t);
    stage_free(s);
}

/* Groups that have not been there for long are forgotten, and no id is given twice. */
static void test_groups_come_and_go(void)
{
    enum { BUILDS = 2100 };
    struct stage *s = five();
    GHashTable *folded = g_hash_table_new(g_int64_hash, g_int64_equal);
    struct columns columns = {0};
    struct filter *web = filter_new("web", NULL);
    struct rows_wishes wishes = {
        .types = UINT32_MAX, .tree = true, .key = M_CPU, .columns = &columns, .folded = folded};
    struct rows rows;

    rows_init(&rows);
    rows_build(&rows, &s->view, &wishes);
    g_assert_cmpuint(g_hash_table_size(rows.memory->places), ==, 2);
    wishes.filter = web;
    for (int i = 0; i < BUILDS; i++)
        rows_build(&rows, &s->view, &wishes);
    g_assert_cmpuint(g_hash_table_size(rows.memory->places), ==, 1);
    wishes.filter = NULL;
    rows_build(&rows, &s->view, &wishes);
    for (guint i = 0; i < rows.list->len; i++)
        for (guint k = 0; k < i; k++)
            g_assert_cmpuint(g_array_index(rows.list, struct row, i).id, !=,
                             g_array_index(rows.list, struct row, k).id);
    rows_clear(&rows);
    filter_free(web);
    g_hash_table_destroy(folded);
    stage_free(s);
}

static void test_folding(void)
{
    struct stage *s = five();
    struct table *t = table_new();

    table_tree(t, true);
    update(s, t);
    table_select_row(t, 1);
    g_assert_cmpuint(table_selected(t), ==, 0); /* a group is no guest */
    table_toggle_fold(t);
    update(s, t);
    check_names(t, "[kvm7] .[web+] .c .[db] ..e .d");
    g_assert_cmpuint(table_matches(t), ==, 5);
    /* Groups keep their identity from tick to tick: they stay folded and selected. */
    next_tick(s, t);
    check_names(t, "[kvm7] .[web+] .c .[db] ..e .d");
    g_assert_cmpuint(table_selected_row(t), ==, 1);
    table_toggle_fold(t);
    table_fold_all(t, true);
    update(s, t);
    check_names(t, "[kvm7] .[web+] .c .[db+] .d");
    table_fold_all(t, false);
    update(s, t);
    g_assert_cmpuint(table_row_count(t), ==, 8);
    /* The host's own row is the host. */
    table_select_row(t, 0);
    g_assert_cmpuint(table_selected(t), ==, roster_host(s->roster)->serial);
    table_free(t);
    stage_free(s);
}

static void test_tags(void)
{
    struct stage *s = five();
    struct table *t = table_new();

    update(s, t);
    table_tag(t);
    table_tag(t);
    g_assert_cmpuint(table_tagged_count(t), ==, 2);
    g_assert_cmpstr(selected(s, t), ==, "c");
    g_assert_true(table_is_tagged(t, table_row(t, 0)->id));
    table_move(t, -1);
    table_tag(t);
    g_assert_false(table_is_tagged(t, table_row(t, 1)->id));
    table_tag_all(t, true);
    g_assert_cmpuint(table_tagged_count(t), ==, 5);
    table_tag_all(t, false);
    g_assert_cmpuint(table_tagged_count(t), ==, 0);
    table_free(t);
    stage_free(s);
}

static void test_search(void)
{
    struct stage *s = stage_sketch();
    struct table *t = table_new();

    table_sort(t, M_NAME, false);
    g_assert_true(table_search(t, &s->view, "b", 0));
    g_assert_cmpstr(selected(s, t), ==, "build-7");
    g_assert_true(table_search(t, &s->view, "b", 0));
    g_assert_cmpstr(selected(s, t), ==, "build-7");
    g_assert_true(table_search(t, &s->view, "b", +1));
    g_assert_cmpstr(selected(s, t), ==, "db-primary");
    g_assert_true(table_search(t, &s->view, "b", +1));
    g_assert_cmpstr(selected(s, t), ==, "web-12");
    g_assert_true(table_search(t, &s->view, "b", +1));
    g_assert_cmpstr(selected(s, t), ==, "build-7");
    g_assert_true(table_search(t, &s->view, "b", -1));
    g_assert_cmpstr(selected(s, t), ==, "web-12");
    table_to_top(t);
    table_move(t, -1); /* on the host: the first guest is the next one */
    g_assert_true(table_host_is_selected(t));
    g_assert_true(table_search(t, &s->view, "b", +1));
    g_assert_cmpstr(selected(s, t), ==, "build-7");
    table_to_top(t);
    table_move(t, -1);
    g_assert_true(table_search(t, &s->view, "b", -1));
    g_assert_cmpstr(selected(s, t), ==, "web-12");
    g_assert_false(table_search(t, &s->view, "zebra", +1));
    g_assert_false(table_search(t, &s->view, "", 0));
    g_assert_false(table_search(t, &s->view, "/(/", 0));
    g_assert_cmpstr(selected(s, t), ==, "web-12");
    table_free(t);
    stage_free(s);
}

/* Once around in either direction: the last row that is tried is the selected one itself. */
static void test_search_wraps(void)
{
    struct stage *s = stage_sketch();
    struct table *t = table_new();

    table_sort(t, M_NAME, false);
    g_assert_true(table_search(t, &s->view, "build-7", 0));
    for (int direction = -1; direction <= 1; direction++) {
        g_assert_true(table_search(t, &s->view, "build-7", direction));
        g_assert_cmpstr(selected(s, t), ==, "build-7");
    }
    size_t count = table_row_count(t);
    for (size_t from = 0; from < count; from++)
        for (size_t to = 0; to < count; to++) {
            const char *name = entity_label(table_row(t, to)->entity, LABEL_NAME);
            table_select_row(t, from);
            g_assert_true(table_search(t, &s->view, name, -1));
            g_assert_cmpuint(table_selected_row(t), ==, to);
            table_select_row(t, from);
            g_assert_true(table_search(t, &s->view, name, +1));
            g_assert_cmpuint(table_selected_row(t), ==, to);
        }
    /* Of two that match, the nearer one on that side. */
    g_assert_cmpuint(count, >=, 3);
    char *ends = g_strdup_printf("%s|%s", entity_label(table_row(t, 0)->entity, LABEL_NAME),
                                 entity_label(table_row(t, count - 1)->entity, LABEL_NAME));
    table_select_row(t, 1);
    g_assert_true(table_search(t, &s->view, ends, -1));
    g_assert_cmpuint(table_selected_row(t), ==, 0);
    g_assert_true(table_search(t, &s->view, ends, -1));
    g_assert_cmpuint(table_selected_row(t), ==, count - 1);
    g_free(ends);
    table_free(t);
    stage_free(s);
}

/* The selected row is always on screen; the wheel takes the selection along only when it must. */
static void test_scrolling(void)
{
    struct stage *s = stage_crowd(4, 100);
    struct table *t = table_new();

    table_sort(t, M_NAME, false);
    update(s, t);
    table_move(t, 50);
    table_fit(t, 10, 80);
    g_assert_cmpuint(table_first_row(t), ==, 41);
    table_page(t, 1);
    table_fit(t, 10, 80);
    g_assert_cmpuint(table_selected_row(t), ==, 59);
    table_scroll(t, -3);
    table_fit(t, 10, 80);
    g_assert_cmpuint(table_first_row(t), ==, 47);
    g_assert_cmpuint(table_selected_row(t), ==, 56);
    table_scroll(t, 100000);
    table_fit(t, 10, 80);
    g_assert_cmpuint(table_first_row(t), ==, 90);
    table_fit(t, 200, 80);
    g_assert_cmpuint(table_first_row(t), ==, 0);
    table_fit(t, 0, 0);
    g_assert_cmpuint(table_first_row(t), ==, table_selected_row(t));
    table_free(t);
    stage_free(s);
}

/* The serials of the visible guests are listed, as far as the array has room. */
static void test_on_screen(void)
{
    struct stage *s = stage_crowd(4, 100);
    struct table *t = table_new();
    uint64_t serials[20];

    table_sort(t, M_NAME, false);
    g_assert_cmpuint(table_on_screen(t, serials, G_N_ELEMENTS(serials)), ==, 0);
    update(s, t);
    table_move(t, 50);
    table_fit(t, 10, 80);
    g_assert_cmpuint(table_on_screen(t, serials, G_N_ELEMENTS(serials)), ==, 10);
    for (size_t i = 0; i < 10; i++)
        g_assert_cmpuint(serials[i], ==, table_row(t, table_first_row(t) + i)->id);
    g_assert_cmpuint(table_on_screen(t, serials, 3), ==, 3);
    table_fit(t, 200, 80);
    g_assert_cmpuint(table_on_screen(t, serials, G_N_ELEMENTS(serials)), ==, 20);
    table_free(t);
    stage_free(s);
}

/* A followed guest keeps its line of the screen. */
static void test_follow(void)
{
    struct stage *s = stage_crowd(4, 100);
    struct table *t = table_new();

    table_sort(t, M_CPU, false);
    update(s, t);
    table_select_row(t, 70);
    table_fit(t, 10, 80);
    table_follow(t, true);
    size_t line = table_selected_row(t) - table_first_row(t);
    struct actor *a = actor(s, selected(s, t));
    a->cpu = 80;
    next_tick(s, t);
    g_assert_cmpuint(table_selected_row(t), <, 60);
    g_assert_cmpuint(table_selected_row(t) - table_first_row(t), ==, line);
    table_free(t);
    stage_free(s);
}

static void test_sets(void)
{
    struct stage *s = five();
    struct table *t = table_new();

    g_assert_cmpuint(table_needs(t) & NEED_TASKS, ==, 0);
    table_show_set(t, SET_PSI);
    g_assert_cmpuint(table_needs(t) & (NEED_TASKS | NEED_PRESSURE_CPU), ==,
                     NEED_TASKS | NEED_PRESSURE_CPU);
    update(s, t);
    g_assert_cmpint(table_geometry(t)->place[1].metric, ==, M_NAME);
    g_assert_cmpint(table_column_at(t, table_geometry(t)->place[1].left), ==, M_NAME);
    g_assert_cmpint(table_column_at(t, 500), ==, M_NONE);
    table_show_set(t, SET_MAIN);
    columns_parse(table_columns(t), "memory_bytes,name", NULL);
    update(s, t);
    g_assert_cmpint(table_geometry(t)->place[0].metric, ==, M_MEM);
    table_free(t);
    stage_free(s);
}

/* A past moment has the guests of then, including those that have left since, and no later ones.
 * Rows are sorted by recorded values. */
static void test_past(void)
{
    struct stage *s = five();
    struct table *t = table_new();
    uint64_t then = roster_last_tick(s->roster);

    stage_tick(s, 1);
    stage_add(s, &(struct actor){.type = GUEST_DOCKER, .name = "new", .cpu = 99, .memory = 1});
    actor(s, "e")->cpu = 90;
    actor(s, "b")->absent = true;
    stage_tick(s, 9);
    update(s, t);
    check_names(t, "new e a c d");
    s->view.moment.tick = then;
    update(s, t);
    check_names(t, "a b c e d");
    table_free(t);
    stage_free(s);
}

/* CPU time, which a busy machine does not stretch. */
static double cpu_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* 5,000 rows: an update, tree or not, costs a small part of a tick. */
static void test_many(void)
{
    struct stage *s = stage_crowd(4, 5000);
    struct table *t = table_new();

    for (int tree = 0; tree < 2; tree++) {
        table_tree(t, tree);
        update(s, t);
        double start = cpu_ms();
        for (int i = 0; i < 10; i++) {
            table_types(t, 0); /* a wish: or the rows would stay as they are */
            update(s, t);
        }
        double ms = (cpu_ms() - start) / 10;
        g_test_message("5,000 rows%s: %.2f ms", tree ? " as a tree" : "", ms);
        g_assert_cmpfloat(ms, <, *g_getenv("VTOP_SANITIZED") ? 400 : 60);
    }
    table_free(t);
    stage_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/table/sort", test_sort);
    g_test_add_func("/table/sort-any", test_sort_any);
    g_test_add_func("/table/hold", test_hold);
    g_test_add_func("/table/hold-newcomer", test_hold_newcomer);
    g_test_add_func("/table/selection", test_selection);
    g_test_add_func("/table/selection-of-the-gone", test_selection_of_the_gone);
    g_test_add_func("/table/selection-comes-back", test_selection_comes_back);
    g_test_add_func("/table/host", test_host);
    g_test_add_func("/table/filter", test_filter);
    g_test_add_func("/table/tree", test_tree);
    g_test_add_func("/table/tree-totals", test_tree_totals);
    g_test_add_func("/table/tree-nested", test_tree_nested);
    g_test_add_func("/table/tree-ring", test_tree_ring);
    g_test_add_func("/table/groups-come-and-go", test_groups_come_and_go);
    g_test_add_func("/table/folding", test_folding);
    g_test_add_func("/table/tags", test_tags);
    g_test_add_func("/table/search", test_search);
    g_test_add_func("/table/search-wraps", test_search_wraps);
    g_test_add_func("/table/scrolling", test_scrolling);
    g_test_add_func("/table/on-screen", test_on_screen);
    g_test_add_func("/table/follow", test_follow);
    g_test_add_func("/table/sets", test_sets);
    g_test_add_func("/table/past", test_past);
    g_test_add_func("/table/many", test_many);
    return g_test_run();
}
