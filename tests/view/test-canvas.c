/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The canvas: cutting at edges and clips, wide and combining characters, fields. */
#include <config.h>

#include "view/canvas.h"

static void check(const struct canvas *c, const char *expected)
{
    char *text = canvas_to_text(c);

    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void test_edges(void)
{
    struct canvas *c = canvas_new(2, 4);

    g_assert_cmpint(canvas_text(c, 0, -2, STYLE_NORMAL, "abcdefgh"), ==, 6);
    canvas_text(c, -1, 0, STYLE_NORMAL, "no");
    canvas_text(c, 2, 0, STYLE_NORMAL, "no");
    canvas_fill(c, 1, -5, 7, STYLE_NORMAL, "#");
    canvas_restyle(c, 1, -5, 100, STYLE_CURSOR);
    check(c, "cdef\n##\n");
    g_assert_cmpint(c->cells[7].style, ==, STYLE_CURSOR);
    canvas_free(c);
}

static void test_clip(void)
{
    struct canvas *c = canvas_new(3, 6);

    canvas_clip(c, 1, 2, 1, 2);
    for (int row = 0; row < 3; row++)
        canvas_text(c, row, 0, STYLE_NORMAL, "abcdef");
    canvas_field(c, 1, 0, 6, true, STYLE_NORMAL, "xyz", false);
    check(c, "\n   x\n\n");
    canvas_clip(c, -5, -5, 100, 100);
    canvas_text(c, 0, 0, STYLE_NORMAL, "abcdefgh");
    check(c, "abcdef\n   x\n\n");
    canvas_free(c);
}

/* A wide character is never cut in half, and no half of one remains. */
static void test_wide(void)
{
    struct canvas *c = canvas_new(1, 5);

    canvas_text(c, 0, 0, STYLE_NORMAL, "测试x");
    check(c, "测试x\n");
    canvas_text(c, 0, 1, STYLE_NORMAL, "a");
    check(c, " a试x\n");
    canvas_text(c, 0, 2, STYLE_NORMAL, "b");
    check(c, " ab x\n");
    canvas_text(c, 0, 4, STYLE_NORMAL, "测");
    check(c, " ab\n");
    canvas_text(c, 0, -1, STYLE_NORMAL, "测试");
    check(c, " 试\n");
    canvas_free(c);
}

static void test_combining(void)
{
    struct canvas *c = canvas_new(1, 4);

    g_assert_cmpint(canvas_text(c, 0, 0, STYLE_NORMAL, "e\xcc\x81x"), ==, 2);
    check(c, "e\xcc\x81x\n");
    /* A combining mark without a character before it, or outside, is dropped. */
    canvas_clear(c);
    canvas_text(c, 0, 0, STYLE_NORMAL, "\xcc\x81x");
    canvas_text(c, 0, 3, STYLE_NORMAL, "abe\xcc\x81");
    check(c, "x  a\n");
    canvas_free(c);
}

static void check_field(int width, bool right, const char *text, bool ascii, const char *expected)
{
    struct canvas *c = canvas_new(1, 12);

    canvas_text(c, 0, 0, STYLE_NORMAL, "############");
    canvas_field(c, 0, 1, width, right, STYLE_NORMAL, text, ascii);
    check(c, expected);
    canvas_free(c);
}

static void test_fields(void)
{
    check_field(6, false, "abc", false, "#abc   #####\n");
    check_field(6, true, "abc", false, "#   abc#####\n");
    check_field(6, false, "abcdefgh", false, "#abcde…#####\n");
    check_field(6, false, "abcdefgh", true, "#abcde~#####\n");
    check_field(6, true, "测试生产", false, "# 测试…#####\n");
    check_field(6, false, "测试a", true, "#??a   #####\n");
    check_field(1, false, "abc", false, "#…##########\n");
    check_field(0, false, "abc", false, "############\n");
    check_field(-3, false, "abc", false, "############\n");
    check_field(3, false, "", false, "#   ########\n");
}

static void test_glyphs(void)
{
    const struct glyphs *plain = glyphs_get(true);

    for (int i = 0; i < 8; i++)
        g_assert_true(g_str_is_ascii(plain->spark[i]));
    for (int i = 0; i < 4; i++)
        g_assert_true(g_str_is_ascii(plain->shade[i]));
    g_assert_true(g_str_is_ascii(plain->absent));
    g_assert_cmpstr(glyphs_get(false)->absent, ==, "–");
}

static void test_nothing(void)
{
    struct canvas *c = canvas_new(0, 0);

    canvas_text(c, 0, 0, STYLE_NORMAL, "x");
    canvas_printf(c, 0, 0, STYLE_NORMAL, "%0300d", 7);
    canvas_field(c, 0, 0, 3, false, STYLE_NORMAL, "x", false);
    check(c, "");
    canvas_free(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/canvas/edges", test_edges);
    g_test_add_func("/canvas/clip", test_clip);
    g_test_add_func("/canvas/wide", test_wide);
    g_test_add_func("/canvas/combining", test_combining);
    g_test_add_func("/canvas/fields", test_fields);
    g_test_add_func("/canvas/glyphs", test_glyphs);
    g_test_add_func("/canvas/nothing", test_nothing);
    return g_test_run();
}
