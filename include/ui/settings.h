/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* settings.h: the preferences of a user in files, vtoprc.
 *
 * SYSCONFDIR/vtoprc is read first, then the user's ($XDG_CONFIG_HOME/vtop/vtoprc, by default
 * ~/.config/vtop/vtoprc), which overrides it. What cannot be understood is left out, and named with
 * its file, its line and what was expected; the rest counts. Only regular files of at most 64 KB
 * are read, so that a FIFO or an endless file never holds up vtop.
 *
 * Saving goes to the user's file only and keeps its mode, its owner, its comments and what vtop
 * does not know. Main thread only.
 */
#ifndef VTOP_UI_SETTINGS_H
#define VTOP_UI_SETTINGS_H

#include "ui/preferences.h"

/* The user's file; g_free. OTHER (may be NULL) stands in for it. */
char *settings_user_file(const char *other);

/* Read one file over S. Complaints are added to COMPLAINTS (char *, one line each that text_clean()
 * has passed; about twenty for a file at most). A file that does not exist is no reason to
 * complain, unless it MUST. */
void settings_read(struct settings *s, const char *file, bool must, GPtrArray *complaints);

/* Replace FILE, or the lines of it that have changed, in one step. 0, or -errno as save_write()
 * gives it: -ELOOP is a link of another user, which is not followed. */
int settings_save(const struct settings *s, const char *file);

#endif
