/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The host of a simulation and its guests: how they are made, and how they are when all is well. */
#include <config.h>

#include "sim.h"

#include <math.h>

struct sim *sim_new(uint64_t seed, double interval_s, unsigned cpus, size_t history_bytes)
{
    struct sim *s = g_new0(struct sim, 1);
    struct thresholds thresholds;

    *s = (struct sim){.random = seed * 7919 + 1,
                      .interval_s = interval_s,
                      .ncpus = MIN(cpus, SIM_CPUS),
                      .own_cores = 0.01 * cpus,
                      .own_memory_mib = 2048,
                      .memory_mib = 4096,
                      .guests = g_ptr_array_new()};
    s->pools[0].cpus = s->ncpus;
    for (unsigned d = 0; d < SIM_DEVICES; d++)
        s->devices[d] = (struct sim_device){.service_ms = 0.4, .channels = 16};
    thresholds_default(&thresholds);
    s->analysis = analysis_new(&thresholds, NULL);
    s->roster = roster_new(history_bytes);
    s->now.roster = s->roster;
    return s;
}

static void free_guest(struct sim_guest *g)
{
    sim_release(g);
    g_free(g->name);
    g_free(g);
}

void sim_free(struct sim *s)
{
    analysis_free(s->analysis);
    roster_free(s->roster);
    for (guint i = 0; i < s->guests->len; i++)
        free_guest(g_ptr_array_index(s->guests, i));
    g_ptr_array_free(s->guests, TRUE);
    sim_release_host(s);
    g_free(s);
}

static struct sim_guest *add(struct sim *s, const char *name, bool vm, double cores)
{
    struct sim_guest *g = g_new0(struct sim_guest, 1);

    *g = (struct sim_guest){.name = g_strdup(name),
                            .vm = vm,
                            .number = s->made++,
                            .cores = cores,
                            .phi = 0.6 + 0.35 * sim_uniform(s),
                            .sigma = 0.3 + 0.3 * sim_uniform(s),
                            .bursts = 2 * sim_uniform(s),
                            .backup_s = -1,
                            .iops = 5 + 40 * sim_uniform(s),
                            .request_kib = 16,
                            .read_share = 0.3 + 0.4 * sim_uniform(s),
                            .device = s->guests->len % SIM_DEVICES,
                            .net_mib = 5 * sim_uniform(s),
                            .emulator_us = 30,
                            .halt_poll = 0.02,
                            .state = STATE_RUN,
                            .why = WHY_NONE,
                            .quota_owner = LIMIT_HOST};
    g_ptr_array_add(s->guests, g);
    return g;
}

struct sim_guest *sim_vm(struct sim *s, const char *name, unsigned vcpus, double cores,
                         double memory_mib)
{
    struct sim_guest *g = add(s, name, true, cores);

    g->threads = MIN(vcpus, SIM_VCPUS);
    g->limit_mib = g->limit_max_mib = memory_mib;
    g->memory_mib = memory_mib * (0.3 + 0.4 * sim_uniform(s));
    g->cache_mib = memory_mib * (0.1 + 0.4 * sim_uniform(s));
    s->memory_mib = fmax(s->memory_mib, 0) + memory_mib * 1.3;
    return g;
}

struct sim_guest *sim_container(struct sim *s, const char *name, double cores, double memory_mib)
{
    struct sim_guest *g = add(s, name, false, cores);

    g->threads = 4;
    g->memory_mib = memory_mib;
    g->cache_mib = memory_mib * 2 * sim_uniform(s);
    s->memory_mib += memory_mib * 2;
    return g;
}

struct sim_guest *sim_find(const struct sim *s, const char *name)
{
    for (guint i = 0; i < s->guests->len; i++) {
        struct sim_guest *g = g_ptr_array_index(s->guests, i);
        if (g_str_equal(g->name, name))
            return g;
    }
    return NULL;
}

void sim_remove(struct sim *s, struct sim_guest *g)
{
    g_ptr_array_remove_fast(s->guests, g);
    free_guest(g);
}

void sim_pin(struct sim *s, unsigned pool, double cpus)
{
    s->pools[pool].cpus += cpus;
    s->pools[0].cpus -= cpus;
}

/* ---- a crowd ---- */

/* A heap of fixed size, as a Java machine has, just below the limit: nothing is reclaimed. */
static void give_flat_heap(struct sim_guest *g)
{
    g->limit_mib = g->memory_mib / 0.9;
    g->cache_mib = 0;
    g->sigma = 0.2;
}

/* Its bursts come near the quota, of which it otherwise uses little. Who uses up a quota for half a
 * minute is not healthy. */
static void give_quota(struct sim_guest *g)
{
    g->quota = 12 * g->cores;
    g->sigma = 0.3;
    g->quota_owner = LIMIT_OWN;
}

static void crowd_container(struct sim *s, unsigned i)
{
    g_autofree char *name = g_strdup_printf("pod-%u", i);
    struct sim_guest *g =
        sim_container(s, name, 0.02 + 0.15 * sim_uniform(s), 64 + 400 * sim_uniform(s));

    if (i % 20 == 3)
        give_flat_heap(g);
    else if (i % 3 == 0)
        g->limit_mib = g->memory_mib * (1.3 + sim_uniform(s));
    if (i % 5 == 0)
        give_quota(g);
    if (i % 15 == 5)
        g->spikes = 1;
    if (i % 18 == 6) { /* for hours it uses more, then less, without a trend */
        g->limit_mib = g->memory_mib * 1.45;
        g->wander = 0.08;
    }
    g->follows_day = i % 7 || i % 20 == 3 ? 0 : 0.1;
    g->old_swap_mib = i % 9 ? 0 : 5;
}

/* Its memory is that of its vCPUs; one in twelve is an idle giant. */
static void crowd_vm(struct sim *s, unsigned i)
{
    bool giant = i % 48 == 0;
    unsigned vcpus = giant ? SIM_VCPUS : 1 + i / 4 % 4;
    g_autofree char *name = g_strdup_printf("vm-%u", i);
    struct sim_guest *g = sim_vm(s, name, vcpus, vcpus * (0.03 + 0.25 * sim_uniform(s)),
                                 giant ? 32768 : 1024 * vcpus);

    if (giant)
        g->cores = 0.03;
    g->old_swap_mib = i % 9 ? 0 : 40;
}

/* CPUs for a load of about 45 percent at its mean; a slow array of disks and two fast ones. */
static void give_room(struct sim *s, unsigned guests)
{
    double size = fmax(0.1, guests / 100.0);

    s->devices[0] = (struct sim_device){.service_ms = 4, .channels = fmax(1, 14 * size)};
    s->devices[1].channels = s->devices[2].channels = fmax(1, 4 * size);
    s->swap_mib = 8192;
}

void sim_crowd(struct sim *s, unsigned guests)
{
    for (unsigned i = 0; i < guests; i++) {
        (i % 4 ? crowd_container : crowd_vm)(s, i);
        struct sim_guest *g = g_ptr_array_index(s->guests, s->guests->len - 1);
        if (i % 3 == 0 && g->quota <= 0)
            g->backup_s = SIM_HOUR_S * (1 + 4 * sim_uniform(s));
    }
    give_room(s, guests);
}
