/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "output/output.h"

#include "base/clock.h"

#include <string.h>

/* A spreadsheet evaluates a cell that begins with one of these as a formula. */
static bool looks_like_formula(const char *text)
{
    return *text && strchr("=+-@", *text);
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

static void put_header(const struct output_config *config, FILE *out)
{
    fputs("time", out);
    for (size_t i = 0; i < config->column_count; i++)
        put_name(config->columns[i], out);
    for (size_t i = 0; i < config->host_column_count; i++)
        put_name(config->host_columns[i], out);
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

static void put_guest(const struct output_config *config, const struct output_sample *sample,
                      const char *time, const struct entity *guest, FILE *out)
{
    fputs(time, out);
    for (size_t i = 0; i < config->column_count; i++) {
        if (metric_info(config->columns[i])->graph != M_NONE)
            continue;
        fputc(',', out);
        put_cell(sample, guest, config->columns[i], out);
    }
    for (size_t i = 0; i < config->host_column_count; i++)
        fputc(',', out);
    fputc('\n', out);
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

static void put_host(const struct output_config *config, const struct output_sample *sample,
                     const char *time, const struct entity *host, FILE *out)
{
    fputs(time, out);
    for (size_t i = 0; i < config->column_count; i++) {
        if (metric_info(config->columns[i])->graph != M_NONE)
            continue;
        fputc(',', out);
        put_shared(sample, host, config->columns[i], out);
    }
    for (size_t i = 0; i < config->host_column_count; i++) {
        fputc(',', out);
        put_cell(sample, host, config->host_columns[i], out);
    }
    fputc('\n', out);
}

int output_csv(const struct output_config *config, const struct output_sample *sample, FILE *out)
{
    GPtrArray *hosts = moment_hosts(&sample->moment);
    char time[CLOCK_ISO_SIZE];

    clock_iso8601(moment_wall_ns(&sample->moment), time);
    if (sample->first && config->header)
        put_header(config, out);
    for (guint i = 0; i < hosts->len && config->host_rows; i++)
        put_host(config, sample, time, g_ptr_array_index(hosts, i), out);
    for (size_t row = 0; row < sample->guest_count; row++)
        put_guest(config, sample, time, sample->guests[row], out);
    g_ptr_array_free(hosts, TRUE);
    return output_finish(out);
}
