#include "model/derive.h"

#include <math.h>

static struct value absent(enum reason why)
{
    return (struct value){.number = (double)NAN, .reason = why, .facet = FACET_NONE};
}

static struct value known(double number, enum facet f)
{
    return (struct value){.number = number, .reason = REASON_OK, .facet = f};
}

static bool ok(struct value v)
{
    return v.reason == REASON_OK;
}

/* Which absence says more. "Not read" is what an entity without that facet answers. */
static struct value either(struct value a, struct value b)
{
    if (ok(a))
        return a;
    if (ok(b))
        return b;
    return a.reason == REASON_NOT_READ ? b : a;
}

static struct value scaled(struct value v, double scale)
{
    if (ok(v))
        v.number *= scale;
    return v;
}

static struct value first_of(const struct entity *e, double scale, const enum reading *from)
{
    struct value v = entity_reading(e, from[0]);

    for (int i = 1; from[i] != R_NONE && !ok(v); i++)
        v = either(v, entity_reading(e, from[i]));
    return scaled(v, scale);
}

/* A number of the entity itself that is derived already (rows of metrics.def that stand before). */
static struct value own(const struct entity *e, enum metric m)
{
    return entity_value(e, m);
}

static struct value ratio(struct value a, struct value b, double scale, enum reason if_zero)
{
    if (!ok(a))
        return a;
    if (!ok(b))
        return b;
    if (!(b.number > 0))
        return absent(if_zero);
    return known(a.number / b.number * scale, a.facet);
}

/* a + b, known when both are. */
static struct value both(struct value a, struct value b)
{
    if (!ok(a))
        return a;
    return ok(b) ? known(a.number + b.number, a.facet) : b;
}

/* a + b, where an unknown b counts for nothing. */
static struct value plus(struct value a, struct value b)
{
    if (ok(a) && ok(b))
        a.number += b.number;
    return a;
}

static struct value minus_clamped(struct value a, struct value b)
{
    if (!ok(a))
        return a;
    if (!ok(b))
        return b;
    return known(fmax(0, a.number - b.number), a.facet);
}

static bool is_vm(const struct entity *e)
{
    return entity_class(e) == CLASS_VM;
}

/* Σ of one metric over the parts of one kind; known when at least one part is. */
static struct value sum_parts(const struct entity *e, enum kind kind, enum metric m,
                              enum reason if_none)
{
    struct value sum = absent(if_none);

    for (struct entity *p = NULL; (p = entity_next_part(e, kind, p));) {
        struct value v = entity_value(p, m);
        if (ok(sum) && ok(v))
            sum.number += v.number;
        else if (!ok(sum))
            sum = v;
    }
    return sum;
}

/* Requests of one sort: the time they took, and how many there were. */
struct timed {
    enum reading time, count;
};

/* Mean time of all requests of all disks. A disk counts where both of its numbers are known. */
static struct value mean_time(const struct entity *e, const struct timed *sorts, size_t n,
                              double scale, enum reason if_none)
{
    struct value time = absent(if_none), count = absent(if_none);

    for (struct entity *p = NULL; (p = entity_next_part(e, KIND_DISK, p));) {
        for (size_t i = 0; i < n; i++) {
            struct value t = entity_reading(p, sorts[i].time);
            struct value c = entity_reading(p, sorts[i].count);
            if (!ok(time) && (!ok(t) || !ok(c))) {
                time = ok(t) ? c : t;
            } else if (ok(t) && ok(c)) {
                time = plus(t, time);
                count = plus(c, count);
            }
        }
    }
    return ok(time) ? ratio(time, count, scale, REASON_NO_REQUESTS) : time;
}

/* ---- host: CPU ----
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
    t.guest = plus(f[GUEST], f[GUEST_NICE]);
    t.iowait = f[IOWAIT];
    t.idle = plus(f[IDLE], f[IOWAIT]);
    t.steal = f[STEAL];
    /* guest is inside user and nice: adding the fields up counts it once */
    t.busy = both(both(f[USER], f[NICE]), f[SYSTEM]);
    t.busy = plus(plus(t.busy, f[IRQ]), f[SOFTIRQ]);
    t.all = plus(both(t.busy, t.idle), t.steal);
    return t;
}

static struct cpu_time host_time(const struct entity *e)
{
    return cpu_time_of(e, R_HOST_USER_NS);
}

static struct cpu_time one_cpu_time(const struct entity *e)
{
    return cpu_time_of(e, R_CPU_USER_NS);
}

#define UNUSED_CONTEXT (void)context

/* percent of all CPUs */
struct value derive_host_busy(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    struct cpu_time t = host_time(e);
    return ratio(t.busy, t.all, 100, REASON_NO_BASELINE);
}

struct value derive_host_steal(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    struct cpu_time t = host_time(e);
    return ratio(t.steal, t.all, 100, REASON_NO_BASELINE);
}

struct value derive_host_idle(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    struct cpu_time t = host_time(e);
    return ratio(t.idle, t.all, 100, REASON_NO_BASELINE);
}

static struct value ledger_value(const struct ledger_sum *sum)
{
    if (!sum->known && sum->members)
        return absent(sum->missing);
    return known(sum->total, FACET_HOST);
}

/* percent of all CPUs, from percent of one. What the guests' own accounts add up to can be more
 * than the host's account of the same time: the two are read some milliseconds apart, and the
 * host's is sampled by the tick. The ledger divides the host's, so all guests give way in
 * proportion. */
static struct value share_of_host(const struct entity *e, const struct ledger_sum *sum,
                                  const struct derive_context *context)
{
    struct value cpus = entity_reading(e, R_HOST_CPUS_ONLINE);
    struct value busy = own(e, M_HOST_CPU);
    struct value share = ratio(ledger_value(sum), cpus, 1, REASON_NOT_READ);
    double guests = context->vm_cpu.total + context->container_cpu.total;

    if (ok(share) && ok(busy) && guests > busy.number * cpus.number)
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
    UNUSED_CONTEXT;
    struct value guests = plus(known(0, FACET_HOST), own(e, M_HOST_CPU_VM));
    guests = plus(guests, own(e, M_HOST_CPU_CONTAINER));
    return minus_clamped(own(e, M_HOST_CPU), guests);
}

struct value derive_cpu_busy(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    struct cpu_time t = one_cpu_time(e);
    return ratio(t.busy, t.all, 100, REASON_NO_BASELINE);
}

struct value derive_cpu_in_guest(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    struct cpu_time t = one_cpu_time(e);
    return ratio(t.guest, t.all, 100, REASON_NO_BASELINE);
}

struct value derive_cpu_steal(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    struct cpu_time t = one_cpu_time(e);
    return ratio(t.steal, t.all, 100, REASON_NO_BASELINE);
}

struct value derive_cpu_iowait(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    struct cpu_time t = one_cpu_time(e);
    return ratio(t.iowait, t.all, 100, REASON_NO_BASELINE);
}

/* ---- host: memory, bytes, from /proc/meminfo ---- */

struct value derive_host_mem_used(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return minus_clamped(entity_reading(e, R_HOST_MEM_TOTAL_BYTES),
                         entity_reading(e, R_HOST_MEM_AVAILABLE_BYTES));
}

struct value derive_host_mem_cached(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    struct value cache =
        plus(entity_reading(e, R_HOST_CACHED_BYTES), entity_reading(e, R_HOST_BUFFERS_BYTES));
    cache = plus(cache, entity_reading(e, R_HOST_SLAB_RECLAIMABLE_BYTES));
    return minus_clamped(cache, entity_reading(e, R_HOST_SHMEM_BYTES));
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
    UNUSED_CONTEXT;
    struct value guests = plus(known(0, FACET_HOST), own(e, M_HOST_MEM_VM));
    guests = plus(guests, own(e, M_HOST_MEM_CONTAINER));
    return minus_clamped(own(e, M_HOST_MEM_USED), guests);
}

struct value derive_host_swap_used(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return minus_clamped(entity_reading(e, R_HOST_SWAP_TOTAL_BYTES),
                         entity_reading(e, R_HOST_SWAP_FREE_BYTES));
}

/* ---- host: disks and uplinks; the host collector gives whole disks and uplinks only ---- */

struct value derive_host_disk_read(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return sum_parts(e, KIND_DISK, M_DISK_READ, REASON_NO_FILE);
}

struct value derive_host_disk_write(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return sum_parts(e, KIND_DISK, M_DISK_WRITE, REASON_NO_FILE);
}

/* ms per request: Δ(read ms + write ms) / Δrequests */
struct value derive_host_disk_latency(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    static const struct timed requests[] = {{R_HOSTDISK_READ_MS, R_HOSTDISK_READ_OPS},
                                            {R_HOSTDISK_WRITE_MS, R_HOSTDISK_WRITE_OPS}};
    return mean_time(e, requests, G_N_ELEMENTS(requests), 1, REASON_NO_FILE);
}

struct value derive_host_net_rx(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return sum_parts(e, KIND_NIC, M_NIC_RX, REASON_NO_NETWORK);
}

struct value derive_host_net_tx(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return sum_parts(e, KIND_NIC, M_NIC_TX, REASON_NO_NETWORK);
}

/* ---- host: what runs on it ---- */

struct value derive_host_vms(const struct entity *e, const struct derive_context *context)
{
    (void)e;
    return known(context->vms, FACET_HOST);
}

struct value derive_host_vms_paused(const struct entity *e, const struct derive_context *context)
{
    (void)e;
    return known(context->vms_paused, FACET_HOST);
}

struct value derive_host_containers(const struct entity *e, const struct derive_context *context)
{
    (void)e;
    return known(context->containers, FACET_HOST);
}

struct value derive_host_overcommit(const struct entity *e, const struct derive_context *context)
{
    return ratio(known(context->vcpus, FACET_HOST), entity_reading(e, R_HOST_CPUS_ONLINE), 1,
                 REASON_NOT_READ);
}

/* ---- guests: CPU ---- */

/* cores: vCPUs of a VM; smallest quota, cpuset and online CPUs of a container */
struct value derive_cpu_cores(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    static const enum reading vcpus[] = {R_DOM_VCPUS, R_PROC_VCPUS, R_NONE};
    static const enum reading limit[] = {R_CG_CPU_LIMIT_MILLI, R_NONE};

    return is_vm(e) ? first_of(e, 1, vcpus) : first_of(e, 0.001, limit);
}

struct value derive_cpu_limit(const struct entity *e, const struct derive_context *context)
{
    return ratio(own(e, M_CPU), derive_cpu_cores(e, context), 1, REASON_NO_LIMIT);
}

/* percent of one core. The kernel counts guest code as user time of the VM's process (under TCG it
 * is ordinary user code); what cgroups say differs between kernels, so a VM is split by /proc. */
struct value derive_cpu_user(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    struct value user = entity_reading(e, is_vm(e) ? R_PROC_USER_TICKS_NS : R_CG_USER_NS);
    struct value guest = entity_reading(e, R_PROC_GUEST_TICKS_NS);

    if (is_vm(e) && guest.reason != REASON_EMULATED)
        user = minus_clamped(user, guest);
    return scaled(user, 1e-7);
}

struct value derive_cpu_system(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return scaled(entity_reading(e, is_vm(e) ? R_PROC_SYSTEM_TICKS_NS : R_CG_SYSTEM_NS), 1e-7);
}

/* percent of one core */
struct value derive_cpu_guest(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return scaled(entity_reading(e, R_PROC_GUEST_TICKS_NS), 1e-7);
}

/* percent: guest time / all CPU time, both tick sampled over the same window of at least 10 s */
struct value derive_efficiency(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    struct value all =
        both(entity_reading(e, R_PROC_USER_TICKS_NS), entity_reading(e, R_PROC_SYSTEM_TICKS_NS));
    return ratio(entity_reading(e, R_PROC_GUEST_TICKS_NS), all, 100, REASON_IDLE);
}

/* percent of one vCPU, mean over vCPUs: Δrun delay / Δt / vCPUs (schedstat field 2) */
struct value derive_ready(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    static const enum reading vcpus[] = {R_PROC_VCPUS, R_DOM_VCPUS, R_NONE};
    static const enum reading delay[] = {R_PROC_VCPU_DELAY_NS, R_MON_VCPU_DELAY_NS, R_NONE};

    return ratio(first_of(e, 1e-7, delay), first_of(e, 1, vcpus), 1, REASON_NOT_READ);
}

struct value derive_ready_max(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    struct value max =
        absent(own(e, M_READY).reason == REASON_OK ? REASON_NOT_READ : own(e, M_READY).reason);

    for (struct entity *p = NULL; (p = entity_next_part(e, KIND_VCPU, p));) {
        struct value v = entity_value(p, M_VCPU_READY);
        if (ok(v) && (!ok(max) || v.number > max.number))
            max = v;
    }
    return max;
}

/* percent of quota periods: Δnr_throttled / Δnr_periods (cpu.stat). No period elapses while nothing
 * runs: that is no answer, not "never throttled". */
struct value derive_throttled(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return ratio(entity_reading(e, R_CG_THROTTLED), entity_reading(e, R_CG_PERIODS), 100,
                 REASON_IDLE);
}

/* ms per second, summed over CPUs */
struct value derive_throttled_ms(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return scaled(entity_reading(e, R_CG_THROTTLED_NS), 1e-6);
}

/* ---- guests: memory, bytes ---- */

/* VM: VmRSS + HugetlbPages + VmSwap of its process. Container: usage - inactive_file. */
struct value derive_memory(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    struct value group = minus_clamped(entity_reading(e, R_CG_MEM_USAGE_BYTES),
                                       entity_reading(e, R_CG_MEM_INACTIVE_FILE_BYTES));
    if (!is_vm(e))
        return group;
    struct value process =
        plus(entity_reading(e, R_PROC_RSS_BYTES), entity_reading(e, R_PROC_HUGETLB_BYTES));
    process = plus(process, entity_reading(e, R_PROC_SWAP_BYTES));
    return either(either(process, entity_reading(e, R_MON_RSS_BYTES)), group);
}

struct value derive_memory_limit(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    static const enum reading given[] = {R_MON_BALLOON_BYTES, R_DOM_MEM_BYTES, R_PROC_GIVEN_BYTES,
                                         R_NONE};

    return is_vm(e) ? first_of(e, 1, given) : entity_reading(e, R_CG_MEM_LIMIT_BYTES);
}

/* Without a limit of its own a container may use what the host has. */
struct value derive_memory_percent(const struct entity *e, const struct derive_context *context)
{
    struct value limit = own(e, M_MEM_LIMIT);

    if (limit.reason == REASON_NO_LIMIT && context->host)
        limit = entity_reading(context->host, R_HOST_MEM_TOTAL_BYTES);
    return ratio(own(e, M_MEM), limit, 100, REASON_NO_LIMIT);
}

/* available - usable, as the balloon driver last reported */
struct value derive_memory_used(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return minus_clamped(entity_reading(e, R_MON_AVAILABLE_BYTES),
                         entity_reading(e, R_MON_USABLE_BYTES));
}

struct value derive_balloon(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    static const enum reading max[] = {R_MON_BALLOON_MAX_BYTES, R_DOM_MEM_MAX_BYTES, R_NONE};
    static const enum reading now[] = {R_MON_BALLOON_BYTES, R_DOM_MEM_BYTES, R_NONE};

    return minus_clamped(first_of(e, 1, max), first_of(e, 1, now));
}

/* ---- guests: disk ---- */

/* Why there is nothing to add up of a guest that has no such part: COUNT says how many it has. */
static enum reason why_none(const struct entity *e, enum reading count, enum reason if_zero)
{
    struct value v = entity_reading(e, count);

    return ok(v) ? if_zero : v.reason;
}

static enum reason why_no_disk(const struct entity *e)
{
    return why_none(e, R_MON_DISKS, REASON_NO_DISK);
}

/* A VM's own view (its disks) says more than its cgroup, which only sees what reaches the host's
 * devices. */
static struct value disk_or_group(const struct entity *e, enum metric disk, enum reading group)
{
    struct value v = entity_reading(e, group);

    if (!is_vm(e))
        return v;
    return either(sum_parts(e, KIND_DISK, disk, why_no_disk(e)), v);
}

struct value derive_read_bytes(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return disk_or_group(e, M_DISK_READ, R_CG_IO_READ_BYTES);
}

struct value derive_write_bytes(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return disk_or_group(e, M_DISK_WRITE, R_CG_IO_WRITE_BYTES);
}

struct value derive_read_ops(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return disk_or_group(e, M_DISK_READ_OPS_RATE, R_CG_IO_READ_OPS);
}

struct value derive_write_ops(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return disk_or_group(e, M_DISK_WRITE_OPS_RATE, R_CG_IO_WRITE_OPS);
}

/* ms per request over all disks of the guest: Δtime (ns) / Δrequests */
static const struct timed GUEST_REQUESTS[] = {{R_DISK_READ_NS, R_DISK_READ_OPS},
                                              {R_DISK_WRITE_NS, R_DISK_WRITE_OPS},
                                              {R_DISK_FLUSH_NS, R_DISK_FLUSH_OPS}};

struct value derive_read_latency(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return mean_time(e, &GUEST_REQUESTS[0], 1, 1e-6, why_no_disk(e));
}

struct value derive_write_latency(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return mean_time(e, &GUEST_REQUESTS[1], 1, 1e-6, why_no_disk(e));
}

struct value derive_latency(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return mean_time(e, GUEST_REQUESTS, G_N_ELEMENTS(GUEST_REQUESTS), 1e-6, why_no_disk(e));
}

static struct value disk_latency(const struct entity *e, enum reading ns, enum reading ops,
                                 enum reading host_ms, enum reading host_ops)
{
    if (entity_track(e, FACET_HOST_DISK))
        return ratio(entity_reading(e, host_ms), entity_reading(e, host_ops), 1,
                     REASON_NO_REQUESTS);
    return ratio(entity_reading(e, ns), entity_reading(e, ops), 1e-6, REASON_NO_REQUESTS);
}

struct value derive_disk_read_latency(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return disk_latency(e, R_DISK_READ_NS, R_DISK_READ_OPS, R_HOSTDISK_READ_MS,
                        R_HOSTDISK_READ_OPS);
}

struct value derive_disk_write_latency(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return disk_latency(e, R_DISK_WRITE_NS, R_DISK_WRITE_OPS, R_HOSTDISK_WRITE_MS,
                        R_HOSTDISK_WRITE_OPS);
}

struct value derive_disk_flush_latency(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return ratio(entity_reading(e, R_DISK_FLUSH_NS), entity_reading(e, R_DISK_FLUSH_OPS), 1e-6,
                 REASON_NO_REQUESTS);
}

/* requests in flight, mean: Δtime in requests / Δt */
struct value derive_disk_queue(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    struct value time = both(entity_reading(e, R_DISK_READ_NS), entity_reading(e, R_DISK_WRITE_NS));

    time = plus(time, entity_reading(e, R_DISK_FLUSH_NS));
    return either(scaled(entity_reading(e, R_HOSTDISK_QUEUE_MS), 1e-3), scaled(time, 1e-9));
}

/* ---- guests: network ---- */

static struct value net_or_nics(const struct entity *e, enum reading net, enum metric nic)
{
    return either(entity_reading(e, net),
                  sum_parts(e, KIND_NIC, nic, why_none(e, R_DOM_NICS, REASON_NO_NETWORK)));
}

struct value derive_rx_bytes(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return net_or_nics(e, R_NET_RX_BYTES, M_NIC_RX);
}

struct value derive_tx_bytes(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return net_or_nics(e, R_NET_TX_BYTES, M_NIC_TX);
}

struct value derive_rx_packets(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return net_or_nics(e, R_NET_RX_PACKETS, M_NIC_RX_PACKETS_RATE);
}

struct value derive_tx_packets(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return net_or_nics(e, R_NET_TX_PACKETS, M_NIC_TX_PACKETS_RATE);
}

struct value derive_net_drops(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return net_or_nics(e, R_NET_DROPS, M_NIC_DROPS);
}

static struct value both_ways(const struct entity *e, const enum reading rx[],
                              const enum reading tx[])
{
    return plus(first_of(e, 1, rx), first_of(e, 1, tx));
}

struct value derive_nic_drops(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    static const enum reading rx[] = {R_NIC_RX_DROPS, R_DOMNIC_RX_DROPS, R_HOSTNIC_RX_DROPS,
                                      R_NONE};
    static const enum reading tx[] = {R_NIC_TX_DROPS, R_DOMNIC_TX_DROPS, R_HOSTNIC_TX_DROPS,
                                      R_NONE};
    return both_ways(e, rx, tx);
}

struct value derive_nic_errors(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    static const enum reading rx[] = {R_NIC_RX_ERRORS, R_DOMNIC_RX_ERRORS, R_HOSTNIC_RX_ERRORS,
                                      R_NONE};
    static const enum reading tx[] = {R_NIC_TX_ERRORS, R_DOMNIC_TX_ERRORS, R_HOSTNIC_TX_ERRORS,
                                      R_NONE};
    return both_ways(e, rx, tx);
}

/* ---- guests: what is done to them ---- */

/* percent of the bytes there are to copy; a migration that starts over moves back */
static struct value progress(const struct entity *e, enum reading done, enum reading left)
{
    struct value copied = entity_reading(e, done);

    return ratio(copied, plus(copied, entity_reading(e, left)), 100, REASON_NO_JOB);
}

struct value derive_job(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return progress(e, R_MON_JOB_DONE_BYTES, R_MON_JOB_LEFT_BYTES);
}

struct value derive_disk_job(const struct entity *e, const struct derive_context *context)
{
    UNUSED_CONTEXT;
    return progress(e, R_DISK_JOB_DONE_BYTES, R_DISK_JOB_LEFT_BYTES);
}

/* ---- all metrics of an entity ---- */

static struct value derive_one(const struct entity *e, const struct metric_info *info,
                               const struct derive_context *context)
{
    struct value v;

    if (e->kind == KIND_GUEST && !(info->classes & entity_class(e)))
        return absent(REASON_NOT_APPLICABLE);
    v = info->derive ? info->derive(e, context) : first_of(e, info->scale, info->from);
    /* A cell that only libvirt could fill, of a VM that libvirt was not asked about. */
    if (v.reason == REASON_NOT_READ && e->kind == KIND_GUEST && is_vm(e) &&
        !entity_track(e, FACET_DOMAIN) && info->needs & (NEED_BALLOON | NEED_IO | NEED_EXITS))
        v.reason = REASON_NO_LIBVIRT;
    return v;
}

void derive_entity(struct entity *e, const struct derive_context *context)
{
    for (enum metric m = metric_begin(e->kind); m < metric_end(e->kind); m++) {
        size_t i = (size_t)(m - metric_begin(e->kind));
        if (!metric_is_number(m))
            continue;
        struct value v = derive_one(e, metric_info(m), context);
        e->numbers[i] = ok(v) ? v.number : (double)NAN;
        e->reasons[i] = (uint8_t)v.reason;
        e->facets[i] = (uint8_t)v.facet;
    }
}

static void ledger_add(struct ledger_sum *sum, struct value v)
{
    if (!sum->known && !ok(v) && (!sum->members || sum->missing == REASON_NOT_READ))
        sum->missing = v.reason;
    sum->members++;
    if (!ok(v))
        return;
    sum->known++;
    sum->total += v.number;
}

/* Whether what it uses is part of what a guest around it uses. A service is not in the ledger: it
 * is the host's own work, but a container in it is not. */
static bool is_counted_already(const struct entity *guest)
{
    for (const struct entity *outer = guest->outer; outer; outer = outer->outer)
        if (!outer->gone_ns && entity_class(outer) != CLASS_SERVICE)
            return true;
    return false;
}

static void count_usage(struct derive_context *context, const struct entity *guest, bool vm)
{
    struct value memory = own(guest, M_MEM);

    /* Memory in swap is not in RAM, which the ledger divides. */
    if (vm && ok(memory) && ok(entity_reading(guest, R_PROC_SWAP_BYTES)))
        memory = minus_clamped(memory, entity_reading(guest, R_PROC_SWAP_BYTES));
    ledger_add(vm ? &context->vm_cpu : &context->container_cpu, own(guest, M_CPU));
    ledger_add(vm ? &context->vm_memory : &context->container_memory, memory);
}

void derive_count(struct derive_context *context, const struct entity *guest)
{
    enum guest_class class = entity_class(guest);

    if (guest->gone_ns || class == CLASS_SERVICE || entity_is_remote(guest))
        return;
    if (class == CLASS_VM) {
        struct value vcpus = own(guest, M_VCPUS);
        context->vms++;
        context->vms_paused += entity_state(guest) == STATE_PAUSED;
        context->vcpus += ok(vcpus) ? vcpus.number : 0;
    } else {
        context->containers++;
    }
    if (!is_counted_already(guest))
        count_usage(context, guest, class == CLASS_VM);
}
