/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The simulated host: what the documentation and the tests of the screen rely on. */
#include "collect/demo/demo.h"

#include "model/roster.h"

#define SECOND INT64_C(1000000000)

struct fixture {
    struct demo *demo;
    struct roster *roster;
    struct demand demand;
    int64_t now_ns;
};

static void set_up(struct fixture *f, const void *config)
{
    f->demo = demo_new(config);
    f->roster = roster_new(4 << 20);
    f->demand = (struct demand){.needs = NEED_ALL, .interval_ns = SECOND};
    f->now_ns = 1000 * SECOND;
}

static void tear_down(struct fixture *f, const void *config)
{
    (void)config;
    demo_free(f->demo);
    roster_free(f->roster);
}

static void pass(struct fixture *f, int seconds)
{
    for (int i = 0; i < seconds; i++) {
        struct sample *s = sample_new(0, SECOND);
        f->now_ns += SECOND;
        demo_collect(f->demo, &f->demand, f->now_ns, s);
        roster_merge(f->roster, s);
        roster_tick(f->roster, f->now_ns, f->now_ns);
        sample_unref(s);
    }
}

static struct entity *guest_named(const struct fixture *f, const char *name)
{
    const GPtrArray *guests = roster_guests(f->roster);

    for (guint i = 0; i < guests->len; i++)
        if (g_str_equal(entity_label(g_ptr_array_index(guests, i), LABEL_NAME), name))
            return g_ptr_array_index(guests, i);
    return NULL;
}

static unsigned count(const struct fixture *f, enum guest_class class)
{
    const GPtrArray *guests = roster_guests(f->roster);
    unsigned n = 0;

    for (guint i = 0; i < guests->len; i++) {
        const struct entity *e = g_ptr_array_index(guests, i);
        n += entity_class(e) == class && !e->gone_ns;
    }
    return n;
}

/* --demo promises 40 virtual machines and 120 containers; services only when asked for. */
static void test_numbers(struct fixture *f, const void *config)
{
    (void)config;
    pass(f, 2);
    g_assert_cmpuint(count(f, CLASS_VM), ==, 40);
    g_assert_cmpuint(count(f, CLASS_CONTAINER), ==, 120);
    g_assert_cmpuint(count(f, CLASS_SERVICE), ==, 0);
    f->demand.services = true;
    pass(f, 1);
    g_assert_cmpuint(count(f, CLASS_SERVICE), >, 3);
}

static void test_large(struct fixture *f, const void *config)
{
    const struct demo_config *c = config;
    unsigned cpus = 0;

    pass(f, 2);
    g_assert_cmpuint(count(f, CLASS_VM), ==, c->vms);
    g_assert_cmpuint(count(f, CLASS_CONTAINER), ==, c->containers);
    for (struct entity *p = NULL; (p = entity_next_part(roster_host(f->roster), KIND_CPU, p));)
        cpus++;
    g_assert_cmpuint(cpus, ==, c->cpus);
}

/* The host is busy, not broken: its ledger adds up and leaves something idle. */
static void test_ledger(struct fixture *f, const void *config)
{
    (void)config;
    for (int i = 0; i < 60; i++) {
        pass(f, 2);
        const struct entity *host = roster_host(f->roster);
        double parts = entity_number(host, M_HOST_CPU_VM) +
                       entity_number(host, M_HOST_CPU_CONTAINER) +
                       entity_number(host, M_HOST_CPU_OTHER);
        g_assert_cmpfloat_with_epsilon(parts, entity_number(host, M_HOST_CPU), 0.5);
        g_assert_cmpfloat(entity_number(host, M_HOST_CPU), >, 30);
        g_assert_cmpfloat(entity_number(host, M_HOST_CPU), <, 95);
        g_assert_cmpfloat(entity_number(host, M_HOST_MEM_USED), <,
                          entity_number(host, M_HOST_MEM_TOTAL));
        g_assert_cmpfloat(entity_number(host, M_HOST_DISK_WRITE), >, 0);
        g_assert_cmpfloat(entity_number(host, M_HOST_NET_RX), >, 0);
    }
}

/* What operators meet is on stage. */
static void test_drama(struct fixture *f, const void *config)
{
    (void)config;
    pass(f, 20);
    g_assert_cmpint(entity_state(guest_named(f, "build-legacy")), ==, STATE_HUNG);
    g_assert_cmpint(entity_state(guest_named(f, "backup")), ==, STATE_PAUSED);
    g_assert_cmpint(entity_state_reason(guest_named(f, "backup")), ==, WHY_IO_ERROR);
    g_assert_cmpint(entity_state(guest_named(f, "snapshot-test")), ==, STATE_FROZEN);
    g_assert_cmpfloat(entity_number(guest_named(f, "web-canary"), M_READY), >, 2);
    g_assert_cmpfloat(entity_number(guest_named(f, "nginx-1"), M_THROTTLED), >, 0);
    g_assert_cmpfloat(entity_number(guest_named(f, "postgres"), M_PSI_MEM), >, 0);
    g_assert_cmpint(entity_value(guest_named(f, "redis"), M_THROTTLED).reason, ==, REASON_NO_QUOTA);
    g_assert_cmpint(entity_value(guest_named(f, "node-exporter"), M_RX).reason, ==,
                    REASON_HOST_NETWORK);
    g_assert_cmpint(entity_value(guest_named(f, "lab-arm64"), M_EFFICIENCY).reason, ==,
                    REASON_EMULATED);
    g_assert_cmpint(entity_state_reason(guest_named(f, "crm")), ==, WHY_MIGRATING_OUT);
    g_assert_cmpfloat(entity_number(guest_named(f, "crm"), M_JOB), >, 10);
    g_assert_cmpfloat(entity_number(guest_named(f, "crm"), M_JOB), <, 25);
    g_assert_cmpfloat(entity_number(guest_named(f, "analytics"), M_WRITE), >, 1e8);
    g_assert_true(guest_named(f, "erp-report-1")->outer == guest_named(f, "legacy-erp"));
}

/* Who was started days ago has done something since. */
static void test_settled(struct fixture *f, const void *config)
{
    const struct entity *db, *young;

    (void)config;
    pass(f, 2);
    db = guest_named(f, "db-primary");
    g_assert_cmpfloat(entity_number(db, M_UPTIME), >, 3600);
    g_assert_cmpfloat(entity_number(db, M_CPU_TIME), >, 0.3 * entity_number(db, M_UPTIME));
    g_assert_cmpfloat(entity_number(db, M_CPU_TIME), <,
                      entity_number(db, M_CPU_CORES) * entity_number(db, M_UPTIME));
    g_assert_cmpfloat(entity_number(guest_named(f, "nginx-1"), M_WRITE_TOTAL), >, 1e6);
    young = guest_named(f, "migrate");
    g_assert_cmpfloat(entity_number(young, M_UPTIME), <, 60);
    g_assert_cmpfloat(entity_number(young, M_CPU_TIME), <, 60);
}

/* Guests leave, and others come in their place. */
static void test_comings_and_goings(struct fixture *f, const void *config)
{
    uint64_t first;

    (void)config;
    pass(f, 2);
    first = guest_named(f, "migrate")->serial;
    pass(f, 36);
    g_assert_cmpint(guest_named(f, "migrate")->gone_ns, >, 0);
    pass(f, 10);
    g_assert_cmpuint(guest_named(f, "migrate")->serial, !=, first);
    g_assert_true(guest_named(f, "migrate")->newcomer);
}

/* Tasks are read for the guest in focus only. */
static void test_focus(struct fixture *f, const void *config)
{
    const struct entity *e;

    (void)config;
    pass(f, 1);
    e = guest_named(f, "db-primary");
    g_assert_nonnull(entity_next_part(e, KIND_VCPU, NULL));
    g_assert_nonnull(entity_next_part(e, KIND_DISK, NULL));
    g_assert_null(entity_next_part(e, KIND_TASK, NULL));
    f->demand.focus[0] = e->tracks->ident->serial;
    pass(f, 2);
    g_assert_nonnull(entity_next_part(e, KIND_TASK, NULL));
    g_assert_cmpfloat(entity_number(entity_next_part(e, KIND_TASK, NULL), M_TASK_CPU), >, 0);
}

static double course(uint64_t seed)
{
    struct demo_config c = demo_config_for(0);
    struct fixture f;
    double cpu;

    c.seed = seed;
    set_up(&f, &c);
    pass(&f, 10);
    cpu = entity_number(guest_named(&f, "web-3"), M_CPU);
    tear_down(&f, NULL);
    return cpu;
}

static void test_deterministic(void)
{
    g_assert_cmpfloat(course(7), ==, course(7));
    g_assert_cmpfloat(course(7), !=, course(8));
}

int main(int argc, char **argv)
{
    static const struct demo_config large = {.vms = 500, .containers = 1500, .cpus = 256};

    g_test_init(&argc, &argv, NULL);
#define TEST(name, config, function)                                                               \
    g_test_add("/demo/" name, struct fixture, config, set_up, function, tear_down)
    TEST("numbers", NULL, test_numbers);
    TEST("large", &large, test_large);
    TEST("ledger", NULL, test_ledger);
    TEST("drama", NULL, test_drama);
    TEST("settled", NULL, test_settled);
    TEST("comings-and-goings", NULL, test_comings_and_goings);
    TEST("focus", NULL, test_focus);
    g_test_add_func("/demo/deterministic", test_deterministic);
    return g_test_run();
}
