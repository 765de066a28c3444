/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "sim.h"

#include "base/clock.h"

#include <math.h>

/* ---- chance ---- */

static uint64_t next(struct sim *s) /* splitmix64, Steele and others 2014 */
{
    uint64_t x = (s->random += UINT64_C(0x9e3779b97f4a7c15));

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

double sim_uniform(struct sim *s)
{
    return (double)(next(s) >> 11) * 0x1p-53;
}

/* The sum of four uniform numbers, with mean 0 and variance 1: close to normal up to 3 deviations.
 */
static double normal(struct sim *s)
{
    uint64_t x = next(s);
    double sum = (double)(x & 0xffff) + (double)(x >> 16 & 0xffff) + (double)(x >> 32 & 0xffff) +
                 (double)(x >> 48);

    return (sum / 65536 - 2) * sqrt(3);
}

/* ---- what guests want ---- */

int64_t sim_now_ns(const struct sim *s)
{
    return 1000 * CLOCK_NS_PER_S + (int64_t)llround(s->time_s * 1e9);
}

static double hour_of_day(const struct sim *s)
{
    return fmod(s->day_s + s->time_s, 24 * SIM_HOUR_S);
}

/* Most is done at two in the afternoon. */
static double day_curve(const struct sim *s)
{
    return 1 + s->day * 0.6 * cos((hour_of_day(s) / SIM_HOUR_S - 14) / 24 * 2 * M_PI);
}

static bool is_backed_up(const struct sim *s, const struct sim_guest *g)
{
    double since = hour_of_day(s) - g->backup_s;

    return g->backup_s >= 0 && since >= 0 && since < 900;
}

/* One step of an AR(1) process with variance 1. PHI holds over 10 s, whatever the interval. */
static double mood(struct sim *s, double phi, double before)
{
    double keep = pow(phi, s->interval_s / 10);

    return keep * before + sqrt(1 - keep * keep) * normal(s);
}

static void draw_burst(struct sim *s, struct sim_guest *g)
{
    g->burst_s = fmax(0, g->burst_s - s->interval_s);
    if (sim_uniform(s) < g->bursts * s->interval_s / SIM_HOUR_S)
        g->burst_s = 30 + 90 * sim_uniform(s);
}

/* A lognormal number with mean 1. */
static double lognormal(double sigma, double z)
{
    return exp(sigma * z - sigma * sigma / 2);
}

static void draw_disk(struct sim *s, struct sim_guest *g, double factor)
{
    double iops = g->iops * lognormal(g->sigma, g->io_mood) * factor;
    double backup = is_backed_up(s, g) ? 150 : 0; /* requests per second, limited by its tool */

    g->reads = iops * g->read_share + backup;
    g->writes = iops * (1 - g->read_share);
}

static bool runs(const struct sim_guest *g)
{
    return g->state == STATE_RUN;
}

static void draw(struct sim *s, struct sim_guest *g)
{
    g->mood = g->like ? g->like->mood : mood(s, g->phi, g->mood);
    g->io_mood = g->like ? g->like->io_mood : mood(s, g->phi, g->io_mood);
    if (g->wander > 0)
        g->memory_mood = mood(s, pow(0.95, 1 / 6.0), g->memory_mood);
    draw_burst(s, g);
    double factor = (g->burst_s > 0 ? 3 : 1) * day_curve(s);
    g->want = g->cores * lognormal(g->sigma, g->mood) * factor + (is_backed_up(s, g) ? 0.2 : 0);
    g->want = fmin(g->want, g->threads);
    draw_disk(s, g, factor);
    if (!runs(g))
        g->want = g->reads = g->writes = g->backlog = 0;
    g->need = fmin(g->want + g->backlog / s->interval_s, g->threads);
    g->run = g->need;
    g->wait = g->throttled = g->stopped = g->throttled_cores = 0;
}

/* ---- CPU ---- */

/* The level up to which each gets what it wants, so that all together get what there is (max-min
 * fairness; the kernel's fair scheduler with equal weights). */
static double fair_level(const double *want, size_t n, double capacity)
{
    double low = 0, high = capacity;

    for (int i = 0; i < 40; i++) {
        double level = (low + high) / 2, sum = 0;
        for (size_t k = 0; k < n; k++)
            sum += fmin(want[k], level);
        *(sum > capacity ? &high : &low) = level;
    }
    return low;
}

static struct sim_guest *guest_at(const struct sim *s, guint i)
{
    return g_ptr_array_index(s->guests, i);
}

/* The share of periods of 100 ms in which a group that wants NEED cores uses up its quota, if its
 * THREADS can: work comes in portions, so that it happens below the quota too. */
static double throttled_share(double need, double quota, double threads)
{
    return threads <= quota || need <= 0 ? 0 : 1 / (1 + pow(quota / need, 5));
}

/* A guest that is mostly idle: a quota's period elapses only while something runs, and every other
 * one of these is throttled for its second half. */
static void use_spikes(struct sim_guest *g)
{
    g->throttled = 0.5;
    g->stopped = 0.05 * g->spikes;
    g->throttled_cores = g->stopped * g->threads;
}

/* While a group is throttled, each of its threads that wants to run waits. */
static void use_quota(struct sim_guest *g)
{
    if (g->quota <= 0 || !runs(g))
        return;
    g->throttled = throttled_share(g->need, g->quota, g->threads);
    g->throttled_cores = g->throttled * fmin(g->threads - g->quota, 2 * g->need + 0.1);
    g->stopped = g->throttled * (1 - g->quota / g->threads);
    g->run = fmin(g->need, g->quota);
    if (g->spikes > 0)
        use_spikes(g);
}

static void use_family(struct sim *s, unsigned family)
{
    enum { MEMBERS = 64 };
    double want[MEMBERS], sum = 0, threads = 0, quota = s->family_quota[family];
    size_t n = 0;

    for (guint i = 0; i < s->guests->len && n < MEMBERS; i++)
        if (guest_at(s, i)->family == family && runs(guest_at(s, i))) {
            sum += want[n++] = guest_at(s, i)->run;
            threads += guest_at(s, i)->threads;
        }
    s->family_throttled[family] = throttled_share(sum, quota, threads);
    s->family_stopped[family] = s->family_throttled[family] * (1 - fmin(1, quota / threads));
    s->family_cores[family] = s->family_throttled[family] * fmin(threads - quota, 2 * sum);
    double level = sum > quota ? fair_level(want, n, quota) : INFINITY;
    for (guint i = 0; i < s->guests->len; i++) {
        struct sim_guest *g = guest_at(s, i);
        if (g->family != family || !runs(g))
            continue;
        g->throttled = s->family_throttled[family];
        g->stopped = s->family_stopped[family];
        g->run = fmin(g->run, level);
        g->throttled_cores = s->family_cores[family] * g->need / fmax(sum, 1e-9);
    }
}

/* Wait per service in a queue M/M/c (Sakasegawa 1977), of at most one service: beyond that, demand
 * is limited by those who wait. A thread finds a free CPU among the 12 that share a cache with it.
 */
static double queue_wait(double busy, double cpus)
{
    double rho = fmin(busy / cpus, 0.98), c = fmin(cpus, 12);

    return fmin(1, pow(rho, sqrt(2 * (c + 1)) - 1) / (c * (1 - rho)));
}

static double pool_capacity(const struct sim *s, unsigned pool)
{
    return s->pools[pool].cpus * (1 - s->steal);
}

static void use_pool(struct sim *s, unsigned pool)
{
    struct sim_pool *p = &s->pools[pool];
    double *want = g_new(double, s->guests->len + 1), capacity = pool_capacity(s, pool);
    size_t n = 0;

    double sum = want[n++] = pool ? 0 : s->own_cores;
    for (guint i = 0; i < s->guests->len; i++)
        if (guest_at(s, i)->pool == pool)
            sum += want[n++] = guest_at(s, i)->run;
    p->level = sum > capacity ? fair_level(want, n, capacity) : INFINITY;
    p->busy = fmin(sum, capacity);
    p->waiting = 0;
    g_free(want);
    for (guint i = 0; i < s->guests->len; i++) {
        struct sim_guest *g = guest_at(s, i);
        if (g->pool != pool)
            continue;
        double got = fmin(g->run, p->level);
        double queue = got * queue_wait(p->busy, capacity) * (1 + s->steal);
        g->wait = fmin(g->run - got + queue, fmax(0, g->threads - got));
        g->run = got;
        p->waiting += g->wait;
    }
}

/* Work that was not done is done later, up to a minute of it. */
static void keep_backlog(struct sim *s, struct sim_guest *g)
{
    double rest = g->backlog + (g->want - g->run) * s->interval_s;

    g->backlog = fmax(0, fmin(rest, 60 * g->cores));
}

/* ---- disks ---- */

/* The emulator is one thread, which competes in its pool as one more guest. */
static void use_emulator(struct sim *s, struct sim_guest *g)
{
    double iops = g->reads + g->writes, want = fmin(1, 0.005 + iops * g->emulator_us / 1e6);

    if (!g->vm || !runs(g))
        want = 0;
    g->emulator_run = fmin(want, s->pools[g->emulator_pool].level);
    g->emulator_wait = g->emulator_run < want ? 1 - g->emulator_run : 0;
    double part = want > 0 ? g->emulator_run / want : 1;
    g->reads *= part;
    g->writes *= part;
}

/* At most 32 requests of a guest are under way, so that a slow disk is asked for less. */
static double most_iops(double latency_ms)
{
    return 32 * 1000 / latency_ms;
}

static double wanted_at(const struct sim *s, unsigned device, double latency_ms)
{
    double sum = device ? 0 : 5; /* the host's own log */

    for (guint i = 0; i < s->guests->len; i++) {
        const struct sim_guest *g = guest_at(s, i);
        if (g->device == device)
            sum += fmin(g->reads + g->writes, most_iops(latency_ms + g->slow_ms));
    }
    return sum;
}

static double load_at(const struct sim *s, unsigned device, double latency_ms)
{
    const struct sim_device *d = &s->devices[device];
    double capacity = d->channels * 1000 / d->service_ms;

    return fmin(wanted_at(s, device, latency_ms) / capacity, 0.99);
}

/* The latency at which the guests ask for as much as makes it so long. */
static void use_device(struct sim *s, unsigned device)
{
    struct sim_device *d = &s->devices[device];
    double low = d->service_ms, high = d->service_ms / (1 - load_at(s, device, low));

    for (int i = 0; i < 30 && high > 1.02 * low; i++) {
        double middle = (low + high) / 2;
        bool longer = d->service_ms / (1 - load_at(s, device, middle)) > middle;
        *(longer ? &low : &high) = middle;
    }
    d->latency_ms = high;
    d->busy = load_at(s, device, high);
    d->iops = wanted_at(s, device, high);
}

static void use_disk(struct sim *s, struct sim_guest *g)
{
    const struct sim_device *d = &s->devices[g->device];
    double iops = g->reads + g->writes, most = most_iops(d->latency_ms + g->slow_ms);
    double part = iops > most ? most / iops : 1;

    g->latency_ms = (d->latency_ms + g->slow_ms) * lognormal(0.15, normal(s)) + 0.1;
    if (g->emulator_wait > 0 && iops > 0) /* the queue in front of the emulator is full */
        g->latency_ms += 32 * 1000 / iops;
    g->reads *= part;
    g->writes *= part;
    g->io_stall = 1 - exp(-(g->reads + 0.2 * g->writes) * g->latency_ms / 1000 / 4);
}

/* ---- memory ---- */

/* Page cache fills what a limit leaves. What is needed beyond the limit is reclaimed and read back
 * again and again; far beyond it, the largest process is killed. */
static void use_limit(struct sim *s, struct sim_guest *g)
{
    enum { PAGE_PER_MIB = 256 };
    double room = g->limit_mib - g->used_mib, hot = 0.03 * g->limit_mib;
    double short_by = fmax(0, hot - room) / hot;

    g->file_mib = fmax(0, fmin(g->cache_mib, room));
    g->refaults = short_by * hot * PAGE_PER_MIB * 0.2;
    g->memory_stall = 1 - exp(-short_by * short_by * 0.8);
    if (room > -0.01 * g->limit_mib)
        return;
    g->oom_kills++;
    g->memory_mib *= 0.5;
    (void)s;
}

static void use_memory(struct sim *s, struct sim_guest *g)
{
    double share = 1 + 0.01 * g->mood + g->wander * g->memory_mood;

    g->used_mib = g->memory_mib * share * (1 + g->follows_day * (day_curve(s) - 1));
    g->file_mib = g->cache_mib;
    g->refaults = g->memory_stall = 0;
    if (g->vm)
        g->used_mib = fmin(g->used_mib, g->limit_mib);
    else if (g->limit_mib > 0)
        use_limit(s, g);
}

/* What a VM's kernel has touched stays with its process; the balloon gives back. */
static double resident_mib(const struct sim_guest *g)
{
    return g->vm ? fmin(g->limit_mib, g->used_mib + g->cache_mib) + 60 : g->used_mib;
}

/* A host that is short of memory swaps its guests out, in proportion, and all of them wait. */
static void use_host_memory(struct sim *s)
{
    double used = s->own_memory_mib, spare = 0.02 * s->memory_mib;

    for (guint i = 0; i < s->guests->len; i++)
        used += resident_mib(guest_at(s, i));
    double over = fmax(0, used - (s->memory_mib - spare));
    s->swapped_mib = fmin(over, s->swap_mib);
    s->available_mib = s->memory_mib - used + s->swapped_mib;
    s->memory_stall = 1 - exp(-over / (0.1 * s->memory_mib));
    for (guint i = 0; i < s->guests->len; i++) {
        struct sim_guest *g = guest_at(s, i);
        double part = resident_mib(g) / used;
        g->swap_mib = g->old_swap_mib + s->swapped_mib * part;
        g->memory_stall = 1 - (1 - g->memory_stall) * (1 - s->memory_stall);
        g->refaults += over * part * 2;
    }
}

/* ---- migration ---- */

/* A pass is over when all is copied that was dirty when it began. */
static void migrate(struct sim *s, struct sim_guest *g)
{
    if (g->copy_mib <= 0 || !runs(g))
        return;
    double seconds = g->ram_left_mib / g->copy_mib;
    if (seconds > s->interval_s) {
        g->ram_left_mib -= g->copy_mib * s->interval_s;
        return;
    }
    g->lost_passes = g->dirty_mib > g->copy_mib ? g->lost_passes + 1 : 0;
    g->ram_left_mib = fmin(g->limit_mib, g->dirty_mib * fmax(seconds, 10));
}

/* ---- the host ---- */

/* Polling is stopped when another thread wants the CPU. */
static void poll_halts(const struct sim *s, struct sim_guest *g)
{
    double idle = g->vm && runs(g) ? g->threads - g->run - g->wait : 0;
    double free_cpus = 1 - s->pools[g->pool].busy / s->pools[g->pool].cpus;

    g->poll = fmax(0, idle * g->halt_poll * fmin(1, 4 * free_cpus));
}

static void settle(struct sim *s)
{
    for (guint i = 0; i < s->guests->len; i++) {
        struct sim_guest *g = guest_at(s, i);
        keep_backlog(s, g);
        use_disk(s, g);
        use_memory(s, g);
        migrate(s, g);
        poll_halts(s, g);
        g->hung_s += g->state == STATE_HUNG ? s->interval_s : -g->hung_s;
    }
    use_host_memory(s);
}

struct sample *sim_sample(struct sim *s)
{
    s->time_s += s->interval_s;
    sim_prepare(s);
    for (guint i = 0; i < s->guests->len; i++) {
        draw(s, guest_at(s, i));
        use_quota(guest_at(s, i));
    }
    for (unsigned f = 1; f <= SIM_FAMILIES; f++)
        if (s->family_quota[f] > 0)
            use_family(s, f);
    for (unsigned p = 0; p < SIM_POOLS; p++)
        use_pool(s, p);
    for (guint i = 0; i < s->guests->len; i++)
        use_emulator(s, guest_at(s, i));
    for (unsigned d = 0; d < SIM_DEVICES; d++)
        use_device(s, d);
    settle(s);
    return sim_report(s);
}

static int64_t clock_of(const struct sim *s)
{
    return s->clock ? s->clock() : 0;
}

void sim_step(struct sim *s)
{
    struct sample *sample = sim_sample(s);
    int64_t now = sim_now_ns(s), start = clock_of(s);

    roster_merge(s->roster, sample);
    roster_tick(s->roster, now, now + (int64_t)(s->day_s * 1e9));
    s->merge_ns += clock_of(s) - start;
    sample_unref(sample);
    s->now.now_ns = now;
    s->now.wall_ns = now + (int64_t)(s->day_s * 1e9);
    start = clock_of(s);
    analysis_tick(s->analysis, &s->now);
    s->analysis_ns += clock_of(s) - start;
}
