/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Balance and overcommit, with numbers worked out by hand. */
#include "analyse/balance.h"

#include "../model/scene.h"

#include <math.h>

#define GIB (1024.0 * 1024 * 1024)

static struct moment now(const struct scene *s)
{
    return (struct moment){.roster = s->roster, .now_ns = s->now_ns};
}

static struct balance balance(const struct scene *s, enum resource r)
{
    struct moment at = now(s);

    return balance_of(&at, scene_host(s), r);
}

static struct overcommit overcommit(const struct scene *s)
{
    struct moment at = now(s);

    return overcommit_of(&at, scene_host(s));
}

static void near(double is, double expected)
{
    g_assert_cmpfloat_with_epsilon(is, expected, 1e-6);
}

static struct ident *machine(struct scene *s, const char *key, double cores, double vcpus)
{
    struct ident *vm = scene_vm(s, key, cores);

    scene_set(s, vm, R_DOM_VCPUS, vcpus);
    scene_set(s, vm, R_DOM_MEM_BYTES, 2 * GIB);
    return vm;
}

/* Machines that use 2 of 4, 0.5 of 1 and 0.25 of 1 vCPU: 50, 50 and 25 % of what is theirs. Jain:
 * 125^2 / (3 x (2500 + 2500 + 625)) = 0.925926. Mean 41.6667, standard deviation
 * sqrt((2 x 8.3333^2 + 16.6667^2) / 3) = 11.7851: variation 0.282843; 50 / 41.6667 = 1.2. Of
 * the 2.75 cores in use the first has 2: 0.727273. */
static void test_cpu(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    machine(s, "a", 2, 4);
    machine(s, "b", 0.5, 1);
    machine(s, "c", 0.25, 1);
    scene_set(s, scene_guest(s, GUEST_SERVICE, "ssh"), R_CG_CPU_NS, 3e9); /* does not count */
    scene_run(s, 2);
    struct balance b = balance(s, RESOURCE_CPU);
    g_assert_cmpuint(b.n, ==, 3);
    g_assert_cmpuint(b.missing, ==, 0);
    near(b.jain, 0.925926);
    near(b.variation, 0.282843);
    near(b.max_over_mean, 1.2);
    near(b.share, 2 / 2.75);
    g_assert_cmpuint(b.dominant, ==, scene_entity(s, "a")->serial);
}

/* Writing 3 and 1 MB/s; the third is not known. Jain: 16 / (2 x 10) = 0.8. */
static void test_disk(struct scene *s, gconstpointer data)
{
    struct ident *a = scene_container(s, "a", 1), *b = scene_container(s, "b", 1);

    (void)data;
    scene_container(s, "c", 1);
    scene_set(s, a, R_CG_IO_WRITE_BYTES, 2e6);
    scene_set(s, a, R_CG_IO_READ_BYTES, 1e6);
    scene_set(s, b, R_CG_IO_WRITE_BYTES, 1e6);
    scene_run(s, 2);
    struct balance balanced = balance(s, RESOURCE_DISK);
    g_assert_cmpuint(balanced.n, ==, 2);
    g_assert_cmpuint(balanced.missing, ==, 1);
    near(balanced.jain, 0.8);
    near(balanced.share, 0.75);
}

/* One guest, none, none that does anything, and nothing known: no number. */
static void test_too_little(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    scene_run(s, 1);
    for (int r = RESOURCE_CPU; r < BALANCE_RESOURCES; r++) {
        struct balance b = balance(s, (enum resource)r);
        g_assert_true(isnan(b.jain) && isnan(b.variation) && isnan(b.max_over_mean));
        g_assert_true(isnan(b.share) && b.dominant == 0 && b.n == 0);
    }
    machine(s, "a", 1, 1);
    scene_run(s, 2);
    g_assert_true(isnan(balance(s, RESOURCE_CPU).jain));
    struct ident *b = machine(s, "b", 0, 1);
    scene_set(s, b, R_CG_CPU_NS, 0);
    scene_run(s, 2);
    near(balance(s, RESOURCE_CPU).jain, 0.5); /* one has everything */
    g_assert_true(isnan(balance(s, RESOURCE_NETWORK).jain));
    g_assert_cmpuint(balance(s, RESOURCE_NETWORK).missing, ==, 2);
}

/* 4 CPUs; 6 vCPUs of 3 machines of 2 GiB each, on 4 GiB. */
static void test_overcommit(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    scene_set(s, s->host, R_HOST_MEM_TOTAL_BYTES, 4 * GIB);
    machine(s, "a", 2, 4);
    machine(s, "b", 0.5, 1);
    machine(s, "c", 0.25, 1);
    scene_container(s, "no machine", 1);
    scene_run(s, 1);
    struct overcommit o = overcommit(s);
    near(o.vcpus, 6);
    near(o.cores, 4);
    near(o.vcpus_per_core, 1.5);
    near(o.memory_per_total, 1.5);
    g_assert_false(o.smt);
    g_assert_cmpuint(o.missing, ==, 0);
    g_assert_cmpint(overcommit_risk(&o), ==, OVERCOMMIT_FINE);
}

/* The 4 CPUs are threads of 2 cores, which count 1.25 each. 10 vCPUs are 4 per core. */
static void test_smt(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    scene_set(s, s->host, R_HOST_CORES, 2);
    struct ident *vm = machine(s, "a", 2, 10);
    scene_run(s, 1);
    struct overcommit o = overcommit(s);
    g_assert_true(o.smt);
    near(o.cores, 2.5);
    near(o.vcpus_per_core, 4);
    g_assert_true(isnan(o.memory_per_total));
    g_assert_cmpint(overcommit_risk(&o), ==, OVERCOMMIT_RISKY);
    scene_set(s, vm, R_DOM_VCPUS, 25);
    scene_run(s, 1);
    o = overcommit(s);
    g_assert_cmpint(overcommit_risk(&o), ==, OVERCOMMIT_UNSTABLE);
    scene_absent(s, vm, R_DOM_VCPUS, REASON_DENIED);
    scene_absent(s, s->host, R_HOST_CPUS_ONLINE, REASON_DENIED);
    scene_absent(s, s->host, R_HOST_CORES, REASON_DENIED);
    scene_run(s, 1);
    o = overcommit(s);
    g_assert_true(isnan(o.vcpus_per_core));
    g_assert_cmpuint(o.missing, ==, 1);
    g_assert_cmpint(overcommit_risk(&o), ==, OVERCOMMIT_FINE);
}

#define TEST(path, function)                                                                       \
    g_test_add("/balance/" path, struct scene, NULL, scene_set_up, function, scene_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("cpu", test_cpu);
    TEST("disk", test_disk);
    TEST("too-little", test_too_little);
    TEST("overcommit", test_overcommit);
    TEST("smt", test_smt);
    return g_test_run();
}
