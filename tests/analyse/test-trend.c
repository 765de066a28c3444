/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Trends: a leak is found with the right time to exhaustion; what levels off, is far from its
 * limit, swings, or is not known well enough is none. */
#include "analyse/trend.h"

#include "../model/scene.h"

#include <math.h>

enum { ROOM = TREND_MEDIANS_MAX + 1 };

/* Medians of N minutes, to be filled in by curves. */
struct series {
    double minutes[ROOM], medians[ROOM];
    size_t n;
};

static struct series series_new(size_t n, double (*curve)(double at, double n))
{
    struct series s = {.n = n};

    for (size_t i = 0; i < n; i++) {
        s.minutes[i] = 1000 + (double)i;
        s.medians[i] = curve((double)i, (double)n);
    }
    return s;
}

static struct trend trend_to_100(const struct series *s)
{
    return trend_of_medians(s->minutes, s->medians, s->n, 100);
}

/* ---- curves: percent of a limit ---- */

static double line(double at, double n)
{
    (void)n;
    return 60 + 0.4 * at;
}

static double flat(double at, double n)
{
    (void)at;
    (void)n;
    return 80;
}

/* It runs for two hours before it leaks. */
static double leaks_late(double at, double n)
{
    (void)n;
    return 60 + 0.4 * MAX(0, at - 120);
}

/* Collections of garbage, every seven minutes. */
static double saw(double at, double n)
{
    return line(at, n) + fmod(at, 7);
}

static double quicker(double at, double n)
{
    double u = at / n;

    return 62 + 20 * u * u;
}

static double slower(double at, double n)
{
    double u = at / n;

    return 62 + 20 * (u - 0.3 * u * u);
}

static double levels_off(double at, double n)
{
    return 60 + 20 * MIN(1, at / (n - 20));
}

static double saturates(double at, double n)
{
    return 60 + 20 * (1 - exp(-3 * at / n));
}

static double falls(double at, double n)
{
    return 95 - line(at, n) / 4;
}

static double below(double at, double n)
{
    return 40 + 0.3 * at * 45 / n;
}

/* 3 in six hours: 72 hours are left, which is more than ten times as long. */
static double crawls(double at, double n)
{
    return 61 + 3 * at / n;
}

/* ---- golden numbers ----
 *
 * 45 medians on a line of 0.4 per minute: S = 45 x 44 / 2 = 990, its variance
 * 45 x 44 x 95 / 18 = 10450, Z = 989 / 102.2253 = 9.67471. Nothing is left without the trend, so
 * phi = 3 / 40 = 0.075, with its standard error sqrt((1 - 0.075^2) / 45) = 0.148651 it is 0.223651,
 * and Z is divided by sqrt(1.223651 / 0.776349) = 1.25546. After 44 minutes it is at 77.6, and
 * 22.4 / 0.4 = 56 minutes are left. */
static void test_line(void)
{
    struct series s = series_new(45, line);
    struct trend t = trend_to_100(&s);

    g_assert_cmpint(t.state, ==, TREND_RISING);
    g_assert_cmpuint(t.n, ==, 45);
    g_assert_cmpint(t.history_ns, ==, 44 * 60 * SECOND);
    g_assert_cmpfloat_with_epsilon(t.z, 7.70615, 1e-4);
    g_assert_cmpfloat_with_epsilon(t.used, 77.6, 1e-9);
    g_assert_cmpfloat_with_epsilon(t.per_hour, 24, 1e-9);
    g_assert_cmpfloat_with_epsilon((double)t.left_ns / (double)SECOND, 56 * 60, 1e-3);
    g_assert_cmpint(trend_urgency(&t), ==, TREND_WITHIN_DAY); /* 22.4 % are free */
}

static void test_urgency(void)
{
    struct trend t = {.state = TREND_RISING, .limit = 100, .used = 81};

    t.left_ns = 4 * 3600 * SECOND - 1;
    g_assert_cmpint(trend_urgency(&t), ==, TREND_WITHIN_HOURS);
    t.left_ns++;
    g_assert_cmpint(trend_urgency(&t), ==, TREND_WITHIN_DAY);
    t.left_ns = 24 * 3600 * SECOND;
    g_assert_cmpint(trend_urgency(&t), ==, TREND_LATER);
    t.left_ns--;
    g_assert_cmpint(trend_urgency(&t), ==, TREND_WITHIN_DAY);
    t.used = 60;
    g_assert_cmpint(trend_urgency(&t), ==, TREND_LATER);
    t.used = 81;
    t.state = TREND_NONE;
    g_assert_cmpint(trend_urgency(&t), ==, TREND_LATER);
}

static double noise(GRand *r)
{
    double u = 1 - g_rand_double(r), v = g_rand_double(r);

    return sqrt(-2 * log(u)) * cos(2 * G_PI * v);
}

static void add_noise(struct series *s, double deviation, GRand *r)
{
    for (size_t i = 0; i < s->n; i++)
        s->medians[i] += deviation * noise(r);
}

static void test_curves(void)
{
    static const struct {
        double (*curve)(double, double);
        size_t n;
        enum trend_state state;
    } cases[] = {{line, 120, TREND_RISING},       {saw, 60, TREND_RISING},
                 {quicker, 60, TREND_RISING},     {quicker, 240, TREND_RISING},
                 {slower, 60, TREND_RISING},      {slower, 240, TREND_RISING},
                 {leaks_late, 190, TREND_RISING}, {leaks_late, 130, TREND_NONE},
                 {flat, 120, TREND_NONE},         {levels_off, 60, TREND_NONE},
                 {levels_off, 120, TREND_NONE},   {levels_off, 360, TREND_NONE},
                 {saturates, 60, TREND_NONE},     {saturates, 240, TREND_NONE},
                 {falls, 120, TREND_NONE},        {below, 120, TREND_NONE},
                 {crawls, 360, TREND_NONE},       {line, 44, TREND_NONE}, /* held for 14 minutes */
                 {line, 29, TREND_TOO_LITTLE}};
    GRand *r = g_rand_new_with_seed(1);

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct series s = series_new(cases[i].n, cases[i].curve);
        if (cases[i].curve != flat)
            add_noise(&s, 0.05, r);
        struct trend t = trend_to_100(&s);
        g_test_message("%zu: z %g, %g per hour", i, t.z, t.per_hour);
        g_assert_cmpint(t.state, ==, cases[i].state);
        g_assert_true((t.left_ns >= 0) == (t.state == TREND_RISING));
        g_assert_true(isnan(t.per_hour) == (t.state != TREND_RISING));
    }
    g_rand_free(r);
}

static void test_too_little(void)
{
    struct series s = series_new(ROOM, line);
    static const double bad[] = {NAN, INFINITY, -INFINITY, 0, -100};

    s.n = ROOM;
    g_assert_cmpint(trend_to_100(&s).state, ==, TREND_TOO_LITTLE);
    for (s.n = 0; s.n < 2; s.n++)
        g_assert_cmpint(trend_to_100(&s).state, ==, TREND_TOO_LITTLE);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_cmpint(trend_of_medians(s.minutes, s.medians, 100, bad[i]).state, ==,
                        TREND_TOO_LITTLE);
}

/* ---- false trends ---- */

/* Stationary, and within a few percent of its limit at times. */
static void fill_stationary(struct series *s, double phi, GRand *r)
{
    double at = noise(r);

    for (size_t i = 0; i < s->n; i++) {
        s->medians[i] = 80 + 5 * at;
        at = phi * at + sqrt(1 - phi * phi) * noise(r);
    }
}

/* Of 1,000 series with this seed. */
static unsigned false_trends(size_t n, guint32 seed)
{
    struct series s = series_new(n, flat);
    GRand *r = g_rand_new_with_seed(seed);
    unsigned count = 0;

    for (unsigned i = 0; i < 1000; i++) {
        fill_stationary(&s, 0.95, r);
        count += trend_to_100(&s).state == TREND_RISING;
    }
    g_rand_free(r);
    return count;
}

/* On average at most one of 1,000, for short and long histories: over 20 seeds with -m thorough,
 * over four of them otherwise. */
static void test_false_trends(void)
{
    static const size_t lengths[] = {45, 60, 120, 240, 360};
    unsigned seeds = g_test_thorough() ? 20 : 4;

    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        unsigned count = 0;
        for (guint32 seed = 1; seed <= seeds; seed++)
            count += false_trends(lengths[i], seed);
        g_test_message("%zu medians: %u of %u000", lengths[i], count, seeds);
        g_assert_cmpuint(count, <=, seeds);
    }
}

/* ---- from history ---- */

#define MIB (1024.0 * 1024)

/* A container that leaks 5 MiB per minute of its 1,000, a machine that is used more and more while
 * what it takes of the host stays, a host that swaps, and a container without a limit. */
struct cast {
    struct ident *leak, *vm, *free, *images, *boot;
};

/* One store that holds guests, and one that is full sooner but holds none. */
static struct ident *set_store(struct scene *s, const char *name, bool guests)
{
    struct ident *store = scene_part(s, NULL, KIND_STORE, name);

    scene_set(s, store, R_STORE_SIZE_BYTES, 1100 * MIB);
    scene_set(s, store, R_STORE_HOLDS_GUESTS, guests);
    return store;
}

static struct cast set_the_stage(struct scene *s)
{
    struct cast c = {.leak = scene_container(s, "leak", 1),
                     .vm = scene_vm(s, "vm", 1),
                     .free = scene_container(s, "free", 1),
                     .images = set_store(s, "/images", true),
                     .boot = set_store(s, "/boot", false)};

    scene_set(s, c.leak, R_CG_MEM_LIMIT_BYTES, 1000 * MIB);
    scene_set(s, c.leak, R_CG_MEM_INACTIVE_FILE_BYTES, 0);
    scene_set(s, c.vm, R_DOM_MEM_BYTES, 1000 * MIB);
    scene_set(s, c.vm, R_PROC_RSS_BYTES, 1000 * MIB);
    scene_set(s, c.vm, R_PROC_HUGETLB_BYTES, 0);
    scene_set(s, c.vm, R_PROC_SWAP_BYTES, 0);
    scene_set(s, c.vm, R_BALLOON_AVAILABLE_BYTES, 980 * MIB);
    scene_set(s, c.free, R_CG_MEM_INACTIVE_FILE_BYTES, 0);
    scene_absent(s, c.free, R_CG_MEM_LIMIT_BYTES, REASON_NO_LIMIT);
    scene_set(s, s->host, R_HOST_SWAP_TOTAL_BYTES, 1000 * MIB);
    scene_set(s, s->host, R_HOST_MEM_TOTAL_BYTES, 1000 * MIB);
    scene_set(s, s->host, R_HOST_MEM_AVAILABLE_BYTES, 900 * MIB);
    return c;
}

static void run_minutes(struct scene *s, const struct cast *c, int from, int to)
{
    for (int minute = from; minute < to; minute++) {
        double used = (650 + 5 * minute) * MIB;
        scene_set(s, c->leak, R_CG_MEM_USAGE_BYTES, used);
        scene_set(s, c->free, R_CG_MEM_USAGE_BYTES, used);
        scene_set(s, c->vm, R_BALLOON_USABLE_BYTES, 980 * MIB - used);
        scene_set(s, s->host, R_HOST_SWAP_FREE_BYTES, 1000 * MIB - used);
        /* 100 MiB are reserved: the limit is what is used and what can be had. */
        scene_set(s, c->images, R_STORE_USED_BYTES, used);
        scene_set(s, c->images, R_STORE_FREE_BYTES, 1000 * MIB - used);
        scene_set(s, c->boot, R_STORE_USED_BYTES, used + 50 * MIB);
        scene_set(s, c->boot, R_STORE_FREE_BYTES, 950 * MIB - used);
        scene_run(s, 60);
    }
}

static struct trend look_at(const struct scene *s, const char *key, enum trend_subject subject,
                            uint64_t tick)
{
    struct trend_scratch *scratch = trend_scratch_new();
    struct moment at = {.roster = s->roster, .now_ns = s->now_ns, .tick = tick};
    const struct entity *e = key ? scene_entity(s, key) : scene_host(s);
    struct trend t = trend_of(scratch, &at, e, subject);

    trend_scratch_free(scratch);
    return t;
}

static void check_rising(const struct trend *t, enum metric m)
{
    g_assert_cmpint(t->metric, ==, m);
    g_assert_cmpint(t->state, ==, TREND_RISING);
    g_assert_cmpfloat_with_epsilon(t->per_hour / MIB, 300, 1);
    g_assert_cmpfloat_with_epsilon(t->limit / MIB, 1000, 1e-6);
}

static void test_history(struct scene *s, gconstpointer data)
{
    struct cast c = set_the_stage(s);

    (void)data;
    run_minutes(s, &c, 0, 20);
    g_assert_cmpint(look_at(s, "leak", TREND_MEMORY, 0).state, ==, TREND_TOO_LITTLE);
    run_minutes(s, &c, 20, 40);
    g_assert_cmpint(look_at(s, "leak", TREND_MEMORY, 0).state, ==, TREND_NONE);
    run_minutes(s, &c, 40, 50);
    struct trend leak = look_at(s, "leak", TREND_MEMORY, 0), vm = look_at(s, "vm", TREND_MEMORY, 0),
                 swap = look_at(s, NULL, TREND_SWAP, 0), store = look_at(s, NULL, TREND_STORE, 0);
    check_rising(&leak, M_MEM);
    check_rising(&vm, M_MEM_USED);
    check_rising(&swap, M_HOST_SWAP_USED);
    check_rising(&store, M_STORE_USED);
    g_assert_cmpuint(store.part, ==, scene_entity_part(s, NULL, KIND_STORE, "/images")->serial);
    /* 650 + 5 x 49 = 895 in the last minute, so 105 or a minute less are left. */
    g_assert_cmpfloat_with_epsilon((double)leak.left_ns / 60e9, 21, 1.5);
    g_assert_cmpint(look_at(s, NULL, TREND_MEMORY, 0).state, ==, TREND_NONE);
    g_assert_cmpint(look_at(s, "free", TREND_MEMORY, 0).state, ==, TREND_TOO_LITTLE);
    g_assert_cmpint(look_at(s, "leak", TREND_SWAP, 0).metric, ==, M_NONE);
}

/* A moment 9 minutes ago knows nothing of what came after it. */
static void test_past(struct scene *s, gconstpointer data)
{
    struct cast c = set_the_stage(s);

    (void)data;
    run_minutes(s, &c, 0, 52);
    uint64_t last = roster_last_tick(s->roster);
    struct trend now = look_at(s, "leak", TREND_MEMORY, 0),
                 then = look_at(s, "leak", TREND_MEMORY, last - 120);
    check_rising(&now, M_MEM);
    check_rising(&then, M_MEM);
    g_assert_cmpint(then.left_ns - now.left_ns, ==, 120 * SECOND);
    g_assert_cmpint(look_at(s, "leak", TREND_MEMORY, last - 540).state, ==, TREND_NONE);
}

/* Absent, or not known for ten minutes: nothing is said about now. */
static void test_gaps(struct scene *s, gconstpointer data)
{
    struct cast c = set_the_stage(s);

    (void)data;
    run_minutes(s, &c, 0, 50);
    g_assert_cmpint(look_at(s, "leak", TREND_MEMORY, 0).state, ==, TREND_RISING);
    scene_absent(s, c.leak, R_CG_MEM_USAGE_BYTES, REASON_DENIED);
    scene_run(s, 600);
    g_assert_cmpint(look_at(s, "leak", TREND_MEMORY, 0).state, ==, TREND_TOO_LITTLE);
    scene_set(s, c.leak, R_CG_MEM_USAGE_BYTES, 950 * MIB);
    scene_run(s, 1);
    g_assert_cmpint(look_at(s, "leak", TREND_MEMORY, 0).state, ==, TREND_TOO_LITTLE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/trend/line", test_line);
    g_test_add_func("/trend/urgency", test_urgency);
    g_test_add_func("/trend/curves", test_curves);
    g_test_add_func("/trend/too-little", test_too_little);
    g_test_add_func("/trend/false-trends", test_false_trends);
    g_test_add("/trend/history", struct scene, NULL, scene_set_up, test_history, scene_tear_down);
    g_test_add("/trend/past", struct scene, NULL, scene_set_up, test_past, scene_tear_down);
    g_test_add("/trend/gaps", struct scene, NULL, scene_set_up, test_gaps, scene_tear_down);
    return g_test_run();
}
