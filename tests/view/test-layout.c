/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The layout of every size from 1x1 to 300x120, with and without menu, input and messages. */
#include <config.h>

#include "view/layout.h"

#include <glib.h>

enum { ROWS = 120, COLUMNS = 300 };

static void check_inside(int rows, int columns, const struct rect *r)
{
    g_assert_cmpint(r->rows, >=, 0);
    g_assert_cmpint(r->columns, >=, 0);
    if (r->rows == 0 || r->columns == 0)
        return;
    g_assert_cmpint(r->top, >=, 0);
    g_assert_cmpint(r->left, >=, 0);
    g_assert_cmpint(r->top + r->rows, <=, rows);
    g_assert_cmpint(r->left + r->columns, <=, columns);
}

static int shared(int a, int a_length, int b, int b_length)
{
    return MAX(0, MIN(a + a_length, b + b_length) - MAX(a, b));
}

static int shared_cells(const struct rect *a, const struct rect *b)
{
    return shared(a->top, a->rows, b->top, b->rows) *
           shared(a->left, a->columns, b->left, b->columns);
}

/* Regions are inside the screen, disjoint, and cover all of it. */
static void check_tiles(int rows, int columns, const struct layout *l)
{
    const struct rect *all[] = {&l->title, &l->host,  &l->findings, &l->messages,
                                &l->side,  &l->table, &l->keys};
    int cells = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        check_inside(rows, columns, all[i]);
        cells += all[i]->rows * all[i]->columns;
        for (size_t j = 0; j < i; j++)
            g_assert_cmpint(shared_cells(all[i], all[j]), ==, 0);
    }
    g_assert_cmpint(cells, ==, rows * columns);
}

static void check_size(int rows, int columns, const struct layout_wishes *w)
{
    struct layout l;

    layout_make(rows, columns, w, &l);
    check_tiles(rows, columns, &l);
    if (rows > 1 || !w->input)
        g_assert_cmpint(l.table.rows, >=, 1);
    if (rows >= 20)
        g_assert_cmpint(2 * l.table.rows, >, rows);
    if (w->input)
        g_assert_cmpint(l.keys.rows, ==, 1);
    if (w->side)
        g_assert_cmpint(l.side.columns, >, 0);
    g_assert_cmpint(l.page.top, ==, l.title.rows);
    g_assert_cmpint(l.page.rows, ==, rows - l.title.rows - l.keys.rows);
}

static void test_all_sizes(void)
{
    static const struct layout_wishes wishes[] = {
        {.host = 3},
        {.host = 4, .messages = 2},
        {.host = 4, .findings = 1, .messages = 3},
        {.host = 3, .side = 18},
        {.host = 3, .input = true, .messages = 1},
        {.host = 12, .messages = 50, .side = 40, .no_keys = true},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(wishes); i++)
        for (int rows = 1; rows <= ROWS; rows++)
            for (int columns = 1; columns <= COLUMNS; columns++)
                check_size(rows, columns, &wishes[i]);
}

/* The regions on the usual screen, and on small ones. */
static void check_rows(int rows, int title, int host, int table, int keys)
{
    struct layout_wishes w = {.host = 4};
    struct layout l;

    layout_make(rows, 80, &w, &l);
    g_assert_cmpint(l.title.rows, ==, title);
    g_assert_cmpint(l.host.rows, ==, host);
    g_assert_cmpint(l.table.rows, ==, table);
    g_assert_cmpint(l.keys.rows, ==, keys);
}

static void test_priorities(void)
{
    check_rows(24, 1, 4, 18, 1);
    check_rows(10, 1, 2, 6, 1);
    check_rows(5, 1, 1, 3, 0);
    check_rows(3, 1, 0, 2, 0);
    check_rows(2, 0, 0, 2, 0);
    check_rows(1, 0, 0, 1, 0);
}

/* The line of findings goes after messages and the key bar, before the first rows of the ledger. */
static void test_findings(void)
{
    static const struct {
        int rows, findings, messages, keys, table;
    } cases[] = {
        {24, 1, 2, 1, 15}, {10, 1, 1, 1, 4}, {8, 1, 0, 0, 4}, {7, 1, 0, 0, 3}, {6, 0, 0, 0, 3}};

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct layout_wishes w = {.host = 4, .findings = 1, .messages = 2};
        struct layout l;
        layout_make(cases[i].rows, 80, &w, &l);
        g_assert_cmpint(l.findings.rows, ==, cases[i].findings);
        g_assert_cmpint(l.messages.rows, ==, cases[i].messages);
        g_assert_cmpint(l.keys.rows, ==, cases[i].keys);
        g_assert_cmpint(l.table.rows, ==, cases[i].table);
    }
}

static void test_contains(void)
{
    struct rect r = {.top = 2, .left = 3, .rows = 2, .columns = 4};

    g_assert_true(rect_contains(&r, 2, 3));
    g_assert_true(rect_contains(&r, 3, 6));
    g_assert_false(rect_contains(&r, 4, 3));
    g_assert_false(rect_contains(&r, 2, 7));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/layout/all-sizes", test_all_sizes);
    g_test_add_func("/layout/priorities", test_priorities);
    g_test_add_func("/layout/findings", test_findings);
    g_test_add_func("/layout/contains", test_contains);
    return g_test_run();
}
