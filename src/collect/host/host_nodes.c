/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/host/host_nodes.h"

#include "base/clock_read.h"
#include "base/file.h"
#include "base/parse.h"

#include <dirent.h>
#include <string.h>

#define NODES_DIR "/sys/devices/system/node"

struct host_nodes {
    const struct root *root;
    GPtrArray *idents; /* struct ident * by number of the node, NULL: never seen */
    struct parse_plan numastat;
    struct file_buffer buffer;
};

struct host_nodes *host_nodes_new(const struct root *root)
{
    static const char *const keys[] = {"numa_hit", "numa_miss", "numa_foreign"};
    struct host_nodes *n = g_new0(struct host_nodes, 1);

    n->root = root;
    n->idents = g_ptr_array_new_with_free_func((GDestroyNotify)ident_unref);
    n->numastat = (struct parse_plan){.keys = keys, .count = G_N_ELEMENTS(keys)};
    return n;
}

void host_nodes_free(struct host_nodes *n)
{
    if (!n)
        return;
    g_ptr_array_free(n->idents, TRUE);
    file_buffer_clear(&n->buffer);
    g_free(n);
}

/* The number behind PREFIX in the name of an entry, "node12". */
static bool entry_number(const struct dirent *entry, const char *prefix, uint64_t *out)
{
    const char *p = entry->d_name;

    if (!g_str_has_prefix(p, prefix))
        return false;
    p += strlen(prefix);
    return parse_u64(&p, out);
}

/* ---- huge pages ---- */

static bool read_number(const struct root *root, const char *dir, uint64_t size_kb,
                        const char *file, uint64_t *out)
{
    char *path = g_strdup_printf("%s/hugepages-%" G_GUINT64_FORMAT "kB/%s", dir, size_kb, file);
    struct file_buffer b = {0};
    bool known = file_read(root, path, &b) > 0 && parse_u64_only(b.text, out);

    file_buffer_clear(&b);
    g_free(path);
    return known;
}

static int compare_pools(const void *a, const void *b)
{
    const struct huge_pool *x = a, *y = b;

    return (x->page_bytes > y->page_bytes) - (x->page_bytes < y->page_bytes);
}

GArray *host_huge_pools(const struct root *root, const char *dir)
{
    GArray *pools = g_array_new(FALSE, FALSE, sizeof(struct huge_pool));
    uint64_t size_kb;
    DIR *entries;

    root_open_dir(root, dir, &entries);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        struct huge_pool pool;
        if (!entry_number(entry, "hugepages-", &size_kb) ||
            !read_number(root, dir, size_kb, "nr_hugepages", &pool.pages) ||
            !read_number(root, dir, size_kb, "free_hugepages", &pool.free))
            continue;
        pool.page_bytes = size_kb * 1024;
        g_array_append_val(pools, pool);
    }
    if (entries)
        closedir(entries);
    g_array_sort(pools, compare_pools);
    return pools;
}

/* ---- a node ---- */

static ssize_t read_node_file(struct host_nodes *n, unsigned number, const char *file)
{
    char *path = g_strdup_printf(NODES_DIR "/node%u/%s", number, file);
    ssize_t length = file_read(n->root, path, &n->buffer);

    g_free(path);
    return length;
}

/* "Node 0 MemTotal:       8388608 kB" */
static void record_memory(struct host_nodes *n, unsigned number, struct record *r)
{
    static const struct {
        const char *key;
        enum reading reading;
    } lines[] = {{"MemTotal:", R_NODE_MEM_TOTAL_BYTES},
                 {"MemFree:", R_NODE_MEM_FREE_BYTES},
                 {"AnonPages:", R_NODE_ANON_BYTES},
                 {"FilePages:", R_NODE_FILE_BYTES}};

    record_all_absent(r, R_NODE_MEM_TOTAL_BYTES, R_NODE_FILE_BYTES, REASON_NO_FILE);
    if (read_node_file(n, number, "meminfo") <= 0)
        return;
    for (const char *line = n->buffer.text; *line; line = parse_next_line(line))
        for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
            const char *p = line;
            uint64_t node, kb;
            if (parse_word(&p, "Node") && parse_u64(&p, &node) &&
                (p = parse_blanks(p), parse_word(&p, lines[i].key)) && parse_u64(&p, &kb))
                record_set(r, lines[i].reading, kb * 1024);
        }
}

static void record_huge_pages(struct host_nodes *n, unsigned number, struct record *r)
{
    char *dir = g_strdup_printf(NODES_DIR "/node%u/hugepages", number);
    GArray *pools = host_huge_pools(n->root, dir);
    uint64_t total = 0, unused = 0;

    for (guint i = 0; i < pools->len; i++) {
        const struct huge_pool *pool = &g_array_index(pools, struct huge_pool, i);
        total += pool->pages * pool->page_bytes;
        unused += pool->free * pool->page_bytes;
    }
    if (pools->len) {
        record_set(r, R_NODE_HUGE_TOTAL_BYTES, total);
        record_set(r, R_NODE_HUGE_FREE_BYTES, unused);
    } else {
        record_all_absent(r, R_NODE_HUGE_TOTAL_BYTES, R_NODE_HUGE_FREE_BYTES, REASON_NO_FILE);
    }
    g_array_unref(pools);
    g_free(dir);
}

static void record_traffic(struct host_nodes *n, unsigned number, struct record *r)
{
    static const enum reading readings[] = {R_NODE_HITS, R_NODE_MISSES, R_NODE_FOREIGN};
    uint64_t v[G_N_ELEMENTS(readings)];
    bool found[G_N_ELEMENTS(readings)] = {false};

    if (read_node_file(n, number, "numastat") > 0)
        parse_key_values(&n->numastat, n->buffer.text, v, found);
    for (size_t i = 0; i < G_N_ELEMENTS(readings); i++) {
        if (found[i])
            record_set(r, readings[i], v[i]);
        else
            record_absent(r, readings[i], REASON_NO_FILE);
    }
}

static struct ident *node_ident(struct host_nodes *n, unsigned number)
{
    char name[16];

    if (n->idents->len <= number)
        g_ptr_array_set_size(n->idents, (gint)number + 1);
    if (n->idents->pdata[number])
        return n->idents->pdata[number];
    g_snprintf(name, sizeof(name), "%u", number);
    struct ident *i = ident_new(KIND_NODE, GUEST_NONE, name);
    ident_set(&i->name, name);
    if (read_node_file(n, number, "cpulist") > 0) {
        char *list = g_strndup(n->buffer.text, strcspn(n->buffer.text, "\n"));
        ident_set(&i->image, list);
        g_free(list);
    }
    return n->idents->pdata[number] = i;
}

void host_nodes_collect(struct host_nodes *n, struct sample *out)
{
    enum { NODE_MAX = 1024 };
    uint64_t number;
    DIR *dir;

    root_open_dir(n->root, NODES_DIR, &dir);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (!entry_number(entry, "node", &number) || number >= NODE_MAX)
            continue;
        struct record *r = sample_add(out, FACET_HOST_NODE, node_ident(n, (unsigned)number));
        r->read_ns = clock_mono_ns();
        record_memory(n, (unsigned)number, r);
        record_huge_pages(n, (unsigned)number, r);
        record_traffic(n, (unsigned)number, r);
    }
    if (dir)
        closedir(dir);
}
