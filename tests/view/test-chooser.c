/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Choosing columns: add, remove, move up and down, and reset to the defaults. */
#include <config.h>

#include "view/chooser.h"

#include "stage.h"

#include <string.h>

static void check(const struct chooser *ch, const char *expected)
{
    char *names = columns_to_names(chooser_result(ch));

    g_assert_cmpstr(names, ==, expected);
    g_free(names);
}

static void test_chooser(void)
{
    struct columns now;

    columns_parse(&now, "type,name,image", NULL);
    struct chooser *ch = chooser_new(&now);
    chooser_shift(ch, -1);
    check(ch, "type,name,image");
    chooser_shift(ch, 1);
    check(ch, "name,type,image");
    chooser_toggle(ch); /* type goes out, ... */
    check(ch, "name,image");
    chooser_toggle(ch); /* ... and the same key brings it back, at the end */
    check(ch, "name,image,type");
    chooser_shift(ch, 1); /* not among those that are not in use */
    check(ch, "name,image,type");
    chooser_move(ch, 1);
    chooser_shift(ch, -1);
    check(ch, "name,image,type");
    chooser_move(ch, 10000);
    chooser_toggle(ch);
    g_assert_cmpuint(chooser_result(ch)->count, ==, 4);
    chooser_reset(ch);
    struct columns standard;
    columns_of_set(&standard, SET_MAIN);
    char *names = columns_to_names(&standard);
    check(ch, names);
    g_free(names);
    chooser_free(ch);

    columns_parse(&now, "name", NULL);
    ch = chooser_new(&now);
    chooser_toggle(ch);
    check(ch, "name"); /* a table has one column at least */
    chooser_free(ch);
}

/* Every column can be added; none gets lost. */
static void test_all(void)
{
    struct columns none = {.count = 0};
    struct chooser *ch = chooser_new(&none);
    size_t all = (size_t)(metric_end(KIND_GUEST) - metric_begin(KIND_GUEST));

    for (size_t i = 0; i < all; i++) {
        chooser_move(ch, 10000);
        chooser_toggle(ch);
    }
    g_assert_cmpuint(chooser_result(ch)->count, ==, MIN(all, COLUMNS_MAX));
    chooser_free(ch);
}

static char *draw(struct chooser *ch, const struct view *v, int rows, int columns)
{
    const GPtrArray *guests = roster_guests(v->moment.roster);
    struct canvas *c = canvas_new(rows, columns);
    struct rect where = {.rows = rows, .columns = columns};

    panel_chooser(c, &where, v, ch, (struct entity **)guests->pdata, MIN(guests->len, 4));
    char *text = canvas_to_text(c);
    canvas_free(c);
    return text;
}

/* The whole definition of the column under the cursor is shown, for every column. */
static void test_definition(void)
{
    struct stage *s = stage_sketch();
    struct columns none = {.count = 0};
    struct chooser *ch = chooser_new(&none);

    for (enum metric m = metric_begin(KIND_GUEST); m < metric_end(KIND_GUEST); m++) {
        const char *help = metric_info(m)->help, *last = strrchr(help, ' ');
        char *text = draw(ch, &s->view, 24, 80);
        /* Below the list, which has it cut. */
        const char *below = text;
        for (int line = 0; line < 17; line++)
            below = strchr(below, '\n') + 1;
        if (!strstr(below, last ? last + 1 : help))
            g_error("'%s' is cut:\n%s", help, text);
        g_free(text);
        chooser_move(ch, 1);
    }
    chooser_free(ch);
    stage_free(s);
}

/* A column that was just added is visible in the preview, however many columns are before it. */
static void test_preview(void)
{
    struct stage *s = stage_sketch();
    struct columns many;

    columns_of_set(&many, SET_MAIN);
    struct chooser *ch = chooser_new(&many);
    chooser_move(ch, 10000);
    chooser_toggle(ch);
    char *text = draw(ch, &s->view, 24, 80);
    char *header = strstr(text, "\n TYPE");
    g_assert_nonnull(header);
    header[1 + strcspn(header + 1, "\n")] = '\0';
    g_assert_nonnull(strstr(header, metric_info(chooser_result(ch)->metric[many.count])->title));
    g_free(text);
    chooser_free(ch);
    stage_free(s);
}

/* The preview has as many guests as there are rows for, down to the last row of the panel. */
static void test_preview_rows(void)
{
    enum { ROWS = 24, COLUMNS = 80, PREVIEWED = 4 };
    struct stage *s = stage_crowd(4, 8);
    const GPtrArray *guests = roster_guests(s->roster);
    struct canvas *c = canvas_new(ROWS + 2, COLUMNS);
    struct rect where = {.top = 1, .rows = ROWS, .columns = COLUMNS};
    struct columns now;

    columns_parse(&now, "name", NULL);
    struct chooser *ch = chooser_new(&now);
    g_assert_cmpuint(guests->len, >, PREVIEWED);
    panel_chooser(c, &where, &s->view, ch, (struct entity **)guests->pdata, guests->len);
    char *text = canvas_to_text(c), **lines = g_strsplit(text, "\n", -1);
    for (int i = 0; i < PREVIEWED; i++) {
        const char *name = entity_label(g_ptr_array_index(guests, (guint)i), LABEL_NAME);
        g_assert_nonnull(strstr(lines[1 + ROWS - PREVIEWED + i], name));
    }
    g_assert_nonnull(strstr(lines[ROWS - PREVIEWED], "NAME"));
    g_assert_cmpstr(lines[1 + ROWS], ==, "");
    g_strfreev(lines);
    g_free(text);
    canvas_free(c);
    chooser_free(ch);
    stage_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/chooser/edit", test_chooser);
    g_test_add_func("/chooser/all", test_all);
    g_test_add_func("/chooser/preview-rows", test_preview_rows);
    g_test_add_func("/chooser/definition", test_definition);
    g_test_add_func("/chooser/preview", test_preview);
    return g_test_run();
}
