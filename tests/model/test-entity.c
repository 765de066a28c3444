/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The order of parts, states and their marks, labels by the rank of facets, ages, and departed
 * entities. */
#include "rollcall.h"

#include <math.h>
#include <string.h>

static struct entity *part_new(const char *key, enum kind kind)
{
    return entity_new(99, kind, GUEST_NONE, key);
}

static void insert(struct entity *e, const char *key, enum kind kind)
{
    guint at;

    g_assert_null(entity_find_part(e, kind, key, &at));
    entity_insert_part(e, part_new(key, kind), at);
}

/* Parts are sorted by kind, then by number, in whatever order they come. */
static void test_parts(void)
{
    static const char *const keys[] = {"cpu0",   "cpu1", "cpu2", "cpu9", "cpu10", "cpu11",
                                       "cpu100", "d",    "d01",  "d1",   "d1a",   "d:"};
    struct entity *e = entity_new(1, KIND_GUEST, GUEST_VM, NULL);
    enum { COUNT = G_N_ELEMENTS(keys) };

    g_assert_null(entity_next_part(e, KIND_VCPU, NULL));
    for (int i = 0; i < COUNT; i++) { /* 5 and 12 have no common divisor */
        insert(e, keys[(i * 5 + 3) % COUNT], KIND_VCPU);
        insert(e, keys[(i * 7 + 1) % COUNT], KIND_NIC);
    }
    for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
        int i = 0;
        for (struct entity *p = NULL; (p = entity_next_part(e, kind, p)); i++) {
            guint at = 0;
            g_assert_cmpstr(p->key, ==, keys[i]);
            g_assert_true(p->owner == e && entity_find_part(e, kind, keys[i], &at) == p);
            g_assert_cmpuint(at, ==, p->at);
        }
        g_assert_cmpint(i, ==, kind == KIND_VCPU || kind == KIND_NIC ? COUNT : 0);
    }
    entity_free(e);
}

/* Numbers too large for 64 bits are still told apart. */
static void test_huge_numbers(void)
{
    struct entity *a = part_new("d99999999999999999999998", KIND_DISK);
    struct entity *b = part_new("d99999999999999999999999", KIND_DISK);

    g_assert_cmpint(entity_compare_parts(a, b), <, 0);
    g_assert_cmpint(entity_compare_parts(b, a), >, 0);
    g_assert_cmpint(entity_compare_parts(a, a), ==, 0);
    entity_free(a);
    entity_free(b);
}

static void add_state(struct call *f, struct ident *vm, uint64_t state, uint64_t reason,
                      uint64_t hung_ms)
{
    struct record *r = sample_add(f->sample, FACET_DOMAIN, vm);

    r->read_ns = f->now_ns;
    record_set(r, R_DOM_STATE, state);
    record_set(r, R_DOM_STATE_REASON, reason);
    record_set(r, R_DOM_HUNG_MS, hung_ms);
}

static void test_states(struct call *f, gconstpointer data)
{
    static const struct {
        uint64_t state, reason, hung_ms;
        enum guest_state shown;
        enum state_reason why;
    } rows[] = {
        {STATE_RUN, 0, 0, STATE_RUN, WHY_NONE},
        {STATE_PAUSED, WHY_BY_USER, 0, STATE_PAUSED, WHY_BY_USER},
        {STATE_PAUSED, WHY_IO_ERROR, 0, STATE_PAUSED, WHY_IO_ERROR},
        {STATE_RUN, 0, 42000, STATE_HUNG, WHY_NONE},
        {STATE_COUNT, WHY_COUNT, 0, STATE_UNKNOWN, WHY_NONE}, /* which no source reports */
        {UINT64_MAX, UINT64_MAX, 0, STATE_UNKNOWN, WHY_NONE},
    };
    struct ident *vm = call_guest(f, GUEST_VM, "vm", NULL);

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        call_begin(f, LIBVIRT);
        add_state(f, vm, rows[i].state, rows[i].reason, rows[i].hung_ms);
        call_merge(f);
        call_tick(f);
        struct entity *e = call_only(f);
        int mark = history_mark_at(e->history, i + 1);
        g_assert_cmpint(entity_state(e), ==, rows[i].shown);
        g_assert_cmpint(entity_state_reason(e), ==, rows[i].why);
        g_assert_cmpint(mark_state(mark), ==, rows[i].shown);
        g_assert_cmpint(mark_reason(mark), ==, rows[i].why);
        g_assert_cmpstr(entity_label(e, LABEL_STATE), ==, guest_state_name(rows[i].shown));
    }
    g_assert_cmpint(mark_state(HISTORY_NO_MARK), ==, STATE_UNKNOWN);
    g_assert_cmpint(mark_reason(HISTORY_NO_MARK), ==, WHY_NONE);
}

/* The name of libvirt is preferred to that of the process, and that to the cgroup's. A label that
 * only one facet has comes from that facet. */
static void test_labels(struct call *f, gconstpointer data)
{
    struct ident *group = call_guest(f, GUEST_VM, "group", "x"),
                 *process = call_guest(f, GUEST_VM, "process", "x"),
                 *domain = call_guest(f, GUEST_VM, "domain", "x");

    (void)data;
    ident_set(&group->group, "machine.slice");
    process->pid = 77;
    call_begin(f, LOCAL);
    call_add(f, FACET_CGROUP, group);
    call_merge(f);
    g_assert_cmpstr(entity_label(call_only(f), LABEL_NAME), ==, "group");
    call_begin(f, LOCAL);
    call_add(f, FACET_CGROUP, group);
    call_add(f, FACET_PROCESS, process);
    call_merge(f);
    g_assert_cmpstr(entity_label(call_only(f), LABEL_NAME), ==, "process");
    call_begin(f, LIBVIRT);
    call_add(f, FACET_DOMAIN, domain);
    call_merge(f);
    struct entity *e = call_only(f);
    g_assert_cmpstr(entity_label(e, LABEL_NAME), ==, "domain");
    g_assert_cmpstr(entity_label(e, LABEL_GROUP), ==, "machine.slice");
    g_assert_cmpstr(entity_label(e, LABEL_IMAGE), ==, "");
    g_assert_cmpstr(entity_label(e, LABEL_TYPE), ==, "vm");
    g_assert_cmpint(entity_pid(e), ==, 77);
}

/* A departed entity still has labels, and a reason for every absent value. */
static void test_departed(struct call *f, gconstpointer data)
{
    struct ident *vm = call_guest(f, GUEST_VM, "vm", NULL),
                 *disk = call_part(f, vm, KIND_DISK, "vda");

    (void)data;
    for (int i = 0; i < 3; i++) {
        call_begin(f, LIBVIRT);
        call_add(f, FACET_DOMAIN, vm);
        call_add(f, FACET_DOMAIN_DISK, disk);
        call_merge(f);
        call_tick(f);
    }
    uint64_t serial = call_only(f)->serial;
    for (int i = 0; i < 8; i++)
        call_run(f, LIBVIRT, FACET_DOMAIN, NULL, NULL);
    struct entity *e = roster_find(f->roster, serial);
    g_assert_cmpuint(roster_departed(f->roster)->len, ==, 1);
    call_check_reason(e, M_CPU, REASON_GONE);
    g_assert_true(isnan(entity_number(e, M_CPU)));
    g_assert_cmpint(entity_reading(e, R_DOM_CPU_NS).reason, ==, REASON_GONE);
    g_assert_cmpint(entity_value_age(e, M_CPU, f->now_ns), ==, 0);
    g_assert_false(entity_value_is_stale(e, M_CPU, f->now_ns));
    g_assert_cmpint(entity_state(e), ==, STATE_GONE);
    g_assert_cmpstr(entity_label(e, LABEL_NAME), ==, "vm");
    g_assert_false(isnan(history_at(e->history, M_CPU, 3)));
    struct entity *vda = entity_next_part(e, KIND_DISK, NULL);
    g_assert_false(isnan(history_at(vda->history, M_DISK_READ, 3)));
    call_check_reason(vda, M_DISK_READ, REASON_GONE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test)                                                                            \
    g_test_add("/entity/" name, struct call, NULL, call_set_up, test, call_tear_down)
    g_test_add_func("/entity/parts", test_parts);
    g_test_add_func("/entity/huge-numbers", test_huge_numbers);
    ADD("states", test_states);
    ADD("labels", test_labels);
    ADD("departed", test_departed);
    return g_test_run();
}
