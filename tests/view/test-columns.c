/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Column lists by name, and where columns stand in any width. */
#include <config.h>

#include "view/columns.h"

#include <string.h>

static void test_names(void)
{
    struct columns c;
    char *error = NULL, *names;

    g_assert_cmpint(columns_parse(&c, "name, CPU%,memory_bytes,name", &error), ==, 0);
    g_assert_cmpuint(c.count, ==, 3);
    g_assert_cmpint(c.metric[1], ==, M_CPU);
    names = columns_to_names(&c);
    g_assert_cmpstr(names, ==, "name,cpu_percent,memory_bytes");
    g_free(names);
    g_assert_cmpuint(columns_needs(&c), ==, NEED_CPU | NEED_MEM);
    g_assert_cmpint(columns_parse(&c, "name,colour", &error), <, 0);
    g_assert_cmpstr(error, ==, "there is no column 'colour'; --list-columns names them");
    g_free(error);
    g_assert_cmpint(columns_parse(&c, "name,,vm", &error), <, 0);
    g_assert_cmpstr(error, ==, "there is no column ''; --list-columns names them");
    g_free(error);
    g_assert_cmpint(columns_parse(&c, "name,", NULL), ==, 0);
    g_assert_cmpint(columns_parse(&c, " ", &error), <, 0);
    g_assert_cmpstr(error, ==, "no column is named");
    g_free(error);
}

static void test_editing(void)
{
    struct columns c;

    columns_parse(&c, "name,cpu_percent,memory_bytes,image", NULL);
    columns_move(&c, 0, 3);
    columns_move(&c, 2, 0);
    columns_remove(&c, 1);
    g_assert_false(columns_add(&c, M_NAME));
    g_assert_true(columns_add(&c, M_ID));
    char *names = columns_to_names(&c);
    g_assert_cmpstr(names, ==, "image,memory_bytes,name,id");
    g_free(names);
    columns_remove(&c, 99);
    columns_move(&c, 0, 99);
    g_assert_cmpuint(c.count, ==, 4);
}

static void check_geometry(const struct columns *c, const struct columns_geometry *g, int width)
{
    int end = 0;

    for (size_t i = 0; i < g->count; i++) {
        g_assert_cmpint(g->place[i].left, >=, end);
        g_assert_cmpint(g->place[i].width, >, 0);
        end = g->place[i].left + g->place[i].width;
        g_assert_cmpint(end, <=, width);
    }
    g_assert_cmpuint(g->count + g->hidden_left + g->hidden_right, ==, c->count);
    g_assert_cmpuint(g->count, >, 0);
}

/* In any width and at any scroll position columns do not overlap, and NAME is visible. */
static void test_places(void)
{
    struct columns_geometry g;
    struct columns c;
    int wanted[COLUMNS_MAX] = {0};

    columns_of_set(&c, SET_MAIN);
    for (int name = 0; name <= 600; name += 30) {
        wanted[1] = name;
        for (int width = 1; width <= 300; width++)
            for (size_t scroll = 0; scroll < 20; scroll++) {
                bool tree = scroll % 2;
                size_t corrected = scroll;
                columns_place(&c, wanted, width, tree, &corrected, &g);
                check_geometry(&c, &g, width);
                g_assert_cmpuint(corrected, <=, scroll);
                g_assert_cmpint(g.place[width < 40 || tree ? 0 : 1].metric, ==, M_NAME);
            }
    }
}

static size_t visible_at(int width, int name, size_t *scroll, struct columns_geometry *g)
{
    struct columns c;
    int wanted[COLUMNS_MAX] = {6, name, 5};

    columns_of_set(&c, SET_MAIN);
    columns_place(&c, wanted, width, false, scroll, g);
    return g->count;
}

static void test_scroll(void)
{
    struct columns_geometry g;
    size_t scroll = 0;

    visible_at(80, 20, &scroll, &g);
    g_assert_cmpuint(g.hidden_right, >, 0);
    /* Scrolled to the end, the last column is the last one on screen. */
    scroll = 99;
    visible_at(80, 20, &scroll, &g);
    g_assert_cmpuint(g.hidden_right, ==, 0);
    g_assert_cmpint(g.place[g.count - 1].metric, ==, M_PSI_CPU);
    g_assert_cmpint(g.place[0].metric, ==, M_TYPE);
    g_assert_cmpint(g.place[1].metric, ==, M_NAME);
    /* With room for everything there is nothing to scroll. */
    scroll = 5;
    visible_at(200, 20, &scroll, &g);
    g_assert_cmpuint(scroll, ==, 0);
    g_assert_cmpuint(g.hidden_right, ==, 0);
}

/* In a tree the branches begin at the left edge; the column before the name stays pinned. */
static void test_tree(void)
{
    struct columns_geometry g;
    struct columns c;
    int wanted[COLUMNS_MAX] = {6, 20, 5};
    size_t scroll = 3;

    columns_of_set(&c, SET_MAIN);
    columns_place(&c, wanted, 80, true, &scroll, &g);
    g_assert_cmpuint(g.pinned, ==, 2);
    g_assert_cmpint(g.place[0].metric, ==, M_NAME);
    g_assert_cmpint(g.place[1].metric, ==, M_TYPE);
    columns_parse(&c, "memory_bytes,cpu_percent,name", NULL);
    columns_place(&c, wanted, 80, true, &scroll, &g);
    g_assert_cmpuint(g.pinned, ==, 1);
    g_assert_cmpint(g.place[1].metric, ==, M_MEM);
}

/* Spare room goes to names first. */
static void test_names_are_not_cut(void)
{
    struct columns_geometry g;
    size_t scroll = 0;

    visible_at(200, 45, &scroll, &g);
    g_assert_cmpint(g.place[1].width, ==, 45);
    visible_at(80, 12, &scroll, &g);
    g_assert_cmpint(g.place[1].width, ==, 12);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/columns/names", test_names);
    g_test_add_func("/columns/editing", test_editing);
    g_test_add_func("/columns/places", test_places);
    g_test_add_func("/columns/scroll", test_scroll);
    g_test_add_func("/columns/tree", test_tree);
    g_test_add_func("/columns/names-are-not-cut", test_names_are_not_cut);
    return g_test_run();
}
