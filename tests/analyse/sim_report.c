/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What collectors would read from a simulated host. Counters are kept in records, which are copied
 * into each sample. */
#include <config.h>

#include "sim.h"

#include "base/clock.h"

#include <math.h>

/* ---- idents ---- */

static struct sim_part part_of(const struct ident *owner, enum kind kind, enum facet facet,
                               const char *name)
{
    struct sim_part p = {.ident = ident_new(kind, GUEST_NONE, name)};

    ident_set(&p.ident->name, name);
    p.ident->owner = owner->serial;
    p.record = record_new(facet, p.ident);
    return p;
}

static struct sim_part numbered_part(const struct ident *owner, enum kind kind, enum facet facet,
                                     const char *prefix, unsigned number)
{
    g_autofree char *name = g_strdup_printf("%s%u", prefix, number);

    return part_of(owner, kind, facet, name);
}

static void prepare_vm(struct sim_guest *g)
{
    static const enum facet facets[] = {FACET_DOMAIN, FACET_MONITOR, FACET_JOB, FACET_BALLOON,
                                        FACET_PROCESS};

    for (size_t i = 0; i < G_N_ELEMENTS(facets); i++)
        g->records[facets[i]] = record_new(facets[i], g->ident);
    for (unsigned i = 0; i < g->threads; i++)
        g->vcpus[i] = numbered_part(g->ident, KIND_VCPU, FACET_VCPU_THREAD, "", i);
    g->disk = part_of(g->ident, KIND_DISK, FACET_DOMAIN_DISK, "vda");
    g_autofree char *image = g_strdup_printf("/var/lib/libvirt/images/%s.qcow2", g->name);
    ident_set(&g->disk.ident->image, image);
    g->emulator = part_of(g->ident, KIND_TASK, FACET_TASK, "qemu-system-x86");
}

static void prepare_guest(struct sim_guest *g)
{
    g_autofree char *key = g_strdup_printf("/sim/%u", g->number);
    g_autofree char *id = g_strdup_printf("%08x-0000-4000-8000-%012x", g->number, g->number);

    g->ident = ident_new(KIND_GUEST, g->vm ? GUEST_VM : GUEST_DOCKER, key);
    ident_set(&g->ident->name, g->name);
    ident_set(&g->ident->id, id);
    g->ident->pid = (pid_t)(1000 + g->number);
    g->records[FACET_CGROUP] = record_new(FACET_CGROUP, g->ident);
    g->records[FACET_NET] = record_new(FACET_NET, g->ident);
    if (g->vm)
        prepare_vm(g);
}

static void prepare_host(struct sim *s)
{
    s->host = ident_new(KIND_HOST, GUEST_NONE, IDENT_LOCAL_HOST);
    ident_set(&s->host->name, "simulated");
    s->host_record = record_new(FACET_HOST, s->host);
    for (unsigned i = 0; i < s->ncpus; i++)
        s->cpus[i] = numbered_part(s->host, KIND_CPU, FACET_HOST_CPU, "", i);
    for (unsigned i = 0; i < SIM_DEVICES; i++)
        s->devices[i].part = numbered_part(s->host, KIND_DISK, FACET_HOST_DISK, "nvme", i);
    s->uplink = part_of(s->host, KIND_NIC, FACET_HOST_NIC, "eth0");
}

void sim_prepare(struct sim *s)
{
    if (!s->host)
        prepare_host(s);
    for (guint i = 0; i < s->guests->len; i++) {
        struct sim_guest *g = g_ptr_array_index(s->guests, i);
        if (!g->ident)
            prepare_guest(g);
    }
}

static void release_part(struct sim_part *p)
{
    record_free(p->record);
    ident_unref(p->ident);
}

void sim_release(struct sim_guest *g)
{
    for (int f = 0; f < FACET_COUNT; f++)
        record_free(g->records[f]);
    for (unsigned i = 0; i < SIM_VCPUS; i++)
        release_part(&g->vcpus[i]);
    release_part(&g->disk);
    release_part(&g->emulator);
    ident_unref(g->ident);
}

void sim_release_host(struct sim *s)
{
    for (unsigned i = 0; i < SIM_CPUS; i++)
        release_part(&s->cpus[i]);
    for (unsigned i = 0; i < SIM_DEVICES; i++)
        release_part(&s->devices[i].part);
    release_part(&s->uplink);
    record_free(s->host_record);
    ident_unref(s->host);
}

/* ---- records ---- */

/* What is being written, and how a rate per second becomes a step of a counter. */
struct pen {
    struct sim *s;
    struct sample *sample;
    int64_t now_ns;
};

static void set(struct record *r, enum reading reading, double value)
{
    record_set(r, reading, (uint64_t)fmax(0, value));
}

/* Rounded up or down by chance, so that no fraction is lost. */
static void grow(const struct pen *p, struct record *r, enum reading reading, double rate)
{
    uint64_t before = 0, step = (uint64_t)(rate * p->s->interval_s + sim_uniform(p->s));

    record_get(r, reading, &before);
    record_set(r, reading, before + step);
}

static void hand_in(const struct pen *p, struct record *r)
{
    if (r->read_ns == 0 || record_reason(r, facet_begin(r->facet)) != REASON_MONITOR_BUSY)
        r->read_ns = p->now_ns;
    sample_add_copy(p->sample, r);
}

/* ---- a guest ---- */

static void write_cpu(const struct pen *p, const struct sim_guest *g, struct record *r)
{
    double used = g->run + g->poll + g->emulator_run;
    double waits = 1 - (1 - g->stopped) * exp(-g->wait) * (1 - g->emulator_wait);
    double full = g->stopped + (1 - g->stopped) * waits * g->wait / (g->wait + g->run + 1e-9) /
                                   fmax(1, g->run + g->wait);
    bool quota = g->quota > 0 || g->family;
    double milli = 1000 * (g->quota > 0 ? g->quota
                           : g->family  ? p->s->family_quota[g->family]
                                        : p->s->ncpus);

    grow(p, r, R_CG_CPU_NS, used * 1e9);
    grow(p, r, R_CG_USER_NS, used * 0.8e9);
    grow(p, r, R_CG_SYSTEM_NS, used * 0.2e9);
    grow(p, r, R_CG_PSI_CPU_SOME_NS, waits * 1e9);
    grow(p, r, R_CG_PSI_CPU_FULL_NS, full * 1e9);
    set(r, R_CG_CPU_LIMIT_MILLI, milli);
    set(r, R_CG_CPU_LIMIT_OWNER, g->family ? 1 : quota ? g->quota_owner : LIMIT_HOST);
    if (!quota) {
        record_all_absent(r, R_CG_PERIODS, R_CG_THROTTLED_NS, REASON_NO_QUOTA);
        return;
    }
    double active = g->spikes > 0
                        ? 2 * g->spikes
                        : 10 * fmin(1, g->need * 20); /* no period elapses while it is idle */
    grow(p, r, R_CG_PERIODS, active);
    grow(p, r, R_CG_THROTTLED, active * g->throttled);
    grow(p, r, R_CG_THROTTLED_NS,
         1e9 * (g->family ? p->s->family_cores[g->family] : g->throttled_cores));
}

static void write_memory(const struct pen *p, const struct sim_guest *g, struct record *r)
{
    double rss = g->vm ? fmin(g->limit_mib, g->used_mib + g->cache_mib) + 60 : g->used_mib;

    rss -= g->swap_mib;
    set(r, R_CG_MEM_USAGE_BYTES, (rss + (g->vm ? 0 : g->file_mib)) * SIM_MIB);
    set(r, R_CG_MEM_INACTIVE_FILE_BYTES, (g->vm ? 0 : g->file_mib) * SIM_MIB);
    if (g->vm || g->limit_mib <= 0)
        record_absent(r, R_CG_MEM_LIMIT_BYTES, REASON_NO_LIMIT);
    else
        set(r, R_CG_MEM_LIMIT_BYTES, g->limit_mib * SIM_MIB);
    set(r, R_CG_MEM_LIMIT_OWNER, g->limit_mib > 0 && !g->vm ? g->limit_owner : LIMIT_HOST);
    set(r, R_CG_MEM_ANON_BYTES, rss * 0.97 * SIM_MIB);
    set(r, R_CG_MEM_FILE_BYTES, (g->vm ? 0 : g->file_mib) * SIM_MIB);
    set(r, R_CG_MEM_SHMEM_BYTES, 0);
    set(r, R_CG_MEM_KERNEL_BYTES, rss * 0.03 * SIM_MIB);
    set(r, R_CG_SWAP_BYTES, g->swap_mib * SIM_MIB);
    grow(p, r, R_CG_REFAULTS, g->refaults);
    grow(p, r, R_CG_MAJOR_FAULTS, g->refaults * 0.5 + 0.05);
    set(r, R_CG_OOM_KILLS, g->oom_kills);
    grow(p, r, R_CG_PSI_MEM_SOME_NS, g->memory_stall * 1e9);
    grow(p, r, R_CG_PSI_MEM_FULL_NS, g->memory_stall * 0.6e9);
}

static void write_group(const struct pen *p, const struct sim_guest *g)
{
    struct record *r = g->records[FACET_CGROUP];
    double bytes = g->request_kib * 1024;

    write_cpu(p, g, r);
    write_memory(p, g, r);
    grow(p, r, R_CG_IO_READ_BYTES, g->reads * bytes);
    grow(p, r, R_CG_IO_WRITE_BYTES, g->writes * bytes);
    grow(p, r, R_CG_IO_READ_OPS, g->reads);
    grow(p, r, R_CG_IO_WRITE_OPS, g->writes);
    grow(p, r, R_CG_PSI_IO_SOME_NS, g->io_stall * 1e9);
    grow(p, r, R_CG_PSI_IO_FULL_NS, g->io_stall * 0.5e9);
    set(r, R_CG_TASKS, g->threads + 4);
    set(r, R_CG_START_HUNDREDTHS, 1000);
    set(r, R_CG_FROZEN, 0);
    hand_in(p, r);
}

static void write_net(const struct pen *p, const struct sim_guest *g)
{
    struct record *r = g->records[FACET_NET];
    double bytes = g->net_mib * SIM_MIB * g->run;

    grow(p, r, R_NET_RX_BYTES, bytes);
    grow(p, r, R_NET_TX_BYTES, bytes);
    grow(p, r, R_NET_RX_PACKETS, bytes / 1000);
    grow(p, r, R_NET_TX_PACKETS, bytes / 1000);
    grow(p, r, R_NET_DROPS, 0);
    grow(p, r, R_NET_ERRORS, 0);
    hand_in(p, r);
}

/* ---- a VM ---- */

static void write_domain(const struct pen *p, const struct sim_guest *g)
{
    struct record *r = g->records[FACET_DOMAIN];

    set(r, R_DOM_STATE, g->state == STATE_HUNG ? STATE_RUN : g->state);
    set(r, R_DOM_STATE_REASON, g->why);
    set(r, R_DOM_VCPUS, g->threads);
    grow(p, r, R_DOM_CPU_NS, (g->run + g->poll + g->emulator_run) * 1e9);
    set(r, R_DOM_MEM_BYTES, g->limit_mib * SIM_MIB);
    set(r, R_DOM_MEM_MAX_BYTES, g->limit_max_mib * SIM_MIB);
    set(r, R_DOM_HUNG_MS, g->hung_s > 5 ? g->hung_s * 1e3 : 0);
    hand_in(p, r);
}

static void write_monitor(const struct pen *p, const struct sim_guest *g)
{
    struct record *r = g->records[FACET_MONITOR];

    if (g->hung_s > 5) {
        record_all_absent(r, R_MONITOR_BEGIN, R_MONITOR_LAST, REASON_MONITOR_BUSY);
        sample_add_copy(p->sample, r);
        return;
    }
    grow(p, r, R_MON_CPU_NS, (g->run + g->poll + g->emulator_run) * 1e9);
    set(r, R_MON_VCPUS_MAX, g->threads);
    set(r, R_MON_BALLOON_BYTES, g->limit_mib * SIM_MIB);
    set(r, R_MON_BALLOON_MAX_BYTES, g->limit_max_mib * SIM_MIB);
    grow(p, r, R_MON_EXITS, 500 + g->run * 3000);
    grow(p, r, R_MON_HALT_EXITS, 200 + g->poll * 9000);
    grow(p, r, R_MON_IO_EXITS, g->reads + g->writes);
    grow(p, r, R_MON_HALTPOLL_NS, g->poll * 1e9);
    grow(p, r, R_MON_VCPU_DELAY_NS, (g->wait + g->throttled_cores) * 1e9);
    set(r, R_MON_DISKS, 1);
    hand_in(p, r);
}

static void write_job(const struct pen *p, const struct sim_guest *g)
{
    struct record *r = g->records[FACET_JOB];

    if (g->copy_mib <= 0)
        record_all_absent(r, R_JOB_BEGIN, R_JOB_LAST, REASON_NO_JOB);
    else {
        set(r, R_JOB_WHAT, WHY_MIGRATING_OUT);
        grow(p, r, R_JOB_DONE_BYTES, g->copy_mib * SIM_MIB);
        set(r, R_JOB_LEFT_BYTES, g->ram_left_mib * SIM_MIB);
        set(r, R_JOB_SPEED_BYTES, g->copy_mib * SIM_MIB);
        set(r, R_JOB_DIRTIED_BYTES, g->dirty_mib * SIM_MIB);
        set(r, R_JOB_LOST_PASSES, g->lost_passes);
    }
    hand_in(p, r);
}

static void write_balloon(const struct pen *p, const struct sim_guest *g)
{
    struct record *r = g->records[FACET_BALLOON];
    double available = g->limit_mib * 0.97;

    set(r, R_BALLOON_AVAILABLE_BYTES, available * SIM_MIB);
    set(r, R_BALLOON_USABLE_BYTES, fmax(0.01 * available, available - g->used_mib) * SIM_MIB);
    set(r, R_BALLOON_UNUSED_BYTES,
        fmax(0.01 * available, available - g->used_mib - g->cache_mib) * SIM_MIB);
    hand_in(p, r);
}

static void write_process(const struct pen *p, const struct sim_guest *g)
{
    struct record *r = g->records[FACET_PROCESS];
    double resident = fmin(g->limit_mib, g->used_mib + g->cache_mib) + 60 - g->swap_mib;

    grow(p, r, R_PROC_RUN_NS, (g->run + g->poll + g->emulator_run) * 1e9);
    set(r, R_PROC_VCPUS, g->threads);
    grow(p, r, R_PROC_VCPU_RUN_NS, (g->run + g->poll) * 1e9);
    grow(p, r, R_PROC_VCPU_DELAY_NS, (g->wait + g->throttled_cores) * 1e9);
    grow(p, r, R_PROC_USER_TICKS_NS, g->run * 0.95e9 + g->emulator_run * 0.5e9);
    grow(p, r, R_PROC_SYSTEM_TICKS_NS, g->run * 0.05e9 + g->poll * 1e9 + g->emulator_run * 0.5e9);
    grow(p, r, R_PROC_GUEST_TICKS_NS, g->run * 0.95e9);
    set(r, R_PROC_RSS_BYTES, resident * SIM_MIB);
    set(r, R_PROC_HUGETLB_BYTES, 0);
    set(r, R_PROC_SWAP_BYTES, g->swap_mib * SIM_MIB);
    grow(p, r, R_PROC_MAJOR_FAULTS, g->refaults * 0.5 + 0.05);
    set(r, R_PROC_THREADS, g->threads + 4);
    set(r, R_PROC_START_HUNDREDTHS, 1000);
    set(r, R_PROC_STOPPED, 0);
    record_absent(r, R_PROC_NODES, REASON_ONE_NODE);
    hand_in(p, r);
}

/* The first vCPU does most, as interrupts and single threads make it. */
static void write_vcpus(const struct pen *p, const struct sim_guest *g)
{
    for (unsigned i = 0; i < g->threads; i++) {
        double share = (i ? 0.9 : 1 + 0.1 * (g->threads - 1)) / g->threads;
        grow(p, g->vcpus[i].record, R_VCPU_RUN_NS, fmin(1, (g->run + g->poll) * share) * 1e9);
        grow(p, g->vcpus[i].record, R_VCPU_DELAY_NS,
             fmin(1, (g->wait + g->throttled_cores) * share) * 1e9);
        set(g->vcpus[i].record, R_VCPU_LAST_CPU, (g->number + i) % p->s->ncpus);
        set(g->vcpus[i].record, R_VCPU_LAST_NODE, 0);
        hand_in(p, g->vcpus[i].record);
    }
}

static void write_disk(const struct pen *p, const struct sim_guest *g)
{
    struct record *r = g->disk.record;
    double bytes = g->request_kib * 1024, ns = g->latency_ms * 1e6;

    grow(p, r, R_DISK_READ_BYTES, g->reads * bytes);
    grow(p, r, R_DISK_WRITE_BYTES, g->writes * bytes);
    grow(p, r, R_DISK_READ_OPS, g->reads);
    grow(p, r, R_DISK_WRITE_OPS, g->writes);
    grow(p, r, R_DISK_READ_NS, g->reads * ns);
    grow(p, r, R_DISK_WRITE_NS, g->writes * ns);
    grow(p, r, R_DISK_FLUSH_OPS, 0);
    grow(p, r, R_DISK_FLUSH_NS, 0);
    set(r, R_DISK_ERRORS, g->disk_errors);
    set(r, R_DISK_CAPACITY_BYTES, 40e9);
    set(r, R_DISK_PHYSICAL_BYTES, 20e9);
    hand_in(p, r);
}

static void write_emulator(const struct pen *p, const struct sim_guest *g)
{
    struct record *r = g->emulator.record;

    grow(p, r, R_TASK_RUN_NS, g->emulator_run * 1e9);
    grow(p, r, R_TASK_DELAY_NS, g->emulator_wait * 1e9);
    set(r, R_TASK_RSS_BYTES, 60 * SIM_MIB);
    set(r, R_TASK_THREADS, 1);
    hand_in(p, r);
}

static void write_vm(const struct pen *p, const struct sim_guest *g)
{
    write_domain(p, g);
    write_monitor(p, g);
    write_job(p, g);
    write_balloon(p, g);
    write_process(p, g);
    write_vcpus(p, g);
    write_disk(p, g);
    if (p->s->focus == g)
        write_emulator(p, g);
}

/* ---- the host ---- */

/* COUNT: how many CPUs; USER: R_HOST_USER_NS or R_CPU_USER_NS, which have the same order. */
static void write_times(const struct pen *p, struct record *r, enum reading user, double busy,
                        double guest_code, double count)
{
    enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, GUEST, GUEST_NICE, FIELDS };
    double steal = p->s->steal * count, rest = fmax(0, count - steal - busy);
    const double shares[FIELDS] = {
        [USER] = busy * 0.8,       [SYSTEM] = busy * 0.18, [SOFTIRQ] = busy * 0.02,
        [IDLE] = rest * 0.98,      [IOWAIT] = rest * 0.02, [STEAL] = steal,
        [GUEST] = guest_code * 0.8};

    for (int i = 0; i < FIELDS; i++)
        grow(p, r, user + (enum reading)i, shares[i] * 1e9);
}

struct sums {
    double busy, guest_code, waiting, blocked, resident, cached, io_stall, net;
};

static struct sums sums_of(const struct sim *s)
{
    struct sums sum = {.busy = s->own_cores};

    for (guint i = 0; i < s->guests->len; i++) {
        const struct sim_guest *g = g_ptr_array_index(s->guests, i);
        sum.busy += g->run + g->poll + g->emulator_run;
        sum.guest_code += g->vm ? g->run : 0;
        sum.waiting += g->wait + g->emulator_wait;
        sum.blocked += g->io_stall;
        sum.cached += g->vm ? 0 : g->file_mib;
        sum.net += g->net_mib * SIM_MIB * g->run;
    }
    return sum;
}

static void write_host_memory(const struct sim *s, struct record *r, const struct sums *sum)
{
    double available = fmax(0, s->available_mib);

    set(r, R_HOST_MEM_TOTAL_BYTES, s->memory_mib * SIM_MIB);
    set(r, R_HOST_MEM_AVAILABLE_BYTES, available * SIM_MIB);
    set(r, R_HOST_MEM_FREE_BYTES, fmax(available - sum->cached, 0.2 * available) * SIM_MIB);
    set(r, R_HOST_CACHED_BYTES, fmin(sum->cached, 0.8 * available) * SIM_MIB);
    set(r, R_HOST_BUFFERS_BYTES, 0);
    set(r, R_HOST_SHMEM_BYTES, 0);
    set(r, R_HOST_SLAB_RECLAIMABLE_BYTES, 0);
    set(r, R_HOST_SWAP_TOTAL_BYTES, s->swap_mib * SIM_MIB);
    set(r, R_HOST_SWAP_FREE_BYTES, (s->swap_mib - s->swapped_mib) * SIM_MIB);
}

static void write_host(const struct pen *p, const struct sums *sum)
{
    const struct sim *s = p->s;
    struct record *r = s->host_record;
    double waits = 1 - exp(-sum->waiting / s->ncpus), blocks = 1 - exp(-sum->blocked / s->ncpus);

    write_times(p, r, R_HOST_USER_NS, sum->busy, sum->guest_code, s->ncpus);
    write_host_memory(s, r, sum);
    set(r, R_HOST_CPUS_ONLINE, s->ncpus);
    set(r, R_HOST_TASKS_RUNNING, sum->busy + sum->waiting);
    set(r, R_HOST_TASKS_BLOCKED, sum->blocked);
    set(r, R_HOST_LOAD1_HUNDREDTHS, 100 * (sum->busy + sum->waiting + sum->blocked));
    set(r, R_HOST_LOAD5_HUNDREDTHS, 100 * (sum->busy + sum->waiting + sum->blocked));
    set(r, R_HOST_LOAD15_HUNDREDTHS, 100 * (sum->busy + sum->waiting + sum->blocked));
    set(r, R_HOST_UPTIME_HUNDREDTHS, 100 * (1e6 + s->time_s));
    grow(p, r, R_HOST_PSI_CPU_SOME_NS, waits * 1e9);
    grow(p, r, R_HOST_PSI_MEM_SOME_NS, s->memory_stall * 1e9);
    grow(p, r, R_HOST_PSI_MEM_FULL_NS, s->memory_stall * 0.5e9);
    grow(p, r, R_HOST_PSI_IO_SOME_NS, blocks * 1e9);
    grow(p, r, R_HOST_PSI_IO_FULL_NS, blocks * 0.3e9);
    hand_in(p, r);
}

/* CPUs from 0 on belong to pool 0, then those of pool 1, and so on. */
static void write_cpus(const struct pen *p, const struct sums *sum)
{
    unsigned pool = 0;
    double end = p->s->pools[0].cpus;

    for (unsigned i = 0; i < p->s->ncpus; i++) {
        while (i >= end && pool + 1 < SIM_POOLS)
            end += p->s->pools[++pool].cpus;
        double busy = p->s->pools[pool].busy / fmax(1, p->s->pools[pool].cpus);
        double code = busy * sum->guest_code / fmax(sum->busy, 1e-9);
        write_times(p, p->s->cpus[i].record, R_CPU_USER_NS,
                    fmin(1, busy * (0.9 + 0.2 * sim_uniform(p->s))), code, 1);
        hand_in(p, p->s->cpus[i].record);
    }
}

static void write_device(const struct pen *p, const struct sim_device *d)
{
    struct record *r = d->part.record;
    double iops = d->iops;

    grow(p, r, R_HOSTDISK_READ_OPS, iops / 2);
    grow(p, r, R_HOSTDISK_WRITE_OPS, iops / 2);
    grow(p, r, R_HOSTDISK_READ_BYTES, iops / 2 * 16384);
    grow(p, r, R_HOSTDISK_WRITE_BYTES, iops / 2 * 16384);
    grow(p, r, R_HOSTDISK_READ_MS, iops / 2 * d->latency_ms);
    grow(p, r, R_HOSTDISK_WRITE_MS, iops / 2 * d->latency_ms);
    grow(p, r, R_HOSTDISK_BUSY_MS, 1000 * (1 - exp(-iops * d->latency_ms / 1000)));
    grow(p, r, R_HOSTDISK_QUEUE_MS, iops * d->latency_ms);
    set(r, R_HOSTDISK_SIZE_BYTES, 2e12);
    hand_in(p, r);
}

static void write_uplink(const struct pen *p, double bytes)
{
    struct record *r = p->s->uplink.record;

    grow(p, r, R_HOSTNIC_RX_BYTES, bytes);
    grow(p, r, R_HOSTNIC_TX_BYTES, bytes);
    grow(p, r, R_HOSTNIC_RX_PACKETS, bytes / 1000);
    grow(p, r, R_HOSTNIC_TX_PACKETS, bytes / 1000);
    for (enum reading i = R_HOSTNIC_RX_ERRORS; i <= R_HOSTNIC_RX_DROPS; i++)
        grow(p, r, i, 0);
    hand_in(p, r);
}

struct sample *sim_report(struct sim *s)
{
    struct pen p = {s, sample_new(0, (int64_t)llround(s->interval_s * 1e9)), sim_now_ns(s)};
    struct sums sum = sums_of(s);

    write_host(&p, &sum);
    write_cpus(&p, &sum);
    for (unsigned d = 0; d < SIM_DEVICES; d++)
        write_device(&p, &s->devices[d]);
    write_uplink(&p, sum.net);
    for (guint i = 0; i < s->guests->len; i++) {
        const struct sim_guest *g = g_ptr_array_index(s->guests, i);
        if (g->vm)
            write_vm(&p, g);
        write_group(&p, g);
        write_net(&p, g);
    }
    return p.sample;
}
