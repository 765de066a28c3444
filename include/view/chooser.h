/* chooser.h: choosing and ordering columns (F2), with a preview.
 *
 * Every metric a table can show, those in use first, in their order. Changes are made to a copy;
 * chooser_result() is what to take over when the user accepts. Main thread only.
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
void chooser_toggle(struct chooser *ch);         /* take the column in or out, but not the last */
void chooser_shift(struct chooser *ch, int by);  /* move a chosen column up (-1) or down (+1) */
void chooser_reset(struct chooser *ch);          /* the columns vtop comes with */

const struct columns *chooser_result(const struct chooser *ch);

/* The list with the definition of the column under the cursor, and the first guests of GUESTS (may
 * be empty) as they would look. */
void panel_chooser(struct canvas *c, const struct rect *where, const struct view *v,
                   struct chooser *ch, struct entity *const guests[], size_t guest_count);

#endif
