/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Advice: what is said about whom, with which command, in which order; and that nothing is said
 * where not enough is known. */
#include "analyse/advice.h"

#include "../model/scene.h"

#include <math.h>
#include <string.h>

#define MIB (1024.0 * 1024)
#define GIB (1024.0 * MIB)

static struct moment now(const struct scene *s)
{
    return (struct moment){.roster = s->roster, .now_ns = s->now_ns};
}

/* All advice after one whole round. */
static struct adviser *round_of(const struct scene *s)
{
    struct thresholds limits;
    thresholds_default(&limits);
    struct adviser *a = adviser_new(&limits);
    struct moment at = now(s);

    g_assert_true(adviser_step(a, &at, SIZE_MAX));
    return a;
}

static const struct advice *find(const struct adviser *a, enum advice_kind kind, const char *guest)
{
    const GPtrArray *list = adviser_advice(a);

    for (guint i = 0; i < list->len; i++) {
        const struct advice *one = g_ptr_array_index(list, i);
        if (one->kind == kind && g_strcmp0(one->guest_name, guest) == 0)
            return one;
    }
    return NULL;
}

static struct ident *machine(struct scene *s, const char *key, double cores, double vcpus)
{
    struct ident *vm = scene_vm(s, key, cores);

    scene_set(s, vm, R_DOM_VCPUS, vcpus);
    scene_set(s, vm, R_DOM_MEM_BYTES, 2 * GIB);
    scene_set(s, vm, R_MON_VCPUS_MAX, 16);
    scene_set(s, vm, R_MON_VCPU_DELAY_NS, 0);
    return vm;
}

static struct ident *container(struct scene *s, const char *key, double limit_mib, double used_mib)
{
    struct ident *c = scene_container(s, key, 0.1);

    scene_set(s, c, R_CG_MEM_LIMIT_BYTES, limit_mib * MIB);
    scene_set(s, c, R_CG_MEM_LIMIT_OWNER, LIMIT_OWN);
    scene_set(s, c, R_CG_MEM_USAGE_BYTES, used_mib * MIB);
    scene_set(s, c, R_CG_MEM_INACTIVE_FILE_BYTES, 0);
    scene_set(s, c, R_CG_OOM_KILLS, 0);
    return c;
}

/* A machine that is too small, one that is starved, a container that is too large. */
static void test_sizes(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    machine(s, "small", 1.9, 2);
    struct ident *starved = machine(s, "starved", 1.9, 2);
    scene_set(s, starved, R_MON_VCPU_DELAY_NS, 0.4e9);
    struct ident *large = container(s, "large", 1000, 400);
    scene_run(s, 60);
    scene_set(s, large, R_CG_MEM_USAGE_BYTES, 200 * MIB);
    scene_run(s, 24 * 3600);
    struct adviser *a = round_of(s);
    const struct advice *grow = find(a, ADVICE_GROW, "small"),
                        *move = find(a, ADVICE_MOVE, "starved"),
                        *shrink = find(a, ADVICE_SHRINK, "large");
    g_assert_cmpstr(grow->what, ==, "give it 3 vCPUs instead of 2");
    g_assert_true(g_str_has_prefix(grow->why, "1.9 cores are enough for 95 % of the time"));
    g_assert_cmpstr(grow->command, ==, "virsh setvcpus small 3 --live --config");
    g_assert_cmpfloat(grow->from, ==, 2);
    g_assert_cmpfloat(grow->to, ==, 3);
    g_assert_cmpint(grow->resource, ==, RESOURCE_CPU);
    g_assert_cmpstr(move->what, ==,
                    "move it, or shrink others on its host, instead of adding vCPUs");
    g_assert_null(move->command);
    g_assert_cmpstr(shrink->what, ==, "set its memory limit to 500 MiB instead of 1000 MiB");
    g_assert_cmpstr(shrink->command, ==, "docker update --memory=500m large");
    g_assert_cmpstr(g_ptr_array_index(shrink->notes, 0), ==, "less would do, but not in one step");
    g_assert_cmpint(shrink->sure, ==, SURE_MEDIUM);
    g_assert_cmpuint(shrink->guest, ==, scene_entity(s, "large")->serial);
    const struct advice *first = g_ptr_array_index(adviser_advice(a), 0);
    g_assert_true(first == move); /* the most urgent one */
    const struct advice_host *h = g_ptr_array_index(adviser_hosts(a), 0);
    g_assert_cmpuint(h->cpu[SIZE_GROW], ==, 1);
    g_assert_cmpuint(h->cpu[SIZE_MOVE], ==, 1);
    g_assert_cmpuint(h->memory[SIZE_SHRINK], ==, 1);
    g_assert_cmpuint(h->memory[SIZE_UNKNOWN], ==, 2); /* no balloon driver reports */
    adviser_free(a);
}

/* A container that leaks 5 MiB per minute. */
static void test_filling(struct scene *s, gconstpointer data)
{
    struct ident *leak = container(s, "leak", 1000, 650);

    (void)data;
    for (int minute = 0; minute < 50; minute++) {
        scene_set(s, leak, R_CG_MEM_USAGE_BYTES, (650 + 5 * minute) * MIB);
        scene_run(s, 60);
    }
    struct adviser *a = round_of(s);
    const struct advice *filling = find(a, ADVICE_FILLING, "leak");
    g_assert_nonnull(filling);
    g_assert_true(strstr(filling->what, "its memory is full in 2") != NULL);
    g_assert_true(strstr(filling->why, "of 1000 MiB are in use, and 300 MiB more every hour"));
    g_assert_cmpint(filling->sure, ==, SURE_MEDIUM);
    g_assert_null(find(a, ADVICE_GROW, "leak")); /* there is no hour of history */
    adviser_free(a);
}

/* A busy host, most of which is one guest's; too many vCPUs, too much memory, polling, emulation.
 */
static void test_host(struct scene *s, gconstpointer data)
{
    static const double seconds[] = {3.2, 0, 0.4, 0.4, 0, 0, 0, 0, 0, 0};
    struct ident *most, *tcg;

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(seconds); i++)
        scene_set(s, s->host, R_HOST_USER_NS + (enum reading)i, seconds[i] * 1e9);
    scene_set(s, s->host, R_HOST_CPUS_ONLINE, 4);
    scene_set(s, s->host, R_HOST_MEM_TOTAL_BYTES, 4 * GIB);
    scene_set(s, s->host, R_HOST_MEM_AVAILABLE_BYTES, 4 * GIB);
    most = machine(s, "most", 2.4, 12);
    scene_set(s, most, R_PROC_HALTPOLL_NS, 0.3e9);
    machine(s, "some", 0.6, 4);
    tcg = machine(s, "tcg", 0.5, 1);
    scene_absent(s, tcg, R_PROC_GUEST_TICKS_NS, REASON_EMULATED);
    scene_run(s, 3);
    struct adviser *a = round_of(s);
    const struct advice *share = find(a, ADVICE_SHARE, "most"), *tell = find(a, ADVICE_COST, "tcg"),
                        *vcpus = find(a, ADVICE_OVERCOMMIT, NULL), *polling;
    polling = find(a, ADVICE_COST, NULL);
    g_assert_true(g_str_has_prefix(
        share->why, "it uses 68.6 % of the CPU time of all guests, and the host is busy for 90 %"));
    g_assert_true(g_str_has_prefix(vcpus->why, "17 vCPUs are 4.2 per core of 4"));
    g_assert_cmpuint(vcpus->guest, ==, 0);
    g_assert_true(g_str_has_prefix(polling->why, "polling takes 0.3 cores"));
    g_assert_true(strstr(tell->why, "TCG") != NULL);
    bool promised = false;
    for (guint i = 0; i < adviser_advice(a)->len; i++) {
        const struct advice *one = g_ptr_array_index(adviser_advice(a), i);
        promised |= one->kind == ADVICE_OVERCOMMIT && one->resource == RESOURCE_MEMORY &&
                    strcmp(one->why, "its machines were given 6 GiB, and it has 4 GiB") == 0;
    }
    g_assert_true(promised);
    adviser_free(a);
}

/* A few samples, nothing known, no guest at all: no advice. */
static void test_too_little(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_run(s, 1);
    struct adviser *a = round_of(s);
    g_assert_cmpuint(adviser_advice(a)->len, ==, 0);
    g_assert_cmpuint(adviser_hosts(a)->len, ==, 1);
    adviser_free(a);
    scene_busy_host(s);
    machine(s, "vm", 1.99, 2);
    container(s, "full", 1000, 999);
    scene_run(s, 30);
    a = round_of(s);
    g_assert_cmpuint(adviser_advice(a)->len, ==, 0);
    const struct advice_host *h = g_ptr_array_index(adviser_hosts(a), 0);
    g_assert_cmpuint(h->cpu[SIZE_COLLECTING], ==, 1);
    g_assert_cmpuint(h->memory[SIZE_COLLECTING], ==, 1);
    adviser_free(a);
}

/* The list stays until the next round is complete; a guest that left meanwhile does not matter. */
static void test_rounds(struct scene *s, gconstpointer data)
{
    struct thresholds limits;
    thresholds_default(&limits);
    struct adviser *a = adviser_new(&limits);
    struct ident *first;

    (void)data;
    first = container(s, "a", 1000, 999);
    container(s, "b", 1000, 999);
    container(s, "c", 1000, 999);
    scene_run(s, 3700);
    struct moment at = now(s);
    g_assert_false(adviser_step(a, &at, 2));
    g_assert_cmpuint(adviser_advice(a)->len, ==, 0);
    g_assert_true(adviser_step(a, &at, 2));
    g_assert_cmpuint(adviser_advice(a)->len, ==, 3);
    g_assert_false(adviser_step(a, &at, 1));
    g_assert_cmpuint(adviser_advice(a)->len, ==, 3);
    scene_remove(s, first);
    scene_run(s, 10);
    at = now(s);
    g_assert_true(adviser_step(a, &at, 10));
    g_assert_cmpuint(adviser_advice(a)->len, ==, 2);
    adviser_reset(a);
    g_assert_cmpuint(adviser_advice(a)->len, ==, 0);
    GPtrArray *of_b = adviser_of(a, &at, scene_entity(s, "b"));
    g_assert_cmpuint(of_b->len, ==, 1);
    g_assert_cmpstr(((struct advice *)g_ptr_array_index(of_b, 0))->command, ==,
                    "docker update --memory=1152m --memory-swap=2304m b");
    g_ptr_array_free(of_b, TRUE);
    GPtrArray *of_host = adviser_of(a, &at, scene_host(s));
    g_assert_cmpuint(of_host->len, ==, 0);
    g_ptr_array_free(of_host, TRUE);
    adviser_free(a);
}

/* Ten minutes ago the container was small enough; and a guest that left since is advised. */
static void test_past(struct scene *s, gconstpointer data)
{
    struct ident *c = container(s, "c", 1000, 500), *gone = container(s, "gone", 1000, 990);
    struct thresholds limits;
    thresholds_default(&limits);
    struct adviser *a = adviser_new(&limits);

    (void)data;
    scene_run(s, 3700);
    scene_remove(s, gone);
    scene_set(s, c, R_CG_MEM_USAGE_BYTES, 990 * MIB);
    scene_run(s, 300);
    struct moment at = now(s);
    g_assert_true(adviser_step(a, &at, SIZE_MAX));
    g_assert_nonnull(find(a, ADVICE_GROW, "c"));
    g_assert_null(find(a, ADVICE_GROW, "gone"));
    at.tick = roster_last_tick(s->roster) - 310;
    adviser_reset(a);
    g_assert_true(adviser_step(a, &at, SIZE_MAX));
    g_assert_null(find(a, ADVICE_GROW, "c"));
    g_assert_cmpstr(find(a, ADVICE_GROW, "gone")->command, ==,
                    "docker update --memory=1152m --memory-swap=2304m gone");
    at.tick = 1; /* not kept any more */
    adviser_reset(a);
    g_assert_true(adviser_step(a, &at, SIZE_MAX));
    g_assert_cmpuint(adviser_advice(a)->len, ==, 0);
    adviser_free(a);
}

static void check_standing(struct size s, const char *expected)
{
    char *text = advice_standing(&s);

    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void test_standings(void)
{
    const int64_t minute_ns = 60 * SECOND;

    check_standing((struct size){.state = SIZE_COLLECTING, .history_ns = 43 * minute_ns},
                   "collecting: 43 min of an hour");
    check_standing((struct size){.state = SIZE_UNKNOWN}, "not enough data");
    check_standing((struct size){.state = SIZE_UNKNOWN, .lacks = "no driver"},
                   "not enough data: no driver");
    check_standing((struct size){.state = SIZE_UNLIMITED}, "no limit of its own");
    check_standing((struct size){.state = SIZE_RIGHT}, "right size");
    check_standing((struct size){.state = SIZE_RIGHT, .marks = SIZE_FLAT},
                   "right size; not less, because what it uses does not vary");
    check_standing((struct size){.state = SIZE_MOVE}, "too small, but it waits for CPUs: move it");
}

#define TEST(path, function)                                                                       \
    g_test_add("/advice/" path, struct scene, NULL, scene_set_up, function, scene_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("sizes", test_sizes);
    TEST("filling", test_filling);
    TEST("host", test_host);
    TEST("too-little", test_too_little);
    TEST("rounds", test_rounds);
    TEST("past", test_past);
    g_test_add_func("/advice/standings", test_standings);
    return g_test_run();
}
