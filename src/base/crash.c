/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/crash.h"

/* GLib ends a process that is out of memory by SIGTRAP. */
const int CRASH_SIGNALS[CRASH_SIGNAL_COUNT] = {SIGSEGV, SIGBUS,  SIGILL, SIGFPE,
                                               SIGABRT, SIGTRAP, SIGSYS};

void crash_block_other_signals(sigset_t *before)
{
    sigset_t blocked;

    sigfillset(&blocked);
    for (int i = 0; i < CRASH_SIGNAL_COUNT; i++)
        sigdelset(&blocked, CRASH_SIGNALS[i]);
    pthread_sigmask(SIG_SETMASK, &blocked, before);
}
