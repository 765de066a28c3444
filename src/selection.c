/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "selection.h"

#include "view/table.h"

#include <stdio.h>

struct selection {
    const struct options *options;
    struct table *table;
    GHashTable *said; /* names of the sources that were reported as missing */
    bool said_filter;
};

static bool set_filter(struct table *table, const char *filter)
{
    char *error = NULL;

    if (!filter || table_filter(table, filter, &error) == 0)
        return true;
    fprintf(stderr, "vtop: -F: %s\n", error);
    g_free(error);
    return false;
}

struct selection *selection_new(const struct options *options, const struct columns *columns)
{
    struct selection *s = g_new0(struct selection, 1);

    s->options = options;
    s->table = table_new();
    s->said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    *table_columns(s->table) = *columns;
    table_sort(s->table, options->settings.sort, options->settings.sort_reversed);
    table_types(s->table, options->settings.types);
    if (set_filter(s->table, options->filter))
        return s;
    selection_free(s);
    return NULL;
}

void selection_free(struct selection *s)
{
    if (!s)
        return;
    g_hash_table_destroy(s->said);
    table_free(s->table);
    g_free(s);
}

struct wishes selection_wishes(const struct selection *s)
{
    const struct settings *settings = &s->options->settings;

    return (struct wishes){.needs = table_needs(s->table) | NEED_HOST_DISKS | NEED_HOST_NICS | NEED_STORES,
                           .interval_ns = settings->interval_ns,
                           .services = (settings->types & guest_types_find("service")) != 0};
}

static void say_what_the_filter_missed(struct selection *s)
{
    if (s->said_filter || !table_filter_gave_up(s->table))
        return;
    fprintf(stderr, "vtop: -F: the filter is " FILTER_GAVE_UP ": those do not match\n");
    s->said_filter = true;
}

GPtrArray *selection_guests(struct selection *s, const struct moment *now)
{
    struct view view = {.moment = *now, .glyphs = glyphs_get(true)};
    GPtrArray *guests = g_ptr_array_new();

    table_update(s->table, &view);
    say_what_the_filter_missed(s);
    for (size_t i = 0; i < table_row_count(s->table); i++) {
        const struct row *row = table_row(s->table, i);
        if (row->kind == ROW_GUEST && !moment_is_gone(now, row->entity))
            g_ptr_array_add(guests, row->entity);
    }
    return guests;
}

void selection_say_what_is_missing(struct selection *s, const struct roster *roster)
{
    const GArray *statuses = roster_statuses(roster);

    for (guint i = 0; i < statuses->len; i++) {
        const struct source_status *status = &g_array_index(statuses, struct source_status, i);
        if (status->state == SOURCE_OK) {
            g_hash_table_remove(s->said, status->name);
        } else if (g_hash_table_add(s->said, g_strdup(status->name))) {
            fprintf(stderr, "vtop: %s: %s%s%s\n", status->name, source_state_name(status->state),
                    status->message ? ": " : "", status->message ? status->message : "");
        }
    }
}
