/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/sample.h"

#include "base/text.h"
#include "model/pack.h"

#include <string.h>

static uint64_t next_serial(void)
{
    static _Atomic uint64_t last; /* identities are unique across all threads of the process */

    return ++last;
}

#define FACET(id, ...)                                                                             \
    _Static_assert(R_##id##_END - R_##id##_BEGIN <= RECORD_MAX, "a facet has more readings");
#include "model/metrics.def"

static char *const NO_ALIAS[] = {NULL};

struct ident *ident_new(enum kind kind, enum guest_type type, const char *key)
{
    struct ident *i = g_new0(struct ident, 1);

    g_atomic_ref_count_init(&i->refs);
    i->serial = next_serial();
    i->kind = (uint8_t)kind;
    i->type = (uint8_t)type;
    i->key = g_strdup(key);
    i->alias = (char **)NO_ALIAS;
    return i;
}

/* The places of all its texts, the key first. Returns their number. */
enum { IDENT_TEXTS = IDENT_ALIASES + 6 };
static int texts_of(struct ident *i, char **texts[IDENT_TEXTS])
{
    int n = 0;

    texts[n++] = &i->key;
    texts[n++] = &i->outer;
    texts[n++] = &i->name;
    texts[n++] = &i->id;
    texts[n++] = &i->group;
    texts[n++] = &i->image;
    for (int a = 0; i->alias[a]; a++)
        texts[n++] = &i->alias[a];
    return n;
}

struct ident *ident_next_version(const struct ident *old)
{
    struct ident *i = memcpy(g_new(struct ident, 1), old, offsetof(struct ident, texts));
    char **texts[IDENT_TEXTS];

    g_atomic_ref_count_init(&i->refs);
    i->packed = false;
    if (i->alias[0])
        i->alias = g_memdup2(i->alias, (IDENT_ALIASES + 1) * sizeof(*i->alias));
    for (int t = texts_of(i, texts) - 1; t >= 0; t--)
        *texts[t] = g_strdup(*texts[t]);
    return i;
}

struct ident *ident_pack(struct ident *i)
{
    char **texts[IDENT_TEXTS];
    const char *packed[IDENT_TEXTS];
    int count = texts_of(i, texts);

    g_return_val_if_fail(!i->packed && g_atomic_ref_count_compare(&i->refs, 1), i);
    for (int t = 0; t < count; t++)
        packed[t] = *texts[t];
    struct ident *pack = text_pack(offsetof(struct ident, texts), packed, (size_t)count);
    for (int t = 0; t < count; t++) {
        g_free(*texts[t]);
        *texts[t] = (char *)packed[t];
    }
    memcpy(pack, i, offsetof(struct ident, texts));
    pack->packed = true;
    g_free(i);
    return pack;
}

void ident_set(char **label, const char *raw)
{
    g_free(*label);
    *label = text_clean(raw, -1);
}

void ident_add_alias(struct ident *i, const char *prefix, const char *value)
{
    guint count = g_strv_length(i->alias);

    if (!value || !*value)
        return; /* the prefix alone would be an alias of all that lack a value */
    g_return_if_fail(count < IDENT_ALIASES);
    if (!count)
        i->alias = g_new0(char *, IDENT_ALIASES + 1);
    i->alias[count] = g_strconcat(prefix, value, NULL);
}

const char *ident_group_path(const struct ident *i)
{
    const char *const *name = (const char *const *)i->alias;

    for (const char *text = i->key; text; text = *name++)
        if (*text == '/')
            return text;
    return NULL;
}

struct ident *ident_ref(struct ident *i)
{
    g_atomic_ref_count_inc(&i->refs);
    return i;
}

void ident_unref(struct ident *i)
{
    char **texts[IDENT_TEXTS];

    if (!i || !g_atomic_ref_count_dec(&i->refs))
        return;
    for (int t = texts_of(i, texts) - 1; t >= 0 && !i->packed; t--)
        g_free(*texts[t]);
    if (i->alias != NO_ALIAS)
        g_free(i->alias);
    g_free(i);
}

size_t ident_size(const struct ident *i)
{
    char **texts[IDENT_TEXTS];
    size_t size = sizeof(*i);

    for (int t = texts_of((struct ident *)i, texts) - 1; t >= 0; t--)
        size += *texts[t] ? strlen(*texts[t]) + 1 : 0;
    return size;
}

static const char *const STATES[SOURCE_STATE_COUNT] = {"ok",     "stale",  "absent",
                                                        "denied", "failed", "partial"};

const char *source_state_name(enum source_state s)
{
    return STATES[s];
}

enum source_state source_state_find(const char *name)
{
    enum source_state s = SOURCE_OK;

    while (s < SOURCE_STATE_COUNT && strcmp(STATES[s], name) != 0)
        s++;
    return s;
}

static void status_clear(void *p)
{
    struct source_status *s = p;

    g_free(s->name);
    g_free(s->message);
}

static void record_release(void *p)
{
    ident_unref(((struct record *)p)->ident);
}

struct sample *sample_new(unsigned source, int64_t interval_ns)
{
    struct sample *s = g_new0(struct sample, 1);

    g_atomic_ref_count_init(&s->refs);
    s->source = source;
    s->complete = true;
    s->interval_ns = interval_ns;
    s->records = g_ptr_array_new_with_free_func(record_release);
    s->statuses = g_array_new(FALSE, TRUE, sizeof(struct source_status));
    g_array_set_clear_func(s->statuses, status_clear);
    s->chunks = g_ptr_array_new_with_free_func(g_free);
    return s;
}

void sample_set_host(struct sample *s, struct ident *host)
{
    ident_unref(s->host);
    s->host = ident_ref(host);
}

struct sample *sample_ref(struct sample *s)
{
    g_atomic_ref_count_inc(&s->refs);
    return s;
}

void sample_unref(struct sample *s)
{
    if (!s || !g_atomic_ref_count_dec(&s->refs))
        return;
    g_ptr_array_free(s->records, TRUE); /* before the chunks they live in */
    g_array_free(s->statuses, TRUE);
    g_ptr_array_free(s->chunks, TRUE);
    ident_unref(s->host);
    g_free(s);
}

static size_t aligned(size_t size)
{
    return (size + 7) & ~(size_t)7;
}

/* Records are small and many, and are freed together, so they are allocated in chunks. With the
 * header of malloc a chunk has two pages. */
static void *carve(struct sample *s, size_t size)
{
    enum { CHUNK = 8192 - 16 };

    size = aligned(size);
    if (!s->chunks->len || s->chunk_used + size > CHUNK) {
        g_ptr_array_add(s->chunks, g_malloc(CHUNK));
        s->chunk_used = 0;
    }
    void *p = (char *)g_ptr_array_index(s->chunks, s->chunks->len - 1) + s->chunk_used;
    s->chunk_used += size;
    return p;
}

static size_t slots(enum facet facet)
{
    return (size_t)(facet_end(facet) - facet_begin(facet));
}

/* ---- records ----
 * A mark is the reason why there is no value. A packed record is a pack (pack.h) from there on. */

/* Where values begin that are not packed. */
static size_t values_at(enum facet facet)
{
    return aligned(offsetof(struct record, marks) + slots(facet));
}

static uint64_t *values_of(const struct record *r)
{
    return (uint64_t *)(void *)((char *)r + values_at(r->facet));
}

static size_t record_size(enum facet facet)
{
    return values_at(facet) + slots(facet) * sizeof(uint64_t);
}

static struct record *record_init(void *memory, enum facet facet, struct ident *ident)
{
    struct record *r = memory;

    *r = (struct record){.facet = (uint8_t)facet, .ident = ident_ref(ident)};
    memset(r->marks, REASON_NOT_READ, slots(facet));
    return r;
}

struct record *sample_add(struct sample *s, enum facet facet, struct ident *ident)
{
    struct record *r = record_init(carve(s, record_size(facet)), facet, ident);

    g_ptr_array_add(s->records, r);
    return r;
}

struct record *record_new(enum facet facet, struct ident *ident)
{
    return record_init(g_malloc(record_size(facet)), facet, ident);
}

void record_free(struct record *r)
{
    if (!r)
        return;
    ident_unref(r->ident);
    g_free(r);
}

struct record *sample_add_copy(struct sample *s, const struct record *from)
{
    struct record *r = sample_add(s, from->facet, from->ident);

    r->read_ns = from->read_ns;
    r->interval_ns = from->interval_ns;
    memcpy(r->marks, from->marks, record_size(r->facet) - offsetof(struct record, marks));
    return r;
}

size_t record_pack(const struct record *r, uint8_t *to)
{
    size_t n = slots(r->facet);

    if (!r->packed)
        return pack_write(to, values_of(r), r->marks, n);
    size_t size = pack_size(r->marks, n);
    memcpy(to, r->marks, size);
    return size;
}

void sample_add_packed(struct sample *s, const struct record *from)
{
    size_t room = offsetof(struct record, marks) + PACK_ROOM(slots(from->facet));
    struct record *r = carve(s, room);

    g_assert(!from->packed);
    memcpy(r, from, offsetof(struct record, marks));
    r->packed = true;
    ident_ref(r->ident);
    g_ptr_array_add(s->records, r);
    size_t taken = offsetof(struct record, marks) + record_pack(from, r->marks);
    s->chunk_used -= aligned(room) - aligned(taken);
}

struct record *sample_add_pack(struct sample *s, enum facet facet, struct ident *ident,
                               const uint8_t *pack)
{
    size_t size = pack_size(pack, slots(facet));
    struct record *r = carve(s, offsetof(struct record, marks) + size);

    *r = (struct record){.facet = (uint8_t)facet, .packed = true, .ident = ident_ref(ident)};
    memcpy(r->marks, pack, size);
    g_ptr_array_add(s->records, r);
    return r;
}

void record_read(const struct record *r, uint64_t values[RECORD_MAX], uint8_t reasons[RECORD_MAX])
{
    if (r->packed) {
        pack_read(r->marks, values, reasons, slots(r->facet));
        return;
    }
    memcpy(values, values_of(r), slots(r->facet) * sizeof(values[0]));
    memcpy(reasons, r->marks, slots(r->facet));
}

void sample_add_status(struct sample *s, const char *name, enum source_state state,
                       int64_t since_ns, const char *message)
{
    struct source_status status = {.name = text_clean(name, -1),
                                   .message = text_clean(message, -1),
                                   .state = state,
                                   .since_ns = since_ns};

    g_array_append_val(s->statuses, status);
}

static size_t slot_of(const struct record *r, enum reading reading)
{
    g_assert(reading_facet(reading) == r->facet);
    return (size_t)(reading - facet_begin(r->facet));
}

void record_set(struct record *r, enum reading reading, uint64_t value)
{
    size_t slot = slot_of(r, reading);

    g_assert(!r->packed);
    values_of(r)[slot] = value;
    r->marks[slot] = REASON_OK;
}

void record_absent(struct record *r, enum reading reading, enum reason why)
{
    g_assert(!r->packed);
    r->marks[slot_of(r, reading)] = (uint8_t)why;
}

void record_all_absent(struct record *r, enum reading first, enum reading last, enum reason why)
{
    for (enum reading i = first; i <= last; i++)
        record_absent(r, i, why);
}

enum reason record_reason(const struct record *r, enum reading reading)
{
    uint8_t mark = r->marks[slot_of(r, reading)];

    return mark & PACK_KNOWN ? REASON_OK : (enum reason)mark;
}

bool record_get(const struct record *r, enum reading reading, uint64_t *out)
{
    size_t slot = slot_of(r, reading);

    if (r->packed)
        return pack_get(r->marks, slots(r->facet), slot, out) == REASON_OK;
    if (r->marks[slot] != REASON_OK)
        return false;
    *out = values_of(r)[slot];
    return true;
}
