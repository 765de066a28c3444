/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* json_parts.h: what the JSON documents have in common: numbers, texts, statistics.
 *
 * Every function returns a new object, or NULL, which json-c prints as null. Main thread only.
 */
#ifndef VTOP_OUTPUT_JSON_PARTS_H
#define VTOP_OUTPUT_JSON_PARTS_H

#include "analyse/statistics.h"
#include "model/metric.h"

#include <json-c/json.h>
#include <stdio.h>

/* A number as output_number() prints it; NULL when it is not finite. */
json_object *json_number(enum unit unit, double number);

/* A number that was computed, as output_computed() prints it; NULL when it is not finite. */
json_object *json_computed(double number, int digits);

/* NULL when TEXT is NULL. */
json_object *json_text(const char *text);

/* n, missing, min, mean, median, p95, max, variance, stddev, and "estimated": whether median and
 * p95 are estimates. What cannot be had is null. DIGITS: as for output_computed(). */
json_object *json_statistics(const struct statistics *s, bool estimated, int digits);

/* Print ROOT on a line of its own, and free it. */
void json_print(json_object *root, FILE *out);

#endif
