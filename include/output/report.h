/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* report.h: the statistics of a run (--summary) as text, CSV or JSON.
 *
 * Numbers are in base units and independent of the locale. What cannot be had (no values, one value
 * for a deviation) is "-" in text, empty in CSV, null in JSON. Texts are clean UTF-8 already; CSV
 * escapes those that a spreadsheet would evaluate. Main thread only.
 *
 *   text  a line about the run, then a block per host and guest with a line per metric
 *   csv   a row per host or guest and metric
 *   json  one object on one line, schema "vtop-summary/1"
 */
#ifndef VTOP_OUTPUT_REPORT_H
#define VTOP_OUTPUT_REPORT_H

#include "analyse/report_rows.h"

#include <stdio.h>

struct report {
    int64_t begin_wall_ns, end_wall_ns;
    double seconds;  /* that were measured, by the monotonic clock */
    double interval; /* that was asked for, in seconds */
    size_t samples;
    const char *const *command;    /* NULL-terminated; NULL: there was none */
    int exit_status;               /* of the command; -1: it has not ended, or there was none */
    int signal;                    /* that ended the run; 0: none */
    const struct report_row *rows; /* hosts first */
    size_t row_count;
    size_t left_out; /* guests for which there was no room */
};

/* Print and flush; HEADER: titles and the line about the run, in text and CSV. 0, or -errno. */
typedef int report_function(const struct report *report, bool header, FILE *out);

report_function report_text;
report_function report_csv;
report_function report_json;

#endif
