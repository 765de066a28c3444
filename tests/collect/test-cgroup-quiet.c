/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Which files of an idle group are read again, and when. */
#include "collect/cgroup/cgroup_quiet.h"

#include <glib.h>

static const enum reading READINGS[] = {R_CG_MEM_INACTIVE_FILE_BYTES, R_CG_REFAULTS, R_NONE};
static const struct cgroup_file FILE_OF_GROUP = {.readings = READINGS, .quiet = true};

struct group {
    struct cgroup_quiet quiet;
    struct ident *ident;
    uint64_t cpu_ns, memory; /* what the group uses now */
    uint64_t inactive;       /* the value in its file now; 0 = it cannot be read */
    uint64_t shown;          /* the value that was recorded */
};

static void begin(struct group *g)
{
    *g = (struct group){.ident = ident_new(KIND_GUEST, GUEST_DOCKER, "g"),
                        .cpu_ns = 5,
                        .memory = 4096,
                        .inactive = 100};
}

/* Collect at second S. Returns whether the file was read. */
static bool collect(struct group *g, int64_t s)
{
    struct record *r = record_new(FACET_CGROUP, g->ident);
    int64_t now_ns = (1000 + s) * CLOCK_NS_PER_S;

    record_set(r, R_CG_CPU_NS, g->cpu_ns);
    record_set(r, R_CG_MEM_USAGE_BYTES, g->memory);
    bool read = !cgroup_quiet_recall(&g->quiet, &FILE_OF_GROUP, now_ns, r);
    if (read) {
        if (g->inactive)
            record_set(r, R_CG_MEM_INACTIVE_FILE_BYTES, g->inactive);
        else
            record_absent(r, R_CG_MEM_INACTIVE_FILE_BYTES, REASON_UNREADABLE);
        record_absent(r, R_CG_REFAULTS, REASON_NO_FILE);
        cgroup_quiet_learn(&g->quiet, &FILE_OF_GROUP, now_ns, r);
    }
    if (!record_get(r, R_CG_MEM_INACTIVE_FILE_BYTES, &g->shown))
        g->shown = 0;
    g_assert_cmpint(record_reason(r, R_CG_REFAULTS), ==, REASON_NO_FILE);
    record_free(r);
    return read;
}

/* The file is read while the group is active and a little longer, then every five seconds, and at
 * once when the group becomes active again. */
static void test_turns(void)
{
    struct group g;

    begin(&g);
    for (int s = 0; s < 3; s++)
        g_assert_true(collect(&g, s));
    g.inactive = 101;
    for (int s = 3; s < 7; s++)
        g_assert_false(collect(&g, s));
    g_assert_cmpuint(g.shown, ==, 100);
    g_assert_true(collect(&g, 7));
    g_assert_cmpuint(g.shown, ==, 101);
    g_assert_false(collect(&g, 8));
    g.cpu_ns++;
    g.inactive = 102;
    g_assert_true(collect(&g, 9));
    g_assert_cmpuint(g.shown, ==, 102);
    g_assert_true(collect(&g, 11));
    g_assert_false(collect(&g, 12));
    g.memory -= 4096;
    g_assert_true(collect(&g, 13));
    ident_unref(g.ident);
}

/* With a long interval the file is read each time. */
static void test_seldom(void)
{
    struct group g;

    begin(&g);
    for (int s = 0; s < 50; s += 5)
        g_assert_true(collect(&g, s));
    ident_unref(g.ident);
}

/* A value that could not be read is not kept. */
static void test_unreadable(void)
{
    struct group g;

    begin(&g);
    g_assert_true(collect(&g, 0));
    g.inactive = 0;
    g_assert_false(collect(&g, 4));
    g_assert_true(collect(&g, 5));
    g_assert_cmpuint(g.shown, ==, 0);
    g.inactive = 7;
    g_assert_true(collect(&g, 6));
    g_assert_cmpuint(g.shown, ==, 7);
    g_assert_false(collect(&g, 7));
    ident_unref(g.ident);
}

/* A group whose CPU time or memory is not known cannot count as idle. */
static void test_unknown(void)
{
    struct cgroup_quiet quiet = {.read_ms = 1000, .pack = {PACK_KNOWN}};
    struct ident *ident = ident_new(KIND_GUEST, GUEST_DOCKER, "g");
    struct record *r = record_new(FACET_CGROUP, ident);

    record_set(r, R_CG_MEM_USAGE_BYTES, 0);
    g_assert_false(cgroup_quiet_recall(&quiet, &FILE_OF_GROUP, 5 * CLOCK_NS_PER_S, r));
    record_free(r);
    ident_unref(ident);
}

/* Eight values of a terabyte are kept; values that need more room are read each time. */
static void test_large(void)
{
    static const struct cgroup_file file = {.readings = CGROUP_MEMORY_STAT, .quiet = true};
    const uint64_t limit = UINT64_C(1) << 40;
    struct group g;

    begin(&g);
    for (uint64_t n = limit - 1; n <= limit; n++) {
        struct cgroup_quiet quiet = {.busy_ms = 0};
        struct record *r = record_new(FACET_CGROUP, g.ident);
        record_set(r, R_CG_CPU_NS, 0);
        record_set(r, R_CG_MEM_USAGE_BYTES, 0);
        for (int i = 0; file.readings[i] != R_NONE; i++)
            record_set(r, file.readings[i], n);
        cgroup_quiet_learn(&quiet, &file, 10 * CLOCK_NS_PER_S, r);
        record_set(r, R_CG_REFAULTS, 0);
        bool kept = cgroup_quiet_recall(&quiet, &file, 11 * CLOCK_NS_PER_S, r);
        g_assert_true(kept == (n < limit));
        uint64_t refaults;
        g_assert_true(record_get(r, R_CG_REFAULTS, &refaults));
        g_assert_cmpuint(refaults, ==, kept ? n : 0);
        record_free(r);
    }
    ident_unref(g.ident);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cgroup-quiet/turns", test_turns);
    g_test_add_func("/cgroup-quiet/seldom", test_seldom);
    g_test_add_func("/cgroup-quiet/unreadable", test_unreadable);
    g_test_add_func("/cgroup-quiet/unknown", test_unknown);
    g_test_add_func("/cgroup-quiet/large", test_large);
    return g_test_run();
}
