/* names_json.h: JSON from files and daemons that may be anybody's.
 *
 * Nothing is taken to be what it should be: a value of another type, a missing member, text that is
 * no JSON or nested too deeply reads as NULL. A short text can describe a large object, so a single
 * value is at most NAMES_JSON_MAX long; lists may be longer, but only one element of them is in
 * memory at a time.
 */
#ifndef VTOP_COLLECT_NAMES_JSON_H
#define VTOP_COLLECT_NAMES_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

enum { NAMES_JSON_MAX = 256 << 10 };

/* NULL when it is none. json_object_put(). */
json_object *names_json(const char *text, size_t length);

typedef void names_json_visit(void *data, json_object *object);

/* Visit every object of the list TEXT, until something is no object. Whether all of it is a list of
 * objects. */
bool names_json_each(const char *text, size_t length, names_json_visit *visit, void *data);

/* A string member; NULL when it is not there or no string. Valid as long as OBJECT. */
const char *names_json_text(json_object *object, const char *key);

/* The first string of a member that is a list of them; NULL as above. */
const char *names_json_first(json_object *object, const char *key);

#endif
