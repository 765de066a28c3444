/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/derive.h"

#include "model/value.h"

/* ---- CPU ----
 * ns of CPU per second, from /proc/stat. user contains guest and nice contains guest_nice; both
 * may be rounded so that the part is larger than the whole. iowait is idle time, and may go
 * backwards: it is left out then. Without any of user, nice, system and idle there is no whole to
 * be a share of; old kernels lack the newer fields. */

struct cpu_time {
    struct value all, busy, idle, steal, guest, iowait;
};

static struct cpu_time cpu_time_of(const struct entity *e, enum reading user)
{
    /* HOST_USER_NS.. and CPU_USER_NS.. list the same fields in the same order. */
    enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, GUEST, GUEST_NICE, FIELDS };
    struct value f[FIELDS];
    struct cpu_time t;

    for (int i = 0; i < FIELDS; i++)
        f[i] = entity_reading(e, user + (enum reading)i);
    t.guest = value_plus(f[GUEST], f[GUEST_NICE]);
    t.iowait = f[IOWAIT];
    t.idle = value_plus(f[IDLE], f[IOWAIT]);
    t.steal = f[STEAL];
    /* guest is inside user and nice: adding the fields up counts it once */
    t.busy = value_both(value_both(f[USER], f[NICE]), f[SYSTEM]);
    t.busy = value_plus(value_plus(t.busy, f[IRQ]), f[SOFTIRQ]);
    t.all = value_plus(value_both(t.busy, t.idle), t.steal);
    return t;
}

/* Another host, which only its hypervisor's driver reports. */
static bool is_behind_driver(const struct entity *e)
{
    return entity_track(e, FACET_HYPERVISOR) && !entity_track(e, FACET_HOST);
}

/* From virNodeGetCPUStats(), where interrupts are part of system, and steal and guest time are not
 * reported. */
static struct cpu_time hypervisor_time(const struct entity *e)
{
    struct cpu_time t = {.steal = value_absent(REASON_NO_DRIVER),
                         .guest = value_absent(REASON_NO_DRIVER)};

    t.iowait = entity_reading(e, R_HV_IOWAIT_NS);
    t.idle = value_plus(entity_reading(e, R_HV_IDLE_NS), t.iowait);
    t.busy = value_both(entity_reading(e, R_HV_USER_NS), entity_reading(e, R_HV_SYSTEM_NS));
    t.all = value_both(t.busy, t.idle);
    return t;
}

static struct cpu_time host_time(const struct entity *e)
{
    return is_behind_driver(e) ? hypervisor_time(e) : cpu_time_of(e, R_HOST_USER_NS);
}

/* percent of all CPUs */
struct value derive_host_busy(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct cpu_time t = host_time(e);
    return value_ratio(t.busy, t.all, 100, REASON_NO_BASELINE);
}

struct value derive_host_steal(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct cpu_time t = host_time(e);
    return value_ratio(t.steal, t.all, 100, REASON_NO_BASELINE);
}

struct value derive_host_idle(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct cpu_time t = host_time(e);
    return value_ratio(t.idle, t.all, 100, REASON_NO_BASELINE);
}

static bool is_hidden(const struct entity *e, enum reading flag)
{
    return entity_reading(e, flag).number > 0;
}

/* In a container vtop may see only the containers inside its own, and the virtual machines that a
 * daemon reports. The total of all guests is not known then. */
static struct value unless_hidden(const struct entity *e, enum reading flag, struct value v)
{
    return is_hidden(e, flag) ? value_absent(REASON_HIDDEN) : v;
}

/* A libvirt driver knows no other containers than its own. */
static struct value container_value(const struct entity *e, const struct derive_context *context,
                                    struct value v)
{
    if (!context->containers && !entity_track(e, FACET_HOST) && entity_track(e, FACET_HYPERVISOR))
        return value_absent(REASON_NO_DRIVER);
    return unless_hidden(e, R_HOST_GROUPS_HIDDEN, v);
}

/* A daemon reports its virtual machines even to a vtop in a container. Without any, there may be
 * machines whose processes are hidden. */
static struct value vm_value(const struct entity *e, const struct derive_context *context,
                             struct value v)
{
    return context->vms ? v : unless_hidden(e, R_HOST_PROCESSES_HIDDEN, v);
}

static struct value ledger_value(const struct ledger_sum *sum)
{
    if (!sum->known && sum->members)
        return value_absent(sum->missing);
    struct value total = value_known(sum->total, FACET_NONE);
    total.partial = sum->known < sum->members;
    return total;
}

/* percent of all CPUs, from percent of one. The sum over the guests can be more than the host's
 * busy time, because the two are read some milliseconds apart, and the host's is sampled by the
 * scheduler's tick. The ledger divides the busy time, so the shares of all guests are reduced in
 * proportion. */
static struct value share_of_host(const struct entity *e, const struct ledger_sum *sum,
                                  const struct derive_context *context)
{
    struct value cpus = entity_value(e, M_HOST_CPUS);
    struct value busy = entity_value(e, M_HOST_CPU);
    struct value share = value_ratio(ledger_value(sum), cpus, 1, REASON_NOT_READ);
    double guests = context->vm_cpu.total + context->container_cpu.total;

    if (value_is_known(share) && value_is_known(busy) && guests > busy.number * cpus.number)
        share.number *= busy.number * cpus.number / guests;
    return share;
}

struct value derive_host_cpu_vms(const struct entity *e, const struct derive_context *context)
{
    return vm_value(e, context, share_of_host(e, &context->vm_cpu, context));
}

struct value derive_host_cpu_containers(const struct entity *e,
                                        const struct derive_context *context)
{
    return container_value(e, context, share_of_host(e, &context->container_cpu, context));
}

/* The host's busy time without that of guests; an unknown sum of guests counts as 0. */
struct value derive_host_cpu_other(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct value guests = value_plus(value_known(0, FACET_HOST), entity_value(e, M_HOST_CPU_VM));
    guests = value_plus(guests, entity_value(e, M_HOST_CPU_CONTAINER));
    return value_minus(entity_value(e, M_HOST_CPU), guests);
}

/* One CPU of the host. */
static struct cpu_time one_cpu_time(const struct entity *e)
{
    return cpu_time_of(e, R_CPU_USER_NS);
}

struct value derive_cpu_busy(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct cpu_time t = one_cpu_time(e);
    return value_ratio(t.busy, t.all, 100, REASON_NO_BASELINE);
}

struct value derive_cpu_in_guest(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct cpu_time t = one_cpu_time(e);
    return value_ratio(t.guest, t.all, 100, REASON_NO_BASELINE);
}

struct value derive_cpu_steal(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct cpu_time t = one_cpu_time(e);
    return value_ratio(t.steal, t.all, 100, REASON_NO_BASELINE);
}

struct value derive_cpu_iowait(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct cpu_time t = one_cpu_time(e);
    return value_ratio(t.iowait, t.all, 100, REASON_NO_BASELINE);
}

/* ---- memory, bytes, from /proc/meminfo ---- */

static struct value at_most(struct value v, struct value limit)
{
    if (value_is_known(v) && value_is_known(limit) && v.number > limit.number)
        v.number = limit.number;
    return v;
}

/* Page cache and slab that can be dropped. Shared memory is in the page cache, but can only be
 * swapped. Hypervisor drivers report neither slab nor shared memory. */
static struct value droppable(const struct entity *e)
{
    if (is_behind_driver(e))
        return value_plus(entity_reading(e, R_HV_CACHED_BYTES),
                          entity_reading(e, R_HV_BUFFERS_BYTES));
    struct value cache =
        value_plus(entity_reading(e, R_HOST_CACHED_BYTES), entity_reading(e, R_HOST_BUFFERS_BYTES));
    cache = value_plus(cache, entity_reading(e, R_HOST_SLAB_RECLAIMABLE_BYTES));
    struct value shared = entity_reading(e, R_HOST_SHMEM_BYTES);
    return value_is_known(shared) ? value_minus(cache, shared) : cache;
}

/* MemAvailable, which the kernel has since 3.14. If it is missing, or larger than the total (lxcfs
 * gives the container's total and the host's MemAvailable): free memory and what can be dropped,
 * which is the kernel's own estimate without its watermarks. The kernel does not count ZFS's cache,
 * which shrinks too. */
struct value derive_host_mem_available(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct value total = entity_value(e, M_HOST_MEM_TOTAL);
    struct value told = entity_reading(e, R_HOST_MEM_AVAILABLE_BYTES);
    struct value estimate = value_plus(entity_value(e, M_HOST_MEM_FREE), droppable(e));

    if (value_is_known(told) && value_is_known(total) && told.number > total.number)
        told = value_absent(REASON_UNREADABLE);
    told =
        value_plus(value_either(told, estimate), entity_reading(e, R_HOST_ARC_RECLAIMABLE_BYTES));
    return at_most(told, total);
}

struct value derive_host_mem_used(const struct entity *e, const struct derive_context *context)
{
    return value_minus(entity_value(e, M_HOST_MEM_TOTAL), derive_host_mem_available(e, context));
}

struct value derive_host_mem_cached(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return value_plus(droppable(e), entity_reading(e, R_HOST_ARC_RECLAIMABLE_BYTES));
}

struct value derive_host_mem_vms(const struct entity *e, const struct derive_context *context)
{
    return vm_value(e, context, ledger_value(&context->vm_memory));
}

struct value derive_host_mem_containers(const struct entity *e,
                                        const struct derive_context *context)
{
    return container_value(e, context, ledger_value(&context->container_memory));
}

struct value derive_host_mem_other(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct value guests = value_plus(value_known(0, FACET_HOST), entity_value(e, M_HOST_MEM_VM));
    guests = value_plus(guests, entity_value(e, M_HOST_MEM_CONTAINER));
    /* reserved for future guests */
    guests = value_plus(guests, entity_reading(e, R_HOST_HUGEPAGES_FREE_BYTES));
    return value_minus(entity_value(e, M_HOST_MEM_USED), guests);
}

struct value derive_host_swap_used(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return value_minus(entity_reading(e, R_HOST_SWAP_TOTAL_BYTES),
                       entity_reading(e, R_HOST_SWAP_FREE_BYTES));
}

/* ---- disks and uplinks; the host collector gives whole disks and uplinks only ---- */

struct value derive_host_disk_read(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return derive_sum_parts(e, KIND_DISK, M_DISK_READ, REASON_NO_FILE);
}

struct value derive_host_disk_write(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return derive_sum_parts(e, KIND_DISK, M_DISK_WRITE, REASON_NO_FILE);
}

/* ms per request: Δ(read ms + write ms) / Δrequests */
struct value derive_host_disk_latency(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    static const struct derive_requests requests[] = {{R_HOSTDISK_READ_MS, R_HOSTDISK_READ_OPS},
                                                      {R_HOSTDISK_WRITE_MS, R_HOSTDISK_WRITE_OPS}};
    return derive_mean_time(e, requests, G_N_ELEMENTS(requests), 1, REASON_NO_FILE);
}

/* that of the fullest one */
struct value derive_host_store_level(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct value fullest = value_absent(REASON_NO_STORE);

    for (struct entity *p = NULL; (p = entity_next_part(e, KIND_STORE, p));) {
        struct value v = entity_value(p, M_STORE_LEVEL);
        if (!value_is_known(fullest) || (value_is_known(v) && v.number > fullest.number))
            fullest = v;
    }
    return fullest;
}

static enum reason why_no_uplinks(const struct entity *e)
{
    return is_hidden(e, R_HOST_NETWORK_HIDDEN) ? REASON_HIDDEN : REASON_NO_NETWORK;
}

struct value derive_host_net_rx(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return derive_sum_parts(e, KIND_NIC, M_NIC_RX, why_no_uplinks(e));
}

struct value derive_host_net_tx(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return derive_sum_parts(e, KIND_NIC, M_NIC_TX, why_no_uplinks(e));
}

/* ---- counts of guests: from many facets, each read at its own time ---- */

struct value derive_host_vms(const struct entity *e, const struct derive_context *context)
{
    return vm_value(e, context, value_known(context->vms, FACET_NONE));
}

struct value derive_host_vms_paused(const struct entity *e, const struct derive_context *context)
{
    return vm_value(e, context, value_known(context->vms_paused, FACET_NONE));
}

struct value derive_host_containers(const struct entity *e, const struct derive_context *context)
{
    return container_value(e, context, value_known(context->containers, FACET_NONE));
}

struct value derive_host_overcommit(const struct entity *e, const struct derive_context *context)
{
    return value_ratio(value_known(context->vcpus, FACET_NONE), entity_value(e, M_HOST_CPUS), 1,
                       REASON_NOT_READ);
}
