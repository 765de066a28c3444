#include <config.h>

#include "output/output.h"

#include "base/clock.h"

#include <string.h>

/* A spreadsheet takes a cell that begins like this for a formula. */
static bool looks_like_formula(const char *text)
{
    return *text && strchr("=+-@", *text);
}

static void put_text(FILE *out, const char *text)
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

static void put_header(const struct output_config *config, FILE *out)
{
    fputs("time", out);
    for (size_t i = 0; i < config->column_count; i++)
        if (metric_info(config->columns[i])->graph == M_NONE)
            fprintf(out, ",%s", metric_info(config->columns[i])->export_name);
    fputc('\n', out);
}

static void put_cell(const struct output_sample *sample, const struct entity *e, enum metric m,
                     FILE *out)
{
    const struct metric_info *info = metric_info(m);
    char buffer[OUTPUT_NUMBER_SIZE], label[OUTPUT_LABEL_SIZE];

    if (info->label != LABEL_NONE) {
        const char *text = output_label(sample, e, info->label, label);
        if (text)
            put_text(out, text);
        return;
    }
    struct value v = moment_value(&sample->moment, e, m);
    if (v.reason == REASON_OK)
        fputs(output_number(info->unit, v.number, buffer), out);
}

int output_csv(const struct output_config *config, const struct output_sample *sample, FILE *out)
{
    char time[CLOCK_ISO_SIZE];

    clock_iso8601(moment_wall_ns(&sample->moment), time);
    if (sample->first && config->header)
        put_header(config, out);
    for (size_t row = 0; row < sample->guest_count; row++) {
        fputs(time, out);
        for (size_t i = 0; i < config->column_count; i++) {
            if (metric_info(config->columns[i])->graph != M_NONE)
                continue;
            fputc(',', out);
            put_cell(sample, sample->guests[row], config->columns[i], out);
        }
        fputc('\n', out);
    }
    return output_finish(out);
}
