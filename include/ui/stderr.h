/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* stderr.h: standard error while a screen is drawn on the same terminal.
 *
 * Libraries write messages there (GLib when memory runs out, libvirt, the C library), which would
 * disturb the screen and disappear with it. They are held in a pipe, and printed after the terminal
 * has been restored: at the end, or in a crash. What exceeds the pipe (64 KB) is dropped. If
 * standard error is not a terminal, nothing is held.
 *
 * One user at a time: it belongs to the process. Writers may be any thread.
 */
#ifndef VTOP_UI_STDERR_H
#define VTOP_UI_STDERR_H

void stderr_hold(void);

/* Print what was held and stop holding; does nothing when nothing is held. Async-signal-safe. */
void stderr_release(void);

#endif
