/* clock.h: the three clocks of vtop.
 *
 * Rates and deadlines use the monotonic clock; the wall clock is only a label (always UTC in
 * machine formats). All times are int64_t nanoseconds unless a name says otherwise. Thread-safe.
 */
#ifndef VTOP_BASE_CLOCK_H
#define VTOP_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define CLOCK_NS_PER_S INT64_C(1000000000)
#define CLOCK_NS_PER_MS INT64_C(1000000)

int64_t clock_mono_ns(void);

/* The same moment (not before the clock began), as waiting for it takes it. */
struct timespec clock_timespec(int64_t ns);

/* How long this machine has been suspended since boot: CLOCK_BOOTTIME - CLOCK_MONOTONIC. A jump
 * means that a series must be broken, not averaged. */
int64_t clock_suspended_ns(void);

int64_t clock_wall_ns(void);

enum { CLOCK_ISO_SIZE = 25 }; /* "2026-11-21T05:31:26.123Z" and its NUL */
void clock_iso8601(int64_t wall_ns, char out[CLOCK_ISO_SIZE]);

#endif
