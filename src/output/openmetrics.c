/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "output/openmetrics.h"

#include "base/clock.h"
#include "model/catalogue.h"
#include "model/states.h"

#include <errno.h>
#include <math.h>
#include <string.h>

struct exposition {
    enum series_names style;
    unsigned parts;
    struct sums *sums;
};

/* While a sample is written. */
struct writer {
    struct exposition *x;
    const struct output_sample *sample;
    enum exposition_format format;
    GArray *rows[KIND_COUNT]; /* struct exposed; NULL: none */
    GString *out;
    size_t series;
};

struct exposition *exposition_new(enum series_names style, unsigned parts)
{
    struct exposition *x = g_new0(struct exposition, 1);

    x->style = style;
    x->parts = parts;
    x->sums = sums_new();
    return x;
}

void exposition_free(struct exposition *x)
{
    if (!x)
        return;
    sums_free(x->sums);
    g_free(x);
}

void exposition_end(enum exposition_format format, GString *out)
{
    if (format == EXPOSE_OPENMETRICS)
        g_string_append(out, "# EOF\n");
}

unsigned exposition_needs(void)
{
    /* What has to be read of all guests; not what only the page of one shows. */
    return NEED_ALL & ~(unsigned)NEED_PARTS;
}

/* ---- numbers ---- */

enum { DECIMALS = 9, NS = 1000000000 };

/* ".05" of 50000000 ns, before END; without zeros at the end. */
static char *put_decimals(uint64_t ns, char *end)
{
    char *at = end;

    for (int i = 0; i < DECIMALS; i++, ns /= 10)
        if (ns % 10 || at != end)
            *--at = (char)('0' + ns % 10);
    if (at != end)
        *--at = '.';
    return at;
}

/* Whole, or with up to nine decimals: printf would take most of the time. */
static void put_number(GString *out, double number)
{
    const double most = 9e9; /* seconds: below, ns fit into 64 bits; above, there are no decimals */
    char text[OUTPUT_NUMBER_SIZE], *end = text + sizeof(text), *at = end;
    double size = fabs(number);

    if (!(size < 9e15)) {
        g_string_append(out, g_ascii_formatd(text, sizeof(text), "%.17g", number));
        return;
    }
    uint64_t ns = size < most ? (uint64_t)rint((size - floor(size)) * NS) : 0;
    uint64_t whole = (uint64_t)(size < most ? floor(size) : rint(size)) + ns / NS;
    if (ns % NS)
        at = put_decimals(ns % NS, end);
    do
        *--at = (char)('0' + whole % 10);
    while (whole /= 10);
    if (signbit(number) && size > 0)
        *--at = '-';
    g_string_append_len(out, at, end - at);
}

/* ---- families ---- */

enum family_type { FAMILY_COUNTER, FAMILY_GAUGE, FAMILY_INFO };

/* OpenMetrics names a family without the ends _total and _info, and has a type for information. */
static void put_family(struct writer *w, const char *name, enum family_type type, const char *help)
{
    static const char *const types[EXPOSE_COUNT][3] = {
        [EXPOSE_PROMETHEUS] = {"counter", "gauge", "gauge"},
        [EXPOSE_OPENMETRICS] = {"counter", "gauge", "info"}};
    static const char *const ends[] = {"_total", "", "_info"};
    bool open = w->format == EXPOSE_OPENMETRICS;
    size_t length = strlen(name) - (open ? strlen(ends[type]) : 0);
    const char *unit = open && type != FAMILY_INFO ? series_unit(name) : "";

    g_string_append_printf(w->out, "# HELP %.*s %s\n# TYPE %.*s %s\n", (int)length, name, help,
                           (int)length, name, types[w->format][type]);
    if (*unit)
        g_string_append_printf(w->out, "# UNIT %.*s %s\n", (int)length, name, unit);
}

static void put_labels(GString *out, const char *labels, bool *any)
{
    if (!labels || !*labels)
        return;
    g_string_append_c(out, *any ? ',' : '{');
    g_string_append(out, labels);
    *any = true;
}

/* A sample; the texts are labels that are escaped already, or NULL. */
static void put_sample(struct writer *w, const char *name, const char *const labels[], size_t n,
                       double number)
{
    bool any = false;

    g_string_append(w->out, name);
    for (size_t i = 0; i < n; i++)
        put_labels(w->out, labels[i], &any);
    g_string_append(w->out, any ? "} " : " ");
    put_number(w->out, number);
    g_string_append_c(w->out, '\n');
    w->series++;
}

static void put_info(struct writer *w, const char *name, const GString *labels)
{
    const char *all[] = {labels->str};

    put_sample(w, name, all, 1, 1);
}

/* ---- series of the catalogue ---- */

/* A sample of this row, unless its value is absent. The labels of a style are for renamed ones. */
static void put_row(struct writer *w, const struct series_info *info, const char *name,
                    const struct exposed *row, bool renamed)
{
    char label[64];
    const char *facet;
    double number;

    if (!exposed_value(w->x->sums, &w->sample->moment, row->e, info, &number, &facet))
        return;
    const char *labels[] = {row->labels, renamed ? row->more : NULL, renamed ? NULL : info->labels,
                            NULL};
    if (facet) {
        g_snprintf(label, sizeof(label), "facet=\"%s\"", facet);
        labels[3] = label;
    }
    put_sample(w, name, labels, G_N_ELEMENTS(labels), number);
}

static bool same_family(size_t a, size_t b)
{
    return b < SERIES_COUNT && strcmp(SERIES_INFOS[a].name, SERIES_INFOS[b].name) == 0;
}

static enum family_type type_of(const struct series_info *info)
{
    return info->counter ? FAMILY_COUNTER : FAMILY_GAUGE;
}

/* The head of the family stands only where the family has samples. */
static void put_lines(struct writer *w, size_t first, size_t end, enum guest_class renamed_class,
                      const char *name)
{
    const struct series_info *info = &SERIES_INFOS[first];
    const GArray *rows = w->rows[info->kind];
    size_t before = w->series, at = w->out->len;

    put_family(w, name, type_of(info), info->help);
    for (guint i = 0; i < rows->len; i++) {
        const struct exposed *row = &g_array_index(rows, struct exposed, i);
        for (size_t s = first; s < end; s++) {
            bool renamed = series_renamed(w->x->style, row->class, s) != NULL;
            if (renamed_class ? row->class == renamed_class : !renamed)
                put_row(w, &SERIES_INFOS[s], name, row, renamed_class != 0);
        }
    }
    if (w->series == before)
        g_string_truncate(w->out, at);
}

static void put_renamed(struct writer *w, size_t series)
{
    static const enum guest_class classes[] = {CLASS_VM, CLASS_CONTAINER};

    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        const char *name = series_renamed(w->x->style, classes[i], series);
        if (name)
            put_lines(w, series, series + 1, classes[i], name);
    }
}

static void put_series(struct writer *w)
{
    for (size_t first = 0, end; first < SERIES_COUNT; first = end) {
        for (end = first + 1; same_family(first, end);)
            end++;
        if (!w->rows[SERIES_INFOS[first].kind])
            continue;
        put_lines(w, first, end, 0, SERIES_INFOS[first].name);
        for (size_t s = first; s < end; s++)
            put_renamed(w, s);
    }
}

/* ---- who is who ---- */

static void put_build_info(struct writer *w)
{
    GString *labels = g_string_new(NULL);

    put_family(w, "vtop_build_info", FAMILY_INFO, "version of vtop");
    exposed_label(labels, "version", PACKAGE_VERSION);
    put_info(w, "vtop_build_info", labels);
    g_string_free(labels, TRUE);
}

/* NULL-terminated pairs of key and label. */
struct info_label {
    const char *key;
    enum label label;
};

static void put_infos(struct writer *w, enum kind kind, const char *name, const char *help,
                      const struct info_label *of, size_t n)
{
    const GArray *rows = w->rows[kind];

    if (rows->len)
        put_family(w, name, FAMILY_INFO, help);
    for (guint i = 0; i < rows->len; i++) {
        const struct exposed *row = &g_array_index(rows, struct exposed, i);
        GString *labels = g_string_new(row->labels);
        if (row->class)
            exposed_label(labels, "class", guest_class_name(row->class));
        for (size_t l = 0; l < n; l++)
            exposed_label(labels, of[l].key, entity_label(row->e, of[l].label));
        put_info(w, name, labels);
        g_string_free(labels, TRUE);
    }
}

static void put_identities(struct writer *w)
{
    static const struct info_label host[] = {{"host_id", LABEL_ID}, {"name", LABEL_NAME}};
    static const struct info_label guest[] = {
        {"name", LABEL_NAME}, {"type", LABEL_TYPE}, {"group", LABEL_GROUP}, {"image", LABEL_IMAGE}};

    put_infos(w, KIND_HOST, "vtop_host_info", "identity of a host", host, G_N_ELEMENTS(host));
    put_infos(w, KIND_GUEST, "vtop_guest_info", "identity of a guest", guest, G_N_ELEMENTS(guest));
}

/* The state that a guest is in has a sample, the other states have none. */
static void put_states(struct writer *w)
{
    const GArray *rows = w->rows[KIND_GUEST];
    size_t before = w->series, at = w->out->len;

    put_family(w, "vtop_guest_state", FAMILY_GAUGE, "1 for the state that a guest is in");
    for (guint i = 0; i < rows->len; i++) {
        const struct exposed *row = &g_array_index(rows, struct exposed, i);
        GString *labels = g_string_new(row->labels);
        size_t without = labels->len;
        exposed_label(labels, "state", guest_state_name(moment_state(&w->sample->moment, row->e)));
        if (labels->len > without)
            put_info(w, "vtop_guest_state", labels);
        g_string_free(labels, TRUE);
    }
    if (w->series == before)
        g_string_truncate(w->out, at);
}

/* ---- sources ---- */

static GString *labels_of_source(const struct writer *w, const struct source_status *s)
{
    GString *labels = g_string_new(NULL);

    exposed_label(labels, "source", s->name);
    exposed_host_label(labels, s->host ? roster_find(w->sample->moment.roster, s->host) : NULL);
    return labels;
}

/* The first status with these labels counts. */
static bool is_new(GHashTable *seen, const GString *labels)
{
    return g_hash_table_add(seen, g_strdup(labels->str));
}

static void put_source_states(struct writer *w, const GArray *statuses)
{
    GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    put_family(w, "vtop_source_state", FAMILY_GAUGE,
               "1 for the state of a source: ok, partial, stale, absent, denied, failed");
    for (guint i = 0; i < statuses->len; i++) {
        const struct source_status *s = &g_array_index(statuses, struct source_status, i);
        GString *labels = labels_of_source(w, s);
        bool first = is_new(seen, labels);
        exposed_label(labels, "state", source_state_name(s->state));
        if (first)
            put_info(w, "vtop_source_state", labels);
        g_string_free(labels, TRUE);
    }
    g_hash_table_destroy(seen);
}

static void put_source_ages(struct writer *w, const GArray *statuses)
{
    GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    put_family(w, "vtop_source_age_seconds", FAMILY_GAUGE, "time since a source was last heard of");
    for (guint i = 0; i < statuses->len; i++) {
        const struct source_status *s = &g_array_index(statuses, struct source_status, i);
        GString *labels = labels_of_source(w, s);
        const char *all[] = {labels->str};
        int64_t age_ns = MAX(0, w->sample->moment.now_ns - s->since_ns);
        if (is_new(seen, labels) && s->since_ns)
            put_sample(w, "vtop_source_age_seconds", all, 1,
                       (double)age_ns / (double)CLOCK_NS_PER_S);
        g_string_free(labels, TRUE);
    }
    g_hash_table_destroy(seen);
}

static void put_sources(struct writer *w)
{
    const GArray *statuses = moment_statuses(&w->sample->moment);

    if (!statuses->len)
        return;
    put_source_states(w, statuses);
    put_source_ages(w, statuses);
}

/* ---- findings ---- */

static const char *labels_of_guest(const struct writer *w, uint64_t serial)
{
    const GArray *rows = w->rows[KIND_GUEST];

    for (guint i = 0; serial && i < rows->len; i++)
        if (g_array_index(rows, struct exposed, i).e->serial == serial)
            return g_array_index(rows, struct exposed, i).labels;
    return NULL;
}

static GString *labels_of_finding(const struct writer *w, const struct finding *f)
{
    GString *labels = g_string_new(labels_of_guest(w, f->guest));

    if (!labels->len)
        exposed_host_label(labels, roster_find(w->sample->moment.roster, f->host));
    exposed_label(labels, "rule", rule_info(f->rule)->name);
    exposed_label(labels, "severity", severity_name(f->severity));
    exposed_label(labels, "resource", resource_name(f->resource));
    return labels;
}

static void put_findings(struct writer *w)
{
    GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    size_t before = w->series, at = w->out->len;

    put_family(w, "vtop_finding", FAMILY_GAUGE,
               "1 for a finding that is open and not muted; without id it is about the host");
    for (guint i = 0; w->sample->findings && i < w->sample->findings->len; i++) {
        const struct finding *f = g_ptr_array_index(w->sample->findings, i);
        GString *labels = labels_of_finding(w, f);
        if (!f->muted && is_new(seen, labels))
            put_info(w, "vtop_finding", labels);
        g_string_free(labels, TRUE);
    }
    if (w->series == before)
        g_string_truncate(w->out, at);
    g_hash_table_destroy(seen);
}

/* ---- all of it ---- */

/* The LIBVIRT style has the parts of virtual machines in any case: they have names there. */
static void gather_rows(struct writer *w)
{
    static const enum kind parts[] = {KIND_CPU, KIND_VCPU, KIND_DISK, KIND_NIC,
                                       KIND_NODE, KIND_STORE};
    enum series_names style = w->x->style;

    w->rows[KIND_HOST] = exposed_hosts(&w->sample->moment);
    w->rows[KIND_GUEST] = exposed_guests(w->sample, style);
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        bool wanted = w->x->parts & 1u << parts[i];
        if (!wanted && style != NAMES_LIBVIRT)
            continue;
        w->rows[parts[i]] = exposed_new();
        if (wanted)
            exposed_add_parts(w->rows[parts[i]], w->rows[KIND_HOST], parts[i], style);
        exposed_add_parts(w->rows[parts[i]], w->rows[KIND_GUEST], parts[i], style);
    }
}

static void free_rows(struct writer *w)
{
    for (enum kind k = 0; k < KIND_COUNT; k++)
        if (w->rows[k])
            g_array_free(w->rows[k], TRUE);
}

size_t exposition_write(struct exposition *x, const struct output_sample *sample,
                        enum exposition_format format, GString *out)
{
    struct writer w = {.x = x, .sample = sample, .format = format, .out = out};

    sums_begin(x->sums);
    gather_rows(&w);
    put_build_info(&w);
    put_identities(&w);
    put_states(&w);
    put_series(&w);
    put_sources(&w);
    put_findings(&w);
    free_rows(&w);
    return w.series;
}

void exposition_add(enum exposition_format format, const char *name, bool counter, const char *help,
                    double number, GString *out)
{
    struct writer w = {.format = format, .out = out};

    put_family(&w, name, counter ? FAMILY_COUNTER : FAMILY_GAUGE, help);
    put_sample(&w, name, NULL, 0, number);
}

static int print(const struct output_config *config, const struct output_sample *sample,
                 enum exposition_format format, FILE *out)
{
    GString *text = g_string_new(NULL);

    exposition_write(config->exposition, sample, format, text);
    exposition_end(format, text);
    bool written = fwrite(text->str, 1, text->len, out) == text->len;
    int result = written ? output_finish(out) : -errno;
    g_string_free(text, TRUE);
    return result;
}

int output_openmetrics(const struct output_config *config, const struct output_sample *sample,
                       FILE *out)
{
    return print(config, sample, EXPOSE_OPENMETRICS, out);
}

int output_prometheus(const struct output_config *config, const struct output_sample *sample,
                      FILE *out)
{
    return print(config, sample, EXPOSE_PROMETHEUS, out);
}
