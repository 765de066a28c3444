/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* when.h: a time as a user types it.
 *
 *   start, end                   of the recording
 *   02:00, 02:00:30              the last such time of day up to its end
 *   yesterday 02:00              of the day before its end; "today" likewise
 *   10m ago, -10m                before its end: s, m, h or d
 *   2026-11-30, 2026-11-30 02:00[:30[.5]], with T between them, with Z or +01:00 behind
 *   @1796040000                  seconds since 1970
 *
 * Without a zone, times are local. Where clocks are set back, a time that occurs twice is the first
 * one. Any thread.
 */
#ifndef VTOP_BASE_WHEN_H
#define VTOP_BASE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/* FIRST and LAST: wall clock times of the recording. False: TEXT is no time. */
bool when_parse(const char *text, int64_t first_ns, int64_t last_ns, int64_t *out);

/* What is expected, for messages. */
#define WHEN_EXPECTED "a time such as 02:00, \"yesterday 02:00\", 10m ago, 2026-11-30T02:00, start or end"

/* Whether TEXT can be a time at all, whatever the recording. */
bool when_is_time(const char *text);

/* "2026-11-30 02:00:07", local. g_free. */
char *when_format(int64_t wall_ns);

#endif
