/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* frame.h: everything that stands on the screen, drawn from the top to the bottom line.
 *
 * Main thread only.
 */
#ifndef VTOP_UI_FRAME_H
#define VTOP_UI_FRAME_H

#include "ui/state.h"

/* NOW: the live moment. Updates the table, and the layout that clicks are about. */
void frame_draw(struct app *app, const struct moment *now);

/* Whether a page waits for advice, which takes several frames. */
bool frame_is_advising(const struct app *app);

#endif
