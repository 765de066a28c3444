/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Recorded values are read back unchanged, packed or not: numbers, the reasons of absent ones,
 * marks, gaps; for as long as they are kept and no longer. Packed history has the expected size. */
#include "model/history.h"

#include "model/value.h"

#include <glib.h>
#include <math.h>
#include <string.h>

enum { GUEST_METRICS = M_KIND_GUEST_END - M_KIND_GUEST_BEGIN, TICKS = 700 };

struct frame {
    double numbers[GUEST_METRICS];
    uint8_t reasons[GUEST_METRICS];
    int mark; /* HISTORY_NO_MARK: this tick was left out */
};

static struct frame *frames_new(void)
{
    struct frame *frames = g_new0(struct frame, TICKS + 1);

    for (int t = 0; t <= TICKS; t++)
        frames[t].mark = HISTORY_NO_MARK;
    return frames;
}

static void add_frame(struct history *h, uint64_t tick, const struct frame *f)
{
    double numbers[GUEST_METRICS] = {0};
    uint8_t reasons[GUEST_METRICS] = {0};

    for (enum metric m = metric_first_number(KIND_GUEST); m < M_KIND_GUEST_END; m++) {
        int column = shape_place(history_shape(h), m).column;
        g_assert_cmpint(column, <, history_shape(h)->columns);
        if (column < 0)
            continue;
        numbers[column] = f->numbers[m - metric_first_number(KIND_GUEST)];
        reasons[column] = f->reasons[m - metric_first_number(KIND_GUEST)];
    }
    history_add(h, tick, 1 + tick / 60, numbers, reasons, f->mark);
}

static void add(struct history *h, const struct frame *frames, uint64_t tick)
{
    const struct frame *f = &frames[tick];

    if (f->mark != HISTORY_NO_MARK)
        add_frame(h, tick, f);
}

static void check(const struct history *h, const struct frame *frames, uint64_t tick,
                  unsigned classes)
{
    const struct frame *f = &frames[tick];

    g_assert_cmpint(history_mark_at(h, tick), ==, f->mark);
    for (enum metric m = metric_first_number(KIND_GUEST); m < M_KIND_GUEST_END; m++) {
        size_t i = (size_t)(m - metric_first_number(KIND_GUEST));
        struct value v = history_value(h, m, tick);
        if (!metric_is_number(m) || !(metric_info(m)->classes & classes)) {
            g_assert_cmpint(v.reason, ==, REASON_NOT_APPLICABLE);
        } else if (!metric_is_recorded(m)) {
            g_assert_cmpint(v.reason, ==, REASON_NOT_RECORDED);
        } else if (f->mark == HISTORY_NO_MARK) {
            g_assert_cmpint(v.reason, ==, REASON_NOT_RECORDED);
        } else {
            g_assert_cmpint(v.reason, ==, f->reasons[i]);
            if (v.reason == REASON_OK)
                g_assert_true(v.number == (double)(float)f->numbers[i]);
            g_assert_true(isnan(history_at(h, m, tick)) == (v.reason != REASON_OK));
        }
    }
}

static void check_all(const struct history *h, const struct frame *frames, uint64_t first,
                      uint64_t last, unsigned classes)
{
    g_assert_cmpuint(history_oldest(h), ==, first);
    g_assert_cmpuint(history_newest(h), ==, last);
    for (uint64_t t = first; t <= last; t++)
        check(h, frames, t, classes);
    if (first)
        g_assert_cmpint(history_mark_at(h, first - 1), ==, HISTORY_NO_MARK);
    g_assert_cmpint(history_mark_at(h, last + 1), ==, HISTORY_NO_MARK);
}

/* Numbers of each kind that packing distinguishes. */
static double some_number(int sort, uint64_t tick)
{
    switch (sort % 9) {
    case 0:
        return 0;
    case 1:
        return 42; /* the same all the time */
    case 2:
        return (double)(tick % 300); /* narrow */
    case 3:
        return 65279 + (double)(tick % 2); /* the last narrow one, and the first that is not */
    case 4:
        return g_test_rand_double() * 1e12;
    case 5:
        return -(double)(tick % 5); /* negative, and minus zero */
    case 6:
        return tick % 40 ? 0 : 1e-30;
    case 7:
        return (double)(tick / 37); /* steps inside a block */
    default:
        return tick % 3 ? INFINITY : 0.5;
    }
}

static void fill(struct frame *f, uint64_t tick)
{
    for (int i = 0; i < GUEST_METRICS; i++) {
        f->numbers[i] = some_number(i, tick);
        /* absent all the time, now and then, at first, never */
        bool absent = i % 4 == 0 || (i % 4 == 1 && tick % 7 == 0) || (i % 4 == 2 && tick < 30);
        int why = absent ? 1 + (i + (int)tick / 50) % (REASON_COUNT - 1) : REASON_OK;
        f->reasons[i] = (uint8_t)why;
    }
    f->mark = (int)(tick / 100) * 256 + (int)tick % 3;
}

/* Ticks that are left out: one, some, a whole block, more than one. */
static bool is_left_out(uint64_t tick)
{
    return tick < 5 || tick == 17 || (tick > 100 && tick < 108) || (tick >= 200 && tick < 270);
}

static void test_lossless(void)
{
    static const unsigned classes[] = {CLASS_VM, CLASS_CONTAINER, CLASS_ANY};

    for (uint64_t phase = 0; phase < 3 * HISTORY_BLOCK; phase += 13) {
        unsigned class = classes[phase % 3];
        struct history *h = history_new(KIND_GUEST, class, phase);
        struct frame *frames = frames_new();
        check_all(h, frames, 0, 0, class);
        for (uint64_t t = 1; t <= TICKS; t++) {
            if (!is_left_out(t))
                fill(&frames[t], t);
            add(h, frames, t);
            if (t % 190 == 0)
                check_all(h, frames, 5, t, class);
        }
        history_seal(h);
        check_all(h, frames, 5, TICKS, class);
        history_free(h);
        g_free(frames);
    }
}

static void test_forget(void)
{
    struct history *h = history_new(KIND_GUEST, CLASS_VM, 3);
    struct frame *frames = frames_new();
    size_t before = 0;

    for (uint64_t t = 1; t <= 300; t++) {
        fill(&frames[t], t);
        add(h, frames, t);
    }
    before = history_size(h);
    history_forget(h, 1, 0);
    check_all(h, frames, 1, 300, CLASS_VM);
    for (uint64_t oldest = 10; oldest <= 300; oldest += 29) {
        history_forget(h, oldest, 0);
        for (uint64_t t = oldest; t <= 300; t++)
            check(h, frames, t, CLASS_VM);
        g_assert_cmpuint(history_oldest(h), ==, oldest);
    }
    g_assert_cmpuint(history_size(h), <, before / 2);
    history_forget(h, 301, 0);
    g_assert_cmpuint(history_oldest(h), ==, 0);
    g_assert_true(isnan(history_at(h, M_CPU, 300)));
    fill(&frames[302], 302);
    add(h, frames, 302);
    check_all(h, frames, 302, 302, CLASS_VM);
    history_free(h);
    g_free(frames);
}

/* After a gap longer than history nothing older is kept. */
static void test_long_gap(void)
{
    struct history *h = history_new(KIND_GUEST, CLASS_VM, 0);
    struct frame *frames = frames_new();

    for (uint64_t t = 1; t <= 50; t++) {
        fill(&frames[t], t);
        add(h, frames, t);
    }
    add_frame(h, 50 + 2 * HISTORY_DEPTH_MAX, &frames[50]);
    g_assert_cmpuint(history_oldest(h), ==, 50 + 2 * HISTORY_DEPTH_MAX);
    g_assert_cmpint(history_mark_at(h, 50), ==, HISTORY_NO_MARK);
    history_free(h);
    g_free(frames);
}

/* Joining two histories: values of either are known; where both have one, the first's counts. */
static void test_join(void)
{
    struct history *a = history_new(KIND_GUEST, CLASS_VM, 4),
                   *b = history_new(KIND_GUEST, CLASS_CONTAINER, 11);
    struct frame *frames[2] = {frames_new(), frames_new()};
    size_t cpu = (size_t)(M_CPU - metric_first_number(KIND_GUEST));
    size_t mem = (size_t)(M_MEM - metric_first_number(KIND_GUEST));

    for (uint64_t t = 1; t <= 200; t++) {
        for (int i = 0; i < 2; i++) {
            struct frame *f = &frames[i][t];
            memset(f->reasons, REASON_NO_FILE, sizeof(f->reasons));
            f->mark = i;
            f->numbers[cpu] = i ? 7 : 3;
            f->reasons[cpu] = 0;
        }
        frames[1][t].numbers[mem] = (double)t;
        frames[1][t].reasons[mem] = 0;
        if (t <= 150)
            add(a, frames[0], t);
        if (t > 60)
            add(b, frames[1], t);
    }
    struct history *both = history_join(a, b);
    for (uint64_t t = 1; t <= 200; t++) {
        g_assert_cmpint(history_mark_at(both, t), ==, t <= 150 ? 0 : 1);
        g_assert_cmpfloat(history_at(both, M_CPU, t), ==, t <= 150 ? 3 : 7);
        if (t > 60)
            g_assert_cmpfloat(history_at(both, M_MEM, t), ==, (double)t);
        else
            g_assert_cmpint(history_value(both, M_MEM, t).reason, ==, REASON_NO_FILE);
    }
    struct history *empty = history_new(KIND_GUEST, CLASS_VM, 0), *same = history_join(empty, a);
    check_all(same, frames[0], 1, 150, CLASS_VM);
    history_free(a);
    history_free(b);
    history_free(both);
    history_free(empty);
    history_free(same);
    g_free(frames[0]);
    g_free(frames[1]);
}

enum { NOTED = 3, NOTE_TICKS = 400 };

/* Notes in runs of random length, with ticks without a note between them; -1: no note. */
static struct history *note_at_random(int64_t then[NOTED][NOTE_TICKS + 1])
{
    struct history *h = history_new(KIND_GUEST, CLASS_VM, 0);
    struct frame f = {.mark = 0};

    for (uint64_t t = 1; t <= NOTE_TICKS; t++) {
        add_frame(h, t, &f);
        for (unsigned what = 0; what < NOTED; what++) {
            bool changes = t == 1 || !g_test_rand_int_range(0, 9);
            then[what][t] = changes ? g_test_rand_int_range(-1, 3) : then[what][t - 1];
            if (then[what][t] >= 0)
                history_note(h, what, then[what][t]);
        }
    }
    return h;
}

static void check_notes(const struct history *h, int64_t then[NOTED][NOTE_TICKS + 1],
                        uint64_t oldest)
{
    for (uint64_t t = 0; t <= NOTE_TICKS + 1; t++)
        for (unsigned what = 0; what < NOTED; what++) {
            int64_t value = -1;
            bool said = t >= oldest && t <= NOTE_TICKS && then[what][t] >= 0;
            g_assert_true(history_noted(h, what, t, &value) == said);
            g_assert_cmpint(value, ==, said ? then[what][t] : -1);
        }
}

/* Notes are read back for their own ticks only, and are forgotten with the numbers. */
static void test_notes(void)
{
    int64_t then[NOTED][NOTE_TICKS + 1], other[NOTED][NOTE_TICKS + 1];
    struct history *h = note_at_random(then), *b = note_at_random(other);

    check_notes(h, then, 1);
    struct history *both = history_join(h, b);
    size_t size = history_size(h);
    for (unsigned what = 0; what < NOTED; what++)
        for (uint64_t t = 1; t <= NOTE_TICKS; t++)
            other[what][t] = then[what][t] >= 0 ? then[what][t] : other[what][t];
    check_notes(both, other, 1);
    history_forget(h, 300, 1 + 300 / 60);
    check_notes(h, then, 300);
    g_assert_cmpuint(history_size(h), <, size);
    history_forget(h, NOTE_TICKS + 1, 0);
    check_notes(h, then, NOTE_TICKS + 1);
    history_free(h);
    history_free(b);
    history_free(both);
}

/* Bytes of ten minutes of a container of whose numbers every N-th changes each tick. */
static size_t ten_minutes(int n)
{
    struct history *h = history_new(KIND_GUEST, CLASS_CONTAINER, 0);
    struct frame f = {.mark = 1};

    for (uint64_t t = 1; t <= HISTORY_DEPTH_MAX; t++) {
        for (int i = 0; i < GUEST_METRICS; i++)
            f.numbers[i] = n && i % n == 0 ? g_test_rand_double() : i;
        add_frame(h, t, &f);
        for (unsigned what = 0; what < 2; what++) /* whose its limits are */
            history_note(h, what, 1);
    }
    size_t size = history_size(h);
    history_free(h);
    return size;
}

/* 48 MB hold ten minutes of a thousand containers when half of their numbers change each tick. */
static void test_size(void)
{
    enum { BUDGET = 48 << 20, GUESTS = 1000 };
    size_t idle = ten_minutes(0), busy = ten_minutes(2), all = ten_minutes(1);

    g_test_message("bytes in ten minutes: idle %zu, busy %zu, all changing %zu", idle, busy, all);
    g_assert_cmpuint(busy, <, BUDGET / GUESTS);
    g_assert_cmpuint(idle, <, BUDGET / GUESTS / 5);
    g_assert_cmpuint(all, <, BUDGET / GUESTS * 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/history/lossless", test_lossless);
    g_test_add_func("/history/forget", test_forget);
    g_test_add_func("/history/long-gap", test_long_gap);
    g_test_add_func("/history/join", test_join);
    g_test_add_func("/history/notes", test_notes);
    g_test_add_func("/history/size", test_size);
    return g_test_run();
}
