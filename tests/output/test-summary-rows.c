/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What --summary gathers: guests that come and go, late names, order, and bounded memory. */
#include "summary_rows.h"

#include "../model/rollcall.h"

#include <math.h>
#include <string.h>

/* The CPU of a guest in percent, as a counter of nanoseconds per second of the roster. */
static void play(struct call *f, struct ident *ident, uint64_t *counter, double percent)
{
    struct record *r = sample_add(f->sample, FACET_CGROUP, ident);

    *counter += (uint64_t)(percent * 1e7);
    r->read_ns = f->now_ns;
    record_set(r, R_CG_CPU_NS, *counter);
}

static struct summary_rows *rows_new(size_t bytes, size_t rows)
{
    struct summary_config config = {
        .host = {M_HOST_LOAD1}, .host_count = 1, .sort = M_MEM, .bytes = bytes, .rows = rows};

    columns_add(&config.guest, M_CPU);
    columns_add(&config.guest, M_VCPUS); /* of machines only */
    return summary_rows_new(&config);
}

static void add(struct call *f, struct summary_rows *rows)
{
    struct moment now = {.roster = f->roster, .now_ns = f->now_ns, .wall_ns = f->now_ns};
    GPtrArray *guests = g_ptr_array_new();

    for (guint i = 0; i < call_count(f); i++)
        if (!moment_is_gone(&now, call_at(f, i)))
            g_ptr_array_add(guests, call_at(f, i));
    summary_rows_add(rows, &now, guests);
    g_ptr_array_free(guests, TRUE);
}

static const struct report_row *row_named(const struct report *r, const char *name)
{
    for (size_t i = 0; i < r->row_count; i++)
        if (g_strcmp0(r->rows[i].name, name) == 0)
            return &r->rows[i];
    return NULL;
}

/* "short" is there for three samples out of nine, and comes later; "long" has 10, 20 ... percent.
 */
static void come_and_go(struct call *f, struct summary_rows *rows)
{
    struct ident *longer = call_guest(f, GUEST_DOCKER, "long", "a");
    struct ident *shorter = call_guest(f, GUEST_DOCKER, "short", "b");
    uint64_t long_ns = 0, short_ns = 0;

    for (int i = 0; i < 10; i++) {
        call_begin(f, LOCAL);
        play(f, longer, &long_ns, i * 10);
        if (i >= 3 && i < 6)
            play(f, shorter, &short_ns, 95);
        call_merge(f);
        call_tick(f);
        if (i > 0)
            add(f, rows);
    }
}

static void test_come_and_go(struct call *f, gconstpointer data)
{
    struct summary_rows *rows = rows_new(1 << 20, 10);
    struct report r = {0};

    (void)data;
    come_and_go(f, rows);
    summary_rows_report(rows, &r);
    g_assert_cmpuint(r.row_count, ==, 3);
    g_assert_cmpint(r.rows[0].kind, ==, KIND_HOST);
    g_assert_cmpuint(r.rows[0].samples, ==, 9);
    const struct report_row *longer = row_named(&r, "long"), *shorter = row_named(&r, "short");
    g_assert_true(longer && shorter);
    g_assert_true(shorter < longer); /* 95 is more than 50 */
    g_assert_cmpuint(longer->samples, ==, 9);
    g_assert_cmpuint(longer->line_count, ==, 1);
    g_assert_cmpuint(longer->lines[0].of.n, ==, 9);
    g_assert_cmpfloat_with_epsilon(longer->lines[0].of.mean, 50, 1e-4);
    g_assert_cmpfloat_with_epsilon(longer->lines[0].of.median, 50, 1e-4);
    g_assert_cmpfloat_with_epsilon(longer->lines[0].of.p95, 86, 1e-4);
    g_assert_cmpfloat_with_epsilon(longer->lines[0].of.variance, 750, 1e-3);
    g_assert_false(longer->lines[0].estimated);
    g_assert_cmpuint(shorter->samples, ==, 3);
    g_assert_cmpuint(shorter->lines[0].of.n, ==, 2); /* its first sample has no rate */
    g_assert_cmpuint(shorter->lines[0].of.missing, ==, 1);
    g_assert_cmpuint(summary_rows_guests(rows), ==, 2);
    g_assert_cmpuint(r.left_out, ==, 0);
    summary_rows_report(rows, &r); /* a second time: the same */
    g_assert_cmpuint(r.row_count, ==, 3);
    summary_rows_free(rows);
}

/* A name that comes after the first sample is used. */
static void test_late_name(struct call *f, gconstpointer data)
{
    struct summary_rows *rows = rows_new(1 << 20, 10);
    struct ident *ident = call_keep(f, ident_new(KIND_GUEST, GUEST_DOCKER, "0123456789ab"));
    uint64_t ns = 0;
    struct report r = {0};

    (void)data;
    for (int i = 0; i < 3; i++) {
        if (i == 2) {
            ident = call_keep(f, ident_new(KIND_GUEST, GUEST_DOCKER, "0123456789ab"));
            ident_set(&ident->name, "web-1");
        }
        call_begin(f, LOCAL);
        play(f, ident, &ns, 10);
        call_merge(f);
        call_tick(f);
        add(f, rows);
    }
    summary_rows_report(rows, &r);
    g_assert_nonnull(row_named(&r, "web-1"));
    summary_rows_free(rows);
}

/* With little room the longest rows are folded: their quantiles are estimates, the mean is exact.
 */
static void test_little_room(struct call *f, gconstpointer data)
{
    struct summary_rows *rows = rows_new(8000, 10);
    struct ident *ident = call_guest(f, GUEST_DOCKER, "long", "a");
    struct ident *late = call_guest(f, GUEST_DOCKER, "late", "b");
    uint64_t ns = 0, late_ns = 0;
    struct report r = {0};

    (void)data;
    for (int i = 0; i <= 1000; i++) {
        call_begin(f, LOCAL);
        play(f, ident, &ns, i % 100);
        if (i > 990)
            play(f, late, &late_ns, 50);
        call_merge(f);
        call_tick(f);
        if (i > 0)
            add(f, rows);
    }
    summary_rows_report(rows, &r);
    const struct report_line *l = row_named(&r, "long")->lines;
    g_assert_true(l->estimated);
    g_assert_cmpuint(l->of.n, ==, 1000);
    g_assert_cmpfloat_with_epsilon(l->of.mean, 49.5, 1e-4);
    g_assert_cmpfloat_with_epsilon(l->of.variance, 833.25 * 1000 / 999, 1e-2);
    g_assert_cmpfloat_with_epsilon(l->of.p95, 94, 0.026 * 94);
    g_assert_false(row_named(&r, "late")->lines->estimated);
    summary_rows_free(rows);
}

/* Guests beyond the limit are counted once each. */
static void test_too_many(struct call *f, gconstpointer data)
{
    struct summary_rows *rows = rows_new(1 << 20, 3); /* the host and two guests */
    uint64_t ns[5] = {0};
    struct ident *idents[5];
    struct report r = {0};

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(idents); i++) {
        const char name[] = {(char)('a' + i), '\0'};
        idents[i] = call_guest(f, GUEST_DOCKER, name, name);
    }
    for (int i = 0; i < 3; i++) {
        call_begin(f, LOCAL);
        for (size_t k = 0; k < G_N_ELEMENTS(idents); k++)
            play(f, idents[k], &ns[k], 10);
        call_merge(f);
        call_tick(f);
        add(f, rows);
    }
    summary_rows_report(rows, &r);
    g_assert_cmpuint(r.row_count, ==, 3);
    g_assert_cmpuint(r.left_out, ==, 3);
    g_assert_cmpuint(summary_rows_left_out(rows), ==, 3);
    summary_rows_free(rows);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
    g_test_add("/summary-rows/" name, struct call, NULL, call_set_up, function, call_tear_down)
    ADD("come-and-go", test_come_and_go);
    ADD("late-name", test_late_name);
    ADD("little-room", test_little_room);
    ADD("too-many", test_too_many);
    return g_test_run();
}
