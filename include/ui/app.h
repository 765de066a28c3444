/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* app.h: the interactive program.
 *
 * The owner (the main loop) polls app_fd() and the descriptor of its sources, and calls
 *
 *     app_handle_input()   when app_fd() is readable: keys, resizes, signals; false is the end
 *     app_wishes()         after that, and passes the result on to the sources
 *     app_draw()           after that, after each tick of the roster, and when nothing happened for
 *                          app_patience_ns()
 *
 * The app holds no pointer into the roster between calls. app_new() reads the settings: the command
 * line (config) overrides the user's file, which overrides the system's.
 *
 * From app_new() to app_free() only the app may write to the terminal. app_free() restores it, and
 * so does the handler of a crash. Main thread only.
 */
#ifndef VTOP_UI_APP_H
#define VTOP_UI_APP_H

#include "analyse/analysis.h"
#include "model/moment.h"
#include "model/wishes.h"
#include "ui/preferences.h"
#include "view/playback.h"

/* From the command line; NULL means "not given". Valid during app_new(). */
struct app_config {
    const struct settings *asked; /* those of GIVEN override the files */
    unsigned given;               /* 1 << enum preference, or-ed */
    const char *filter;
    bool no_color;
    const char *settings_file; /* instead of the user's own */
    const char *banner;        /* stands in the top line: "DEMO", the directory of a saved tree */
};

struct app;

/* NULL when the terminal cannot be used; *error is then one line with the reason (g_free). */
struct app *app_new(const struct app_config *config, char **error);

/* The settings, as the files and the command line say; valid until a key is handled. */
const struct settings *app_settings(const struct app *app);

/* The engine whose findings are shown, and muted by a key; it outlives the app. NULL: none. */
void app_analyse(struct app *app, struct analysis *analysis);

/* Restores the terminal, then prints the complaints about the settings on standard error. */
void app_free(struct app *app);

/* Readable when there is input, a resize or a signal. */
int app_fd(const struct app *app);

/* NOW: the live moment. Returns after 50 ms at the latest, with app_fd() readable when input is
 * left. False: the user has quit, the terminal was closed, or a signal asked for the end. */
bool app_handle_input(struct app *app, const struct moment *now);

/* The signal that asked for the end, to be raised again after app_free(); 0 = none. */
int app_signal(const struct app *app);

/* ---- a recording ---- */

/* Where the recording is, before each app_draw(); copied. */
void app_show_playback(struct app *app, const struct playback *p);

/* What the user wants of the recording. */
struct playback_move app_take_move(struct app *app);

/* What the screen needs from the sources. */
void app_wishes(const struct app *app, struct wishes *out);

void app_draw(struct app *app, const struct moment *now);

/* A warning on the bottom line, for some seconds. */
void app_say(struct app *app, const char *line);

/* How long the last frame stays valid without input or samples: until its message expires, or its
 * values become stale and have to show their age. */
int64_t app_patience_ns(const struct app *app, int64_t now_ns);

#endif
