/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The numbers that a size rests on, from history. */
#include <config.h>

#include "analyse/size.h"

#include "analyse/measure.h"
#include "base/clock.h"

#include <math.h>

#define HISTORY_NS (25 * INT64_C(3600) * CLOCK_NS_PER_S) /* all that is kept */

/* Throttled in so many periods is worth more quota (kubernetes-mixin). */
static const double THROTTLED = 25;

struct size_scratch {
    int64_t least_ns;
    struct measurer *measurer;
    struct window *run, *wait;
    struct sketch *demand;
};

struct size_scratch *size_scratch_new(int64_t least_ns)
{
    struct size_scratch *s = g_new0(struct size_scratch, 1);

    s->least_ns = least_ns;
    s->measurer = measurer_new();
    s->run = window_new(NULL);
    s->wait = window_new(NULL);
    s->demand = sketch_new();
    return s;
}

void size_scratch_free(struct size_scratch *s)
{
    if (!s)
        return;
    measurer_free(s->measurer);
    window_free(s->run);
    window_free(s->wait);
    sketch_free(s->demand);
    g_free(s);
}

static int64_t end_of(const struct moment *at)
{
    return roster_tick_time(at->roster, moment_last_tick(at), NULL);
}

static struct statistics statistics(struct size_scratch *s, const struct moment *at,
                                    const struct entity *e, enum metric m)
{
    return measure(s->measurer, at, e, m, HISTORY_NS).of;
}

/* Absent values are no history. */
static int64_t without_gaps(int64_t span_ns, const struct statistics *of)
{
    double all = (double)(of->n + of->missing);

    return all > 0 ? (int64_t)((double)span_ns * (double)of->n / all) : 0;
}

static void read_window(struct window *w, const struct moment *at, const struct entity *e,
                        enum metric m)
{
    int64_t end_ns = end_of(at);

    if (w->timeline != roster_timeline(at->roster)) {
        w->timeline = roster_timeline(at->roster);
        w->count = 0;
    }
    history_stretch(e->history, m, end_ns - HISTORY_NS, end_ns, w);
}

/* From the first known value to the end of the window. */
static int64_t known_ns(const struct window *w, int64_t end_ns)
{
    for (size_t i = 0; i < w->minutes; i++)
        if (w->summaries[i].n)
            return end_ns - w->minute_times[i];
    for (size_t i = 0; i < w->count; i++)
        if (isfinite(w->numbers[i]))
            return end_ns - w->times[i];
    return 0;
}

/* ---- CPU ---- */

/* The value of another window at the same tick or minute; NAN: it has none. */
static double number_then(const struct window *w, uint64_t tick)
{
    return tick >= w->first && tick - w->first < w->count ? (double)w->numbers[tick - w->first]
                                                          : (double)NAN;
}

static const struct summary *summary_then(const struct window *w, uint64_t minute)
{
    bool there = minute >= w->first_minute && minute - w->first_minute < w->minutes;

    return there && w->summaries[minute - w->first_minute].n
               ? &w->summaries[minute - w->first_minute]
               : NULL;
}

/* Where the time in which it waited is not known, demand is the time in which it ran. The values of
 * a minute are estimated by those of both numbers: at most as large as this. */
static struct summary added(const struct summary *run, const struct summary *wait, double scale)
{
    struct summary s = *run;

    if (!wait)
        return s;
    s.min += scale * wait->min;
    s.mean += scale * wait->mean;
    s.median += scale * wait->median;
    s.max += scale * wait->max;
    return s;
}

/* The sketch of the demand, in percent of a core: RUN, and WAIT times SCALE. */
static double demand_p95(struct size_scratch *s, double scale)
{
    const struct window *run = s->run, *wait = s->wait;

    sketch_clear(s->demand);
    for (size_t i = 0; i < run->minutes; i++) {
        struct summary sum =
            added(&run->summaries[i], summary_then(wait, run->first_minute + i), scale);
        if (sum.n && isfinite(sum.max) && isfinite(sum.min) && isfinite(sum.median))
            sketch_add_summary(s->demand, &sum);
    }
    for (size_t i = 0; i < run->count; i++) {
        double waited = number_then(wait, run->first + i), ran = (double)run->numbers[i];
        if (isfinite(ran))
            sketch_add(s->demand, ran + (isfinite(waited) ? scale * waited : 0));
    }
    return sketch_count(s->demand) > 1 ? sketch_quantile(s->demand, 0.95) / 100 : (double)NAN;
}

/* What its own quota stopped it for, in percent of one vCPU, of now: to be taken from ready time.
 */
static double throttled_percent(const struct moment *at, const struct entity *e, double vcpus)
{
    double ms = moment_number(at, e, M_THROTTLED_MS);

    return ms > 0 && vcpus > 0 ? ms / 10 / vcpus : 0;
}

static struct size lacking(double now, const char *lacks)
{
    struct size_cpu_facts none = {.now = (double)NAN, .need = (double)NAN, .ready = (double)NAN};
    struct size s = size_cpu(&none);

    s.now = now;
    s.lacks = lacks;
    return s;
}

static struct size size_of_vcpus(struct size_scratch *s, const struct moment *at,
                                 const struct entity *e)
{
    struct size_cpu_facts f = {.now = moment_number(at, e, M_VCPUS),
                               .most = moment_number(at, e, M_VCPUS_MAX),
                               .online = moment_number(at, entity_host(e), M_HOST_CPUS),
                               .whole = true};

    read_window(s->run, at, e, M_CPU);
    read_window(s->wait, at, e, M_READY);
    struct statistics run = statistics(s, at, e, M_CPU);
    f.least_ns = s->least_ns;
    f.history_ns = without_gaps(known_ns(s->run, end_of(at)), &run);
    f.need = demand_p95(s, f.now);
    struct statistics ready = statistics(s, at, e, M_READY),
                      throttled = statistics(s, at, e, M_THROTTLED);
    f.ready = ready.n > 1 ? MAX(0, ready.p95 - throttled_percent(at, e, f.now)) : (double)NAN;
    f.throttled = throttled.n > 1 && throttled.p95 >= THROTTLED;
    struct size size = size_cpu(&f);
    if (size.state == SIZE_UNKNOWN)
        size.lacks =
            isnan(f.now) ? "the number of its vCPUs is not known" : "its CPU time is not known";
    return size;
}

/* Time for which its quota stopped it is demand, too: milliseconds per second, summed over CPUs. */
static struct size size_of_quota(struct size_scratch *s, const struct moment *at,
                                 const struct entity *e)
{
    struct size_cpu_facts f = {.now = moment_number(at, e, M_CPU_CORES),
                               .most = (double)NAN,
                               .online = moment_number(at, entity_host(e), M_HOST_CPUS),
                               .ready = (double)NAN};

    if (moment_limit_owner(at, e, R_CG_CPU_LIMIT_OWNER) != LIMIT_OWN) {
        struct size none = lacking(f.now, NULL);
        none.state = SIZE_UNLIMITED;
        return none;
    }
    read_window(s->run, at, e, M_CPU);
    read_window(s->wait, at, e, M_THROTTLED_MS);
    struct statistics run = statistics(s, at, e, M_CPU);
    f.least_ns = s->least_ns;
    f.history_ns = without_gaps(known_ns(s->run, end_of(at)), &run);
    f.need = demand_p95(s, 0.1);
    struct statistics throttled = statistics(s, at, e, M_THROTTLED);
    f.throttled = throttled.n > 1 && throttled.p95 >= THROTTLED;
    struct size size = size_cpu(&f);
    size.marks &= ~(unsigned)SIZE_NO_READY;
    if (size.state == SIZE_UNKNOWN)
        size.lacks = "its CPU time is not known";
    return size;
}

struct size size_of_cpu(struct size_scratch *s, const struct moment *at, const struct entity *guest)
{
    return entity_class(guest) == CLASS_VM ? size_of_vcpus(s, at, guest)
                                           : size_of_quota(s, at, guest);
}

/* ---- memory ---- */

static void take_peak(struct size_scratch *s, const struct moment *at, const struct entity *e,
                      enum metric m, struct size_memory_facts *f)
{
    struct statistics used = statistics(s, at, e, m);

    read_window(s->run, at, e, m);
    f->least_ns = s->least_ns;
    f->history_ns = without_gaps(known_ns(s->run, end_of(at)), &used);
    f->peak = used.n > 1 ? used.max : (double)NAN;
    f->lowest = used.n > 1 ? used.min : (double)NAN;
}

/* What is used inside of it, caches not included. */
static struct size size_of_machine(struct size_scratch *s, const struct moment *at,
                                   const struct entity *e)
{
    struct size_memory_facts f = {.now = moment_number(at, e, M_MEM_LIMIT),
                                  .cache = (double)NAN,
                                  .kills = (double)NAN,
                                  .killed = (double)NAN};

    f.most = f.now + moment_number(at, e, M_BALLOON);
    take_peak(s, at, e, M_MEM_USED, &f);
    struct size size = size_memory(&f);
    if (isnan(f.peak) && isnan(moment_number(at, e, M_MEM_USED))) {
        size.state = SIZE_UNKNOWN;
        size.lacks = "its balloon driver does not report what is used inside of it";
    }
    return size;
}

/* Page cache that is in the working set: all of it without shared memory, which can only be
 * swapped, and without the inactive part, which the working set does not have. */
static double cache_of(const struct moment *at, const struct entity *e, double used)
{
    double file = moment_number(at, e, M_MEM_FILE), shared = moment_number(at, e, M_MEM_SHMEM);
    double inactive = moment_number(at, e, M_MEM_CHARGED) - used;

    return file - (isnan(shared) ? 0 : shared) - inactive;
}

static struct size size_of_limit(struct size_scratch *s, const struct moment *at,
                                 const struct entity *e)
{
    struct statistics kills = statistics(s, at, e, M_OOM_KILLS);
    struct size_memory_facts f = {.now = moment_number(at, e, M_MEM_LIMIT),
                                  .most = moment_number(at, entity_host(e), M_HOST_MEM_TOTAL),
                                  .cache = cache_of(at, e, moment_number(at, e, M_MEM)),
                                  .kills = kills.n > 1 ? kills.max - kills.min : (double)NAN,
                                  .killed = moment_number(at, e, M_OOM_KILLS)};

    if (isnan(f.now) || moment_limit_owner(at, e, R_CG_MEM_LIMIT_OWNER) != LIMIT_OWN) {
        struct size none = lacking(f.now, NULL);
        none.state = SIZE_UNLIMITED;
        return none;
    }
    take_peak(s, at, e, M_MEM, &f);
    struct size size = size_memory(&f);
    if (isnan(f.peak) && isnan(moment_number(at, e, M_MEM))) {
        size.state = SIZE_UNKNOWN;
        size.lacks = "its working set is not known";
    }
    return size;
}

struct size size_of_memory(struct size_scratch *s, const struct moment *at,
                           const struct entity *guest)
{
    return entity_class(guest) == CLASS_VM ? size_of_machine(s, at, guest)
                                           : size_of_limit(s, at, guest);
}
