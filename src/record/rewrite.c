/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/rewrite.h"

#include "model/pack.h"
#include "record/outline.h"

#include <string.h>

struct rewriter {
    const struct disguise *disguise;
    GHashTable *idents; /* struct ident * -> struct ident *: both owned */
};

static void release(void *i)
{
    ident_unref(i);
}

struct rewriter *rewriter_new(const struct disguise *disguise)
{
    struct rewriter *r = g_new0(struct rewriter, 1);

    r->disguise = disguise;
    r->idents = g_hash_table_new_full(NULL, NULL, release, release);
    return r;
}

void rewriter_free(struct rewriter *r)
{
    if (!r)
        return;
    g_hash_table_destroy(r->idents);
    g_free(r);
}

void rewriter_forget(struct rewriter *r)
{
    g_hash_table_remove_all(r->idents);
}

/* ---- idents ---- */

static char *key_of(const struct disguise *d, const char *text)
{
    return d ? disguise_key(d, text) : g_strdup(text);
}

static void set_label(const struct disguise *d, char **label, const char *text)
{
    char *other = d ? disguise_text(d, text) : g_strdup(text);

    ident_set(label, other);
    g_free(other);
}

static struct ident *make_ident(const struct disguise *any, const struct ident *from)
{
    const struct disguise *d = disguise_keeps((enum kind)from->kind) ? NULL : any;
    char *key = key_of(d, from->key);
    struct ident *i = ident_new((enum kind)from->kind, (enum guest_type)from->type, key);

    i->serial = outline_serial(from->serial);
    i->owner = outline_serial(from->owner);
    i->companion = from->companion;
    i->pid = from->pid;
    i->outer = key_of(d, from->outer);
    for (char **a = from->alias; *a; a++) {
        char *alias = key_of(d, *a);
        ident_add_alias(i, "", alias);
        g_free(alias);
    }
    set_label(d, &i->name, from->name);
    set_label(d, &i->id, from->id);
    set_label(d, &i->group, from->group);
    set_label(d, &i->image, from->image);
    g_free(key);
    return i;
}

static struct ident *ident_for(struct rewriter *r, struct ident *from)
{
    struct ident *i = g_hash_table_lookup(r->idents, from);

    if (i)
        return i;
    i = make_ident(r->disguise, from);
    g_hash_table_insert(r->idents, ident_ref(from), i);
    return i;
}

/* ---- samples ---- */

static void add_status(struct sample *to, const struct disguise *d, const struct source_status *s)
{
    char *name = d ? disguise_text(d, s->name) : g_strdup(s->name);
    char *message = d ? disguise_message(d, s->message) : g_strdup(s->message);

    sample_add_status(to, name, s->state, s->since_ns, message);
    g_free(name);
    g_free(message);
}

static void add_record(struct sample *to, struct ident *ident, const struct record *r)
{
    uint8_t bytes[sizeof(uint64_t) + PACK_ROOM(RECORD_MAX)]; /* eight are read before a pack */
    uint8_t *pack = bytes + sizeof(uint64_t);

    memset(bytes, 0, sizeof(uint64_t));
    record_pack(r, pack);
    struct record *added = sample_add_pack(to, (enum facet)r->facet, ident, pack);
    added->read_ns = r->read_ns;
    added->interval_ns = r->interval_ns;
}

static struct sample *make_sample(struct rewriter *r, const struct sample *from)
{
    struct sample *s = sample_new(from->source, from->interval_ns);

    s->complete = from->complete;
    s->still = from->still;
    s->suspended_ns = from->suspended_ns;
    if (from->host)
        sample_set_host(s, ident_for(r, from->host));
    for (guint i = 0; i < from->statuses->len; i++)
        add_status(s, r->disguise, &g_array_index(from->statuses, struct source_status, i));
    for (guint i = 0; i < from->records->len; i++) {
        const struct record *record = g_ptr_array_index(from->records, i);
        add_record(s, ident_for(r, record->ident), record);
    }
    return s;
}

struct record_tick *rewriter_tick(struct rewriter *r, const struct record_tick *tick)
{
    struct record_tick *t = record_tick_new();
    GPtrArray *samples = t->samples;

    *t = *tick;
    t->samples = samples;
    for (guint i = 0; i < tick->samples->len; i++)
        g_ptr_array_add(samples, make_sample(r, g_ptr_array_index(tick->samples, i)));
    return t;
}
