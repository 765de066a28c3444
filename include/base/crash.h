/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* crash.h: the signals by which a program ends through a fault of its own.
 *
 * A handler (ui/signals.h) runs only when the faulting thread does not block the signal; otherwise
 * the kernel kills the process. Any thread.
 */
#ifndef VTOP_BASE_CRASH_H
#define VTOP_BASE_CRASH_H

#include <signal.h>

enum { CRASH_SIGNAL_COUNT = 7 };
extern const int CRASH_SIGNALS[CRASH_SIGNAL_COUNT];

/* Block all other signals in the calling thread and in those that it will start, so that they go to
 * the main thread, whose poll() they interrupt. *BEFORE becomes the mask to restore. */
void crash_block_other_signals(sigset_t *before);

#endif
