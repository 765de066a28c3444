/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* wording.h: numbers and names as sentences have them.
 *
 * Columns of the screen have a form of their own (view/format.h); here there is room for a unit:
 * "7.9 GiB", "14 %", "2.6 cores", "1.2 ms", "5 h 12 min". Independent of the locale. Any thread.
 */
#ifndef VTOP_ANALYSE_WORDING_H
#define VTOP_ANALYSE_WORDING_H

#include "model/metric.h"

#include <glib.h>

enum { WORDING_SIZE = 32 };

/* A number of a unit; "unknown" when it is not finite. CPU time in percent of a core reads in
 * cores. Returns OUT. */
const char *wording_number(enum unit unit, double number, char out[WORDING_SIZE]);

/* A length of time, in its two largest units: "42 s", "7 min", "5 h 12 min", "3 days 4 h". Returns
 * OUT. */
const char *wording_duration(int64_t ns, char out[WORDING_SIZE]);

/* "a", "a and b", "a, b and c"; g_free(). */
char *wording_list(const char *const *names, size_t count);

#endif
