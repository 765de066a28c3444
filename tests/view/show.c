/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "show.h"

#include <string.h>

const struct panel_label SHOW_LABELS[] = {{"F1", "Help  "}, {"F2", "Columns"}, {"F3", "Search"},
                                          {"F4", "Filter"}, {"F5", "Tree  "},  {"F6", "Sort  "},
                                          {"F10", "Quit "}, {NULL, NULL}};

uint64_t show_serial_of(const struct stage *s, const char *name)
{
    const GPtrArray *guests = roster_guests(s->roster);

    for (guint i = 0; i < guests->len; i++)
        if (!g_strcmp0(entity_label(g_ptr_array_index(guests, i), LABEL_NAME), name))
            return ((struct entity *)g_ptr_array_index(guests, i))->serial;
    return 0;
}

void show_draw_main(struct canvas *c, const struct rect *where, struct show *show)
{
    const struct view *v = &show->stage->view;
    struct layout_wishes wishes = {.host = panel_ledger_rows(v, where->rows, where->columns),
                                   .hosts = panel_hosts_rows(v, where->rows),
                                   .findings = panel_findings_rows(v),
                                   .messages = panel_sources_rows(v)};
    struct layout l;

    layout_make(where->rows, where->columns, &wishes, &l);
    struct rect *all[] = {&l.title, &l.host, &l.hosts, &l.findings, &l.messages, &l.table, &l.keys};
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        all[i]->top += where->top;
        all[i]->left += where->left;
    }
    table_update(show->table, v);
    panel_title(c, &l.title, v);
    panel_ledger(c, &l.host, v, show->host_selected);
    panel_hosts(c, &l.hosts, v);
    panel_findings(c, &l.findings, v);
    panel_sources(c, &l.messages, v);
    panel_table(c, &l.table, v, show->table, show->search);
    panel_keys(c, &l.keys, SHOW_LABELS);
}

struct show show_new(struct stage *s)
{
    struct show show = {.stage = s, .table = table_new()};

    columns_parse(
        table_columns(show.table),
        "type,name,state,CPU%,cpu_graph,RDY%,THR%,MEM,MEM%,RD/s,WR/s,LAT,RX/s,TX/s,PSICPU", NULL);
    return show;
}

void show_free(struct show *show)
{
    table_free(show->table);
    stage_free(show->stage);
}

void show_check_picture(const char *name, struct show *show, draw_function *draw, int rows,
                        int columns)
{
    struct canvas *c = canvas_new(rows, columns);
    struct rect where = {.rows = rows, .columns = columns};
    char *file = g_strconcat(name, ".txt", NULL);
    char *path = g_test_build_filename(G_TEST_DIST, "tests", "view", "pictures", file, NULL);
    char *expected = NULL;

    draw(c, &where, show);
    char *text = canvas_to_text(c);
    if (g_getenv("VTOP_DRAW_PICTURES"))
        g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_true(g_file_get_contents(path, &expected, NULL, NULL));
    if (strcmp(text, expected))
        g_error("%s is not as in its picture:\n%s", name, text);
    g_free(text);
    g_free(expected);
    g_free(path);
    g_free(file);
    canvas_free(c);
}

struct stage *show_busy_sketch(void)
{
    struct stage *s = stage_sketch();
    struct actor *db = g_ptr_array_index(s->actors, 0), *web = g_ptr_array_index(s->actors, 2);

    for (int i = 0; i < 70; i++) {
        db->cpu = 300 + i * i % 200;
        web->cpu = i % 20 < 10 ? 40 : 190;
        s->busy = 40 + i % 30;
        stage_tick(s, 1);
    }
    return s;
}

char *show_page_text(struct show *show, draw_function *draw, int columns)
{
    struct canvas *c = canvas_new(400, columns);
    struct rect where = {.rows = 400, .columns = columns};

    draw(c, &where, show);
    g_assert_cmpint(show->page.height, <, 400);
    char *text = canvas_to_text(c);
    canvas_free(c);
    return text;
}

void show_check_contains(const char *text, const char *const parts[])
{
    for (; *parts; parts++)
        if (!strstr(text, *parts))
            g_error("'%s' is not in:\n%s", *parts, text);
}

/* A panel of that size draws inside of its rectangle only; C is larger by 2 rows and 4 columns. */
static void check_inside(struct show *show, draw_function *draw, struct canvas *c, int rows,
                         int columns)
{
    struct rect where = {.top = 1, .left = 2, .rows = rows, .columns = columns};

    canvas_clear(c);
    for (int row = 0; row < c->rows; row++)
        canvas_fill(c, row, 0, c->columns, STYLE_NORMAL, "~");
    draw(c, &where, show);
    for (int row = 0; row < c->rows; row++)
        for (int column = 0; column < c->columns; column++)
            if (!rect_contains(&where, row, column))
                g_assert_cmpint((int)c->cells[row * c->columns + column].ch, ==, '~');
}

void show_check_sizes(struct show *show, draw_function *const drawn[], size_t count,
                      const struct show_sizes *sizes)
{
    for (int rows = 1; rows <= sizes->rows; rows += sizes->row_step)
        for (int columns = 1; columns <= sizes->columns; columns += sizes->column_step) {
            struct canvas *c = canvas_new(rows + 2, columns + 4);
            for (size_t i = 0; i < count; i++) {
                show->page = (struct page){.scroll = rows % 3 * 20};
                check_inside(show, drawn[i], c, rows, columns);
            }
            canvas_free(c);
        }
}

enum style show_style_of(const struct canvas *c, const char *name)
{
    char *text = canvas_to_text(c);
    char **lines = g_strsplit(text, "\n", -1);
    enum style style = STYLE_COUNT;

    for (int row = 0; row < c->rows; row++)
        if (strstr(lines[row], name))
            style = c->cells[row * c->columns + (int)(strstr(lines[row], name) - lines[row])].style;
    g_strfreev(lines);
    g_free(text);
    return style;
}
