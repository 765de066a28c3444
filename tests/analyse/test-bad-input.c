/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What is missing, torn or absurd leads to no finding and to no number; what leaves takes its
 * findings along; memory does not grow. The host is the same in each test: two guests that compete
 * for two CPUs, which is worth a finding when it can be seen. */
#include <config.h>

#include "sim.h"

#include "base/clock.h"

#include <malloc.h>
#include <math.h>
#include <string.h>

enum { CPUS = 4, MINUTES = 30 };

static struct sim *crowded(uint64_t seed)
{
    struct sim *s = sim_new(seed, 10, CPUS, (size_t)1 << 20);

    sim_vm(s, "victim", 4, 3.5, 1024);
    sim_vm(s, "hog", 4, 3.9, 1024);
    return s;
}

static void run(struct sim *s, double seconds)
{
    for (double end = s->time_s + seconds; s->time_s < end;)
        sim_step(s);
}

static guint found(const struct sim *s)
{
    return analysis_log(s->analysis)->len;
}

static guint open_now(const struct sim *s)
{
    GPtrArray *open = analysis_findings(s->analysis, &s->now);
    guint n = open->len;

    g_ptr_array_free(open, TRUE);
    return n;
}

/* Without this the other tests would prove nothing. */
static void test_seen(void)
{
    struct sim *s = crowded(1);

    run(s, MINUTES * 60);
    g_assert_cmpuint(open_now(s), >, 0);
    sim_free(s);
}

/* Each sample comes so late that no rate can be made of it. */
static void test_gaps(void)
{
    struct sim *s = crowded(2);

    for (int i = 0; i < MINUTES; i++) {
        sim_step(s);
        s->time_s += 50;
    }
    g_assert_cmpuint(found(s), ==, 0);
    sim_free(s);
}

static void test_one_sample(void)
{
    struct sim *s = crowded(3);

    sim_step(s);
    g_assert_cmpuint(found(s), ==, 0);
    g_assert_cmpint(analysis_pending_ns(s->analysis), ==, 0);
    sim_free(s);
}

/* Merge a sample after CHANGE had its way with each of its records. */
static void step_with(struct sim *s, void (*change)(struct record *r, unsigned turn), unsigned turn)
{
    struct sample *sample = sim_sample(s);

    for (guint i = 0; i < sample->records->len; i++)
        change(g_ptr_array_index(sample->records, i), turn);
    s->now.now_ns = s->now.wall_ns = sim_now_ns(s);
    roster_merge(s->roster, sample);
    roster_tick(s->roster, s->now.now_ns, s->now.wall_ns);
    analysis_tick(s->analysis, &s->now);
    sample_unref(sample);
}

static void lose_all(struct record *r, unsigned turn)
{
    (void)turn;
    record_all_absent(r, facet_begin(r->facet), facet_end(r->facet) - 1, REASON_DENIED);
}

static void test_all_absent(void)
{
    struct sim *s = crowded(4);

    for (unsigned i = 0; i < MINUTES * 6; i++)
        step_with(s, lose_all, i);
    g_assert_cmpuint(found(s), ==, 0);
    sim_free(s);
}

/* Numbers near 2^64, 0 and anything between, each time others. */
static void absurd(struct record *r, unsigned turn)
{
    static const uint64_t values[] = {UINT64_MAX,       0, INT64_MAX, 1, UINT64_MAX - 1,
                                      UINT64_C(1) << 63};

    for (enum reading i = facet_begin(r->facet); i < facet_end(r->facet); i++)
        if (reading_unit(i) != READS_STATE && reading_unit(i) != READS_STATE_REASON)
            record_set(r, i, values[(turn / 7 + (unsigned)i * 5) % G_N_ELEMENTS(values)]);
}

static void check_words(const struct finding *f)
{
    g_assert_true(g_utf8_validate(f->sentence, -1, NULL));
    for (const char *const *word = (const char *const[]){"nan", "inf", NULL}; *word; word++) {
        g_autofree char *pattern = g_strdup_printf("\\b-?%s\\b", *word);
        g_assert_false(g_regex_match_simple(pattern, f->sentence, 0, 0));
    }
    for (size_t i = 0; i < f->evidence_count; i++)
        g_assert_true(isfinite(f->evidence[i].number));
}

static void test_absurd(void)
{
    struct sim *s = crowded(5);

    for (unsigned i = 0; i < MINUTES * 6; i++) {
        step_with(s, absurd, i);
        const GPtrArray *log = analysis_log(s->analysis);
        for (guint k = 0; k < log->len; k++)
            check_words(g_ptr_array_index(log, k));
    }
    sim_free(s);
}

/* A feed goes back: what was found is forgotten, and found again at the same time of day. */
static void test_rewind(void)
{
    struct sim *s = crowded(6);

    run(s, MINUTES * 60);
    g_assert_cmpuint(open_now(s), >, 0);
    const struct finding *first = g_ptr_array_index(analysis_log(s->analysis), 0);
    int64_t since = first->since_ns;
    roster_free(s->roster);
    s->now.roster = s->roster = roster_new((size_t)1 << 20);
    analysis_reset(s->analysis);
    s->time_s = 0;
    g_assert_cmpuint(found(s), ==, 0);
    g_assert_cmpuint(open_now(s), ==, 0);
    run(s, MINUTES * 60);
    g_assert_cmpuint(open_now(s), >, 0);
    first = g_ptr_array_index(analysis_log(s->analysis), 0);
    g_assert_cmpint(ABS(first->since_ns - since), <, 60 * CLOCK_NS_PER_S);
    sim_free(s);
}

static const struct finding *open_about(const struct sim *s, const char *guest)
{
    const GPtrArray *log = analysis_log(s->analysis);

    for (guint i = 0; i < log->len; i++) {
        const struct finding *f = g_ptr_array_index(log, i);
        if (!f->until_ns && f->guest && g_str_equal(f->guest_name, guest))
            return f;
    }
    return NULL;
}

/* Its finding ends with the guest; one of the same name that comes later starts anew. */
static void test_leaves(void)
{
    struct sim *s = crowded(7);

    run(s, MINUTES * 60);
    const struct finding *f = open_about(s, "victim");
    g_assert_nonnull(f);
    uint64_t id = f->id, serial = f->guest;
    sim_remove(s, sim_find(s, "victim"));
    run(s, 60);
    g_assert_null(open_about(s, "victim"));
    g_assert_cmpint(analysis_worst_of(s->analysis, &s->now, serial), ==, -1);
    sim_vm(s, "victim", 4, 3.5, 1024);
    sim_step(s);
    g_assert_null(open_about(s, "victim"));
    run(s, MINUTES * 60);
    f = open_about(s, "victim");
    g_assert_nonnull(f);
    g_assert_cmpuint(f->id, >, id);
    g_assert_cmpuint(f->guest, !=, serial);
    sim_free(s);
}

/* Many guests want more than there is, and stay for a few samples only. */
static void churn(struct sim *s, unsigned turn)
{
    enum { GUESTS = 20 };
    g_autofree char *name = g_strdup_printf("short-%u", turn);

    sim_vm(s, name, 1, 0.9, 64);
    s->memory_mib = 65536;
    if (s->guests->len > GUESTS)
        sim_remove(s, g_ptr_array_index(s->guests, turn % GUESTS));
    sim_step(s);
}

/* Findings open at the first sample that shows contention. */
static void hold_nothing(struct sim *s)
{
    struct thresholds t;

    thresholds_default(&t);
    t.of[THRESHOLD_READY_HOLD] = 0;
    analysis_free(s->analysis);
    s->analysis = analysis_new(&t, NULL);
}

/* Bytes in use beside history, which has a budget of its own. */
static size_t used(const struct sim *s)
{
    return mallinfo2().uordblks - roster_history_bytes(s->roster);
}

/* The log is full after the first third; nothing else may grow from there on. */
static void test_memory(void)
{
    enum { TURNS = 3 * ANALYSIS_LOG_MAX };
    const char *sanitized = g_getenv("VTOP_SANITIZED");
    struct sim *s = sim_new(8, 10, CPUS, (size_t)1 << 20);
    size_t before = 0;

    hold_nothing(s);
    for (unsigned i = 0; i < 2 * TURNS; i++) {
        churn(s, i);
        if (i == TURNS)
            before = used(s);
    }
    g_assert_cmpuint(found(s), >=, ANALYSIS_LOG_MAX);
    g_assert_cmpuint(found(s), <=, ANALYSIS_LOG_MAX + open_now(s));
    size_t after = used(s);
    g_test_message("%zu bytes, then %zu", before, after);
    if (!sanitized || !*sanitized)
        g_assert_cmpuint(after, <, before + before / 50);
    sim_free(s);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bad-input/seen", test_seen);
    g_test_add_func("/bad-input/gaps", test_gaps);
    g_test_add_func("/bad-input/one-sample", test_one_sample);
    g_test_add_func("/bad-input/all-absent", test_all_absent);
    g_test_add_func("/bad-input/absurd", test_absurd);
    g_test_add_func("/bad-input/rewind", test_rewind);
    g_test_add_func("/bad-input/leaves", test_leaves);
    g_test_add_func("/bad-input/memory", test_memory);
    return g_test_run();
}
