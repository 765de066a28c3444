/* terminal.h: a canvas on a terminal, and keys from it.
 *
 * Only cells that have changed are sent. The terminal gets back what it was at terminal_close(), at
 * a stop (SIGTSTP) and at a crash. Glyphs are ASCII when asked for, when the locale is not
 * UTF-8, and on the Linux console (its fonts lack most of the others) unless asked not to.
 *
 * One at a time: curses and the signals belong to the process. Main thread only; nothing here waits
 * for input.
 */
#ifndef VTOP_UI_TERMINAL_H
#define VTOP_UI_TERMINAL_H

#include "ui/decode.h"
#include "ui/palette.h"

/* A larger terminal is used in part. */
enum { TERMINAL_ROWS_MAX = 500, TERMINAL_COLUMNS_MAX = 1000 };

struct terminal_config {
    enum theme theme;
    enum ascii_choice ascii;
    bool no_color; /* the environment's NO_COLOR does the same */
    bool mouse;
};

struct terminal;

/* NULL when this is not a terminal that a screen can be drawn on; *error is one line (g_free). */
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

/* The canvas should be of the terminal's size; what is outside is cut. */
void terminal_draw(struct terminal *t, const struct canvas *canvas);
void terminal_repaint(struct terminal *t); /* send everything at the next draw */

void terminal_set_theme(struct terminal *t, enum theme theme);
void terminal_set_mouse(struct terminal *t, bool on); /* off: text can be selected */
bool terminal_has_mouse(const struct terminal *t);    /* whether it could report one */

#endif
