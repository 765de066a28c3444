/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Themes: every style has a look on every terminal, and what must be told apart can be. */
#include "ui/palette.h"

static const int DEPTHS[] = {0, 8, 16, 256};

static bool same(struct look a, struct look b)
{
    return a.fg == b.fg && a.bg == b.bg && a.attributes == b.attributes;
}

static void test_names(void)
{
    for (enum theme t = 0; t < THEME_COUNT; t++) {
        enum theme found = THEME_COUNT;
        g_assert_true(theme_find(theme_name(t), &found));
        g_assert_cmpint(found, ==, t);
        g_assert_nonnull(theme_text(t));
    }
    enum theme untouched = THEME_LIGHT;
    g_assert_false(theme_find("pink", &untouched));
    g_assert_cmpint(untouched, ==, THEME_LIGHT);
}

/* No colour that the terminal does not have. */
static void test_in_range(void)
{
    for (enum theme t = 0; t < THEME_COUNT; t++)
        for (size_t d = 0; d < G_N_ELEMENTS(DEPTHS); d++)
            for (int s = 0; s < STYLE_COUNT; s++) {
                struct look l = palette_look(t, DEPTHS[d], (enum style)s);
                int limit = DEPTHS[d] == 16 ? 8 : DEPTHS[d];
                g_assert_cmpint(l.fg, >=, COLOUR_DEFAULT);
                g_assert_cmpint(l.fg, <, limit ? limit : 1);
                g_assert_cmpint(l.bg, <, limit ? limit : 1);
                g_assert_true(l.fg == COLOUR_DEFAULT || l.fg != l.bg);
            }
}

static void test_distinct(void)
{
    static const enum style apart[][2] = {
        {STYLE_NORMAL, STYLE_CURSOR}, {STYLE_NORMAL, STYLE_HEADER}, {STYLE_NORMAL, STYLE_DIM},
        {STYLE_NORMAL, STYLE_MARKED}, {STYLE_NORMAL, STYLE_CRIT},   {STYLE_HEADER, STYLE_SORTED},
        {STYLE_NORMAL, STYLE_GONE},   {STYLE_NORMAL, STYLE_NEW},    {STYLE_NORMAL, STYLE_MATCH},
        {STYLE_WARN, STYLE_CRIT},     {STYLE_NORMAL, STYLE_KEYTEXT}};

    for (enum theme t = 0; t < THEME_COUNT; t++)
        for (size_t d = 0; d < G_N_ELEMENTS(DEPTHS); d++)
            for (size_t i = 0; i < G_N_ELEMENTS(apart); i++)
                g_assert_false(same(palette_look(t, DEPTHS[d], apart[i][0]),
                                    palette_look(t, DEPTHS[d], apart[i][1])));
}

/* The parts of the ledger differ in colour wherever there is colour (they differ in glyph too). */
static void test_ledger(void)
{
    static const enum style parts[] = {STYLE_VM, STYLE_CONTAINER, STYLE_HOST, STYLE_STEAL};

    for (enum theme t = 0; t < THEME_COUNT; t++)
        for (int depth = 8; depth <= 256 && t != THEME_MONO; depth *= 32)
            for (size_t a = 0; a < G_N_ELEMENTS(parts); a++)
                for (size_t b = 0; b < a; b++)
                    g_assert_false(
                        same(palette_look(t, depth, parts[a]), palette_look(t, depth, parts[b])));
}

/* Red against green says nothing to one man in twelve: green is not used at all in 8 colours, and
 * good and bad differ in more than hue. */
static void test_red_green(void)
{
    enum { GREEN = 2 };

    for (enum theme t = 0; t < THEME_COUNT; t++)
        for (int s = 0; s < STYLE_COUNT; s++)
            g_assert_cmpint(palette_look(t, 8, (enum style)s).fg, !=, GREEN);
    for (enum theme t = 0; t < THEME_COUNT; t++)
        g_assert_cmpint(palette_look(t, 256, STYLE_CRIT).bg !=
                                palette_look(t, 256, STYLE_GOOD).bg ||
                            palette_look(t, 256, STYLE_CRIT).attributes !=
                                palette_look(t, 256, STYLE_GOOD).attributes,
                        ==, TRUE);
}

static void test_mono(void)
{
    for (int s = 0; s < STYLE_COUNT; s++) {
        struct look l = palette_look(THEME_MONO, 256, (enum style)s);
        g_assert_cmpint(l.fg, ==, COLOUR_DEFAULT);
        g_assert_cmpint(l.bg, ==, COLOUR_DEFAULT);
        g_assert_true(same(l, palette_look(THEME_DEFAULT, 2, (enum style)s)));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/palette/names", test_names);
    g_test_add_func("/palette/in-range", test_in_range);
    g_test_add_func("/palette/distinct", test_distinct);
    g_test_add_func("/palette/ledger", test_ledger);
    g_test_add_func("/palette/red-green", test_red_green);
    g_test_add_func("/palette/mono", test_mono);
    return g_test_run();
}
