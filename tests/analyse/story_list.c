/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The stories. What is changed is what a guest wants or what the host has; its readings follow. */
#include <config.h>

#include "story.h"

#include <math.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static double jitter(struct sim *s)
{
    return 0.9 + 0.2 * sim_uniform(s);
}

static void nothing(struct sim *s)
{
    (void)s;
}

/* ---- CPU ---- */

/* More is wanted than the host has: everyone waits, and one takes most. */
static void cast_contended(struct sim *s)
{
    sim_vm(s, "victim", 2, 1.2 * jitter(s), 2048);
    sim_vm(s, "hog", 8, 0.1, 2048);
    sim_vm(s, "second", 4, 2 * jitter(s), 2048);
}

static void act_contended(struct sim *s, double t)
{
    sim_find(s, "hog")->cores = t < 0 ? 0.1 : 7.8;
}

/* Two guests are pinned to the same two CPUs. */
static void cast_pinned(struct sim *s)
{
    sim_pin(s, 1, 2);
    sim_vm(s, "victim", 2, 1.6 * jitter(s), 2048)->pool = 1;
    sim_vm(s, "hog", 4, 0.05, 2048)->pool = 1;
}

static void act_pinned(struct sim *s, double t)
{
    sim_find(s, "hog")->cores = t < 0 ? 0.05 : 3.8;
}

/* Both have a quota that is too small; the VM's ready time is all its own quota's. */
static void cast_own_quota(struct sim *s)
{
    struct sim_guest *shop = sim_container(s, "shop", 0.3, 256),
                     *vm = sim_vm(s, "box", 4, 0.3, 2048);

    shop->quota = jitter(s);
    vm->quota = jitter(s);
    shop->quota_owner = vm->quota_owner = LIMIT_OWN;
    shop->sigma = vm->sigma = 0.2;
}

static void act_own_quota(struct sim *s, double t)
{
    sim_find(s, "shop")->cores = t < 0 ? 0.1 : 2;
    sim_find(s, "box")->cores = t < 0 ? 0.1 : 2;
}

/* Neighbours wait for a CPU while a guest with a quota is throttled: two causes, each told. */
static void cast_both(struct sim *s)
{
    cast_own_quota(s);
    cast_contended(s);
}

static void act_both(struct sim *s, double t)
{
    act_own_quota(s, t);
    act_contended(s, t);
}

static void cast_parent_quota(struct sim *s)
{
    static const char *const names[] = {"web", "api", "worker"};

    for (size_t i = 0; i < COUNT(names); i++)
        sim_container(s, names[i], 0.1, 256)->family = 1;
    s->family_quota[1] = 2;
}

static void act_parent_quota(struct sim *s, double t)
{
    sim_find(s, "web")->cores = sim_find(s, "api")->cores = t < 0 ? 0.1 : 1.4;
    sim_find(s, "worker")->cores = t < 0 ? 0.1 : 0.6;
}

/* Its emulator shares a CPU with two busy containers, its vCPUs do not. */
static void cast_emulator(struct sim *s)
{
    struct sim_guest *db = sim_vm(s, "db", 4, 1, 4096);

    sim_pin(s, 1, 1);
    sim_container(s, "busy-1", 0.05, 128)->pool = 1;
    sim_container(s, "busy-2", 0.05, 128)->pool = 1;
    db->emulator_pool = 1;
    db->emulator_us = 450;
    db->iops = 1500 * jitter(s);
    db->sigma = 0.1;
    db->device = 1;
    s->devices[1].channels = 4;
}

static void act_emulator(struct sim *s, double t)
{
    sim_find(s, "busy-1")->cores = sim_find(s, "busy-2")->cores = t < 0 ? 0.05 : 2;
}

static void act_steal(struct sim *s, double t)
{
    s->steal = t < 0 ? 0 : 0.22;
}

static void cast_halt_polling(struct sim *s)
{
    sim_vm(s, "timer", 4, 0.1, 2048);
}

static void act_halt_polling(struct sim *s, double t)
{
    sim_find(s, "timer")->halt_poll = t < 0 ? 0.02 : 0.8;
}

/* ---- memory ---- */

static void cast_leak(struct sim *s)
{
    struct sim_guest *g = sim_container(s, "leaky", 0.2, 520),
                     *calm = sim_container(s, "calm", 0.2, 300);

    g->limit_mib = calm->limit_mib = 1024;
    g->limit_owner = calm->limit_owner = LIMIT_OWN;
}

/* Towards its limit in less than three hours; the other levels off at three quarters. */
static void act_leak(struct sim *s, double t)
{
    if (t < 0)
        return;
    sim_find(s, "leaky")->memory_mib = 520 + 3 * t / 60;
    sim_find(s, "calm")->memory_mib = 300 + 450 * (1 - exp(-t / 1200));
}

static void cast_pressed(struct sim *s)
{
    struct sim_guest *g = sim_container(s, "pressed", 0.3, 300);

    g->limit_mib = 512;
    g->limit_owner = LIMIT_OWN;
}

/* It works with almost all that its limit allows. */
static void act_pressed(struct sim *s, double t)
{
    sim_find(s, "pressed")->memory_mib = t < 0 ? 300 : 499;
}

static void cast_oom(struct sim *s)
{
    cast_pressed(s);
}

/* It takes 20 MiB per minute until it is killed. */
static void act_oom(struct sim *s, double t)
{
    if (t > 0)
        sim_find(s, "pressed")->memory_mib += 20 * s->interval_s / 60;
}

static void cast_balloon(struct sim *s)
{
    struct sim_guest *g = sim_vm(s, "squeezed", 2, 0.4, 4096);

    g->memory_mib = 2600 * jitter(s);
    g->device = 1;
}

/* The host takes back a third; the guest reads again and again what it had in its cache. */
static void act_balloon(struct sim *s, double t)
{
    struct sim_guest *g = sim_find(s, "squeezed");

    g->limit_mib = t < 0 ? 4096 : fmax(2500, 4096 - 10 * t);
    g->cache_mib = fmax(0, g->limit_mib - g->memory_mib);
    g->iops = 20 + fmax(0, g->memory_mib - 0.97 * g->limit_mib);
}

/* A host that has less than its guests take. */
static void act_host_memory(struct sim *s, double t)
{
    static const double share = 0.96; /* of what was in use */

    if (t >= 0 && s->memory_stall <= 0)
        s->memory_mib = share * (s->memory_mib - s->available_mib + s->swapped_mib);
}

/* ---- disks ---- */

static void cast_disk(struct sim *s)
{
    struct sim_guest *g = sim_vm(s, "slow", 2, 0.3, 2048),
                     *other = sim_vm(s, "other", 2, 0.3, 2048);

    g->iops = other->iops = 60 * jitter(s);
    g->device = other->device = 1;
}

/* Its own image or limit: the device is as fast as before, and so is the other guest. */
static void act_slow_image(struct sim *s, double t)
{
    sim_find(s, "slow")->slow_ms = t < 0 ? 0 : 80;
}

static void act_slow_device(struct sim *s, double t)
{
    s->devices[1].service_ms = t < 0 ? 0.4 : 40;
    s->devices[1].channels = t < 0 ? 1 : 16;
}

/* An array with few requests is slow, among faster disks with many: the mean over all is short. */
static void cast_few_requests(struct sim *s)
{
    sim_vm(s, "slow", 2, 0.3, 2048)->device = 0;
    struct sim_guest *busy = sim_vm(s, "busy", 4, 1, 2048);

    busy->device = 2;
    busy->iops = 4000;
    busy->sigma = 0.1;
    busy->bursts = 0;
    busy->emulator_us = 100;
    s->devices[2].channels = 4;
    sim_find(s, "slow")->iops = 30 * jitter(s);
}

static void act_few_requests(struct sim *s, double t)
{
    s->devices[0].service_ms = t < 0 ? 4 : 50;
    s->devices[0].channels = t < 0 ? 3 : 20;
}

/* One guest takes most of a busy host. */
static void cast_unfair(struct sim *s)
{
    sim_vm(s, "greedy", 8, 0.5, 2048)->sigma = 0.1;
    sim_vm(s, "second", 4, 2, 2048)->sigma = 0.2;
}

static void act_unfair(struct sim *s, double t)
{
    sim_find(s, "greedy")->cores = t < 0 ? 0.5 : 9;
}

/* ---- neighbours ---- */

/* Half of the time, for one to two minutes, at other times for each seed. */
static bool is_on(struct sim *s, double t)
{
    static const double lengths[] = {90, 70, 60, 100, 120, 80, 75, 130};
    double turn = fmod(t + 1000 * sim_find(s, "noisy")->net_mib, 725);
    size_t i = 0;

    while (turn > lengths[i])
        turn -= lengths[i++];
    return i % 2 == 0;
}

/* The victim shares a device with a guest that fills it now and then. The bystander is driven by
 * the same requests, so that it moves alike, but it uses little. */
static void cast_noisy_disk(struct sim *s)
{
    struct sim_guest *victim = sim_vm(s, "victim", 2, 0.4, 2048);
    struct sim_guest *noisy = sim_vm(s, "noisy", 4, 0.4, 2048);
    struct sim_guest *bystander = sim_vm(s, "bystander", 2, 0.2, 2048);

    victim->device = noisy->device = bystander->device = 1;
    s->devices[1].service_ms = 8;
    s->devices[1].channels = 6;
    victim->iops = 80 * jitter(s);
    bystander->like = noisy;
}

static void act_noisy_disk(struct sim *s, double t)
{
    bool on = t >= 0 && is_on(s, t);

    sim_find(s, "noisy")->iops = on ? 3000 : 20;
    if (sim_find(s, "bystander"))
        sim_find(s, "bystander")->iops = on ? 40 : 5;
}

/* The device is slow at times, and no guest is why. */
static void act_flaky_device(struct sim *s, double t)
{
    s->devices[1].service_ms = t >= 0 && is_on(s, t) ? 40 : 8;
}

/* The same on two CPUs that they share. */
static void cast_noisy_cpu(struct sim *s)
{
    struct sim_guest *victim = sim_vm(s, "victim", 2, 0.9 * jitter(s), 2048);
    struct sim_guest *noisy = sim_vm(s, "noisy", 4, 0.1, 2048);
    struct sim_guest *bystander = sim_vm(s, "bystander", 2, 0.05, 2048);

    sim_pin(s, 1, 2);
    victim->pool = noisy->pool = 1;
    bystander->like = noisy;
}

static void act_noisy_cpu(struct sim *s, double t)
{
    bool on = t >= 0 && is_on(s, t);

    sim_find(s, "noisy")->cores = on ? 3.8 : 0.1;
    if (sim_find(s, "bystander"))
        sim_find(s, "bystander")->cores = on ? 0.15 : 0.05;
}

/* ---- states ---- */

static void cast_states(struct sim *s)
{
    sim_vm(s, "subject", 2, 0.5, 8192);
    sim_vm(s, "control", 2, 0.5, 8192);
}

/* One loses against its own writes; the other, which writes less, arrives. */
static void act_migration(struct sim *s, double t)
{
    struct sim_guest *g = sim_find(s, "subject"), *other = sim_find(s, "control");

    if (t < 0 || g->copy_mib > 0)
        return;
    g->ram_left_mib = g->limit_mib;
    g->copy_mib = 110;
    g->dirty_mib = 180;
    other->ram_left_mib = other->limit_mib;
    other->copy_mib = 110;
    other->dirty_mib = 20;
}

static void act_hung(struct sim *s, double t)
{
    sim_find(s, "subject")->state = t < 0 ? STATE_RUN : STATE_HUNG;
}

static void act_io_error(struct sim *s, double t)
{
    struct sim_guest *g = sim_find(s, "subject"), *other = sim_find(s, "control");

    if (t < 0)
        return;
    g->state = other->state = STATE_PAUSED;
    g->why = WHY_IO_ERROR;
    other->why = WHY_BY_USER;
    g->disk_errors = 3;
}

/* ---- the list ---- */

/* clang-format off */
#define GUEST(rule, guest, resource, says) {rule, guest, RESOURCE_##resource, says, 0}
#define SOON(rule, guest, resource, says) {rule, guest, RESOURCE_##resource, says, 30}
#define HOST(rule, resource, says) {rule, NULL, RESOURCE_##resource, says, 0}

#define QUOTA "cpu-quota|cpu-quota-often"

/* All who share CPUs wait, and the host is busy. */
#define ALL_WAIT \
    GUEST("vcpu-contention|cpu-pressure", "*", CPU, NULL), HOST("host-cpu-busy", CPU, NULL)

const struct story STORIES[] = {
    {"nothing", 1800, 0, 0, nothing, NULL, {{0}}, {{0}}},

    {"contended vCPUs", 600, 900, 0, cast_contended, act_contended,
     {GUEST("vcpu-contention", "victim", CPU, "hog")},
     {ALL_WAIT}},
    {"pinned to the same CPUs", 600, 900, 0, cast_pinned, act_pinned,
     {GUEST("vcpu-contention", "victim", CPU, "CPUs that it may use are busy")},
     {GUEST("vcpu-contention", "hog", CPU, NULL)}},
    {"own quota", 600, 900, 0, cast_own_quota, act_own_quota,
     {SOON(QUOTA, "shop", CPU, "own"), SOON(QUOTA, "box", CPU, "own")},
     {{0}}},
    {"own quota, and neighbours", 600, 900, 0, cast_both, act_both,
     {GUEST(QUOTA, "shop", CPU, "own"), GUEST(QUOTA, "box", CPU, "own"),
      GUEST("vcpu-contention", "victim", CPU, "hog")},
     {ALL_WAIT}},
    {"a parent's quota", 600, 900, 0, cast_parent_quota, act_parent_quota,
     {GUEST(QUOTA, "web", CPU, "above"), GUEST(QUOTA, "api", CPU, "above")},
     {GUEST(QUOTA, "worker", CPU, NULL)}},
    {"emulator starved", 600, 900, 0, cast_emulator, act_emulator,
     {GUEST("emulator-starved", "db", CPU, "emulator")},
     {GUEST("disk-slow", "db", DISK, NULL), GUEST("cpu-pressure", "busy-1|busy-2", CPU, NULL)}},
    {"steal on the host", 600, 2400, 10, nothing, act_steal,
     {HOST("host-steal", CPU, NULL)},
     {{0}}},
    {"halt polling", 600, 1800, 0, cast_halt_polling, act_halt_polling,
     {GUEST("halt-polling", "timer", CPU, NULL)},
     {{0}}},

    {"leak, and one that levels off", 1200, 9600, 10, cast_leak, act_leak,
     {GUEST("memory-filling", "leaky", MEMORY, "grows"),
      GUEST("memory-full-soon", "leaky", MEMORY, "grows")},
     {GUEST("memory-limit|memory-pressure|oom-kill", "leaky", MEMORY, NULL)}},
    {"short of its own memory", 600, 900, 0, cast_pressed, act_pressed,
     {GUEST("memory-limit|memory-pressure", "pressed", MEMORY, "own memory limit")},
     {GUEST("memory-limit|memory-pressure", "pressed", MEMORY, NULL)}},
    {"OOM kill", 600, 1200, 0, cast_oom, act_oom,
     {GUEST("oom-kill", "pressed", MEMORY, NULL)},
     {GUEST("memory-limit|memory-pressure", "pressed", MEMORY, NULL)}},
    {"balloon squeezed", 600, 1200, 0, cast_balloon, act_balloon,
     {GUEST("memory-taken", "squeezed", MEMORY, "balloon")},
     {{0}}},
    {"host short of memory", 600, 1200, 0, nothing, act_host_memory,
     {HOST("host-memory-short", MEMORY, NULL)},
     {GUEST("memory-pressure|memory-taken", "*", MEMORY, NULL),
      HOST("host-memory-full", MEMORY, NULL)}},

    {"slow disk, fast device", 600, 900, 0, cast_disk, act_slow_image,
     {GUEST("disk-slow", "slow", DISK, NULL)},
     {{0}}},
    {"slow device", 600, 900, 0, cast_disk, act_slow_device,
     {GUEST("disk-slow", "slow", DISK, "host's disk nvme1 is slow"),
      GUEST("disk-slow", "other", DISK, "host's disk nvme1 is slow")},
     {GUEST("disk-slow|io-pressure", "*", DISK, NULL), HOST("host-disk-slow", DISK, NULL)}},

    {"slow device among fast ones", 600, 900, 0, cast_few_requests, act_few_requests,
     {GUEST("disk-slow", "slow", DISK, "host's disk nvme0 is slow")},
     {GUEST("disk-slow|io-pressure", "*", DISK, NULL), HOST("host-disk-slow", DISK, NULL)}},
    {"unbalanced host", 600, 1800, 0, cast_unfair, act_unfair,
     {HOST("host-unbalanced", CPU, "greedy")},
     {ALL_WAIT}},
    {"noisy neighbour on a disk", 1800, 3600, 5, cast_noisy_disk, act_noisy_disk,
     {GUEST("disk-slow", "victim", DISK, "host's disk nvme1 is slow")},
     {GUEST("disk-slow|io-pressure", "*", DISK, NULL), HOST("host-disk-slow", DISK, NULL)}},
    {"device slow at times", 1800, 3600, 5, cast_noisy_disk, act_flaky_device,
     {GUEST("disk-slow", "victim", DISK, "host's disk nvme1 is slow")},
     {GUEST("disk-slow|io-pressure", "*", DISK, NULL), HOST("host-disk-slow", DISK, NULL)}},
    {"noisy neighbour on CPUs", 1800, 3600, 5, cast_noisy_cpu, act_noisy_cpu,
     {GUEST("vcpu-contention", "victim", CPU, NULL)},
     {GUEST("vcpu-contention", "noisy", CPU, NULL)}},

    {"migration that does not converge", 300, 1200, 0, cast_states, act_migration,
     {GUEST("migration-stuck", "subject", STATE, NULL)},
     {{0}}},
    {"monitor hung", 300, 600, 0, cast_states, act_hung,
     {GUEST("monitor-hung", "subject", STATE, NULL)},
     {{0}}},
    {"paused after an I/O error", 300, 600, 0, cast_states, act_io_error,
     {GUEST("io-error", "subject", DISK, NULL)},
     {{0}}},
};
/* clang-format on */
const size_t STORIES_COUNT = COUNT(STORIES);
