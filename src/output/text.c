#include "output/output.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

static void put_host(const struct output_sample *sample, FILE *out)
{
    const struct entity *host = roster_host(sample->roster);
    char time[CLOCK_ISO_SIZE], buffer[OUTPUT_NUMBER_SIZE];

    clock_iso8601(sample->wall_ns, time);
    fprintf(out, "vtop %s", time);
    for (enum metric m = metric_begin(KIND_HOST); m < metric_end(KIND_HOST); m++) {
        const struct metric_info *info = metric_info(m);
        if (info->label != LABEL_NONE) {
            fprintf(out, " %s=%s", info->export_name, entity_label(host, info->label));
            continue;
        }
        struct value v = entity_value(host, m);
        fprintf(out, " %s=%s", info->export_name,
                v.reason == REASON_OK ? output_number(info->unit, v.number, buffer) : "-");
    }
    fputc('\n', out);
}

/* A column that is shown, and how wide what stands in it is. */
struct column {
    enum metric metric;
    bool right; /* aligned */
    int width;
};

/* All cells, row by row: their texts stand one behind the other, with a NUL behind each. */
struct sheet {
    GArray *columns; /* struct column */
    GArray *widths;  /* int, of each cell */
    GString *texts;
};

static void put_text(struct sheet *s, struct column *c, const char *text, int width)
{
    g_string_append_len(s->texts, text, (gssize)strlen(text) + 1);
    g_array_append_val(s->widths, width);
    c->width = MAX(c->width, width);
}

static void put_cell(struct sheet *s, struct column *c, const struct output_sample *sample,
                     const struct entity *e)
{
    const struct metric_info *info = metric_info(c->metric);
    char buffer[OUTPUT_LABEL_SIZE];
    const char *text = "-";

    if (info->label != LABEL_NONE) {
        const char *label = output_label(sample, e, info->label, buffer);
        text = label ? label : text;
        put_text(s, c, text, text_width(text));
        return;
    }
    struct value v = entity_value(e, c->metric);
    if (v.reason == REASON_OK)
        text = output_number(info->unit, v.number, buffer);
    put_text(s, c, text, (int)strlen(text));
}

static void put_row(struct sheet *s, const struct output_sample *sample, const struct entity *e)
{
    for (guint i = 0; i < s->columns->len; i++)
        put_cell(s, &g_array_index(s->columns, struct column, i), sample, e);
}

static void put_titles(struct sheet *s)
{
    for (guint i = 0; i < s->columns->len; i++) {
        struct column *c = &g_array_index(s->columns, struct column, i);
        const char *title = metric_info(c->metric)->title;
        put_text(s, c, title, text_width(title));
    }
}

static void add_columns(struct sheet *s, const struct output_config *config)
{
    for (size_t i = 0; i < config->column_count; i++) {
        const struct metric_info *info = metric_info(config->columns[i]);
        struct column c = {.metric = config->columns[i]};
        c.right = metric_is_number(c.metric) || info->label == LABEL_PID;
        if (info->graph == M_NONE)
            g_array_append_val(s->columns, c);
    }
}

static void append_blanks(GString *line, int count)
{
    gsize end = line->len;

    g_string_set_size(line, end + (gsize)count);
    memset(line->str + end, ' ', (gsize)count);
}

static void append_cell(GString *line, const struct column *c, const char *text, int width,
                        bool last)
{
    if (c->right)
        append_blanks(line, c->width - width);
    g_string_append(line, text);
    if (!c->right && !last)
        append_blanks(line, c->width - width);
}

static void print_sheet(const struct sheet *s, FILE *out)
{
    GString *line = g_string_new(NULL);
    const char *text = s->texts->str;

    for (guint cell = 0; cell < s->widths->len;) {
        g_string_truncate(line, 0);
        for (guint i = 0; i < s->columns->len; i++, cell++) {
            append_blanks(line, i ? 2 : 0);
            append_cell(line, &g_array_index(s->columns, struct column, i), text,
                        g_array_index(s->widths, int, cell), i + 1 == s->columns->len);
            text += strlen(text) + 1;
        }
        g_string_append_c(line, '\n');
        fwrite(line->str, 1, line->len, out);
    }
    g_string_free(line, TRUE);
}

int output_text(const struct output_config *config, const struct output_sample *sample, FILE *out)
{
    struct sheet s = {.columns = g_array_new(FALSE, FALSE, sizeof(struct column)),
                      .widths = g_array_new(FALSE, FALSE, sizeof(int)),
                      .texts = g_string_new(NULL)};

    add_columns(&s, config);
    if (config->header) {
        put_host(sample, out);
        put_titles(&s);
    }
    for (size_t row = 0; row < sample->guest_count; row++)
        put_row(&s, sample, sample->guests[row]);
    print_sheet(&s, out);
    if (config->header)
        fputc('\n', out);
    g_array_free(s.columns, TRUE);
    g_array_free(s.widths, TRUE);
    g_string_free(s.texts, TRUE);
    return output_finish(out);
}
