/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/process/process_option.h"

#include "base/parse.h"
#include "collect/names/names_json.h"

#include <glib.h>
#include <string.h>

/* ---- lists ---- */

struct visitor {
    process_option_visit *visit;
    void *data;
};

static void visit_json(const struct visitor *v, const char *key, json_object *value)
{
    if (json_object_is_type(value, json_type_object)) {
        json_object_object_foreach(value, name, member)
        {
            char *path = *key ? g_strconcat(key, ".", name, NULL) : g_strdup(name);
            visit_json(v, path, member);
            g_free(path);
        }
    } else if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++)
            visit_json(v, key, json_object_array_get_idx(value, i));
    } else if (value) {
        v->visit(v->data, key, json_object_get_string(value));
    }
}

static void each_of_json(const char *text, const struct visitor *v)
{
    json_object *object = names_json(text, strlen(text));

    visit_json(v, "", object);
    json_object_put(object);
}

/* The field at P into FIELD. Returns what is behind it. */
static const char *take_field(const char *p, GString *field)
{
    g_string_truncate(field, 0);
    for (; *p && (*p != ',' || p[1] == ','); p++) {
        p += *p == ',';
        g_string_append_c(field, *p);
    }
    return *p ? p + 1 : p;
}

static void each_of_text(const char *text, const char *implied, const struct visitor *v)
{
    GString *field = g_string_new(NULL);
    bool first = true;

    for (const char *p = text; *p; first = false) {
        p = take_field(p, field);
        char *equals = strchr(field->str, '=');
        if (equals)
            *equals = '\0';
        if (!equals && first && implied)
            v->visit(v->data, implied, field->str);
        else
            v->visit(v->data, field->str, equals ? equals + 1 : "on");
    }
    g_string_free(field, TRUE);
}

void process_option_each(const char *list, const char *implied, process_option_visit *visit,
                         void *data)
{
    const struct visitor v = {visit, data};

    if (*list == '{')
        each_of_json(list, &v);
    else
        each_of_text(list, implied, &v);
}

struct search {
    const char *key;
    char *found;
};

static void compare_key(void *data, const char *key, const char *value)
{
    struct search *s = data;

    if (strcmp(key, s->key) != 0)
        return;
    g_free(s->found);
    s->found = g_strdup(value);
}

char *process_option_field(const char *list, const char *key, const char *implied)
{
    struct search s = {.key = key};

    process_option_each(list, implied, compare_key, &s);
    return s.found;
}

/* ---- sizes ---- */

/* ".75" after the digits before it. Fifteen digits are as many as a double is exact for. */
static double take_fraction(const char **p)
{
    double digits = 0, scale = 1;

    for ((*p)++; g_ascii_isdigit(**p); (*p)++) {
        if (scale >= 1e15)
            continue;
        digits = digits * 10 + g_ascii_digit_value(**p);
        scale *= 10;
    }
    return digits / scale;
}

static bool take_number(const char **p, uint64_t *whole, double *fraction)
{
    char *end;

    *whole = 0;
    *fraction = 0;
    *p = parse_blanks(*p);
    if ((*p)[0] == '0' && g_ascii_tolower((*p)[1]) == 'x') {
        bool hex = g_ascii_isxdigit((*p)[2]);
        *whole = g_ascii_strtoull(*p, &end, 16);
        *p = end;
        return hex;
    }
    bool digits = parse_u64(p, whole), point = **p == '.' && (digits || g_ascii_isdigit((*p)[1]));
    if (point)
        *fraction = take_fraction(p);
    return digits || point;
}

/* The suffix stands for a factor of 2 to the power of this; -1: it is no suffix. */
static int suffix_bits(char c)
{
    static const char suffixes[] = "bkmgtpe";
    const char *s = c ? strchr(suffixes, g_ascii_tolower(c)) : NULL;

    return s ? (int)(10 * (s - suffixes)) : -1;
}

bool process_option_size(const char *text, uint64_t unit, uint64_t *bytes)
{
    uint64_t whole;
    double fraction;

    if (!text || !take_number(&text, &whole, &fraction))
        return false;
    if (!*text) {
        *bytes = whole * unit;
        return fraction <= 0 && whole <= UINT64_MAX / unit;
    }
    int bits = suffix_bits(*text);
    if (bits < 0 || text[1] || whole > UINT64_MAX >> bits || (fraction > 0 && !bits))
        return false;
    uint64_t rest = (uint64_t)(fraction * (double)(UINT64_C(1) << bits) + 0.5);
    *bytes = (whole << bits) + rest;
    return *bytes >= rest;
}
