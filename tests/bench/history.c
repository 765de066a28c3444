/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What reading history costs, and how far it reaches. One metric of 1,000 guests is added up over 600
 * ticks: from a plain array, by windows, and cell by cell. Then the demonstration runs with 1,000
 * and with 100 guests, to see how many ticks and minutes 48 MB hold. */
#include "collect/demo/demo.h"

#include "base/clock.h"
#include "model/roster.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define HISTORY_BYTES ((size_t)48 << 20)

enum { GUESTS = 1000, TICKS = HISTORY_DEPTH_MAX, ROUNDS = 20 };

static double cpu_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* A host that is not quite on time: its ticks are up to 0.2 ms early or late. */
struct host {
    struct demo *demo;
    struct roster *roster;
    int64_t now_ns;
};

static struct host open_host(unsigned guests, size_t bytes)
{
    struct demo_config config = demo_config_for(guests);

    return (struct host){demo_new(&config), roster_new(bytes), 1000 * CLOCK_NS_PER_S};
}

static void close_host(struct host *h)
{
    demo_free(h->demo);
    roster_free(h->roster);
}

static void tick(struct host *h, int64_t interval_ns)
{
    struct demand demand = {.needs = NEED_ALL, .interval_ns = interval_ns};
    struct sample *s = sample_new(0, interval_ns);

    h->now_ns += interval_ns + rand() % 400000 - 200000;
    demo_collect(h->demo, &demand, h->now_ns, s);
    roster_merge(h->roster, s);
    roster_tick(h->roster, h->now_ns, h->now_ns);
    sample_unref(s);
}

/* ---- reading ---- */

/* The sum of the known ones: what a reader at least does with them. */
static double sum_of(const float *numbers, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += isnan(numbers[i]) ? 0 : (double)numbers[i];
    return sum;
}

struct scan {
    const struct roster *roster;
    enum metric metric;
    float *plain; /* the same values in an array */
    size_t count;
};

static double scan_windows(struct scan *s)
{
    const GPtrArray *guests = roster_guests(s->roster);
    struct window *w = window_new(roster_timeline(s->roster));
    uint64_t last = roster_last_tick(s->roster);
    double sum = 0;

    for (guint i = 0; i < guests->len; i++) {
        const struct entity *e = g_ptr_array_index(guests, i);
        history_window(e->history, s->metric, last - TICKS + 1, last, w);
        sum += sum_of(w->numbers, w->count);
    }
    window_free(w);
    return sum;
}

static double scan_cells(struct scan *s)
{
    const GPtrArray *guests = roster_guests(s->roster);
    uint64_t last = roster_last_tick(s->roster);
    double sum = 0;

    for (guint i = 0; i < guests->len; i++) {
        const struct entity *e = g_ptr_array_index(guests, i);
        for (uint64_t t = last - TICKS + 1; t <= last; t++) {
            double number = history_at(e->history, s->metric, t);
            sum += isnan(number) ? 0 : number;
        }
    }
    return sum;
}

static double scan_plain(struct scan *s)
{
    return sum_of(s->plain, s->count);
}

static void copy_plain(struct scan *s)
{
    const GPtrArray *guests = roster_guests(s->roster);
    struct window *w = window_new(NULL);
    uint64_t last = roster_last_tick(s->roster);

    s->count = 0;
    for (guint i = 0; i < guests->len; i++) {
        const struct entity *e = g_ptr_array_index(guests, i);
        history_window(e->history, s->metric, last - TICKS + 1, last, w);
        for (size_t k = 0; k < w->count; k++)
            s->plain[s->count++] = w->numbers[k];
    }
    window_free(w);
}

/* Milliseconds, of the best of some rounds. */
static double measure(struct scan *s, double (*scan)(struct scan *), int rounds)
{
    volatile double sum = 0;
    double best = INFINITY;

    for (int i = 0; i < rounds; i++) {
        double before = cpu_ms();
        sum += scan(s);
        best = fmin(best, cpu_ms() - before);
    }
    return best;
}

static void measure_reading(void)
{
    static const enum metric metrics[] = {M_CPU, M_MEM, M_READ, M_VCPUS, M_PSI_MEM};
    struct host h = open_host(GUESTS, (size_t)1 << 30);
    struct scan s = {.roster = h.roster, .plain = g_new0(float, 2 * GUESTS * TICKS)};

    for (int t = 0; t < TICKS; t++)
        tick(&h, CLOCK_NS_PER_S);
    printf("one metric of %u guests over %d ticks, ms: a plain array, windows, cell by cell\n",
           roster_guests(h.roster)->len, TICKS);
    for (size_t i = 0; i < G_N_ELEMENTS(metrics); i++) {
        s.metric = metrics[i];
        copy_plain(&s);
        double plain = measure(&s, scan_plain, ROUNDS), windows = measure(&s, scan_windows, ROUNDS);
        double cells = measure(&s, scan_cells, 1);
        printf("  %-24s %6.2f %6.2f %6.1f   windows %.1f times the array, 1/%.0f of the cells\n",
               metric_info(metrics[i])->export_name, plain, windows, cells, windows / plain,
               cells / windows);
    }
    printf("  600 ticks of them take %.1f MB\n", (double)roster_history_bytes(h.roster) / 1048576);
    g_free(s.plain);
    close_host(&h);
}

/* ---- reach ---- */

/* What the memory holds after so many minutes of ticks SECONDS apart. */
static void measure_reach(unsigned guests, int minutes, int seconds)
{
    struct host h = open_host(guests, HISTORY_BYTES);
    const struct roster *r = h.roster;

    for (int t = 0; t < 60 * minutes; t += seconds)
        tick(&h, seconds * CLOCK_NS_PER_S);
    uint64_t ticks = roster_last_tick(r) - roster_oldest_tick(r) + 1;
    uint64_t newest = timeline_last_minute(roster_timeline(r));
    printf("%5u guests after %4d minutes of ticks %2d s apart: %u ticks and %u minutes in %zu of "
           "%zu MB\n",
           guests, minutes, seconds, (unsigned)ticks,
           (unsigned)(newest - roster_oldest_minute(r) + 1), roster_history_bytes(r) >> 20,
           HISTORY_BYTES >> 20);
    close_host(&h);
}

int main(void)
{
    measure_reading();
    measure_reach(GUESTS, 90, 1);
    measure_reach(100, 24 * 60 + 30, 10);
    return 0;
}
