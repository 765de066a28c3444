/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What a container takes in memory: all that the collector, its sample, the names and the model
 * keep of it, but for its history. */
#include <config.h>

#include "cgroup-tree.h"

#include "base/clock.h"
#include "collect/cgroup/cgroup.h"
#include "model/roster.h"

#include <malloc.h>

enum {
    CONTAINERS = 300,
    TICKS = 3,
    FIRST_PID = 1000,
    FIRST_NETWORK = 5000,
    HISTORY_BYTES = 64 << 20,
    BYTES_MAX = 1850
};

/* The files of a group, those of one tree together. */
struct file {
    const char *mount, *name, *text;
};

struct layout {
    const char *mountinfo;
    const struct file *files;
};

static const struct layout V2 = {
    .mountinfo = HOST_V2,
    .files = (const struct file[]){
        {"", "cpu.stat", "usage_usec 1000\nuser_usec 700\nsystem_usec 300\n"},
        {"", "cpu.max", "max 100000\n"},
        {"", "cpuset.cpus.effective", "0-1\n"},
        {"", "memory.current", "8192\n"},
        {"", "memory.max", "max\n"},
        {"", "memory.swap.current", "0\n"},
        {"", "memory.events", "oom_kill 0\n"},
        {"", "memory.stat", "anon 1024\nfile 4096\ninactive_file 2048\npgmajfault 5\n"},
        {"", "io.stat", "8:0 rbytes=100 wbytes=200 rios=1 wios=2 dbytes=0 dios=0\n"},
        {"", "pids.current", "1\n"},
        {"", "pids.max", "max\n"},
        {"", "cgroup.events", "populated 1\nfrozen 0\n"},
        {0}}};

static const struct layout V1 = {
    .mountinfo = HOST_V1,
    .files = (const struct file[]){
        {"systemd", "notify_on_release", "0\n"},
        {"cpu,cpuacct", "cpuacct.usage", "1000000\n"},
        {"cpu,cpuacct", "cpuacct.stat", "user 70\nsystem 30\n"},
        {"cpu,cpuacct", "cpu.cfs_quota_us", "-1\n"},
        {"memory", "memory.usage_in_bytes", "8192\n"},
        {"memory", "memory.limit_in_bytes", "9223372036854771712\n"},
        {"memory", "memory.stat",
         "total_rss 1024\ntotal_cache 4096\ntotal_inactive_file 2048\ntotal_pgmajfault 5\n"},
        {"blkio", "blkio.throttle.io_service_bytes_recursive", "8:0 Read 1\n8:0 Write 2\n"},
        {"blkio", "blkio.throttle.io_serviced_recursive", "8:0 Read 1\n8:0 Write 2\n"},
        {"pids", "pids.current", "1\n"},
        {"pids", "pids.max", "max\n"},
        {"freezer", "freezer.state", "THAWED\n"},
        {0}}};

/* FORMAT: where it is. */
G_GNUC_PRINTF(3, 4)
static void put(const char *dir, const char *text, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    char *path = g_strdup_vprintf(format, args);
    va_end(args);
    tree_file(dir, path, text);
    g_free(path);
}

/* The files are the same for all: they are links to those in the first group. */
static void make_group(const char *dir, const struct layout *layout, const char *id)
{
    for (const struct file *f = layout->files; f->name; f++) {
        char *model = g_strdup_printf("%s/model/%s", dir, f->name);
        char *path = g_strdup_printf("sys/fs/cgroup/%s/docker/%s/%s", f->mount, id, f->name);
        char *full = tree_path(dir, path);
        g_assert_cmpint(link(model, full), ==, 0);
        g_free(full);
        g_free(path);
        g_free(model);
    }
}

/* Container N of Docker, whose daemon has written down what it is called. */
static void make_container(const char *dir, const struct layout *layout, unsigned n)
{
    char id[65], text[128], network[64];
    const char *mount = NULL;

    g_snprintf(id, sizeof(id), "%08x%056x", n, n);
    make_group(dir, layout, id);
    g_snprintf(text, sizeof(text), "%u\n", FIRST_PID + n);
    for (const struct file *f = layout->files; f->name; mount = f++->mount)
        if (g_strcmp0(mount, f->mount) != 0)
            put(dir, text, "sys/fs/cgroup/%s/docker/%s/cgroup.procs", f->mount, id);
    put(dir, "eth0: 1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0\n", "proc/%u/net/dev", FIRST_PID + n);
    g_snprintf(text, sizeof(text), "proc/%u/ns/net", FIRST_PID + n);
    g_snprintf(network, sizeof(network), "net:[%u]", FIRST_NETWORK + n);
    tree_link(dir, text, network);
    g_snprintf(text, sizeof(text), "{\"Name\":\"/web-%u\",\"Config\":{\"Image\":\"nginx:1\"}}", n);
    put(dir, text, "var/lib/docker/containers/%s/config.v2.json", id);
}

/* Then memory is not counted, but leaks are found. */
static bool is_sanitized(void)
{
    const char *said = g_getenv("VTOP_SANITIZED");

    return said && *said;
}

/* All that is in use while COUNT containers are shown and the newest sample is still there. */
static size_t bytes_of(const char *dir, guint count)
{
    struct demand demand = {.needs = NEED_ALL & ~(unsigned)NEED_PARTS,
                            .interval_ns = CLOCK_NS_PER_S};
    size_t before = mallinfo2().uordblks;
    struct root *root;
    struct kept_budget budget;
    struct sample *sample = NULL;

    g_assert_cmpint(root_new(dir, &root), ==, 0);
    kept_budget_init(&budget, root);
    struct cgroup *cgroup = cgroup_new(root, &budget);
    struct roster *roster = roster_new(HISTORY_BYTES);
    for (int64_t t = 1; t <= TICKS; t++) {
        sample_unref(sample);
        sample = sample_new(0, demand.interval_ns);
        cgroup_collect(cgroup, &demand, 2, sample);
        roster_merge(roster, sample);
        roster_tick(roster, t * CLOCK_NS_PER_S, t * CLOCK_NS_PER_S);
    }
    size_t used = mallinfo2().uordblks - before - roster_history_bytes(roster);

    g_assert_cmpuint(roster_guests(roster)->len, ==, count);
    for (guint i = 0; i < count; i++) {
        const struct entity *e = g_ptr_array_index(roster_guests(roster), i);
        g_assert_true(g_str_has_prefix(entity_label(e, LABEL_NAME), "web-"));
        g_assert_cmpfloat(entity_number(e, M_MEM), ==, 6144);
        g_assert_cmpfloat(entity_number(e, M_RX_TOTAL), ==, 1);
    }
    sample_unref(sample);
    roster_free(roster);
    cgroup_free(cgroup);
    kept_budget_clear(&budget);
    root_free(root);
    return used;
}

static void test_memory(const void *data)
{
    const struct layout *layout = data;
    char *dir = tree_new();

    cgroup_host(dir, layout->mountinfo);
    for (const struct file *f = layout->files; f->name; f++) {
        put(dir, f->text, "model/%s", f->name);
        put(dir, "", "sys/fs/cgroup/%s/cgroup.procs", f->mount);
    }
    make_container(dir, layout, 0); /* with the first one comes what all share */
    size_t first = bytes_of(dir, 1);
    for (unsigned n = 1; n <= CONTAINERS; n++)
        make_container(dir, layout, n);
    size_t each = (bytes_of(dir, CONTAINERS + 1) - first) / CONTAINERS;
    g_test_message("%zu bytes per container", each);
    g_assert_true(is_sanitized() || each < BYTES_MAX);
    tree_free(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/memory/v2", &V2, test_memory);
    g_test_add_data_func("/memory/v1", &V1, test_memory);
    return g_test_run();
}
