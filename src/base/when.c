/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/when.h"

#include "base/clock.h"

#include <glib.h>
#include <string.h>

#define DAY_S (24 * 3600)
#define SECONDS_MAX INT64_C(9000000000) /* in nanoseconds, just below INT64_MAX: the year 2255 */
#define NS_PER_US (CLOCK_NS_PER_S / G_USEC_PER_SEC)

/* ---- dates ---- */

/* Dates reach further than nanoseconds in 64 bits do. */
static int64_t ns_of(GDateTime *t)
{
    int64_t s = CLAMP(g_date_time_to_unix(t), -SECONDS_MAX, SECONDS_MAX);

    return s * CLOCK_NS_PER_S + g_date_time_get_microsecond(t) * NS_PER_US;
}

/* Where clocks are set back, an hour, or half of one, occurs twice. Takes T over. */
static GDateTime *first_of_two(GDateTime *t)
{
    static const int steps_s[] = {3600, 1800};

    for (size_t i = 0; t && i < G_N_ELEMENTS(steps_s); i++) {
        GDateTime *before = g_date_time_add_seconds(t, -steps_s[i]);
        bool same = before && g_date_time_get_hour(before) == g_date_time_get_hour(t) &&
                    g_date_time_get_minute(before) == g_date_time_get_minute(t);
        GDateTime *other = same ? t : before;
        t = same ? before : t;
        g_clear_pointer(&other, g_date_time_unref);
    }
    return t;
}

static int field(const GMatchInfo *match, int i)
{
    char *text = g_match_info_fetch(match, i);
    int n = text ? (int)g_ascii_strtoll(text, NULL, 10) : 0;

    g_free(text);
    return n;
}

static double seconds_of(const GMatchInfo *match, int i)
{
    char *text = g_match_info_fetch(match, i);
    double s = text && *text ? g_ascii_strtod(text, NULL) : 0;

    g_free(text);
    return s;
}

/* Z, +01:00 or +0100; else the local one. */
static GTimeZone *zone_of(const GMatchInfo *match, int i)
{
    char *text = g_match_info_fetch(match, i);
    size_t length = text ? strlen(text) : 0;
    int minutes = 0;

    if (length > 3)
        minutes = (int)(g_ascii_strtoll(text + length - 2, NULL, 10) +
                        60 * ((text[1] - '0') * 10 + text[2] - '0'));
    GTimeZone *zone = !length ? g_time_zone_new_local()
                              : g_time_zone_new_offset(60 * (*text == '-' ? -minutes : minutes));
    g_free(text);
    return zone;
}

static bool matches(const char *pattern, const char *text, GMatchInfo **match)
{
    GRegex *regex = g_regex_new(pattern, G_REGEX_CASELESS, 0, NULL);
    bool yes = g_regex_match(regex, text, 0, match);

    g_regex_unref(regex);
    return yes;
}

static bool read_date(const char *text, int64_t *out)
{
    GMatchInfo *match;
    GDateTime *t = NULL;

    if (matches("^(\\d{4})-(\\d\\d)-(\\d\\d)(?:[T ](\\d\\d):(\\d\\d)(?::(\\d\\d(?:\\.\\d{1,9})?))?"
                "(Z|[+-](?:0\\d|1[0-4]):?[0-5]\\d)?)?$",
                text, &match)) {
        GTimeZone *zone = zone_of(match, 7);
        t = first_of_two(g_date_time_new(zone, field(match, 1), field(match, 2), field(match, 3),
                                         field(match, 4), field(match, 5), seconds_of(match, 6)));
        g_time_zone_unref(zone);
    }
    g_match_info_free(match);
    if (!t)
        return false;
    *out = ns_of(t);
    g_date_time_unref(t);
    return true;
}

/* ---- times of day ---- */

/* The time of day on the day that is DAYS before the one of LAST_NS; NULL: there is none. */
static GDateTime *on_day(const GMatchInfo *match, int64_t last_ns, int days)
{
    GDateTime *last = g_date_time_new_from_unix_local(last_ns / CLOCK_NS_PER_S);
    GDateTime *day = last ? g_date_time_add_days(last, -days) : NULL;
    GDateTime *t = day ? g_date_time_new_local(g_date_time_get_year(day),
                                               g_date_time_get_month(day),
                                               g_date_time_get_day_of_month(day), field(match, 2),
                                               field(match, 3), seconds_of(match, 4))
                       : NULL;

    g_clear_pointer(&last, g_date_time_unref);
    g_clear_pointer(&day, g_date_time_unref);
    return first_of_two(t);
}

static bool read_time_of_day(const char *text, int64_t last_ns, int64_t *out)
{
    GMatchInfo *match;
    GDateTime *t = NULL;

    if (matches("^(?:(today|yesterday) +)?(\\d\\d?):(\\d\\d)(?::(\\d\\d(?:\\.\\d{1,9})?))?$", text,
                &match)) {
        char *day = g_match_info_fetch(match, 1);
        t = on_day(match, last_ns, g_ascii_strcasecmp(day, "yesterday") == 0);
        if (t && !*day && ns_of(t) > last_ns) {
            g_date_time_unref(t);
            t = on_day(match, last_ns, 1);
        }
        g_free(day);
    }
    g_match_info_free(match);
    if (!t)
        return false;
    *out = ns_of(t);
    g_date_time_unref(t);
    return true;
}

/* ---- before the end ---- */

static bool read_ago(const char *text, int64_t last_ns, int64_t *out)
{
    static const char units[] = "smhd";
    static const int64_t worth[] = {1, 60, 3600, DAY_S};
    GMatchInfo *match;
    bool yes = matches("^(?:-(\\d{1,9}) ?([smhd])|(\\d{1,9}) ?([smhd]) +ago)$", text, &match);

    if (yes) {
        int at = field(match, 1) || *text == '-' ? 1 : 3;
        char *unit = g_match_info_fetch(match, at + 1);
        const char *known = strchr(units, g_ascii_tolower(*unit));
        *out = last_ns - MIN(field(match, at) * worth[known - units], SECONDS_MAX / 2) *
                             CLOCK_NS_PER_S;
        g_free(unit);
    }
    g_match_info_free(match);
    return yes;
}

static bool read_epoch(const char *text, int64_t *out)
{
    guint64 s;

    if (*text != '@' || !g_ascii_string_to_unsigned(text + 1, 10, 0, SECONDS_MAX, &s, NULL))
        return false;
    *out = (int64_t)s * CLOCK_NS_PER_S;
    return true;
}

bool when_parse(const char *text, int64_t first_ns, int64_t last_ns, int64_t *out)
{
    char *word = g_strstrip(g_strdup(text));
    bool yes = true;

    if (g_ascii_strcasecmp(word, "start") == 0)
        *out = first_ns;
    else if (g_ascii_strcasecmp(word, "end") == 0)
        *out = last_ns;
    else
        yes = g_utf8_validate(word, -1, NULL) &&
              (read_epoch(word, out) || read_date(word, out) ||
               read_time_of_day(word, last_ns, out) || read_ago(word, last_ns, out));
    g_free(word);
    return yes;
}

bool when_is_time(const char *text)
{
    int64_t ignored;

    return when_parse(text, 0, DAY_S * CLOCK_NS_PER_S, &ignored);
}

char *when_format(int64_t wall_ns)
{
    GDateTime *t = g_date_time_new_from_unix_local(wall_ns / CLOCK_NS_PER_S);
    char *text = t ? g_date_time_format(t, "%Y-%m-%d %H:%M:%S") : g_strdup("?");

    g_clear_pointer(&t, g_date_time_unref);
    return text;
}
