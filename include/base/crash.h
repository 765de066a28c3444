/* crash.h: the signals by which a program ends through a fault of its own.
 *
 * Who handles them (ui/signals.h) is only called when the thread at fault does not block them: else
 * the kernel ends the process without a word. Constant, any thread.
 */
#ifndef VTOP_BASE_CRASH_H
#define VTOP_BASE_CRASH_H

enum { CRASH_SIGNAL_COUNT = 7 };
extern const int CRASH_SIGNALS[CRASH_SIGNAL_COUNT];

#endif
