/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "output/output.h"

#include "base/clock.h"
#include "output/parts.h"

#include <string.h>

/* A spreadsheet evaluates a cell that begins with one of these as a formula. */
static bool looks_like_formula(const char *text)
{
    return *text && strchr("=+-@\t\r", *text);
}

void output_csv_text(const char *text, FILE *out)
{
    bool formula = looks_like_formula(text);

    if (!formula && !strpbrk(text, ",\"\r\n ")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    if (formula)
        fputc('\'', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void put_name(enum metric m, FILE *out)
{
    if (metric_info(m)->graph == M_NONE)
        fprintf(out, ",%s", metric_info(m)->export_name);
}

/* ---- the columns that only parts have ---- */

static bool has_name(const enum metric *metrics, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(metric_info(metrics[i])->export_name, name) == 0)
            return true;
    return false;
}

/* Whether the column of this metric of a part is one that an earlier kind of part has. */
static bool is_repeated(const struct output_config *config, enum metric m)
{
    const struct part_info *info;

    for (size_t i = 0; (info = part_info(i)) && info->kind != metric_info(m)->kind; i++)
        if (config->parts & 1u << info->kind &&
            metric_find_exported(info->kind, metric_info(m)->export_name) != M_NONE)
            return true;
    return false;
}

/* The name of a part is in the column "part". */
static bool is_own_column(const struct output_config *config, enum metric m)
{
    const char *name = metric_info(m)->export_name;

    return metric_info(m)->label != LABEL_NAME &&
           !has_name(config->columns, config->column_count, name) &&
           !has_name(config->host_columns, config->host_column_count, name) &&
           !is_repeated(config, m);
}

/* Into OUT, which has room for METRIC_COUNT; returns their number. */
static size_t part_columns(const struct output_config *config, enum metric *out)
{
    const struct part_info *info;
    size_t count = 0;

    for (size_t i = 0; (info = part_info(i)); i++)
        for (enum metric m = metric_begin(info->kind); m < metric_end(info->kind); m++)
            if (config->parts & 1u << info->kind && is_own_column(config, m))
                out[count++] = m;
    return count;
}

static void put_part_names(const struct output_config *config, FILE *out)
{
    enum metric metrics[METRIC_COUNT];
    size_t count = part_columns(config, metrics);

    if (config->parts)
        fputs(",part", out);
    for (size_t i = 0; i < count; i++)
        put_name(metrics[i], out);
}

static void put_no_cells(size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++)
        fputc(',', out);
}

static void put_header(const struct output_config *config, FILE *out)
{
    fputs("time", out);
    for (size_t i = 0; i < config->column_count; i++)
        put_name(config->columns[i], out);
    for (size_t i = 0; i < config->host_column_count; i++)
        put_name(config->host_columns[i], out);
    put_part_names(config, out);
    fputc('\n', out);
}

/* M: a metric of the entity's own kind; M_NONE: the cell stays empty. */
static void put_cell(const struct output_sample *sample, const struct entity *e, enum metric m,
                     FILE *out)
{
    char buffer[OUTPUT_NUMBER_SIZE], label[OUTPUT_LABEL_SIZE];

    if (m == M_NONE)
        return;
    const struct metric_info *info = metric_info(m);
    if (info->label != LABEL_NONE) {
        const char *text = output_label(sample, e, info->label, label);
        if (text)
            output_csv_text(text, out);
        return;
    }
    struct value v = moment_value(&sample->moment, e, m);
    if (v.reason == REASON_OK)
        fputs(output_number(info->unit, v.number, buffer), out);
}

/* One sample that is being printed. */
struct csv {
    const struct output_config *config;
    const struct output_sample *sample;
    const char *time;
    enum metric part_columns[METRIC_COUNT];
    size_t part_column_count;
    FILE *out;
};

static void put_guest(const struct csv *s, const struct entity *guest)
{
    const struct output_config *config = s->config;

    fputs(s->time, s->out);
    for (size_t i = 0; i < config->column_count; i++) {
        if (metric_info(config->columns[i])->graph != M_NONE)
            continue;
        fputc(',', s->out);
        put_cell(s->sample, guest, config->columns[i], s->out);
    }
    put_no_cells(config->host_column_count + (config->parts ? 1 : 0) + s->part_column_count,
                 s->out);
    fputc('\n', s->out);
}

/* The host's value for the name of a guest's column. */
static void put_shared(const struct output_sample *sample, const struct entity *host, enum metric m,
                       FILE *out)
{
    if (m == M_TYPE)
        fputs("host", out);
    else
        put_cell(sample, host, metric_find_exported(KIND_HOST, metric_info(m)->export_name), out);
}

static void put_host(const struct csv *s, const struct entity *host)
{
    const struct output_config *config = s->config;

    fputs(s->time, s->out);
    for (size_t i = 0; i < config->column_count; i++) {
        if (metric_info(config->columns[i])->graph != M_NONE)
            continue;
        fputc(',', s->out);
        put_shared(s->sample, host, config->columns[i], s->out);
    }
    for (size_t i = 0; i < config->host_column_count; i++) {
        fputc(',', s->out);
        put_cell(s->sample, host, config->host_columns[i], s->out);
    }
    put_no_cells((config->parts ? 1 : 0) + s->part_column_count, s->out);
    fputc('\n', s->out);
}

/* ---- rows of parts ---- */

/* The part's own value for the name of another column. */
static void put_named(const struct csv *s, const struct entity *part, enum metric m)
{
    enum kind kind = (enum kind)part->kind;

    fputc(',', s->out);
    put_cell(s->sample, part, metric_find_exported(kind, metric_info(m)->export_name), s->out);
}

/* A column of guests: what identifies the owner, else the part's own value. */
static void put_part_cell(const struct csv *s, const struct part_info *info,
                          const struct entity *part, enum metric m)
{
    bool identifies = m == M_NAME || m == M_ID || m == M_HOST || m == M_ON_HOST_ID;

    if (!identifies && m != M_TYPE) {
        put_named(s, part, m);
        return;
    }
    fputc(',', s->out);
    if (m == M_TYPE)
        fputs(info->name, s->out);
    else if (part->owner->kind == KIND_HOST)
        put_shared(s->sample, part->owner, m, s->out);
    else
        put_cell(s->sample, part->owner, m, s->out);
}

static void put_part(const struct csv *s, const struct part_info *info,
                     const struct entity *part)
{
    const struct output_config *config = s->config;

    fputs(s->time, s->out);
    for (size_t i = 0; i < config->column_count; i++)
        if (metric_info(config->columns[i])->graph == M_NONE)
            put_part_cell(s, info, part, config->columns[i]);
    for (size_t i = 0; i < config->host_column_count; i++)
        put_named(s, part, config->host_columns[i]);
    fputc(',', s->out);
    output_csv_text(moment_label(&s->sample->moment, part, LABEL_NAME), s->out);
    for (size_t i = 0; i < s->part_column_count; i++)
        put_named(s, part, s->part_columns[i]);
    fputc('\n', s->out);
}

static void put_parts(const struct csv *s, const struct entity *of)
{
    const struct part_info *info;

    for (size_t i = 0; s->config->parts && (info = part_info(i)); i++) {
        if (!(s->config->parts & 1u << info->kind))
            continue;
        GPtrArray *parts = moment_parts(&s->sample->moment, of, info->kind);
        for (guint n = 0; n < parts->len; n++)
            put_part(s, info, g_ptr_array_index(parts, n));
        g_ptr_array_free(parts, TRUE);
    }
}

static void put_rows(const struct csv *s)
{
    GPtrArray *hosts = moment_hosts(&s->sample->moment);

    for (guint i = 0; i < hosts->len && s->config->host_rows; i++) {
        put_host(s, g_ptr_array_index(hosts, i));
        put_parts(s, g_ptr_array_index(hosts, i));
    }
    for (size_t row = 0; row < s->sample->guest_count; row++) {
        put_guest(s, s->sample->guests[row]);
        put_parts(s, s->sample->guests[row]);
    }
    g_ptr_array_free(hosts, TRUE);
}

int output_csv(const struct output_config *config, const struct output_sample *sample, FILE *out)
{
    char time[CLOCK_ISO_SIZE];
    struct csv s = {.config = config, .sample = sample, .time = time, .out = out};

    clock_iso8601(moment_wall_ns(&sample->moment), time);
    s.part_column_count = part_columns(config, s.part_columns);
    if (sample->first && config->header)
        put_header(config, out);
    put_rows(&s);
    return output_finish(out);
}
