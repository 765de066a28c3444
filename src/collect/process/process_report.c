/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/clock_read.h"
#include "base/parse.h"
#include "collect/process/process_machine.h"
#include "collect/viewpoint.h"

#include <errno.h>
#include <stdio.h>

/* ---- records: the process ---- */

static void record_times(const struct machine *m, struct record *r)
{
    const struct process_threads *t = &m->threads;

    if (t->accounted && (t->clocked || !t->cut))
        record_set(r, R_PROC_RUN_NS, t->all.run_ns);
    else
        record_set(r, R_PROC_RUN_NS, m->now.user_ns + m->now.system_ns);
    if (machine_lacks_vcpus(m)) {
        record_all_absent(r, R_PROC_VCPU_RUN_NS, R_PROC_VCPU_DELAY_NS, REASON_NO_THREAD_NAMES);
        if (machine_vcpus(m))
            record_set(r, R_PROC_VCPUS, machine_vcpus(m));
        else
            record_absent(r, R_PROC_VCPUS, REASON_NO_THREAD_NAMES);
        return;
    }
    record_set(r, R_PROC_VCPUS, t->single ? MAX(machine_vcpus(m), 1) : t->vcpus);
    if (t->accounted) {
        record_set(r, R_PROC_VCPU_RUN_NS, t->vcpu.run_ns);
        record_set(r, R_PROC_VCPU_DELAY_NS, t->vcpu.delay_ns);
    } else {
        record_all_absent(r, R_PROC_VCPU_RUN_NS, R_PROC_VCPU_DELAY_NS, REASON_SCHEDSTAT_OFF);
    }
}

static void record_stat(const struct machine *m, struct record *r)
{
    const struct procfs_stat *s = &m->now;

    record_set(r, R_PROC_USER_TICKS_NS, s->user_ns);
    record_set(r, R_PROC_SYSTEM_TICKS_NS, s->system_ns);
    if (machine_accel(m) == ACCEL_TCG)
        record_absent(r, R_PROC_GUEST_TICKS_NS, REASON_EMULATED);
    else if (s->guest_ns)
        record_set(r, R_PROC_GUEST_TICKS_NS, s->guest_ns);
    else /* a guest that boots has some: this kernel does not account guest time */
        record_absent(r, R_PROC_GUEST_TICKS_NS, REASON_NO_FILE);
    record_set(r, R_PROC_MAJOR_FAULTS, s->major_faults);
    record_set(r, R_PROC_THREADS, s->threads);
    record_set(r, R_PROC_START_HUNDREDTHS, procfs_start_hundredths(s->start_time));
    record_set(r, R_PROC_STOPPED, s->state == 'T' || s->state == 't');
}

/* Reading status costs ten times as much as statm. Memory that is swapped out or in changes the
 * resident set in statm; huge pages do not. */
#define MEMORY_NS (10 * CLOCK_NS_PER_S)

static bool has_memory_changed(struct machine *m, struct kept_budget *b)
{
    uint64_t resident, before = m->resident_pages;
    char path[32];

    snprintf(path, sizeof(path), "/proc/%d/statm", (int)m->pid);
    ssize_t n = kept_read(b, &m->statm, path, FILE_WHOLE);
    const char *text = b->buffer.text;
    bool known = n > 0 && parse_u64(&text, &resident) && parse_u64(&text, &resident);
    m->resident_pages = known ? resident : 0;
    return !known || resident != before;
}

static bool read_memory(struct machine *m, struct kept_budget *b)
{
    char path[32];

    snprintf(path, sizeof(path), "/proc/%d/status", (int)m->pid);
    ssize_t n = kept_read(b, &m->status, path, FILE_WHOLE);
    m->memory_due = n < 0 ? 0 : clock_mono_ns() + MEMORY_NS;
    procfs_parse_status(b->buffer.text, &m->memory);
    return n >= 0;
}

static void record_memory(struct machine *m, struct record *r, struct kept_budget *b)
{
    static const enum reading readings[STATUS_FIELDS] = {[STATUS_RSS] = R_PROC_RSS_BYTES,
                                                         [STATUS_HUGETLB] = R_PROC_HUGETLB_BYTES,
                                                         [STATUS_SWAP] = R_PROC_SWAP_BYTES};

    bool due = has_memory_changed(m, b) || clock_mono_ns() >= m->memory_due;
    if (due && !read_memory(m, b))
        return;
    for (int i = 0; i < STATUS_FIELDS; i++) {
        if (m->memory.known[i])
            record_set(r, readings[i], m->memory.bytes[i]);
        else
            record_absent(r, readings[i], REASON_NO_FILE);
    }
}

static bool is_denied(int error)
{
    return error == -EACCES || error == -EPERM;
}

/* The machine of KVM is found by its descriptors. */
static void record_exits(struct machine *m, bool wanted, struct kept_budget *b, struct record *r)
{
    if (!wanted)
        process_kvm_close(&m->kvm, b);
    else if (machine_accel(m) == ACCEL_TCG)
        record_all_absent(r, R_PROC_EXITS, R_PROC_HALTPOLL_NS, REASON_NO_KVM);
    else if (is_denied(m->fds_error))
        record_all_absent(r, R_PROC_EXITS, R_PROC_HALTPOLL_NS, REASON_DENIED);
    else
        process_kvm_read(&m->kvm, m->pid, &m->fds, b, r);
}

static void record_process(struct machine *m, const struct machine_round *round, bool focus,
                           struct sample *out)
{
    struct record *r = sample_add(out, FACET_PROCESS, m->ident);
    unsigned needs = round->demand->needs;
    struct kept_budget *b = round->budget;

    record_times(m, r);
    record_stat(m, r);
    if (needs & NEED_MEM)
        record_memory(m, r, b);
    record_exits(m, focus || needs & NEED_EXITS, b, r);
    if (focus && needs & NEED_PARTS)
        process_numa_report(&m->numa, round->numa, &m->threads, m->ident, b, r, out);
    else
        record_absent(r, R_PROC_NODES, REASON_NOT_LOOKED_AT);
    if (m->args.memory_bytes)
        record_set(r, R_PROC_GIVEN_BYTES, m->args.memory_bytes);
    r->read_ns = clock_mono_ns();
}

/* ---- records: its network ---- */

/* What the host receives on a tap, the guest has sent. */
static void record_nic(const struct netdev *d, struct ident *ident, int64_t read_ns,
                       struct sample *out)
{
    struct netdev guest = netdev_other_end(d);
    struct record *r = sample_add(out, FACET_GUEST_NIC, ident);

    r->read_ns = read_ns;
    netdev_record(&guest, R_NIC_RX_BYTES, r);
}

/* Names of interfaces are used again in each network. */
static bool is_apart(struct machine *m, struct kept_budget *b)
{
    if (!m->placed)
        m->apart = viewpoint_has_own_network(b->viewpoint, b->root, m->pid);
    m->placed = true;
    return m->apart;
}

/* The table that has its interfaces: the host's, or (Kata, KubeVirt) that of its own namespace. An
 * interface of the host may belong to a machine in another namespace only when that namespace does
 * not have the name. */
static const struct netdev_table *interfaces_of(struct machine *m, const struct netdev_table *host,
                                                struct kept_budget *b)
{
    const char *first = g_ptr_array_index(m->fds.taps, 0);
    char path[32];

    if (!m->elsewhere && !is_apart(m, b) && netdev_find(host, first))
        return host;
    snprintf(path, sizeof(path), "/proc/%d/net/dev", (int)m->pid);
    if (kept_read(b, &m->netdev, path, FILE_PAGED) > 0)
        netdev_fill(&m->own_netdev, b->buffer.text);
    m->elsewhere = netdev_find(&m->own_netdev, first);
    return m->elsewhere || !netdev_find(host, first) ? &m->own_netdev : host;
}

static enum reason why_no_network(const struct machine *m)
{
    if (m->fds_error)
        return is_denied(m->fds_error) ? REASON_DENIED : REASON_NO_FILE;
    return m->args.network  ? REASON_USER_NETWORK
           : m->passed_nics ? REASON_PASSED_THROUGH
                            : REASON_NO_NETWORK;
}

static void record_network(struct machine *m, const struct netdev_table *host, int64_t read_ns,
                           struct kept_budget *b, struct sample *out)
{
    struct record *r = sample_add(out, FACET_NET, m->ident);
    uint64_t sum[R_NET_END - R_NET_BEGIN] = {0};
    bool any = false;

    r->read_ns = read_ns;
    const struct netdev_table *table = m->fds.taps->len ? interfaces_of(m, host, b) : NULL;
    for (guint i = 0; i < m->fds.taps->len; i++) {
        const struct netdev *d = netdev_find(table, g_ptr_array_index(m->fds.taps, i));
        if (!d)
            continue;
        any = true;
        sum[R_NET_RX_BYTES - R_NET_BEGIN] += d->tx_bytes;
        sum[R_NET_RX_PACKETS - R_NET_BEGIN] += d->tx_packets;
        sum[R_NET_TX_BYTES - R_NET_BEGIN] += d->rx_bytes;
        sum[R_NET_TX_PACKETS - R_NET_BEGIN] += d->rx_packets;
        sum[R_NET_DROPS - R_NET_BEGIN] += d->rx_drops + d->tx_drops;
        sum[R_NET_ERRORS - R_NET_BEGIN] += d->rx_errors + d->tx_errors;
        record_nic(d, g_ptr_array_index(m->nics, i), read_ns, out);
    }
    if (!any)
        record_all_absent(r, R_NET_BEGIN, R_NET_LAST, why_no_network(m));
    for (enum reading i = R_NET_BEGIN; any && i < R_NET_END; i++)
        record_set(r, i, sum[i - R_NET_BEGIN]);
    record_set(r, R_NET_UNCOUNTED, m->passed_nics);
}

/* ---- records: its threads ---- */

static struct ident *thread_ident(const struct machine *m, enum kind kind, const char *prefix,
                                  int number)
{
    char *key = g_strdup_printf("%s:%d", prefix, number);
    struct ident *ident = ident_new(kind, GUEST_NONE, key);

    ident->owner = m->ident->serial;
    g_free(key);
    return ident;
}

static void record_place(const struct process_thread *thread, const struct numa_host *numa,
                         struct record *r)
{
    unsigned node = numa_host_node(numa, thread->last_cpu);

    record_set(r, R_VCPU_LAST_CPU, thread->last_cpu);
    if (node < NUMA_NODES_MAX)
        record_set(r, R_VCPU_LAST_NODE, node);
    else
        record_absent(r, R_VCPU_LAST_NODE, REASON_NO_FILE);
}

static void record_vcpu(struct machine *m, struct process_thread *thread, bool focus,
                        const struct numa_host *numa, struct sample *out)
{
    if (!thread->vcpu) {
        char number[16];
        snprintf(number, sizeof(number), "%d", thread->index);
        thread->vcpu = thread_ident(m, KIND_VCPU, "vcpu", thread->index);
        thread->vcpu->pid = thread->tid;
        ident_set(&thread->vcpu->name, number);
    }
    struct record *r = sample_add(out, FACET_VCPU_THREAD, thread->vcpu);
    r->read_ns = thread->read_ns;
    if (m->threads.accounted) {
        record_set(r, R_VCPU_RUN_NS, thread->time.run_ns);
        record_set(r, R_VCPU_DELAY_NS, thread->time.delay_ns);
    } else {
        record_all_absent(r, R_VCPU_RUN_NS, R_VCPU_DELAY_NS, REASON_SCHEDSTAT_OFF);
    }
    if (focus)
        record_place(thread, numa, r);
}

static void name_task(struct process_thread *thread)
{
    static const char *const roles[] = {[THREAD_EMULATOR] = "emulator",
                                        [THREAD_IOTHREAD] = "iothread",
                                        [THREAD_VHOST] = "vhost",
                                        [THREAD_WORKER] = "worker",
                                        [THREAD_OTHER] = "thread"};
    char name[64];

    if (thread->role == THREAD_VCPU)
        snprintf(name, sizeof(name), "vCPU %d", thread->index);
    else
        snprintf(name, sizeof(name), "%s (%s)", roles[thread->role], thread->name);
    ident_set(&thread->task->name, name);
}

static void record_task(struct machine *m, struct process_thread *thread, struct sample *out)
{
    if (!thread->task) {
        thread->task = thread_ident(m, KIND_TASK, "task", (int)thread->tid);
        thread->task->pid = thread->tid;
        name_task(thread);
    }
    struct record *r = sample_add(out, FACET_TASK, thread->task);
    r->read_ns = thread->read_ns;
    if (m->threads.accounted) {
        record_set(r, R_TASK_RUN_NS, thread->time.run_ns);
        record_set(r, R_TASK_DELAY_NS, thread->time.delay_ns);
    } else {
        record_all_absent(r, R_TASK_RUN_NS, R_TASK_DELAY_NS, REASON_SCHEDSTAT_OFF);
    }
    record_set(r, R_TASK_LAST_CPU, thread->last_cpu);
    record_absent(r, R_TASK_RSS_BYTES, REASON_NOT_APPLICABLE); /* threads share their memory */
    record_absent(r, R_TASK_THREADS, REASON_NOT_APPLICABLE);
}

static void record_threads(struct machine *m, const struct machine_round *round, bool focus,
                           struct sample *out)
{
    unsigned needs = round->demand->needs;

    for (guint i = 0; i < m->threads.list->len; i++) {
        struct process_thread *thread = g_ptr_array_index(m->threads.list, i);
        if (!thread->read)
            continue;
        if (thread->role == THREAD_VCPU && (focus || needs & NEED_READY))
            record_vcpu(m, thread, focus, round->numa, out);
        if (focus && needs & NEED_PARTS)
            record_task(m, thread, out);
    }
}

void machine_report(struct machine *m, const struct machine_round *round, struct sample *out)
{
    bool focus = demand_has_focus(round->demand, m->ident) ||
                 demand_wants_parts(round->demand, m->ident);

    if (m->hidden) {
        struct record *r = sample_add(out, FACET_PROCESS, m->ident);
        record_all_absent(r, R_PROCESS_BEGIN, R_PROCESS_LAST, REASON_DENIED);
        r->read_ns = clock_mono_ns();
        return;
    }
    process_threads_read(&m->threads, focus, round->budget);
    record_process(m, round, focus, out);
    if (round->demand->needs & NEED_NET)
        record_network(m, round->interfaces, round->net_ns, round->budget, out);
    record_threads(m, round, focus, out);
}
