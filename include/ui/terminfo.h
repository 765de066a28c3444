/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* terminfo.h: the terminfo entry of this terminal.
 *
 * terminfo_type() has to be called first: the other functions use the entry that it loads. Main
 * thread only.
 */
#ifndef VTOP_UI_TERMINFO_H
#define VTOP_UI_TERMINFO_H

#include "ui/decode.h"

/* The terminal type to use: $TERM, or a compatible type when this host has no entry for it. NULL
 * when there is no terminal, or none that a screen can be drawn on; *error is then one line
 * (g_free). */
const char *terminfo_type(char **error);

/* A string capability by its terminfo name; NULL when this terminal does not have it. */
const char *terminfo_capability(const char *name);

void terminfo_learn(struct decoder *d); /* the key sequences of this terminal */

/* The bytes that restore the screen for other programs; g_free. */
char *terminfo_restore(void);

#endif
