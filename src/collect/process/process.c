/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/process/process.h"

#include "base/clock_read.h"
#include "collect/process/process_machine.h"
#include "collect/viewpoint.h"

/* The interval between two scans for new machines. */
#define SCAN_NS (2 * CLOCK_NS_PER_S)

struct process {
    struct process_scan *scan;
    struct kept_budget *budget; /* belongs to the caller */
    GHashTable *machines;       /* pid -> struct machine */
    struct kept netdev;
    struct netdev_table interfaces; /* of the host */
    struct numa_host *numa;
    GHashTable *remote_disks; /* paths, which belong to the idents of the machines */
    int64_t scan_due;
};

static void discover(struct process *p, int64_t now)
{
    if (now < p->scan_due)
        return;
    p->scan_due = now + SCAN_NS;
    GPtrArray *found = process_scan_run(p->scan);
    for (guint i = 0; i < found->len; i++) {
        struct process_found *one = g_ptr_array_index(found, i);
        if (!one->vhost_of)
            g_hash_table_insert(p->machines, GINT_TO_POINTER(one->pid),
                                machine_new(one, p->budget));
    }
    /* A machine has to be known before its vhost threads, whose pids can be lower. */
    for (guint i = 0; i < found->len; i++) {
        struct process_found *one = g_ptr_array_index(found, i);
        struct machine *m = g_hash_table_lookup(p->machines, GINT_TO_POINTER(one->vhost_of));
        if (one->vhost_of && m)
            process_threads_add_vhost(&m->threads, one->pid);
        else if (one->vhost_of)
            process_scan_forget(p->scan, one->pid);
    }
    g_ptr_array_free(found, TRUE);
}

/* A new interface may be a new tap of any machine, which opens it a moment later. */
static int64_t read_interfaces(struct process *p)
{
    const char *path = p->budget->viewpoint->netdev;

    if (path && kept_read(p->budget, &p->netdev, path, FILE_PAGED) > 0 &&
        netdev_fill(&p->interfaces, p->budget->buffer.text)) {
        GHashTableIter it;
        void *m;
        int64_t due = clock_mono_ns() + CLOCK_NS_PER_S;
        g_hash_table_iter_init(&it, p->machines);
        while (g_hash_table_iter_next(&it, NULL, &m))
            machine_expect_tap(m, due);
    }
    return clock_mono_ns();
}

/* Name the first machine that has more threads than are read. */
static void report_threads(const struct process *p, struct sample *out)
{
    GHashTableIter it;
    void *value;

    g_hash_table_iter_init(&it, p->machines);
    while (g_hash_table_iter_next(&it, NULL, &value)) {
        const struct machine *m = value;
        if (!m->threads.cut)
            continue;
        char *message = g_strdup_printf(
            "process %d (%s) has %" G_GUINT64_FORMAT " threads: only the first %u are read",
            (int)m->pid, m->now.command, m->now.threads, m->threads.own);
        sample_add_status(out, "process", SOURCE_OK, clock_mono_ns(), message);
        g_free(message);
        return;
    }
}

static void note_disks(struct process *p, const struct machine *m)
{
    const char *group = m->remote_disks ? machine_group(m) : NULL;

    if (group)
        g_hash_table_add(p->remote_disks, (void *)group);
}

void process_collect(struct process *p, const struct demand *demand, struct sample *out)
{
    GHashTableIter it;
    void *m;

    g_hash_table_remove_all(p->remote_disks);
    discover(p, clock_mono_ns());
    struct machine_round round = {
        .demand = demand, .interfaces = &p->interfaces, .numa = p->numa, .budget = p->budget};
    if (demand->needs & NEED_NET && g_hash_table_size(p->machines))
        round.net_ns = read_interfaces(p);
    if (demand->needs & NEED_PARTS)
        numa_host_refresh(p->numa, p->budget);
    g_hash_table_iter_init(&it, p->machines);
    while (g_hash_table_iter_next(&it, NULL, &m)) {
        if (!machine_is_there(m, p->budget)) {
            process_scan_forget(p->scan, ((struct machine *)m)->pid);
            machine_free(m, p->budget);
            g_hash_table_iter_remove(&it);
            continue;
        }
        machine_refresh(m, p->budget);
        machine_report(m, &round, out);
        note_disks(p, m);
    }
    report_threads(p, out);
}

GHashTable *process_remote_disks(const struct process *p)
{
    return p->remote_disks;
}

struct process *process_new(const struct root *root, struct kept_budget *budget)
{
    struct process *p = g_new0(struct process, 1);

    p->scan = process_scan_new(root);
    p->machines = g_hash_table_new(NULL, NULL);
    p->remote_disks = g_hash_table_new(g_str_hash, g_str_equal);
    p->numa = numa_host_new();
    p->budget = budget;
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
        machine_free(m, p->budget);
    g_hash_table_destroy(p->machines);
    g_hash_table_destroy(p->remote_disks);
    kept_close(p->budget, &p->netdev);
    netdev_clear(&p->interfaces);
    numa_host_free(p->numa);
    process_scan_free(p->scan);
    g_free(p);
}
