/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* terminal.h: drawing a canvas on a terminal, and reading keys from it.
 *
 * Only changed cells are sent. terminal_close(), a stop (SIGTSTP) and a crash restore the terminal.
 * Glyphs are ASCII on request, when the locale is not UTF-8, and by default on the Linux console,
 * whose fonts lack most other glyphs.
 *
 * One at a time: curses and signals belong to the process. Main thread only. Nothing here waits for
 * input.
 */
#ifndef VTOP_UI_TERMINAL_H
#define VTOP_UI_TERMINAL_H

#include "ui/decode.h"
#include "ui/palette.h"

/* Of a larger terminal only this part is used. */
enum { TERMINAL_ROWS_MAX = 500, TERMINAL_COLUMNS_MAX = 1000 };

struct terminal_config {
    enum theme theme;
    enum ascii_choice ascii;
    bool no_color; /* as with NO_COLOR in the environment */
    bool mouse;
};

struct terminal;

/* NULL when no screen can be drawn here; *error is one line with the reason (g_free). */
struct terminal *terminal_open(const struct terminal_config *config, char **error);
void terminal_close(struct terminal *t);

enum terminal_event {
    TERMINAL_NOTHING, /* until terminal_fd() is readable again */
    TERMINAL_KEY,
    TERMINAL_RESIZED,
    TERMINAL_ENDED /* closed, or a signal asks for the end */
};

/* Readable when terminal_next() has something to do. */
int terminal_fd(const struct terminal *t);
enum terminal_event terminal_next(struct terminal *t, struct key *key);

/* The signal that asks for the end; 0 = none. */
int terminal_signal(const struct terminal *t);

int terminal_rows(const struct terminal *t);
int terminal_columns(const struct terminal *t);
bool terminal_is_ascii(const struct terminal *t);

/* CANVAS should have the size of the terminal; the rest is cut. */
void terminal_draw(struct terminal *t, const struct canvas *canvas);
void terminal_repaint(struct terminal *t); /* send everything at the next draw */

void terminal_set_theme(struct terminal *t, enum theme theme);
void terminal_set_mouse(struct terminal *t, bool on); /* off: the user can select text */
bool terminal_has_mouse(const struct terminal *t);    /* whether it can report one */

#endif
