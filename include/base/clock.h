/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* clock.h: units of time, and times as text.
 *
 * All times are int64_t nanoseconds unless a name says otherwise. This header reads no clock:
 * clock_read.h does. Thread-safe.
 */
#ifndef VTOP_BASE_CLOCK_H
#define VTOP_BASE_CLOCK_H

#include <stdint.h>

#define CLOCK_NS_PER_S INT64_C(1000000000)
#define CLOCK_NS_PER_MS INT64_C(1000000)

/* A wall clock time in UTC. */
enum { CLOCK_ISO_SIZE = 25 }; /* "2026-11-21T05:31:26.123Z" and its NUL */
void clock_iso8601(int64_t wall_ns, char out[CLOCK_ISO_SIZE]);

#endif
