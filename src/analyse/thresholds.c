/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/thresholds.h"

#include "base/text.h"

#include <glib.h>
#include <math.h>
#include <string.h>

static const struct threshold_info INFOS[THRESHOLD_COUNT] = {
#define THRESHOLD(id, key, of, standard, least, most, over, what, where)                           \
    [THRESHOLD_##id] = {.name = key,                                                               \
                        .unit = of,                                                                \
                        .fallback = standard,                                                      \
                        .low = least,                                                              \
                        .high = most,                                                              \
                        .above = THRESHOLD_##over,                                                 \
                        .text = what,                                                              \
                        .source = where},
#include "analyse/thresholds.def"
#undef THRESHOLD
};

const struct threshold_info *threshold_info(enum threshold t)
{
    return &INFOS[t];
}

enum threshold threshold_find(const char *name)
{
    enum threshold t = 0;

    while (t < THRESHOLD_COUNT && strcmp(INFOS[t].name, name) != 0)
        t++;
    return t;
}

void thresholds_default(struct thresholds *t)
{
    for (enum threshold i = 0; i < THRESHOLD_COUNT; i++)
        t->of[i] = INFOS[i].fallback;
}

static void say(char **error, char *text)
{
    if (error)
        *error = text;
    else
        g_free(text);
}

bool threshold_read(struct thresholds *t, enum threshold which, const char *text, char **error)
{
    const struct threshold_info *info = threshold_info(which);
    enum { SHOWN = 40 };
    char *end;
    double number = g_ascii_strtod(text, &end);

    if (end == text || *end || !isfinite(number)) {
        char *shown = text_clean(text, (long)MIN(strlen(text), SHOWN));
        say(error, g_strdup_printf("%s: \"%s\" is no number", info->name, shown));
        g_free(shown);
        return false;
    }
    if (number < info->low || number > info->high) {
        say(error, g_strdup_printf("%s: %g is not between %g and %g", info->name, number, info->low,
                                   info->high));
        return false;
    }
    t->of[which] = number;
    return true;
}

static void say_above(const struct thresholds *t, enum threshold which, char **error)
{
    const struct threshold_info *info = threshold_info(which), *above = threshold_info(info->above);

    say(error, g_strdup_printf("%s (%g) is above %s (%g): the defaults stand", info->name,
                               t->of[which], above->name, t->of[info->above]));
}

bool thresholds_check(struct thresholds *t, enum threshold *which, char **error)
{
    bool good = true;

    for (enum threshold i = 0; i < THRESHOLD_COUNT; i++) {
        enum threshold above = INFOS[i].above;
        if (above == THRESHOLD_COUNT || t->of[i] <= t->of[above])
            continue;
        if (good)
            say_above(t, i, error);
        if (good && which)
            *which = i;
        good = false;
        t->of[i] = INFOS[i].fallback;
        t->of[above] = INFOS[above].fallback;
    }
    return good;
}
