/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* A simulated host and its guests, at invented times, whose readings follow from one state.
 *
 * The simulation says what each guest wants; the host has CPUs, memory and disks, and what a guest
 * gets, how long it waits and how long its requests take follow from what all of them want
 * together:
 *
 *   load      a lognormal AR(1) process per guest, with bursts on top, backups at night and a curve
 *             over the day
 *   CPUs      max-min fairness within a pool of CPUs; below saturation the wait in the queue of an
 *             M/M/c system (Sakasegawa's approximation); work that was not done is made up for
 * later quotas    of a guest or of its parent: the more of it is wanted, the more periods are
 * throttled memory    what is beyond a limit is reclaimed, read back (refaults, pressure) and in
 * the end killed; a host that is short of it swaps disks     M/M/1 per channel of a device; a guest
 * has at most 32 requests under way
 *
 * So pressure, run delay, throttling, latency, CPU time and the sums of the host agree with each
 * other, as on a real host. One seed gives one history. sim_step() merges a sample, and ticks the
 * roster and the analysis. Stories change what a guest wants, or what the host has, between steps.
 */
#ifndef VTOP_TESTS_ANALYSE_SIM_H
#define VTOP_TESTS_ANALYSE_SIM_H

#include "analyse/analysis.h"
#include "model/roster.h"

enum { SIM_VCPUS = 8, SIM_POOLS = 4, SIM_FAMILIES = 2, SIM_DEVICES = 3, SIM_CPUS = 512 };
#define SIM_MIB 1048576.0
#define SIM_HOUR_S 3600.0

struct sim_part {
    struct ident *ident;
    struct record *record;
};

struct sim_guest {
    char *name;
    bool vm;
    unsigned number;

    /* ---- what it wants ---- */
    unsigned threads;  /* vCPUs, or threads that run at the same time */
    double cores;      /* mean */
    double phi, sigma; /* of its load: correlation over 10 s, deviation of the logarithm */
    double bursts;     /* per hour: 30 to 120 s of thrice the load */
    double backup_s;   /* time of day at which a backup of 15 minutes begins; < 0: none */
    const struct sim_guest *like; /* its load follows this one's */
    unsigned pool;                /* of CPUs */
    double quota;                 /* cores; 0: none */
    double spikes;   /* per second: its threads wake up at once and use up the quota of a period */
    unsigned family; /* 1 to SIM_FAMILIES: has a parent with a quota; 0: none */
    double emulator_us; /* of a VM: CPU time of its emulator per request */
    unsigned emulator_pool;
    double halt_poll; /* share of idle vCPU time that the host spends polling */
    double iops, request_kib, read_share;
    unsigned device;
    double slow_ms;       /* of each request, above the device: an image, a limit */
    double net_mib;       /* per second and busy core, each direction */
    double memory_mib;    /* that it works with */
    double follows_day;   /* how much of that follows the hours */
    double wander;        /* deviation of that, a share: an AR(1) with phi 0.95 over a minute */
    double cache_mib;     /* page cache that it would fill */
    double old_swap_mib;  /* swapped out long ago, and not needed since */
    double limit_mib;     /* of a container (0: none), or given to the VM now */
    double limit_max_mib; /* of a VM: before the balloon took anything back */
    int limit_owner, quota_owner; /* enum limit_owner */

    /* ---- its state ---- */
    enum guest_state state;
    enum state_reason why;
    double hung_s;
    double ram_left_mib, copy_mib,
        dirty_mib; /* migrating away: left, and per second; 0: it is not */
    unsigned lost_passes;
    unsigned oom_kills;
    unsigned disk_errors;

    /* ---- what it gets, per second ---- */
    double mood, io_mood, memory_mood, burst_s, backlog; /* of its load */
    double want, need, run, wait;                        /* cores */
    double throttled, stopped;                           /* share of periods, and of time */
    double throttled_cores;
    double emulator_run, emulator_wait, poll;
    double reads, writes, latency_ms;
    double refaults, memory_stall, io_stall; /* stalls: share of time */
    double used_mib, swap_mib, file_mib;

    struct ident *ident;
    struct record *records[FACET_COUNT];
    struct sim_part vcpus[SIM_VCPUS], disk, emulator;
};

struct sim_pool {
    double cpus, busy, waiting, level; /* level: cores that one guest gets at most */
};

struct sim_device {
    double service_ms, channels; /* of one request, and how many are served at once */
    double iops, latency_ms, busy;
    struct sim_part part;
};

struct sim {
    uint64_t random;
    double interval_s, time_s; /* since the start */
    double day_s;              /* time of day at the start */
    double day;                /* how much of the load follows the hours: 0 to 1 */
    unsigned ncpus;
    double memory_mib, swap_mib; /* of the host */
    double steal;                /* share of its CPUs */
    double own_cores, own_memory_mib;

    GPtrArray *guests; /* struct sim_guest * */
    unsigned made;     /* guests so far */
    struct sim_pool pools[SIM_POOLS];
    double family_quota[SIM_FAMILIES + 1], family_throttled[SIM_FAMILIES + 1];
    double family_stopped[SIM_FAMILIES + 1], family_cores[SIM_FAMILIES + 1];
    struct sim_device devices[SIM_DEVICES];
    double memory_stall, swapped_mib, available_mib;

    struct ident *host;
    struct record *host_record;
    struct sim_part cpus[SIM_CPUS], uplink;
    struct roster *roster;
    struct analysis *analysis;
    struct moment now;
    const struct sim_guest *focus; /* whose page is open: its threads are read; or NULL */
    int64_t merge_ns, analysis_ns; /* CPU time spent so far, when measured */
    int64_t (*clock)(void);        /* NULL: not measured */
};

/* A host with no guests, at midnight: CPUS in pool 0, three fast disks, memory for all guests that
 * are added later (memory_mib 0), and a roster with HISTORY_BYTES. */
struct sim *sim_new(uint64_t seed, double interval_s, unsigned cpus, size_t history_bytes);
void sim_free(struct sim *s);

/* A guest with an ordinary load; the caller changes what it likes before the next step. */
struct sim_guest *sim_vm(struct sim *s, const char *name, unsigned vcpus, double cores,
                         double memory_mib);
struct sim_guest *sim_container(struct sim *s, const char *name, double cores, double memory_mib);

/* A healthy crowd: one in four a VM, some with backups at night, one in fifty an idle giant, some
 * with quotas that bursts exceed, some with a flat heap just below their limit. The host has CPUs,
 * memory and disks for them. */
void sim_crowd(struct sim *s, unsigned guests);

struct sim_guest *sim_find(const struct sim *s, const char *name);
void sim_remove(struct sim *s, struct sim_guest *g); /* it leaves: no sample has it any more */

/* CPUS of pool 0 become pool POOL; nothing else runs there. */
void sim_pin(struct sim *s, unsigned pool, double cpus);

/* The next sample, a tick of the roster and one of the analysis. */
void sim_step(struct sim *s);

/* The sample only: for tests that deliver it in another way. */
struct sample *sim_sample(struct sim *s);

/* Private to sim.c and sim_report.c. */
double sim_uniform(struct sim *s);
struct sample *sim_report(struct sim *s);
void sim_prepare(struct sim *s); /* idents and records of what is new */
void sim_release(struct sim_guest *g);
void sim_release_host(struct sim *s);
int64_t sim_now_ns(const struct sim *s);

#endif
