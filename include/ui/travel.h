/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* travel.h: going through time: in the history of the screen, and in a recording.
 *
 * What history still has is shown at once. Beyond it, on a screen that shows a recording, the app
 * notes where it wants to go; the owner takes that with app_take_move(). Main thread only.
 */
#ifndef VTOP_UI_TRAVEL_H
#define VTOP_UI_TRAVEL_H

#include "ui/state.h"

void travel_to_now(struct app *app);

/* Space: pause or resume; in a recording: play or stop. */
void travel_pause(struct app *app);

/* By so many samples; by a minute, backwards (-1) or forwards (+1). */
void travel_samples(struct app *app, int64_t steps);
void travel_minute(struct app *app, int direction);

/* To a time of the wall clock. */
void travel_to(struct app *app, int64_t wall_ns);

/* Faster (+1) or slower (-1): 1, 2, 5, 10, 30, 60 times. */
void travel_speed(struct app *app, int direction);

/* The times between which one can travel. */
void travel_range(const struct app *app, int64_t *first_wall_ns, int64_t *last_wall_ns);

#endif
