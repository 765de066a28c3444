/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What advice, balance and the search for neighbours say about stories with a known cause, over
 * several seeds: a leak, an unbalanced host, noisy neighbours; and nothing about a healthy host. */
#include <config.h>

#include "story.h"

#include "analyse/advice.h"
#include "analyse/neighbour.h"
#include "analyse/trend.h"

#include <math.h>

enum { SEEDS = 5, SEEDS_SANITIZED = 2, ALL = 10000 };

/* Fewer with the sanitizers, which are several times slower. */
static uint64_t seeds(void)
{
    const char *sanitized = g_getenv("VTOP_SANITIZED");

    return sanitized && *sanitized ? SEEDS_SANITIZED : SEEDS;
}

static void print(const char *name, const struct score *s)
{
    g_test_message("%-40s recall %3u/%-3u %.3f  precision %3u/%-3u %.3f", name, s->found, s->wanted,
                   score_recall(s), s->right, s->right + s->wrong, score_precision(s));
}

static void check(const char *name, const struct score *s)
{
    print(name, s);
    g_assert_cmpfloat(score_recall(s), >=, 0.95);
    g_assert_cmpfloat(score_precision(s), >=, 0.98);
}

static bool is_called(const struct advice *a, const char *guest)
{
    return a->guest && g_str_equal(a->guest_name, guest);
}

/* Advice of this kind about GUEST is right, about another one wrong. True: there is some. */
static bool count_advice(const struct sim *s, enum advice_kind kind, const char *guest,
                         struct score *score)
{
    struct thresholds limits;
    thresholds_default(&limits);
    struct adviser *a = adviser_new(&limits);
    bool found = false;

    adviser_step(a, &s->now, ALL);
    for (guint i = 0; i < adviser_advice(a)->len; i++) {
        const struct advice *x = g_ptr_array_index(adviser_advice(a), i);
        if (x->kind != kind)
            continue;
        found |= is_called(x, guest);
        *(is_called(x, guest) ? &score->right : &score->wrong) += 1;
        if (!is_called(x, guest))
            g_test_message("false: %s: %s (%s)", x->guest ? x->guest_name : "host", x->what,
                           x->why);
    }
    adviser_free(a);
    return found;
}

/* ---- a leak ---- */

static struct trend trend_now(const struct sim *s, const char *guest)
{
    struct trend_scratch *scratch = trend_scratch_new();
    const GPtrArray *guests = roster_guests(s->roster);
    struct trend t = {.left_ns = -1};

    for (guint i = 0; i < guests->len; i++)
        if (g_str_equal(entity_label(g_ptr_array_index(guests, i), LABEL_NAME), guest))
            t = trend_of(scratch, &s->now, g_ptr_array_index(guests, i), TREND_MEMORY);
    trend_scratch_free(scratch);
    return t;
}

/* Whether the time that is left is told: 3 MiB more every minute, of 1,024. */
static bool is_time_right(const struct sim *s)
{
    double left = (1024 - sim_find(s, "leaky")->used_mib) / 3 * 60;
    double told = (double)trend_now(s, "leaky").left_ns / 1e9;

    return fabs(told - left) < 0.25 * left + 300;
}

/* The leak is told at least half an hour before the limit is reached, with the right time that is
 * left; the guest that levels off never. */
static void play_leak(uint64_t seed, struct score *score)
{
    enum { LOOK_S = 600, HALF_AN_HOUR_BEFORE_S = 8000 };
    const struct story *story = story_named("leak, and one that levels off");
    struct sim *s = story_open(story, seed);
    unsigned told = 0;

    while (story_step(story, s) && story_time(story, s) < HALF_AN_HOUR_BEFORE_S) {
        double t = story_time(story, s);
        if (t < 0 || fmod(t, LOOK_S) >= s->interval_s)
            continue;
        if (!count_advice(s, ADVICE_FILLING, "leaky", score))
            continue;
        told++;
        if (!is_time_right(s))
            g_test_message("seed %u, after %.0f min: the time left is wrong", (unsigned)seed,
                           t / 60);
        score->wrong += !is_time_right(s);
    }
    score->wanted++;
    score->found += told > 0;
    sim_free(s);
}

static void test_leak(void)
{
    struct score score = {0};

    for (uint64_t seed = 1; seed <= seeds(); seed++)
        play_leak(seed, &score);
    check("leak, and one that levels off", &score);
}

/* ---- an unbalanced host ---- */

static void play_unfair(uint64_t seed, struct score *score)
{
    const struct story *story = story_named("unbalanced host");
    struct sim *s = story_open(story, seed);
    double before = NAN;

    while (story_step(story, s))
        if (story_time(story, s) <= 0)
            before = balance_of(&s->now, roster_host(s->roster), RESOURCE_CPU).share;
    struct balance b = balance_of(&s->now, roster_host(s->roster), RESOURCE_CPU);
    const struct entity *dominant = roster_find(s->roster, b.dominant);
    score->wanted++;
    score->found += count_advice(s, ADVICE_SHARE, "greedy", score) && b.share > before;
    g_assert_cmpstr(entity_label(dominant, LABEL_NAME), ==, "greedy");
    sim_free(s);
}

static void test_unfair(void)
{
    struct score score = {0};

    for (uint64_t seed = 1; seed <= seeds(); seed++)
        play_unfair(seed, &score);
    check("unbalanced host", &score);
}

/* ---- neighbours ---- */

static const struct entity *guest_named(const struct sim *s, const char *name)
{
    const GPtrArray *guests = roster_guests(s->roster);

    for (guint i = 0; i < guests->len; i++)
        if (g_str_equal(entity_label(g_ptr_array_index(guests, i), LABEL_NAME), name))
            return g_ptr_array_index(guests, i);
    g_assert_not_reached();
}

static void count_named(const struct sim *s, enum resource r, struct score *score)
{
    struct neighbour_search *search = neighbour_search_new();

    neighbour_begin(search, &s->now, guest_named(s, "victim"), r);
    while (!neighbour_step(search, &s->now, ALL))
        continue;
    const struct neighbours *n = neighbour_result(search);
    g_autofree char *text = neighbour_text(n, s->roster);
    g_test_message("%s", text ? text : "none is named");
    for (size_t i = 0; i < n->count; i++) {
        bool right = n->named[i].serial == guest_named(s, "noisy")->serial;
        score->found += right && score->wanted;
        *(right && score->wanted ? &score->right : &score->wrong) += 1;
    }
    neighbour_search_free(search);
}

/* A bystander moves as the guest that makes the noise, or goes its own way. */
static void play_noisy(const char *name, enum resource r, bool alike, uint64_t seed,
                       struct score *score)
{
    const struct story *story = story_named(name);
    struct sim *s = story_open(story, seed);

    if (!alike)
        sim_remove(s, sim_find(s, "bystander"));
    while (story_step(story, s))
        continue;
    score->wanted++;
    count_named(s, r, score);
    sim_free(s);
}

static void test_noisy(void)
{
    static const struct {
        const char *name;
        enum resource resource;
    } cases[] = {{"noisy neighbour on a disk", RESOURCE_DISK},
                 {"noisy neighbour on CPUs", RESOURCE_CPU}};

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        for (int alike = 0; alike <= 1; alike++) {
            struct score score = {0};
            g_autofree char *name =
                g_strdup_printf("%s, %s bystander", cases[i].name, alike ? "with" : "without");
            for (uint64_t seed = 1; seed <= seeds(); seed++)
                play_noisy(cases[i].name, cases[i].resource, alike, seed, &score);
            check(name, &score);
        }
}

/* Nobody is named for a device that is slow by itself. */
static void test_flaky(void)
{
    const struct story *story = story_named("device slow at times");
    struct score score = {0};

    for (uint64_t seed = 1; seed <= seeds(); seed++) {
        struct sim *s = story_open(story, seed);
        while (story_step(story, s))
            continue;
        count_named(s, RESOURCE_DISK, &score);
        sim_free(s);
    }
    check(story->name, &score);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/story-advice/leak", test_leak);
    g_test_add_func("/story-advice/unfair", test_unfair);
    g_test_add_func("/story-advice/noisy", test_noisy);
    g_test_add_func("/story-advice/flaky", test_flaky);
    return g_test_run();
}
