/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Right sizes: the decisions, with numbers worked out by hand; and the numbers they rest on, from a
 * history of hours at invented times. */
#include "analyse/size.h"

#include "../model/scene.h"

#include <math.h>

#define MIB (1024.0 * 1024)
#define GIB (1024.0 * MIB)
#define HOUR (3600 * SECOND)

/* ---- CPU, of numbers ---- */

/* A machine of 4 vCPUs which may have 8, on 16 CPUs. */
static struct size_cpu_facts machine(double need, double ready, double hours)
{
    return (struct size_cpu_facts){.now = 4,
                                   .need = need,
                                   .most = 8,
                                   .online = 16,
                                   .ready = ready,
                                   .whole = true,
                                   .history_ns = (int64_t)(hours * (double)HOUR)};
}

static const struct {
    double need, ready, hours;
    enum size_state state;
    double to;
    unsigned marks;
} MACHINES[] = {
    {3.4, 0, 2, SIZE_RIGHT, NAN, 0}, /* 3.91 */
    {3.5, 0, 2, SIZE_GROW, 5, 0},    /* 4.025: 5 */
    {3.5, 4.9, 2, SIZE_GROW, 5, 0},
    {3.5, 5, 2, SIZE_MOVE, NAN, 0}, /* it waits for CPUs: more make it worse */
    {3.5, NAN, 2, SIZE_GROW, 5, SIZE_NO_READY},
    {9, 0, 2, SIZE_GROW, 8, SIZE_AT_MAXIMUM}, /* 10.35 */
    {3.5, 0, 0.99, SIZE_COLLECTING, NAN, 0},
    {2, 0, 25, SIZE_SHRINK, 3, 0}, /* 2.3: 3 */
    {2, 0, 24, SIZE_RIGHT, NAN, SIZE_YOUNG},
    {0.1, 0, 25, SIZE_SHRINK, 2, SIZE_HALVED}, /* 1 would do */
    {2.7, 0, 25, SIZE_RIGHT, NAN, 0},          /* 3.105: 4 */
    {0, 0, 25, SIZE_SHRINK, 2, SIZE_HALVED},
    {NAN, 0, 25, SIZE_UNKNOWN, NAN, 0},
    {INFINITY, 0, 25, SIZE_UNKNOWN, NAN, 0},
    {-1, 0, 25, SIZE_UNKNOWN, NAN, 0},
};

static void check(const struct size *s, enum size_state state, double to, unsigned marks)
{
    g_test_message("state %d, to %g, marks %x", s->state, s->to, s->marks);
    g_assert_cmpint(s->state, ==, state);
    g_assert_cmpuint(s->marks, ==, marks);
    if (isnan(to))
        g_assert_true(isnan(s->to));
    else
        g_assert_cmpfloat_with_epsilon(s->to, to, 1e-6 * to);
}

static void test_vcpus(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(MACHINES); i++) {
        struct size_cpu_facts f = machine(MACHINES[i].need, MACHINES[i].ready, MACHINES[i].hours);
        struct size s = size_cpu(&f);
        check(&s, MACHINES[i].state, MACHINES[i].to, MACHINES[i].marks);
    }
}

/* Neither beyond the CPUs of the host, nor beyond what the machine can have; what is not known does
 * not bound. A machine never loses its last vCPU. */
static void test_bounds(void)
{
    struct size_cpu_facts f = machine(9, 0, 2);

    f.online = 6;
    struct size s = size_cpu(&f);
    check(&s, SIZE_GROW, 6, SIZE_AT_MAXIMUM);
    f.online = 4;
    s = size_cpu(&f);
    check(&s, SIZE_RIGHT, NAN, SIZE_AT_MAXIMUM);
    f.online = f.most = (double)NAN;
    s = size_cpu(&f);
    check(&s, SIZE_GROW, 11, 0);
    f = machine(0.01, 0, 30);
    f.now = 1;
    s = size_cpu(&f);
    check(&s, SIZE_RIGHT, NAN, 0);
    f.now = (double)NAN;
    s = size_cpu(&f);
    check(&s, SIZE_UNKNOWN, NAN, 0);
}

/* 0.5 cores, of which 0.45 and what was throttled are needed: 0.69, so 0.7; at most twice as much.
 * A quota that does not stop anything stays. */
static void test_quota(void)
{
    struct size_cpu_facts f = {.now = 0.5,
                               .need = 0.6,
                               .most = (double)NAN,
                               .online = 4,
                               .ready = (double)NAN,
                               .throttled = true,
                               .history_ns = 2 * HOUR};
    struct size s = size_cpu(&f);

    check(&s, SIZE_GROW, 0.7, SIZE_NO_READY | SIZE_THROTTLED);
    f.need = 3;
    s = size_cpu(&f);
    check(&s, SIZE_GROW, 1, SIZE_NO_READY | SIZE_THROTTLED);
    f.throttled = false;
    s = size_cpu(&f);
    check(&s, SIZE_RIGHT, NAN, SIZE_NO_READY);
    f.need = 0.3; /* 0.345, so 0.35 of 0.5 */
    f.history_ns = 25 * HOUR;
    s = size_cpu(&f);
    check(&s, SIZE_SHRINK, 0.35, SIZE_NO_READY);
}

/* ---- memory, of numbers ---- */

static const struct {
    double peak, lowest, cache, kills, killed, hours; /* MiB */
    enum size_state state;
    double to; /* MiB */
    unsigned marks;
} LIMITS[] = {
    /* of 1,000 MiB, on a host of 1,300 */
    {800, 100, 0, 0, 0, 2, SIZE_RIGHT, NAN, 0},                /* 920 */
    {880, 100, 0, 0, 0, 2, SIZE_GROW, 1012, 0},                /* 1,012 */
    {960, 100, 0, 0, 0, 2, SIZE_GROW, 1152, 0},                /* 1,104, in steps of 64 */
    {1200, 100, 0, 0, 0, 2, SIZE_GROW, 1300, SIZE_AT_MAXIMUM}, /* 1,408 */
    {990, 100, 300, 0, 0, 2, SIZE_RIGHT, NAN, SIZE_CACHED},    /* the rest is page cache */
    {990, 100, 300, 1, 1, 2, SIZE_GROW, 1216, SIZE_KILLED | SIZE_CACHED}, /* 1,200 */
    {500, 100, 0, 2, 2, 2, SIZE_GROW, 1216, SIZE_KILLED},
    {960, 100, 0, 0, 0, 0.5, SIZE_COLLECTING, NAN, 0},
    {500, 100, 0, 0, 0, 25, SIZE_SHRINK, 575, 0},
    {500, 100, NAN, NAN, NAN, 25, SIZE_SHRINK, 575, 0},
    {500, 100, 0, 0, 0, 23, SIZE_RIGHT, NAN, SIZE_YOUNG},
    {500, 100, 0, 0, 3, 25, SIZE_RIGHT, NAN, SIZE_KILLED}, /* long ago, but it forbids this */
    {500, 480, 0, 0, 0, 25, SIZE_RIGHT, NAN, SIZE_FLAT},
    {100, 20, 0, 0, 0, 25, SIZE_SHRINK, 500, SIZE_HALVED}, /* 115 would do */
    {500, 100, 200, 0, 0, 25, SIZE_SHRINK, 575, SIZE_CACHED},
    {700, 100, 0, 0, 0, 25, SIZE_RIGHT, NAN, 0}, /* 805: not worth it */
    {NAN, NAN, NAN, NAN, NAN, 25, SIZE_UNKNOWN, NAN, 0},
    {INFINITY, 1, 0, 0, 0, 25, SIZE_UNKNOWN, NAN, 0},
};

static void test_memory(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(LIMITS); i++) {
        struct size_memory_facts f = {.now = 1000 * MIB,
                                      .peak = LIMITS[i].peak * MIB,
                                      .lowest = LIMITS[i].lowest * MIB,
                                      .most = 1300 * MIB,
                                      .cache = LIMITS[i].cache * MIB,
                                      .kills = LIMITS[i].kills,
                                      .killed = LIMITS[i].killed,
                                      .history_ns = (int64_t)(LIMITS[i].hours * (double)HOUR)};
        struct size s = size_memory(&f);
        g_test_message("case %zu", i);
        check(&s, LIMITS[i].state, LIMITS[i].to * MIB, LIMITS[i].marks);
    }
}

/* ---- from history ---- */

/* A sample every ten seconds would be the same: the time between two ticks is one second, and an
 * hour is 3,600 of them. */
static struct size cpu_of(const struct scene *s, const char *key)
{
    struct size_scratch *scratch = size_scratch_new(0);
    struct moment at = {.roster = s->roster, .now_ns = s->now_ns};
    struct size size = size_of_cpu(scratch, &at, scene_entity(s, key));

    size_scratch_free(scratch);
    return size;
}

static struct size memory_of(const struct scene *s, const char *key)
{
    struct size_scratch *scratch = size_scratch_new(0);
    struct moment at = {.roster = s->roster, .now_ns = s->now_ns};
    struct size size = size_of_memory(scratch, &at, scene_entity(s, key));

    size_scratch_free(scratch);
    return size;
}

/* It runs 1.5 of 2 vCPUs and waits a quarter of the time with each: its demand is 2, and all that
 * it gets is 1.5. */
static void test_starved(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_vm(s, "vm", 1.5);

    (void)data;
    scene_busy_host(s);
    scene_set(s, vm, R_DOM_VCPUS, 2);
    scene_set(s, vm, R_MON_VCPUS_MAX, 4);
    scene_set(s, vm, R_MON_VCPU_DELAY_NS, 0.5e9);
    scene_run(s, 1800);
    g_assert_cmpint(cpu_of(s, "vm").state, ==, SIZE_COLLECTING);
    scene_run(s, 2000);
    struct size size = cpu_of(s, "vm");
    g_assert_cmpint(size.state, ==, SIZE_MOVE); /* 2.3 cores, but it waits for 25 % */
    g_assert_cmpfloat_with_epsilon(size.need, 2, 0.05);
    g_assert_cmpfloat_with_epsilon(size.ready, 25, 0.01);
    g_assert_cmpint(size.history_ns / HOUR, ==, 1);
    scene_set(s, vm, R_MON_VCPU_DELAY_NS, 0);
    scene_set(s, vm, R_CG_CPU_NS, 1.95e9);
    scene_run(s, 21 * 3600); /* the hour in which it waited is less than 5 % of all */
    size = cpu_of(s, "vm");
    g_assert_cmpint(size.state, ==, SIZE_GROW);
    g_assert_cmpfloat(size.to, ==, 3); /* 1.95 x 1.15 = 2.24 */
    g_assert_cmpfloat(size.maximum, ==, 4);
}

/* A container at its quota of half a core, which stops it for 200 ms per second. */
static void test_throttled(struct scene *s, gconstpointer data)
{
    struct ident *c = scene_container(s, "c", 0.5), *free = scene_container(s, "free", 0.5);

    (void)data;
    scene_busy_host(s);
    scene_set(s, c, R_CG_CPU_LIMIT_MILLI, 500);
    scene_set(s, c, R_CG_CPU_LIMIT_OWNER, LIMIT_OWN);
    scene_set(s, c, R_CG_PERIODS, 10);
    scene_set(s, c, R_CG_THROTTLED, 5);
    scene_set(s, c, R_CG_THROTTLED_NS, 0.2e9);
    scene_set(s, free, R_CG_CPU_LIMIT_MILLI, 4000);
    scene_set(s, free, R_CG_CPU_LIMIT_OWNER, LIMIT_HOST);
    scene_run(s, 3700);
    struct size size = cpu_of(s, "c");
    g_assert_cmpint(size.state, ==, SIZE_GROW);
    g_assert_cmpuint(size.marks, ==, SIZE_THROTTLED);
    g_assert_cmpfloat(size.to, >, 0.55); /* at least 0.5 x 1.15, at most 0.7 x 1.15 in steps */
    g_assert_cmpfloat(size.to, <, 0.86);
    g_assert_cmpint(cpu_of(s, "free").state, ==, SIZE_UNLIMITED);
    g_assert_cmpint(memory_of(s, "free").state, ==, SIZE_UNLIMITED);
}

static void set_limit(struct scene *s, struct ident *c, double limit, double used)
{
    scene_set(s, c, R_CG_MEM_LIMIT_BYTES, limit);
    scene_set(s, c, R_CG_MEM_LIMIT_OWNER, LIMIT_OWN);
    scene_set(s, c, R_CG_MEM_USAGE_BYTES, used);
    scene_set(s, c, R_CG_MEM_INACTIVE_FILE_BYTES, 0);
    scene_set(s, c, R_CG_OOM_KILLS, 0);
}

/* A peak of 400 MiB in the first minute counts for a day. 1,000 MiB: 460 would do, 500 is half. */
static void test_limit(struct scene *s, gconstpointer data)
{
    struct ident *c = scene_container(s, "c", 0.5);

    (void)data;
    set_limit(s, c, 1000 * MIB, 400 * MIB);
    scene_run(s, 60);
    set_limit(s, c, 1000 * MIB, 200 * MIB);
    scene_run(s, 3600);
    struct size size = memory_of(s, "c");
    check(&size, SIZE_RIGHT, NAN, SIZE_YOUNG);
    g_assert_cmpfloat_with_epsilon(size.need / MIB, 400, 1e-3);
    scene_run(s, 24 * 3600 - 3600);
    size = memory_of(s, "c");
    check(&size, SIZE_SHRINK, 500 * MIB, SIZE_HALVED);
    scene_set(s, c, R_CG_OOM_KILLS, 1);
    scene_run(s, 60);
    size = memory_of(s, "c"); /* killed within the day: a fifth more */
    check(&size, SIZE_GROW, 1216 * MIB, SIZE_KILLED);
}

/* What is used inside of a machine is known from its balloon driver only. */
static void test_machine(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_vm(s, "vm", 1), *mute = scene_vm(s, "mute", 1);

    (void)data;
    scene_set(s, vm, R_DOM_MEM_BYTES, 4 * GIB);
    scene_set(s, vm, R_DOM_MEM_MAX_BYTES, 5 * GIB);
    scene_set(s, vm, R_BALLOON_AVAILABLE_BYTES, 4 * GIB);
    scene_set(s, vm, R_BALLOON_USABLE_BYTES, 0.2 * GIB);
    scene_set(s, mute, R_DOM_MEM_BYTES, 4 * GIB);
    scene_run(s, 3700);
    struct size size = memory_of(s, "vm"); /* 3.8 GiB x 1.15 = 4.37, in steps of 64 MiB */
    g_assert_cmpint(size.state, ==, SIZE_GROW);
    g_assert_cmpfloat_with_epsilon(size.to / MIB, 4480, 1e-3);
    g_assert_cmpfloat_with_epsilon(size.maximum / GIB, 5, 1e-6);
    size = memory_of(s, "mute");
    g_assert_cmpint(size.state, ==, SIZE_UNKNOWN);
    g_assert_nonnull(size.lacks);
}

/* Known for half of two hours only: an hour at most. */
static void test_gaps(struct scene *s, gconstpointer data)
{
    struct ident *c = scene_container(s, "c", 0.5);

    (void)data;
    set_limit(s, c, 1000 * MIB, 990 * MIB);
    scene_run(s, 1200);
    scene_absent(s, c, R_CG_MEM_USAGE_BYTES, REASON_DENIED);
    scene_run(s, 4800);
    set_limit(s, c, 1000 * MIB, 990 * MIB);
    scene_run(s, 1200);
    struct size size = memory_of(s, "c");
    g_assert_cmpint(size.state, ==, SIZE_COLLECTING);
    g_assert_cmpint(size.history_ns, <, HOUR);
}

#define TEST(path, function)                                                                       \
    g_test_add("/size/" path, struct scene, NULL, scene_set_up, function, scene_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/size/vcpus", test_vcpus);
    g_test_add_func("/size/bounds", test_bounds);
    g_test_add_func("/size/quota", test_quota);
    g_test_add_func("/size/memory", test_memory);
    TEST("starved", test_starved);
    TEST("throttled", test_throttled);
    TEST("limit", test_limit);
    TEST("machine", test_machine);
    TEST("gaps", test_gaps);
    return g_test_run();
}
