/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "output/output.h"

#include "base/clock.h"
#include "model/catalogue.h"
#include "output/json_parts.h"
#include "output/parts.h"

#include <math.h>

static json_object *seconds(int64_t ns)
{
    return json_number(UNIT_SECONDS, fmax(0, (double)ns / (double)CLOCK_NS_PER_S));
}

static json_object *cell(const struct output_sample *sample, const struct entity *e, enum metric m)
{
    const struct metric_info *info = metric_info(m);
    char buffer[OUTPUT_LABEL_SIZE];

    if (info->label == LABEL_PID)
        return entity_pid(e) ? json_object_new_int((int)entity_pid(e)) : NULL;
    if (info->label != LABEL_NONE)
        return json_text(output_label(sample, e, info->label, buffer));
    struct value v = moment_value(&sample->moment, e, m);
    return v.reason == REASON_OK ? json_number(info->unit, v.number) : NULL;
}

static void add_metric(json_object *to, const struct output_sample *sample, const struct entity *e,
                       enum metric m)
{
    if (metric_info(m)->graph == M_NONE)
        json_object_object_add_ex(to, metric_info(m)->export_name, cell(sample, e, m),
                                  JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

/* ---- statistics over a window ---- */

static json_object *measured(const struct output_config *config, const struct output_sample *sample,
                             const struct entity *e, enum metric m)
{
    struct measure measured = measure(config->measurer, &sample->moment, e, m, config->window_ns);
    json_object *o = json_statistics(&measured.of, measured.estimated, OUTPUT_FLOAT_DIGITS);

    json_object_object_add(o, "covered", json_computed(measured.covered, 3));
    return o;
}

/* "statistics": an object per metric that is recorded. */
static void add_statistics(json_object *to, const struct output_config *config,
                           const struct output_sample *sample, const struct entity *e,
                           const enum metric *metrics, size_t count)
{
    json_object *all = json_object_new_object();

    for (size_t i = 0; i < count; i++)
        if (metric_is_recorded(metrics[i]) &&
            (e->kind == KIND_HOST || metric_info(metrics[i])->classes & entity_class(e)))
            json_object_object_add(all, metric_info(metrics[i])->export_name,
                                   measured(config, sample, e, metrics[i]));
    json_object_object_add(to, "statistics", all);
}

/* ---- parts ---- */

static json_object *part_array(const struct output_sample *sample, const struct entity *of,
                               enum kind kind)
{
    GPtrArray *parts = moment_parts(&sample->moment, of, kind);
    json_object *array = json_object_new_array_ext((int)parts->len);

    for (guint i = 0; i < parts->len; i++) {
        json_object *part = json_object_new_object();
        for (enum metric m = metric_begin(kind); m < metric_end(kind); m++)
            add_metric(part, sample, g_ptr_array_index(parts, i), m);
        json_object_array_add(array, part);
    }
    g_ptr_array_free(parts, TRUE);
    return array;
}

static void add_parts(json_object *to, const struct output_config *config,
                      const struct output_sample *sample, const struct entity *e)
{
    const struct part_info *info;

    for (size_t i = 0; (info = part_info(i)); i++) {
        const char *key = e->kind == KIND_HOST ? info->host_key : info->guest_key;
        if (key && config->parts & 1u << info->kind)
            json_object_object_add(to, key, part_array(sample, e, info->kind));
    }
}

/* Which limit binds: "own", that of "ancestor-N", "cpuset", or "host" when there is none. */
static json_object *limit_owner_of(const struct output_sample *sample, const struct entity *guest,
                                enum reading owner)
{
    int whose = moment_limit_owner(&sample->moment, guest, owner);
    char name[LIMIT_OWNER_SIZE];

    if (whose < 0 || entity_class(guest) == CLASS_VM)
        return NULL; /* the size of a VM is its configuration, not a limit of its group */
    return json_object_new_string(limit_owner_name((enum limit_owner)whose, name));
}

static void add_limit_owners(json_object *to, const struct output_sample *sample,
                             const struct entity *guest)
{
    json_object_object_add(to, "cpu_limit_owner", limit_owner_of(sample, guest, R_CG_CPU_LIMIT_OWNER));
    json_object_object_add(to, "memory_limit_owner",
                           limit_owner_of(sample, guest, R_CG_MEM_LIMIT_OWNER));
}

/* ---- hosts, guests, sources ---- */

static void add_host_statistics(json_object *to, const struct output_config *config,
                                const struct output_sample *sample, const struct entity *e)
{
    enum metric metrics[M_KIND_HOST_END - M_KIND_HOST_BEGIN];

    for (size_t i = 0; i < G_N_ELEMENTS(metrics); i++)
        metrics[i] = metric_begin(KIND_HOST) + (enum metric)i;
    add_statistics(to, config, sample, e, metrics, G_N_ELEMENTS(metrics));
}

static json_object *host_object(const struct output_config *config,
                                const struct output_sample *sample, const struct entity *e)
{
    json_object *host = json_object_new_object();

    for (enum metric m = metric_begin(KIND_HOST); m < metric_end(KIND_HOST); m++)
        add_metric(host, sample, e, m);
    json_object_object_add(host, "local", json_object_new_boolean(e->local));
    if (config->window_ns)
        add_host_statistics(host, config, sample, e);
    add_parts(host, config, sample, e);
    return host;
}

static json_object *host_array(const struct output_config *config,
                               const struct output_sample *sample)
{
    json_object *array = json_object_new_array();
    GPtrArray *hosts = moment_hosts(&sample->moment);

    for (guint i = 0; i < hosts->len; i++)
        json_object_array_add(array, host_object(config, sample, g_ptr_array_index(hosts, i)));
    g_ptr_array_free(hosts, TRUE);
    return array;
}

static json_object *guest_array(const struct output_config *config,
                                const struct output_sample *sample)
{
    json_object *guests = json_object_new_array_ext((int)sample->guest_count);

    for (size_t row = 0; row < sample->guest_count; row++) {
        json_object *guest = json_object_new_object();
        for (size_t i = 0; i < config->column_count; i++)
            add_metric(guest, sample, sample->guests[row], config->columns[i]);
        if (config->window_ns)
            add_statistics(guest, config, sample, sample->guests[row], config->columns,
                           config->column_count);
        add_parts(guest, config, sample, sample->guests[row]);
        if (config->parts)
            add_limit_owners(guest, sample, sample->guests[row]);
        json_object_array_add(guests, guest);
    }
    return guests;
}

static json_object *host_name(const struct output_sample *sample, uint64_t serial)
{
    const struct entity *host = serial ? roster_find(sample->moment.roster, serial) : NULL;
    const char *name = host ? entity_label(host, LABEL_NAME) : "";

    return json_text(*name ? name : NULL);
}

static json_object *source_array(const struct output_sample *sample)
{
    const GArray *statuses = moment_statuses(&sample->moment);
    json_object *sources = json_object_new_array_ext((int)statuses->len);

    for (guint i = 0; i < statuses->len; i++) {
        const struct source_status *s = &g_array_index(statuses, struct source_status, i);
        json_object *source = json_object_new_object();
        double age =
            (double)(moment_mono_ns(&sample->moment) - s->since_ns) / (double)CLOCK_NS_PER_S;
        json_object_object_add(source, "name", json_text(s->name));
        json_object_object_add(source, "host", host_name(sample, s->host));
        json_object_object_add(source, "state",
                               json_object_new_string(source_state_name(s->state)));
        json_object_object_add(source, "age_seconds",
                               s->since_ns ? json_number(UNIT_SECONDS, fmax(0, age)) : NULL);
        json_object_object_add(source, "message", json_text(s->message));
        json_object_array_add(sources, source);
    }
    return sources;
}

/* ---- findings ---- */

static json_object *evidence_array(const struct finding *f)
{
    json_object *array = json_object_new_array_ext((int)f->evidence_count);

    for (size_t i = 0; i < f->evidence_count; i++) {
        const struct evidence *e = &f->evidence[i];
        const struct metric_info *info = metric_info(e->metric);
        json_object *one = json_object_new_object();
        json_object_object_add(one, "metric", json_object_new_string(info->export_name));
        json_object_object_add(one, "of",
                               json_object_new_string(info->kind == KIND_HOST ? "host" : "guest"));
        json_object_object_add(one, "number", json_number(info->unit, e->number));
        json_object_object_add(one, "limit", json_number(info->unit, e->limit));
        json_object_object_add(one, "seconds", e->held_ns ? seconds(e->held_ns) : NULL);
        json_object_array_add(array, one);
    }
    return array;
}

static json_object *text_array(const GPtrArray *texts)
{
    json_object *array = json_object_new_array_ext((int)texts->len);

    for (guint i = 0; i < texts->len; i++)
        json_object_array_add(array, json_object_new_string(g_ptr_array_index(texts, i)));
    return array;
}

static void add_text(json_object *to, const char *key, const char *text)
{
    json_object_object_add(to, key, json_text(text));
}

static json_object *finding_object(const struct finding *f, const struct moment *at)
{
    json_object *o = json_object_new_object();
    char since[CLOCK_ISO_SIZE];

    clock_iso8601(f->since_wall_ns, since);
    json_object_object_add(o, "id", json_object_new_uint64(f->id));
    add_text(o, "severity", severity_name(f->severity));
    add_text(o, "rule", rule_info(f->rule)->name);
    add_text(o, "host", f->host_name);
    add_text(o, "guest", f->guest_name);
    add_text(o, "guest_id", f->guest_id);
    add_text(o, "resource", resource_name(f->resource));
    add_text(o, "sentence", f->sentence);
    add_text(o, "since", since);
    json_object_object_add(o, "seconds", seconds(moment_mono_ns(at) - f->since_ns));
    json_object_object_add(o, "muted", json_object_new_boolean(f->muted));
    json_object_object_add(o, "evidence", evidence_array(f));
    json_object_object_add(o, "also", text_array(f->also));
    json_object_object_add(o, "ruled_out", text_array(f->ruled_out));
    json_object_object_add(o, "missing", text_array(f->missing));
    return o;
}

static json_object *finding_array(const struct output_sample *sample)
{
    json_object *array = json_object_new_array();

    for (guint i = 0; sample->findings && i < sample->findings->len; i++)
        json_object_array_add(
            array, finding_object(g_ptr_array_index(sample->findings, i), &sample->moment));
    return array;
}

int output_json(const struct output_config *config, const struct output_sample *sample, FILE *out)
{
    json_object *root = json_object_new_object();
    char time[CLOCK_ISO_SIZE];

    clock_iso8601(moment_wall_ns(&sample->moment), time);
    json_object_object_add(root, "schema", json_object_new_string("vtop/1"));
    json_object_object_add(root, "time", json_object_new_string(time));
    json_object_object_add(
        root, "interval_seconds",
        sample->interval_ns
            ? json_number(UNIT_SECONDS, (double)sample->interval_ns / (double)CLOCK_NS_PER_S)
            : NULL);
    if (config->window_ns)
        json_object_object_add(root, "window_seconds", seconds(config->window_ns));
    json_object_object_add(root, "hosts", host_array(config, sample));
    json_object_object_add(root, "guests", guest_array(config, sample));
    json_object_object_add(root, "findings", finding_array(sample));
    json_object_object_add(root, "sources", source_array(sample));
    json_print(root, out);
    return output_finish(out);
}
