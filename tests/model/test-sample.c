/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Idents and samples: references, versions, absent until set, nothing left behind. */
#include "model/sample.h"

#include <string.h>

static void test_ident_refs(void)
{
    struct ident *i = ident_new(KIND_GUEST, GUEST_DOCKER, "docker:1");

    ident_set(&i->name, "web\033[2J");
    g_assert_cmpstr(i->name, ==, "web\xef\xbf\xbd[2J");
    ident_set(&i->name, "web");
    g_assert_cmpstr(i->name, ==, "web");
    ident_set(&i->name, NULL);
    g_assert_null(i->name);
    g_assert_true(ident_ref(i) == i);
    ident_unref(i);
    g_assert_cmpstr(i->key, ==, "docker:1"); /* still there */
    ident_unref(i);
    ident_unref(NULL);
}

static void test_ident_serials(void)
{
    struct ident *a = ident_new(KIND_GUEST, GUEST_VM, "k"),
                 *b = ident_new(KIND_GUEST, GUEST_VM, "k");

    g_assert_cmpuint(a->serial, !=, 0);
    g_assert_cmpuint(a->serial, !=, b->serial);
    ident_unref(a);
    ident_unref(b);
}

static void test_ident_aliases(void)
{
    struct ident *i = ident_new(KIND_GUEST, GUEST_VM, "k");

    /* "uuid:" alone would be shared by all that have none */
    ident_add_alias(i, "uuid:", NULL);
    ident_add_alias(i, "uuid:", "");
    g_assert_null(i->alias[0]);
    for (int n = 0; n < IDENT_ALIASES; n++)
        ident_add_alias(i, "pid:", "7");
    g_assert_cmpstr(i->alias[0], ==, "pid:7");
    g_assert_cmpstr(i->alias[IDENT_ALIASES - 1], ==, "pid:7");
    ident_unref(i);
}

static void test_ident_next_version(void)
{
    struct ident *old = ident_new(KIND_GUEST, GUEST_DOCKER, "k");

    ident_set(&old->name, "3f2a");
    ident_set(&old->image, "nginx");
    ident_add_alias(old, "pid:", "7");
    old->outer = g_strdup("vm");
    old->pid = 7;
    ident_ref(old);
    struct ident *new = ident_next_version(old);
    ident_set(&new->name, "web");
    ident_unref(old);
    ident_unref(old);
    g_assert_cmpstr(new->name, ==, "web");
    g_assert_cmpstr(new->image, ==, "nginx");
    g_assert_cmpstr(new->alias[0], ==, "pid:7");
    g_assert_cmpstr(new->outer, ==, "vm");
    g_assert_cmpint(new->pid, ==, 7);
    ident_unref(new);
}

static void test_records(void)
{
    struct ident *i = ident_new(KIND_GUEST, GUEST_DOCKER, "k");
    struct sample *s = sample_new(3, 1000000000);
    struct record *r = sample_add(s, FACET_CGROUP, i);
    uint64_t value = 5;

    g_assert_true(s->complete);
    g_assert_cmpuint(s->source, ==, 3);
    for (enum reading x = facet_begin(FACET_CGROUP); x < facet_end(FACET_CGROUP); x++) {
        g_assert_false(record_get(r, x, &value));
        g_assert_cmpint(record_reason(r, x), ==, REASON_NOT_READ);
    }
    g_assert_cmpuint(value, ==, 5);
    record_set(r, R_CG_TASKS, 0);
    g_assert_true(record_get(r, R_CG_TASKS, &value));
    g_assert_cmpuint(value, ==, 0);
    record_absent(r, R_CG_TASKS, REASON_NO_CONTROLLER);
    g_assert_false(record_get(r, R_CG_TASKS, &value));
    record_all_absent(r, R_CG_PSI_CPU_SOME_NS, R_CG_PSI_IO_FULL_NS, REASON_PRESSURE_OFF);
    g_assert_cmpint(record_reason(r, R_CG_PSI_CPU_SOME_NS), ==, REASON_PRESSURE_OFF);
    g_assert_cmpint(record_reason(r, R_CG_PSI_IO_FULL_NS), ==, REASON_PRESSURE_OFF);
    g_assert_cmpint(record_reason(r, R_CG_FROZEN), ==, REASON_NOT_READ);
    sample_unref(s);
    ident_unref(i);
}

/* Records of every facet, enough for many chunks, each aligned and apart from the others. */
static void test_many_records(void)
{
    enum { EACH = 2000 };
    struct sample *s = sample_new(0, 1);
    struct ident *idents[FACET_COUNT];

    for (enum facet f = 0; f < FACET_COUNT; f++)
        idents[f] = ident_new(facet_kind(f), GUEST_NONE, "k");
    for (uint64_t n = 0; n < EACH; n++) {
        for (enum facet f = 0; f < FACET_COUNT; f++) {
            struct record *r = sample_add(s, f, idents[f]);
            g_assert_cmpuint((uintptr_t)r % sizeof(uint64_t), ==, 0);
            if (facet_begin(f) == facet_end(f))
                continue; /* it has texts only */
            record_set(r, facet_begin(f), n);
            record_set(r, facet_end(f) - 1, n + f);
        }
    }
    g_assert_cmpuint(s->records->len, ==, EACH * FACET_COUNT);
    for (guint i = 0; i < s->records->len; i++) {
        struct record *r = g_ptr_array_index(s->records, i);
        uint64_t first, last;
        if (facet_begin(r->facet) == facet_end(r->facet))
            continue;
        g_assert_true(record_get(r, facet_begin(r->facet), &first));
        g_assert_true(record_get(r, facet_end(r->facet) - 1, &last));
        g_assert_cmpuint(last, ==, i / FACET_COUNT + r->facet);
        g_assert_true(first == i / FACET_COUNT || facet_end(r->facet) - facet_begin(r->facet) == 1);
    }
    for (enum facet f = 0; f < FACET_COUNT; f++)
        ident_unref(idents[f]); /* the records hold theirs */
    sample_ref(s);
    sample_unref(s);
    sample_unref(s);
    sample_unref(NULL);
}

/* A packed copy says what the record said: values of any length, and reasons. */
static void test_packed(void)
{
    struct ident *i = ident_new(KIND_GUEST, GUEST_DOCKER, "k");
    struct sample *s = sample_new(0, 1);
    struct record *from = record_new(FACET_CGROUP, i);
    uint64_t value;

    from->read_ns = 7;
    for (int n = 0; n < 64 * 20; n++) {
        for (enum reading x = R_CGROUP_BEGIN; x < R_CGROUP_END; x++)
            if (((int)x + n) % 3)
                record_set(from, x, (UINT64_MAX >> n % 64) - (uint64_t)x);
            else
                record_absent(from, x, (enum reason)(1 + ((int)x + n) % (REASON_COUNT - 1)));
        if (n == 0)
            record_set(from, R_CGROUP_LAST, 0);
        sample_add_packed(s, from);
        const struct record *r = g_ptr_array_index(s->records, n);
        uint64_t values[RECORD_MAX];
        uint8_t reasons[RECORD_MAX];
        record_read(r, values, reasons);
        g_assert_cmpint(r->facet, ==, FACET_CGROUP);
        g_assert_cmpint(r->read_ns, ==, 7);
        for (enum reading x = R_CGROUP_BEGIN; x < R_CGROUP_END; x++) {
            uint64_t there = 0;
            bool known = record_get(from, x, &value);
            g_assert_cmpint(record_reason(r, x), ==, record_reason(from, x));
            g_assert_cmpint(reasons[x - R_CGROUP_BEGIN], ==, record_reason(from, x));
            g_assert_true(record_get(r, x, &there) == known);
            g_assert_true(!known || (there == value && values[x - R_CGROUP_BEGIN] == value));
        }
    }
    record_free(from);
    sample_unref(s);
    g_assert_true(g_atomic_ref_count_compare(&i->refs, 1)); /* there is no other reference */
    ident_unref(i);
}

static void test_statuses(void)
{
    struct sample *s = sample_new(0, 1);

    sample_add_status(s, "docker", SOURCE_ABSENT, 5, "no \033socket");
    sample_add_status(s, "cgroup", SOURCE_OK, 6, NULL);
    const struct source_status *first = &g_array_index(s->statuses, struct source_status, 0);
    g_assert_cmpstr(first->message, ==, "no \xef\xbf\xbdsocket");
    g_assert_cmpint(first->since_ns, ==, 5);
    g_assert_null(g_array_index(s->statuses, struct source_status, 1).message);
    g_assert_cmpstr(source_state_name(SOURCE_OK), ==, "ok");
    g_assert_cmpstr(source_state_name(SOURCE_DENIED), ==, "denied");
    g_assert_cmpstr(source_state_name(SOURCE_FAILED), ==, "failed");
    sample_unref(s);
}

/* The last reference may go in any thread: counts must not be lost. */
static void *use_refs(void *p)
{
    struct sample *s = p;

    for (int i = 0; i < 20000; i++) {
        sample_unref(sample_ref(s));
        struct record *r = g_ptr_array_index(s->records, 0);
        ident_unref(ident_ref(r->ident));
    }
    sample_unref(s);
    return NULL;
}

static void test_threads(void)
{
    struct ident *i = ident_new(KIND_GUEST, GUEST_DOCKER, "k");
    struct sample *s = sample_new(0, 1);
    GThread *threads[4];

    sample_add(s, FACET_CGROUP, i);
    ident_unref(i);
    for (size_t t = 0; t < G_N_ELEMENTS(threads); t++)
        threads[t] = g_thread_new("refs", use_refs, sample_ref(s));
    sample_unref(s);
    for (size_t t = 0; t < G_N_ELEMENTS(threads); t++)
        g_thread_join(threads[t]);
}

static void *make_idents(void *p)
{
    GArray *serials = p;

    for (int i = 0; i < 5000; i++) {
        struct ident *ident = ident_new(KIND_GUEST, GUEST_DOCKER, "k");
        g_array_append_val(serials, ident->serial);
        ident_unref(ident);
    }
    return NULL;
}

static void test_serials_across_threads(void)
{
    GHashTable *seen = g_hash_table_new(g_int64_hash, g_int64_equal);
    GArray *serials[4];
    GThread *threads[4];

    for (size_t t = 0; t < G_N_ELEMENTS(threads); t++) {
        serials[t] = g_array_new(FALSE, FALSE, sizeof(uint64_t));
        threads[t] = g_thread_new("idents", make_idents, serials[t]);
    }
    for (size_t t = 0; t < G_N_ELEMENTS(threads); t++)
        g_thread_join(threads[t]);
    for (size_t t = 0; t < G_N_ELEMENTS(threads); t++)
        for (guint i = 0; i < serials[t]->len; i++)
            g_assert_true(g_hash_table_add(seen, &g_array_index(serials[t], uint64_t, i)));
    g_hash_table_destroy(seen);
    for (size_t t = 0; t < G_N_ELEMENTS(threads); t++)
        g_array_free(serials[t], TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sample/ident-refs", test_ident_refs);
    g_test_add_func("/sample/ident-serials", test_ident_serials);
    g_test_add_func("/sample/ident-aliases", test_ident_aliases);
    g_test_add_func("/sample/ident-next-version", test_ident_next_version);
    g_test_add_func("/sample/records", test_records);
    g_test_add_func("/sample/many-records", test_many_records);
    g_test_add_func("/sample/packed", test_packed);
    g_test_add_func("/sample/statuses", test_statuses);
    g_test_add_func("/sample/threads", test_threads);
    g_test_add_func("/sample/serials-across-threads", test_serials_across_threads);
    return g_test_run();
}
