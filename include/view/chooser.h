/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* chooser.h: choosing and ordering columns (F2), with a preview.
 *
 * A list of all metrics of guests: the columns in use first, in their order. Changes apply to a
 * copy; chooser_result() has the columns to use when the user accepts. Main thread only.
 */
#ifndef VTOP_VIEW_CHOOSER_H
#define VTOP_VIEW_CHOOSER_H

#include "view/columns.h"
#include "view/layout.h"
#include "view/view.h"

struct chooser;

struct chooser *chooser_new(const struct columns *now);
void chooser_free(struct chooser *ch);

void chooser_move(struct chooser *ch, int rows); /* the cursor */
void chooser_toggle(struct chooser *ch);         /* add or remove the column; the last one stays */
void chooser_shift(struct chooser *ch, int by);  /* move a column in use up (-1) or down (+1) */
void chooser_reset(struct chooser *ch);          /* the default columns */

const struct columns *chooser_result(const struct chooser *ch);

/* The list, the definition of the column under the cursor, and a preview with the first of GUESTS
 * (may be empty). */
void panel_chooser(struct canvas *c, const struct rect *where, const struct view *v,
                   struct chooser *ch, struct entity *const guests[], size_t guest_count);

#endif
