/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* catalogue.h: what the enumerations of the model are called outside of the process.
 *
 * Recordings, exports and other vtop processes identify an enumerator by its name, which never
 * changes. Its number may change when a line is added. tests/model/names.txt lists the names, and a
 * test compares them. The names of guest states are in states.h, those of the states of sources in
 * sample.h, those of metrics (export_name) in metric.h.
 *
 * Names are lower case. X_name() returns "" for a number out of range. X_find() compares exactly,
 * and returns the enumeration's end (X_COUNT, FACET_NONE, R_NONE) when there is no such name.
 * Constant, any thread.
 */
#ifndef VTOP_MODEL_CATALOGUE_H
#define VTOP_MODEL_CATALOGUE_H

#include "model/metric.h"

const char *kind_name(enum kind k); /* "host", "guest", "vcpu" */
enum kind kind_find(const char *name);

const char *facet_name(enum facet f); /* "host-cpu" */
enum facet facet_find(const char *name);

const char *reading_name(enum reading r); /* "user_ns": unique in its facet */
enum reading reading_find(enum facet f, const char *name);

const char *reading_type_name(enum reading_type t); /* "counter", "gauge" */
enum reading_type reading_type_find(const char *name);

const char *reading_unit_name(enum reading_unit u); /* "ns" */
enum reading_unit reading_unit_find(const char *name);

/* The base unit for exporters, and the factor from U to it: "seconds" and 1e-9 for READS_NS. ""
 * for plain counts; NULL for an index or an enumerator, which is not an amount. */
const char *reading_unit_base(enum reading_unit u, double *factor);

const char *reason_name(enum reason r); /* "no-file" */
enum reason reason_find(const char *name);

enum guest_type guest_type_find(const char *name); /* of guest_type_name(); "" is GUEST_NONE */

const char *guest_class_name(enum guest_class c);    /* "vm", "container", "service" */
enum guest_class guest_class_find(const char *name); /* 0: there is no such class */

/* "own", "ancestor-2" (the second group above), "cpuset", "host". Returns OUT. */
enum { LIMIT_OWNER_SIZE = 24 };
const char *limit_owner_name(enum limit_owner o, char out[LIMIT_OWNER_SIZE]);
bool limit_owner_find(const char *name, enum limit_owner *out); /* false: there is no such owner */

const char *unit_name(enum unit u); /* "bytes_per_second": the unit of a metric */
enum unit unit_find(const char *name);

/* The origin of a value of metric M from facet F, for users: "/proc/meminfo". For a value that is
 * computed from other metrics (FACET_NONE), the names of these. "" when no origin is listed. */
const char *metric_origin(enum facet f, enum metric m);

#endif
