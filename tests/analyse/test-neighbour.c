/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Noisy neighbours: the culprit is named, with a bystander that moves alike; chance, small guests
 * and short histories name nobody. */
#include "analyse/neighbour.h"

#include "../model/scene.h"

#include <math.h>
#include <string.h>

static double noise(GRand *r)
{
    double u = 1 - g_rand_double(r), v = g_rand_double(r);

    return sqrt(-2 * log(u)) * cos(2 * G_PI * v);
}

/* ---- statistics ---- */

/* Steps of y are those of x, doubled, where x moves: r = 1. */
static void test_correlation(void)
{
    float x[600], y[600];
    size_t steps;
    double effective;

    for (size_t i = 0; i < 600; i++) {
        x[i] = (float)((i * 7919) % 101);
        y[i] = 2 * x[i] + 5;
    }
    g_assert_cmpfloat_with_epsilon(neighbour_correlation(x, y, 600, &steps, &effective), 1, 1e-9);
    g_assert_cmpuint(steps, ==, 599);
    y[100] = NAN; /* two steps less */
    neighbour_correlation(x, y, 600, &steps, &effective);
    g_assert_cmpuint(steps, ==, 597);
    g_assert_cmpfloat(effective, <=, 597);
    g_assert_true(isnan(neighbour_correlation(x, y, 300, &steps, &effective)));
    g_assert_cmpuint(steps, ==, 297);
    for (size_t i = 0; i < 600; i++)
        y[i] = 5;
    g_assert_true(isnan(neighbour_correlation(x, y, 600, &steps, &effective)));
    g_assert_true(isnan(neighbour_correlation(y, y, 600, &steps, &effective)));
    g_assert_cmpuint(steps, ==, 0);
    x[0] = INFINITY;
    g_assert_true(isnan(neighbour_correlation(x, y, 1, &steps, &effective)));
}

/* 103 steps are worth a standard error of 0.1 of atanh(r). 2.3263 of them are exceeded once in a
 * hundred times, 4.26489 of them once in 100,000 times: tanh(0.23263), tanh(0.426489). */
static void test_bound(void)
{
    g_assert_cmpfloat_with_epsilon(neighbour_bound(103, 1), 0.228524, 1e-5);
    g_assert_cmpfloat_with_epsilon(neighbour_bound(103, 1000), 0.402383, 1e-5);
    g_assert_true(isnan(neighbour_bound(3, 1)));
    g_assert_true(isnan(neighbour_bound(100, 0)));
}

/* A victim and 1,000 series that have nothing to do with it, of this autocorrelation. */
static bool names_anybody(double phi, GRand *r)
{
    float victim[600], other[600];
    double at = noise(r), effective;
    bool named = false;
    size_t steps;

    for (size_t i = 0; i < 600; i++, at = phi * at + sqrt(1 - phi * phi) * noise(r))
        victim[i] = (float)at;
    for (unsigned guest = 0; guest < 1000; guest++) {
        at = noise(r);
        for (size_t i = 0; i < 600; i++, at = phi * at + sqrt(1 - phi * phi) * noise(r))
            other[i] = (float)at;
        named |= neighbour_correlation(victim, other, 600, &steps, &effective) >
                 neighbour_bound(effective, 1000);
    }
    return named;
}

/* White, and wandering by 0.8 and 0.95: once in a hundred times, so at most once in ten. */
static void test_chance(void)
{
    static const double phis[] = {0, 0.8, 0.95};
    GRand *r = g_rand_new_with_seed(4711);

    for (size_t i = 0; i < G_N_ELEMENTS(phis); i++) {
        unsigned named = 0;
        for (unsigned times = 0; times < 10; times++)
            named += names_anybody(phis[i], r);
        g_test_message("phi %g: %u of 10 searches", phis[i], named);
        g_assert_cmpuint(named, <=, 1);
    }
    g_rand_free(r);
}

/* ---- searches ---- */

/* Guests of a host, and how each second's CPU time comes about: a base, a load that several share,
 * and one of its own. */
struct part {
    const char *name;
    double base, shared, own;
};

static void play(struct scene *s, const struct part *parts, size_t count, int seconds, double pull)
{
    struct ident *victim = scene_vm(s, "victim", 0.5), *others[16];
    GRand *r = g_rand_new_with_seed(815);

    scene_set(s, victim, R_DOM_VCPUS, 2);
    for (size_t i = 0; i < count; i++)
        others[i] = scene_container(s, parts[i].name, parts[i].base);
    for (int t = 0; t < seconds; t++) {
        double load = g_rand_double(r);
        for (size_t i = 0; i < count; i++)
            scene_set(
                s, others[i], R_CG_CPU_NS,
                1e9 * (parts[i].base + parts[i].shared * load + parts[i].own * g_rand_double(r)));
        scene_set(s, victim, R_MON_VCPU_DELAY_NS,
                  1e9 * (0.1 + pull * load + 0.1 * g_rand_double(r)));
        scene_run(s, 1);
    }
    g_rand_free(r);
}

static struct neighbours search(const struct scene *s, enum resource resource, size_t at_once)
{
    struct neighbour_search *search = neighbour_search_new();
    struct moment at = {.roster = s->roster, .now_ns = s->now_ns};

    neighbour_begin(search, &at, scene_entity(s, "victim"), resource);
    for (int i = 0; i < 100 && !neighbour_step(search, &at, at_once); i++)
        g_assert_true(neighbour_is_busy(search));
    g_assert_false(neighbour_is_busy(search));
    struct neighbours n = *neighbour_result(search);
    neighbour_search_free(search);
    return n;
}

static bool is_named(const struct scene *s, const struct neighbours *n, const char *name)
{
    for (size_t i = 0; i < n->count; i++)
        if (n->named[i].serial == scene_entity(s, name)->serial)
            return true;
    return false;
}

static void test_culprit(struct scene *s, gconstpointer data)
{
    static const struct part parts[] = {
        {"culprit", 0.5, 1, 0.1}, {"web", 0.5, 0, 1}, {"app", 0.5, 0, 1}, {"tiny", 0, 0.1, 0}};

    (void)data;
    play(s, parts, G_N_ELEMENTS(parts), 500, 0.4);
    struct neighbours n = search(s, RESOURCE_CPU, 2);
    g_assert_cmpint(n.state, ==, NEIGHBOUR_FOUND);
    g_assert_cmpint(n.suffers, ==, M_READY);
    g_assert_cmpuint(n.count, ==, 1);
    g_assert_true(is_named(s, &n, "culprit"));
    g_assert_cmpfloat(n.named[0].r, >, 0.9);
    g_assert_cmpfloat_with_epsilon(n.named[0].share, 1.05 / 3.6, 0.05);
    g_assert_cmpuint(n.steps, >=, 490);
    char *text = neighbour_text(&n, s->roster);
    g_assert_true(g_str_has_prefix(text, "its ready time correlates with the CPU time of culprit "
                                         "(r 0.9"));
    g_free(text);
    struct neighbours disk = search(s, RESOURCE_DISK, 10);
    g_assert_cmpint(disk.state, ==, NEIGHBOUR_TOO_LITTLE);
}

/* A guest does the same as the culprit at the same times: both are named. */
static void test_bystander(struct scene *s, gconstpointer data)
{
    static const struct part parts[] = {
        {"culprit", 0.5, 1, 0.1}, {"bystander", 0.5, 0.9, 0.1}, {"web", 0.5, 0, 1}};

    (void)data;
    play(s, parts, G_N_ELEMENTS(parts), 500, 0.4);
    struct neighbours n = search(s, RESOURCE_CPU, 10);
    g_assert_cmpint(n.state, ==, NEIGHBOUR_FOUND);
    g_assert_cmpuint(n.count, ==, 2);
    g_assert_true(is_named(s, &n, "culprit"));
    g_assert_true(is_named(s, &n, "bystander"));
}

/* Four move alike: none can be told from the others. */
static void test_crowd(struct scene *s, gconstpointer data)
{
    static const struct part parts[] = {
        {"a", 0.5, 1, 0.1}, {"b", 0.5, 1, 0.1}, {"c", 0.5, 1, 0.1}, {"d", 0.5, 1, 0.1}};

    (void)data;
    play(s, parts, G_N_ELEMENTS(parts), 500, 0.4);
    struct neighbours n = search(s, RESOURCE_CPU, 10);
    g_assert_cmpint(n.state, ==, NEIGHBOUR_NONE);
    g_assert_cmpuint(n.count, ==, 0);
    g_assert_cmpuint(n.alike, ==, 4);
    g_assert_null(neighbour_text(&n, s->roster));
}

/* It correlates, but holds 5 % of the CPU time. */
static void test_small(struct scene *s, gconstpointer data)
{
    static const struct part parts[] = {
        {"small", 0.05, 0.1, 0}, {"web", 0.9, 0, 0.2}, {"app", 0.9, 0, 0.2}};

    (void)data;
    play(s, parts, G_N_ELEMENTS(parts), 500, 0.4);
    struct neighbours n = search(s, RESOURCE_CPU, 10);
    g_assert_cmpint(n.state, ==, NEIGHBOUR_NONE);
    g_assert_cmpuint(n.count, ==, 0);
}

/* Nothing pulls at the victim. */
static void test_innocent(struct scene *s, gconstpointer data)
{
    static const struct part parts[] = {{"web", 0.5, 1, 0.1}, {"app", 0.5, 0, 1}};

    (void)data;
    play(s, parts, G_N_ELEMENTS(parts), 500, 0);
    g_assert_cmpint(search(s, RESOURCE_CPU, 10).state, ==, NEIGHBOUR_NONE);
}

static void test_too_little(struct scene *s, gconstpointer data)
{
    static const struct part parts[] = {{"culprit", 0.5, 1, 0.1}};

    (void)data;
    play(s, parts, G_N_ELEMENTS(parts), 290, 0.4);
    struct neighbours n = search(s, RESOURCE_CPU, 10);
    g_assert_cmpint(n.state, ==, NEIGHBOUR_TOO_LITTLE);
    g_assert_null(neighbour_text(&n, s->roster));
    g_assert_cmpint(search(s, RESOURCE_NETWORK, 10).state, ==, NEIGHBOUR_TOO_LITTLE);
    g_assert_cmpint(search(s, RESOURCE_MEMORY, 10).state, ==, NEIGHBOUR_TOO_LITTLE);
}

#define TEST(path, function)                                                                       \
    g_test_add("/neighbour/" path, struct scene, NULL, scene_set_up, function, scene_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/neighbour/correlation", test_correlation);
    g_test_add_func("/neighbour/bound", test_bound);
    g_test_add_func("/neighbour/chance", test_chance);
    TEST("culprit", test_culprit);
    TEST("bystander", test_bystander);
    TEST("crowd", test_crowd);
    TEST("small", test_small);
    TEST("innocent", test_innocent);
    TEST("too-little", test_too_little);
    return g_test_run();
}
