/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* output.h: one sample of the model as text, CSV or JSON.
 *
 * Numbers are raw (base units, no rounding to a unit) and independent of the locale; an absent
 * value is "-" in text, empty in CSV, null in JSON. Names are clean already; CSV also escapes those
 * that a spreadsheet would evaluate as a formula. A live moment and a past one are printed by the
 * same code. Main thread only.
 *
 *   text  a line per host, a header and a row per guest, columns aligned within the sample
 *   csv   a row per host (type "host") and per guest and sample, ISO 8601 UTC time first; the
 *         header has the units in the names and is printed once. A column has the same meaning in
 *         every row; its cell is empty in rows without that value
 *   json  one object per sample on one line, schema "vtop/1": time, interval_seconds, hosts (the
 *         local one first), guests, findings, sources; all keys are always there. With a window,
 *         also window_seconds, and "statistics" of each host and guest: by metric, n, missing, min,
 *         mean, median, p95, max, variance, stddev, estimated, and how much of it was covered
 *
 * With parts, a host or guest of JSON has an array per kind of part it can have, and a guest its
 * cpu_limit_owner and memory_limit_owner. CSV has a row per part behind that of its owner, whose
 * name and id it repeats, and the columns "part" (its own name) and those that only parts have.
 */
#ifndef VTOP_OUTPUT_OUTPUT_H
#define VTOP_OUTPUT_OUTPUT_H

#include "analyse/finding.h"
#include "analyse/measure.h"
#include "model/moment.h"

#include <stdio.h>

struct exposition;
struct output_config {
    const enum metric *columns; /* of guests; graphs are left out */
    size_t column_count;
    const enum metric *host_columns; /* CSV: of hosts, behind those of guests, by other names */
    size_t host_column_count;
    bool header;
    bool host_rows;            /* CSV: a row per host, too */
    unsigned parts;            /* JSON, CSV: those that are printed (parts.h) */
    int64_t window_ns;         /* JSON: statistics over this time, too; 0: none */
    struct measurer *measurer; /* memory for them; may be NULL when there are none */
    struct exposition *exposition; /* openmetrics, prometheus: what was printed before */
};

/* What one sample consists of. */
struct output_sample {
    struct moment moment;
    struct entity *const *guests; /* the rows, filtered and sorted */
    size_t guest_count;
    const GPtrArray *findings; /* const struct finding *, open ones; NULL: none */
    int64_t interval_ns;       /* since the previous sample; 0 = there was none */
    bool first;                /* the first one that is printed */
};

/* Print one sample and flush it. 0, or -errno of the write (-EPIPE: the pipe is closed). */
typedef int output_function(const struct output_config *config, const struct output_sample *sample,
                            FILE *out);

output_function output_text;
output_function output_csv;
output_function output_json;
output_function output_openmetrics; /* openmetrics.h says what they print */
output_function output_prometheus;

/* The metrics that only hosts have; returns their number. OUT has room for all of a host's. */
size_t output_host_columns(enum metric *out);

/* ---- shared by the formats ---- */

enum { OUTPUT_NUMBER_SIZE = 40, OUTPUT_LABEL_SIZE = 256 };

/* The raw number of a metric as text, somewhere in BUFFER: whole for counts and bytes, up to 3
 * decimals otherwise. */
const char *output_number(enum unit unit, double number, char buffer[OUTPUT_NUMBER_SIZE]);

/* A finite number that was computed from others, with so many significant digits (1 to 12) at most;
 * an exponent only above 28 digits. Whole numbers have no decimals. */
enum { OUTPUT_DIGITS = 10, OUTPUT_FLOAT_DIGITS = 7 /* of what was in history */ };
const char *output_computed(double number, int digits, char buffer[OUTPUT_NUMBER_SIZE]);

/* A text column of an entity, in BUFFER or valid until the next merge. The reason of a hung guest
 * includes the duration. NULL = not known. */
const char *output_label(const struct output_sample *sample, const struct entity *e, enum label l,
                         char buffer[OUTPUT_LABEL_SIZE]);

/* A text as a cell of CSV: quoted where that is necessary, and never a formula. */
void output_csv_text(const char *text, FILE *out);

int output_finish(FILE *out); /* flush; 0 or -errno */

#endif
