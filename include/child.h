/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* child.h: a command that vtop runs, and the signals that end the run.
 *
 * child_open() is called before any thread is started: it blocks SIGINT, SIGTERM, SIGHUP and
 * SIGCHLD and makes them readable at a descriptor, so that no signal is lost between two waits. A
 * signal that was ignored (nohup) stays ignored. The command gets the signal mask, the dispositions
 * and the limit of open files that vtop was started with, and vtop's standard streams and process
 * group: ^C reaches both.
 *
 *     struct child *c = child_open();
 *     if (child_start(c, argv, &status)) ...
 *     while (...)
 *         if (wait_until_readable(child_fd(c)))
 *             child_take(c);
 *     child_close(c);
 *
 * One at a time: signals belong to the process. Main thread only.
 */
#ifndef VTOP_CHILD_H
#define VTOP_CHILD_H

#include <stdbool.h>
#include <stdint.h>

struct child;

struct child *child_open(void); /* NULL, and errno */
void child_close(struct child *c);

int child_fd(const struct child *c);

/* Start ARGV, looked for in PATH. When it cannot be started: false, one line on standard error, and
 * the exit status that shells give: 127 when there is no such command, 126 otherwise. */
bool child_start(struct child *c, char *const argv[], int *status);

/* Note what has happened since the last call. */
void child_take(struct child *c);

/* The signal that asks for the end; 0: none. */
int child_signal(const struct child *c);

bool child_is_running(const struct child *c);

/* Its exit status, or 128 + the signal that ended it; -1: it has not ended, or was never started.
 */
int child_status(const struct child *c);

/* Pass the signal on to the command, unless the terminal has sent it to both; and wait up to
 * PATIENCE_NS for its end. A further signal ends the wait. */
void child_end(struct child *c, int64_t patience_ns);

/* Wait for the end of the command, or a signal. */
void child_wait(struct child *c);

#endif
