/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Which guests are present: how facets are matched, when guests leave, and that rows are right with
 * two sources, restarts, wrong aliases and thousands of guests that come and go. */
#include "rollcall.h"

#include <string.h>

/* ---- matching facets ---- */

/* libvirt, the process and the cgroup of one VM, by alias and by key, in one tick or one after the
 * other, in any order: one row with all facets. */
static void meet_in_order(const int order[3], bool at_once)
{
    struct call f;

    call_set_up(&f, NULL);
    struct ident *idents[3] = {call_guest(&f, GUEST_VM, "domain-1", "uuid:u"),
                               call_guest(&f, GUEST_VM, "pid:7@99", "uuid:u"),
                               call_guest(&f, GUEST_VM, "cgroup:/vm", "pid:7")};
    static const enum facet facets[3] = {FACET_DOMAIN, FACET_PROCESS, FACET_CGROUP};
    ident_add_alias(idents[1], "", "cgroup:/vm");
    for (int i = 0; i < 3; i++) {
        call_begin(&f, (unsigned)order[i]);
        call_add(&f, facets[order[i]], idents[order[i]]);
        call_merge(&f);
        if (!at_once)
            call_tick(&f);
    }
    call_tick(&f);
    struct entity *e = call_only(&f);
    for (int i = 0; i < 3; i++)
        g_assert_nonnull(entity_track(e, facets[i]));
    g_assert_cmpstr(entity_label(e, LABEL_NAME), ==, "domain-1");
    call_tear_down(&f, NULL);
}

static void test_meet_through_the_process(void)
{
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                     {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    for (int i = 0; i < 6; i++) {
        meet_in_order(orders[i], true);
        meet_in_order(orders[i], false);
    }
}

/* ---- leaving ---- */

static void test_gone_lingers(struct call *f, gconstpointer data)
{
    struct ident *a = call_guest(f, GUEST_DOCKER, "a", NULL),
                 *b = call_guest(f, GUEST_DOCKER, "b", NULL);

    (void)data;
    call_run(f, LOCAL, FACET_CGROUP, a, b);
    call_run(f, LOCAL, FACET_CGROUP, a, b);
    uint64_t serial = call_named(f, "b")->serial;
    for (int i = 0; i < 5; i++) {
        call_run(f, LOCAL, FACET_CGROUP, a, NULL);
        g_assert_cmpuint(call_count(f), ==, 2);
        g_assert_cmpint(call_named(f, "b")->gone_ns, >, 0);
        g_assert_cmpint(entity_state(call_named(f, "b")), ==, STATE_GONE);
        call_check_reason(call_named(f, "b"), M_CPU, REASON_OK); /* as it was */
        g_assert_cmpint(call_named(f, "a")->gone_ns, ==, 0);
    }
    call_run(f, LOCAL, FACET_CGROUP, a, NULL);
    call_run(f, LOCAL, FACET_CGROUP, a, NULL);
    g_assert_cmpuint(call_count(f), ==, 1);
    g_assert_cmpint(roster_find(f->roster, serial)->gone_ns, >, 0); /* among the departed */
    g_assert_nonnull(roster_find(f->roster, call_named(f, "a")->serial));
    call_run(f, LOCAL, FACET_CGROUP, a, b); /* back: a new guest */
    g_assert_cmpuint(call_named(f, "b")->serial, !=, serial);
}

/* Gone between two samples that came before the first tick. */
static void test_gone_before_first_tick(struct call *f, gconstpointer data)
{
    (void)data;
    call_begin(f, LOCAL);
    call_add(f, FACET_CGROUP, call_guest(f, GUEST_DOCKER, "a", NULL));
    call_merge(f);
    call_begin(f, LOCAL);
    call_merge(f);
    g_assert_cmpint(call_only(f)->gone_ns, >, 0);
    for (int i = 0; i < 7; i++)
        call_tick(f);
    g_assert_cmpuint(call_count(f), ==, 0);
}

static void test_back_in_time(struct call *f, gconstpointer data)
{
    struct ident *a = call_guest(f, GUEST_DOCKER, "a", NULL);

    (void)data;
    call_run(f, LOCAL, FACET_CGROUP, a, NULL);
    call_run(f, LOCAL, FACET_CGROUP, a, NULL);
    uint64_t serial = call_only(f)->serial;
    call_run(f, LOCAL, FACET_CGROUP, NULL, NULL);
    call_run(f, LOCAL, FACET_CGROUP, a, NULL);
    g_assert_cmpuint(call_only(f)->serial, ==, serial);
    g_assert_cmpint(call_only(f)->gone_ns, ==, 0);
    call_check_reason(call_only(f), M_CPU, REASON_OK);
    static const enum guest_state states[] = {STATE_RUN, STATE_RUN, STATE_GONE, STATE_RUN};
    for (uint64_t t = 1; t <= 4; t++)
        g_assert_cmpint(mark_state(history_mark_at(call_only(f)->history, t)), ==, states[t - 1]);
}

/* A saved tree: each sample adds what it has, and there are no rates. */
static void test_still(struct call *f, gconstpointer data)
{
    struct ident *a = call_guest(f, GUEST_DOCKER, "a", NULL),
                 *b = call_guest(f, GUEST_SERVICE, "b", NULL);

    (void)data;
    for (int i = 0; i < 3; i++) {
        call_begin(f, LOCAL);
        f->sample->still = true;
        call_add(f, FACET_CGROUP, a);
        if (i)
            call_add(f, FACET_CGROUP, b);
        call_merge(f);
        call_tick(f);
        g_assert_cmpuint(call_count(f), ==, i ? 2 : 1);
        call_check_reason(call_named(f, "a"), M_CPU, REASON_NO_BASELINE);
    }
}

/* Made anew under its old key: the same row, new baselines, never a rate across the two. */
static void test_restart(struct call *f, gconstpointer data)
{
    (void)data;
    for (int life = 0; life < 3; life++) {
        struct ident *a = call_guest(f, GUEST_DOCKER, "a", NULL);
        call_run(f, LOCAL, FACET_CGROUP, a, NULL);
        call_check_reason(call_only(f), M_CPU, life ? REASON_RESET : REASON_NO_BASELINE);
        call_run(f, LOCAL, FACET_CGROUP, a, NULL);
        call_check_reason(call_only(f), M_CPU, REASON_OK);
        g_assert_cmpuint(call_only(f)->serial, ==, 2); /* the host is 1 */
    }
}

/* A source that could not ask removes nothing: the row keeps what it has, and it ages. */
static void test_incomplete(struct call *f, gconstpointer data)
{
    struct ident *a = call_guest(f, GUEST_VM, "a", NULL), *disk = call_part(f, a, KIND_DISK, "vda");

    (void)data;
    for (int i = 0; i < 2; i++) {
        call_begin(f, LIBVIRT);
        call_add(f, FACET_DOMAIN, a);
        call_add(f, FACET_DOMAIN_DISK, disk);
        call_merge(f);
        call_tick(f);
    }
    for (int i = 0; i < 20; i++) {
        call_begin(f, LIBVIRT);
        f->sample->complete = false;
        call_merge(f);
        call_tick(f);
    }
    struct entity *e = call_only(f);
    g_assert_cmpint(e->gone_ns, ==, 0);
    g_assert_nonnull(entity_next_part(e, KIND_DISK, NULL));
    call_check_reason(e, M_CPU, REASON_OK);
    g_assert_cmpint(entity_value_age(e, M_CPU, f->now_ns), ==, 21 * S);
    g_assert_true(entity_value_is_stale(e, M_CPU, f->now_ns));
}

static void test_newcomers(struct call *f, gconstpointer data)
{
    struct ident *a = call_guest(f, GUEST_DOCKER, "a", NULL),
                 *b = call_guest(f, GUEST_DOCKER, "b", NULL);
    struct ident *vm = call_guest(f, GUEST_VM, "vm", NULL);

    (void)data;
    call_run(f, LOCAL, FACET_CGROUP, a, NULL);
    g_assert_false(call_named(f, "a")->newcomer);
    call_run(f, LOCAL, FACET_CGROUP, a, b);
    g_assert_true(call_named(f, "b")->newcomer);
    g_assert_cmpint(call_named(f, "b")->first_ns, ==, f->now_ns - S);
    call_begin(
        f, LIBVIRT); /* the daemon answers for the first time: it may have been there for years */
    call_add(f, FACET_DOMAIN, vm);
    call_merge(f);
    g_assert_false(call_named(f, "vm")->newcomer);
}

/* ---- parts ---- */

static void test_parts_come_and_go(struct call *f, gconstpointer data)
{
    struct ident *a = call_guest(f, GUEST_VM, "a", NULL),
                 *sda = call_part(f, NULL, KIND_DISK, "sda");
    struct ident *disks[3] = {call_part(f, a, KIND_DISK, "vda"), call_part(f, a, KIND_DISK, "vdb"),
                              call_part(f, a, KIND_DISK, "vdc")};

    (void)data;
    for (int gone = -1; gone < 3; gone++) {
        call_begin(f, LIBVIRT);
        call_add(f, FACET_DOMAIN, a);
        for (int i = 0; i < 3; i++)
            if (i != gone)
                call_add(f, FACET_DOMAIN_DISK, disks[i]);
        if (gone < 1)
            call_add(f, FACET_HOST_DISK, sda);
        call_merge(f);
        call_tick(f);
        g_assert_cmpuint(call_only(f)->parts->len, ==, gone < 0 ? 3 : 2);
        g_assert_true((entity_next_part(roster_host(f->roster), KIND_DISK, NULL) != NULL) ==
                      (gone < 1));
    }
}

/* A vCPU as a thread and as libvirt sees it: one part with two facets, from two sources. */
static void test_parts_of_two_sources(struct call *f, gconstpointer data)
{
    struct ident *domain = call_guest(f, GUEST_VM, "d", "uuid:u"),
                 *process = call_guest(f, GUEST_VM, "p", "uuid:u");
    struct ident *seen = call_part(f, domain, KIND_VCPU, "0"),
                 *thread = call_part(f, process, KIND_VCPU, "0");

    (void)data;
    for (int i = 0; i < 2; i++) {
        call_begin(f, LIBVIRT);
        call_add(f, FACET_DOMAIN, domain);
        call_add(f, FACET_VCPU_DOMAIN, seen);
        call_merge(f);
        call_begin(f, LOCAL);
        call_add(f, FACET_PROCESS, process);
        call_add(f, FACET_VCPU_THREAD, thread);
        call_merge(f);
        call_tick(f);
    }
    struct entity *vcpu = entity_next_part(call_only(f), KIND_VCPU, NULL);
    g_assert_nonnull(entity_track(vcpu, FACET_VCPU_THREAD));
    g_assert_nonnull(entity_track(vcpu, FACET_VCPU_DOMAIN));
    g_assert_null(entity_next_part(call_only(f), KIND_VCPU, vcpu));
    call_check_reason(vcpu, M_VCPU_CPU, REASON_OK);
    call_run(f, LOCAL, FACET_PROCESS, process, NULL); /* no longer looked at closely */
    vcpu = entity_next_part(call_only(f), KIND_VCPU, NULL);
    g_assert_null(entity_track(vcpu, FACET_VCPU_THREAD));
    g_assert_nonnull(entity_track(vcpu, FACET_VCPU_DOMAIN));
}

/* ---- nesting ---- */

static void test_nested(struct call *f, gconstpointer data)
{
    struct ident *inner = call_guest(f, GUEST_DOCKER, "inner", NULL),
                 *outer = call_guest(f, GUEST_LXC, "outer", "o");

    (void)data;
    inner->outer = g_strdup("o");
    call_run(f, LOCAL, FACET_CGROUP, inner, NULL);
    g_assert_null(call_named(f, "inner")->outer);
    call_run(f, LOCAL, FACET_CGROUP, inner, outer); /* found late */
    call_run(f, LOCAL, FACET_CGROUP, inner, outer);
    g_assert_true(call_named(f, "inner")->outer == call_named(f, "outer"));
    for (int i = 0; i < 8; i++)
        call_run(f, LOCAL, FACET_CGROUP, inner, NULL);
    g_assert_null(call_only(f)->outer);
    call_run(f, LOCAL, FACET_CGROUP, outer, inner);
    g_assert_true(call_named(f, "inner")->outer == call_named(f, "outer"));
}

/* Nested in a cycle, and in itself: following `outer` must end. */
static void test_nested_in_circle(struct call *f, gconstpointer data)
{
    struct ident *a = call_guest(f, GUEST_DOCKER, "a", NULL),
                 *b = call_guest(f, GUEST_DOCKER, "b", NULL);
    struct ident *c = call_guest(f, GUEST_DOCKER, "c", NULL);

    (void)data;
    a->outer = g_strdup("b");
    b->outer = g_strdup("c");
    c->outer = g_strdup("a");
    for (int i = 0; i < 3; i++) {
        call_begin(f, LOCAL);
        call_add(f, FACET_CGROUP, a);
        call_add(f, FACET_CGROUP, b);
        call_add(f, FACET_CGROUP, c);
        call_merge(f);
        call_tick(f);
    }
    for (guint i = 0; i < call_count(f); i++) {
        int steps = 0;
        for (struct entity *e = call_at(f, i); e; e = e->outer)
            g_assert_cmpint(++steps, <, 4);
    }
}

/* ---- sources ---- */

static void test_statuses(struct call *f, gconstpointer data)
{
    (void)data;
    call_begin(f, LIBVIRT);
    sample_add_status(f->sample, "qemu:///system", SOURCE_OK, 1, NULL);
    call_merge(f);
    call_begin(f, LOCAL);
    sample_add_status(f->sample, "cgroup", SOURCE_OK, 1, NULL);
    sample_add_status(f->sample, "docker", SOURCE_DENIED, 2, "no permission");
    call_merge(f);
    call_begin(f, LIBVIRT);
    f->sample->complete = false;
    sample_add_status(f->sample, "qemu:///system", SOURCE_STALE, 1, "no answer");
    call_merge(f);
    const GArray *all = roster_statuses(f->roster);
    static const char *const names[] = {"cgroup", "docker", "qemu:///system"};
    g_assert_cmpuint(all->len, ==, 3);
    for (guint i = 0; i < 3; i++)
        g_assert_cmpstr(g_array_index(all, struct source_status, i).name, ==, names[i]);
    g_assert_cmpint(g_array_index(all, struct source_status, 2).state, ==, SOURCE_STALE);
    g_assert_cmpstr(g_array_index(all, struct source_status, 2).message, ==, "no answer");
}

/* After a suspend of this machine, counts from before do not belong to the seconds since. */
static void test_suspend(struct call *f, gconstpointer data)
{
    struct ident *a = call_guest(f, GUEST_DOCKER, "a", NULL);

    (void)data;
    for (int i = 0; i < 4; i++) {
        call_begin(f, LOCAL);
        f->sample->suspended_ns = i < 2 ? 0 : 30 * S;
        call_add(f, FACET_CGROUP, a);
        call_merge(f);
        call_tick(f);
        call_check_reason(call_only(f), M_CPU,
                          i == 0   ? REASON_NO_BASELINE
                          : i == 2 ? REASON_GAP
                                   : REASON_OK);
    }
}

/* A facet that its source repeats without reading it anew ages. The next reading is not a gap. */
static void test_slow_facet(struct call *f, gconstpointer data)
{
    struct ident *a = call_guest(f, GUEST_VM, "a", NULL);
    struct record *kept = record_new(FACET_MONITOR, a);

    (void)data;
    kept->interval_ns = 10 * S;
    for (int i = 0; i < 25; i++) {
        if (i % 10 == 0) {
            kept->read_ns = f->now_ns;
            record_set(kept, R_MON_EXITS, (uint64_t)(f->now_ns / 1000));
        }
        call_begin(f, LIBVIRT);
        call_add(f, FACET_DOMAIN, a);
        sample_add_copy(f->sample, kept);
        call_merge(f);
        call_tick(f);
        call_check_reason(call_only(f), M_EXITS, i < 10 ? REASON_NO_BASELINE : REASON_OK);
        g_assert_false(entity_value_is_stale(call_only(f), M_EXITS, f->now_ns));
        g_assert_cmpint(entity_value_age(call_only(f), M_CPU, f->now_ns), ==, S);
    }
    g_assert_cmpfloat(entity_number(call_only(f), M_EXITS), ==, 1e6);
    record_free(kept);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test)                                                                            \
    g_test_add("/roster/" name, struct call, NULL, call_set_up, test, call_tear_down)
    g_test_add_func("/roster/meet/through-the-process", test_meet_through_the_process);
    ADD("leave/lingers", test_gone_lingers);
    ADD("leave/before-first-tick", test_gone_before_first_tick);
    ADD("leave/back-in-time", test_back_in_time);
    ADD("leave/restart", test_restart);
    ADD("still", test_still);
    ADD("leave/incomplete", test_incomplete);
    ADD("newcomers", test_newcomers);
    ADD("parts/come-and-go", test_parts_come_and_go);
    ADD("parts/of-two-sources", test_parts_of_two_sources);
    ADD("nested", test_nested);
    ADD("nested-in-circle", test_nested_in_circle);
    ADD("statuses", test_statuses);
    ADD("suspend", test_suspend);
    ADD("slow-facet", test_slow_facet);
    return g_test_run();
}
