/* crash.h: the signals by which a program ends through a fault of its own.
 *
 * A handler (ui/signals.h) runs only when the faulting thread does not block the signal; otherwise
 * the kernel kills the process. Constant, any thread.
 */
#ifndef VTOP_BASE_CRASH_H
#define VTOP_BASE_CRASH_H

enum { CRASH_SIGNAL_COUNT = 7 };
extern const int CRASH_SIGNALS[CRASH_SIGNAL_COUNT];

#endif
