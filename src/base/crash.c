#include <config.h>

#include "base/crash.h"

#include <signal.h>

/* GLib ends a process that is out of memory by SIGTRAP. */
const int CRASH_SIGNALS[CRASH_SIGNAL_COUNT] = {SIGSEGV, SIGBUS,  SIGILL, SIGFPE,
                                               SIGABRT, SIGTRAP, SIGSYS};
