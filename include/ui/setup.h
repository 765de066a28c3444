/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* setup.h: choosing columns (F2), and saving the settings.
 *
 * Main thread only.
 */
#ifndef VTOP_UI_SETUP_H
#define VTOP_UI_SETUP_H

#include "ui/state.h"

void setup_open(struct app *app);
void setup_act(struct app *app, enum action action);

#endif
