#include <config.h>

#include "collect/process.h"

#include "base/clock.h"
#include "base/parse.h"
#include "collect/container.h"
#include "collect/kept.h"
#include "collect/netdev.h"
#include "collect/process_fds.h"
#include "collect/process_scan.h"
#include "collect/process_threads.h"
#include "collect/procfs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* Slow tiers: which processes are machines; which threads they have; what they hold open. */
#define SCAN_NS (2 * CLOCK_NS_PER_S)
#define THREADS_NS (10 * CLOCK_NS_PER_S)
#define FDS_NS (60 * CLOCK_NS_PER_S)

struct machine {
    pid_t pid;
    uint64_t start_time;
    bool hidden;
    enum vmm vmm;
    struct process_args args;
    struct ident *ident;
    struct kept stat, status, netdev;
    struct procfs_stat now;
    struct process_threads threads;
    struct process_fds fds;
    int fds_error;
    GPtrArray *nics; /* struct ident *, one for each of fds.taps */
    bool grouped;    /* its control group is known */
    bool elsewhere;  /* its interfaces are in another network namespace */
    struct netdev_table own_netdev;
    int64_t threads_due, fds_due;
};

struct process {
    const struct root *root;
    struct process_scan *scan;
    struct kept_budget budget;
    GHashTable *machines; /* pid -> struct machine */
    struct kept netdev;
    struct netdev_table interfaces;
    int64_t scan_due;
};

/* ---- who it is ---- */

/* Proxmox keeps the name it shows in the guest's configuration, whose first part is the present;
 * "[...]" begins a snapshot. */
static char *proxmox_name(struct process *p, const char *id)
{
    char *path = g_strdup_printf("/etc/pve/qemu-server/%s.conf", id), *name = NULL;
    ssize_t n = file_read(p->root, path, &p->budget.buffer);

    g_free(path);
    for (const char *at = p->budget.buffer.text; n > 0 && !name && *at && *at != '[';
         at = parse_next_line(at)) {
        const char *value = at;
        if (!parse_word(&value, "name:"))
            continue;
        value = parse_blanks(value);
        name = g_strndup(value, strcspn(value, "\r\n"));
    }
    return name;
}

static void name_machine(struct process *p, struct machine *m, const char *program)
{
    char *name = m->args.id ? proxmox_name(p, m->args.id) : NULL;

    if (!name && m->args.name)
        name = g_strdup(m->args.name);
    if (!name)
        name = g_strdup_printf("%s:%d", program, (int)m->pid);
    ident_set(&m->ident->name, name);
    g_free(name);
    ident_set(&m->ident->id, m->args.uuid ? m->args.uuid : m->args.id);
}

static void join_group(struct machine *m, enum container_role role, const char *path)
{
    struct ident *next = ident_next_version(m->ident);

    if (role == CONTAINER_VM)
        ident_add_alias(next, "cgroup:", path);
    else
        next->outer = g_strconcat("cgroup:", path, NULL);
    ident_unref(m->ident);
    m->ident = next;
    m->grouped = true;
}

/* The control group the machine has to itself, if any: libvirt puts it there a moment after it
 * began. On a hybrid host the controllers' paths differ, and some lead to the root. In a group of
 * its own kind it meets the cgroup facet; inside a container it is that container's. */
static void find_group(struct process *p, struct machine *m)
{
    struct container where;
    char path[32];

    snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)m->pid);
    if (file_read(p->root, path, &p->budget.buffer) <= 0)
        return;
    for (char *line = p->budget.buffer.text; line && !m->grouped;) {
        char *next = strchr(line, '\n'), *group = strchr(line, ':');
        if (next)
            *next++ = '\0';
        group = group ? strchr(group + 1, ':') : NULL;
        enum container_role role = group ? container_classify(group + 1, &where) : CONTAINER_NONE;
        if (role == CONTAINER_VM || role == CONTAINER_GUEST) {
            group[1 + where.length] = '\0';
            join_group(m, role, group + 1);
        }
        line = next;
    }
}

static void add_machine(struct process *p, struct process_found *found)
{
    struct machine *m = g_new0(struct machine, 1);
    char *key = g_strdup_printf("pid:%d@%" G_GUINT64_FORMAT, (int)found->pid, found->start_time);

    m->pid = found->pid;
    m->start_time = found->start_time;
    m->hidden = found->hidden;
    m->vmm = found->vmm;
    m->args = found->args;
    found->args = (struct process_args){0};
    m->ident = ident_new(KIND_GUEST, GUEST_VM, key);
    m->ident->pid = m->pid;
    if (m->args.uuid)
        ident_add_alias(m->ident, "uuid:", m->args.uuid);
    name_machine(p, m, found->program);
    m->nics = g_ptr_array_new_with_free_func((GDestroyNotify)ident_unref);
    process_threads_init(&m->threads, m->pid);
    g_hash_table_insert(p->machines, GINT_TO_POINTER(m->pid), m);
    g_free(key);
}

static void drop_machine(struct process *p, struct machine *m)
{
    kept_close(&p->budget, &m->stat);
    kept_close(&p->budget, &m->status);
    kept_close(&p->budget, &m->netdev);
    process_threads_clear(&m->threads, &p->budget);
    process_fds_clear(&m->fds);
    netdev_clear(&m->own_netdev);
    g_ptr_array_free(m->nics, TRUE);
    process_args_clear(&m->args);
    ident_unref(m->ident);
    g_free(m);
}

static void discover(struct process *p, int64_t now)
{
    if (now < p->scan_due)
        return;
    p->scan_due = now + SCAN_NS;
    GPtrArray *found = process_scan_run(p->scan);
    for (guint i = 0; i < found->len; i++) {
        struct process_found *one = g_ptr_array_index(found, i);
        if (!one->vhost_of)
            add_machine(p, one);
    }
    /* A machine must be known before its helpers, and a lower number may be the helper's. */
    for (guint i = 0; i < found->len; i++) {
        struct process_found *one = g_ptr_array_index(found, i);
        struct machine *m = g_hash_table_lookup(p->machines, GINT_TO_POINTER(one->vhost_of));
        if (one->vhost_of && m)
            process_threads_add_vhost(&m->threads, one->pid);
    }
    g_ptr_array_free(found, TRUE);
}

/* ---- what it holds ---- */

static void rescan_fds(struct process *p, struct machine *m)
{
    process_fds_clear(&m->fds);
    m->fds_error = process_fds_scan(&m->fds, p->root, m->pid, &p->budget.buffer);
    g_ptr_array_set_size(m->nics, 0);
    for (guint i = 0; i < m->fds.taps->len; i++) {
        const char *tap = g_ptr_array_index(m->fds.taps, i);
        char *key = g_strconcat("nic:", tap, NULL);
        struct ident *nic = ident_new(KIND_NIC, GUEST_NONE, key);
        nic->owner = m->ident->serial;
        ident_set(&nic->name, tap);
        g_ptr_array_add(m->nics, nic);
        g_free(key);
    }
}

static bool wants_vcpus(const struct machine *m)
{
    unsigned wanted = m->fds.vcpus && m->fds.vcpus->len ? m->fds.vcpus->len : m->args.vcpus;

    return m->args.accel != ACCEL_TCG && m->threads.vcpus < MAX(wanted, 1);
}

/* Threads without names are searched again and again until all vCPUs have shown themselves. */
static void refresh_slow(struct process *p, struct machine *m, int64_t now)
{
    if (now >= m->fds_due) {
        bool first = !m->fds_due;
        rescan_fds(p, m);
        m->fds_due = now + (first ? SCAN_NS : FDS_NS);
    }
    if (now >= m->threads_due || m->now.threads != m->threads.own) {
        process_threads_list(&m->threads, &p->budget);
        if (wants_vcpus(m))
            process_threads_search(&m->threads, &m->fds, &p->budget);
        if (!m->grouped)
            find_group(p, m);
        m->threads_due = now + (wants_vcpus(m) ? SCAN_NS : THREADS_NS);
    }
}

/* ---- records: the process ---- */

static enum accel accel_of(const struct machine *m)
{
    return m->fds.kvm ? ACCEL_KVM : m->args.accel;
}

static void record_times(const struct machine *m, struct record *r)
{
    const struct process_threads *t = &m->threads;

    if (t->accounted) {
        record_set(r, R_PROC_RUN_NS, t->all.run_ns);
    } else {
        record_set(r, R_PROC_RUN_NS, m->now.user_ns + m->now.system_ns);
    }
    if (!t->vcpus) {
        record_all_absent(r, R_PROC_VCPU_RUN_NS, R_PROC_VCPU_DELAY_NS, REASON_NO_THREAD_NAMES);
        if (m->args.vcpus)
            record_set(r, R_PROC_VCPUS, m->args.vcpus);
        else
            record_absent(r, R_PROC_VCPUS, REASON_NO_THREAD_NAMES);
        return;
    }
    record_set(r, R_PROC_VCPUS, t->vcpus);
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
    if (accel_of(m) == ACCEL_TCG)
        record_absent(r, R_PROC_GUEST_TICKS_NS, REASON_EMULATED);
    else if (s->guest_ns)
        record_set(r, R_PROC_GUEST_TICKS_NS, s->guest_ns);
    else /* not even booting: this kernel counts a guest's time as its own */
        record_absent(r, R_PROC_GUEST_TICKS_NS, REASON_NO_FILE);
    record_set(r, R_PROC_MAJOR_FAULTS, s->major_faults);
    record_set(r, R_PROC_THREADS, s->threads);
    record_set(r, R_PROC_STOPPED, s->state == 'T' || s->state == 't');
}

static void record_memory(struct process *p, struct machine *m, struct record *r)
{
    static const enum reading readings[STATUS_FIELDS] = {[STATUS_RSS] = R_PROC_RSS_BYTES,
                                                         [STATUS_HUGETLB] = R_PROC_HUGETLB_BYTES,
                                                         [STATUS_SWAP] = R_PROC_SWAP_BYTES};
    struct procfs_status status;
    char path[32];

    snprintf(path, sizeof(path), "/proc/%d/status", (int)m->pid);
    if (kept_read(&p->budget, &m->status, path, FILE_WHOLE) < 0)
        return;
    procfs_parse_status(p->budget.buffer.text, &status);
    for (int i = 0; i < STATUS_FIELDS; i++) {
        if (status.known[i])
            record_set(r, readings[i], status.bytes[i]);
        else
            record_absent(r, readings[i], REASON_NO_FILE);
    }
}

static void record_process(struct process *p, struct machine *m, const struct demand *demand,
                           struct sample *out)
{
    struct record *r = sample_add(out, FACET_PROCESS, m->ident);

    record_times(m, r);
    record_stat(m, r);
    if (demand->needs & NEED_MEM)
        record_memory(p, m, r);
    if (m->args.memory_bytes)
        record_set(r, R_PROC_GIVEN_BYTES, m->args.memory_bytes);
    r->read_ns = clock_mono_ns();
}

/* ---- records: its network ---- */

/* What the host receives on a tap is what the guest sent. */
static void record_nic(const struct netdev *d, struct ident *ident, int64_t read_ns,
                       struct sample *out)
{
    struct record *r = sample_add(out, FACET_GUEST_NIC, ident);

    r->read_ns = read_ns;
    record_set(r, R_NIC_RX_BYTES, d->tx_bytes);
    record_set(r, R_NIC_RX_PACKETS, d->tx_packets);
    record_set(r, R_NIC_RX_ERRORS, d->tx_errors);
    record_set(r, R_NIC_RX_DROPS, d->tx_drops);
    record_set(r, R_NIC_TX_BYTES, d->rx_bytes);
    record_set(r, R_NIC_TX_PACKETS, d->rx_packets);
    record_set(r, R_NIC_TX_ERRORS, d->rx_errors);
    record_set(r, R_NIC_TX_DROPS, d->rx_drops);
}

/* The table its interfaces stand in: the host's, or (kata, KubeVirt) that of its own namespace. */
static const struct netdev_table *interfaces_of(struct process *p, struct machine *m)
{
    const char *first = g_ptr_array_index(m->fds.taps, 0);
    char path[32];

    if (!m->elsewhere && netdev_find(&p->interfaces, first))
        return &p->interfaces;
    snprintf(path, sizeof(path), "/proc/%d/net/dev", (int)m->pid);
    if (kept_read(&p->budget, &m->netdev, path, FILE_PAGED) > 0)
        netdev_fill(&m->own_netdev, p->budget.buffer.text);
    m->elsewhere = netdev_find(&m->own_netdev, first);
    return &m->own_netdev;
}

static enum reason why_no_network(const struct machine *m)
{
    if (m->fds_error == -EACCES || m->fds_error == -EPERM)
        return REASON_DENIED;
    return m->args.network ? REASON_USER_NETWORK : REASON_NO_NETWORK;
}

static void record_network(struct process *p, struct machine *m, int64_t read_ns,
                           struct sample *out)
{
    struct record *r = sample_add(out, FACET_NET, m->ident);
    uint64_t sum[R_NET_END - R_NET_BEGIN] = {0};
    bool any = false;

    r->read_ns = read_ns;
    const struct netdev_table *table = m->fds.taps->len ? interfaces_of(p, m) : NULL;
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

static void record_vcpu(struct machine *m, struct process_thread *thread, bool focus,
                        struct sample *out)
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
        record_set(r, R_VCPU_LAST_CPU, thread->last_cpu);
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

static void record_threads(struct machine *m, const struct demand *demand, bool focus,
                           struct sample *out)
{
    for (guint i = 0; i < m->threads.list->len; i++) {
        struct process_thread *thread = g_ptr_array_index(m->threads.list, i);
        if (!thread->read)
            continue;
        if (thread->role == THREAD_VCPU && (focus || demand->needs & NEED_READY))
            record_vcpu(m, thread, focus, out);
        if (focus && demand->needs & NEED_PARTS)
            record_task(m, thread, out);
    }
}

/* ---- all of them ---- */

/* Another user's machine under hidepid: that it is there is all there is to know. */
static bool collect_hidden(struct machine *m, struct sample *out)
{
    if (kill(m->pid, 0) == 0 || errno != EPERM)
        return false;
    struct record *r = sample_add(out, FACET_PROCESS, m->ident);
    record_all_absent(r, R_PROCESS_BEGIN, R_PROCESS_LAST, REASON_DENIED);
    r->read_ns = clock_mono_ns();
    return true;
}

/* Whether it is still there. */
static bool collect_machine(struct process *p, struct machine *m, const struct demand *demand,
                            int64_t net_ns, struct sample *out)
{
    char path[32];

    if (m->hidden)
        return collect_hidden(m, out);
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)m->pid);
    if (kept_read(&p->budget, &m->stat, path, FILE_WHOLE) < 0 ||
        !procfs_parse_stat(p->budget.buffer.text, &m->now) || m->now.state == 'Z' ||
        m->now.state == 'X' || m->now.start_time != m->start_time)
        return false;
    refresh_slow(p, m, clock_mono_ns());
    bool focus = demand_has_focus(demand, m->ident);
    process_threads_read(&m->threads, focus, &p->budget);
    record_process(p, m, demand, out);
    if (demand->needs & NEED_NET)
        record_network(p, m, net_ns, out);
    record_threads(m, demand, focus, out);
    return true;
}

/* A new interface may be a new tap of any machine; it is opened a moment after it appears. */
static int64_t read_interfaces(struct process *p)
{
    if (kept_read(&p->budget, &p->netdev, "/proc/net/dev", FILE_PAGED) > 0 &&
        netdev_fill(&p->interfaces, p->budget.buffer.text)) {
        GHashTableIter it;
        void *m;
        int64_t due = clock_mono_ns() + CLOCK_NS_PER_S;
        g_hash_table_iter_init(&it, p->machines);
        while (g_hash_table_iter_next(&it, NULL, &m))
            if (((struct machine *)m)->fds_due > due)
                ((struct machine *)m)->fds_due = due;
    }
    return clock_mono_ns();
}

void process_collect(struct process *p, const struct demand *demand, struct sample *out)
{
    GHashTableIter it;
    void *m;

    discover(p, clock_mono_ns());
    int64_t net_ns = 0;
    if (demand->needs & NEED_NET && g_hash_table_size(p->machines))
        net_ns = read_interfaces(p);
    g_hash_table_iter_init(&it, p->machines);
    while (g_hash_table_iter_next(&it, NULL, &m)) {
        if (collect_machine(p, m, demand, net_ns, out))
            continue;
        process_scan_forget(p->scan, ((struct machine *)m)->pid);
        drop_machine(p, m);
        g_hash_table_iter_remove(&it);
    }
}

struct process *process_new(const struct root *root)
{
    struct process *p = g_new0(struct process, 1);

    p->root = root;
    p->scan = process_scan_new(root);
    p->machines = g_hash_table_new(NULL, NULL);
    kept_budget_init(&p->budget, root, 3);
    return p;
}

void process_free(struct process *p)
{
    GHashTableIter it;
    void *m;

    if (!p)
        return;
    g_hash_table_iter_init(&it, p->machines);
    while (g_hash_table_iter_next(&it, NULL, &m))
        drop_machine(p, m);
    g_hash_table_destroy(p->machines);
    kept_close(&p->budget, &p->netdev);
    netdev_clear(&p->interfaces);
    kept_budget_clear(&p->budget);
    process_scan_free(p->scan);
    g_free(p);
}
