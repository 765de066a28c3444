/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* names_json.h: JSON from untrusted files and daemons.
 *
 * Nothing is assumed: a value of another type, a missing member, and text that is not JSON or is
 * nested too deeply read as NULL. A short text can describe a large object, so a single value is at
 * most NAMES_JSON_MAX bytes long; lists may be longer, but only one of their elements is in memory
 * at a time.
 */
#ifndef VTOP_COLLECT_NAMES_JSON_H
#define VTOP_COLLECT_NAMES_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

enum { NAMES_JSON_MAX = 256 << 10 };

/* The value in TEXT; json_object_put(). NULL: it is not JSON. */
json_object *names_json(const char *text, size_t length);

typedef void names_json_visit(void *data, json_object *object);

/* Visit each object of the list TEXT, up to the first element that is not an object. Returns
 * whether all of TEXT is a list of objects. */
bool names_json_each(const char *text, size_t length, names_json_visit *visit, void *data);

/* A string member; NULL if it is missing or not a string. Valid as long as OBJECT. */
const char *names_json_text(json_object *object, const char *key);

/* The first element of a member that is a list, if it is a string; NULL as above. */
const char *names_json_first(json_object *object, const char *key);

#endif
