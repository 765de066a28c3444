#include "output/output.h"

#include "base/clock.h"
#include "base/text.h"

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

static char *cell(const struct output_sample *sample, const struct entity *e, enum metric m)
{
    const struct metric_info *info = metric_info(m);
    char buffer[OUTPUT_NUMBER_SIZE];

    if (info->label != LABEL_NONE) {
        char *text = output_label(sample, e, info->label);
        return text ? text : g_strdup("-");
    }
    struct value v = entity_value(e, m);
    return g_strdup(v.reason == REASON_OK ? output_number(info->unit, v.number, buffer) : "-");
}

struct column {
    enum metric metric;
    GPtrArray *cells; /* char *, a row each */
    int width;
};

static struct column make_column(const struct output_config *config,
                                 const struct output_sample *sample, enum metric m)
{
    struct column c = {.metric = m, .cells = g_ptr_array_new_with_free_func(g_free)};

    if (config->header)
        g_ptr_array_add(c.cells, g_strdup(metric_info(m)->title));
    for (size_t row = 0; row < sample->guest_count; row++)
        g_ptr_array_add(c.cells, cell(sample, sample->guests[row], m));
    for (guint i = 0; i < c.cells->len; i++)
        c.width = MAX(c.width, text_width(g_ptr_array_index(c.cells, i)));
    return c;
}

static void put_cell(const struct column *c, guint row, bool first, bool last, FILE *out)
{
    const char *text = g_ptr_array_index(c->cells, row);
    bool right = metric_is_number(c->metric) || metric_info(c->metric)->label == LABEL_PID;
    int pad = c->width - text_width(text);

    fprintf(out, "%s%*s%s%*s", first ? "" : "  ", right ? pad : 0, "", text,
            right || last ? 0 : pad, "");
}

int output_text(const struct output_config *config, const struct output_sample *sample, FILE *out)
{
    GArray *columns = g_array_new(FALSE, FALSE, sizeof(struct column));

    for (size_t i = 0; i < config->column_count; i++) {
        if (metric_info(config->columns[i])->graph != M_NONE)
            continue;
        struct column c = make_column(config, sample, config->columns[i]);
        g_array_append_val(columns, c);
    }
    if (config->header)
        put_host(sample, out);
    guint rows = columns->len ? g_array_index(columns, struct column, 0).cells->len : 0;
    for (guint row = 0; row < rows; row++) {
        for (guint i = 0; i < columns->len; i++)
            put_cell(&g_array_index(columns, struct column, i), row, i == 0, i + 1 == columns->len,
                     out);
        fputc('\n', out);
    }
    if (config->header)
        fputc('\n', out);
    for (guint i = 0; i < columns->len; i++)
        g_ptr_array_free(g_array_index(columns, struct column, i).cells, TRUE);
    g_array_free(columns, TRUE);
    return output_finish(out);
}
