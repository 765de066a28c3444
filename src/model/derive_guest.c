/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/derive.h"

#include "model/value.h"

static bool is_vm(const struct entity *e)
{
    return entity_class(e) == CLASS_VM;
}

/* ---- CPU ---- */

/* cores: vCPUs of a VM; smallest quota, cpuset and online CPUs of a container */
struct value derive_cpu_cores(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    static const enum reading vcpus[] = {R_PROC_VCPUS, R_DOM_VCPUS, R_NONE};
    static const enum reading limit[] = {R_CG_CPU_LIMIT_MILLI, R_NONE};

    return is_vm(e) ? entity_first_of(e, 1, vcpus) : entity_first_of(e, 0.001, limit);
}

struct value derive_cpu_limit(const struct entity *e, const struct derive_context *context)
{
    return value_ratio(entity_value(e, M_CPU), derive_cpu_cores(e, context), 1, REASON_NO_LIMIT);
}

/* percent of one core. The kernel counts guest code as user time of the VM's process (under TCG it
 * is ordinary user code); what cgroups say differs between kernels, so a VM is split by /proc. */
struct value derive_cpu_user(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct value user = entity_reading(e, is_vm(e) ? R_PROC_USER_TICKS_NS : R_CG_USER_NS);
    struct value guest = entity_reading(e, R_PROC_GUEST_TICKS_NS);

    if (is_vm(e) && guest.reason != REASON_EMULATED)
        user = value_minus(user, guest);
    return value_scaled(user, 1e-7);
}

struct value derive_cpu_system(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return value_scaled(entity_reading(e, is_vm(e) ? R_PROC_SYSTEM_TICKS_NS : R_CG_SYSTEM_NS),
                        1e-7);
}

/* percent of one core */
struct value derive_cpu_guest(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return value_scaled(entity_reading(e, R_PROC_GUEST_TICKS_NS), 1e-7);
}

/* percent: guest time / all CPU time, both tick sampled over the same window of at least 10 s */
struct value derive_efficiency(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct value all = value_both(entity_reading(e, R_PROC_USER_TICKS_NS),
                                  entity_reading(e, R_PROC_SYSTEM_TICKS_NS));
    return value_ratio(entity_reading(e, R_PROC_GUEST_TICKS_NS), all, 100, REASON_IDLE);
}

/* percent of the bytes on all nodes: those on nodes where a vCPU ran last */
struct value derive_numa_local(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct value nodes = entity_reading(e, R_PROC_NODES);
    struct value local = value_known(0, FACET_GUEST_NODE), all = local;

    if (!value_is_known(nodes))
        return nodes;
    for (struct entity *p = NULL; (p = entity_next_part(e, KIND_NODE, p));) {
        struct value bytes = entity_reading(p, R_GUESTNODE_BYTES);
        struct value vcpus = entity_reading(p, R_GUESTNODE_VCPUS);
        all = value_plus(all, bytes);
        if (value_is_known(vcpus) && vcpus.number > 0)
            local = value_plus(local, bytes);
    }
    return value_ratio(local, all, 100, REASON_NOT_READ);
}

/* percent of one core: CPU time of the threads that are no vCPUs (schedstat field 1) */
struct value derive_emulation(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct value others =
        value_minus(entity_reading(e, R_PROC_RUN_NS), entity_reading(e, R_PROC_VCPU_RUN_NS));
    return value_scaled(others, 1e-7);
}

/* percent of one vCPU, mean over vCPUs: Δrun delay / Δt / vCPUs (schedstat field 2) */
struct value derive_ready(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    static const enum reading vcpus[] = {R_PROC_VCPUS, R_DOM_VCPUS, R_NONE};
    static const enum reading delay[] = {R_PROC_VCPU_DELAY_NS, R_MON_VCPU_DELAY_NS, R_NONE};

    return value_ratio(entity_first_of(e, 1e-7, delay), entity_first_of(e, 1, vcpus), 1,
                       REASON_NOT_READ);
}

struct value derive_ready_max(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct value max = value_absent(entity_value(e, M_READY).reason == REASON_OK
                                        ? REASON_NOT_READ
                                        : entity_value(e, M_READY).reason);

    for (struct entity *p = NULL; (p = entity_next_part(e, KIND_VCPU, p));) {
        struct value v = entity_value(p, M_VCPU_READY);
        if (value_is_known(v) && (!value_is_known(max) || v.number > max.number))
            max = v;
    }
    return max;
}

/* percent of quota periods: Δnr_throttled / Δnr_periods (cpu.stat). No period elapses while nothing
 * runs: then the value is absent, not 0. */
struct value derive_throttled(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return value_ratio(entity_reading(e, R_CG_THROTTLED), entity_reading(e, R_CG_PERIODS), 100,
                       REASON_IDLE);
}

/* ms per second, summed over CPUs */
struct value derive_throttled_ms(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return value_scaled(entity_reading(e, R_CG_THROTTLED_NS), 1e-6);
}

/* seconds: the host's uptime - the start of the process (proc_pid_stat(5), field 22) */
struct value derive_uptime(const struct entity *e, const struct derive_context *context)
{
    static const enum reading start[] = {R_PROC_START_HUNDREDTHS, R_CG_START_HUNDREDTHS, R_NONE};
    struct value started = entity_first_of(e, 1, start);

    if (value_is_known(started) && !context->host)
        return value_absent(REASON_NOT_READ);
    if (!value_is_known(started))
        return started;
    return value_scaled(
        value_minus(entity_reading(context->host, R_HOST_UPTIME_HUNDREDTHS), started), 0.01);
}

/* ---- memory, bytes ---- */

/* VM: VmRSS + HugetlbPages + VmSwap of its process. Container: usage - inactive_file. */
struct value derive_memory(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct value group = value_minus(entity_reading(e, R_CG_MEM_USAGE_BYTES),
                                     entity_reading(e, R_CG_MEM_INACTIVE_FILE_BYTES));
    if (!is_vm(e))
        return group;
    struct value process =
        value_plus(entity_reading(e, R_PROC_RSS_BYTES), entity_reading(e, R_PROC_HUGETLB_BYTES));
    process = value_plus(process, entity_reading(e, R_PROC_SWAP_BYTES));
    return value_either(value_either(process, entity_reading(e, R_MON_RSS_BYTES)), group);
}

struct value derive_memory_limit(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    static const enum reading given[] = {R_MON_BALLOON_BYTES, R_DOM_MEM_BYTES, R_PROC_GIVEN_BYTES,
                                         R_NONE};

    return is_vm(e) ? entity_first_of(e, 1, given) : entity_reading(e, R_CG_MEM_LIMIT_BYTES);
}

/* Without a limit of its own a container may use what the host has. */
struct value derive_memory_percent(const struct entity *e, const struct derive_context *context)
{
    struct value limit = entity_value(e, M_MEM_LIMIT);

    if (limit.reason == REASON_NO_LIMIT && context->host)
        limit = entity_value(context->host, M_HOST_MEM_TOTAL);
    return value_ratio(entity_value(e, M_MEM), limit, 100, REASON_NO_LIMIT);
}

/* available - usable, as the balloon driver last reported */
struct value derive_memory_used(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return value_minus(entity_reading(e, R_BALLOON_AVAILABLE_BYTES),
                       entity_reading(e, R_BALLOON_USABLE_BYTES));
}

struct value derive_balloon(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    static const enum reading max[] = {R_MON_BALLOON_MAX_BYTES, R_DOM_MEM_MAX_BYTES, R_NONE};
    static const enum reading now[] = {R_MON_BALLOON_BYTES, R_DOM_MEM_BYTES, R_NONE};

    return value_minus(entity_first_of(e, 1, max), entity_first_of(e, 1, now));
}

/* ---- disk ---- */

/* The reason for an absent sum over parts, when there is no part. COUNT: how many the guest has. */
static enum reason why_none(const struct entity *e, enum reading count, enum reason if_zero)
{
    struct value v = entity_reading(e, count);

    return value_is_known(v) ? if_zero : v.reason;
}

static enum reason why_no_disk(const struct entity *e)
{
    return why_none(e, R_MON_DISKS, REASON_NO_DISK);
}

/* A VM's disks are more precise than its cgroup, which only counts what reaches the host's devices.
 */
static struct value disk_or_group(const struct entity *e, enum metric disk, enum reading group)
{
    struct value v = entity_reading(e, group);

    if (!is_vm(e))
        return v;
    return value_either(derive_sum_parts(e, KIND_DISK, disk, why_no_disk(e)), v);
}

struct value derive_read_bytes(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return disk_or_group(e, M_DISK_READ, R_CG_IO_READ_BYTES);
}

struct value derive_write_bytes(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return disk_or_group(e, M_DISK_WRITE, R_CG_IO_WRITE_BYTES);
}

struct value derive_read_ops(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return disk_or_group(e, M_DISK_READ_OPS_RATE, R_CG_IO_READ_OPS);
}

struct value derive_write_ops(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return disk_or_group(e, M_DISK_WRITE_OPS_RATE, R_CG_IO_WRITE_OPS);
}

/* ms per request over all disks of the guest: Δtime (ns) / Δrequests */
static const struct derive_requests GUEST_REQUESTS[] = {{R_DISK_READ_NS, R_DISK_READ_OPS},
                                                       {R_DISK_WRITE_NS, R_DISK_WRITE_OPS},
                                                       {R_DISK_FLUSH_NS, R_DISK_FLUSH_OPS}};

struct value derive_read_latency(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return derive_mean_time(e, &GUEST_REQUESTS[0], 1, 1e-6, why_no_disk(e));
}

struct value derive_write_latency(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return derive_mean_time(e, &GUEST_REQUESTS[1], 1, 1e-6, why_no_disk(e));
}

struct value derive_latency(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return derive_mean_time(e, GUEST_REQUESTS, G_N_ELEMENTS(GUEST_REQUESTS), 1e-6, why_no_disk(e));
}

/* ---- network ---- */

static struct value net_or_nics(const struct entity *e, enum reading net, enum metric nic)
{
    struct value v = entity_reading(e, net), uncounted = entity_reading(e, R_NET_UNCOUNTED);

    v.partial = value_is_known(v) && value_is_known(uncounted) && uncounted.number > 0;
    if (value_is_known(v))
        return v;
    return value_either(
        v, derive_sum_parts(e, KIND_NIC, nic, why_none(e, R_DOM_NICS, REASON_NO_NETWORK)));
}

struct value derive_rx_bytes(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return net_or_nics(e, R_NET_RX_BYTES, M_NIC_RX);
}

struct value derive_tx_bytes(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return net_or_nics(e, R_NET_TX_BYTES, M_NIC_TX);
}

struct value derive_rx_packets(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return net_or_nics(e, R_NET_RX_PACKETS, M_NIC_RX_PACKETS_RATE);
}

struct value derive_tx_packets(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return net_or_nics(e, R_NET_TX_PACKETS, M_NIC_TX_PACKETS_RATE);
}

struct value derive_net_drops(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return net_or_nics(e, R_NET_DROPS, M_NIC_DROPS);
}

/* ---- jobs ---- */

struct value derive_job(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return value_progress(entity_reading(e, R_JOB_DONE_BYTES), entity_reading(e, R_JOB_LEFT_BYTES));
}
