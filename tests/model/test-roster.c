/* Who is here: how facets meet, who leaves and when, and that two sources, restarts, wrong aliases
 * and thousands that come and go leave the rows right. */
#include "model/roster.h"

#include "base/clock.h"

#include <string.h>

#define S CLOCK_NS_PER_S

enum { LOCAL, LIBVIRT };

/* A roster, and the sample that is being put together. */
struct fixture {
    struct roster *roster;
    struct sample *sample;
    GPtrArray *idents;
    int64_t now_ns;
};

static void release(void *ident)
{
    ident_unref(ident);
}

static void set_up(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->roster = roster_new(1 << 20);
    f->idents = g_ptr_array_new_with_free_func(release);
    f->now_ns = 100 * S;
}

static void tear_down(struct fixture *f, gconstpointer data)
{
    (void)data;
    roster_free(f->roster);
    g_ptr_array_free(f->idents, TRUE);
}

static struct ident *keep(struct fixture *f, struct ident *ident)
{
    g_ptr_array_add(f->idents, ident);
    return ident;
}

static struct ident *guest(struct fixture *f, enum guest_type type, const char *key,
                           const char *alias)
{
    struct ident *i = keep(f, ident_new(KIND_GUEST, type, key));

    ident_set(&i->name, key);
    ident_add_alias(i, "", alias);
    return i;
}

static struct ident *part(struct fixture *f, const struct ident *of, enum kind kind,
                          const char *key)
{
    struct ident *i = keep(f, ident_new(kind, GUEST_NONE, key));

    i->owner = of ? of->serial : 0;
    return i;
}

static void begin(struct fixture *f, unsigned source)
{
    f->sample = sample_new(source, S);
}

/* A record whose first reading grows by one per ns. */
static void add(struct fixture *f, enum facet facet, struct ident *ident)
{
    struct record *r = sample_add(f->sample, facet, ident);

    r->read_ns = f->now_ns;
    for (enum reading i = facet_begin(facet); i < facet_end(facet); i++)
        if (reading_type(i) != READING_GAUGE)
            record_set(r, i, (uint64_t)f->now_ns);
}

static void merge(struct fixture *f)
{
    roster_merge(f->roster, f->sample);
    sample_unref(f->sample);
    f->sample = NULL;
}

static void tick(struct fixture *f)
{
    f->now_ns += S;
    roster_tick(f->roster, f->now_ns, f->now_ns);
}

/* One sample of one source with one facet of each, and a tick. */
static void run(struct fixture *f, unsigned source, enum facet facet, struct ident *a,
                struct ident *b)
{
    begin(f, source);
    if (a)
        add(f, facet, a);
    if (b)
        add(f, facet, b);
    merge(f);
    tick(f);
}

static guint count(const struct fixture *f)
{
    return roster_guests(f->roster)->len;
}

static struct entity *at(const struct fixture *f, guint i)
{
    g_assert_cmpuint(i, <, count(f));
    return g_ptr_array_index(roster_guests(f->roster), i);
}

static struct entity *only(const struct fixture *f)
{
    g_assert_cmpuint(count(f), ==, 1);
    return at(f, 0);
}

static struct entity *named(const struct fixture *f, const char *name)
{
    for (guint i = 0; i < count(f); i++)
        if (strcmp(entity_label(at(f, i), LABEL_NAME), name) == 0)
            return at(f, i);
    return NULL;
}

static void check_reason(const struct entity *e, enum metric m, enum reason why)
{
    g_assert_cmpstr(reason_text(entity_value(e, m).reason), ==, reason_text(why));
}

/* ---- meeting ---- */

/* libvirt, the process and the cgroup of one VM, by alias and by key, in one tick or one after the
 * other, the process (which knows both of the others) not last: one row with all facets. */
static void meet_in_order(const int order[3], bool at_once)
{
    struct fixture f;

    set_up(&f, NULL);
    struct ident *idents[3] = {guest(&f, GUEST_VM, "domain-1", "uuid:u"),
                               guest(&f, GUEST_VM, "pid:7@99", "uuid:u"),
                               guest(&f, GUEST_VM, "cgroup:/vm", "pid:7")};
    static const enum facet facets[3] = {FACET_DOMAIN, FACET_PROCESS, FACET_CGROUP};
    ident_add_alias(idents[1], "", "cgroup:/vm");
    for (int i = 0; i < 3; i++) {
        begin(&f, (unsigned)order[i]);
        add(&f, facets[order[i]], idents[order[i]]);
        merge(&f);
        if (!at_once)
            tick(&f);
    }
    tick(&f);
    struct entity *e = only(&f);
    for (int i = 0; i < 3; i++)
        g_assert_nonnull(entity_track(e, facets[i]));
    g_assert_cmpstr(entity_label(e, LABEL_NAME), ==, "domain-1");
    tear_down(&f, NULL);
}

static void test_meet_through_the_process(void)
{
    static const int orders[4][3] = {{0, 1, 2}, {1, 0, 2}, {1, 2, 0}, {2, 1, 0}};

    for (int i = 0; i < 4; i++) {
        meet_in_order(orders[i], true);
        meet_in_order(orders[i], false);
    }
}

/* ---- leaving ---- */

static void test_gone_lingers(struct fixture *f, gconstpointer data)
{
    struct ident *a = guest(f, GUEST_DOCKER, "a", NULL), *b = guest(f, GUEST_DOCKER, "b", NULL);

    (void)data;
    run(f, LOCAL, FACET_CGROUP, a, b);
    run(f, LOCAL, FACET_CGROUP, a, b);
    uint64_t serial = named(f, "b")->serial;
    for (int i = 0; i < 5; i++) {
        run(f, LOCAL, FACET_CGROUP, a, NULL);
        g_assert_cmpuint(count(f), ==, 2);
        g_assert_cmpint(named(f, "b")->gone_ns, >, 0);
        g_assert_cmpint(entity_state(named(f, "b")), ==, STATE_GONE);
        check_reason(named(f, "b"), M_CPU, REASON_OK); /* as it was */
        g_assert_cmpint(named(f, "a")->gone_ns, ==, 0);
    }
    run(f, LOCAL, FACET_CGROUP, a, NULL);
    run(f, LOCAL, FACET_CGROUP, a, NULL);
    g_assert_cmpuint(count(f), ==, 1);
    g_assert_cmpint(roster_find(f->roster, serial)->gone_ns, >, 0); /* among the departed */
    g_assert_nonnull(roster_find(f->roster, named(f, "a")->serial));
    run(f, LOCAL, FACET_CGROUP, a, b); /* back: somebody new */
    g_assert_cmpuint(named(f, "b")->serial, !=, serial);
}

/* Gone between two samples that came before the first tick. */
static void test_gone_before_first_tick(struct fixture *f, gconstpointer data)
{
    (void)data;
    begin(f, LOCAL);
    add(f, FACET_CGROUP, guest(f, GUEST_DOCKER, "a", NULL));
    merge(f);
    begin(f, LOCAL);
    merge(f);
    g_assert_cmpint(only(f)->gone_ns, >, 0);
    for (int i = 0; i < 7; i++)
        tick(f);
    g_assert_cmpuint(count(f), ==, 0);
}

static void test_back_in_time(struct fixture *f, gconstpointer data)
{
    struct ident *a = guest(f, GUEST_DOCKER, "a", NULL);

    (void)data;
    run(f, LOCAL, FACET_CGROUP, a, NULL);
    run(f, LOCAL, FACET_CGROUP, a, NULL);
    uint64_t serial = only(f)->serial;
    run(f, LOCAL, FACET_CGROUP, NULL, NULL);
    run(f, LOCAL, FACET_CGROUP, a, NULL);
    g_assert_cmpuint(only(f)->serial, ==, serial);
    g_assert_cmpint(only(f)->gone_ns, ==, 0);
    check_reason(only(f), M_CPU, REASON_OK);
    g_assert_cmpint(history_mark_at(only(f)->history, 3), ==,
                    HISTORY_NO_MARK); /* it was not there */
    g_assert_cmpint(history_mark_at(only(f)->history, 4), !=, HISTORY_NO_MARK);
}

/* Made anew under its old key: the same row, new baselines, never a rate across the two. */
static void test_restart(struct fixture *f, gconstpointer data)
{
    (void)data;
    for (int life = 0; life < 3; life++) {
        struct ident *a = guest(f, GUEST_DOCKER, "a", NULL);
        run(f, LOCAL, FACET_CGROUP, a, NULL);
        check_reason(only(f), M_CPU, life ? REASON_RESET : REASON_NO_BASELINE);
        run(f, LOCAL, FACET_CGROUP, a, NULL);
        check_reason(only(f), M_CPU, REASON_OK);
        g_assert_cmpuint(only(f)->serial, ==, 2); /* the host is 1 */
    }
}

/* A source that could not ask removes nothing: the row keeps what it has, and it ages. */
static void test_incomplete(struct fixture *f, gconstpointer data)
{
    struct ident *a = guest(f, GUEST_VM, "a", NULL), *disk = part(f, a, KIND_DISK, "vda");

    (void)data;
    for (int i = 0; i < 2; i++) {
        begin(f, LIBVIRT);
        add(f, FACET_DOMAIN, a);
        add(f, FACET_DOMAIN_DISK, disk);
        merge(f);
        tick(f);
    }
    for (int i = 0; i < 20; i++) {
        begin(f, LIBVIRT);
        f->sample->complete = false;
        merge(f);
        tick(f);
    }
    struct entity *e = only(f);
    g_assert_cmpint(e->gone_ns, ==, 0);
    g_assert_nonnull(entity_next_part(e, KIND_DISK, NULL));
    check_reason(e, M_CPU, REASON_OK);
    g_assert_cmpint(entity_value_age(e, M_CPU, f->now_ns), ==, 21 * S);
    g_assert_true(entity_value_is_stale(e, M_CPU, f->now_ns));
}

static void test_newcomers(struct fixture *f, gconstpointer data)
{
    struct ident *a = guest(f, GUEST_DOCKER, "a", NULL), *b = guest(f, GUEST_DOCKER, "b", NULL);
    struct ident *vm = guest(f, GUEST_VM, "vm", NULL);

    (void)data;
    run(f, LOCAL, FACET_CGROUP, a, NULL);
    g_assert_false(named(f, "a")->newcomer);
    run(f, LOCAL, FACET_CGROUP, a, b);
    g_assert_true(named(f, "b")->newcomer);
    g_assert_cmpint(named(f, "b")->first_ns, ==, f->now_ns - S);
    begin(f, LIBVIRT); /* the daemon answers for the first time: it may have been there for years */
    add(f, FACET_DOMAIN, vm);
    merge(f);
    g_assert_false(named(f, "vm")->newcomer);
}

/* ---- parts ---- */

static void test_parts_come_and_go(struct fixture *f, gconstpointer data)
{
    struct ident *a = guest(f, GUEST_VM, "a", NULL), *sda = part(f, NULL, KIND_DISK, "sda");
    struct ident *disks[3] = {part(f, a, KIND_DISK, "vda"), part(f, a, KIND_DISK, "vdb"),
                              part(f, a, KIND_DISK, "vdc")};

    (void)data;
    for (int gone = -1; gone < 3; gone++) {
        begin(f, LIBVIRT);
        add(f, FACET_DOMAIN, a);
        for (int i = 0; i < 3; i++)
            if (i != gone)
                add(f, FACET_DOMAIN_DISK, disks[i]);
        if (gone < 1)
            add(f, FACET_HOST_DISK, sda);
        merge(f);
        tick(f);
        g_assert_cmpuint(only(f)->parts->len, ==, gone < 0 ? 3 : 2);
        g_assert_true((entity_next_part(roster_host(f->roster), KIND_DISK, NULL) != NULL) ==
                      (gone < 1));
    }
}

/* A vCPU as a thread and as libvirt sees it: one part with two facets, from two sources. */
static void test_parts_of_two_sources(struct fixture *f, gconstpointer data)
{
    struct ident *domain = guest(f, GUEST_VM, "d", "uuid:u"),
                 *process = guest(f, GUEST_VM, "p", "uuid:u");
    struct ident *seen = part(f, domain, KIND_VCPU, "0"),
                 *thread = part(f, process, KIND_VCPU, "0");

    (void)data;
    for (int i = 0; i < 2; i++) {
        begin(f, LIBVIRT);
        add(f, FACET_DOMAIN, domain);
        add(f, FACET_VCPU_DOMAIN, seen);
        merge(f);
        begin(f, LOCAL);
        add(f, FACET_PROCESS, process);
        add(f, FACET_VCPU_THREAD, thread);
        merge(f);
        tick(f);
    }
    struct entity *vcpu = entity_next_part(only(f), KIND_VCPU, NULL);
    g_assert_nonnull(entity_track(vcpu, FACET_VCPU_THREAD));
    g_assert_nonnull(entity_track(vcpu, FACET_VCPU_DOMAIN));
    g_assert_null(entity_next_part(only(f), KIND_VCPU, vcpu));
    check_reason(vcpu, M_VCPU_CPU, REASON_OK);
    run(f, LOCAL, FACET_PROCESS, process, NULL); /* no longer looked at closely */
    vcpu = entity_next_part(only(f), KIND_VCPU, NULL);
    g_assert_null(entity_track(vcpu, FACET_VCPU_THREAD));
    g_assert_nonnull(entity_track(vcpu, FACET_VCPU_DOMAIN));
}

/* ---- nesting ---- */

static void test_nested(struct fixture *f, gconstpointer data)
{
    struct ident *inner = guest(f, GUEST_DOCKER, "inner", NULL),
                 *outer = guest(f, GUEST_LXC, "outer", "o");

    (void)data;
    inner->outer = g_strdup("o");
    run(f, LOCAL, FACET_CGROUP, inner, NULL);
    g_assert_null(named(f, "inner")->outer);
    run(f, LOCAL, FACET_CGROUP, inner, outer); /* found late */
    run(f, LOCAL, FACET_CGROUP, inner, outer);
    g_assert_true(named(f, "inner")->outer == named(f, "outer"));
    for (int i = 0; i < 8; i++)
        run(f, LOCAL, FACET_CGROUP, inner, NULL);
    g_assert_null(only(f)->outer);
    run(f, LOCAL, FACET_CGROUP, outer, inner);
    g_assert_true(named(f, "inner")->outer == named(f, "outer"));
}

/* In a circle, and in itself: whoever walks outwards comes to an end. */
static void test_nested_in_circle(struct fixture *f, gconstpointer data)
{
    struct ident *a = guest(f, GUEST_DOCKER, "a", NULL), *b = guest(f, GUEST_DOCKER, "b", NULL);
    struct ident *c = guest(f, GUEST_DOCKER, "c", NULL);

    (void)data;
    a->outer = g_strdup("b");
    b->outer = g_strdup("c");
    c->outer = g_strdup("a");
    for (int i = 0; i < 3; i++) {
        begin(f, LOCAL);
        add(f, FACET_CGROUP, a);
        add(f, FACET_CGROUP, b);
        add(f, FACET_CGROUP, c);
        merge(f);
        tick(f);
    }
    for (guint i = 0; i < count(f); i++) {
        int steps = 0;
        for (struct entity *e = at(f, i); e; e = e->outer)
            g_assert_cmpint(++steps, <, 4);
    }
}

/* ---- sources ---- */

static void test_statuses(struct fixture *f, gconstpointer data)
{
    (void)data;
    begin(f, LIBVIRT);
    sample_add_status(f->sample, "qemu:///system", SOURCE_OK, 1, NULL);
    merge(f);
    begin(f, LOCAL);
    sample_add_status(f->sample, "cgroup", SOURCE_OK, 1, NULL);
    sample_add_status(f->sample, "docker", SOURCE_DENIED, 2, "no permission");
    merge(f);
    begin(f, LIBVIRT);
    f->sample->complete = false;
    sample_add_status(f->sample, "qemu:///system", SOURCE_STALE, 1, "no answer");
    merge(f);
    const GArray *all = roster_statuses(f->roster);
    static const char *const names[] = {"cgroup", "docker", "qemu:///system"};
    g_assert_cmpuint(all->len, ==, 3);
    for (guint i = 0; i < 3; i++)
        g_assert_cmpstr(g_array_index(all, struct source_status, i).name, ==, names[i]);
    g_assert_cmpint(g_array_index(all, struct source_status, 2).state, ==, SOURCE_STALE);
    g_assert_cmpstr(g_array_index(all, struct source_status, 2).message, ==, "no answer");
}

/* This machine slept: what was counted before does not belong to the seconds since. */
static void test_suspend(struct fixture *f, gconstpointer data)
{
    struct ident *a = guest(f, GUEST_DOCKER, "a", NULL);

    (void)data;
    for (int i = 0; i < 4; i++) {
        begin(f, LOCAL);
        f->sample->suspended_ns = i < 2 ? 0 : 30 * S;
        add(f, FACET_CGROUP, a);
        merge(f);
        tick(f);
        check_reason(only(f), M_CPU, i == 0 ? REASON_NO_BASELINE : i == 2 ? REASON_GAP : REASON_OK);
    }
}

/* A facet that its source repeats because it was not read anew ages, and is no gap when it comes.
 */
static void test_slow_facet(struct fixture *f, gconstpointer data)
{
    struct ident *a = guest(f, GUEST_VM, "a", NULL);
    struct record *kept = record_new(FACET_MONITOR, a);

    (void)data;
    kept->interval_ns = 10 * S;
    for (int i = 0; i < 25; i++) {
        if (i % 10 == 0) {
            kept->read_ns = f->now_ns;
            record_set(kept, R_MON_EXITS, (uint64_t)(f->now_ns / 1000));
        }
        begin(f, LIBVIRT);
        add(f, FACET_DOMAIN, a);
        sample_add_copy(f->sample, kept);
        merge(f);
        tick(f);
        check_reason(only(f), M_EXITS, i < 10 ? REASON_NO_BASELINE : REASON_OK);
        g_assert_false(entity_value_is_stale(only(f), M_EXITS, f->now_ns));
        g_assert_cmpint(entity_value_age(only(f), M_CPU, f->now_ns), ==, S);
    }
    g_assert_cmpfloat(entity_number(only(f), M_EXITS), ==, 1e6);
    record_free(kept);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/roster/" name, struct fixture, NULL, set_up, test, tear_down)
    g_test_add_func("/roster/meet/through-the-process", test_meet_through_the_process);
    ADD("leave/lingers", test_gone_lingers);
    ADD("leave/before-first-tick", test_gone_before_first_tick);
    ADD("leave/back-in-time", test_back_in_time);
    ADD("leave/restart", test_restart);
    ADD("leave/incomplete", test_incomplete);
    ADD("newcomers", test_newcomers);
    ADD("parts/come-and-go", test_parts_come_and_go);
    ADD("parts/of-two-sources", test_parts_of_two_sources);
    ADD("nested", test_nested);
    ADD("nested-in-circle", test_nested_in_circle);
    ADD("statuses", test_statuses);
    ADD("suspend", test_suspend);
    ADD("slow-facet", test_slow_facet);
    return g_test_run();
}
