/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/outline.h"


enum { COMPLETE = 1, STILL = 2, HAS_HOST = 4 };
enum { COMPANION = 1 };
enum { SAMPLES_MAX = 1024, STATUSES_MAX = 1024 };

/* ---- writing: idents ---- */

struct known {
    uint32_t number;
    struct ident *ident; /* the last version that was written */
};

struct outline_idents {
    GHashTable *by_serial; /* struct known */
    GPtrArray *known;      /* struct known, by number */
    GByteArray *defined;   /* of the tick that is written */
    size_t count;
};

static void free_known(void *p)
{
    ident_unref(((struct known *)p)->ident);
    g_free(p);
}

struct outline_idents *outline_idents_new(void)
{
    struct outline_idents *i = g_new0(struct outline_idents, 1);

    i->by_serial = g_hash_table_new(g_int64_hash, g_int64_equal);
    i->known = g_ptr_array_new_with_free_func(free_known);
    i->defined = g_byte_array_new();
    return i;
}

void outline_idents_free(struct outline_idents *i)
{
    if (!i)
        return;
    g_hash_table_destroy(i->by_serial); /* its keys are in the idents */
    g_ptr_array_free(i->known, TRUE);
    g_byte_array_free(i->defined, TRUE);
    g_free(i);
}

size_t outline_idents_count(const struct outline_idents *i)
{
    return i->known->len;
}

static void define(struct outline_idents *idents, const struct known *k)
{
    const struct ident *i = k->ident;
    GByteArray *to = idents->defined;

    idents->count++;
    bytes_put_number(to, k->number);
    bytes_put_number(to, i->serial);
    bytes_put_byte(to, i->kind);
    bytes_put_byte(to, i->type);
    bytes_put_byte(to, i->companion ? COMPANION : 0);
    bytes_put_number(to, i->owner);
    bytes_put_signed(to, i->pid);
    bytes_put_text(to, i->key);
    bytes_put_number(to, g_strv_length(i->alias));
    for (char **alias = i->alias; *alias; alias++)
        bytes_put_text(to, *alias);
    bytes_put_text(to, i->outer);
    bytes_put_text(to, i->name);
    bytes_put_text(to, i->id);
    bytes_put_text(to, i->group);
    bytes_put_text(to, i->image);
}

static void renew(struct outline_idents *idents, struct known *k, struct ident *ident)
{
    struct ident *before = k->ident;

    k->ident = ident_ref(ident);
    g_hash_table_replace(idents->by_serial, &k->ident->serial, k);
    ident_unref(before);
    define(idents, k);
}

/* The number of an ident; one that is new, or a new version, is defined first. */
static uint32_t number_of(struct outline_idents *idents, struct ident *ident)
{
    struct known *k = g_hash_table_lookup(idents->by_serial, &ident->serial);

    if (k && k->ident == ident)
        return k->number;
    if (!k) {
        k = g_new0(struct known, 1);
        k->number = idents->known->len;
        g_ptr_array_add(idents->known, k);
    }
    renew(idents, k, ident);
    return k->number;
}

/* ---- writing: samples ---- */

static void write_statuses(GByteArray *to, const struct sample *s, int64_t mono_ns)
{
    bytes_put_number(to, s->statuses->len);
    for (guint i = 0; i < s->statuses->len; i++) {
        const struct source_status *status = &g_array_index(s->statuses, struct source_status, i);
        bytes_put_text(to, status->name);
        bytes_put_text(to, status->message);
        bytes_put_byte(to, status->state);
        bytes_put_signed(to, mono_ns - status->since_ns);
    }
}

static void write_sample(GByteArray *to, struct outline_idents *idents, const struct sample *s,
                         int64_t mono_ns, GArray *records)
{
    unsigned flags = (s->complete ? COMPLETE : 0) | (s->still ? STILL : 0) |
                     (s->host ? HAS_HOST : 0);

    bytes_put_byte(to, flags);
    bytes_put_number(to, s->source);
    if (s->host)
        bytes_put_number(to, number_of(idents, s->host));
    bytes_put_signed(to, s->interval_ns);
    bytes_put_signed(to, s->suspended_ns);
    write_statuses(to, s, mono_ns);
    bytes_put_number(to, s->records->len);
    for (guint i = 0; i < s->records->len; i++) {
        const struct record *r = g_ptr_array_index(s->records, i);
        struct outline_record written;
        memset(&written, 0, sizeof(written)); /* its padding is compared, too */
        written.number = number_of(idents, r->ident);
        written.facet = r->facet;
        bytes_put_byte(to, written.facet);
        bytes_put_number(to, written.number);
        g_array_append_val(records, written);
    }
}

void outline_write(GByteArray *to, struct outline_idents *idents, const struct record_tick *tick,
                   bool all, GArray *records)
{
    GByteArray *samples = g_byte_array_new();

    g_byte_array_set_size(idents->defined, 0);
    idents->count = 0;
    for (guint i = 0; i < idents->known->len && all; i++)
        define(idents, g_ptr_array_index(idents->known, i));
    bytes_put_number(samples, tick->samples->len);
    for (guint i = 0; i < tick->samples->len; i++)
        write_sample(samples, idents, g_ptr_array_index(tick->samples, i), tick->mono_ns,
                     records);
    bytes_put_number(to, idents->count);
    bytes_put(to, idents->defined->data, idents->defined->len);
    bytes_put(to, samples->data, samples->len);
    g_byte_array_free(samples, TRUE);
}

/* ---- reading: idents ---- */

/* Serials of a session keep their order, which decides between rows that are equal otherwise. Each
 * session has a range of its own, above all serials that sources of this process give. */
enum { RANGE_BITS = 40 };

struct outline_serials {
    GHashTable *ranges; /* session -> number of its range */
};

struct outline_serials *outline_serials_new(void)
{
    struct outline_serials *s = g_new0(struct outline_serials, 1);

    s->ranges = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    return s;
}

void outline_serials_free(struct outline_serials *s)
{
    if (!s)
        return;
    g_hash_table_destroy(s->ranges);
    g_free(s);
}

static uint64_t range_of(struct outline_serials *s, uint64_t session)
{
    static _Atomic uint64_t last; /* ranges are unique in the process */
    const uint64_t *known = g_hash_table_lookup(s->ranges, &session);

    if (known)
        return *known;
    uint64_t range = ++last;
    g_hash_table_insert(s->ranges, g_memdup2(&session, sizeof(session)),
                        g_memdup2(&range, sizeof(range)));
    return range;
}

static bool is_serial(uint64_t serial)
{
    return serial && serial >> RANGE_BITS == 0;
}

/* 0 stays 0: no ident. */
static uint64_t serial_here(struct outline_serials *s, uint64_t session, uint64_t serial)
{
    return is_serial(serial) ? range_of(s, session) << RANGE_BITS | serial : 0;
}

uint64_t outline_serial(uint64_t here)
{
    return here & ((UINT64_C(1) << RANGE_BITS) - 1);
}

/* Labels of a file are as hostile as those of a host. */
static void read_label(char **label, struct bytes *from)
{
    char *raw = bytes_text(from);

    ident_set(label, raw);
    g_free(raw);
}

static void read_aliases(struct ident *i, struct bytes *from)
{
    uint64_t count = bytes_number_to(from, IDENT_ALIASES);

    for (uint64_t a = 0; a < count && !from->bad; a++) {
        char *alias = bytes_text(from);
        ident_add_alias(i, "", alias);
        g_free(alias);
    }
}

/* NULL: its kind is not known. */
static struct ident *read_ident(struct bytes *from, const struct glossary *n,
                                struct outline_serials *serials)
{
    uint64_t serial = bytes_number(from);
    unsigned kind = n->kinds[bytes_byte(from)], type = n->types[bytes_byte(from)];
    unsigned flags = bytes_byte(from);
    uint64_t owner = bytes_number(from);
    int64_t pid = bytes_signed(from);
    char *key = bytes_text(from);
    struct ident *i = ident_new((enum kind)(kind < KIND_COUNT ? kind : 0),
                                (enum guest_type)(type < GUEST_TYPE_COUNT ? type : GUEST_NONE),
                                key ? key : "");

    i->serial = serial_here(serials, n->session, serial);
    i->owner = serial_here(serials, n->session, owner);
    i->companion = flags & COMPANION;
    i->pid = pid > 0 && pid <= G_MAXINT32 ? (pid_t)pid : 0;
    read_aliases(i, from);
    i->outer = bytes_text(from);
    read_label(&i->name, from);
    read_label(&i->id, from);
    read_label(&i->group, from);
    read_label(&i->image, from);
    g_free(key);
    bool known = kind < KIND_COUNT && type < GUEST_TYPE_COUNT && is_serial(serial) && !from->bad;
    if (known)
        return i;
    ident_unref(i);
    return NULL;
}

static void release_ident(void *i)
{
    ident_unref(i);
}

GPtrArray *outline_chain_new(void)
{
    return g_ptr_array_new_with_free_func(release_ident);
}

static void read_idents(struct outline *o, struct bytes *from, const struct glossary *n,
                        struct outline_serials *serials, GPtrArray *chain)
{
    size_t count = bytes_count(from);

    for (size_t i = 0; i < count && !from->bad; i++) {
        uint64_t number = bytes_number_to(from, chain->len);
        struct ident *ident = read_ident(from, n, serials);
        if (from->bad) {
            ident_unref(ident);
        } else if (number == chain->len) {
            g_ptr_array_add(chain, ident);
        } else {
            g_ptr_array_add(o->retired, chain->pdata[number]);
            chain->pdata[number] = ident;
        }
    }
}

/* ---- reading: samples ---- */

static void read_status(struct sample *s, struct bytes *from, const struct glossary *n,
                        int64_t mono_ns)
{
    char *name = bytes_text(from), *message = bytes_text(from);
    unsigned state = n->source_states[bytes_byte(from)];
    int64_t since_ns = bytes_minus(mono_ns, bytes_signed(from));

    if (name && !from->bad)
        sample_add_status(s, name,
                          state < SOURCE_STATE_COUNT ? (enum source_state)state : SOURCE_FAILED,
                          since_ns, message);
    g_free(name);
    g_free(message);
}

static void read_records(struct outline *o, struct outline_sample *s, struct bytes *from,
                         const GPtrArray *chain)
{
    s->first = o->records->len;
    s->count = (guint)bytes_count(from);
    for (guint i = 0; i < s->count && !from->bad; i++) {
        struct outline_record r = {.facet = (uint8_t)bytes_byte(from)};
        r.number = (uint32_t)bytes_number_to(from, G_MAXUINT32);
        from->bad |= r.number >= chain->len;
        if (from->bad)
            break;
        r.ident = chain->pdata[r.number];
        g_array_append_val(o->records, r);
    }
}

static void read_sample(struct outline *o, struct bytes *from, const struct glossary *n,
                        const GPtrArray *chain, int64_t mono_ns)
{
    unsigned flags = bytes_byte(from);
    uint64_t source = bytes_number_to(from, SAMPLE_SOURCES_MAX - 1);
    uint64_t host = flags & HAS_HOST ? bytes_number(from) : 0;
    struct outline_sample s = {.sample = sample_new((unsigned)source, bytes_signed(from))};

    s.sample->complete = flags & COMPLETE;
    s.sample->still = flags & STILL;
    s.sample->suspended_ns = bytes_signed(from);
    if (flags & HAS_HOST && host < chain->len && chain->pdata[host])
        sample_set_host(s.sample, chain->pdata[host]);
    uint64_t statuses = bytes_number_to(from, STATUSES_MAX);
    for (uint64_t i = 0; i < statuses && !from->bad; i++)
        read_status(s.sample, from, n, mono_ns);
    read_records(o, &s, from, chain);
    g_array_append_val(o->samples, s);
}

static void release_outline_sample(void *p)
{
    sample_unref(((struct outline_sample *)p)->sample);
}

struct outline *outline_new(void)
{
    struct outline *o = g_new0(struct outline, 1);

    o->samples = g_array_new(FALSE, FALSE, sizeof(struct outline_sample));
    g_array_set_clear_func(o->samples, release_outline_sample);
    o->records = g_array_new(FALSE, FALSE, sizeof(struct outline_record));
    o->retired = outline_chain_new();
    return o;
}

void outline_free(struct outline *o)
{
    if (!o)
        return;
    g_array_free(o->samples, TRUE);
    g_array_free(o->records, TRUE);
    g_ptr_array_free(o->retired, TRUE);
    g_free(o);
}

bool outline_read(struct outline *o, struct bytes *from, const struct glossary *names,
                  struct outline_serials *serials, GPtrArray *chain, int64_t mono_ns)
{
    read_idents(o, from, names, serials, chain);
    uint64_t samples = bytes_number_to(from, SAMPLES_MAX);
    for (uint64_t i = 0; i < samples && !from->bad; i++)
        read_sample(o, from, names, chain, mono_ns);
    return !from->bad;
}
