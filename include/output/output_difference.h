/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* output_difference.h: what changed between two windows (--diff) as text or JSON.
 *
 * JSON is one object on one line, schema "vtop-diff/1"; vtop(1) lists its keys. Texts are clean UTF-8
 * already. Main thread only.
 */
#ifndef VTOP_OUTPUT_OUTPUT_DIFFERENCE_H
#define VTOP_OUTPUT_OUTPUT_DIFFERENCE_H

#include "analyse/difference.h"

#include <stdio.h>

struct output_window {
    int64_t begin_wall_ns, end_wall_ns; /* of its first and last sample */
    size_t samples;
};

struct output_difference {
    struct output_window before, after;
    double window_seconds; /* that were asked for */
    const struct difference *difference;
};

/* Print and flush. 0, or -errno. */
typedef int output_difference_function(const struct output_difference *d, FILE *out);

output_difference_function output_difference_text;
output_difference_function output_difference_json;

#endif
