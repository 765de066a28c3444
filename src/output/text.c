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

/* How long a text is, and how wide on a terminal; of a column, the most of both. There is one for
 * each cell, and none is longer than a name. */
struct extent {
    uint16_t length, width;
};
G_STATIC_ASSERT(2 * TEXT_NAME_MAX <= UINT16_MAX); /* a character takes two columns at most */

/* A column that is shown. */
struct column {
    enum metric metric;
    bool right; /* aligned */
    struct extent extent;
};

/* All cells, row by row: their texts stand one behind the other. */
struct sheet {
    GArray *columns; /* struct column */
    GArray *cells;   /* struct extent */
    GString *texts;
};

enum { GAP = 2 }; /* between two columns */

static void put_text(struct sheet *s, struct column *c, const char *text, struct extent extent)
{
    g_string_append_len(s->texts, text, (gssize)extent.length);
    g_array_append_val(s->cells, extent);
    c->extent.length = MAX(c->extent.length, extent.length);
    c->extent.width = MAX(c->extent.width, extent.width);
}

static void put_label(struct sheet *s, struct column *c, const char *text)
{
    struct extent extent = {.length = (uint16_t)strlen(text), .width = (uint16_t)text_width(text)};

    put_text(s, c, text, extent);
}

static void put_cell(struct sheet *s, struct column *c, const struct output_sample *sample,
                     const struct entity *e)
{
    const struct metric_info *info = metric_info(c->metric);
    char buffer[OUTPUT_LABEL_SIZE];
    const char *text;

    if (info->label != LABEL_NONE) {
        text = output_label(sample, e, info->label, buffer);
        put_label(s, c, text ? text : "-");
        return;
    }
    struct value v = entity_value(e, c->metric);
    text = v.reason == REASON_OK ? output_number(info->unit, v.number, buffer) : "-";
    uint16_t length = (uint16_t)strlen(text);
    put_text(s, c, text, (struct extent){.length = length, .width = length});
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
        put_label(s, c, metric_info(c->metric)->title);
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

static char *add_blanks(char *to, int count)
{
    memset(to, ' ', (size_t)count);
    return to + count;
}

static char *add_cell(char *to, const struct column *c, const char *text, struct extent extent,
                      bool last)
{
    int blanks = c->extent.width - extent.width;

    to = add_blanks(to, c->right ? blanks : 0);
    memcpy(to, text, extent.length);
    return add_blanks(to + extent.length, c->right || last ? 0 : blanks);
}

/* What no row is longer than. */
static size_t row_size(const struct sheet *s)
{
    size_t size = strlen("\n");

    for (guint i = 0; i < s->columns->len; i++) {
        struct extent most = g_array_index(s->columns, struct column, i).extent;
        size += (size_t)GAP + most.length + most.width;
    }
    return size;
}

static void print_sheet(const struct sheet *s, FILE *out)
{
    char *row = g_malloc(row_size(s));
    const char *text = s->texts->str;

    for (guint cell = 0; cell < s->cells->len;) {
        char *end = row;
        for (guint i = 0; i < s->columns->len; i++) {
            struct extent extent = g_array_index(s->cells, struct extent, cell++);
            end = add_blanks(end, i ? GAP : 0);
            end = add_cell(end, &g_array_index(s->columns, struct column, i), text, extent,
                           i + 1 == s->columns->len);
            text += extent.length;
        }
        *end++ = '\n';
        fwrite(row, 1, (size_t)(end - row), out);
    }
    g_free(row);
}

int output_text(const struct output_config *config, const struct output_sample *sample, FILE *out)
{
    struct sheet s = {.columns = g_array_new(FALSE, FALSE, sizeof(struct column)),
                      .cells = g_array_new(FALSE, FALSE, sizeof(struct extent)),
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
    g_array_free(s.cells, TRUE);
    g_string_free(s.texts, TRUE);
    return output_finish(out);
}
