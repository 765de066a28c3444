/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The engine: from moments to findings. */
#include <config.h>

#include "analyse/analysis.h"

#include "../model/scene.h"

#include <math.h>
#include <string.h>

struct fixture {
    struct scene scene;
    struct analysis *analysis;
    struct ident *vm;
};

static struct moment now_of(const struct fixture *f)
{
    return (struct moment){
        .roster = f->scene.roster, .now_ns = f->scene.now_ns, .wall_ns = f->scene.now_ns};
}

/* Second by second, each looked at. */
static void run(struct fixture *f, int seconds)
{
    while (seconds-- > 0) {
        scene_run(&f->scene, 1);
        struct moment now = now_of(f);
        analysis_tick(f->analysis, &now);
    }
}

static void ready(struct fixture *f, double percent)
{
    scene_set(&f->scene, f->vm, R_PROC_VCPU_DELAY_NS, percent * 1e7 * 2);
}

static void set_up(struct fixture *f, gconstpointer data)
{
    struct thresholds t;

    scene_set_up(&f->scene, data);
    scene_busy_host(&f->scene);
    scene_set(&f->scene, f->scene.host, R_HOST_STEAL_NS, 0);
    f->vm = scene_vm(&f->scene, "db", 1);
    scene_set(&f->scene, f->vm, R_PROC_VCPUS, 2);
    ready(f, 0);
    thresholds_default(&t);
    f->analysis = analysis_new(&t, NULL);
}

static void tear_down(struct fixture *f, gconstpointer data)
{
    analysis_free(f->analysis);
    scene_tear_down(&f->scene, data);
}

static guint count(const struct fixture *f, uint64_t tick)
{
    struct moment at = now_of(f);

    at.tick = tick;
    GPtrArray *findings = analysis_findings(f->analysis, &at);
    guint n = findings->len;
    g_ptr_array_free(findings, TRUE);
    return n;
}

static const struct finding *only(const struct fixture *f)
{
    struct moment now = now_of(f);
    GPtrArray *findings = analysis_findings(f->analysis, &now);

    g_assert_cmpuint(findings->len, ==, 1);
    const struct finding *found = g_ptr_array_index(findings, 0);
    g_ptr_array_free(findings, TRUE);
    return found;
}

static uint64_t serial_of(const struct fixture *f, const char *name)
{
    return scene_entity(&f->scene, name)->serial;
}

static int worst_of(const struct fixture *f, const char *name)
{
    struct moment now = now_of(f);

    return analysis_worst_of(f->analysis, &now, serial_of(f, name));
}

static void test_quiet(struct fixture *f, gconstpointer data)
{
    (void)data;
    run(f, 2000);
    g_assert_cmpuint(count(f, 0), ==, 0);
    g_assert_cmpint(analysis_pending_ns(f->analysis), ==, 0);
    g_assert_cmpuint(analysis_log(f->analysis)->len, ==, 0);
    g_assert_cmpint(worst_of(f, "db"), ==, -1);
}

static void test_opens(struct fixture *f, gconstpointer data)
{
    (void)data;
    run(f, 10);
    ready(f, 15);
    run(f, 60);
    g_assert_cmpuint(count(f, 0), ==, 0);
    g_assert_cmpint(analysis_pending_ns(f->analysis), ==, 60 * SECOND);
    run(f, 1);
    const struct finding *found = only(f);
    g_assert_cmpint(found->rule, ==, RULE_VCPU_CONTENTION);
    g_assert_cmpint(found->severity, ==, SEVERITY_WARN);
    g_assert_cmpint(found->resource, ==, RESOURCE_CPU);
    g_assert_cmpstr(found->guest_name, ==, "db");
    g_assert_cmpuint(found->guest, ==, serial_of(f, "db"));
    g_assert_cmpint(found->since_ns, ==, 1011 * SECOND);
    g_assert_cmpint(found->since_wall_ns, ==, 1011 * SECOND);
    g_assert_cmpint(found->until_ns, ==, 0);
    g_assert_cmpint(worst_of(f, "db"), ==, SEVERITY_WARN);
    g_assert_cmpint(analysis_pending_ns(f->analysis), ==, 0);
}

static void test_evidence(struct fixture *f, gconstpointer data)
{
    (void)data;
    ready(f, 15);
    run(f, 100);
    const struct finding *found = only(f);
    const struct evidence *e = &found->evidence[0];
    g_assert_cmpint(e->metric, ==, M_READY);
    g_assert_cmpfloat_with_epsilon(e->number, 15, 1e-6);
    g_assert_nonnull(strstr(found->sentence, "15 %"));
}

static void test_critical(struct fixture *f, gconstpointer data)
{
    struct moment now;
    unsigned counts[SEVERITY_COUNT];

    (void)data;
    ready(f, 40);
    run(f, 70);
    g_assert_cmpint(only(f)->severity, ==, SEVERITY_CRIT);
    now = now_of(f);
    g_assert_cmpint(analysis_worst(f->analysis, &now, counts), ==, SEVERITY_CRIT);
    g_assert_cmpuint(counts[SEVERITY_CRIT], ==, 1);
    g_assert_cmpuint(counts[SEVERITY_WARN], ==, 0);
}

/* What is open at a moment in the past, although it has closed since. */
static void test_past(struct fixture *f, gconstpointer data)
{
    (void)data;
    run(f, 10);
    ready(f, 15);
    run(f, 100);
    ready(f, 0);
    run(f, 200);
    g_assert_cmpuint(count(f, 0), ==, 0);
    g_assert_cmpuint(count(f, 5), ==, 0);
    g_assert_cmpuint(count(f, 50), ==, 1);
    g_assert_cmpuint(count(f, 109), ==, 1);
    g_assert_cmpuint(count(f, 300), ==, 0);
    struct moment then = now_of(f);
    then.tick = 50;
    g_assert_cmpint(analysis_worst_of(f->analysis, &then, serial_of(f, "db")), ==, SEVERITY_WARN);
    GPtrArray *of = analysis_findings_of(f->analysis, &then, serial_of(f, "db"));
    g_assert_cmpuint(of->len, ==, 1);
    const struct finding *closed = g_ptr_array_index(of, 0);
    g_assert_cmpint(closed->until_ns, >, 1110 * SECOND);
    g_ptr_array_free(of, TRUE);
}

static void test_gone(struct fixture *f, gconstpointer data)
{
    (void)data;
    ready(f, 15);
    run(f, 100);
    g_assert_cmpuint(count(f, 0), ==, 1);
    scene_remove(&f->scene, f->vm);
    run(f, 1);
    g_assert_cmpuint(count(f, 0), ==, 0);
    g_assert_cmpuint(analysis_log(f->analysis)->len, ==, 1);
    run(f, 20);
    g_assert_cmpuint(count(f, 50), ==, 1);
}

static void test_muted(struct fixture *f, gconstpointer data)
{
    struct moment now;
    unsigned counts[SEVERITY_COUNT];

    (void)data;
    analysis_mute(f->analysis, RULE_VCPU_CONTENTION, "db", true);
    ready(f, 15);
    run(f, 100);
    now = now_of(f);
    g_assert_true(only(f)->muted);
    g_assert_cmpint(worst_of(f, "db"), ==, -1);
    g_assert_cmpint(analysis_worst(f->analysis, &now, counts), ==, -1);
    g_assert_true(analysis_is_muted(f->analysis, RULE_VCPU_CONTENTION, "db"));
    g_assert_false(analysis_is_muted(f->analysis, RULE_VCPU_CONTENTION, "web"));
    g_assert_false(analysis_is_muted(f->analysis, RULE_VCPU_CONTENTION, NULL));
    analysis_mute(f->analysis, RULE_VCPU_CONTENTION, "db", false);
    g_assert_false(only(f)->muted);
    g_assert_cmpint(worst_of(f, "db"), ==, SEVERITY_WARN);
    analysis_mute(f->analysis, RULE_VCPU_CONTENTION, NULL, true);
    g_assert_true(only(f)->muted);
    g_assert_true(analysis_is_muted(f->analysis, RULE_VCPU_CONTENTION, "db"));
}

/* One finding of a guest stands for all of it, but those that are muted are listed, too. */
static void test_muted_part(struct fixture *f, gconstpointer data)
{
    (void)data;
    run(f, 5);
    ready(f, 15);
    scene_set(&f->scene, f->vm, R_DOM_STATE, STATE_RUN);
    scene_set(&f->scene, f->vm, R_DOM_HUNG_MS, 90000);
    run(f, 100);
    g_assert_cmpuint(count(f, 0), ==, 1);
    analysis_mute(f->analysis, RULE_MONITOR_HUNG, "db", true);
    g_assert_cmpuint(count(f, 0), ==, 2);
    analysis_mute(f->analysis, RULE_VCPU_CONTENTION, "db", true);
    g_assert_cmpuint(count(f, 0), ==, 2);
    struct moment now = now_of(f);
    g_assert_false(analysis_has_open(f->analysis, &now));
    analysis_mute(f->analysis, RULE_MONITOR_HUNG, "db", false);
    g_assert_true(analysis_has_open(f->analysis, &now));
    now.tick = 1;
    g_assert_false(analysis_has_open(f->analysis, &now));
}

static void test_reset(struct fixture *f, gconstpointer data)
{
    struct moment now;

    (void)data;
    ready(f, 15);
    run(f, 100);
    analysis_reset(f->analysis);
    g_assert_cmpuint(count(f, 0), ==, 0);
    g_assert_cmpuint(analysis_log(f->analysis)->len, ==, 0);
    now = now_of(f);
    g_assert_cmpint(analysis_worst_of(f->analysis, &now, serial_of(f, "db")), ==, -1);
    run(f, 62);
    g_assert_cmpuint(count(f, 0), ==, 1);
}

/* A tick that was looked at already does not count twice. */
static void test_same_tick(struct fixture *f, gconstpointer data)
{
    (void)data;
    ready(f, 15);
    run(f, 30);
    struct moment now = now_of(f);
    for (int i = 0; i < 100; i++)
        analysis_tick(f->analysis, &now);
    g_assert_cmpuint(count(f, 0), ==, 0);
}

static void test_nothing(void)
{
    struct moment now = {.roster = NULL};
    unsigned counts[SEVERITY_COUNT];
    GPtrArray *none = analysis_findings(NULL, &now);

    g_assert_cmpuint(none->len, ==, 0);
    g_ptr_array_free(none, TRUE);
    g_assert_cmpint(analysis_worst(NULL, &now, counts), ==, -1);
    g_assert_cmpint(analysis_worst_of(NULL, &now, 1), ==, -1);
}

/* The log keeps so many that have closed. */
static void test_log(struct fixture *f, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < 40; i++) {
        for (int k = 0; k < 30; k++) {
            char *name = g_strdup_printf("vm-%d-%d", i, k);
            struct ident *vm = scene_vm(&f->scene, name, 0.01);
            scene_set(&f->scene, vm, R_PROC_VCPUS, 1);
            scene_set(&f->scene, vm, R_PROC_VCPU_DELAY_NS, 15e7);
            g_free(name);
        }
        run(f, 65);
        for (int k = 0; k < 30; k++)
            scene_remove(&f->scene,
                         g_ptr_array_index(f->scene.idents, f->scene.idents->len - 1 - (guint)k));
        run(f, 1);
    }
    const GPtrArray *log = analysis_log(f->analysis);
    g_assert_cmpuint(log->len, ==, ANALYSIS_LOG_MAX + 1); /* one is open: too many vCPUs */
    for (guint i = 1; i < log->len; i++)
        g_assert_cmpuint(((const struct finding *)log->pdata[i - 1])->id, <,
                         ((const struct finding *)log->pdata[i])->id);
}

/* 3.6 of 4 CPUs are busy; "db" uses 1 core, and two others come. */
static void test_unbalanced(struct fixture *f, gconstpointer data)
{
    struct ident *second = scene_container(&f->scene, "second", 0.3), *third;

    (void)data;
    scene_set(&f->scene, f->scene.host, R_HOST_USER_NS, 3.6e9);
    scene_set(&f->scene, f->scene.host, R_HOST_NICE_NS, 0);
    scene_set(&f->scene, f->scene.host, R_HOST_SYSTEM_NS, 0);
    scene_set(&f->scene, f->scene.host, R_HOST_IRQ_NS, 0);
    scene_set(&f->scene, f->scene.host, R_HOST_SOFTIRQ_NS, 0);
    scene_set(&f->scene, f->scene.host, R_HOST_IDLE_NS, 0.4e9);
    scene_set(&f->scene, f->scene.host, R_HOST_IOWAIT_NS, 0);
    run(f, 700); /* of two guests, one uses more than the other in any case */
    const struct finding *busy = only(f);
    g_assert_cmpint(busy->rule, ==, RULE_HOST_CPU_BUSY);
    third = scene_container(&f->scene, "third", 0.2);
    run(f, 595);
    only(f);
    run(f, 20);
    g_assert_cmpuint(count(f, 0), ==, 2);
    const GPtrArray *log = analysis_log(f->analysis);
    const struct finding *unbalanced = g_ptr_array_index(log, log->len - 1);
    g_assert_cmpint(unbalanced->rule, ==, RULE_HOST_UNBALANCED);
    g_assert_cmpint(unbalanced->severity, ==, SEVERITY_INFO);
    g_assert_cmpstr(unbalanced->sentence, ==,
                    "its CPUs are busy, and db uses 66.7 % of the CPU time of its 3 guests: move "
                    "it, or limit it");
    scene_set(&f->scene, second, R_CG_CPU_NS, 1e9); /* all three use a core */
    scene_set(&f->scene, third, R_CG_CPU_NS, 1e9);
    run(f, 1500);
    g_assert_cmpint(unbalanced->until_ns, >, 0);
}

static void add(const char *path, void (*test)(struct fixture *, gconstpointer))
{
    g_test_add(path, struct fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/analysis/quiet", test_quiet);
    add("/analysis/opens", test_opens);
    add("/analysis/evidence", test_evidence);
    add("/analysis/critical", test_critical);
    add("/analysis/past", test_past);
    add("/analysis/gone", test_gone);
    add("/analysis/muted", test_muted);
    add("/analysis/muted-part", test_muted_part);
    add("/analysis/reset", test_reset);
    add("/analysis/same-tick", test_same_tick);
    add("/analysis/unbalanced", test_unbalanced);
    g_test_add_func("/analysis/nothing", test_nothing);
    add("/analysis/log", test_log);
    return g_test_run();
}
