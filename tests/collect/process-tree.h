/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process-tree.h: virtual machines as files that stand in for /proc, and what is collected of them.
 */
#ifndef TESTS_COLLECT_PROCESS_TREE_H
#define TESTS_COLLECT_PROCESS_TREE_H

#include "base/clock.h"
#include "collect/process/process.h"
#include "tests/base/tree.h"

#include <sys/stat.h>

/* ---- a process as files ---- */

struct fake {
    int pid;
    const char *comm;
    const char *cmdline; /* '|' stands for NUL */
    char state;
    unsigned start, threads, guest_ticks;
    int parent; /* 0: the first process */
};

/* In place: descriptors that are kept stay with their file. */
static inline void rewrite(const char *dir, const char *path, const char *text)
{
    char *full = tree_path(dir, path);
    FILE *f = fopen(full, "w");

    g_assert_nonnull(f);
    fputs(text, f);
    fclose(f);
    g_free(full);
}

static inline void write_file(const char *dir, const char *text, const char *path, ...)
    G_GNUC_PRINTF(3, 4);
static inline void write_file(const char *dir, const char *text, const char *path, ...)
{
    va_list args;

    va_start(args, path);
    char *name = g_strdup_vprintf(path, args);
    va_end(args);
    rewrite(dir, name, text);
    g_free(name);
}

static inline void write_stat(const char *dir, const struct fake *f)
{
    char *stat =
        g_strdup_printf("%d (%s) %c %d 1 1 0 -1 0 50 0 3 0 700 200 0 0 20 0 %u 0 %u 1000 9 0 "
                        "0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 %u 0\n",
                        f->pid, f->comm, f->state ? f->state : 'S', f->parent ? f->parent : 1,
                        f->threads, f->start, f->guest_ticks);
    write_file(dir, stat, "proc/%d/stat", f->pid);
    g_free(stat);
}

static inline void write_process(const char *dir, const struct fake *f)
{
    char *path = g_strdup_printf("proc/%d/cmdline", f->pid), *full = tree_path(dir, path);
    char *cmdline = g_strdup(f->cmdline);
    size_t length = strlen(cmdline);

    g_strdelimit(cmdline, "|", '\0');
    g_assert_true(g_file_set_contents(full, cmdline, (gssize)(length ? length + 1 : 0), NULL));
    write_stat(dir, f);
    write_file(dir, "VmRSS:\t 2048 kB\nHugetlbPages:\t 1024 kB\nVmSwap:\t 512 kB\n",
               "proc/%d/status", f->pid);
    g_free(cmdline);
    g_free(full);
    g_free(path);
}

static inline void write_thread(const char *dir, int pid, int tid, const char *comm,
                                const char *schedstat)
{
    char *line = g_strconcat(comm, "\n", NULL);

    write_file(dir, line, "proc/%d/task/%d/comm", pid, tid);
    write_file(dir, schedstat, "proc/%d/task/%d/schedstat", pid, tid);
    g_free(line);
}

static inline void write_link(const char *dir, int pid, const char *name, const char *target)
{
    char *path = g_strdup_printf("proc/%d/%s", pid, name);

    tree_link(dir, path, target);
    g_free(path);
}

/* A guest of libvirt under KVM: two vCPUs, a tap, a control group. */
static const struct fake WEB G_GNUC_UNUSED = {
    .pid = 100,
    .comm = "qemu-system-x86",
    .cmdline = "/usr/bin/qemu-system-x86_64|-name|guest=web,"
               "debug-threads=on|-accel|kvm|-m|64|-smp|2|-uuid|"
               "C2869931-a3c6-4ac2-b583-c0969f692015|-netdev|tap",
    .start = 777,
    .threads = 4,
    .guest_ticks = 40};

static inline void write_web(const char *dir)
{
    write_process(dir, &WEB);
    write_thread(dir, 100, 100, "qemu-system-x86", "100 10 1\n");
    write_thread(dir, 100, 101, "CPU 0/KVM", "1000 200 2\n");
    write_thread(dir, 100, 102, "CPU 1/KVM", "2000 300 3\n");
    write_thread(dir, 100, 103, "worker", "10 1 4\n");
    write_link(dir, 100, "exe", "/usr/bin/qemu-system-x86_64");
    write_link(dir, 100, "fd/9", "anon_inode:kvm-vm");
    write_link(dir, 100, "fd/14", "anon_inode:kvm-vcpu:0");
    write_link(dir, 100, "fd/30", "/dev/net/tun");
    write_link(dir, 100, "fd/31", "/dev/net/tun");
    write_file(dir, "pos:\t0\nflags:\t0104002\nmnt_id:\t5\nino:\t9\niff:\tvnet0\n",
               "proc/%d/fdinfo/30", 100);
    write_file(dir, "iff:\tvnet0\n", "proc/%d/fdinfo/31", 100);
    write_file(dir, "9:name=systemd:/\n3:cpuset:/machine/qemu-3-web.libvirt-qemu/emulator\n0::/\n",
               "proc/%d/cgroup", 100);
    rewrite(dir, "proc/net/dev", "vnet0: 11 12 13 14 0 0 0 0 21 22 23 24 0 0 0 0\n");
}

/* ---- messages ---- */

struct host {
    char *dir;
    struct root *root;
    struct kept_budget budget;
    struct process *process;
    struct demand demand;
    struct sample *sample;
};

static inline void host_begin(struct host *h)
{
    *h = (struct host){.dir = tree_new(),
                       .demand = {.needs = NEED_ALL, .interval_ns = CLOCK_NS_PER_S}};
    g_assert_cmpint(root_new(h->dir, &h->root), ==, 0);
    kept_budget_init(&h->budget, h->root);
    h->process = process_new(h->root, &h->budget);
}

static inline void collect(struct host *h)
{
    sample_unref(h->sample);
    h->sample = sample_new(0, h->demand.interval_ns);
    process_collect(h->process, &h->demand, h->sample);
}

static inline void host_end(struct host *h)
{
    sample_unref(h->sample);
    process_free(h->process);
    kept_budget_clear(&h->budget);
    root_free(h->root);
    tree_free(h->dir);
}

/* The record of a facet; KEY NULL: the only one there is. */
static inline const struct record *find(const struct host *h, enum facet facet, const char *key)
{
    const struct record *found = NULL;

    for (guint i = 0; i < h->sample->records->len; i++) {
        const struct record *r = g_ptr_array_index(h->sample->records, i);
        if (r->facet != facet || (key && strcmp(r->ident->key, key) != 0))
            continue;
        g_assert_null(found);
        found = r;
    }
    return found;
}

static inline void assert_value(const struct record *r, enum reading reading, uint64_t value)
{
    uint64_t n;

    g_assert_nonnull(r);
    g_assert_true(record_get(r, reading, &n));
    g_assert_cmpuint(n, ==, value);
}

static inline void assert_absent(const struct record *r, enum reading reading, enum reason why)
{
    g_assert_nonnull(r);
    g_assert_cmpint(record_reason(r, reading), ==, why);
}

#endif
