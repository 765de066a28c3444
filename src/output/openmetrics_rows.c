/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "output/openmetrics.h"

#include "model/catalogue.h"

#include <string.h>

/* Backslash, quote and line end are what both formats escape; names are clean UTF-8 already. */
static void put_escaped(GString *out, const char *text)
{
    for (size_t plain; *text; text += plain + 1) {
        plain = strcspn(text, "\\\"\n");
        g_string_append_len(out, text, (gssize)plain);
        if (!text[plain])
            return;
        g_string_append_c(out, '\\');
        g_string_append_c(out, text[plain] == '\n' ? 'n' : text[plain]);
    }
}

void exposed_label(GString *out, const char *key, const char *text)
{
    if (!text || !*text)
        return;
    if (out->len)
        g_string_append_c(out, ',');
    g_string_append(out, key);
    g_string_append(out, "=\"");
    put_escaped(out, text);
    g_string_append_c(out, '"');
}

void exposed_host_label(GString *out, const struct entity *host)
{
    if (!host || host->local)
        return;
    const char *id = entity_label(host, LABEL_ID);
    exposed_label(out, "host", *id ? id : entity_label(host, LABEL_NAME));
}

static void clear(void *row)
{
    g_free(((struct exposed *)row)->labels);
    g_free(((struct exposed *)row)->more);
}

GArray *exposed_new(void)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct exposed));

    g_array_set_clear_func(rows, clear);
    return rows;
}

static void add(GArray *rows, const struct entity *e, enum guest_class class, GString *labels,
                GString *more)
{
    struct exposed row = {.e = e,
                          .labels = g_string_free(labels, FALSE),
                          .more = more ? g_string_free(more, FALSE) : g_strdup(""),
                          .class = class};

    g_array_append_val(rows, row);
}

GArray *exposed_hosts(const struct moment *at)
{
    GArray *rows = exposed_new();
    GPtrArray *hosts = moment_hosts(at);

    for (guint i = 0; i < hosts->len; i++) {
        const struct entity *host = g_ptr_array_index(hosts, i);
        GString *labels = g_string_new(NULL);
        exposed_host_label(labels, host);
        if (!host->gone_ns)
            add(rows, host, 0, labels, NULL);
        else
            g_string_free(labels, TRUE);
    }
    g_ptr_array_free(hosts, TRUE);
    return rows;
}

/* ---- the id of a guest ---- */

/* The key of the facet of the lowest rank: keys are unique on a host. */
static const char *key_of(const struct entity *e)
{
    const struct track *best = NULL;

    for (const struct track *t = e->tracks; t; t = t->next)
        if (!best || facet_rank(t->facet) < facet_rank(best->facet))
            best = t;
    return best ? best->ident->key : "";
}

static char *labels_of(const struct entity *e, const char *id, const char *key)
{
    GString *labels = g_string_new(NULL);
    char *both = key ? g_strconcat(id, " ", key, NULL) : NULL;

    exposed_label(labels, "id", both ? both : id);
    exposed_host_label(labels, entity_host(e));
    g_free(both);
    return g_string_free(labels, FALSE);
}

static const char *id_of(const struct entity *e)
{
    const char *id = entity_label(e, LABEL_ID);

    return *id ? id : key_of(e);
}

/* By labels: how many guests have them. */
static GHashTable *count_labels(const struct output_sample *sample)
{
    GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (size_t i = 0; i < sample->guest_count; i++) {
        char *labels = labels_of(sample->guests[i], id_of(sample->guests[i]), NULL);
        guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, labels));
        g_hash_table_replace(counts, labels, GUINT_TO_POINTER(n + 1));
    }
    return counts;
}

/* What dashboards for other exporters select by. */
static GString *more_of(const struct entity *e, enum series_names style)
{
    GString *more = g_string_new(NULL);

    if (style == NAMES_LIBVIRT)
        exposed_label(more, "domain", entity_label(e, LABEL_NAME));
    if (style == NAMES_CADVISOR) {
        exposed_label(more, "name", entity_label(e, LABEL_NAME));
        exposed_label(more, "image", entity_label(e, LABEL_IMAGE));
    }
    return more;
}

GArray *exposed_guests(const struct output_sample *sample, enum series_names style)
{
    GHashTable *counts = count_labels(sample);
    GArray *rows = exposed_new();

    for (size_t i = 0; i < sample->guest_count; i++) {
        const struct entity *e = sample->guests[i];
        char *labels = labels_of(e, id_of(e), NULL);
        if (GPOINTER_TO_UINT(g_hash_table_lookup(counts, labels)) > 1) {
            g_free(labels);
            labels = labels_of(e, id_of(e), key_of(e));
        }
        GString *owned = g_string_new(labels);
        add(rows, e, entity_class(e), owned, more_of(e, style));
        g_free(labels);
    }
    g_hash_table_destroy(counts);
    return rows;
}

static void add_part(GArray *rows, const struct exposed *owner, const struct entity *part,
                     enum series_names style)
{
    GString *labels = g_string_new(owner->labels), *more = g_string_new(owner->more);

    exposed_label(labels, kind_name((enum kind)part->kind), part->key);
    if (style == NAMES_LIBVIRT && (part->kind == KIND_DISK || part->kind == KIND_NIC))
        exposed_label(more, "target_device", part->key);
    add(rows, part, owner->class, labels, more);
}

void exposed_add_parts(GArray *rows, const GArray *owners, enum kind kind, enum series_names style)
{
    for (guint i = 0; i < owners->len; i++) {
        const struct exposed *owner = &g_array_index(owners, struct exposed, i);
        for (struct entity *p = NULL; (p = entity_next_part(owner->e, kind, p));)
            add_part(rows, owner, p, style);
    }
}
