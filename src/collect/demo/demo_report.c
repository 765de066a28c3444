/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/demo/demo_guest.h"

#include <math.h>

/* Which quantity stands behind a reading, and why it may be missing (when it is NAN). */
struct line {
    enum reading reading;
    enum demo_quantity quantity;
    enum reason missing;
};

static const struct line DOMAIN[] = {
    {R_DOM_STATE, Q_STATE, REASON_OK},     {R_DOM_STATE_REASON, Q_WHY, REASON_OK},
    {R_DOM_VCPUS, Q_VCPUS, REASON_OK},     {R_DOM_CPU_NS, Q_CPU_NS, REASON_OK},
    {R_DOM_MEM_BYTES, Q_GIVEN, REASON_OK}, {R_DOM_MEM_MAX_BYTES, Q_GIVEN_MAX, REASON_OK},
    {R_DOM_HUNG_MS, Q_HUNG_MS, REASON_OK},
};

static const struct line MONITOR[] = {
    {R_MON_CPU_NS, Q_CPU_NS, REASON_OK},
    {R_MON_VCPUS_MAX, Q_VCPUS, REASON_OK},
    {R_MON_BALLOON_BYTES, Q_GIVEN, REASON_OK},
    {R_MON_BALLOON_MAX_BYTES, Q_GIVEN_MAX, REASON_OK},
    {R_MON_RSS_BYTES, Q_RESIDENT, REASON_OK},
    {R_MON_EXITS, Q_EXITS, REASON_NO_KVM},
    {R_MON_HALT_EXITS, Q_HALT_EXITS, REASON_NO_KVM},
    {R_MON_IO_EXITS, Q_IO_EXITS, REASON_NO_KVM},
    {R_MON_MMIO_EXITS, Q_MMIO_EXITS, REASON_NO_KVM},
    {R_MON_IRQ_EXITS, Q_IRQ_EXITS, REASON_NO_KVM},
    {R_MON_HALTPOLL_NS, Q_HALTPOLL_NS, REASON_NO_KVM},
    {R_MON_VCPU_DELAY_NS, Q_DELAY_NS, REASON_OK},
};

static const struct line JOB[] = {
    {R_JOB_WHAT, Q_JOB, REASON_NO_JOB},
    {R_JOB_DONE_BYTES, Q_JOB_DONE, REASON_NO_JOB},
    {R_JOB_LEFT_BYTES, Q_JOB_LEFT, REASON_NO_JOB},
    {R_JOB_SPEED_BYTES, Q_JOB_SPEED, REASON_NO_JOB},
    {R_JOB_DIRTIED_BYTES, Q_JOB_DIRTIED, REASON_NO_JOB},
};

static const struct line BALLOON[] = {
    {R_BALLOON_AVAILABLE_BYTES, Q_AVAILABLE, REASON_NO_BALLOON},
    {R_BALLOON_USABLE_BYTES, Q_USABLE, REASON_NO_BALLOON},
    {R_BALLOON_UNUSED_BYTES, Q_UNUSED, REASON_NO_BALLOON},
};

static const struct line PROCESS[] = {
    {R_PROC_RUN_NS, Q_CPU_NS, REASON_OK},
    {R_PROC_VCPUS, Q_VCPUS, REASON_OK},
    {R_PROC_VCPU_RUN_NS, Q_VCPU_NS, REASON_OK},
    {R_PROC_VCPU_DELAY_NS, Q_DELAY_NS, REASON_OK},
    {R_PROC_USER_TICKS_NS, Q_USER_NS, REASON_OK},
    {R_PROC_SYSTEM_TICKS_NS, Q_SYSTEM_NS, REASON_OK},
    {R_PROC_GUEST_TICKS_NS, Q_GUEST_NS, REASON_EMULATED},
    {R_PROC_RSS_BYTES, Q_RESIDENT, REASON_OK},
    {R_PROC_HUGETLB_BYTES, Q_HUGETLB, REASON_OK},
    {R_PROC_SWAP_BYTES, Q_SWAP, REASON_OK},
    {R_PROC_MAJOR_FAULTS, Q_MAJOR_FAULTS, REASON_OK},
    {R_PROC_THREADS, Q_TASKS, REASON_OK},
    {R_PROC_START_HUNDREDTHS, Q_START_HUNDREDTHS, REASON_OK},
    {R_PROC_STOPPED, Q_NOTHING, REASON_OK},
};

static const struct line CGROUP[] = {
    {R_CG_CPU_NS, Q_CPU_NS, REASON_OK},
    {R_CG_USER_NS, Q_USER_NS, REASON_OK},
    {R_CG_SYSTEM_NS, Q_SYSTEM_NS, REASON_OK},
    {R_CG_PERIODS, Q_PERIODS, REASON_NO_QUOTA},
    {R_CG_THROTTLED, Q_THROTTLED, REASON_NO_QUOTA},
    {R_CG_THROTTLED_NS, Q_THROTTLED_NS, REASON_NO_QUOTA},
    {R_CG_CPU_LIMIT_MILLI, Q_CPU_LIMIT_MILLI, REASON_OK},
    {R_CG_CPU_LIMIT_OWNER, Q_CPU_LIMIT_OWNER, REASON_OK},
    {R_CG_MEM_USAGE_BYTES, Q_USAGE, REASON_OK},
    {R_CG_MEM_INACTIVE_FILE_BYTES, Q_INACTIVE_FILE, REASON_OK},
    {R_CG_MEM_LIMIT_BYTES, Q_GIVEN, REASON_NO_LIMIT},
    {R_CG_MEM_LIMIT_OWNER, Q_NOTHING, REASON_OK},
    {R_CG_MEM_ANON_BYTES, Q_ANON, REASON_OK},
    {R_CG_MEM_FILE_BYTES, Q_PAGE_CACHE, REASON_OK},
    {R_CG_MEM_SHMEM_BYTES, Q_SHMEM, REASON_OK},
    {R_CG_MEM_KERNEL_BYTES, Q_KERNEL, REASON_OK},
    {R_CG_SWAP_BYTES, Q_SWAP, REASON_OK},
    {R_CG_REFAULTS, Q_REFAULTS, REASON_OK},
    {R_CG_MAJOR_FAULTS, Q_MAJOR_FAULTS, REASON_OK},
    {R_CG_OOM_KILLS, Q_OOM_KILLS, REASON_OK},
    {R_CG_IO_READ_BYTES, Q_READ_BYTES, REASON_OK},
    {R_CG_IO_WRITE_BYTES, Q_WRITE_BYTES, REASON_OK},
    {R_CG_IO_READ_OPS, Q_READ_OPS, REASON_OK},
    {R_CG_IO_WRITE_OPS, Q_WRITE_OPS, REASON_OK},
    {R_CG_TASKS, Q_TASKS, REASON_OK},
    {R_CG_FROZEN, Q_FROZEN, REASON_OK},
    {R_CG_START_HUNDREDTHS, Q_START_HUNDREDTHS, REASON_OK},
    {R_CG_PSI_CPU_SOME_NS, Q_PSI_CPU_NS, REASON_OK},
    {R_CG_PSI_CPU_FULL_NS, Q_PSI_CPU_FULL_NS, REASON_OK},
    {R_CG_PSI_MEM_SOME_NS, Q_PSI_MEM_NS, REASON_OK},
    {R_CG_PSI_MEM_FULL_NS, Q_PSI_MEM_FULL_NS, REASON_OK},
    {R_CG_PSI_IO_SOME_NS, Q_PSI_IO_NS, REASON_OK},
    {R_CG_PSI_IO_FULL_NS, Q_PSI_IO_FULL_NS, REASON_OK},
    {R_CG_PSI_IRQ_FULL_NS, Q_PSI_IRQ_NS, REASON_OK},
};

static const struct line NET[] = {
    {R_NET_RX_BYTES, Q_RX_BYTES, REASON_HOST_NETWORK},
    {R_NET_RX_PACKETS, Q_RX_PACKETS, REASON_HOST_NETWORK},
    {R_NET_TX_BYTES, Q_TX_BYTES, REASON_HOST_NETWORK},
    {R_NET_TX_PACKETS, Q_TX_PACKETS, REASON_HOST_NETWORK},
    {R_NET_DROPS, Q_DROPS, REASON_HOST_NETWORK},
    {R_NET_ERRORS, Q_NO_COUNT, REASON_HOST_NETWORK},
};

static const struct line VCPU_THREAD[] = {
    {R_VCPU_RUN_NS, Q_VCPU_NS, REASON_OK},
    {R_VCPU_DELAY_NS, Q_DELAY_NS, REASON_OK},
};

static const struct line VCPU_DOMAIN[] = {
    {R_VCPU_DOM_NS, Q_VCPU_NS, REASON_OK},
    {R_VCPU_DOM_DELAY_NS, Q_DELAY_NS, REASON_OK},
    {R_VCPU_DOM_EXITS, Q_EXITS, REASON_NO_KVM},
    {R_VCPU_DOM_HALT_EXITS, Q_HALT_EXITS, REASON_NO_KVM},
    {R_VCPU_DOM_IO_EXITS, Q_IO_EXITS, REASON_NO_KVM},
    {R_VCPU_DOM_MMIO_EXITS, Q_MMIO_EXITS, REASON_NO_KVM},
    {R_VCPU_DOM_IRQ_EXITS, Q_IRQ_EXITS, REASON_NO_KVM},
};

static const struct line DOMAIN_DISK[] = {
    {R_DISK_READ_BYTES, Q_READ_BYTES, REASON_OK}, {R_DISK_READ_OPS, Q_READ_OPS, REASON_OK},
    {R_DISK_READ_NS, Q_READ_NS, REASON_OK},       {R_DISK_WRITE_BYTES, Q_WRITE_BYTES, REASON_OK},
    {R_DISK_WRITE_OPS, Q_WRITE_OPS, REASON_OK},   {R_DISK_WRITE_NS, Q_WRITE_NS, REASON_OK},
    {R_DISK_FLUSH_OPS, Q_FLUSH_OPS, REASON_OK},   {R_DISK_FLUSH_NS, Q_FLUSH_NS, REASON_OK},
    {R_DISK_ERRORS, Q_NO_COUNT, REASON_OK},
};

static const struct line GUEST_NIC[] = {
    {R_NIC_RX_BYTES, Q_RX_BYTES, REASON_OK},  {R_NIC_RX_PACKETS, Q_RX_PACKETS, REASON_OK},
    {R_NIC_RX_ERRORS, Q_NO_COUNT, REASON_OK}, {R_NIC_RX_DROPS, Q_DROPS, REASON_OK},
    {R_NIC_TX_BYTES, Q_TX_BYTES, REASON_OK},  {R_NIC_TX_PACKETS, Q_TX_PACKETS, REASON_OK},
    {R_NIC_TX_ERRORS, Q_NO_COUNT, REASON_OK}, {R_NIC_TX_DROPS, Q_NO_COUNT, REASON_OK},
};

static const struct line TASK[] = {
    {R_TASK_RUN_NS, Q_CPU_NS, REASON_OK},
    {R_TASK_DELAY_NS, Q_DELAY_NS, REASON_OK},
    {R_TASK_RSS_BYTES, Q_RESIDENT, REASON_OK},
};

/* ---- report ---- */

/* A share of a quantity; gauges of a whole guest have the share 1. */
static struct record *report(const struct demo_guest *g, struct sample *out, enum facet facet,
                             struct ident *ident, int64_t read_ns, double share,
                             const struct line *lines, size_t n)
{
    struct record *r = sample_add(out, facet, ident);

    r->read_ns = read_ns;
    for (size_t i = 0; i < n; i++) {
        double number = g->now[lines[i].quantity] * share;
        if (isnan(number))
            record_absent(r, lines[i].reading, lines[i].missing);
        else
            record_set(r, lines[i].reading, (uint64_t)fmax(0, number));
    }
    return r;
}

#define REPORT(g, stage, out, facet)                                                               \
    report(g, out, FACET_##facet, (g)->ident, (stage)->now_ns, 1, facet, G_N_ELEMENTS(facet))
#define REPORT_PART(g, stage, out, facet, part)                                                    \
    report(g, out, FACET_##facet, (part)->ident, (stage)->now_ns, (part)->share, facet,            \
           G_N_ELEMENTS(facet))

/* Threads wander: another CPU every few seconds. */
static uint64_t cpu_of(const struct demo_guest *g, const struct demo_stage *stage, unsigned number)
{
    uint64_t turn = (uint64_t)(stage->time_s / 7 + number * 0.37);

    return demo_hash(stage->seed ^ demo_hash(g->number * 64 + number) ^ turn) % stage->cpus;
}

static void report_disk(const struct demo_guest *g, const struct demo_stage *stage,
                        struct sample *out, const struct demo_part *p)
{
    enum { GIB = 1 << 30 };
    struct record *r = REPORT_PART(g, stage, out, DOMAIN_DISK, p);
    uint64_t capacity = (uint64_t)GIB * (40 + 60 * p->number + g->number % 7 * 20);

    record_set(r, R_DISK_CAPACITY_BYTES, capacity);
    record_set(r, R_DISK_ALLOCATION_BYTES, capacity / 10 * (3 + g->number % 6));
    record_set(r, R_DISK_PHYSICAL_BYTES, capacity / 100 * (28 + g->number % 6 * 10));
}

static void report_vcpu(const struct demo_guest *g, const struct demo_stage *stage,
                        struct sample *out, const struct demo_part *p)
{
    struct record *r = REPORT_PART(g, stage, out, VCPU_THREAD, p);

    record_set(r, R_VCPU_LAST_CPU, cpu_of(g, stage, p->number));
    REPORT_PART(g, stage, out, VCPU_DOMAIN, p);
}

static void report_task(const struct demo_guest *g, const struct demo_stage *stage,
                        struct sample *out, const struct demo_part *p)
{
    struct record *r = REPORT_PART(g, stage, out, TASK, p);

    record_set(r, R_TASK_LAST_CPU, cpu_of(g, stage, p->number));
    record_set(r, R_TASK_THREADS, 1);
}

static void report_part(const struct demo_guest *g, const struct demo_stage *stage,
                        const struct demand *demand, struct sample *out, const struct demo_part *p)
{
    switch (p->kind) {
    case KIND_VCPU:
        report_vcpu(g, stage, out, p);
        break;
    case KIND_DISK:
        report_disk(g, stage, out, p);
        break;
    case KIND_NIC:
        REPORT_PART(g, stage, out, GUEST_NIC, p);
        break;
    default:
        if (demand_wants_parts(demand, g->ident))
            report_task(g, stage, out, p);
    }
}

static void report_monitor(const struct demo_guest *g, const struct demo_stage *stage,
                           struct sample *out)
{
    struct record *r = REPORT(g, stage, out, MONITOR);

    if (g->role->flags & DEMO_HUNG) {
        record_all_absent(r, R_MONITOR_BEGIN, R_MONITOR_LAST, REASON_MONITOR_BUSY);
        r->read_ns = g->monitor_ns;
    }
}

void demo_guest_report(const struct demo_guest *g, const struct demo_stage *stage,
                       const struct demand *demand, struct sample *out)
{
    if (demo_guest_is_vm(g)) {
        REPORT(g, stage, out, DOMAIN);
        report_monitor(g, stage, out);
        REPORT(g, stage, out, JOB);
        REPORT(g, stage, out, BALLOON);
        record_absent(REPORT(g, stage, out, PROCESS), R_PROC_NODES, REASON_ONE_NODE);
    }
    REPORT(g, stage, out, CGROUP);
    if (guest_type_class(g->role->type) != CLASS_SERVICE)
        REPORT(g, stage, out, NET);
    for (guint i = 0; i < g->parts->len; i++)
        report_part(g, stage, demand, out, &g_array_index(g->parts, struct demo_part, i));
}
