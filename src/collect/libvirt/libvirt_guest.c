/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_guest.h"

#include "base/clock.h"

#include <string.h>

/* Readings younger than this are never stale. */
#define STALE_NS (10 * CLOCK_NS_PER_S)

static void part_free(void *p)
{
    struct guest_part *part = p;

    record_free(part->record);
    g_free(part);
}

struct guest *guest_new(const char *uuid, int id, const char *name, const struct guest_home *home,
                        enum guest_type type)
{
    const char *host = home->host;
    struct guest *g = g_new0(struct guest, 1);
    char *key = g_strdup_printf("libvirt:%s:%s:%s#%d", host ? host : "", home->realm, uuid, id);
    struct ident *ident = ident_new(KIND_GUEST, type, key);

    g->refs = 1;
    g_strlcpy(g->uuid, uuid, sizeof(g->uuid));
    g->id = id;
    g->met = host != NULL;
    if (!host) /* of a hidden process only the name is known */
        ident_add_alias(ident, "libvirt-name:", name);
    ident_set(&ident->name, name);
    ident_set(&ident->id, uuid);
    g->domain = record_new(FACET_DOMAIN, ident);
    g->parts = g_ptr_array_new_with_free_func(part_free);
    ident_unref(ident);
    g_free(key);
    return g;
}

struct guest *guest_ref(struct guest *g)
{
    g->refs++;
    return g;
}

void guest_unref(struct guest *g)
{
    if (--g->refs)
        return;
    g_ptr_array_free(g->parts, TRUE);
    record_free(g->monitor);
    record_free(g->balloon);
    record_free(g->job);
    record_free(g->domain);
    g_free(g);
}

static void set_ident(struct record *r, struct ident *ident)
{
    ident_unref(r->ident);
    r->ident = ident_ref(ident);
}

static void become(struct guest *g, struct ident *next)
{
    struct record *const facets[] = {g->domain, g->monitor, g->balloon, g->job};

    for (size_t i = 0; i < G_N_ELEMENTS(facets); i++)
        if (facets[i])
            set_ident(facets[i], next);
}

void guest_meet(struct guest *g, int pid, uint64_t start_time)
{
    struct ident *next;
    char process[48];

    if (g->met)
        return;
    g->met = true;
    g->seen = pid > 0;
    g->pid = pid;
    g->start_time = start_time;
    next = ident_next_version(g->domain->ident);
    g_snprintf(process, sizeof(process), "%d@%" G_GUINT64_FORMAT, pid, start_time);
    ident_add_alias(next, pid > 0 ? "pid:" : "uuid:", pid > 0 ? process : g->uuid);
    become(g, next);
    ident_unref(next);
}

void guest_rename(struct guest *g, const char *name)
{
    struct ident *next = ident_next_version(g->domain->ident);

    ident_set(&next->name, name);
    if (g_strcmp0(next->name, g->domain->ident->name) != 0)
        become(g, next);
    ident_unref(next);
}

struct record *guest_part(struct guest *g, enum facet facet, const char *key, const char *name)
{
    struct guest_part *part;

    for (guint i = 0; i < g->parts->len; i++) {
        part = g_ptr_array_index(g->parts, i);
        if (part->record->facet != facet || strcmp(part->record->ident->key, key) != 0)
            continue;
        part->seen = true;
        return part->record;
    }
    struct ident *ident = ident_new(facet_kind(facet), GUEST_NONE, key);
    ident->owner = g->domain->ident->serial;
    ident_set(&ident->name, name);
    part = g_new0(struct guest_part, 1);
    part->record = record_new(facet, ident);
    part->seen = true;
    g_ptr_array_add(g->parts, part);
    ident_unref(ident);
    return part->record;
}

void guest_part_source(struct record *part, const char *path)
{
    struct ident *next = ident_next_version(part->ident);

    ident_set(&next->image, path);
    if (g_strcmp0(next->image, part->ident->image) != 0)
        set_ident(part, next);
    ident_unref(next);
}

void guest_parts_begin(struct guest *g, enum facet facet)
{
    for (guint i = 0; i < g->parts->len; i++) {
        struct guest_part *part = g_ptr_array_index(g->parts, i);
        if (part->record->facet == facet)
            part->seen = false;
    }
}

void guest_parts_end(struct guest *g, enum facet facet)
{
    for (guint i = g->parts->len; i-- > 0;) {
        struct guest_part *part = g_ptr_array_index(g->parts, i);
        if (part->record->facet == facet && !part->seen)
            g_ptr_array_remove_index(g->parts, i);
    }
}

guint guest_count_parts(const struct guest *g, enum facet facet)
{
    guint n = 0;

    for (guint i = 0; i < g->parts->len; i++)
        n += ((struct guest_part *)g_ptr_array_index(g->parts, i))->record->facet == facet;
    return n;
}

/* Gauges keep their values. The record counts as read a nanosecond later, since the model ignores
 * records that are not newer; otherwise it goes on ageing. */
static void forget_rates(struct record *r, enum reason why)
{
    bool any = false;
    uint64_t n;

    for (enum reading i = facet_begin(r->facet); i < facet_end(r->facet); i++) {
        if (reading_type(i) == READING_GAUGE || !record_get(r, i, &n))
            continue;
        record_absent(r, i, why);
        any = true;
    }
    r->read_ns += any;
}

void guest_report_record(const struct record *r, int64_t now_ns, struct sample *out)
{
    struct record *copy = sample_add_copy(out, r);

    if (now_ns - r->read_ns > MAX(STALE_NS, 5 * r->interval_ns))
        forget_rates(copy, REASON_STALE);
}

static void report_record(const struct record *r, bool hung, int64_t now_ns, struct sample *out)
{
    if (hung && r->facet != FACET_DOMAIN && r->facet != FACET_DOMAIN_NIC)
        forget_rates(sample_add_copy(out, r), REASON_MONITOR_BUSY);
    else
        guest_report_record(r, now_ns, out);
}

void guest_report(const struct guest *g, bool hung, int64_t now_ns, struct sample *out)
{
    report_record(g->domain, hung, now_ns, out);
    if (g->monitor)
        report_record(g->monitor, hung, now_ns, out);
    if (g->balloon)
        report_record(g->balloon, hung, now_ns, out);
    if (g->job)
        report_record(g->job, hung, now_ns, out);
    for (guint i = 0; i < g->parts->len; i++)
        report_record(((struct guest_part *)g_ptr_array_index(g->parts, i))->record, hung, now_ns,
                      out);
}
