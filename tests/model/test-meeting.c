/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* How facets of one guest are matched, early or late; which guest owns a name that two claim; and
 * that memory does not grow on a host where guests come and go for weeks. */
#include "rollcall.h"

#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DOMAIN, PROCESS, GROUP, SIDES };
static const enum facet FACETS[SIDES] = {FACET_DOMAIN, FACET_PROCESS, FACET_CGROUP};

static struct ident *later(struct call *f, struct ident *old, const char *alias)
{
    struct ident *i = call_keep(f, ident_next_version(old));

    ident_add_alias(i, "", alias);
    return i;
}

/* One sample of each source with these, in this order. */
static void run_all(struct call *f, struct ident *const idents[], const enum facet facets[], int n)
{
    for (unsigned source = LOCAL; source <= LIBVIRT; source++) {
        call_begin(f, source);
        for (int i = 0; i < n; i++)
            if (idents[i] && (facets[i] == FACET_DOMAIN) == (source == LIBVIRT))
                call_add(f, facets[i], idents[i]);
        call_merge(f);
    }
    call_tick(f);
}

/* ---- late ---- */

/* libvirt and the cgroup are two rows until the process comes, or gets the names of both. From then
 * on they are one row, the older, with the history of both and without new baselines. */
static void meet_late(struct call *f, const int first[2], bool through_newcomer)
{
    struct ident *sides[SIDES] = {call_guest(f, GUEST_VM, "domain", "uuid:u"),
                                  call_guest(f, GUEST_VM, "process", NULL),
                                  call_guest(f, GUEST_VM, "group", "cgroup:/vm")};
    struct ident *shown[SIDES] = {NULL};

    if (through_newcomer) {
        ident_add_alias(sides[PROCESS], "uuid:", "u");
        ident_add_alias(sides[PROCESS], "cgroup:", "/vm");
    }
    for (int i = 0; i < 2; i++) {
        shown[first[i]] = sides[first[i]];
        run_all(f, shown, FACETS, SIDES);
        run_all(f, shown, FACETS, SIDES);
    }
    uint64_t elder = call_at(f, 0)->serial, younger = call_at(f, 1)->serial;
    g_assert_cmpuint(call_count(f), ==, 2);
    if (!through_newcomer) {
        sides[DOMAIN] = later(f, sides[DOMAIN], "meet:1");
        sides[PROCESS] = later(f, sides[PROCESS], "meet:1");
        ident_add_alias(sides[PROCESS], "meet:", "2");
        sides[GROUP] = later(f, sides[GROUP], "meet:2");
    }
    run_all(f, sides, FACETS, SIDES);
    struct entity *e = call_only(f);
    g_assert_cmpuint(e->serial, ==, elder);
    g_assert_true(roster_find(f->roster, elder) == e && roster_find(f->roster, younger) == e);
    for (int i = 0; i < SIDES; i++)
        g_assert_nonnull(entity_track(e, FACETS[i]));
    for (int i = 0; i < 2; i++)
        g_assert_cmpint(
            track_value(entity_track(e, FACETS[first[i]]), first[i] == DOMAIN    ? R_DOM_CPU_NS
                                                           : first[i] == PROCESS ? R_PROC_RUN_NS
                                                                                 : R_CG_CPU_NS)
                .reason,
            ==, REASON_OK);
    g_assert_false(isnan(history_at(e->history, M_CPU, 2)));
    g_assert_cmpfloat(entity_number(roster_host(f->roster), M_HOST_VMS), ==, 1);
}

static void test_late(struct call *f, gconstpointer data)
{
    static const int orders[4][2] = {
        {DOMAIN, GROUP}, {GROUP, DOMAIN}, {DOMAIN, PROCESS}, {PROCESS, GROUP}};
    const int *n = data;

    meet_late(f, orders[*n % 4], *n < 2);
}

/* The parts of both are merged by key. Guests nested in either are nested in the merged one. */
static void test_late_with_parts(struct call *f, gconstpointer data)
{
    static const enum facet facets[] = {FACET_DOMAIN,  FACET_VCPU_DOMAIN, FACET_DOMAIN_DISK,
                                        FACET_PROCESS, FACET_VCPU_THREAD, FACET_VCPU_THREAD,
                                        FACET_CGROUP};
    struct ident *domain = call_guest(f, GUEST_VM, "domain", "uuid:u"),
                 *process = call_guest(f, GUEST_VM, "process", NULL),
                 *inner = call_guest(f, GUEST_DOCKER, "inner", NULL);

    (void)data;
    inner->outer = g_strdup("process");
    struct ident *all[] = {
        domain,  call_part(f, domain, KIND_VCPU, "0"),  call_part(f, domain, KIND_DISK, "vda"),
        process, call_part(f, process, KIND_VCPU, "0"), call_part(f, process, KIND_VCPU, "1"),
        inner};
    /* the domain's vCPUs come from its own source */
    for (int i = 0; i < 3; i++) {
        call_begin(f, LIBVIRT);
        for (int k = 0; k < 3; k++)
            call_add(f, facets[k], all[k]);
        call_merge(f);
        call_begin(f, LOCAL);
        for (int k = 3; k < 7; k++)
            call_add(f, facets[k], all[k]);
        call_merge(f);
        call_tick(f);
        if (i == 1)
            all[3] = later(f, process, "uuid:u");
    }
    struct entity *e = call_named(f, "domain"), *vcpu = entity_next_part(e, KIND_VCPU, NULL);
    g_assert_cmpuint(call_count(f), ==, 2);
    g_assert_cmpuint(e->parts->len, ==, 3);
    g_assert_nonnull(entity_track(vcpu, FACET_VCPU_THREAD));
    g_assert_nonnull(entity_track(vcpu, FACET_VCPU_DOMAIN));
    g_assert_cmpint(entity_value(vcpu, M_VCPU_CPU).reason, ==, REASON_OK);
    g_assert_true(call_named(f, "inner")->outer == e);
    for (guint i = 0; i < e->parts->len; i++)
        g_assert_true(((struct entity *)g_ptr_array_index(e->parts, i))->owner == e);
}

/* ---- two guests that claim one name ---- */

static const enum facet GROUPS[] = {FACET_CGROUP, FACET_CGROUP, FACET_PROCESS};

/* Two rows stay two, in whatever order their records come, and keep their baselines. The first one
 * owns the name: another facet with that name is matched to it. */
static void test_contested(struct call *f, gconstpointer data)
{
    struct ident *a = call_guest(f, GUEST_LXC, "a", "name:x"),
                 *b = call_guest(f, GUEST_LXC, "b", "name:x");
    struct ident *third = call_guest(f, GUEST_LXC, "third", "name:x");

    (void)data;
    run_all(f, (struct ident *[]){a}, GROUPS, 1);
    uint64_t serial = call_only(f)->serial;
    for (int i = 0; i < 10; i++) {
        struct ident *order[] = {i % 2 ? a : b, i % 2 ? b : a, i > 4 ? third : NULL};
        run_all(f, order, GROUPS, 3);
        g_assert_cmpuint(call_count(f), ==, 2);
        g_assert_cmpuint(call_named(f, "b")->serial, ==, serial + 1);
        for (guint g = 0; g < 2; g++)
            call_check_reason(call_at(f, g), M_CPU,
                              i || call_at(f, g)->serial == serial ? REASON_OK
                                                                   : REASON_NO_BASELINE);
    }
    g_assert_nonnull(entity_track(roster_find(f->roster, serial), FACET_PROCESS));
    /* When the owner leaves, the other one owns the name. */
    for (int i = 0; i < 8; i++)
        run_all(f, (struct ident *[]){b}, GROUPS, 1);
    g_assert_cmpuint(call_only(f)->serial, ==, serial + 1);
    run_all(f, (struct ident *[]){b, NULL, third}, GROUPS, 3);
    g_assert_nonnull(entity_track(call_only(f), FACET_PROCESS));
}

/* One hypervisor over two connections: one row, fed by the first; by the other when that goes. */
static void test_seen_twice(struct call *f, gconstpointer data)
{
    struct ident *once = call_guest(f, GUEST_VM, "libvirt::u#1", "uuid:u"),
                 *again = call_guest(f, GUEST_VM, "libvirt::u#1", "uuid:u");

    (void)data;
    for (int i = 0; i < 12; i++) {
        call_begin(f, 1);
        if (i < 6)
            call_add(f, FACET_DOMAIN, once);
        call_merge(f);
        call_begin(f, 2);
        call_add(f, FACET_DOMAIN, again);
        call_add(f, FACET_VCPU_DOMAIN, call_part(f, again, KIND_VCPU, "0"));
        call_merge(f);
        call_tick(f);
        call_check_reason(call_only(f), M_CPU,
                          i == 0   ? REASON_NO_BASELINE
                          : i == 6 ? REASON_RESET
                                   : REASON_OK);
        g_assert_cmpint(call_only(f)->gone_ns, ==, 0);
        g_assert_cmpuint(entity_track(call_only(f), FACET_DOMAIN)->source, ==, i < 6 ? 1 : 2);
    }
}

/* A container claims the name of a VM; a guest claims the name of the guest around it. */
static void test_not_the_same(struct call *f, gconstpointer data)
{
    static const enum facet facets[] = {FACET_PROCESS, FACET_CGROUP, FACET_DOMAIN};
    struct ident *vm = call_guest(f, GUEST_VM, "vm", "uuid:u"),
                 *liar = call_guest(f, GUEST_DOCKER, "liar", "uuid:u"),
                 *inner = call_guest(f, GUEST_VM, "inner", NULL);

    (void)data;
    inner->outer = g_strdup("vm");
    run_all(f, (struct ident *[]){vm, liar, inner}, facets, 3);
    run_all(f, (struct ident *[]){vm, liar, later(f, inner, "uuid:u")}, facets, 3);
    g_assert_cmpuint(call_count(f), ==, 3);
    g_assert_true(call_named(f, "inner")->outer == call_named(f, "vm"));
}

/* ---- names that are reused ---- */

/* A VM restarts as another process: it keeps its row. */
static void test_begins_again(struct call *f, gconstpointer data)
{
    struct ident *first = call_guest(f, GUEST_VM, "pid:7@1", "uuid:u"),
                 *second = call_guest(f, GUEST_VM, "pid:9@5", "uuid:u");

    (void)data;
    call_run(f, LOCAL, FACET_PROCESS, first, NULL);
    uint64_t serial = call_only(f)->serial;
    call_run(f, LOCAL, FACET_PROCESS, NULL, NULL);
    call_run(f, LOCAL, FACET_PROCESS, second, NULL);
    g_assert_cmpuint(call_only(f)->serial, ==, serial);
    call_check_reason(call_only(f), M_CPU, REASON_RESET);
    call_run(f, LOCAL, FACET_PROCESS, second, NULL);
    call_check_reason(call_only(f), M_CPU, REASON_OK);
}

/* The process has gone, the defined VM stays; another process gets its pid. */
static void test_pid_reused(struct call *f, gconstpointer data)
{
    static const enum facet facets[] = {FACET_DOMAIN, FACET_PROCESS};
    struct ident *domain = call_guest(f, GUEST_VM, "domain", "uuid:u"),
                 *process = call_guest(f, GUEST_VM, "pid:7@1", "uuid:u"),
                 *other = call_guest(f, GUEST_VM, "pid:7@9", "pid:7");

    (void)data;
    ident_add_alias(process, "pid:", "7");
    run_all(f, (struct ident *[]){domain, process}, facets, 2);
    g_assert_cmpuint(call_count(f), ==, 1);
    run_all(f, (struct ident *[]){domain, NULL}, facets, 2);
    run_all(f, (struct ident *[]){domain, other}, facets, 2);
    g_assert_cmpuint(call_count(f), ==, 2);
}

/* ---- companions ---- */

/* The group of a machine is not a guest by itself, neither before nor after the machine. */
static void test_companion(struct call *f, gconstpointer data)
{
    static const enum facet facets[] = {FACET_CGROUP, FACET_PROCESS};
    struct ident *group = call_guest(f, GUEST_VM, "cgroup:/vm", NULL),
                 *process = call_guest(f, GUEST_VM, "process", "cgroup:/vm");

    (void)data;
    group->companion = true;
    run_all(f, (struct ident *[]){group}, facets, 1);
    g_assert_cmpuint(call_count(f), ==, 0);
    run_all(f, (struct ident *[]){group, process}, facets, 2);
    g_assert_nonnull(entity_track(call_only(f), FACET_CGROUP));
    for (int i = 0; i < 5; i++) {
        run_all(f, (struct ident *[]){group}, facets, 1);
        g_assert_cmpint(call_only(f)->gone_ns, >, 0);
    }
    for (int i = 0; i < 3; i++)
        run_all(f, (struct ident *[]){group}, facets, 1);
    g_assert_cmpuint(call_count(f), ==, 0);
}

/* A VM that turns out to run a container (Kata) is shown as that container. */
static void test_kata(struct call *f, gconstpointer data)
{
    static const enum facet facets[] = {FACET_CGROUP, FACET_PROCESS};
    struct ident *group = call_guest(f, GUEST_KATA, "cgroup:/pod", NULL),
                 *process = call_guest(f, GUEST_VM, "process", NULL);

    (void)data;
    run_all(f, (struct ident *[]){NULL, process}, facets, 2);
    g_assert_cmpint(call_only(f)->type, ==, GUEST_VM);
    run_all(f, (struct ident *[]){group, process}, facets, 2);
    process = later(f, process, "cgroup:/pod");
    process->companion = true;
    for (int i = 0; i < 3; i++) {
        run_all(f, (struct ident *[]){group, process}, facets, 2);
        g_assert_cmpint(call_only(f)->type, ==, GUEST_KATA);
        g_assert_cmpint(call_only(f)->gone_ns, ==, 0);
    }
    call_check_reason(call_only(f), M_CPU, REASON_OK);
    g_assert_cmpfloat(entity_number(roster_host(f->roster), M_HOST_VMS), ==, 0);
}

/* ---- weeks ---- */

enum { LIVING = 40, NAMES_IN_USE = 1000 };

/* with it memory is not counted, but leaks are found */
static bool is_sanitized(void)
{
    const char *said = g_getenv("VTOP_SANITIZED");

    return said && *said;
}

static struct ident *container(unsigned n)
{
    char text[120];

    g_snprintf(text, sizeof(text), "cgroup:/system.slice/docker-%08x%056x.scope", n % NAMES_IN_USE,
               n % NAMES_IN_USE);
    struct ident *i = ident_new(KIND_GUEST, GUEST_DOCKER, text);
    ident_set(&i->name, text + 28);
    ident_set(&i->id, text + 28);
    ident_set(&i->image, "registry.example.org/shop/nginx:1.27");
    g_snprintf(text, sizeof(text), "docker:%u", n % NAMES_IN_USE);
    ident_add_alias(i, "", text);
    return i;
}

static void add_container(struct call *f, struct ident *i)
{
    call_add(f, FACET_CGROUP, i);
    call_add(f, FACET_NET, i);
}

/* Fifty guests arrive each second, under names that others had, and live for less than a second to
 * some seconds. Only the live ones and those that left within five seconds have rows. */
static void test_churn(struct call *f, gconstpointer data)
{
    enum { ARRIVE = 50 };
    unsigned arrivals = is_sanitized() ? 10000 : 100000;
    struct ident *living[LIVING] = {NULL};
    size_t before = 0;

    (void)data;
    for (unsigned n = 0; n < arrivals;) {
        call_begin(f, LOCAL);
        for (int i = 0; i < ARRIVE; i++, n++) {
            struct ident **slot = &living[n * 7 % LIVING];
            ident_unref(*slot);
            *slot = container(n);
        }
        for (int i = 0; i < LIVING; i++)
            if (living[i])
                add_container(f, living[i]);
        call_merge(f);
        call_tick(f);
        guint here = 0;
        for (guint i = 0; i < call_count(f); i++) {
            const struct entity *e = call_at(f, i);
            here += e->gone_ns == 0;
            g_assert_true(!e->gone_ns || f->now_ns - e->gone_ns <= 6 * S);
        }
        g_assert_cmpuint(here, ==, LIVING);
        g_assert_cmpuint(roster_history_bytes(f->roster), <=, CALL_HISTORY_BYTES);
        if (n == arrivals / 2)
            before = mallinfo2().uordblks - roster_history_bytes(f->roster);
    }
    g_test_message("%u arrivals, %u departed remembered, %zu bytes of history; grown by %zd",
                   arrivals, roster_departed(f->roster)->len, roster_history_bytes(f->roster),
                   (ssize_t)(mallinfo2().uordblks - roster_history_bytes(f->roster) - before));
    g_assert_cmpuint(mallinfo2().uordblks - roster_history_bytes(f->roster), <=,
                     before + CALL_HISTORY_BYTES / 20);
    for (int i = 0; i < LIVING; i++)
        ident_unref(living[i]);
}

/* The memory of a container in the roster without its history. Its ident belongs to its source. */
static void test_memory(struct call *f, gconstpointer data)
{
    enum { CONTAINERS = 2000, BYTES_MAX = 2048 };
    struct ident *idents[CONTAINERS];

    (void)data;
    for (int i = 0; i < CONTAINERS; i++) {
        char *key = g_strdup_printf("cgroup:/system.slice/docker-%064x.scope", (unsigned)i);
        idents[i] = call_guest(f, GUEST_DOCKER, key, NULL);
        g_free(key);
    }
    size_t before = mallinfo2().uordblks;
    for (int t = 0; t < 3; t++) {
        call_begin(f, LOCAL);
        for (int i = 0; i < CONTAINERS; i++)
            add_container(f, idents[i]);
        call_merge(f);
        call_tick(f);
    }
    size_t used = mallinfo2().uordblks - before - roster_history_bytes(f->roster);
    g_test_message("%zu bytes per container", used / CONTAINERS);
    g_assert_true(is_sanitized() || used / CONTAINERS < BYTES_MAX);
}

int main(int argc, char **argv)
{
    static const int numbers[] = {0, 1, 2, 3, 4, 5};

    g_test_init(&argc, &argv, NULL);
#define ADD_WITH(name, data, test)                                                                 \
    g_test_add("/meeting/" name, struct call, data, call_set_up, test, call_tear_down)
#define ADD(name, test) ADD_WITH(name, NULL, test)
    ADD_WITH("late/process-last", &numbers[0], test_late);
    ADD_WITH("late/process-last-group-first", &numbers[1], test_late);
    ADD_WITH("late/alias-of-domain-and-process", &numbers[2], test_late);
    ADD_WITH("late/alias-of-process-and-group", &numbers[3], test_late);
    ADD_WITH("late/alias-of-domain-and-group", &numbers[4], test_late);
    ADD("late/with-parts", test_late_with_parts);
    ADD("contested", test_contested);
    ADD("seen-twice", test_seen_twice);
    ADD("not-the-same", test_not_the_same);
    ADD("reused/begins-again", test_begins_again);
    ADD("reused/pid", test_pid_reused);
    ADD("companion/group", test_companion);
    ADD("companion/kata", test_kata);
    ADD("churn", test_churn);
    ADD("memory", test_memory);
    return g_test_run();
}
