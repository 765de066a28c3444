/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include "scene.h"

#include <math.h>
#include <string.h>

enum { READINGS_MAX = 64 };
struct line {
    struct ident *ident;
    enum facet facet;
    struct {
        bool known;
        enum reason why;
        double value, total;
    } readings[READINGS_MAX];
};

static void release(void *ident)
{
    ident_unref(ident);
}

void scene_set_up(struct scene *s, gconstpointer data)
{
    (void)data;
    s->roster = roster_new(16 << 20);
    s->idents = g_ptr_array_new_with_free_func(release);
    s->lines = g_ptr_array_new_with_free_func(g_free);
    s->host = ident_new(KIND_HOST, GUEST_NONE, IDENT_LOCAL_HOST);
    g_ptr_array_add(s->idents, s->host);
    s->now_ns = 1000 * SECOND;
}

void scene_tear_down(struct scene *s, gconstpointer data)
{
    (void)data;
    roster_free(s->roster);
    g_ptr_array_free(s->lines, TRUE);
    g_ptr_array_free(s->idents, TRUE);
}

struct ident *scene_guest(struct scene *s, enum guest_type type, const char *key)
{
    struct ident *i = ident_new(KIND_GUEST, type, key);

    ident_set(&i->name, key);
    g_ptr_array_add(s->idents, i);
    return i;
}

struct ident *scene_part(struct scene *s, const struct ident *guest, enum kind kind,
                         const char *key)
{
    struct ident *i = ident_new(kind, GUEST_NONE, key);

    ident_set(&i->name, key);
    i->owner = guest ? guest->serial : 0;
    g_ptr_array_add(s->idents, i);
    return i;
}

static struct line *line_of(struct scene *s, struct ident *ident, enum facet facet)
{
    struct line *l;

    for (guint i = 0; i < s->lines->len; i++) {
        l = g_ptr_array_index(s->lines, i);
        if (l->ident == ident && l->facet == facet)
            return l;
    }
    l = g_new0(struct line, 1);
    l->ident = ident;
    l->facet = facet;
    g_ptr_array_add(s->lines, l);
    return l;
}

void scene_set(struct scene *s, struct ident *ident, enum reading r, double value)
{
    struct line *l = line_of(s, ident, reading_facet(r));
    size_t i = (size_t)(r - facet_begin(l->facet));

    g_assert_cmpuint(i, <, READINGS_MAX);
    if (!l->readings[i].known)
        l->readings[i].total = 1e12;
    l->readings[i].known = true;
    l->readings[i].value = value;
}

void scene_absent(struct scene *s, struct ident *ident, enum reading r, enum reason why)
{
    struct line *l = line_of(s, ident, reading_facet(r));
    size_t i = (size_t)(r - facet_begin(l->facet));

    l->readings[i].known = false;
    l->readings[i].why = why;
}

struct ident *scene_vm(struct scene *s, const char *key, double cores)
{
    struct ident *vm = scene_guest(s, GUEST_VM, key);

    scene_set(s, vm, R_CG_CPU_NS, cores * 1e9);
    return vm;
}

struct ident *scene_container(struct scene *s, const char *key, double cores)
{
    struct ident *c = scene_guest(s, GUEST_DOCKER, key);

    scene_set(s, c, R_CG_CPU_NS, cores * 1e9);
    return c;
}

void scene_set_times(struct scene *s, struct ident *ident, enum reading user)
{
    static const double seconds[] = {1.2, 0.1, 0.3, 1.6, 0.2, 0.05, 0.15, 0.4, 0.8, 0.1};

    for (size_t i = 0; i < G_N_ELEMENTS(seconds); i++)
        scene_set(s, ident, user + (enum reading)i, seconds[i] * 1e9);
}

void scene_busy_host(struct scene *s)
{
    scene_set_times(s, s->host, R_HOST_USER_NS);
    scene_set(s, s->host, R_HOST_CPUS_ONLINE, 4);
}

void scene_remove(struct scene *s, const struct ident *ident)
{
    for (guint i = s->lines->len; i-- > 0;)
        if (((struct line *)g_ptr_array_index(s->lines, i))->ident == ident)
            g_ptr_array_remove_index(s->lines, i);
}

static void add_record(struct scene *s, struct sample *sample, struct line *l)
{
    struct record *record = sample_add(sample, l->facet, l->ident);

    record->read_ns = s->now_ns;
    for (enum reading r = facet_begin(l->facet); r < facet_end(l->facet); r++) {
        size_t i = (size_t)(r - facet_begin(l->facet));
        bool gauge = reading_type(r) == READING_GAUGE;
        if (!l->readings[i].known) {
            record_absent(record, r, l->readings[i].why ? l->readings[i].why : REASON_NOT_READ);
            continue;
        }
        l->readings[i].total += l->readings[i].value;
        record_set(record, r, (uint64_t)(gauge ? l->readings[i].value : l->readings[i].total));
    }
}

void scene_run(struct scene *s, int seconds)
{
    while (seconds-- > 0) {
        struct sample *sample = sample_new(0, SECOND);
        s->now_ns += SECOND;
        for (guint i = 0; i < s->lines->len; i++)
            add_record(s, sample, g_ptr_array_index(s->lines, i));
        roster_merge(s->roster, sample);
        roster_tick(s->roster, s->now_ns, s->now_ns);
        sample_unref(sample);
    }
}

struct entity *scene_host(const struct scene *s)
{
    return roster_host(s->roster);
}

struct entity *scene_entity(const struct scene *s, const char *key)
{
    const GPtrArray *guests = roster_guests(s->roster);

    for (guint i = 0; i < guests->len; i++) {
        struct entity *e = g_ptr_array_index(guests, i);
        if (strcmp(entity_label(e, LABEL_NAME), key) == 0)
            return e;
    }
    return NULL;
}

struct entity *scene_entity_part(const struct scene *s, const char *guest, enum kind kind,
                                 const char *key)
{
    struct entity *owner = guest ? scene_entity(s, guest) : scene_host(s);

    for (struct entity *p = NULL; owner && (p = entity_next_part(owner, kind, p));)
        if (strcmp(p->key, key) == 0)
            return p;
    return NULL;
}

void scene_check(const struct entity *e, enum metric m, double expected)
{
    struct value v = entity_value(e, m);

    g_test_message("%s: %g, %s", metric_info(m)->id, v.number, reason_text(v.reason));
    g_assert_cmpint(v.reason, ==, REASON_OK);
    g_assert_cmpfloat_with_epsilon(v.number, expected, 1e-6 * (fabs(expected) + 1));
    g_assert_cmpfloat(entity_number(e, m), ==, v.number);
}

void scene_check_absent(const struct entity *e, enum metric m, enum reason why)
{
    struct value v = entity_value(e, m);

    g_test_message("%s: %g, %s", metric_info(m)->id, v.number, reason_text(v.reason));
    g_assert_cmpstr(reason_text(v.reason), ==, reason_text(why));
    g_assert_true(isnan(entity_number(e, m)));
}
