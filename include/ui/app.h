/* app.h: the interactive program: what is open, what the keys do, what is drawn.
 *
 * The owner (the main loop) polls app_fd() and its sources' descriptor and calls
 *
 *     app_handle_input()   when app_fd() is readable: keys, resizes, signals; false ends it
 *     app_wishes()         after that, and passes them on to the sources
 *     app_draw()           after that, after each tick of the roster, and when nothing came for
 *                          app_patience_ns()
 *
 * The app holds no pointer into the roster between calls. Settings are read by app_new(): what the
 * config gives (the command line) goes before the user's file, that before the system's.
 *
 * From app_new() to app_free() the terminal belongs to the app: nobody else writes to it. It is
 * restored by app_free(), and by a crash. Main thread only.
 */
#ifndef VTOP_UI_APP_H
#define VTOP_UI_APP_H

#include "model/moment.h"
#include "model/wishes.h"
#include "ui/preferences.h"

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

/* NULL when the terminal cannot be used; *error is then one line that says why (g_free). */
struct app *app_new(const struct app_config *config, char **error);

/* Restores the terminal, then prints on stderr what was wrong with the settings, if anything. */
void app_free(struct app *app);

/* Readable when there is input, a resize or a signal. */
int app_fd(const struct app *app);

/* NOW: the live moment. False: the user has quit, the terminal was closed, or a signal asked for the end. */
bool app_handle_input(struct app *app, const struct moment *now);

/* The signal that asked for the end, to be raised again after app_free(); 0 = none. */
int app_signal(const struct app *app);

/* What is on screen needs of the sources. */
void app_wishes(const struct app *app, struct wishes *out);

void app_draw(struct app *app, const struct moment *now);

/* How long the last frame is right though nothing comes: until its message has been read, or what it
 * shows should have been newer and has to say how old it is. */
int64_t app_patience_ns(const struct app *app, int64_t now_ns);

#endif
