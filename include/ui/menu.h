/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* menu.h: lists to choose from beside the table: what to sort by, the colours.
 *
 * Main thread only.
 */
#ifndef VTOP_UI_MENU_H
#define VTOP_UI_MENU_H

#include "ui/state.h"

void menu_open_sort(struct app *app);  /* the columns that are shown, then all others */
void menu_open_theme(struct app *app); /* the screen itself is the preview */
void menu_act(struct app *app, enum action action);

#endif
