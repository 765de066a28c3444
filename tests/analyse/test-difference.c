/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What changed between two windows: who is who, what is noticed, and by how much. */
#include <config.h>

#include "analyse/difference.h"

#include <math.h>

#define GIB (1024.0 * 1024 * 1024)

static struct report_line line_of(enum metric m, double mean, double deviation)
{
    return (struct report_line){.metric = m,
                                .of = {.n = 10,
                                       .min = mean,
                                       .mean = mean,
                                       .median = mean,
                                       .p95 = mean,
                                       .max = mean,
                                       .variance = deviation * deviation,
                                       .stddev = deviation}};
}

static struct report_row guest(const char *name, const char *id, const char *host,
                               const struct report_line *lines, size_t count)
{
    return (struct report_row){.kind = KIND_GUEST,
                               .type = "vm",
                               .name = name,
                               .id = id,
                               .host = host,
                               .samples = 10,
                               .lines = lines,
                               .line_count = count};
}

static const struct difference_event *event(const struct difference *d, guint i)
{
    g_assert_cmpuint(i, <, d->events->len);
    return &g_array_index(d->events, struct difference_event, i);
}

static const struct difference_change *change(const struct difference *d, guint i)
{
    g_assert_cmpuint(i, <, d->changes->len);
    return &g_array_index(d->changes, struct difference_change, i);
}

/* One came, one went, one moved, one was made anew under its name, one got another name. */
static void test_events(void)
{
    const struct report_row before[] = {
        guest("gone", "1", "kvm7", NULL, 0), guest("moved", "2", "kvm7", NULL, 0),
        guest("anew", "3", "kvm7", NULL, 0), guest("old-name", "4", "kvm7", NULL, 0),
        guest("same", "5", "kvm7", NULL, 0), guest("nobody", NULL, "kvm7", NULL, 0)};
    const struct report_row after[] = {
        guest("new", "6", "kvm7", NULL, 0),      guest("moved", "2", "kvm8", NULL, 0),
        guest("anew", "7", "kvm7", NULL, 0),     guest("new-name", "4", "kvm7", NULL, 0),
        guest("same", "5", "kvm7", NULL, 0),     guest("nobody", NULL, "kvm7", NULL, 0)};
    struct difference *d =
        difference_of(before, G_N_ELEMENTS(before), after, G_N_ELEMENTS(after));

    g_assert_cmpuint(d->events->len, ==, 5);
    g_assert_cmpint(event(d, 0)->kind, ==, DIFFERENCE_STARTED);
    g_assert_true(event(d, 0)->after == &after[0] && !event(d, 0)->before);
    g_assert_cmpint(event(d, 1)->kind, ==, DIFFERENCE_ENDED);
    g_assert_true(event(d, 1)->before == &before[0] && !event(d, 1)->after);
    g_assert_cmpint(event(d, 2)->kind, ==, DIFFERENCE_MOVED);
    g_assert_cmpstr(event(d, 2)->after->host, ==, "kvm8");
    g_assert_cmpint(event(d, 3)->kind, ==, DIFFERENCE_REPLACED);
    g_assert_true(event(d, 3)->before == &before[2] && event(d, 3)->after == &after[2]);
    g_assert_cmpint(event(d, 4)->kind, ==, DIFFERENCE_RENAMED);
    g_assert_cmpuint(d->changes->len, ==, 0);
    difference_free(d);
}

/* CPU 20 +- 4 and 50 +- 3: variation sqrt((16 + 9) / 2) = 3.5355, 30 / 3.5355 = 8.4853. A limit from
 * 2 to 4 GiB does not vary: 1 % of 4 GiB, so 50 times. What moves within its noise, by too little to
 * be noticed, or is known on one side only, is none. */
static void test_changes(void)
{
    const struct report_line was[] = {
        line_of(M_CPU, 20, 4),         line_of(M_MEM_LIMIT, 2 * GIB, 0), line_of(M_READY, 1, 2),
        line_of(M_READ, 1000, 1),      line_of(M_WRITE, NAN, NAN),       line_of(M_VCPUS, 2, 0)};
    const struct report_line is[] = {
        line_of(M_VCPUS, 2, 0),        line_of(M_WRITE, 5e6, 1),         line_of(M_READ, 3000, 1),
        line_of(M_READY, 5, 2),        line_of(M_MEM_LIMIT, 4 * GIB, 0), line_of(M_CPU, 50, 3)};
    const struct report_row before = guest("db", "1", "kvm7", was, G_N_ELEMENTS(was));
    const struct report_row after = guest("db", "1", "kvm7", is, G_N_ELEMENTS(is));
    struct difference *d = difference_of(&before, 1, &after, 1);

    g_assert_cmpuint(d->events->len, ==, 0);
    g_assert_cmpuint(d->changes->len, ==, 2);
    g_assert_cmpint(change(d, 0)->metric, ==, M_MEM_LIMIT);
    g_assert_cmpfloat_with_epsilon(change(d, 0)->score, 50, 1e-9);
    g_assert_cmpint(change(d, 1)->metric, ==, M_CPU);
    g_assert_cmpfloat_with_epsilon(change(d, 1)->variation, 3.5355339, 1e-6);
    g_assert_cmpfloat_with_epsilon(change(d, 1)->score, 8.4852814, 1e-6);
    g_assert_cmpfloat_with_epsilon(change(d, 1)->was, 20, 1e-9);
    g_assert_cmpfloat_with_epsilon(change(d, 1)->is, 50, 1e-9);
    difference_free(d);
}

static void test_nothing(void)
{
    struct difference *d = difference_of(NULL, 0, NULL, 0);

    g_assert_cmpuint(d->events->len + d->changes->len, ==, 0);
    difference_free(d);
    difference_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/difference/events", test_events);
    g_test_add_func("/difference/changes", test_changes);
    g_test_add_func("/difference/nothing", test_nothing);
    return g_test_run();
}
