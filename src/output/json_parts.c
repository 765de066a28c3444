/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "output/json_parts.h"

#include "output/output.h"

#include <math.h>

/* json-c writes a double with 17 digits; the text has no more digits than were measured. */
json_object *json_number(enum unit unit, double number)
{
    char buffer[OUTPUT_NUMBER_SIZE];

    return isfinite(number) ? json_object_new_double_s(number, output_number(unit, number, buffer))
                            : NULL;
}

json_object *json_computed(double number, int digits)
{
    char buffer[OUTPUT_NUMBER_SIZE];

    return isfinite(number)
               ? json_object_new_double_s(number, output_computed(number, digits, buffer))
               : NULL;
}

json_object *json_text(const char *text)
{
    return text ? json_object_new_string(text) : NULL;
}

json_object *json_statistics(const struct statistics *s, bool estimated, int digits)
{
    json_object *o = json_object_new_object();

    json_object_object_add(o, "n", json_object_new_uint64(s->n));
    json_object_object_add(o, "missing", json_object_new_uint64(s->missing));
    json_object_object_add(o, "min", json_computed(s->min, digits));
    json_object_object_add(o, "mean", json_computed(s->mean, digits));
    json_object_object_add(o, "median", json_computed(s->median, digits));
    json_object_object_add(o, "p95", json_computed(s->p95, digits));
    json_object_object_add(o, "max", json_computed(s->max, digits));
    json_object_object_add(o, "variance", json_computed(s->variance, digits));
    json_object_object_add(o, "stddev", json_computed(s->stddev, digits));
    json_object_object_add(o, "estimated", json_object_new_boolean(estimated));
    return o;
}

void json_print(json_object *root, FILE *out)
{
    fputs(json_object_to_json_string_ext(root,
                                         JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
          out);
    fputc('\n', out);
    json_object_put(root);
}
