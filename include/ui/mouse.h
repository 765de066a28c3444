/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* mouse.h: clicks and the wheel, by where they fall on the last frame.
 *
 * Main thread only.
 */
#ifndef VTOP_UI_MOUSE_H
#define VTOP_UI_MOUSE_H

#include "ui/state.h"

/* KEY is one of K_CLICK, K_WHEEL_UP and K_WHEEL_DOWN. */
void mouse_handle(struct app *app, const struct key *key);

#endif
