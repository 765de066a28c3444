/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The line editor: by characters, not by bytes, and nothing in it that does not print. */
#include "ui/line.h"

static void type(struct line *l, const char *text)
{
    for (; *text; text = g_utf8_next_char(text))
        line_insert(l, g_utf8_get_char(text));
}

static void test_type(void)
{
    struct line l = {0};

    line_set(&l, "äb");
    type(&l, "測");
    g_assert_cmpstr(l.text->str, ==, "äb測");
    line_edit(&l, ACTION_LINE_START);
    line_edit(&l, ACTION_LINE_RIGHT);
    type(&l, "x");
    g_assert_cmpstr(l.text->str, ==, "äxb測");
    g_assert_cmpuint(l.cursor, ==, 3);
    line_clear(&l);
}

static void test_delete(void)
{
    struct line l = {0};

    line_set(&l, "a測ö");
    g_assert_true(line_edit(&l, ACTION_RUB_OUT));
    g_assert_true(line_edit(&l, ACTION_RUB_OUT));
    g_assert_cmpstr(l.text->str, ==, "a");
    g_assert_false(line_edit(&l, ACTION_DELETE)); /* nothing to the right */
    line_edit(&l, ACTION_LINE_LEFT);
    g_assert_false(line_edit(&l, ACTION_RUB_OUT)); /* nothing to the left */
    g_assert_true(line_edit(&l, ACTION_DELETE));
    g_assert_cmpstr(l.text->str, ==, "");
    line_set(&l, "all of it");
    g_assert_true(line_edit(&l, ACTION_CLEAR));
    g_assert_cmpuint(l.text->len, ==, 0);
    line_clear(&l);
}

static void test_refuses(void)
{
    struct line l = {0};

    line_set(&l, "");
    g_assert_false(line_insert(&l, 0x1b));
    g_assert_false(line_insert(&l, 0x202e)); /* turns the direction of writing */
    g_assert_false(line_insert(&l, 0x0c));
    g_assert_cmpuint(l.text->len, ==, 0);
    for (int i = 0; i < 2 * LINE_MAX_BYTES; i++)
        g_assert_true(line_insert(&l, 'x') == (i < LINE_MAX_BYTES));
    g_assert_cmpuint(l.text->len, ==, LINE_MAX_BYTES);
    line_clear(&l);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/line/type", test_type);
    g_test_add_func("/line/delete", test_delete);
    g_test_add_func("/line/refuses", test_refuses);
    return g_test_run();
}
