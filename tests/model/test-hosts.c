/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Several hosts in one roster: which host a record is about, the ledger of each host, when two
 * hosts are merged, and what happens to their guests then. */
#include "rollcall.h"

#include <string.h>

static struct ident *host_ident(struct call *f, const char *key, const char *alias)
{
    struct ident *i = call_keep(f, ident_new(KIND_HOST, GUEST_NONE, key));

    ident_set(&i->name, key);
    ident_add_alias(i, "", alias);
    return i;
}

/* A complete sample: the host, as the facet sees it, with guests as libvirt's domains. A CPU of the
 * host counts CORES seconds a second; each guest one. */
static void report(struct call *f, unsigned source, enum facet facet, struct ident *host,
                   struct ident *const guests[])
{
    call_begin(f, source);
    if (host)
        sample_set_host(f->sample, host);
    if (host && facet != FACET_NONE)
        call_add(f, facet, host);
    for (; guests && *guests; guests++)
        call_add(f, FACET_DOMAIN, (struct ident *)*guests);
    call_merge(f);
}

static struct entity *host_at(const struct call *f, guint i)
{
    g_assert_cmpuint(i, <, roster_hosts(f->roster)->len);
    return g_ptr_array_index(roster_hosts(f->roster), i);
}

static guint hosts(const struct call *f)
{
    return roster_hosts(f->roster)->len;
}

/* Rates of a host that counts a nanosecond a nanosecond in each of user, system, idle, iowait. */
static void test_two_hosts(struct call *f, gconstpointer data)
{
    struct ident *near = host_ident(f, "machine:1", IDENT_LOCAL_HOST);
    struct ident *far = host_ident(f, "uuid:2", NULL);
    struct ident *a = call_guest(f, GUEST_VM, "a", "uuid:a"),
                 *b = call_guest(f, GUEST_VM, "b", NULL);
    struct ident *same = call_guest(f, GUEST_VM, "a", "uuid:a");

    (void)data;
    for (int i = 0; i < 3; i++) {
        report(f, LOCAL, FACET_HOST, near, (struct ident *[]){a, NULL});
        report(f, LIBVIRT, FACET_HYPERVISOR, far, (struct ident *[]){same, b, NULL});
        call_tick(f);
    }
    g_assert_cmpuint(hosts(f), ==, 2);
    g_assert_true(host_at(f, 0) == roster_host(f->roster) && host_at(f, 0)->local);
    g_assert_false(host_at(f, 1)->local);
    g_assert_cmpstr(entity_label(host_at(f, 0), LABEL_NAME), ==, "machine:1");
    g_assert_cmpstr(entity_label(host_at(f, 1), LABEL_NAME), ==, "uuid:2");
    /* Guests of equal key and uuid on two hosts are two. */
    g_assert_cmpuint(call_count(f), ==, 3);
    g_assert_cmpfloat(entity_number(host_at(f, 0), M_HOST_VMS), ==, 1);
    g_assert_cmpfloat(entity_number(host_at(f, 1), M_HOST_VMS), ==, 2);
    for (guint i = 0; i < call_count(f); i++) {
        struct entity *guest = call_at(f, i);
        const char *host = entity_label(entity_host(guest), LABEL_NAME);
        g_assert_cmpstr(entity_label(guest, LABEL_HOST), ==, host);
        g_assert_cmpfloat_with_epsilon(entity_number(guest, M_CPU), 100, 0.01);
    }
    /* Each host has rates of its own, by its own baseline. */
    g_assert_cmpfloat_with_epsilon(entity_number(host_at(f, 0), M_SELF_CPU), 100, 0.01);
    g_assert_cmpfloat_with_epsilon(entity_reading(host_at(f, 1), R_HV_USER_NS).number, 1e9, 1e3);
    g_assert_true(roster_find(f->roster, host_at(f, 1)->serial) == host_at(f, 1));
}

/* Two connections lead to one host: it and its guests have one row each, and the ledger counts each
 * guest once. */
static void test_one_host_twice(struct call *f, gconstpointer data)
{
    struct ident *one = host_ident(f, "uuid:2", NULL), *two = host_ident(f, "uuid:2", NULL);
    struct ident *a = call_guest(f, GUEST_VM, "a", NULL),
                 *same = call_guest(f, GUEST_VM, "a", NULL);

    (void)data;
    for (int i = 0; i < 3; i++) {
        report(f, LOCAL, FACET_HYPERVISOR, one, (struct ident *[]){a, NULL});
        report(f, LIBVIRT, FACET_HYPERVISOR, two, (struct ident *[]){same, NULL});
        call_tick(f);
    }
    g_assert_cmpuint(hosts(f), ==, 2); /* the local one, and this */
    g_assert_cmpuint(call_count(f), ==, 1);
    g_assert_cmpfloat(entity_number(host_at(f, 1), M_HOST_VMS), ==, 1);
    /* The second source goes on when the first one has ended. */
    report(f, LOCAL, FACET_NONE, one, NULL);
    report(f, LIBVIRT, FACET_HYPERVISOR, two, (struct ident *[]){same, NULL});
    call_tick(f);
    g_assert_cmpint(host_at(f, 1)->gone_ns, ==, 0);
    g_assert_cmpint(call_only(f)->gone_ns, ==, 0);
}

/* The host of a connection turns out to be the local one: by a name that comes later. */
static void test_merged(struct call *f, gconstpointer data)
{
    struct ident *far = host_ident(f, "uuid:2", NULL);
    struct ident *near = host_ident(f, "machine:1", IDENT_LOCAL_HOST);
    struct ident *domain = call_guest(f, GUEST_VM, "libvirt:a", "pid:7");
    struct ident *process = call_guest(f, GUEST_VM, "pid:7", NULL);

    (void)data;
    for (int i = 0; i < 3; i++) {
        report(f, LOCAL, FACET_HOST, near, NULL);
        call_begin(f, 2);
        call_add(f, FACET_PROCESS, process);
        call_merge(f);
        report(f, LIBVIRT, FACET_HYPERVISOR, far, (struct ident *[]){domain, NULL});
        call_tick(f);
    }
    g_assert_cmpuint(hosts(f), ==, 2);
    g_assert_cmpuint(call_count(f), ==, 2);
    uint64_t far_serial = host_at(f, 1)->serial, domain_serial = call_at(f, 1)->serial;

    struct ident *known = call_keep(f, ident_next_version(near));
    ident_add_alias(known, "", "uuid:2");
    report(f, LOCAL, FACET_HOST, known, NULL);
    call_tick(f);
    g_assert_cmpuint(hosts(f), ==, 1);
    g_assert_true(roster_find(f->roster, far_serial) == roster_host(f->roster));
    g_assert_true(roster_find(f->roster, domain_serial) == call_only(f));
    g_assert_true(entity_host(call_only(f)) == roster_host(f->roster));
    g_assert_nonnull(entity_track(call_only(f), FACET_PROCESS));
    g_assert_nonnull(entity_track(call_only(f), FACET_DOMAIN));
    g_assert_nonnull(entity_track(roster_host(f->roster), FACET_HYPERVISOR));
    g_assert_cmpfloat(entity_number(roster_host(f->roster), M_HOST_VMS), ==, 1);
    /* The merged host gets the samples of both sources from then on. */
    for (int i = 0; i < 2; i++) {
        report(f, LIBVIRT, FACET_HYPERVISOR, far, (struct ident *[]){domain, NULL});
        report(f, LOCAL, FACET_HOST, known, NULL);
        call_tick(f);
    }
    g_assert_cmpuint(hosts(f), ==, 1);
    g_assert_cmpuint(call_count(f), ==, 1);
}

/* Two remote hosts become one when a third source knows both names. */
static void test_remote_hosts_merge(struct call *f, gconstpointer data)
{
    struct ident *one = host_ident(f, "uuid:1", NULL), *two = host_ident(f, "uuid:2", NULL);
    struct ident *both = host_ident(f, "uuid:1", "uuid:2");
    struct ident *a = call_guest(f, GUEST_VM, "a", NULL), *b = call_guest(f, GUEST_VM, "b", NULL);
    struct ident *disk = call_part(f, two, KIND_CPU, "cpu0");

    (void)data;
    report(f, 1, FACET_HYPERVISOR, one, (struct ident *[]){a, NULL});
    call_begin(f, 2);
    sample_set_host(f->sample, two);
    call_add(f, FACET_HYPERVISOR, two);
    call_add(f, FACET_DOMAIN, b);
    call_add(f, FACET_HOST_CPU, disk);
    call_merge(f);
    call_tick(f);
    g_assert_cmpuint(hosts(f), ==, 3);
    g_assert_nonnull(entity_next_part(host_at(f, 2), KIND_CPU, NULL));
    report(f, 3, FACET_HOST, both, NULL);
    call_tick(f);
    g_assert_cmpuint(hosts(f), ==, 2);
    g_assert_cmpuint(call_count(f), ==, 2);
    g_assert_true(entity_host(call_at(f, 0)) == host_at(f, 1));
    g_assert_true(entity_host(call_at(f, 1)) == host_at(f, 1));
    g_assert_nonnull(entity_next_part(host_at(f, 1), KIND_CPU, NULL));
    g_assert_cmpfloat(entity_number(host_at(f, 1), M_HOST_VMS), ==, 2);
}

/* A host that leaves is gone with its guests; when it comes back it is the same. */
static void test_gone_and_back(struct call *f, gconstpointer data)
{
    struct ident *far = host_ident(f, "uuid:2", NULL), *again = host_ident(f, "uuid:2", NULL);
    struct ident *a = call_guest(f, GUEST_VM, "a", NULL);

    (void)data;
    for (int i = 0; i < 3; i++) {
        report(f, LIBVIRT, FACET_HYPERVISOR, far, (struct ident *[]){a, NULL});
        call_tick(f);
    }
    uint64_t serial = host_at(f, 1)->serial, last = roster_last_tick(f->roster);
    for (int i = 0; i < 8; i++) {
        call_run(f, LIBVIRT, FACET_DOMAIN, NULL, NULL);
        g_assert_cmpint(host_at(f, 1)->gone_ns, >, 0);
        g_assert_cmpint(entity_state(host_at(f, 1)), ==, STATE_GONE);
    }
    g_assert_cmpuint(call_count(f), ==, 0);
    /* It is still in past moments. */
    g_assert_cmpint(history_mark_at(host_at(f, 1)->history, last), ==, STATE_RUN);
    g_assert_cmpint(history_mark_at(host_at(f, 1)->history, roster_last_tick(f->roster)), ==,
                    HISTORY_NO_MARK);
    report(f, LIBVIRT, FACET_HYPERVISOR, again, (struct ident *[]){a, NULL});
    call_tick(f);
    g_assert_cmpuint(hosts(f), ==, 2);
    g_assert_cmpuint(host_at(f, 1)->serial, ==, serial);
    g_assert_cmpint(host_at(f, 1)->gone_ns, ==, 0);
    g_assert_true(entity_host(call_only(f)) == host_at(f, 1));
}

/* Hosts that left are freed, so that hosts with ever new identities do not pile up. */
static void test_forgotten(struct call *f, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < 2000; i++) {
        char *key = g_strdup_printf("uuid:%d", i);
        struct ident *far = host_ident(f, key, NULL), *a = call_guest(f, GUEST_VM, "a", NULL);
        report(f, LIBVIRT, FACET_HYPERVISOR, far, (struct ident *[]){a, NULL});
        call_tick(f);
        g_free(key);
    }
    g_assert_cmpuint(hosts(f), <, 2 + HISTORY_DEPTH_MAX + 20);
    for (guint i = 0; i < hosts(f); i++)
        g_assert_cmpuint(host_at(f, i)->at, ==, i);
}

/* The sample names a host, but has no record of it. If the host is known, the guests are its own;
 * otherwise they are ignored. No other ledger counts them. */
static void test_host_missing_in_sample(struct call *f, gconstpointer data)
{
    struct ident *far = host_ident(f, "uuid:2", NULL), *unknown = host_ident(f, "uuid:3", NULL);
    struct ident *a = call_guest(f, GUEST_VM, "a", NULL), *b = call_guest(f, GUEST_VM, "b", NULL);

    (void)data;
    report(f, LIBVIRT, FACET_HYPERVISOR, far, (struct ident *[]){a, NULL});
    call_tick(f);
    report(f, LIBVIRT, FACET_NONE, far, (struct ident *[]){a, b, NULL});
    report(f, 2, FACET_NONE, unknown, (struct ident *[]){call_guest(f, GUEST_VM, "c", NULL), NULL});
    call_tick(f);
    g_assert_cmpuint(hosts(f), ==, 2);
    g_assert_cmpuint(call_count(f), ==, 2);
    g_assert_true(entity_host(call_named(f, "b")) == host_at(f, 1));
    g_assert_cmpfloat(entity_number(roster_host(f->roster), M_HOST_VMS), ==, 0);
    g_assert_cmpint(host_at(f, 1)->gone_ns, >, 0);
}

/* One sample may report several hosts: guests and parts name theirs as their owner. */
static void test_many_in_one_sample(struct call *f, gconstpointer data)
{
    struct ident *one = host_ident(f, "uuid:1", NULL), *two = host_ident(f, "uuid:2", NULL);
    struct ident *a = call_guest(f, GUEST_VM, "a", NULL), *b = call_guest(f, GUEST_VM, "a", NULL);

    (void)data;
    a->owner = one->serial;
    b->owner = two->serial;
    for (int i = 0; i < 2; i++) {
        call_begin(f, LIBVIRT);
        call_add(f, FACET_DOMAIN, b); /* before its host: the order does not matter */
        call_add(f, FACET_HYPERVISOR, one);
        call_add(f, FACET_HYPERVISOR, two);
        call_add(f, FACET_DOMAIN, a);
        call_add(f, FACET_HOST_CPU, call_part(f, two, KIND_CPU, "cpu0"));
        call_merge(f);
        call_tick(f);
    }
    g_assert_cmpuint(hosts(f), ==, 3);
    g_assert_cmpuint(call_count(f), ==, 2);
    g_assert_cmpfloat(entity_number(host_at(f, 1), M_HOST_VMS), ==, 1);
    g_assert_cmpfloat(entity_number(host_at(f, 2), M_HOST_VMS), ==, 1);
    g_assert_null(entity_next_part(host_at(f, 1), KIND_CPU, NULL));
    g_assert_nonnull(entity_next_part(host_at(f, 2), KIND_CPU, NULL));
}

static void test_random(struct call *f, gconstpointer data)
{
    struct ident *idents[12], *guests[12];

    (void)data;
    for (int i = 0; i < 12; i++) {
        char *key = g_strdup_printf("uuid:%d", i % 6), *alias = g_strdup_printf("uuid:%d", i / 2);
        idents[i] = host_ident(f, key, i % 3 ? alias : i == 9 ? IDENT_LOCAL_HOST : NULL);
        guests[i] = call_guest(f, GUEST_VM, i % 2 ? "x" : key, alias);
        g_free(key);
        g_free(alias);
    }
    for (int round = 0; round < 500; round++) {
        unsigned source = (unsigned)g_test_rand_int_range(0, 4);
        int h = g_test_rand_int_range(0, 12), n = g_test_rand_int_range(0, 3);
        struct ident *some[3] = {NULL};
        for (int i = 0; i < n - 1; i++)
            some[i] = guests[g_test_rand_int_range(0, 12)];
        report(f, source, g_test_rand_bit() ? FACET_HYPERVISOR : FACET_NONE, idents[h], some);
        if (g_test_rand_bit())
            call_tick(f);
        g_assert_true(host_at(f, 0)->local);
        for (guint i = 0; i < hosts(f); i++)
            g_assert_cmpuint(host_at(f, i)->at, ==, i);
        for (guint i = 0; i < call_count(f); i++) {
            struct entity *host = call_at(f, i)->owner;
            g_assert_true(host_at(f, host->at) == host);
        }
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(struct call *, gconstpointer);
    } tests[] = {{"/hosts/two-hosts", test_two_hosts},
                 {"/hosts/one-host-twice", test_one_host_twice},
                 {"/hosts/merged", test_merged},
                 {"/hosts/remote-hosts-merge", test_remote_hosts_merge},
                 {"/hosts/gone-and-back", test_gone_and_back},
                 {"/hosts/forgotten", test_forgotten},
                 {"/hosts/host-missing-in-sample", test_host_missing_in_sample},
                 {"/hosts/many-in-one-sample", test_many_in_one_sample},
                 {"/hosts/random", test_random}};

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct call, NULL, call_set_up, tests[i].test, call_tear_down);
    return g_test_run();
}
