/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "output/output.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

static void put_host(const struct output_sample *sample, const struct entity *host, FILE *out)
{
    char time[CLOCK_ISO_SIZE], buffer[OUTPUT_NUMBER_SIZE], label[OUTPUT_LABEL_SIZE];

    clock_iso8601(moment_wall_ns(&sample->moment), time);
    fprintf(out, "vtop %s", time);
    for (enum metric m = metric_begin(KIND_HOST); m < metric_end(KIND_HOST); m++) {
        const struct metric_info *info = metric_info(m);
        if (info->label != LABEL_NONE) {
            const char *text = output_label(sample, host, info->label, label);
            fprintf(out, " %s=%s", info->export_name, text ? text : "-");
            continue;
        }
        struct value v = moment_value(&sample->moment, host, m);
        fprintf(out, " %s=%s", info->export_name,
                v.reason == REASON_OK ? output_number(info->unit, v.number, buffer) : "-");
    }
    fputc('\n', out);
}

static void put_hosts(const struct output_sample *sample, FILE *out)
{
    GPtrArray *hosts = moment_hosts(&sample->moment);

    for (guint i = 0; i < hosts->len; i++)
        put_host(sample, g_ptr_array_index(hosts, i), out);
    g_ptr_array_free(hosts, TRUE);
}

/* A column that is shown. */
struct column {
    enum metric metric;
    bool right;    /* aligned */
    bool is_label; /* any characters; a number has one column per byte */
    size_t length; /* of its longest text, */
    int width;     /* and how wide one is on a terminal */
};

/* All cells, row by row: their texts one after the other, each with its NUL. Lengths and widths are
 * computed again when printed: storing them would take more memory than the texts. */
struct grid {
    GArray *columns; /* struct column */
    GString *texts;
    size_t rows;
};

enum { GAP = 2 }; /* between two columns */

static int width_of(const struct column *c, const char *text, size_t length)
{
    return c->is_label ? text_width(text) : (int)length;
}

static void put_text(struct grid *s, struct column *c, const char *text)
{
    size_t length = strlen(text);
    int width = width_of(c, text, length);

    g_string_append_len(s->texts, text, (gssize)length + 1);
    c->length = MAX(c->length, length);
    c->width = MAX(c->width, width);
}

static void put_cell(struct grid *s, struct column *c, const struct output_sample *sample,
                     const struct entity *e)
{
    const struct metric_info *info = metric_info(c->metric);
    char buffer[OUTPUT_LABEL_SIZE];

    if (info->label != LABEL_NONE) {
        const char *text = output_label(sample, e, info->label, buffer);
        put_text(s, c, text ? text : "-");
        return;
    }
    struct value v = moment_value(&sample->moment, e, c->metric);
    put_text(s, c, v.reason == REASON_OK ? output_number(info->unit, v.number, buffer) : "-");
}

static void put_row(struct grid *s, const struct output_sample *sample, const struct entity *e)
{
    for (guint i = 0; i < s->columns->len; i++)
        put_cell(s, &g_array_index(s->columns, struct column, i), sample, e);
    s->rows++;
}

static void put_titles(struct grid *s)
{
    for (guint i = 0; i < s->columns->len; i++) {
        struct column *c = &g_array_index(s->columns, struct column, i);
        put_text(s, c, metric_info(c->metric)->title);
    }
    s->rows++;
}

static void add_columns(struct grid *s, const struct output_config *config)
{
    for (size_t i = 0; i < config->column_count; i++) {
        const struct metric_info *info = metric_info(config->columns[i]);
        struct column c = {.metric = config->columns[i], .is_label = info->label != LABEL_NONE};
        c.right = metric_is_number(c.metric) || info->label == LABEL_PID;
        if (info->graph == M_NONE)
            g_array_append_val(s->columns, c);
    }
}

static char *add_blanks(char *to, int count)
{
    memset(to, ' ', (size_t)count);
    return to + count;
}

static char *add_cell(char *to, const struct column *c, const char *text, size_t length, bool last)
{
    int blanks = c->width - width_of(c, text, length);

    to = add_blanks(to, c->right ? blanks : 0);
    memcpy(to, text, length);
    return add_blanks(to + length, c->right || last ? 0 : blanks);
}

/* An upper bound for the length of a row. */
static size_t row_size(const struct grid *s)
{
    size_t size = strlen("\n");

    for (guint i = 0; i < s->columns->len; i++) {
        const struct column *c = &g_array_index(s->columns, struct column, i);
        size += GAP + c->length + (size_t)c->width;
    }
    return size;
}

static void print_grid(const struct grid *s, FILE *out)
{
    char *row = g_malloc(row_size(s));
    const char *text = s->texts->str;

    for (size_t n = 0; n < s->rows; n++) {
        char *end = row;
        for (guint i = 0; i < s->columns->len; i++) {
            size_t length = strlen(text);
            end = add_blanks(end, i ? GAP : 0);
            end = add_cell(end, &g_array_index(s->columns, struct column, i), text, length,
                           i + 1 == s->columns->len);
            text += length + 1;
        }
        *end++ = '\n';
        fwrite(row, 1, (size_t)(end - row), out);
    }
    g_free(row);
}

int output_text(const struct output_config *config, const struct output_sample *sample, FILE *out)
{
    struct grid s = {.columns = g_array_new(FALSE, FALSE, sizeof(struct column)),
                     .texts = g_string_new(NULL)};

    add_columns(&s, config);
    if (config->header) {
        put_hosts(sample, out);
        put_titles(&s);
    }
    for (size_t row = 0; row < sample->guest_count; row++)
        put_row(&s, sample, sample->guests[row]);
    print_grid(&s, out);
    if (config->header)
        fputc('\n', out);
    g_array_free(s.columns, TRUE);
    g_string_free(s.texts, TRUE);
    return output_finish(out);
}
