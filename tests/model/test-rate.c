/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The rules of rate.h, one by one: the rates that a series of raw readings gives. */
#include "model/rate.h"

#define MS INT64_C(1000000)
#define S (1000 * MS)

/* A track, and the record that is fed to it next. */
struct feeder {
    struct track *track;
    struct sample *sample;
    struct record *record;
    int64_t interval_ns;
};

static void open_feeder(struct feeder *f, enum facet facet, int64_t interval_ns)
{
    struct ident *ident = ident_new(facet_kind(facet), GUEST_NONE, "k");

    f->track = track_new(facet);
    f->sample = sample_new(0, interval_ns);
    f->interval_ns = interval_ns;
    f->record = sample_add(f->sample, facet, ident);
    ident_unref(ident);
}

static void close_feeder(struct feeder *f)
{
    track_free(f->track);
    sample_unref(f->sample);
}

static void feed(struct feeder *f, int64_t at_ns)
{
    f->record->read_ns = at_ns;
    f->track = track_feed(f->track, f->record, f->interval_ns);
}

static void feed_one(struct feeder *f, int64_t at_ns, enum reading r, uint64_t value)
{
    record_set(f->record, r, value);
    feed(f, at_ns);
}

static void check(const struct feeder *f, enum reading r, double expected)
{
    struct value v = track_value(f->track, r);

    g_assert_cmpint(v.reason, ==, REASON_OK);
    g_assert_cmpfloat_with_epsilon(v.number, expected, 1e-9 * (expected + 1));
    g_assert_cmpint(v.facet, ==, f->track->facet);
}

static void check_absent(const struct feeder *f, enum reading r, enum reason why)
{
    g_assert_cmpint(track_value(f->track, r).reason, ==, why);
}

static void test_nothing_yet(void)
{
    struct feeder f;

    open_feeder(&f, FACET_CGROUP, S);
    check_absent(&f, R_CG_CPU_NS, REASON_NOT_READ);
    check_absent(&f, R_CG_TASKS, REASON_NOT_READ);
    close_feeder(&f);
    track_free(NULL);
}

/* Not the mean since boot: the first number is only a baseline. */
static void test_first_has_no_rate(void)
{
    struct feeder f;

    open_feeder(&f, FACET_CGROUP, S);
    record_set(f.record, R_CG_TASKS, 7);
    feed_one(&f, 100 * S, R_CG_CPU_NS, 50 * (uint64_t)S);
    check_absent(&f, R_CG_CPU_NS, REASON_NO_BASELINE);
    check(&f, R_CG_TASKS, 7);
    check_absent(&f, R_CG_FROZEN, REASON_NOT_READ);
    close_feeder(&f);
}

/* Per second of this facet's own time, whatever the interval was meant to be. */
static void test_rate_is_over_own_time(void)
{
    struct feeder f;

    open_feeder(&f, FACET_CGROUP, S);
    feed_one(&f, 10 * S, R_CG_CPU_NS, 1000);
    feed_one(&f, 10 * S + 1250 * MS, R_CG_CPU_NS, 1000 + 250 * (uint64_t)MS);
    check(&f, R_CG_CPU_NS, 0.2 * (double)S);
    feed_one(&f, 12 * S, R_CG_CPU_NS, 1000 + 250 * (uint64_t)MS);
    check(&f, R_CG_CPU_NS, 0);
    close_feeder(&f);
}

static void test_same_read_time(void)
{
    struct feeder f;

    open_feeder(&f, FACET_CGROUP, S);
    feed_one(&f, 1 * S, R_CG_CPU_NS, 0);
    feed_one(&f, 2 * S, R_CG_CPU_NS, 500);
    record_absent(f.record, R_CG_CPU_NS, REASON_NO_FILE);
    feed(&f, 2 * S);
    check(&f, R_CG_CPU_NS, 500);
    g_assert_cmpint(f.track->read_ns, ==, 2 * S);
    feed_one(&f, 1 * S, R_CG_CPU_NS, 9000); /* an older record says nothing new either */
    check(&f, R_CG_CPU_NS, 500);
    g_assert_cmpint(f.track->read_ns, ==, 2 * S);
    feed_one(&f, 3 * S, R_CG_CPU_NS, 600);
    check(&f, R_CG_CPU_NS, 100);
    close_feeder(&f);
}

/* A refresh by key must not compute rates over 20 ms. Gauges are updated. */
static void test_too_soon(void)
{
    struct feeder f;

    open_feeder(&f, FACET_CGROUP, S);
    feed_one(&f, 1 * S, R_CG_CPU_NS, 0);
    feed_one(&f, 2 * S, R_CG_CPU_NS, 1000);
    record_set(f.record, R_CG_TASKS, 3);
    feed_one(&f, 2 * S + 20 * MS, R_CG_CPU_NS, 1900);
    check(&f, R_CG_CPU_NS, 1000);
    check(&f, R_CG_TASKS, 3);
    feed_one(&f, 2 * S + 249 * MS, R_CG_CPU_NS, 1950);
    check(&f, R_CG_CPU_NS, 1000);
    feed_one(&f, 2 * S + 250 * MS, R_CG_CPU_NS, 2000); /* over the old baseline */
    check(&f, R_CG_CPU_NS, 4000);
    feed_one(&f, 3 * S, R_CG_CPU_NS, 2750);
    check(&f, R_CG_CPU_NS, 1000);
    close_feeder(&f);
}

/* A counter that appears in a refresh by key gets its baseline with all others. */
static void test_appears_too_soon(void)
{
    struct feeder f;

    open_feeder(&f, FACET_CGROUP, S);
    feed_one(&f, 1 * S, R_CG_CPU_NS, 0);
    record_set(f.record, R_CG_IO_READ_BYTES, 100);
    feed_one(&f, 1 * S + 10 * MS, R_CG_CPU_NS, 10);
    check_absent(&f, R_CG_IO_READ_BYTES, REASON_NO_BASELINE);
    record_set(f.record, R_CG_IO_READ_BYTES, 200);
    feed_one(&f, 2 * S, R_CG_CPU_NS, 1000);
    check_absent(&f, R_CG_IO_READ_BYTES, REASON_NO_BASELINE);
    check(&f, R_CG_CPU_NS, 1000);
    record_set(f.record, R_CG_IO_READ_BYTES, 500);
    feed_one(&f, 3 * S, R_CG_CPU_NS, 2000);
    check(&f, R_CG_IO_READ_BYTES, 300);
    close_feeder(&f);
}

/* After a restart or migration a counter is smaller: the rate must not wrap around 2^64. */
static void test_reset(void)
{
    struct feeder f;

    open_feeder(&f, FACET_CGROUP, S);
    record_set(f.record, R_CG_IO_READ_BYTES, 100);
    feed_one(&f, 1 * S, R_CG_CPU_NS, 9000);
    record_set(f.record, R_CG_IO_READ_BYTES, 300);
    feed_one(&f, 2 * S, R_CG_CPU_NS, 50);
    check_absent(&f, R_CG_CPU_NS, REASON_RESET);
    check(&f, R_CG_IO_READ_BYTES, 200); /* the other counter goes on */
    feed_one(&f, 3 * S, R_CG_CPU_NS, 150);
    check(&f, R_CG_CPU_NS, 100);
    close_feeder(&f);
}

static void test_reset_too_soon(void)
{
    struct feeder f;

    open_feeder(&f, FACET_CGROUP, S);
    feed_one(&f, 1 * S, R_CG_CPU_NS, 9000);
    feed_one(&f, 1 * S + 20 * MS, R_CG_CPU_NS, 0);
    check_absent(&f, R_CG_CPU_NS, REASON_RESET);
    feed_one(&f, 2 * S, R_CG_CPU_NS, 9500); /* past the old baseline already: still no rate */
    check_absent(&f, R_CG_CPU_NS, REASON_RESET);
    feed_one(&f, 3 * S, R_CG_CPU_NS, 9600);
    check(&f, R_CG_CPU_NS, 100);
    close_feeder(&f);
}

/* diskstats: unsigned int milliseconds */
static void test_wrap_32(void)
{
    struct feeder f;

    open_feeder(&f, FACET_HOST_DISK, S);
    feed_one(&f, 1 * S, R_HOSTDISK_READ_MS, UINT32_MAX - 99);
    feed_one(&f, 2 * S, R_HOSTDISK_READ_MS, 400);
    check(&f, R_HOSTDISK_READ_MS, 500);
    feed_one(&f, 3 * S, R_HOSTDISK_READ_MS, 900);
    check(&f, R_HOSTDISK_READ_MS, 500);
    close_feeder(&f);
}

/* A disk made anew starts at 0 too: a billion ms in a second is no wrap. */
static void test_wrap_32_is_reset(void)
{
    struct feeder f;

    open_feeder(&f, FACET_HOST_DISK, S);
    feed_one(&f, 1 * S, R_HOSTDISK_READ_MS, 3000000000);
    feed_one(&f, 2 * S, R_HOSTDISK_READ_MS, 10);
    check_absent(&f, R_HOSTDISK_READ_MS, REASON_RESET);
    feed_one(&f, 3 * S, R_HOSTDISK_READ_MS, 20);
    check(&f, R_HOSTDISK_READ_MS, 10);
    /* a number above 32 bits has not wrapped at 2^32 */
    feed_one(&f, 4 * S, R_HOSTDISK_READ_MS, UINT64_C(1) << 33);
    feed_one(&f, 5 * S, R_HOSTDISK_READ_MS, 0);
    check_absent(&f, R_HOSTDISK_READ_MS, REASON_RESET);
    close_feeder(&f);
}

static void test_gap(void)
{
    struct feeder f;

    open_feeder(&f, FACET_CGROUP, S);
    feed_one(&f, 1 * S, R_CG_CPU_NS, 0);
    feed_one(&f, 4 * S, R_CG_CPU_NS, 3000); /* three intervals are only late */
    check(&f, R_CG_CPU_NS, 1000);
    feed_one(&f, 7 * S + 1, R_CG_CPU_NS, 9000);
    check_absent(&f, R_CG_CPU_NS, REASON_GAP);
    feed_one(&f, 8 * S + 1, R_CG_CPU_NS, 9100);
    check(&f, R_CG_CPU_NS, 100);
    close_feeder(&f);
}

/* A facet of a slow tier, or of a source that has backed off, is not late when it keeps its time.
 */
static void test_gap_is_by_own_interval(void)
{
    struct feeder f;

    open_feeder(&f, FACET_MONITOR, S);
    f.interval_ns = 10 * S;
    feed_one(&f, 10 * S, R_MON_EXITS, 0);
    feed_one(&f, 20 * S, R_MON_EXITS, 1000);
    check(&f, R_MON_EXITS, 100);
    f.interval_ns = S; /* the change to a shorter one comes after one more long wait */
    feed_one(&f, 30 * S, R_MON_EXITS, 3000);
    check(&f, R_MON_EXITS, 200);
    feed_one(&f, 40 * S, R_MON_EXITS, 4000);
    check_absent(&f, R_MON_EXITS, REASON_GAP);
    close_feeder(&f);
}

static void test_absent_then_back(void)
{
    struct feeder f;

    open_feeder(&f, FACET_CGROUP, S);
    feed_one(&f, 1 * S, R_CG_CPU_NS, 0);
    feed_one(&f, 2 * S, R_CG_CPU_NS, 1000);
    record_absent(f.record, R_CG_CPU_NS, REASON_UNREADABLE);
    feed(&f, 3 * S);
    check_absent(&f, R_CG_CPU_NS, REASON_UNREADABLE);
    feed_one(&f, 4 * S, R_CG_CPU_NS, 5000); /* 2 s of work in what would look like 1 s */
    check_absent(&f, R_CG_CPU_NS, REASON_NO_BASELINE);
    feed_one(&f, 5 * S, R_CG_CPU_NS, 5100);
    check(&f, R_CG_CPU_NS, 100);
    close_feeder(&f);
}

static void test_gauge_absent_then_back(void)
{
    struct feeder f;

    open_feeder(&f, FACET_CGROUP, S);
    feed_one(&f, 1 * S, R_CG_TASKS, 0);
    check(&f, R_CG_TASKS, 0); /* zero is a value */
    record_absent(f.record, R_CG_TASKS, REASON_NO_CONTROLLER);
    feed(&f, 2 * S);
    check_absent(&f, R_CG_TASKS, REASON_NO_CONTROLLER);
    feed_one(&f, 3 * S, R_CG_TASKS, 4);
    check(&f, R_CG_TASKS, 4);
    close_feeder(&f);
}

/* The scheduler's tick is too coarse for a second: at least 10 s, then the last rate stays. */
static void test_ticks(void)
{
    struct feeder f;

    open_feeder(&f, FACET_PROCESS, S);
    for (int t = 1; t <= 10; t++) {
        record_set(f.record, R_PROC_RUN_NS, (uint64_t)t * 100);
        feed_one(&f, t * S, R_PROC_GUEST_TICKS_NS, (uint64_t)t * 1000);
        check_absent(&f, R_PROC_GUEST_TICKS_NS, REASON_WINDOW);
        if (t > 1)
            check(&f, R_PROC_RUN_NS, 100); /* the others do not wait */
    }
    for (int t = 11; t <= 20; t++) {
        feed_one(&f, t * S, R_PROC_GUEST_TICKS_NS, t == 11 ? 21000 : 90000);
        check(&f, R_PROC_GUEST_TICKS_NS, 2000);
    }
    feed_one(&f, 21 * S, R_PROC_GUEST_TICKS_NS, 121000);
    check(&f, R_PROC_GUEST_TICKS_NS, 10000);
    close_feeder(&f);
}

static void test_ticks_reset_and_gap(void)
{
    struct feeder f;

    open_feeder(&f, FACET_PROCESS, S);
    feed_one(&f, 1 * S, R_PROC_GUEST_TICKS_NS, 5000);
    feed_one(&f, 3 * S, R_PROC_GUEST_TICKS_NS, 0);
    check_absent(&f, R_PROC_GUEST_TICKS_NS, REASON_RESET);
    feed_one(&f, 20 * S, R_PROC_GUEST_TICKS_NS, 100);
    check_absent(&f, R_PROC_GUEST_TICKS_NS, REASON_RESET);
    for (int t = 21; t <= 30; t++)
        feed_one(&f, t * S, R_PROC_GUEST_TICKS_NS, 10100);
    check(&f, R_PROC_GUEST_TICKS_NS, 1000);
    feed_one(&f, 50 * S, R_PROC_GUEST_TICKS_NS, 20000);
    check_absent(&f, R_PROC_GUEST_TICKS_NS, REASON_GAP);
    close_feeder(&f);
}

/* After a suspend, or when the guest was made anew. */
static void test_break(void)
{
    struct feeder f;

    open_feeder(&f, FACET_CGROUP, S);
    record_set(f.record, R_CG_TASKS, 3);
    record_absent(f.record, R_CG_PERIODS, REASON_NO_CONTROLLER);
    feed_one(&f, 1 * S, R_CG_CPU_NS, 0);
    feed_one(&f, 2 * S, R_CG_CPU_NS, 100);
    track_break(f.track, REASON_GAP);
    check_absent(&f, R_CG_CPU_NS, REASON_GAP);
    check_absent(&f, R_CG_PERIODS, REASON_NO_CONTROLLER);
    check(&f, R_CG_TASKS, 3);
    feed_one(&f, 2 * S + 100 * MS, R_CG_CPU_NS, 50); /* a new baseline at once, less or not */
    check_absent(&f, R_CG_CPU_NS, REASON_GAP);
    feed_one(&f, 3 * S + 100 * MS, R_CG_CPU_NS, 250);
    check(&f, R_CG_CPU_NS, 200);
    close_feeder(&f);
}

/* A saved tree that is read again: the newest values, and never a rate. */
static void test_restart(void)
{
    struct feeder f;

    open_feeder(&f, FACET_CGROUP, S);
    record_set(f.record, R_CG_TASKS, 3);
    feed_one(&f, 1 * S, R_CG_CPU_NS, 100);
    feed_one(&f, 2 * S, R_CG_CPU_NS, 200);
    f.track = track_restart(f.track);
    check_absent(&f, R_CG_CPU_NS, REASON_NOT_READ);
    check_absent(&f, R_CG_TASKS, REASON_NOT_READ);
    record_set(f.record, R_CG_TASKS, 4);
    record_set(f.record, R_CG_FROZEN, 0);
    feed_one(&f, 3 * S, R_CG_CPU_NS, 200);
    check_absent(&f, R_CG_CPU_NS, REASON_NO_BASELINE);
    check(&f, R_CG_TASKS, 4);
    check(&f, R_CG_FROZEN, 0);
    g_assert_cmpfloat(track_total(f.track, R_CG_CPU_NS).number, ==, 200);
    close_feeder(&f);
}

/* A counter of 100 years of 256 CPUs, and a jump as large as there is, are numbers still. */
static void test_large(void)
{
    struct feeder f;

    open_feeder(&f, FACET_CGROUP, S);
    feed_one(&f, 1 * S, R_CG_CPU_NS, 0);
    feed_one(&f, 2 * S, R_CG_CPU_NS, UINT64_MAX);
    check(&f, R_CG_CPU_NS, (double)UINT64_MAX);
    feed_one(&f, 3 * S, R_CG_CPU_NS, UINT64_MAX);
    check(&f, R_CG_CPU_NS, 0);
    close_feeder(&f);
}

/* For any records in any order, a rate is never negative or infinite, and always has a time. */
static void test_random(void)
{
    GRand *rand = g_rand_new_with_seed(42);
    struct feeder f;
    int64_t now = S;

    open_feeder(&f, FACET_HOST_DISK, S);
    for (int i = 0; i < 20000; i++) {
        now += g_rand_int_range(rand, -300, 2000) * MS * (g_rand_int_range(rand, 0, 20) ? 1 : 10);
        f.interval_ns = g_rand_int_range(rand, 0, 3) * S;
        for (enum reading r = facet_begin(FACET_HOST_DISK); r < facet_end(FACET_HOST_DISK); r++) {
            uint64_t n = g_rand_int(rand);
            if (g_rand_boolean(rand))
                record_set(f.record, r,
                           g_rand_boolean(rand) ? n : n << g_rand_int_range(rand, 0, 32));
            else if (g_rand_int_range(rand, 0, 8) == 0)
                record_absent(f.record, r, REASON_UNREADABLE);
        }
        feed(&f, now);
        if (g_rand_int_range(rand, 0, 50) == 0)
            track_break(f.track, REASON_GAP);
        for (enum reading r = facet_begin(FACET_HOST_DISK); r < facet_end(FACET_HOST_DISK); r++) {
            struct value v = track_value(f.track, r);
            g_assert_cmpint(v.reason, <, REASON_COUNT);
            if (v.reason == REASON_OK)
                g_assert_true(v.number >= 0 && v.number <= 4.0 * (double)UINT64_MAX);
        }
    }
    close_feeder(&f);
    g_rand_free(rand);
}

static void check_same(const struct track *a, const struct track *b)
{
    for (enum reading r = facet_begin(a->facet); r < facet_end(a->facet); r++) {
        struct value one = track_value(a, r), other = track_value(b, r);
        g_assert_cmpint(one.reason, ==, other.reason);
        g_assert_true(one.reason != REASON_OK || one.number == other.number);
        one = track_total(a, r);
        other = track_total(b, r);
        g_assert_cmpint(one.reason, ==, other.reason);
        g_assert_true(one.reason != REASON_OK || one.number == other.number);
    }
}

/* A packed record gives the same rates as the record that it was packed from: too soon, late, with
 * values that come and go. */
static void test_packed(void)
{
    const enum facet facets[] = {FACET_CGROUP, FACET_PROCESS};
    GRand *rand = g_rand_new_with_seed(5);

    for (size_t i = 0; i < G_N_ELEMENTS(facets); i++) {
        struct track *packed = track_new(facets[i]);
        struct feeder f;
        int64_t now = S;
        open_feeder(&f, facets[i], S);
        for (int n = 0; n < 2000; n++) {
            now += g_rand_int_range(rand, 50, 1500) * MS * (n % 50 ? 1 : 10);
            for (enum reading r = facet_begin(facets[i]); r < facet_end(facets[i]); r++) {
                if (g_rand_int_range(rand, 0, 20))
                    record_set(f.record, r, (uint64_t)n << g_rand_int_range(rand, 0, 3) * 20);
                else
                    record_absent(f.record, r, REASON_UNREADABLE);
            }
            feed(&f, now);
            struct sample *s = sample_new(0, S);
            sample_add_packed(s, f.record);
            packed = track_feed(packed, g_ptr_array_index(s->records, 0), S);
            sample_unref(s);
            check_same(f.track, packed);
        }
        track_free(packed);
        close_feeder(&f);
    }
    g_rand_free(rand);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rate/nothing-yet", test_nothing_yet);
    g_test_add_func("/rate/first-has-no-rate", test_first_has_no_rate);
    g_test_add_func("/rate/over-own-time", test_rate_is_over_own_time);
    g_test_add_func("/rate/same-read-time", test_same_read_time);
    g_test_add_func("/rate/too-soon", test_too_soon);
    g_test_add_func("/rate/appears-too-soon", test_appears_too_soon);
    g_test_add_func("/rate/reset", test_reset);
    g_test_add_func("/rate/reset-too-soon", test_reset_too_soon);
    g_test_add_func("/rate/wrap-32", test_wrap_32);
    g_test_add_func("/rate/wrap-32-is-reset", test_wrap_32_is_reset);
    g_test_add_func("/rate/gap", test_gap);
    g_test_add_func("/rate/gap-is-by-own-interval", test_gap_is_by_own_interval);
    g_test_add_func("/rate/absent-then-back", test_absent_then_back);
    g_test_add_func("/rate/gauge-absent-then-back", test_gauge_absent_then_back);
    g_test_add_func("/rate/ticks", test_ticks);
    g_test_add_func("/rate/ticks-reset-and-gap", test_ticks_reset_and_gap);
    g_test_add_func("/rate/break", test_break);
    g_test_add_func("/rate/restart", test_restart);
    g_test_add_func("/rate/large", test_large);
    g_test_add_func("/rate/random", test_random);
    g_test_add_func("/rate/packed", test_packed);
    return g_test_run();
}
