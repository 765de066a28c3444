/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* signals.h: signals of an interactive program.
 *
 * Requests (resize, stop, continue, end) are noted by a handler and wake the descriptor given to
 * signals_open(); the owner asks for them with signals_take(). A request to end that the owner has
 * not obeyed within a second, or a second one before that, restores the terminal and ends the
 * process with 128 + the signal, so that a blocked terminal cannot keep it alive. A crash restores
 * the terminal, then takes its course. What was held of standard error (ui/stderr.h) follows the
 * terminal's restoration.
 *
 * One user at a time: signals belong to the process. Main thread only.
 */
#ifndef VTOP_UI_SIGNALS_H
#define VTOP_UI_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

enum { SIGNALS_RESTORE_MAX = 256 };

/* How to restore the terminal: BYTES are written to FD, then MODES are set. */
struct signals_restore {
    int fd;
    struct termios modes;
    size_t length;
    char bytes[SIGNALS_RESTORE_MAX];
};

/* WAKE_FD: an eventfd. RESTORE is copied. */
void signals_open(int wake_fd, const struct signals_restore *restore);
void signals_close(void);

/* Whether SIG (SIGWINCH, SIGTSTP, SIGCONT) has arrived since the last call. */
bool signals_take(int sig);

/* The signal that asks for the end, or 0: SIGHUP, SIGINT, SIGTERM, SIGQUIT. */
int signals_end(void);

/* Stop this process as SIGTSTP does by default; returns after SIGCONT. */
void signals_stop_here(void);

#endif
