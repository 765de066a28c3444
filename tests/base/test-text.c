/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Hostile names become harmless ones. They are measured and cut in columns without splitting
 * characters or combining sequences. */
#include "base/text.h"

#include <glib.h>
#include <string.h>

#define BAD "\xef\xbf\xbd" /* U+FFFD */

static void check_clean(const char *in, const char *expected)
{
    char *out = text_clean(in, -1);

    g_assert_cmpstr(out, ==, expected);
    g_free(out);
}

static void test_clean_keeps(void)
{
    static const char *const fine[] = {"",        "web-1",   "a b",      "~!@#$%^&*()=+-",
                                       "naïve",   "测试1",   "ελληνικά", "עברית",
                                       "🐳 whale", "e\u0301", "n\u00a0b", "\u2800"};

    for (size_t i = 0; i < G_N_ELEMENTS(fine); i++)
        check_clean(fine[i], fine[i]);
    g_assert_null(text_clean(NULL, -1));
    g_assert_null(text_clean(NULL, 5));
}

static void test_clean_controls(void)
{
    check_clean("x_\033[2J_\u202e", "x_" BAD "[2J_" BAD);
    check_clean("a\tb\nc\rd\be\x7f", "a" BAD "b" BAD "c" BAD "d" BAD "e" BAD);
    check_clean("\xc2\x9b"
                "31m",
                BAD "31m"); /* C1 CSI as a character, ... */
    check_clean("\x9b"
                "31m",
                BAD "31m"); /* ... and as the raw byte */
    check_clean("\xc2\x85\xc2\x8d", BAD BAD);
    for (char c = 1; c < 0x20; c++) {
        char in[2] = {c, '\0'};
        check_clean(in, BAD);
    }
}

/* Every character that reverses, hides or breaks what is around it. */
static void test_clean_invisible(void)
{
    static const uint32_t bad[] = {0x00AD,  0x034F,  0x061C,  0x115F,  0x1160,   0x17B4,  0x180B,
                                   0x180E,  0x200B,  0x200C,  0x200D,  0x200E,   0x200F,  0x2028,
                                   0x2029,  0x202A,  0x202E,  0x2060,  0x2063,   0x2066,  0x2069,
                                   0x206F,  0x3164,  0xE000,  0xF8FF,  0xFDD0,   0xFE00,  0xFE0F,
                                   0xFEFF,  0xFFA0,  0xFFF9,  0xFFFE,  0xFFFF,   0x1D173, 0x1FFFE,
                                   0xE0001, 0xE0020, 0xE0100, 0xF0000, 0x10FFFD, 0x10FFFF};

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        char in[8] = "";
        in[g_unichar_to_utf8(bad[i], in)] = '\0';
        check_clean(in, BAD);
    }
}

static void test_clean_invalid(void)
{
    check_clean("a\xff"
                "b",
                "a" BAD "b");
    check_clean("\xc0\x80", BAD BAD);         /* overlong NUL */
    check_clean("\xe0\x80\xaf", BAD BAD BAD); /* overlong slash */
    check_clean("\xed\xa0\x80", BAD BAD BAD); /* surrogate */
    check_clean("\xf4\x90\x80\x80", BAD BAD BAD BAD);
    check_clean("ab\xe6\xb5", "ab" BAD BAD); /* cut in a character */
    check_clean("\x80\xbf", BAD BAD);
}

static void test_clean_length(void)
{
    char *out = text_clean("a\0b", 3);

    g_assert_cmpstr(out, ==, "a" BAD "b");
    g_free(out);
    out = text_clean("测试", 4); /* the second character is cut */
    g_assert_cmpstr(out, ==, "测" BAD);
    g_free(out);
    out = text_clean("abc", 0);
    g_assert_cmpstr(out, ==, "");
    g_free(out);
}

/* A name of a directory can be 255 bytes, a label 64 KiB. */
static void test_clean_cuts(void)
{
    static const struct {
        const char *unit;
        size_t length;
    } cases[] = {{"x", 512}, {"é", 512}, {"测", 510}, {"🐳", 512}, {"\x9b", 510}};

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        GString *in = g_string_new(NULL);
        while (in->len < 65536)
            g_string_append(in, cases[i].unit);
        char *out = text_clean(in->str, -1);
        g_assert_cmpuint(strlen(out), ==, cases[i].length);
        g_assert_true(g_utf8_validate(out, -1, NULL));
        g_free(out);
        g_string_free(in, TRUE);
    }
}

static void test_width(void)
{
    g_assert_cmpint(text_width(""), ==, 0);
    g_assert_cmpint(text_width("web"), ==, 3);
    g_assert_cmpint(text_width("测试1"), ==, 5);
    g_assert_cmpint(text_width("e\u0301a"), ==, 2);
    g_assert_cmpint(text_width("🐳"), ==, 2);
    g_assert_cmpint(text_width("ﾊﾝ"), ==, 2); /* halfwidth */
    g_assert_cmpint(text_width(BAD), ==, 1);
    g_assert_cmpint(text_width("…─▁"), ==, 3);
}

static void check_fit(const char *s, int columns, size_t bytes, int used)
{
    int got;

    g_assert_cmpuint(text_fit(s, columns, &got), ==, bytes);
    g_assert_cmpint(got, ==, used);
}

static void test_fit(void)
{
    check_fit("abc", 5, 3, 3);
    check_fit("abc", 2, 2, 2);
    check_fit("abc", 0, 0, 0);
    check_fit("abc", -3, 0, 0);
    check_fit("测试", 3, 3, 2); /* half a glyph is no glyph */
    check_fit("测试", 1, 0, 0);
    check_fit("e\u0301\u0302b", 1, 5, 1); /* the marks stay with their letter */
    check_fit("ae\u0301", 1, 1, 1);
    check_fit("", 3, 0, 0);
}

static void check_ellipsis(const char *s, int columns, bool ascii, const char *expected)
{
    char *out = text_ellipsize(s, columns, ascii);

    g_assert_cmpstr(out, ==, expected);
    g_assert_cmpint(text_width(out), <=, MAX(columns, 0));
    g_free(out);
}

static void test_ellipsize(void)
{
    check_ellipsis("abcdef", 6, false, "abcdef");
    check_ellipsis("abcdef", 5, false, "abcd…");
    check_ellipsis("abcdef", 5, true, "abcd~");
    check_ellipsis("abcdef", 1, false, "…");
    check_ellipsis("abcdef", 0, false, "");
    check_ellipsis("abcdef", -1, true, "");
    check_ellipsis("测试容器", 4, false, "测…");
    check_ellipsis("测试容器", 5, false, "测试…");
    check_ellipsis("测试", 4, false, "测试");
    check_ellipsis("e\u0301e\u0301e\u0301", 2, false, "e\u0301…");
    check_ellipsis("", 0, false, "");
}

static void test_ascii(void)
{
    char *out = text_to_ascii("naïve 测试");

    g_assert_cmpstr(out, ==, "na?ve ??");
    g_free(out);
}

/* Random bytes, half of them from special characters: the result is valid, safe, bounded, and does
 * not change when cleaned again. */
static void check_random(const char *in, long length)
{
    char *once = text_clean(in, length), *twice = text_clean(once, -1);
    int width = text_width(once), used;

    g_assert_true(g_utf8_validate(once, -1, NULL));
    g_assert_cmpuint(strlen(once), <=, TEXT_NAME_MAX);
    g_assert_cmpstr(once, ==, twice);
    for (const char *p = once; *p; p = g_utf8_next_char(p)) {
        g_assert_false(g_unichar_iscntrl(g_utf8_get_char(p)));
        g_assert_true(g_utf8_get_char(p) != 0xFFFE);
    }
    for (int columns = 0; columns <= width + 1; columns += 1 + columns / 8) {
        size_t bytes = text_fit(once, columns, &used);
        g_assert_cmpint(used, <=, columns);
        g_assert_true(g_utf8_validate(once, (gssize)bytes, NULL));
        char *cut = text_ellipsize(once, columns, false);
        g_assert_cmpint(text_width(cut), <=, columns);
        g_free(cut);
    }
    g_free(once);
    g_free(twice);
}

static void test_random(void)
{
    static const char special[] =
        "\x1b\x9b\xc2\xe2\x80\x8b\xaa\xf0\x9f\x90\xb3\xef\xbf\xbe\xcc\x81";
    GRand *rand = g_rand_new_with_seed(7273);

    for (int i = 0; i < 5000; i++) {
        gint32 length = g_rand_int_range(rand, 1, 64);
        char *in = g_malloc((gsize)length + 1);
        for (gint32 k = 0; k < length; k++)
            in[k] = g_rand_boolean(rand)
                        ? special[g_rand_int_range(rand, 0, (gint32)sizeof(special) - 1)]
                        : (char)g_rand_int_range(rand, 0, 256);
        char *exact = g_memdup2(in, (gsize)length);
        check_random(exact, length);
        g_free(exact);
        in[length] = '\0';
        check_random(in, -1);
        g_free(in);
    }
    g_rand_free(rand);
}

/* Packed texts are equal to the originals, and a text that is the end of an earlier one shares its
 * bytes. */
static void test_pack(void)
{
    const char *texts[] = {"ct:docker:0123", NULL, "0123", "web", "", "docker:0123x", "web"};
    const char *before[G_N_ELEMENTS(texts)];

    memcpy(before, texts, sizeof(texts));
    char *pack = text_pack(4, texts, G_N_ELEMENTS(texts));
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_assert_cmpstr(texts[i], ==, before[i]);
    g_assert_true(texts[0] == pack + 4 && texts[2] == texts[0] + 10);
    g_assert_true(texts[6] == texts[3] && texts[4] == texts[0] + 14);
    g_free(pack);
    g_assert_null(text_pack(0, texts + 1, 1));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/clean/keeps", test_clean_keeps);
    g_test_add_func("/text/clean/controls", test_clean_controls);
    g_test_add_func("/text/clean/invisible", test_clean_invisible);
    g_test_add_func("/text/clean/invalid", test_clean_invalid);
    g_test_add_func("/text/clean/length", test_clean_length);
    g_test_add_func("/text/clean/cuts", test_clean_cuts);
    g_test_add_func("/text/pack", test_pack);
    g_test_add_func("/text/width", test_width);
    g_test_add_func("/text/fit", test_fit);
    g_test_add_func("/text/ellipsize", test_ellipsize);
    g_test_add_func("/text/ascii", test_ascii);
    g_test_add_func("/text/random", test_random);
    return g_test_run();
}
