/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* A past moment shows what was on screen then: guests and their parts, states and their reasons,
 * values and the reasons of absent ones, the host; and how long the past is kept. */
#include "rollcall.h"

#include "view/view.h"

#include <math.h>
#include <string.h>

static struct view at_tick(const struct call *f, uint64_t tick)
{
    return (struct view){.moment = {.roster = f->roster, .now_ns = f->now_ns, .tick = tick}};
}

static guint parts_then(const struct call *f, const struct entity *e, uint64_t tick, char *keys)
{
    struct view v = at_tick(f, tick);
    GPtrArray *parts = moment_parts(&v.moment, e, KIND_DISK);
    guint count = parts->len;

    *keys = '\0';
    for (guint i = 0; i < count; i++)
        strcat(keys, ((struct entity *)g_ptr_array_index(parts, i))->key);
    g_ptr_array_free(parts, TRUE);
    return count;
}

static void run_vm(struct call *f, struct ident *vm, struct ident *const disks[], int count)
{
    call_begin(f, LIBVIRT);
    call_add(f, FACET_DOMAIN, vm);
    for (int i = 0; i < count; i++)
        if (disks[i])
            call_add(f, FACET_DOMAIN_DISK, disks[i]);
    call_merge(f);
    call_tick(f);
}

/* Disks come and go while the machine runs, and it leaves with the last of them. */
static void test_parts(struct call *f, gconstpointer data)
{
    struct ident *vm = call_guest(f, GUEST_VM, "vm", NULL);
    struct ident *a = call_part(f, vm, KIND_DISK, "a"), *b = call_part(f, vm, KIND_DISK, "b"),
                 *c = call_part(f, vm, KIND_DISK, "c");
    static const char *const expected[] = {"", "ab", "ab", "bc", "bc", "c", "abc", "ac", "ac"};
    char keys[16];

    (void)data;
    run_vm(f, vm, (struct ident *[]){a, b}, 2); /* tick 1 */
    run_vm(f, vm, (struct ident *[]){a, b}, 2);
    run_vm(f, vm, (struct ident *[]){b, c}, 2);
    run_vm(f, vm, (struct ident *[]){b, c}, 2);
    run_vm(f, vm, (struct ident *[]){c}, 1);
    run_vm(f, vm, (struct ident *[]){a, b, c}, 3);
    run_vm(f, vm, (struct ident *[]){a, c}, 2);
    const struct entity *e = call_only(f);
    for (uint64_t t = 1; t <= 7; t++) {
        parts_then(f, e, t, keys);
        g_assert_cmpstr(keys, ==, expected[t]);
    }
    uint64_t serial = e->serial;
    for (int i = 0; i < 10; i++)
        call_run(f, LIBVIRT, FACET_DOMAIN, NULL, NULL);
    g_assert_cmpuint(call_count(f), ==, 0);
    e = roster_find(f->roster, serial);
    for (uint64_t t = 1; t <= 8; t++) { /* at 8 it is shown as gone, with what it had */
        parts_then(f, e, t, keys);
        g_assert_cmpstr(keys, ==, expected[t]);
    }
    g_assert_cmpuint(parts_then(f, e, 17, keys), ==, 0);
}

/* A past moment shows a guest as gone at the ticks at which it was so; before it appeared it is not
 * present. */
static void test_coming_and_going(struct call *f, gconstpointer data)
{
    struct ident *a = call_guest(f, GUEST_DOCKER, "a", NULL),
                 *b = call_guest(f, GUEST_DOCKER, "b", NULL);

    (void)data;
    for (int i = 1; i <= 20; i++)
        call_run(f, LOCAL, FACET_CGROUP, a, i >= 4 && i <= 8 ? b : NULL);
    const struct entity *e = g_ptr_array_index(roster_departed(f->roster), 0);
    for (uint64_t t = 1; t <= 20; t++) {
        struct view v = at_tick(f, t);
        g_assert_true(moment_has(&v.moment, e) ==
                      (t >= 4 && t <= 14 && moment_state(&v.moment, e)));
        g_assert_true(moment_is_gone(&v.moment, e) == (t >= 9 && moment_has(&v.moment, e)));
        g_assert_true(moment_is_new(&v.moment, e) == (t >= 4 && t <= 7)); /* less than 5 s */
        if (t >= 5 && t <= 8)
            g_assert_false(isnan(moment_number(&v.moment, e, M_CPU)));
    }
    struct view v = at_tick(f, 12);
    g_assert_true(moment_is_gone(&v.moment, e)); /* within the five seconds */
    v = at_tick(f, 16);
    g_assert_false(moment_has(&v.moment, e));
    v = at_tick(f, 0);
    g_assert_cmpint(moment_value(&v.moment, e, M_CPU).reason, ==, REASON_GONE);
}

static void add_domain(struct call *f, struct ident *vm, enum guest_state state,
                       enum state_reason why, enum reason absent)
{
    struct record *r = sample_add(f->sample, FACET_DOMAIN, vm);

    r->read_ns = f->now_ns;
    record_set(r, R_DOM_STATE, state);
    record_set(r, R_DOM_STATE_REASON, why);
    record_absent(r, R_DOM_MEM_BYTES, absent);
    record_set(r, R_DOM_VCPUS, (uint64_t)state);
}

static void test_states_and_reasons(struct call *f, gconstpointer data)
{
    static const struct {
        enum guest_state state;
        enum state_reason why;
        enum reason absent;
    } then[] = {{STATE_RUN, WHY_NONE, REASON_DENIED},
                {STATE_PAUSED, WHY_IO_ERROR, REASON_MONITOR_BUSY},
                {STATE_CRASHED, WHY_GUEST_PANIC, REASON_NO_DRIVER},
                {STATE_RUN, WHY_NONE, REASON_NOT_READ}};
    struct ident *vm = call_guest(f, GUEST_VM, "vm", NULL);

    (void)data;
    for (guint i = 0; i < 60; i++) { /* so that most of it is packed */
        call_begin(f, LIBVIRT);
        add_domain(f, vm, then[i % 4].state, then[i % 4].why, then[i % 4].absent);
        call_merge(f);
        call_tick(f);
    }
    const struct entity *e = call_only(f);
    for (guint i = 0; i < 60; i++) {
        struct view v = at_tick(f, i + 1);
        g_assert_cmpint(moment_state(&v.moment, e), ==, then[i % 4].state);
        g_assert_cmpstr(moment_label(&v.moment, e, LABEL_STATE), ==,
                        guest_state_name(then[i % 4].state));
        g_assert_cmpstr(moment_label(&v.moment, e, LABEL_STATE_REASON), ==,
                        state_reason_text(then[i % 4].why));
        g_assert_cmpint(moment_value(&v.moment, e, M_MEM_LIMIT).reason, ==,
                        then[i % 4].absent == REASON_NOT_READ ? REASON_NOT_RECORDED
                                                              : then[i % 4].absent);
        g_assert_cmpfloat(moment_number(&v.moment, e, M_VCPUS), ==, (double)then[i % 4].state);
        g_assert_cmpint(moment_stale_ns(&v.moment, e, M_VCPUS), ==, 0);
    }
}

/* What the screen shows of a VM besides its numbers. */
struct told {
    int64_t domain_ns, disk_ns, hung_ns; /* how old; how long it has not answered */
};

static struct told tell(const struct call *f, const struct entity *e, uint64_t tick)
{
    struct view v = at_tick(f, tick);

    return (struct told){moment_stale_ns(&v.moment, e, M_VCPUS),
                         moment_stale_ns(&v.moment, e, M_READ), moment_hung_ns(&v.moment, e)};
}

/* libvirt does not answer for ten seconds, then it does, but the monitor has not for five; then it
 * goes. */
static void test_ages(struct call *f, gconstpointer data)
{
    enum { TICKS = 30, SILENT = 5, BACK = 15, HUNG = 20 };
    struct ident *vm = call_guest(f, GUEST_VM, "vm", NULL);
    struct ident *disk = call_part(f, vm, KIND_DISK, "vda");
    struct told then[TICKS + 1];
    const struct entity *e = NULL;

    (void)data;
    for (int t = 1; t <= TICKS; t++) {
        if (t < SILENT || t >= BACK) {
            call_begin(f, LIBVIRT);
            struct record *r = sample_add(f->sample, FACET_DOMAIN, vm);
            r->read_ns = f->now_ns;
            record_set(r, R_DOM_VCPUS, 2);
            record_set(r, R_DOM_HUNG_MS, (uint64_t)(t < HUNG ? 0 : (t - HUNG + 5) * 1000 + t % 3));
            call_add(f, FACET_DOMAIN_DISK, disk);
            call_merge(f);
        }
        call_tick(f);
        e = call_only(f);
        then[t] = tell(f, e, 0);
    }
    g_assert_cmpint(then[SILENT].domain_ns, ==, 0); /* not late yet */
    g_assert_cmpint(then[BACK - 1].domain_ns, ==, (BACK - SILENT + 1) * S);
    g_assert_cmpint(then[BACK - 1].disk_ns, ==, (BACK - SILENT + 1) * S);
    g_assert_cmpint(then[BACK].domain_ns, ==, 0);
    g_assert_cmpint(then[TICKS].hung_ns, >=, (TICKS - HUNG + 5) * S);
    for (int here = 1; here >= 0; here--) { /* and after it has departed */
        for (int t = 1; t <= TICKS; t++) {
            struct told past = tell(f, e, (uint64_t)t);
            g_assert_cmpint(past.domain_ns, ==, then[t].domain_ns);
            g_assert_cmpint(past.disk_ns, ==, then[t].disk_ns);
            /* from when the tick was, not from when it was read */
            g_assert_cmpint(past.hung_ns - then[t].hung_ns, <=, then[t].hung_ns ? 2 * S : 0);
            g_assert_cmpint(past.hung_ns, >=, then[t].hung_ns - S / 100);
        }
        uint64_t serial = e->serial;
        for (int i = 0; here && i < 10; i++)
            call_run(f, LIBVIRT, FACET_DOMAIN, NULL, NULL);
        e = roster_find(f->roster, serial);
    }
    g_assert_cmpuint(roster_departed(f->roster)->len, ==, 1);
}

/* A record in which everything has changed. */
static void add_busy(struct call *f, struct ident *ident)
{
    struct record *r = sample_add(f->sample, FACET_CGROUP, ident);

    r->read_ns = f->now_ns;
    for (enum reading i = R_CGROUP_BEGIN; i < R_CGROUP_END; i++)
        record_set(r, i, (uint64_t)(f->now_ns + g_test_rand_int_range(0, 1 << 30)));
}

/* The oldest tick is the same for all entities, is reported by the roster, and depends on the
 * memory. */
static void test_depth(struct call *f, gconstpointer data)
{
    enum { FEW = 4, GUESTS = 80, RUNS = 300 };
    struct ident *idents[GUESTS];
    uint64_t tick = 0, oldest = 0;

    (void)data;
    for (int i = 0; i < GUESTS; i++) {
        char key[16];
        g_snprintf(key, sizeof(key), "ct-%d", i);
        idents[i] = call_guest(f, GUEST_DOCKER, key, NULL);
    }
    while (tick < RUNS) {
        call_begin(f, LOCAL);
        for (int i = 0; i < (tick < 100 ? (int)FEW : (int)GUESTS); i++)
            add_busy(f, idents[i]);
        call_merge(f);
        call_tick(f);
        tick = roster_last_tick(f->roster);
        g_assert_cmpuint(roster_history_bytes(f->roster), <=, CALL_HISTORY_BYTES);
        g_assert_cmpuint(roster_oldest_tick(f->roster), >=, oldest);
        oldest = roster_oldest_tick(f->roster);
        g_assert_cmpuint(tick - oldest, <, HISTORY_DEPTH_MAX);
        g_assert_cmpint(roster_tick_time(f->roster, oldest, NULL), >, 0);
    }
    g_test_message("%u guests: %u ticks in %d KiB", GUESTS, (unsigned)(tick - oldest + 1),
                   CALL_HISTORY_BYTES >> 10);
    g_assert_cmpuint(tick - oldest, >=, HISTORY_DEPTH_MIN);
    g_assert_cmpuint(tick - oldest, <, RUNS - 1); /* memory was short */
    for (guint i = 0; i < call_count(f); i++) {
        const struct history *h = call_at(f, i)->history;
        g_assert_cmpuint(history_oldest(h), ==, MAX(oldest, i < FEW ? 1 : 101));
    }
}

/* A guest that left keeps its minutes after its ticks have been forgotten, within its share of the
 * memory, until the minutes are older than any that are kept. */
static void test_departed_minutes(struct call *f, gconstpointer data)
{
    enum { HERE = 90, LATER = HISTORY_DEPTH_MAX + 20 };
    struct ident *stays = call_guest(f, GUEST_DOCKER, "stays", NULL);
    struct ident *leaves = call_guest(f, GUEST_DOCKER, "leaves", NULL);
    struct window *w = window_new(roster_timeline(f->roster));

    (void)data;
    call_run(f, LOCAL, FACET_CGROUP, stays, leaves);
    uint64_t serial = call_named(f, "leaves")->serial;
    for (int i = 1; i < HERE; i++)
        call_run(f, LOCAL, FACET_CGROUP, stays, leaves);
    for (int i = 0; i < LATER; i++) {
        call_run(f, LOCAL, FACET_CGROUP, stays, NULL);
        g_assert_cmpuint(roster_history_bytes(f->roster), <=, CALL_HISTORY_BYTES);
    }
    const struct entity *e = roster_find(f->roster, serial);
    g_assert_nonnull(e);
    g_assert_true(e->departed);
    g_assert_cmpuint(history_newest(e->history), ==, 0);
    struct summary all;
    g_assert_cmpint(history_summary(e->history, M_CPU, 0, f->now_ns, w, &all), ==, WINDOW_PARTIAL);
    g_assert_cmpuint(all.n, >=, HERE - 1); /* it lingers for some ticks */
    g_assert_cmpuint(all.n, <, HERE + 10);
    window_free(w);
    f->now_ns += 60 * S * (HISTORY_MINUTES_MAX + 10); /* one minute without a tick: all are kept */
    call_run(f, LOCAL, FACET_CGROUP, stays, NULL);
    g_assert_nonnull(roster_find(f->roster, serial));
    for (int i = 0; i < HISTORY_MINUTES_MAX + 10; i++) {
        f->now_ns += 60 * S;
        call_run(f, LOCAL, FACET_CGROUP, stays, NULL);
    }
    g_assert_null(roster_find(f->roster, serial));
    g_assert_cmpuint(roster_departed(f->roster)->len, ==, 0);
}

/* Without history, entities that come and go leave no memory behind. */
static void test_none(struct call *f, gconstpointer data)
{
    struct ident *a = call_guest(f, GUEST_DOCKER, "a", NULL),
                 *b = call_guest(f, GUEST_DOCKER, "b", NULL);

    (void)data;
    roster_free(f->roster);
    f->roster = roster_new(0);
    for (int i = 1; i <= 20; i++)
        call_run(f, LOCAL, FACET_CGROUP, a, i <= 8 ? b : NULL);
    g_assert_false(isnan(entity_number(call_only(f), M_CPU)));
    g_assert_cmpuint(history_newest(call_only(f)->history), ==, 0);
    g_assert_cmpuint(roster_departed(f->roster)->len, ==, 0);
    g_assert_cmpuint(roster_history_bytes(f->roster), ==, 0);
    g_assert_cmpuint(roster_oldest_tick(f->roster), ==, 20);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test)                                                                            \
    g_test_add("/past/" name, struct call, NULL, call_set_up, test, call_tear_down)
    ADD("parts", test_parts);
    ADD("coming-and-going", test_coming_and_going);
    ADD("states-and-reasons", test_states_and_reasons);
    ADD("ages", test_ages);
    ADD("depth", test_depth);
    ADD("departed-minutes", test_departed_minutes);
    ADD("none", test_none);
    return g_test_run();
}
