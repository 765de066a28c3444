/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* prompt.h: a line that the user types: a search, a filter, the interval.
 *
 * Search and filter act while they are typed. Main thread only.
 */
#ifndef VTOP_UI_PROMPT_H
#define VTOP_UI_PROMPT_H

#include "ui/state.h"

void prompt_open(struct app *app, enum prompt prompt);
void prompt_act(struct app *app, enum action action);
void prompt_use_line(struct app *app); /* the text has changed */

/* What stands before the line, and to the right of it (NULL = nothing). */
const char *prompt_title(enum prompt prompt);
const char *prompt_hint(struct app *app, enum style *style, char *buffer, size_t size);

#endif
