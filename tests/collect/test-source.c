/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* A source's thread: absolute deadlines, backing off, demands in a hurry, a mailbox that holds the
 * newest sample, and an end that waits for no stuck collector. */
#include "collect/source.h"

#include "base/clock_read.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MS CLOCK_NS_PER_MS

enum { STARTS_MAX = 1000 };

/* What the fake collector does, and what it saw. */
struct fake {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int64_t takes_ns; /* how long a collection lasts */
    bool stuck;       /* it lasts until this is false */
    bool incomplete;
    int started, ended, closed;
    int64_t starts[STARTS_MAX];
    struct demand demand; /* of the last collection */
    sigset_t opening, blocked;
};

struct fixture {
    struct fake fake;
    int wake_fd;
    struct source *source;
};

static void *fake_open(const void *config)
{
    struct fake *f = *(struct fake *const *)config;

    pthread_sigmask(SIG_BLOCK, NULL, &f->opening);
    return f;
}

static void fake_collect(void *state, const struct demand *demand, struct sample *out)
{
    struct fake *f = state;
    struct ident *ident = ident_new(KIND_GUEST, GUEST_DOCKER, "k");

    pthread_mutex_lock(&f->lock);
    f->demand = *demand;
    if (f->started < STARTS_MAX)
        f->starts[f->started] = clock_mono_ns();
    f->started++;
    out->complete = !f->incomplete;
    pthread_sigmask(SIG_BLOCK, NULL, &f->blocked);
    pthread_cond_broadcast(&f->changed);
    while (f->stuck)
        pthread_cond_wait(&f->changed, &f->lock);
    int64_t takes = f->takes_ns;
    struct record *r = sample_add(out, FACET_CGROUP, ident);
    record_set(r, R_CG_TASKS, (uint64_t)f->started);
    pthread_mutex_unlock(&f->lock);
    g_usleep((gulong)(takes / 1000));
    ident_unref(ident);
    pthread_mutex_lock(&f->lock);
    f->ended++;
    pthread_mutex_unlock(&f->lock);
}

static void fake_close(void *state)
{
    struct fake *f = state;

    pthread_mutex_lock(&f->lock);
    f->closed++;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

static const struct source_class FAKE = {fake_open, fake_collect, fake_close};

static void set_up(struct fixture *f, gconstpointer data)
{
    (void)data;
    pthread_mutex_init(&f->fake.lock, NULL);
    pthread_cond_init(&f->fake.changed, NULL);
    f->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

static void tear_down(struct fixture *f, gconstpointer data)
{
    (void)data;
    close(f->wake_fd);
    pthread_cond_destroy(&f->fake.changed);
    pthread_mutex_destroy(&f->fake.lock);
}

static struct demand every(int64_t interval_ns)
{
    return (struct demand){.needs = NEED_CPU, .interval_ns = interval_ns};
}

static void start(struct fixture *f, int64_t interval_ns)
{
    struct demand demand = every(interval_ns);
    struct fake *fake = &f->fake;

    f->source = source_start(&FAKE, &fake, 7, f->wake_fd, &demand);
}

static void change(struct fixture *f, int64_t takes_ns, bool stuck)
{
    pthread_mutex_lock(&f->fake.lock);
    f->fake.takes_ns = takes_ns;
    f->fake.stuck = stuck;
    pthread_cond_broadcast(&f->fake.changed);
    pthread_mutex_unlock(&f->fake.lock);
}

/* Wait until that many collections have started. */
static void wait_started(struct fixture *f, int count)
{
    struct timespec patience = {.tv_sec = clock_wall_ns() / CLOCK_NS_PER_S + 20};

    pthread_mutex_lock(&f->fake.lock);
    while (f->fake.started < count)
        g_assert_cmpint(pthread_cond_timedwait(&f->fake.changed, &f->fake.lock, &patience), ==, 0);
    pthread_mutex_unlock(&f->fake.lock);
}

static int started(struct fixture *f)
{
    pthread_mutex_lock(&f->fake.lock);
    int n = f->fake.started;
    pthread_mutex_unlock(&f->fake.lock);
    return n;
}

static int64_t started_at(struct fixture *f, int i)
{
    pthread_mutex_lock(&f->fake.lock);
    int64_t at = f->fake.starts[i];
    pthread_mutex_unlock(&f->fake.lock);
    return at;
}

static void wait_published(struct fixture *f, uint64_t count)
{
    for (int i = 0; source_published(f->source) < count; i++) {
        g_assert_cmpint(i, <, 20000);
        g_usleep(1000);
    }
}

/* The next sample, waited for by the eventfd as the main loop does. */
static struct sample *next_sample(struct fixture *f)
{
    struct pollfd fd = {.fd = f->wake_fd, .events = POLLIN};
    struct sample *s;
    uint64_t count;

    while (!(s = source_take(f->source))) {
        g_assert_cmpint(poll(&fd, 1, 20000), ==, 1);
        g_assert_cmpint(read(f->wake_fd, &count, sizeof(count)), ==, sizeof(count));
    }
    return s;
}

static uint64_t number_of(const struct sample *s)
{
    uint64_t n = 0;

    g_assert_true(record_get(g_ptr_array_index(s->records, 0), R_CG_TASKS, &n));
    return n;
}

static void test_first_at_once(struct fixture *f, gconstpointer data)
{
    (void)data;
    start(f, 3600 * CLOCK_NS_PER_S);
    struct sample *s = next_sample(f);
    g_assert_cmpuint(s->source, ==, 7);
    g_assert_cmpint(s->interval_ns, ==, 3600 * CLOCK_NS_PER_S);
    g_assert_true(s->complete);
    g_assert_cmpuint(number_of(s), ==, 1);
    sample_unref(s);
    g_assert_null(source_take(f->source));
    source_stop(f->source, 10 * CLOCK_NS_PER_S);
    g_assert_cmpint(f->fake.closed, ==, 1);
    source_stop(NULL, 0);
}

/* Sleeping for the interval after each collection of 4 ms would make ten beats take 240 ms, always.
 * On a busy machine some come late, but not because those before did. */
static void test_no_drift(struct fixture *f, gconstpointer data)
{
    enum { BEATS = 10 };
    int64_t interval = 20 * MS, quickest = INT64_MAX;

    (void)data;
    f->fake.takes_ns = 4 * MS; /* less than an eighth of a stretched interval: it shrinks again */
    start(f, interval);
    for (int last = BEATS; last < STARTS_MAX && quickest > 45 * interval / 4; last++) {
        wait_started(f, last + 1);
        quickest = MIN(quickest, started_at(f, last) - started_at(f, last - BEATS));
    }
    source_stop(f->source, 10 * CLOCK_NS_PER_S);
    g_test_message("ten beats took %.3f ms", (double)quickest / (double)MS);
    g_assert_cmpint(quickest, <=, 45 * interval / 4);
}

/* A collection that takes too long stretches the interval, says so, and it shrinks back. */
static void test_stretch(struct fixture *f, gconstpointer data)
{
    int64_t interval = 20 * MS, longest = 0, last = 0;

    (void)data;
    f->fake.takes_ns = 100 * MS;
    start(f, interval);
    for (int i = 0; i < 6; i++) {
        struct sample *s = next_sample(f);
        longest = MAX(longest, s->interval_ns);
        sample_unref(s);
    }
    g_assert_cmpint(longest, >=, 8 * interval); /* 100 ms is half of 10 intervals */
    g_assert_cmpint(longest, <=, 16 * interval);
    change(f, 0, false);
    for (int i = 0; i < 100 && last != interval; i++) {
        struct sample *s = next_sample(f);
        last = s->interval_ns;
        sample_unref(s);
    }
    g_assert_cmpint(last, ==, interval);
    source_stop(f->source, 10 * CLOCK_NS_PER_S);
}

static void test_stretch_has_an_end(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->fake.takes_ns = 30 * MS;
    start(f, MS);
    for (int i = 0; i < 12; i++) {
        struct sample *s = next_sample(f);
        g_assert_cmpint(s->interval_ns, <=, 16 * MS);
        sample_unref(s);
    }
    source_stop(f->source, 10 * CLOCK_NS_PER_S);
}

/* A new need, another focus, services, a shorter interval: now. Less: at the next deadline. */
static void test_hurry(struct fixture *f, gconstpointer data)
{
    struct demand demand = every(3600 * CLOCK_NS_PER_S);

    (void)data;
    start(f, demand.interval_ns);
    wait_started(f, 1);
    demand.needs |= NEED_BALLOON;
    source_demand(f->source, &demand);
    wait_started(f, 2);
    demand.focus[0] = 99;
    source_demand(f->source, &demand);
    wait_started(f, 3);
    demand.services = true;
    source_demand(f->source, &demand);
    wait_started(f, 4);
    demand.interval_ns /= 2;
    source_demand(f->source, &demand);
    wait_started(f, 5);
    demand.interval_ns *= 2;
    demand.needs = NEED_CPU;
    source_demand(f->source, &demand);
    source_demand(f->source, &demand);
    g_usleep(100000);
    g_assert_cmpint(started(f), ==, 5);
    source_stop(f->source, 10 * CLOCK_NS_PER_S);
    g_assert_cmpuint(f->fake.demand.needs, ==, NEED_CPU | NEED_BALLOON);
    g_assert_cmpuint(f->fake.demand.focus[0], ==, 99);
    g_assert_true(f->fake.demand.services);
}

/* A shorter interval is in force from then on, not when the long one has passed. */
static void test_shorter_interval(struct fixture *f, gconstpointer data)
{
    struct demand demand = every(3600 * CLOCK_NS_PER_S);

    (void)data;
    start(f, demand.interval_ns);
    wait_started(f, 1);
    demand.interval_ns = 10 * MS;
    source_demand(f->source, &demand);
    wait_started(f, 5);
    source_stop(f->source, 10 * CLOCK_NS_PER_S);
}

/* What history alone wants can wait; that it comes on the screen is a hurry, and its leaving is
 * not.
 */
static void test_history_waits(struct fixture *f, gconstpointer data)
{
    struct demand demand = every(3600 * CLOCK_NS_PER_S);

    (void)data;
    start(f, demand.interval_ns);
    wait_started(f, 1);
    demand.needs |= NEED_IO;
    demand.history = NEED_IO;
    source_demand(f->source, &demand);
    g_usleep(50000);
    g_assert_cmpint(started(f), ==, 1);
    demand.history = 0;
    source_demand(f->source, &demand);
    wait_started(f, 2);
    demand.history = NEED_IO;
    source_demand(f->source, &demand);
    g_usleep(50000);
    g_assert_cmpint(started(f), ==, 2);
    source_stop(f->source, 10 * CLOCK_NS_PER_S);
}

/* A demand during a collection is not lost. */
static void test_hurry_while_collecting(struct fixture *f, gconstpointer data)
{
    struct demand demand = every(3600 * CLOCK_NS_PER_S);

    (void)data;
    f->fake.stuck = true;
    start(f, demand.interval_ns);
    wait_started(f, 1);
    demand.needs |= NEED_IO;
    source_demand(f->source, &demand);
    change(f, 0, false);
    wait_started(f, 2);
    source_stop(f->source, 10 * CLOCK_NS_PER_S);
    g_assert_true(f->fake.demand.needs & NEED_IO);
}

/* A collection brought forward does not move the beat: if it did, no later one would be on it. */
static void test_hurry_keeps_the_beat(struct fixture *f, gconstpointer data)
{
    enum { HURRIES = 4, PATIENCE = 150 };
    int64_t interval = 200 * MS, least = INT64_MAX;
    struct demand demand = every(interval);

    (void)data;
    start(f, interval);
    for (int i = 0; i < HURRIES; i++) {
        int before = started(f);
        g_usleep(70000);
        demand.focus[0]++;
        source_demand(f->source, &demand);
        wait_started(f, before + 2);
    }
    int count = started(f);
    for (int i = count; i < count + PATIENCE && least >= 20 * MS; i++) {
        wait_started(f, i + 1);
        int64_t late = (started_at(f, i) - started_at(f, 0)) % interval;
        least = MIN(late, interval - late);
    }
    source_stop(f->source, 10 * CLOCK_NS_PER_S);
    g_assert_cmpint(least, <, 20 * MS);
}

/* Nobody looks for a while: the newest sample is there, the others are gone, nothing leaks. */
static void test_mailbox(struct fixture *f, gconstpointer data)
{
    uint64_t count;

    (void)data;
    start(f, 5 * MS);
    wait_published(f, 20);
    source_stop(f->source, 10 * CLOCK_NS_PER_S);
    g_assert_cmpint(read(f->wake_fd, &count, sizeof(count)), ==, sizeof(count));
    g_assert_cmpuint(count, >=, 20);
}

static void test_mailbox_newest(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->fake.incomplete = true;
    start(f, 5 * MS);
    wait_published(f, 5);
    struct sample *s = source_take(f->source);
    g_assert_nonnull(s);
    g_assert_cmpuint(number_of(s), >=, 5);
    g_assert_false(s->complete);
    source_stop(f->source, 10 * CLOCK_NS_PER_S);
    g_assert_cmpuint(number_of(s), >=, 5); /* it outlives its source */
    sample_unref(s);
}

/* Until no other thread is left, whose stack would be looked at for leaks. */
static void wait_alone(void)
{
    for (int tries = 0; tries < 20000; tries++) {
        GDir *threads = g_dir_open("/proc/self/task", 0, NULL);
        int count = 0;
        while (threads && g_dir_read_name(threads))
            count++;
        g_dir_close(threads);
        if (count <= 1)
            return;
        g_usleep(1000);
    }
}

/* What is left alone stays allocated on purpose; a pointer to it, which no compiler may drop, keeps
 * it from looking lost. */
static struct source *volatile abandoned;

static void test_stuck(struct fixture *f, gconstpointer data)
{
    uint64_t count;

    (void)data;
    f->fake.stuck = true;
    start(f, 10 * MS);
    wait_started(f, 1);
    abandoned = f->source;
    int64_t before = clock_mono_ns();
    source_stop(f->source, 100 * MS);
    int64_t took = clock_mono_ns() - before;
    g_assert_cmpint(took, >=, 100 * MS);
    g_assert_cmpint(took, <, 5 * CLOCK_NS_PER_S);
    change(f, 0, false);
    pthread_mutex_lock(&f->fake.lock);
    while (!f->fake.closed)
        pthread_cond_wait(&f->fake.changed, &f->fake.lock);
    pthread_mutex_unlock(&f->fake.lock);
    /* it came back, and touched nothing that may be somebody else's by now */
    g_assert_cmpint(read(f->wake_fd, &count, sizeof(count)), ==, -1);
    g_assert_cmpint(errno, ==, EAGAIN);
    g_assert_cmpint(f->fake.ended, ==, 1);
    wait_alone();
}

/* The interval of an hour does not delay the end. */
static void test_stop_is_quick(struct fixture *f, gconstpointer data)
{
    (void)data;
    start(f, 3600 * CLOCK_NS_PER_S);
    wait_started(f, 1);
    int64_t before = clock_mono_ns();
    source_stop(f->source, 60 * CLOCK_NS_PER_S);
    g_assert_cmpint(clock_mono_ns() - before, <, 10 * CLOCK_NS_PER_S);
    g_assert_cmpint(f->fake.closed, ==, 1);
}

static void test_signals_are_blocked(struct fixture *f, gconstpointer data)
{
    sigset_t here;

    (void)data;
    start(f, 3600 * CLOCK_NS_PER_S);
    wait_started(f, 1);
    source_stop(f->source, 10 * CLOCK_NS_PER_S);
    g_assert_cmpint(sigismember(&f->fake.blocked, SIGINT), ==, 1);
    g_assert_cmpint(sigismember(&f->fake.blocked, SIGTERM), ==, 1);
    g_assert_cmpint(sigismember(&f->fake.blocked, SIGWINCH), ==, 1);
    g_assert_cmpint(sigismember(&f->fake.opening, SIGTERM), ==, 1); /* threads inherit it */
    g_assert_cmpint(sigismember(&f->fake.blocked, SIGSEGV), ==, 0);
    g_assert_cmpint(sigismember(&f->fake.blocked, SIGTRAP), ==, 0);
    pthread_sigmask(SIG_BLOCK, NULL, &here);
    g_assert_cmpint(sigismember(&here, SIGINT), ==, 0);
}

static void test_focus(void)
{
    struct ident *ident = ident_new(KIND_GUEST, GUEST_DOCKER, "k");
    struct demand demand = every(MS);

    g_assert_false(demand_has_focus(&demand, ident));
    demand.focus[0] = ident->serial;
    g_assert_true(demand_has_focus(&demand, ident));
    demand.focus[0]++;
    g_assert_false(demand_has_focus(&demand, ident));
    ident_unref(ident);
}

/* Shown is who stands in the table, in whatever order it is told, or is looked at closely. */
static void test_shown(void)
{
    struct demand demand = {.shown = {9, 3, 7}, .shown_count = 3, .focus = {5}};
    struct ident *ident = ident_new(KIND_GUEST, GUEST_LXC, "key");

    demand_sort_shown(&demand);
    for (uint64_t serial = 1; serial <= 10; serial++) {
        ident->serial = serial;
        g_assert_cmpint(demand_shows(&demand, ident), ==,
                        serial == 3 || serial == 5 || serial == 7 || serial == 9);
    }
    ident_unref(ident);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/source/" name, struct fixture, NULL, set_up, test, tear_down)
    ADD("first-at-once", test_first_at_once);
    ADD("no-drift", test_no_drift);
    ADD("stretch", test_stretch);
    ADD("stretch-has-an-end", test_stretch_has_an_end);
    ADD("hurry", test_hurry);
    ADD("shorter-interval", test_shorter_interval);
    ADD("history-waits", test_history_waits);
    ADD("hurry-while-collecting", test_hurry_while_collecting);
    ADD("hurry-keeps-the-beat", test_hurry_keeps_the_beat);
    ADD("mailbox", test_mailbox);
    ADD("mailbox-newest", test_mailbox_newest);
    ADD("stuck", test_stuck);
    ADD("stop-is-quick", test_stop_is_quick);
    ADD("signals-are-blocked", test_signals_are_blocked);
    g_test_add_func("/source/focus", test_focus);
    g_test_add_func("/source/shown", test_shown);
    return g_test_run();
}
