/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/format.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* One decimal below 100, none from there on: at most 4 columns up to 9999. Returns the length. */
static int put_short(char *out, int size, double number)
{
    return MIN(snprintf(out, (size_t)size, number < 99.95 ? "%.1f" : "%.0f", number), size - 1);
}

static void put_scaled(char *out, double number, double step, const char *units)
{
    while (number >= 999.5 && units[1]) {
        number /= step;
        units++;
    }
    int length = put_short(out, FORMAT_SIZE - 2, number);
    out[length] = *units;
    out[length + 1] = '\0';
}

static void put_bytes(char *out, double bytes)
{
    if (bytes < 0.5)
        strcpy(out, "0");
    else if (bytes < 999.5)
        snprintf(out, FORMAT_SIZE, "%.0fB", bytes);
    else
        put_scaled(out, bytes / 1024, 1024, "KMGTPE");
}

static void put_count(char *out, double count, int width, bool fractions)
{
    int length =
        snprintf(out, FORMAT_SIZE, fractions && count < 9.95 && count > 0 ? "%.1f" : "%.0f", count);

    if (length > width)
        put_scaled(out, count / 1000, 1000, "kMGTPE");
}

static void put_load(char *out, double load, int width)
{
    int length = snprintf(out, FORMAT_SIZE, "%.2f", load);

    if (length > MIN(width, 5) && put_short(out, FORMAT_SIZE, load) > width)
        put_count(out, load, width, false);
}

static void put_percent(char *out, double percent, int width)
{
    if (snprintf(out, FORMAT_SIZE, "%.1f", percent) > width)
        put_count(out, percent, width, false);
}

static void put_ms(char *out, double ms)
{
    if (ms >= 9999.5)
        snprintf(out, FORMAT_SIZE, "%.1fs", ms / 1e3);
    else if (ms > 0 && ms < 0.095)
        snprintf(out, FORMAT_SIZE, "%.2f", ms);
    else
        put_short(out, FORMAT_SIZE, ms);
}

const char *format_duration(double seconds, char out[FORMAT_SIZE])
{
    enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
    long s = lround(CLAMP(seconds, 0, 1e12));

    if (s < 100)
        snprintf(out, FORMAT_SIZE, "%lds", s);
    else if (s < 100 * MINUTE)
        snprintf(out, FORMAT_SIZE, "%ldm%02lds", s / MINUTE, s % MINUTE);
    else if (s < 48 * HOUR)
        snprintf(out, FORMAT_SIZE, "%ldh%02ldm", s / HOUR, s % HOUR / MINUTE);
    else if (s < 100L * DAY && s % DAY >= HOUR)
        snprintf(out, FORMAT_SIZE, "%ldd%ldh", s / DAY, s % DAY / HOUR);
    else
        snprintf(out, FORMAT_SIZE, "%ldd", s / DAY);
    return out;
}

/* One unit: "42s", "7m", "5h". */
static const char *brief_duration(double seconds, char out[FORMAT_SIZE])
{
    format_duration(seconds, out);
    char *unit = out + strspn(out, "0123456789");
    if (*unit)
        unit[1] = '\0';
    return out;
}

const char *format_clock(int64_t wall_ns, char out[FORMAT_SIZE])
{
    time_t s = (time_t)(wall_ns / CLOCK_NS_PER_S);
    struct tm tm;

    if (!localtime_r(&s, &tm) || !strftime(out, FORMAT_SIZE, "%H:%M:%S", &tm))
        out[0] = '\0';
    return out;
}

const char *format_number(enum unit unit, double number, int width, char out[FORMAT_SIZE])
{
    out[0] = '\0';
    if (isnan(number))
        return out;
    switch (unit) {
    case UNIT_PERCENT:
    case UNIT_CPU_PERCENT:
        put_percent(out, number, width);
        break;
    case UNIT_BYTES:
    case UNIT_BYTES_RATE:
        put_bytes(out, number);
        break;
    case UNIT_COUNT:
    case UNIT_RATE:
        put_count(out, number, width, unit == UNIT_RATE);
        break;
    case UNIT_LOAD:
        put_load(out, number, width);
        break;
    case UNIT_MS:
        put_ms(out, number);
        break;
    case UNIT_SECONDS:
        format_duration(number, out);
        break;
    case UNIT_TEXT:
    case UNIT_GRAPH:
    case UNIT_END:
        break;
    }
    return out;
}

const char *format_shown(const struct view *v, enum unit unit, double number, int width,
                         char out[FORMAT_SIZE])
{
    return isnan(number) ? v->glyphs->absent : format_number(unit, number, width, out);
}

/* ---- severity ---- */

enum style format_severity(enum metric m, double number)
{
    const struct metric_info *info = metric_info(m);

    if (info->critical <= 0)
        return STYLE_NORMAL;
    return number >= (double)info->critical  ? STYLE_CRIT
           : number >= (double)info->warning ? STYLE_WARN
                                             : STYLE_NORMAL;
}

/* ---- cells ---- */

bool format_is_cpu_time(enum metric m)
{
    return metric_info(m)->unit == UNIT_CPU_PERCENT;
}

bool format_is_right(enum metric m)
{
    return metric_is_number(m) || metric_info(m)->label == LABEL_PID;
}

static void put_absent(const struct view *v, struct format_cell *out)
{
    out->text = v->glyphs->absent;
    out->style = STYLE_DIM;
}

void format_total(const struct view *v, const struct entity *host, enum metric m, double number,
                  int width, struct format_cell *out)
{
    out->right = format_is_right(m);
    if (v->cpu_of_host && format_is_cpu_time(m))
        number /= moment_number(&v->moment, host, M_HOST_CPUS);
    if (isnan(number)) {
        put_absent(v, out);
        return;
    }
    out->text = format_number(metric_info(m)->unit, number, width, out->buffer);
    out->style = number > 0 ? format_severity(m, number) : STYLE_DIM;
}

static enum style state_style(enum guest_state s)
{
    switch (s) {
    case STATE_HUNG:
    case STATE_CRASHED:
    case STATE_STOPPED:
        return STYLE_CRIT;
    case STATE_PAUSED:
    case STATE_FROZEN:
    case STATE_SHUTTING_DOWN:
    case STATE_SUSPENDED:
        return STYLE_WARN;
    case STATE_GONE:
        return STYLE_GONE;
    default:
        return STYLE_NORMAL;
    }
}

static void put_state(const struct view *v, const struct entity *e, struct format_cell *out)
{
    enum guest_state state = moment_state(&v->moment, e);
    int64_t old_ns =
        state == STATE_HUNG ? moment_hung_ns(&v->moment, e) : moment_stale_ns(&v->moment, e, M_CPU);
    char duration[FORMAT_SIZE];

    out->style = state_style(state);
    out->text = guest_state_shown(state);
    const char *alarm =
        state == STATE_PAUSED ? state_reason_alarm(moment_state_reason(&v->moment, e)) : NULL;
    if (alarm) {
        out->text = alarm;
        out->style = STYLE_CRIT;
    }
    if (old_ns < CLOCK_NS_PER_S)
        return;
    snprintf(out->buffer, FORMAT_SIZE, "%.16s %.8s", out->text,
             brief_duration((double)old_ns / (double)CLOCK_NS_PER_S, duration));
    out->text = out->buffer;
    if (state != STATE_HUNG)
        out->style = STYLE_DIM;
}

static const char *label_text(const struct view *v, const struct entity *e, enum label l,
                              char buffer[FORMAT_SIZE])
{
    const char *text = moment_label(&v->moment, e, l);

    if (l != LABEL_PID)
        return text;
    pid_t pid = entity_pid(e);
    *buffer = '\0';
    if (pid)
        snprintf(buffer, FORMAT_SIZE, "%ld", (long)pid);
    return buffer;
}

static void put_label(const struct view *v, const struct entity *e, enum label l,
                      struct format_cell *out)
{
    enum guest_class class = entity_class(e);

    out->style = STYLE_NORMAL;
    if (l == LABEL_STATE)
        put_state(v, e, out);
    else
        out->text = label_text(v, e, l, out->buffer);
    if (l == LABEL_TYPE)
        out->style = class == CLASS_VM          ? STYLE_VM
                     : class == CLASS_CONTAINER ? STYLE_CONTAINER
                                                : STYLE_HOST;
    if (!*out->text)
        put_absent(v, out);
}

void format_cell(const struct view *v, const struct entity *e, enum metric m, int width,
                 struct format_cell *out)
{
    const struct metric_info *info = metric_info(m);

    out->right = format_is_right(m);
    if (info->label != LABEL_NONE) {
        put_label(v, e, info->label, out);
        return;
    }
    format_total(v, entity_host(e), m, moment_number(&v->moment, e, m), width, out);
    /* A VM that has touched all of its memory once is not in trouble; a container at its limit is.
     */
    if (m == M_MEM_PERCENT && entity_class(e) == CLASS_VM && out->style != STYLE_DIM)
        out->style = STYLE_NORMAL;
    if (moment_stale_ns(&v->moment, e, m))
        out->style = STYLE_DIM;
}

const char *format_title(const struct view *v, enum metric m, int width, char out[FORMAT_SIZE])
{
    const struct metric_info *info = metric_info(m);
    char span[FORMAT_SIZE];

    if (info->graph != M_NONE)
        snprintf(out, FORMAT_SIZE, "%s %s", metric_info(info->graph)->title,
                 format_duration((double)(view_graph_span(v) * (uint64_t)v->interval_ns) /
                                     (double)CLOCK_NS_PER_S,
                                 span));
    else
        snprintf(out, FORMAT_SIZE, "%s%s", info->title,
                 v->cpu_of_host && format_is_cpu_time(m) ? "H" : "");
    if ((int)strlen(out) > width && width > 0)
        out[width] = '\0';
    return out;
}
