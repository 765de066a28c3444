/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "output/report.h"

#include "base/clock.h"
#include "base/text.h"
#include "output/json_parts.h"
#include "output/output.h"

#include <math.h>
#include <string.h>

static const char *or_dash(const char *text)
{
    return text ? text : "-";
}

/* ---- text ---- */

enum { COLUMNS = 9, CELL_SIZE = OUTPUT_NUMBER_SIZE + 1 };

static const char *const TITLES[COLUMNS] = {"METRIC", "N",   "MISSING", "MIN",   "MEAN",
                                            "MEDIAN", "P95", "MAX",     "STDDEV"};

/* ESTIMATED: marked. */
static void put_number(char out[CELL_SIZE], enum unit unit, double number, bool estimated)
{
    char buffer[OUTPUT_NUMBER_SIZE];

    g_snprintf(out, CELL_SIZE, "%s%s", estimated && isfinite(number) ? "~" : "",
               isfinite(number) ? output_number(unit, number, buffer) : "-");
}

static void put_cells(char cells[COLUMNS][CELL_SIZE], const struct report_line *l)
{
    const struct metric_info *info = metric_info(l->metric);
    const struct statistics *s = &l->of;

    g_strlcpy(cells[0], info->export_name, CELL_SIZE);
    g_snprintf(cells[1], CELL_SIZE, "%zu", s->n);
    g_snprintf(cells[2], CELL_SIZE, "%zu", s->missing);
    put_number(cells[3], info->unit, s->min, false);
    put_number(cells[4], info->unit, s->mean, false);
    put_number(cells[5], info->unit, s->median, l->estimated);
    put_number(cells[6], info->unit, s->p95, l->estimated);
    put_number(cells[7], info->unit, s->max, false);
    put_number(cells[8], info->unit, s->stddev, false);
}

/* All blocks have the same widths, so that a column lines up over the whole report. */
static void find_widths(const struct report *r, int widths[COLUMNS])
{
    char cells[COLUMNS][CELL_SIZE];

    for (int i = 0; i < COLUMNS; i++)
        widths[i] = (int)strlen(TITLES[i]);
    for (size_t row = 0; row < r->row_count; row++)
        for (size_t line = 0; line < r->rows[row].line_count; line++) {
            put_cells(cells, &r->rows[row].lines[line]);
            for (int i = 0; i < COLUMNS; i++)
                widths[i] = MAX(widths[i], (int)strlen(cells[i]));
        }
}

static void print_titles(const int widths[COLUMNS], FILE *out)
{
    fprintf(out, "  %-*s", widths[0], TITLES[0]);
    for (int i = 1; i < COLUMNS; i++)
        fprintf(out, "  %*s", widths[i], TITLES[i]);
    fputc('\n', out);
}

static void print_line(const struct report_line *l, const int widths[COLUMNS], FILE *out)
{
    char cells[COLUMNS][CELL_SIZE];

    put_cells(cells, l);
    fprintf(out, "  %-*s", widths[0], cells[0]);
    for (int i = 1; i < COLUMNS; i++)
        fprintf(out, "  %*s", widths[i], cells[i]);
    fputc('\n', out);
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* "docker web-1 (4f1c...) on kvm7, 12 of 60 samples" */
static void print_name(const struct report *r, const struct report_row *row, FILE *out)
{
    fprintf(out, "\n%s %s", row->kind == KIND_HOST ? "host" : or_dash(row->type),
            or_dash(row->name));
    if (row->id)
        fprintf(out, " (%s)", row->id);
    if (row->kind != KIND_HOST && row->host)
        fprintf(out, " on %s", row->host);
    if (row->samples == r->samples)
        fprintf(out, ", %zu sample%s\n", row->samples, plural(row->samples));
    else
        fprintf(out, ", %zu of %zu sample%s\n", row->samples, r->samples, plural(r->samples));
}

static void print_command(const struct report *r, FILE *out)
{
    char *line = g_strjoinv(" ", (char **)r->command), *clean = text_clean(line, -1);

    fprintf(out, "command: %s", clean);
    if (r->exit_status >= 0)
        fprintf(out, " (exit status %d)", r->exit_status);
    fputc('\n', out);
    g_free(clean);
    g_free(line);
}

static void print_run(const struct report *r, FILE *out)
{
    char begin[CLOCK_ISO_SIZE], end[CLOCK_ISO_SIZE];

    clock_iso8601(r->begin_wall_ns, begin);
    clock_iso8601(r->end_wall_ns, end);
    fprintf(out, "vtop summary: %zu sample%s in %.1f s, %s to %s\n", r->samples, plural(r->samples),
            r->seconds, begin, end);
    if (r->command)
        print_command(r, out);
}

static bool has_estimates(const struct report *r)
{
    for (size_t row = 0; row < r->row_count; row++)
        for (size_t line = 0; line < r->rows[row].line_count; line++)
            if (r->rows[row].lines[line].estimated)
                return true;
    return false;
}

static void print_notes(const struct report *r, FILE *out)
{
    if (has_estimates(r))
        fputs("\n~ estimated, within 2.5 %: there was no room for all values\n", out);
    if (r->left_out)
        fprintf(out, "\n%zu more guests are left out: there was no room for them\n", r->left_out);
}

int report_text(const struct report *r, bool header, FILE *out)
{
    int widths[COLUMNS];

    find_widths(r, widths);
    if (header)
        print_run(r, out);
    for (size_t row = 0; row < r->row_count; row++) {
        print_name(r, &r->rows[row], out);
        if (header)
            print_titles(widths, out);
        for (size_t line = 0; line < r->rows[row].line_count; line++)
            print_line(&r->rows[row].lines[line], widths, out);
    }
    print_notes(r, out);
    return output_finish(out);
}

/* ---- CSV ---- */

static void print_text_cell(const char *text, FILE *out)
{
    if (text)
        output_csv_text(text, out);
    fputc(',', out);
}

static void print_number_cell(double number, FILE *out)
{
    char buffer[OUTPUT_NUMBER_SIZE];

    if (isfinite(number))
        fputs(output_computed(number, OUTPUT_DIGITS, buffer), out);
    fputc(',', out);
}

static void print_csv_line(const struct report_row *row, const struct report_line *l, FILE *out)
{
    const struct statistics *s = &l->of;
    const double numbers[] = {s->min, s->mean, s->median, s->p95, s->max, s->variance, s->stddev};

    print_text_cell(row->kind == KIND_HOST ? "host" : row->type, out);
    print_text_cell(row->host, out);
    print_text_cell(row->name, out);
    print_text_cell(row->id, out);
    fprintf(out, "%zu,%s,%zu,%zu,", row->samples, metric_info(l->metric)->export_name, s->n,
            s->missing);
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        print_number_cell(numbers[i], out);
    fprintf(out, "%d\n", l->estimated);
}

int report_csv(const struct report *r, bool header, FILE *out)
{
    if (header)
        fputs("type,host,name,id,samples,metric,n,missing,min,mean,median,p95,max,variance,stddev,"
              "estimated\n",
              out);
    for (size_t row = 0; row < r->row_count; row++)
        for (size_t line = 0; line < r->rows[row].line_count; line++)
            print_csv_line(&r->rows[row], &r->rows[row].lines[line], out);
    return output_finish(out);
}

/* ---- JSON ---- */

static void add_text(json_object *to, const char *key, const char *text)
{
    json_object_object_add(to, key, json_text(text));
}

static json_object *metrics_object(const struct report_row *row)
{
    json_object *metrics = json_object_new_object();

    for (size_t i = 0; i < row->line_count; i++) {
        const struct report_line *l = &row->lines[i];
        json_object_object_add(metrics, metric_info(l->metric)->export_name,
                               json_statistics(&l->of, l->estimated, OUTPUT_DIGITS));
    }
    return metrics;
}

static json_object *row_object(const struct report_row *row)
{
    json_object *o = json_object_new_object();

    if (row->kind != KIND_HOST)
        add_text(o, "type", row->type);
    add_text(o, "name", row->name);
    add_text(o, "id", row->id);
    if (row->kind != KIND_HOST)
        add_text(o, "host", row->host);
    else
        json_object_object_add(o, "local", json_object_new_boolean(row->local));
    json_object_object_add(o, "samples", json_object_new_uint64(row->samples));
    json_object_object_add(o, "metrics", metrics_object(row));
    return o;
}

static json_object *rows_array(const struct report *r, bool hosts)
{
    json_object *array = json_object_new_array();

    for (size_t i = 0; i < r->row_count; i++)
        if ((r->rows[i].kind == KIND_HOST) == hosts)
            json_object_array_add(array, row_object(&r->rows[i]));
    return array;
}

/* Arguments may be any bytes. */
static json_object *command_array(const char *const *command)
{
    json_object *array = command ? json_object_new_array() : NULL;

    for (; command && *command; command++) {
        char *clean = text_clean(*command, -1);
        json_object_array_add(array, json_object_new_string(clean));
        g_free(clean);
    }
    return array;
}

static void add_time(json_object *to, const char *key, int64_t wall_ns)
{
    char time[CLOCK_ISO_SIZE];

    clock_iso8601(wall_ns, time);
    add_text(to, key, time);
}

int report_json(const struct report *r, bool header, FILE *out)
{
    json_object *root = json_object_new_object();

    (void)header;
    add_text(root, "schema", "vtop-summary/1");
    add_time(root, "begin", r->begin_wall_ns);
    add_time(root, "end", r->end_wall_ns);
    json_object_object_add(root, "seconds", json_number(UNIT_SECONDS, r->seconds));
    json_object_object_add(root, "interval_seconds", json_number(UNIT_SECONDS, r->interval));
    json_object_object_add(root, "samples", json_object_new_uint64(r->samples));
    json_object_object_add(root, "command", command_array(r->command));
    json_object_object_add(root, "exit_status",
                           r->exit_status < 0 ? NULL : json_object_new_int(r->exit_status));
    json_object_object_add(root, "signal", r->signal ? json_object_new_int(r->signal) : NULL);
    json_object_object_add(root, "hosts", rows_array(r, true));
    json_object_object_add(root, "guests", rows_array(r, false));
    json_object_object_add(root, "guests_left_out", json_object_new_uint64(r->left_out));
    json_print(root, out);
    return output_finish(out);
}
