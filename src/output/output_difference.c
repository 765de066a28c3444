/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "output/output_difference.h"

#include "base/clock.h"
#include "output/json_parts.h"
#include "output/output.h"

#include <string.h>

/* ---- text ---- */

static const char *or_dash(const char *text)
{
    return text ? text : "-";
}

static const char *type_of(const struct report_row *row)
{
    return row->kind == KIND_HOST ? "host" : or_dash(row->type);
}

static void print_window(const char *which, const struct output_window *w, FILE *out)
{
    char begin[CLOCK_ISO_SIZE], end[CLOCK_ISO_SIZE];

    clock_iso8601(w->begin_wall_ns, begin);
    clock_iso8601(w->end_wall_ns, end);
    fprintf(out, "%s  %s to %s, %zu sample%s\n", which, begin, end, w->samples,
            w->samples == 1 ? "" : "s");
}

static void print_event(const struct difference_event *e, FILE *out)
{
    const struct report_row *row = e->after ? e->after : e->before;

    fprintf(out, "%-9s %s %s", difference_kind_name(e->kind), type_of(row), or_dash(row->name));
    if (row->id)
        fprintf(out, " (%s)", row->id);
    if (e->kind == DIFFERENCE_MOVED)
        fprintf(out, " from %s to %s", or_dash(e->before->host), or_dash(e->after->host));
    if (e->kind == DIFFERENCE_RENAMED)
        fprintf(out, ", it was %s", or_dash(e->before->name));
    if (e->kind == DIFFERENCE_REPLACED)
        fprintf(out, ", it was %s", e->before->id);
    fputc('\n', out);
}

enum { COLUMNS = 6, CELL_SIZE = 2 * OUTPUT_NUMBER_SIZE };

struct cells {
    const char *name; /* may be long */
    char type[CELL_SIZE], text[COLUMNS][CELL_SIZE];
};

static void fill(struct cells *c, const struct difference_change *change)
{
    const struct metric_info *info = metric_info(change->metric);
    char number[OUTPUT_NUMBER_SIZE];

    c->name = or_dash(change->after->name);
    g_strlcpy(c->type, type_of(change->after), CELL_SIZE);
    g_strlcpy(c->text[0], info->export_name, CELL_SIZE);
    g_strlcpy(c->text[1], output_number(info->unit, change->was, number), CELL_SIZE);
    g_strlcpy(c->text[2], output_number(info->unit, change->is, number), CELL_SIZE);
    g_snprintf(c->text[3], CELL_SIZE, "%s%s", change->is > change->was ? "+" : "",
               output_number(info->unit, change->is - change->was, number));
    g_snprintf(c->text[4], CELL_SIZE, "%.1f", change->score);
}

static void print_changes(const GArray *changes, FILE *out)
{
    static const char *const titles[] = {"METRIC", "BEFORE", "AFTER", "CHANGE", "x VARIATION"};
    int widths[G_N_ELEMENTS(titles)], type = (int)strlen("TYPE"), name = (int)strlen("NAME");
    struct cells c;

    for (size_t k = 0; k < G_N_ELEMENTS(titles); k++)
        widths[k] = (int)strlen(titles[k]);
    for (guint i = 0; i < changes->len; i++) {
        fill(&c, &g_array_index(changes, struct difference_change, i));
        type = MAX(type, (int)strlen(c.type));
        name = MAX(name, (int)g_utf8_strlen(c.name, -1));
        for (size_t k = 0; k < G_N_ELEMENTS(titles); k++)
            widths[k] = MAX(widths[k], (int)strlen(c.text[k]));
    }
    fprintf(out, "\n%-*s  %-*s  %-*s", type, "TYPE", name, "NAME", widths[0], titles[0]);
    for (size_t k = 1; k < G_N_ELEMENTS(titles); k++)
        fprintf(out, "  %*s", widths[k], titles[k]);
    fputc('\n', out);
    for (guint i = 0; i < changes->len; i++) {
        fill(&c, &g_array_index(changes, struct difference_change, i));
        fprintf(out, "%-*s  %s%*s  %-*s", type, c.type, c.name,
                name - (int)g_utf8_strlen(c.name, -1), "", widths[0], c.text[0]);
        for (size_t k = 1; k < G_N_ELEMENTS(titles); k++)
            fprintf(out, "  %*s", widths[k], c.text[k]);
        fputc('\n', out);
    }
}

int output_difference_text(const struct output_difference *d, FILE *out)
{
    const GArray *events = d->difference->events, *changes = d->difference->changes;

    print_window("before", &d->before, out);
    print_window("after ", &d->after, out);
    if (events->len)
        fputc('\n', out);
    for (guint i = 0; i < events->len; i++)
        print_event(&g_array_index(events, struct difference_event, i), out);
    if (changes->len)
        print_changes(changes, out);
    else
        fputs("\nno number changed by three times its variation or more\n", out);
    return output_finish(out);
}

/* ---- JSON ---- */

static json_object *window_object(const struct output_window *w)
{
    json_object *o = json_object_new_object();
    char time[CLOCK_ISO_SIZE];

    clock_iso8601(w->begin_wall_ns, time);
    json_object_object_add(o, "begin", json_text(time));
    clock_iso8601(w->end_wall_ns, time);
    json_object_object_add(o, "end", json_text(time));
    json_object_object_add(o, "samples", json_object_new_uint64(w->samples));
    return o;
}

static json_object *row_object(const struct report_row *row)
{
    json_object *o = json_object_new_object();

    json_object_object_add(o, "kind", json_text(row->kind == KIND_HOST ? "host" : "guest"));
    json_object_object_add(o, "type", row->kind == KIND_HOST ? NULL : json_text(row->type));
    json_object_object_add(o, "name", json_text(row->name));
    json_object_object_add(o, "id", json_text(row->id));
    json_object_object_add(o, "host", row->kind == KIND_HOST ? NULL : json_text(row->host));
    return o;
}

static json_object *event_object(const struct difference_event *e)
{
    json_object *o = row_object(e->after ? e->after : e->before);

    json_object_object_add(o, "event", json_text(difference_kind_name(e->kind)));
    json_object_object_add(o, "before", e->before ? row_object(e->before) : NULL);
    return o;
}

static json_object *change_object(const struct difference_change *c)
{
    const struct metric_info *info = metric_info(c->metric);
    json_object *o = row_object(c->after);

    json_object_object_add(o, "metric", json_text(info->export_name));
    json_object_object_add(o, "before", json_computed(c->was, OUTPUT_DIGITS));
    json_object_object_add(o, "after", json_computed(c->is, OUTPUT_DIGITS));
    json_object_object_add(o, "change", json_computed(c->is - c->was, OUTPUT_DIGITS));
    json_object_object_add(o, "variation", json_computed(c->variation, OUTPUT_DIGITS));
    json_object_object_add(o, "score", json_computed(c->score, OUTPUT_DIGITS));
    json_object_object_add(o, "before_n", json_object_new_uint64(c->was_n));
    json_object_object_add(o, "after_n", json_object_new_uint64(c->is_n));
    return o;
}

int output_difference_json(const struct output_difference *d, FILE *out)
{
    json_object *root = json_object_new_object(), *events = json_object_new_array(),
                *changes = json_object_new_array();

    for (guint i = 0; i < d->difference->events->len; i++)
        json_object_array_add(
            events,
            event_object(&g_array_index(d->difference->events, struct difference_event, i)));
    for (guint i = 0; i < d->difference->changes->len; i++)
        json_object_array_add(
            changes,
            change_object(&g_array_index(d->difference->changes, struct difference_change, i)));
    json_object_object_add(root, "schema", json_text("vtop-diff/1"));
    json_object_object_add(root, "window_seconds", json_number(UNIT_SECONDS, d->window_seconds));
    json_object_object_add(root, "before", window_object(&d->before));
    json_object_object_add(root, "after", window_object(&d->after));
    json_object_object_add(root, "events", events);
    json_object_object_add(root, "changes", changes);
    json_print(root, out);
    return output_finish(out);
}
