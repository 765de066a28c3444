/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* actions.h: what an action does, in the context that has the keys.
 *
 * Main thread only.
 */
#ifndef VTOP_UI_ACTIONS_H
#define VTOP_UI_ACTIONS_H

#include "ui/state.h"

void actions_do(struct app *app, enum action action);

#endif
