/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/host/host_memory.h"

#include "base/clock_read.h"
#include "base/parse.h"
#include "collect/host/host_nodes.h"

#include <errno.h>
#include <unistd.h>

#define POOLS_DIR "/sys/kernel/mm/hugepages"
#define LOOK_NS (60 * CLOCK_NS_PER_S)

struct host_memory {
    const struct root *root;
    struct kept_budget *budget;
    struct kept meminfo, ksm, arc;
    struct parse_plan plan;
    uint64_t page_bytes;
    int64_t looked_ns; /* when other_pools was looked up */
    bool other_pools;  /* there are huge pages of other sizes than the default one */
};

struct host_memory *host_memory_new(const struct root *root, struct kept_budget *budget)
{
    static const char *const keys[] = {
        "MemTotal:", "MemFree:",         "MemAvailable:",   "Buffers:",
        "Cached:",   "Shmem:",           "SReclaimable:",   "SwapTotal:",
        "SwapFree:", "HugePages_Total:", "HugePages_Free:", "Hugepagesize:"};
    struct host_memory *m = g_new0(struct host_memory, 1);

    m->root = root;
    m->budget = budget;
    m->plan = (struct parse_plan){.keys = keys, .count = G_N_ELEMENTS(keys)};
    m->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    return m;
}

void host_memory_free(struct host_memory *m)
{
    if (!m)
        return;
    kept_close(m->budget, &m->meminfo);
    kept_close(m->budget, &m->ksm);
    kept_close(m->budget, &m->arc);
    g_free(m);
}

const char *host_file_text(struct kept_budget *budget, struct kept *file, const char *path,
                           enum file_shape shape, enum reason *why)
{
    ssize_t n = kept_read(budget, file, path, shape);

    if (n > 0)
        return budget->buffer.text;
    *why = n == 0 || n == -EBADMSG       ? REASON_UNREADABLE
           : n == -EACCES || n == -EPERM ? REASON_DENIED
                                         : REASON_NO_FILE;
    return NULL;
}

/* ---- huge pages ---- */

/* Whether there are huge pages of another size than the default: meminfo lacks those. */
static bool has_other_pools(const struct host_memory *m, uint64_t default_bytes)
{
    GArray *pools = host_huge_pools(m->root, POOLS_DIR);
    bool found = false;

    for (guint i = 0; i < pools->len; i++) {
        const struct huge_pool *pool = &g_array_index(pools, struct huge_pool, i);
        found |= pool->pages && pool->page_bytes != default_bytes;
    }
    g_array_unref(pools);
    return found;
}

static void add_other_pools(const struct host_memory *m, uint64_t default_bytes, uint64_t *total,
                            uint64_t *unused)
{
    GArray *pools = host_huge_pools(m->root, POOLS_DIR);

    for (guint i = 0; i < pools->len; i++) {
        const struct huge_pool *pool = &g_array_index(pools, struct huge_pool, i);
        if (pool->page_bytes == default_bytes)
            continue;
        *total += pool->pages * pool->page_bytes;
        *unused += pool->free * pool->page_bytes;
    }
    g_array_unref(pools);
}

/* TOTAL and UNUSED: bytes in pages of the default size. */
static void record_huge_pages(struct host_memory *m, struct record *r, uint64_t default_bytes,
                              uint64_t total, uint64_t unused)
{
    int64_t now = clock_mono_ns();

    if (!m->looked_ns || now - m->looked_ns > LOOK_NS) {
        m->other_pools = has_other_pools(m, default_bytes);
        m->looked_ns = now;
    }
    if (m->other_pools)
        add_other_pools(m, default_bytes, &total, &unused);
    record_set(r, R_HOST_HUGEPAGES_TOTAL_BYTES, total);
    record_set(r, R_HOST_HUGEPAGES_FREE_BYTES, MIN(unused, total));
}

/* ---- meminfo ---- */

static void collect_meminfo(struct host_memory *m, struct record *r)
{
    static const enum reading readings[] = {
        R_HOST_MEM_TOTAL_BYTES,        R_HOST_MEM_FREE_BYTES,   R_HOST_MEM_AVAILABLE_BYTES,
        R_HOST_BUFFERS_BYTES,          R_HOST_CACHED_BYTES,     R_HOST_SHMEM_BYTES,
        R_HOST_SLAB_RECLAIMABLE_BYTES, R_HOST_SWAP_TOTAL_BYTES, R_HOST_SWAP_FREE_BYTES};
    enum { PAGES_TOTAL = G_N_ELEMENTS(readings), PAGES_FREE, PAGE_KB, KEYS };
    uint64_t v[KEYS];
    bool found[KEYS];
    enum reason why = REASON_UNREADABLE;
    const char *text = host_file_text(m->budget, &m->meminfo, "/proc/meminfo", FILE_WHOLE, &why);

    if (!text) {
        record_all_absent(r, R_HOST_MEM_TOTAL_BYTES, R_HOST_SWAP_FREE_BYTES, why);
        return;
    }
    parse_key_values(&m->plan, text, v, found);
    for (size_t i = 0; i < G_N_ELEMENTS(readings); i++) {
        if (found[i])
            record_set(r, readings[i], v[i] * 1024);
        else
            record_absent(r, readings[i], REASON_NO_FILE);
    }
    if (found[PAGES_TOTAL] && found[PAGES_FREE] && found[PAGE_KB])
        record_huge_pages(m, r, v[PAGE_KB] * 1024, v[PAGES_TOTAL] * v[PAGE_KB] * 1024,
                          v[PAGES_FREE] * v[PAGE_KB] * 1024);
    else
        record_all_absent(r, R_HOST_HUGEPAGES_TOTAL_BYTES, R_HOST_HUGEPAGES_FREE_BYTES,
                          REASON_NO_FILE);
}

/* ---- KSM, ZFS ---- */

static void collect_ksm(struct host_memory *m, struct record *r)
{
    enum reason why = REASON_UNREADABLE;
    const char *text =
        host_file_text(m->budget, &m->ksm, "/sys/kernel/mm/ksm/pages_sharing", FILE_WHOLE, &why);
    uint64_t pages;

    if (text && parse_u64_only(text, &pages))
        record_set(r, R_HOST_KSM_SHARING_BYTES, pages * m->page_bytes);
    else
        record_absent(r, R_HOST_KSM_SHARING_BYTES, why);
}

/* Lines are "name type data". ZFS shrinks its cache (ARC) down to c_min when memory is short, but
 * MemAvailable does not include it. htop does the same (linux/LinuxMachine.c). */
static void collect_arc(struct host_memory *m, struct record *r)
{
    enum reason why = REASON_UNREADABLE;
    const char *text =
        host_file_text(m->budget, &m->arc, "/proc/spl/kstat/zfs/arcstats", FILE_WHOLE, &why);
    uint64_t type, size = 0, least = 0;
    bool sized = false, bounded = false;

    for (const char *p = text; p && *p; p = parse_next_line(p)) {
        const char *q = p;
        if (parse_word(&q, "size"))
            sized = parse_u64(&q, &type) && parse_u64(&q, &size);
        else if (parse_word(&q, "c_min"))
            bounded = parse_u64(&q, &type) && parse_u64(&q, &least);
    }
    if (sized && bounded)
        record_set(r, R_HOST_ARC_RECLAIMABLE_BYTES, size > least ? size - least : 0);
    else
        record_absent(r, R_HOST_ARC_RECLAIMABLE_BYTES, why);
}

void host_memory_collect(struct host_memory *m, struct record *r)
{
    collect_meminfo(m, r);
    collect_ksm(m, r);
    collect_arc(m, r);
}
