/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/process/process_numa.h"

#include "base/clock_read.h"
#include "base/parse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The intervals for CPUs and for memory. Reading memory takes at most 1/SHARE of the time. */
#define HOST_NS (60 * CLOCK_NS_PER_S)
#define MEMORY_NS (30 * CLOCK_NS_PER_S)
enum { SHARE = 100, CPUS_MAX = 8192 };

/* ---- the host ---- */

struct numa_host *numa_host_new(void)
{
    struct numa_host *n = g_new0(struct numa_host, 1);

    n->nodes = g_byte_array_new();
    return n;
}

void numa_host_free(struct numa_host *n)
{
    g_byte_array_free(n->nodes, TRUE);
    g_free(n);
}

static void place_cpu(struct numa_host *n, uint64_t cpu, unsigned node)
{
    static const guint8 unknown = NUMA_NODES_MAX;

    while (n->nodes->len <= cpu)
        g_byte_array_append(n->nodes, &unknown, 1);
    n->nodes->data[cpu] = (guint8)node;
}

static void place_cpus(struct numa_host *n, unsigned node, struct kept_budget *b)
{
    uint64_t first, last;
    char path[64];

    snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/cpulist", node);
    if (file_read(b->root, path, &b->buffer) <= 0)
        return;
    for (const char *p = b->buffer.text; parse_range(&p, &first, &last);)
        for (uint64_t cpu = first; cpu <= MIN(last, CPUS_MAX - 1); cpu++)
            place_cpu(n, cpu, node);
}

void numa_host_refresh(struct numa_host *n, struct kept_budget *b)
{
    unsigned online[NUMA_NODES_MAX], count = 0;
    uint64_t first, last;
    int64_t now = clock_mono_ns();

    if (now < n->due)
        return;
    n->due = now + HOST_NS;
    g_byte_array_set_size(n->nodes, 0);
    if (file_read(b->root, "/sys/devices/system/node/online", &b->buffer) > 0)
        for (const char *p = b->buffer.text; parse_range(&p, &first, &last);)
            for (; first <= MIN(last, NUMA_NODES_MAX - 1) && count < NUMA_NODES_MAX; first++)
                online[count++] = (unsigned)first;
    n->count = count;
    for (unsigned i = 0; i < count; i++)
        place_cpus(n, online[i], b);
}

unsigned numa_host_node(const struct numa_host *n, uint64_t cpu)
{
    return cpu < n->nodes->len ? n->nodes->data[cpu] : NUMA_NODES_MAX;
}

/* ---- one machine: its memory ---- */

/* Past " N1=", if P begins with it. */
static bool parse_node(const char **p, uint64_t *node)
{
    const char *at = *p + 2;

    if (strncmp(*p, " N", 2) != 0 || !g_ascii_isdigit(*at) || !parse_u64(&at, node) || *at != '=')
        return false;
    *p = at + 1;
    return true;
}

/* One mapping: "7f5c4000 default anon=512 dirty=512 N0=300 N1=212 kernelpagesize_kB=4". It may
 * contain names of files, in which blanks are octal escapes. */
static void add_mapping(const char *line, const char *end, uint64_t bytes[NUMA_NODES_MAX])
{
    static const char page_size[] = " kernelpagesize_kB=";
    const char *size = g_strrstr_len(line, end - line, page_size);
    uint64_t kib, node, pages;

    if (!size || (size += sizeof(page_size) - 1, !parse_u64(&size, &kib)))
        return;
    for (const char *p = line; p < end;) {
        if (!parse_node(&p, &node))
            p++;
        else if (parse_u64(&p, &pages) && node < NUMA_NODES_MAX)
            bytes[node] += pages * kib * 1024;
    }
}

void process_numa_parse(const char *text, uint64_t bytes[NUMA_NODES_MAX])
{
    memset(bytes, 0, NUMA_NODES_MAX * sizeof(bytes[0]));
    for (const char *next; *text; text = next) {
        next = parse_next_line(text);
        add_mapping(text, next, bytes);
    }
}

/* Shared by the reading thread and its machine, which may be freed before the thread is done. */
struct numa_reading {
    gatomicrefcount refs;
    gint done; /* atomic: the following fields are valid */
    int fd;
    bool failed;
    int64_t read_ns, took_ns;
    uint64_t bytes[NUMA_NODES_MAX];
};

static void reading_unref(struct numa_reading *r)
{
    if (r && g_atomic_ref_count_dec(&r->refs))
        g_free(r);
}

static void *read_memory(void *data)
{
    struct numa_reading *r = data;
    struct file_buffer buffer = {0};
    int64_t began = clock_mono_ns();

    r->failed = file_read_kept(r->fd, FILE_PAGED, &buffer) < 0;
    if (!r->failed)
        process_numa_parse(buffer.text, r->bytes);
    close(r->fd);
    file_buffer_clear(&buffer);
    r->read_ns = clock_mono_ns();
    r->took_ns = r->read_ns - began;
    g_atomic_int_set(&r->done, 1);
    reading_unref(r);
    return NULL;
}

static void begin_reading(struct process_numa *n, pid_t pid, struct kept_budget *b)
{
    char path[48];

    snprintf(path, sizeof(path), "/proc/%d/numa_maps", (int)pid);
    int fd = root_open(b->root, path, O_RDONLY);
    n->due = clock_mono_ns() + MEMORY_NS;
    n->error = MIN(fd, 0);
    if (fd < 0)
        return;
    struct numa_reading *r = g_new0(struct numa_reading, 1);
    g_atomic_ref_count_init(&r->refs);
    g_atomic_ref_count_inc(&r->refs);
    r->fd = fd;
    GThread *thread = g_thread_try_new("numa", read_memory, r, NULL);
    if (thread) {
        g_thread_unref(thread);
        n->pending = r;
        return;
    }
    close(fd);
    g_free(r);
}

static void take_reading(struct process_numa *n)
{
    struct numa_reading *r = n->pending;

    if (!r || !g_atomic_int_get(&r->done))
        return;
    n->pending = NULL;
    n->due = r->read_ns + MAX(MEMORY_NS, SHARE * r->took_ns);
    if (r->failed) { /* the process has ended */
        reading_unref(r);
        return;
    }
    reading_unref(n->last);
    n->last = r;
}

/* ---- its parts ---- */

static unsigned vcpus_on(const struct process_threads *t, const struct numa_host *host,
                         unsigned node)
{
    unsigned count = 0;

    for (guint i = 0; i < t->list->len; i++) {
        const struct process_thread *thread = g_ptr_array_index(t->list, i);
        count += thread->role == THREAD_VCPU && numa_host_node(host, thread->last_cpu) == node;
    }
    return count;
}

static struct ident *node_ident(const struct ident *guest, unsigned node)
{
    char key[32];

    snprintf(key, sizeof(key), "node:%u", node);
    struct ident *ident = ident_new(KIND_NODE, GUEST_NONE, key);
    ident->owner = guest->serial;
    ident_set(&ident->name, key + strlen("node:"));
    return ident;
}

static void report_node(struct process_numa *n, unsigned node, unsigned vcpus,
                        const struct ident *guest, struct sample *out)
{
    const struct numa_reading *last = n->last;

    if (!n->idents[node])
        n->idents[node] = node_ident(guest, node);
    struct record *r = sample_add(out, FACET_GUEST_NODE, n->idents[node]);
    r->read_ns = last->read_ns;
    r->interval_ns = MAX(MEMORY_NS, SHARE * last->took_ns);
    record_set(r, R_GUESTNODE_BYTES, last->bytes[node]);
    record_set(r, R_GUESTNODE_VCPUS, vcpus);
}

void process_numa_report(struct process_numa *n, const struct numa_host *host,
                         const struct process_threads *t, const struct ident *guest,
                         struct kept_budget *b, struct record *r, struct sample *out)
{
    uint64_t nodes = 0;

    if (host->count < 2) {
        record_absent(r, R_PROC_NODES, host->count ? REASON_ONE_NODE : REASON_NO_FILE);
        return;
    }
    take_reading(n);
    if (!n->pending && clock_mono_ns() >= n->due)
        begin_reading(n, t->pid, b);
    if (n->error < 0) {
        bool denied = n->error == -EACCES || n->error == -EPERM;
        record_absent(r, R_PROC_NODES, denied ? REASON_DENIED : REASON_NO_FILE);
        return;
    }
    if (!n->last)
        return;
    for (unsigned node = 0; node < NUMA_NODES_MAX; node++) {
        unsigned vcpus = vcpus_on(t, host, node);
        nodes += n->last->bytes[node] > 0;
        if (n->last->bytes[node] || vcpus)
            report_node(n, node, vcpus, guest, out);
    }
    record_set(r, R_PROC_NODES, nodes);
}

void process_numa_clear(struct process_numa *n)
{
    reading_unref(n->pending);
    reading_unref(n->last);
    for (unsigned i = 0; i < NUMA_NODES_MAX; i++)
        ident_unref(n->idents[i]);
}
