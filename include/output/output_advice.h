/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* output_advice.h: advice as text or JSON.
 *
 *   text  per host how its guests stand, balance, what was promised, and what virtualization costs;
 *         then a paragraph per piece of advice, the most urgent first
 *   json  one object on one line, schema "vtop-advice/1": time, samples, hosts, advice; all keys
 * are always there, null where a number is not known
 *
 * Main thread only.
 */
#ifndef VTOP_OUTPUT_OUTPUT_ADVICE_H
#define VTOP_OUTPUT_OUTPUT_ADVICE_H

#include "analyse/advice.h"

#include <stdio.h>

struct output_advice {
    struct moment at;
    const GPtrArray *advice, *hosts; /* struct advice *, struct advice_host * */
    uint64_t samples;                /* that it rests on */
};

/* Print and flush. 0, or -errno of the write (-EPIPE: the pipe is closed). */
typedef int output_advice_function(const struct output_advice *a, FILE *out);

output_advice_function output_advice_text;
output_advice_function output_advice_json;

#endif
