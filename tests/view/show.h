/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* show.h: what a test of panels and pages draws, and how it looks at the result.
 *
 * The pictures are tests/view/pictures/NAME.txt. VTOP_DRAW_PICTURES=1 writes them anew; look at
 * them before committing.
 */
#ifndef VTOP_TESTS_VIEW_SHOW_H
#define VTOP_TESTS_VIEW_SHOW_H

#include "view/page.h"
#include "view/panels.h"

#include "stage.h"

/* The state that the panels of a test draw. */
struct show {
    struct stage *stage;
    struct table *table;
    struct page page;
    uint64_t serial;
    bool host_selected;
    const char *search;
};

typedef void draw_function(struct canvas *c, const struct rect *where, struct show *show);

/* S becomes the show's. */
struct show show_new(struct stage *s);
void show_free(struct show *show);

/* The sketch after 70 more seconds, in which its numbers have moved. */
struct stage *show_busy_sketch(void);

uint64_t show_serial_of(const struct stage *s, const char *name);

extern const struct panel_label SHOW_LABELS[];

/* All panels of the main screen. */
void show_draw_main(struct canvas *c, const struct rect *where, struct show *show);

/* What is drawn is as in its picture. */
void show_check_picture(const char *name, struct show *show, draw_function *draw, int rows,
                        int columns);

/* The whole of a page, whatever its height; g_free. */
char *show_page_text(struct show *show, draw_function *draw, int columns);

/* All of PARTS, which ends with NULL, are in TEXT. */
void show_check_contains(const char *text, const char *const parts[]);

/* In every size up to ROWS by COLUMNS, in those steps, each function draws inside of its rectangle
 * only. */
struct show_sizes {
    int rows, columns, row_step, column_step;
};
void show_check_sizes(struct show *show, draw_function *const drawn[], size_t count,
                      const struct show_sizes *sizes);

/* The style in which NAME begins; STYLE_COUNT: it is not there. */
enum style show_style_of(const struct canvas *c, const char *name);

#endif
