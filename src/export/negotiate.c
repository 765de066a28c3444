/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "export/negotiate.h"

#include <glib.h>
#include <string.h>

enum { ELEMENTS_MAX = 64 }; /* of a list; further ones are not looked at */

/* One element of a list: "text/plain;version=0.0.4;q=0.5". */
struct element {
    char *name;
    const char *version; /* NULL: not said */
    double q;            /* 0 to 1 */
};

/* A weight: 0 to 1 with up to three decimals; -1: it is none. */
static double weight(const char *text)
{
    char *end;
    double q = g_ascii_strtod(text, &end);

    return g_ascii_isdigit(*text) && strspn(text, "0123456789.") == strlen(text) && !*end &&
                   strlen(text) <= 5 && q <= 1
               ? q
               : -1;
}

/* TEXT without the quotes around it. */
static char *unquoted(char *text)
{
    size_t length = strlen(text);

    if (length < 2 || *text != '"' || text[length - 1] != '"')
        return text;
    text[length - 1] = '\0';
    return text + 1;
}

static void take_parameter(struct element *e, char *parameter)
{
    char *value = strchr(parameter, '=');

    if (!value)
        return;
    *value++ = '\0';
    g_strstrip(parameter);
    g_strstrip(value);
    if (g_ascii_strcasecmp(parameter, "q") == 0)
        e->q = weight(value);
    else if (g_ascii_strcasecmp(parameter, "version") == 0)
        e->version = unquoted(value);
}

/* TEXT is changed. */
static struct element element_of(char *text)
{
    struct element e = {.name = text, .q = 1};
    char *next = strchr(text, ';');

    while (next) {
        char *parameter = next;
        *parameter++ = '\0';
        next = strchr(parameter, ';');
        if (next)
            *next = '\0';
        take_parameter(&e, parameter);
        if (next)
            *next = ';';
    }
    g_strstrip(e.name);
    if (e.q < 0)
        e.q = 0;
    return e;
}

/* How much the list wants what MATCHES says, by the most specific element that does (the one of
 * the highest rank); -1: it says nothing about it. */
typedef int match_function(const struct element *e);

static double wanted(const char *list, match_function *matches)
{
    char **elements = g_strsplit(list, ",", ELEMENTS_MAX + 1);
    double q = -1;
    int rank = 0;

    for (size_t i = 0; elements[i] && i < ELEMENTS_MAX; i++) {
        struct element e = element_of(elements[i]);
        int r = matches(&e);
        if (r > rank || (r && r == rank && e.q > q)) {
            rank = r;
            q = e.q;
        }
    }
    g_strfreev(elements);
    return q;
}

/* 0: no; else how specific the element is. A type with another version is another type. */
static int matches_type(const struct element *e, const char *type, const char *version)
{
    size_t major = (size_t)(strchr(type, '/') - type) + 1;

    if (g_ascii_strcasecmp(e->name, type) == 0)
        return !e->version ? 3 : strcmp(e->version, version) == 0 ? 4 : 0;
    if (strcmp(e->name, "*/*") == 0)
        return 1;
    return g_ascii_strncasecmp(e->name, type, major) == 0 && strcmp(e->name + major, "*") == 0 ? 2
                                                                                               : 0;
}

static int matches_openmetrics(const struct element *e)
{
    return matches_type(e, "application/openmetrics-text", "1.0.0");
}

static int matches_text(const struct element *e)
{
    return matches_type(e, "text/plain", "0.0.4");
}

static int matches_gzip(const struct element *e)
{
    if (g_ascii_strcasecmp(e->name, "gzip") == 0)
        return 2;
    return strcmp(e->name, "*") == 0;
}

bool negotiate_openmetrics(const char *accept)
{
    return accept && wanted(accept, matches_openmetrics) > MAX(0, wanted(accept, matches_text));
}

bool negotiate_gzip(const char *accept_encoding)
{
    return accept_encoding && wanted(accept_encoding, matches_gzip) > 0;
}
