/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/names/names_json.h"

#include <glib.h>
#include <string.h>

enum { DEPTH = 32 };

json_object *names_json(const char *text, size_t length)
{
    json_tokener *tokener = length <= NAMES_JSON_MAX ? json_tokener_new_ex(DEPTH) : NULL;
    json_object *object = tokener ? json_tokener_parse_ex(tokener, text, (int)length) : NULL;

    if (tokener)
        json_tokener_free(tokener);
    return object;
}

static const char *past_blanks(const char *p, const char *end)
{
    while (p < end && g_ascii_isspace(*p))
        p++;
    return p;
}

static const char *past_string(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++)
        p += *p == '\\';
    return p < end ? p + 1 : end;
}

/* The comma or bracket that ends the element at P, or END. It does not check that the element is
 * valid JSON. */
static const char *past_element(const char *p, const char *end)
{
    for (int depth = 0; p < end;) {
        if (depth == 0 && (*p == ',' || *p == ']'))
            return p;
        depth += (*p == '[' || *p == '{') - (*p == ']' || *p == '}');
        p = *p == '"' ? past_string(p, end) : p + 1;
    }
    return end;
}

bool names_json_each(const char *text, size_t length, names_json_visit *visit, void *data)
{
    const char *end = text + length, *p = past_blanks(text, end);

    if (p == end || *p != '[')
        return false;
    for (p = past_blanks(p + 1, end); p < end && *p != ']';) {
        const char *next = past_element(p, end);
        json_object *element = names_json(p, (size_t)(next - p));
        bool good = json_object_is_type(element, json_type_object);
        if (good)
            visit(data, element);
        json_object_put(element);
        if (!good)
            return false;
        p = past_blanks(next < end && *next == ',' ? next + 1 : next, end);
    }
    return p < end;
}

const char *names_json_text(json_object *object, const char *key)
{
    json_object *value;

    if (!json_object_object_get_ex(object, key, &value) ||
        !json_object_is_type(value, json_type_string))
        return NULL;
    return json_object_get_string(value);
}

const char *names_json_first(json_object *object, const char *key)
{
    json_object *list, *value;

    if (!json_object_object_get_ex(object, key, &list) ||
        !json_object_is_type(list, json_type_array) || !json_object_array_length(list))
        return NULL;
    value = json_object_array_get_idx(list, 0);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}
