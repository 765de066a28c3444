/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* demo_guest.h: one guest of the simulated host.
 *
 * demo_guest.c simulates it step by step; demo_report.c turns its state into records, as the
 * sources of a real host would. One thread.
 */
#ifndef VTOP_COLLECT_DEMO_GUEST_H
#define VTOP_COLLECT_DEMO_GUEST_H

#include "collect/demo/demo_cast.h"
#include "collect/source.h"

enum { DEMO_UPTIME_S = 41 * 86400 }; /* of the host, when the simulation begins */

struct demo_stage {
    unsigned cpus;
    int64_t now_ns;
    double time_s; /* since the start */
    double step_s; /* since the last step; 0 at the first */
    uint64_t seed;
};

/* Between 0 and 1, without jumps: a curve for each LINE, with a new direction every PERIOD_S. */
double demo_noise(const struct demo_stage *stage, uint64_t line, double period_s);

uint64_t demo_hash(uint64_t x);

/* What is known of a guest. The first group only grows: step() says how much per second. */
enum demo_quantity {
    Q_CPU_NS,
    Q_USER_NS,
    Q_SYSTEM_NS,
    Q_GUEST_NS,
    Q_VCPU_NS,
    Q_DELAY_NS,
    Q_PERIODS,
    Q_THROTTLED,
    Q_THROTTLED_NS,
    Q_READ_BYTES,
    Q_READ_OPS,
    Q_READ_NS,
    Q_WRITE_BYTES,
    Q_WRITE_OPS,
    Q_WRITE_NS,
    Q_FLUSH_OPS,
    Q_FLUSH_NS,
    Q_RX_BYTES,
    Q_RX_PACKETS,
    Q_TX_BYTES,
    Q_TX_PACKETS,
    Q_DROPS,
    Q_NO_COUNT, /* errors that never happen */
    Q_PSI_CPU_NS,
    Q_PSI_CPU_FULL_NS,
    Q_PSI_MEM_NS,
    Q_PSI_MEM_FULL_NS,
    Q_PSI_IO_NS,
    Q_PSI_IO_FULL_NS,
    Q_PSI_IRQ_NS,
    Q_REFAULTS,
    Q_MAJOR_FAULTS,
    Q_EXITS,
    Q_HALT_EXITS,
    Q_IO_EXITS,
    Q_MMIO_EXITS,
    Q_IRQ_EXITS,
    Q_HALTPOLL_NS,
    Q_GAUGES,
    Q_STATE = Q_GAUGES,
    Q_WHY,
    Q_VCPUS,
    Q_GIVEN,
    Q_GIVEN_MAX,
    Q_HUNG_MS,
    Q_AVAILABLE,
    Q_USABLE,
    Q_UNUSED,
    Q_RESIDENT,
    Q_HUGETLB,
    Q_SWAP,
    Q_USAGE,
    Q_INACTIVE_FILE,
    Q_CPU_LIMIT_MILLI,
    Q_CPU_LIMIT_OWNER,
    Q_ANON,
    Q_PAGE_CACHE,
    Q_SHMEM,
    Q_KERNEL,
    Q_OOM_KILLS,
    Q_TASKS,
    Q_FROZEN,
    Q_START_HUNDREDTHS,
    Q_JOB,
    Q_JOB_DONE,
    Q_JOB_LEFT,
    Q_JOB_SPEED,
    Q_JOB_DIRTIED,
    Q_NOTHING, /* a gauge that is 0 */
    Q_QUANTITIES
};

/* A vCPU, disk, NIC or task has a fixed share of what its guest does. */
struct demo_part {
    enum kind kind;
    struct ident *ident;
    unsigned number;
    double share;
};

struct demo_guest {
    const struct demo_role *role;
    unsigned copy, number;
    bool inside; /* another guest */
    struct ident *ident;
    GArray *parts; /* struct demo_part */
    double born_s;
    double rate[Q_GAUGES]; /* per second, of what only grows */
    double now[Q_QUANTITIES];
    int64_t monitor_ns; /* when its monitor last answered */
};

bool demo_guest_is_vm(const struct demo_guest *g);

/* OUTER: the guest around it, or NULL. NUMBER is unique on this host. */
struct demo_guest *demo_guest_new(const struct demo_role *role, unsigned copy, unsigned number,
                                  const struct demo_guest *outer, const struct demo_stage *stage);
void demo_guest_free(struct demo_guest *g);

void demo_guest_step(struct demo_guest *g, const struct demo_stage *stage);

/* Add its records, and those of its parts (in demo_report.c). */
void demo_guest_report(const struct demo_guest *g, const struct demo_stage *stage,
                       const struct demand *demand, struct sample *out);

/* What it takes from the host just now: cores and bytes; 0 for a guest inside another. */
double demo_guest_cores(const struct demo_guest *g);
double demo_guest_memory(const struct demo_guest *g);
double demo_guest_read(const struct demo_guest *g); /* bytes per second */
double demo_guest_write(const struct demo_guest *g);
double demo_guest_rx(const struct demo_guest *g);
double demo_guest_tx(const struct demo_guest *g);

#endif
