#include <config.h>

#include "model/derive.h"

#include "model/value.h"

/* ---- CPU ----
 * ns of CPU per second, from /proc/stat. user contains guest and nice contains guest_nice; both
 * may be rounded so that the part is larger than the whole. iowait is idle time, and may go
 * backwards: it is left out then. Without any of user, nice, system and idle there is no whole to
 * be a share of; the younger fields are missing on old kernels. */

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

static struct cpu_time host_time(const struct entity *e)
{
    return cpu_time_of(e, R_HOST_USER_NS);
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

static struct value ledger_value(const struct ledger_sum *sum)
{
    if (!sum->known && sum->members)
        return value_absent(sum->missing);
    return value_known(sum->total, FACET_NONE);
}

/* percent of all CPUs, from percent of one. What the guests' own accounts add up to can be more
 * than the host's account of the same time: the two are read some milliseconds apart, and the
 * host's is sampled by the tick. The ledger divides the host's, so all guests give way in
 * proportion. */
static struct value share_of_host(const struct entity *e, const struct ledger_sum *sum,
                                  const struct derive_context *context)
{
    struct value cpus = entity_reading(e, R_HOST_CPUS_ONLINE);
    struct value busy = entity_value(e, M_HOST_CPU);
    struct value share = value_ratio(ledger_value(sum), cpus, 1, REASON_NOT_READ);
    double guests = context->vm_cpu.total + context->container_cpu.total;

    if (value_is_known(share) && value_is_known(busy) && guests > busy.number * cpus.number)
        share.number *= busy.number * cpus.number / guests;
    return share;
}

struct value derive_host_cpu_vms(const struct entity *e, const struct derive_context *context)
{
    return share_of_host(e, &context->vm_cpu, context);
}

struct value derive_host_cpu_containers(const struct entity *e,
                                        const struct derive_context *context)
{
    return share_of_host(e, &context->container_cpu, context);
}

/* What is left of the host's busy time; an unknown sum of guests is part of the rest. */
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

struct value derive_host_mem_used(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return value_minus(entity_reading(e, R_HOST_MEM_TOTAL_BYTES),
                       entity_reading(e, R_HOST_MEM_AVAILABLE_BYTES));
}

struct value derive_host_mem_cached(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct value cache =
        value_plus(entity_reading(e, R_HOST_CACHED_BYTES), entity_reading(e, R_HOST_BUFFERS_BYTES));
    cache = value_plus(cache, entity_reading(e, R_HOST_SLAB_RECLAIMABLE_BYTES));
    return value_minus(cache, entity_reading(e, R_HOST_SHMEM_BYTES));
}

struct value derive_host_mem_vms(const struct entity *e, const struct derive_context *context)
{
    (void)e;
    return ledger_value(&context->vm_memory);
}

struct value derive_host_mem_containers(const struct entity *e,
                                        const struct derive_context *context)
{
    (void)e;
    return ledger_value(&context->container_memory);
}

struct value derive_host_mem_other(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct value guests = value_plus(value_known(0, FACET_HOST), entity_value(e, M_HOST_MEM_VM));
    guests = value_plus(guests, entity_value(e, M_HOST_MEM_CONTAINER));
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

struct value derive_host_net_rx(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return derive_sum_parts(e, KIND_NIC, M_NIC_RX, REASON_NO_NETWORK);
}

struct value derive_host_net_tx(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return derive_sum_parts(e, KIND_NIC, M_NIC_TX, REASON_NO_NETWORK);
}

/* ---- what runs on it: of many facets, each read at its own time ---- */

struct value derive_host_vms(const struct entity *e, const struct derive_context *context)
{
    (void)e;
    return value_known(context->vms, FACET_NONE);
}

struct value derive_host_vms_paused(const struct entity *e, const struct derive_context *context)
{
    (void)e;
    return value_known(context->vms_paused, FACET_NONE);
}

struct value derive_host_containers(const struct entity *e, const struct derive_context *context)
{
    (void)e;
    return value_known(context->containers, FACET_NONE);
}

struct value derive_host_overcommit(const struct entity *e, const struct derive_context *context)
{
    return value_ratio(value_known(context->vcpus, FACET_NONE),
                       entity_reading(e, R_HOST_CPUS_ONLINE), 1, REASON_NOT_READ);
}
