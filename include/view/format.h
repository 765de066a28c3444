/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* format.h: the one place where values become text for people.
 *
 *   percent   "0.0" "14.0" "387.2" "25600"; 100 is what the metric's help says
 *   bytes     "0" "512B" "7.9K" "62.1G" "412M": binary units, at most 5 columns
 *   counts    "0" "812" "9.1k" "310k": decimal units when the plain number does not fit
 *   ms        "0.08" "0.9" "31.0" "310" "12.5s"
 *   durations "42s" "7m30s" "5h12m" "3d4h" "412d"
 *
 * Text in another form, for machines, is made in output/. Main thread only.
 */
#ifndef VTOP_VIEW_FORMAT_H
#define VTOP_VIEW_FORMAT_H

#include "view/view.h"

enum { FORMAT_SIZE = 32 };

/* A number of a unit in at most WIDTH columns where its unit allows that (5 always suffice). NAN
 * gives "". Returns OUT. */
const char *format_number(enum unit unit, double number, int width, char out[FORMAT_SIZE]);

/* The same, with the absent glyph for NAN. */
const char *format_shown(const struct view *v, enum unit unit, double number, int width,
                         char out[FORMAT_SIZE]);

const char *format_duration(double seconds, char out[FORMAT_SIZE]);

/* "12:04:31", local time. */
const char *format_clock(int64_t wall_ns, char out[FORMAT_SIZE]);

/* How bad a number of this metric is by itself: the style of the alert limits that metrics.def
 * gives for it, STYLE_NORMAL for a metric without limits. */
enum style format_severity(enum metric m, double number);

/* One cell, ready to be put into a field. Absent values are the absent glyph, dim; zeros are dim;
 * stale values are dim. Names of states are as on screen ("HUNG 42s"), numbers on the right. */
struct format_cell {
    const char *text; /* into BUFFER, or a label of the entity: valid until the next merge */
    enum style style;
    bool right;
    char buffer[FORMAT_SIZE];
};
void format_cell(const struct view *v, const struct entity *e, enum metric m, int width,
                 struct format_cell *out);

/* The same for a number that does not belong to an entity: the total of a group. */
void format_total(const struct view *v, const struct entity *host, enum metric m, double number,
                  int width, struct format_cell *out);

/* Whether a column of this metric is aligned to the right. */
bool format_is_right(enum metric m);

/* Whether a metric is CPU time in percent of a core, which struct view's cpu_of_host rescales. */
bool format_is_cpu_time(enum metric m);

/* The header of a column: its title, adapted to what it shows just now. Returns OUT. */
const char *format_title(const struct view *v, enum metric m, int width, char out[FORMAT_SIZE]);

#endif
