/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* A feed drives a roster: with made-up times, with several hosts, and again from the start. The
 * second sink (the tee) gets the same samples and ticks. */
#include "played.h"

#include "model/moment.h"

#include <math.h>
#include <string.h>

#define S INT64_C(1000000000)
enum { LOCAL, LIBVIRT };

struct tee {
    struct roster *roster; /* a second one, fed by the tee */
    GPtrArray *samples;
    GArray *times; /* int64_t: monotonic */
    unsigned rewinds;
};

struct fixture {
    struct feed *feed;
    struct roster *roster;
    struct tee tee;
    GPtrArray *idents;
};

static void merge(void *data, const struct sample *s)
{
    roster_merge(*(struct roster **)data, s);
}

static void tick(void *data, const struct feed_time *at)
{
    roster_tick(*(struct roster **)data, at->mono_ns, at->wall_ns);
}

static void rewind_roster(void *data)
{
    struct roster **roster = data;

    roster_free(*roster);
    *roster = roster_new(1 << 20);
}

static void tee_sample(void *data, const struct sample *s)
{
    struct tee *t = data;

    g_ptr_array_add(t->samples, sample_ref((struct sample *)s));
    roster_merge(t->roster, s);
}

static void tee_tick(void *data, const struct feed_time *at)
{
    struct tee *t = data;

    g_array_append_val(t->times, at->mono_ns);
    roster_tick(t->roster, at->mono_ns, at->wall_ns);
}

static void tee_rewind(void *data)
{
    struct tee *t = data;

    g_ptr_array_set_size(t->samples, 0);
    g_array_set_size(t->times, 0);
    rewind_roster(&t->roster);
    t->rewinds++;
}

static void unref_sample(void *s)
{
    sample_unref(s);
}

static void unref_ident(void *i)
{
    ident_unref(i);
}

static void set_up(struct fixture *f, gconstpointer data)
{
    struct feed_sink roster = {merge, tick, rewind_roster, &f->roster};
    struct feed_sink tee = {tee_sample, tee_tick, tee_rewind, &f->tee};

    (void)data;
    f->feed = played_open();
    f->roster = roster_new(1 << 20);
    f->idents = g_ptr_array_new_with_free_func(unref_ident);
    f->tee = (struct tee){.roster = roster_new(1 << 20),
                          .samples = g_ptr_array_new_with_free_func(unref_sample),
                          .times = g_array_new(FALSE, FALSE, sizeof(int64_t))};
    feed_add_sink(f->feed, &roster);
    feed_add_sink(f->feed, &tee);
}

static void tear_down(struct fixture *f, gconstpointer data)
{
    (void)data;
    feed_close(f->feed);
    roster_free(f->roster);
    roster_free(f->tee.roster);
    g_ptr_array_free(f->tee.samples, TRUE);
    g_array_free(f->tee.times, TRUE);
    g_ptr_array_free(f->idents, TRUE);
}

static struct ident *ident(struct fixture *f, enum kind kind, enum guest_type type, const char *key)
{
    struct ident *i = ident_new(kind, type, key);

    ident_set(&i->name, key);
    g_ptr_array_add(f->idents, i);
    return i;
}

/* A sample of one host with one domain, which has used CPU_NS by READ_NS. */
static struct sample *report(unsigned source, struct ident *host, enum facet facet,
                             struct ident *guest, int64_t read_ns, uint64_t cpu_ns)
{
    struct sample *s = sample_new(source, S);

    sample_set_host(s, host);
    sample_add(s, facet, host)->read_ns = read_ns;
    if (guest) {
        struct record *r = sample_add(s, FACET_DOMAIN, guest);
        r->read_ns = read_ns;
        record_set(r, R_DOM_CPU_NS, cpu_ns);
    }
    return s;
}

static double cpu_of(const struct moment *at, const char *name)
{
    const GPtrArray *departed, *guests = moment_guests(at, &departed);

    for (guint i = 0; i < guests->len; i++) {
        const struct entity *e = g_ptr_array_index(guests, i);
        if (strcmp(entity_label(e, LABEL_NAME), name) == 0)
            return moment_number(at, e, M_CPU);
    }
    return -1;
}

static struct moment live(const struct fixture *f)
{
    struct feed_time now = feed_now(f->feed);

    return (struct moment){.roster = f->roster, .now_ns = now.mono_ns, .wall_ns = now.wall_ns};
}

/* Two hosts with a guest of one name each: by hand, 40 % and 90 % of a core. */
static void play_two_hosts(struct fixture *f)
{
    struct ident *near = ident(f, KIND_HOST, GUEST_NONE, IDENT_LOCAL_HOST);
    struct ident *far = ident(f, KIND_HOST, GUEST_NONE, "uuid:far");
    struct ident *a = ident(f, KIND_GUEST, GUEST_VM, "a"), *b = ident(f, KIND_GUEST, GUEST_VM, "b");

    for (int i = 0; i < 3; i++) {
        int64_t at = 1000000 + i * 2 * S; /* a feed's time may begin anywhere */
        played_sample(f->feed, report(LIBVIRT, far, FACET_HYPERVISOR, b, at + S / 10,
                                      (uint64_t)(i * 18 * S / 10)));
        played_sample(f->feed,
                      report(LOCAL, near, FACET_HOST, a, at + S / 5, (uint64_t)(i * 8 * S / 10)));
        played_tick(f->feed, at + S / 2, i * 2 * S);
    }
}

static void test_two_hosts(struct fixture *f, gconstpointer data)
{
    (void)data;
    play_two_hosts(f);
    while (feed_wait(f->feed, 0))
        ;
    struct moment now = live(f);
    g_assert_true(f->feed->ended);
    g_assert_cmpuint(f->feed->ticks, ==, 3);
    g_assert_cmpint(f->feed->interval_ns, ==, 2 * S);
    g_assert_cmpuint(roster_hosts(f->roster)->len, ==, 2);
    g_assert_cmpfloat_with_epsilon(cpu_of(&now, "a"), 40, 1e-3);
    g_assert_cmpfloat_with_epsilon(cpu_of(&now, "b"), 90, 1e-3);
    g_assert_cmpint(now.wall_ns, ==, 4 * S);
    struct moment then = now;
    then.tick = 2;
    g_assert_cmpfloat_with_epsilon(cpu_of(&then, "b"), 90, 1e-3);
    g_assert_cmpint(moment_wall_ns(&then), ==, 2 * S);
    g_assert_cmpint(moment_ago_ns(&then), ==, 2 * S);
}

/* The samples and ticks that a recorder gets are enough to rebuild the same model. */
static void test_tee(struct fixture *f, gconstpointer data)
{
    (void)data;
    play_two_hosts(f);
    while (feed_wait(f->feed, 0))
        ;
    struct moment one = live(f), other = one;
    other.roster = f->tee.roster;
    g_assert_cmpuint(f->tee.samples->len, ==, 6);
    g_assert_cmpuint(f->tee.times->len, ==, 3);
    for (uint64_t t = 0; t <= 3; t++) {
        one.tick = other.tick = t;
        double b = cpu_of(&one, "b"), same = cpu_of(&other, "b");
        g_assert_true(isnan(b) ? isnan(same) : b == same);
        for (guint h = 0; h < 2; h++) {
            const struct entity *x = g_ptr_array_index(roster_hosts(f->roster), h);
            const struct entity *y = g_ptr_array_index(roster_hosts(f->tee.roster), h);
            for (enum metric m = metric_begin(KIND_HOST); m < metric_end(KIND_HOST); m++) {
                struct value v = moment_value(&one, x, m), w = moment_value(&other, y, m);
                g_assert_cmpint(v.reason, ==, w.reason);
                g_assert_true(v.reason != REASON_OK || v.number == w.number);
            }
        }
    }
}

/* A feed goes back in time: the roster forgets everything and gets it again. */
static void test_back(struct fixture *f, gconstpointer data)
{
    (void)data;
    play_two_hosts(f);
    while (feed_wait(f->feed, 0))
        ;
    played_back(f->feed);
    g_assert_cmpuint(f->tee.rewinds, ==, 1);
    g_assert_cmpuint(roster_last_tick(f->roster), ==, 0);
    g_assert_true(feed_wait(f->feed, 0));
    struct moment now = live(f);
    g_assert_true(isnan(cpu_of(&now, "a"))); /* no rate yet */
    while (feed_wait(f->feed, 0))
        ;
    now = live(f);
    g_assert_cmpfloat_with_epsilon(cpu_of(&now, "a"), 40, 1e-3);
    g_assert_cmpuint(f->tee.times->len, ==, 3);
}

/* A host that vanishes and comes back is the same entity, without a rate over the gap. */
static void test_gone_and_back(struct fixture *f, gconstpointer data)
{
    struct ident *far = ident(f, KIND_HOST, GUEST_NONE, "uuid:far");
    struct ident *b = ident(f, KIND_GUEST, GUEST_VM, "b");

    (void)data;
    for (int i = 0; i < 16; i++) {
        if (i < 3 || i >= 14)
            played_sample(f->feed, report(LIBVIRT, far, FACET_HYPERVISOR, b, i * S + 1,
                                          (uint64_t)(i * S / 2)));
        else
            played_sample(f->feed, sample_new(LIBVIRT, S)); /* complete, and empty */
        played_tick(f->feed, i * S + 2, i * S);
    }
    for (int i = 0; i < 15; i++)
        g_assert_true(feed_wait(f->feed, 0));
    struct moment now = live(f);
    const struct entity *host = g_ptr_array_index(roster_hosts(f->roster), 1);
    g_assert_cmpuint(roster_hosts(f->roster)->len, ==, 2);
    g_assert_false(moment_is_gone(&now, host));
    g_assert_true(isnan(cpu_of(&now, "b")));
    g_assert_true(feed_wait(f->feed, 0));
    now = live(f);
    g_assert_cmpfloat_with_epsilon(cpu_of(&now, "b"), 50, 1e-3);
    struct moment then = now;
    then.tick = 12; /* it was away, and not just gone */
    g_assert_false(moment_has(&then, host));
}

/* A clock that steps back (a broken recording): time stands still, and no rate is negative. */
static void test_clock_steps_back(struct fixture *f, gconstpointer data)
{
    static const int64_t at[] = {10 * S, 11 * S, 5 * S, 12 * S, 13 * S};
    struct ident *near = ident(f, KIND_HOST, GUEST_NONE, IDENT_LOCAL_HOST);
    struct ident *a = ident(f, KIND_GUEST, GUEST_VM, "a");

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(at); i++) {
        played_sample(f->feed, report(LOCAL, near, FACET_HOST, a, at[i], (uint64_t)at[i] / 4));
        played_tick(f->feed, at[i], at[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(at); i++) {
        g_assert_true(feed_wait(f->feed, 0));
        struct moment now = live(f);
        double cpu = cpu_of(&now, "a");
        g_assert_cmpint(f->feed->interval_ns, >=, 0);
        g_assert_true(isnan(cpu) || (cpu > 24.99 && cpu < 25.01));
    }
    g_assert_cmpint(roster_tick_time(f->roster, 3, NULL), ==, 11 * S);
    g_assert_cmpint(roster_tick_time(f->roster, 5, NULL), ==, 13 * S);
}

/* Samples of a source beyond the limit are refused without other effects. */
static void test_too_many_sources(struct fixture *f, gconstpointer data)
{
    struct ident *near = ident(f, KIND_HOST, GUEST_NONE, IDENT_LOCAL_HOST);

    (void)data;
    played_sample(f->feed, report(SAMPLE_SOURCES_MAX - 1, near, FACET_HOST, NULL, S, 0));
    played_tick(f->feed, S, S);
    g_assert_true(feed_wait(f->feed, 0));
    played_sample(f->feed, report(SAMPLE_SOURCES_MAX, near, FACET_HOST, NULL, 2 * S, 0));
    played_tick(f->feed, 2 * S, 2 * S);
    if (g_test_undefined()) {
        g_test_expect_message(NULL, G_LOG_LEVEL_CRITICAL, "*SAMPLE_SOURCES_MAX*");
        g_test_expect_message(NULL, G_LOG_LEVEL_CRITICAL, "*SAMPLE_SOURCES_MAX*");
        g_assert_true(feed_wait(f->feed, 0));
        g_test_assert_expected_messages();
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(struct fixture *, gconstpointer);
    } tests[] = {{"/feed/two-hosts", test_two_hosts},
                 {"/feed/tee", test_tee},
                 {"/feed/back", test_back},
                 {"/feed/gone-and-back", test_gone_and_back},
                 {"/feed/clock-steps-back", test_clock_steps_back},
                 {"/feed/too-many-sources", test_too_many_sources}};

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct fixture, NULL, set_up, tests[i].test, tear_down);
    return g_test_run();
}
