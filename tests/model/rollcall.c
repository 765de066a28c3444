/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include "rollcall.h"

#include <string.h>

static void release(void *ident)
{
    ident_unref(ident);
}

void call_set_up(struct call *f, gconstpointer data)
{
    (void)data;
    f->roster = roster_new(CALL_HISTORY_BYTES);
    f->idents = g_ptr_array_new_with_free_func(release);
    f->now_ns = 100 * S;
}

void call_tear_down(struct call *f, gconstpointer data)
{
    (void)data;
    roster_free(f->roster);
    g_ptr_array_free(f->idents, TRUE);
}

struct ident *call_keep(struct call *f, struct ident *ident)
{
    g_ptr_array_add(f->idents, ident);
    return ident;
}

struct ident *call_guest(struct call *f, enum guest_type type, const char *key, const char *alias)
{
    struct ident *i = call_keep(f, ident_new(KIND_GUEST, type, key));

    ident_set(&i->name, key);
    ident_add_alias(i, "", alias);
    return i;
}

struct ident *call_part(struct call *f, const struct ident *of, enum kind kind, const char *key)
{
    struct ident *i = call_keep(f, ident_new(kind, GUEST_NONE, key));

    i->owner = of ? of->serial : 0;
    return i;
}

void call_begin(struct call *f, unsigned source)
{
    f->sample = sample_new(source, S);
}

void call_add(struct call *f, enum facet facet, struct ident *ident)
{
    struct record *r = sample_add(f->sample, facet, ident);

    r->read_ns = f->now_ns;
    for (enum reading i = facet_begin(facet); i < facet_end(facet); i++)
        if (reading_type(i) != READING_GAUGE)
            record_set(r, i, (uint64_t)f->now_ns);
}

void call_merge(struct call *f)
{
    roster_merge(f->roster, f->sample);
    sample_unref(f->sample);
    f->sample = NULL;
}

void call_tick(struct call *f)
{
    f->now_ns += S;
    roster_tick(f->roster, f->now_ns, f->now_ns);
}

void call_run(struct call *f, unsigned source, enum facet facet, struct ident *a, struct ident *b)
{
    call_begin(f, source);
    if (a)
        call_add(f, facet, a);
    if (b)
        call_add(f, facet, b);
    call_merge(f);
    call_tick(f);
}

guint call_count(const struct call *f)
{
    return roster_guests(f->roster)->len;
}

struct entity *call_at(const struct call *f, guint i)
{
    g_assert_cmpuint(i, <, call_count(f));
    return g_ptr_array_index(roster_guests(f->roster), i);
}

struct entity *call_only(const struct call *f)
{
    g_assert_cmpuint(call_count(f), ==, 1);
    return call_at(f, 0);
}

struct entity *call_named(const struct call *f, const char *name)
{
    for (guint i = 0; i < call_count(f); i++)
        if (strcmp(entity_label(call_at(f, i), LABEL_NAME), name) == 0)
            return call_at(f, i);
    return NULL;
}

void call_check_reason(const struct entity *e, enum metric m, enum reason why)
{
    g_assert_cmpstr(reason_text(entity_value(e, m).reason), ==, reason_text(why));
}
