/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* replay_screen.h: between the screen and the recording that it shows. Main thread only. */
#ifndef VTOP_REPLAY_SCREEN_H
#define VTOP_REPLAY_SCREEN_H

#include "feed/feed.h"
#include "ui/app.h"

/* Tell the screen where the recording is, before it is drawn. */
void replay_screen_show(struct app *app, struct feed *feed);

/* Do what the user wants of the recording. */
void replay_screen_move(struct app *app, struct feed *feed);

#endif
