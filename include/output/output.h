/* output.h: one sample of the roster as text, CSV or JSON.
 *
 * Numbers are raw (base units, no rounding to a unit) and independent of the locale; an absent
 * value is "-" in text, empty in CSV, null in JSON. Names are clean already; CSV keeps
 * spreadsheets from taking one for a formula. Main thread only.
 *
 *   text  a line about the host, a header and a row per guest, columns aligned within the sample
 *   csv   one row per guest per sample, ISO 8601 UTC time first; the header has the units in the
 *         names and is printed once
 *   json  one object per sample on one line, schema "vtop/1": time, interval_seconds, host,
 *         guests, findings, sources; all keys are always there
 */
#ifndef VTOP_OUTPUT_OUTPUT_H
#define VTOP_OUTPUT_OUTPUT_H

#include "model/moment.h"

#include <stdio.h>

struct output_config {
    const enum metric *columns; /* of guests; graphs are left out */
    size_t column_count;
    bool header;
};

/* What one sample consists of. */
struct output_sample {
    struct moment moment;         /* live, or past: both are printed alike */
    struct entity *const *guests; /* the rows, filtered and sorted */
    size_t guest_count;
    int64_t interval_ns; /* since the sample before; 0 = there was none */
    bool first;          /* the first one that is printed */
};

/* Print one sample and flush it. 0, or -errno of the write (-EPIPE: the reader has gone). */
typedef int output_function(const struct output_config *config, const struct output_sample *sample,
                            FILE *out);

output_function output_text;
output_function output_csv;
output_function output_json;

/* ---- shared by the formats ---- */

enum { OUTPUT_NUMBER_SIZE = 40, OUTPUT_LABEL_SIZE = 256 };

/* The raw number of a metric as text, somewhere in BUFFER: whole for counts and bytes, up to 3
 * decimals otherwise. */
const char *output_number(enum unit unit, double number, char buffer[OUTPUT_NUMBER_SIZE]);

/* A text column of an entity, in BUFFER or valid until the next merge. The host label of a local
 * guest is the host's name; a hung guest's reason says for how long. NULL = not known. */
const char *output_label(const struct output_sample *sample, const struct entity *e, enum label l,
                         char buffer[OUTPUT_LABEL_SIZE]);

int output_finish(FILE *out); /* flush; 0 or -errno */

#endif
