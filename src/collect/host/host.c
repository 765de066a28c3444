/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/host/host.h"

#include "base/clock_read.h"
#include "base/parse.h"
#include "collect/host/host_devices.h"
#include "collect/host/host_ident.h"
#include "collect/host/host_memory.h"
#include "collect/host/host_nodes.h"
#include "collect/host/host_stores.h"
#include "collect/host/host_traits.h"
#include "collect/pressure.h"
#include "collect/viewpoint.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

enum host_file {
    HOST_STAT,
    HOST_LOADAVG,
    HOST_UPTIME,
    HOST_PSI_CPU,
    HOST_PSI_MEMORY,
    HOST_PSI_IO,
    HOST_PSI_IRQ,
    HOST_SELF_STATM,
    HOST_FILES
};

static const struct {
    const char *path;
    enum file_shape shape;
} FILES[HOST_FILES] = {
    [HOST_STAT] = {"/proc/stat", FILE_PAGED},
    [HOST_LOADAVG] = {"/proc/loadavg", FILE_WHOLE},
    [HOST_UPTIME] = {"/proc/uptime", FILE_WHOLE},
    [HOST_PSI_CPU] = {"/proc/pressure/cpu", FILE_WHOLE},
    [HOST_PSI_MEMORY] = {"/proc/pressure/memory", FILE_WHOLE},
    [HOST_PSI_IO] = {"/proc/pressure/io", FILE_WHOLE},
    [HOST_PSI_IRQ] = {"/proc/pressure/irq", FILE_WHOLE},
    [HOST_SELF_STATM] = {"/proc/self/statm", FILE_WHOLE},
};

struct host {
    const struct root *root;
    struct kept_budget *budget;
    struct kept files[HOST_FILES];
    struct host_memory *memory;
    struct host_devices *devices;
    struct host_nodes *nodes;
    struct host_stores *stores;
    struct host_traits *traits;
    struct ident *ident;
    GPtrArray *cpus; /* struct ident * by CPU number, NULL: never seen */
    unsigned online;
    unsigned cores; /* of `cores_of` CPUs; 0: not known */
    unsigned cores_of;
    uint64_t tick_ns, page_bytes;
};

struct host *host_new(const struct root *root, struct kept_budget *budget)
{
    struct host *h = g_new0(struct host, 1);

    h->root = root;
    h->budget = budget;
    h->ident = host_ident_new(root, budget->viewpoint);
    h->cpus = g_ptr_array_new_with_free_func((GDestroyNotify)ident_unref);
    h->memory = host_memory_new(root, budget);
    h->devices = host_devices_new(root, budget);
    h->nodes = host_nodes_new(root);
    h->stores = host_stores_new(root);
    h->traits = host_traits_new(root);
    h->tick_ns = (uint64_t)(CLOCK_NS_PER_S / sysconf(_SC_CLK_TCK));
    h->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    return h;
}

void host_free(struct host *h)
{
    if (!h)
        return;
    for (int i = 0; i < HOST_FILES; i++)
        kept_close(h->budget, &h->files[i]);
    host_memory_free(h->memory);
    host_devices_free(h->devices);
    host_nodes_free(h->nodes);
    host_stores_free(h->stores);
    host_traits_free(h->traits);
    g_ptr_array_free(h->cpus, TRUE);
    ident_unref(h->ident);
    g_free(h);
}

unsigned host_cpus_online(const struct host *h)
{
    return h->online;
}

/* The file's text, or NULL and why there is none. */
static const char *read_host_file(struct host *h, enum host_file f, enum reason *why)
{
    return host_file_text(h->budget, &h->files[f], FILES[f].path, FILES[f].shape, why);
}

/* ---- /proc/stat ---- */

enum { CPU_FIELDS = R_CPU_GUEST_NICE_NS - R_CPU_USER_NS + 1 };
G_STATIC_ASSERT(R_HOST_GUEST_NICE_NS - R_HOST_USER_NS + 1 == CPU_FIELDS);

/* The columns of a cpu line. Old kernels have fewer. */
static void parse_cpu_times(const struct host *h, const char *p, struct record *r,
                            enum reading first)
{
    for (int i = 0; i < CPU_FIELDS; i++) {
        uint64_t ticks;
        if (!parse_u64(&p, &ticks)) {
            record_all_absent(r, first + (enum reading)i, first + (enum reading)(CPU_FIELDS - 1),
                              i ? REASON_NO_FILE : REASON_UNREADABLE);
            return;
        }
        record_set(r, first + (enum reading)i, ticks * h->tick_ns);
    }
}

static struct ident *cpu_ident(struct host *h, unsigned number)
{
    if (h->cpus->len <= number)
        g_ptr_array_set_size(h->cpus, (gint)number + 1);
    if (!h->cpus->pdata[number]) {
        char name[16];
        g_snprintf(name, sizeof(name), "cpu%u", number);
        struct ident *i = ident_new(KIND_CPU, GUEST_NONE, name);
        ident_set(&i->name, name);
        h->cpus->pdata[number] = i;
    }
    return h->cpus->pdata[number];
}

/* CPUs that are offline have no line, so numbers are missing in between. */
static unsigned parse_cpus(struct host *h, const char *text, struct sample *out)
{
    enum { CPU_MAX = 65536 };
    int64_t now = clock_mono_ns();
    unsigned online = 0;

    for (const char *p = text; strncmp(p, "cpu", 3) == 0; p = parse_next_line(p)) {
        uint64_t number;
        const char *times = p + 3;
        if (*times == ' ' || !parse_u64(&times, &number) || number >= CPU_MAX)
            continue;
        struct record *r = sample_add(out, FACET_HOST_CPU, cpu_ident(h, (unsigned)number));
        r->read_ns = now;
        parse_cpu_times(h, times, r, R_CPU_USER_NS);
        online++;
    }
    return online;
}

static void parse_running(const char *text, struct record *r)
{
    static const struct {
        const char *key;
        enum reading reading;
    } lines[] = {{"procs_running", R_HOST_TASKS_RUNNING}, {"procs_blocked", R_HOST_TASKS_BLOCKED}};

    for (const char *p = text; *p; p = parse_next_line(p))
        for (size_t i = 0; p[0] == 'p' && i < G_N_ELEMENTS(lines); i++) {
            const char *value = p;
            uint64_t n;
            if (parse_word(&value, lines[i].key) && parse_u64(&value, &n))
                record_set(r, lines[i].reading, n);
        }
}

/* The CPUs of the first core that has one online; 0: not known. All cores of a machine have as many,
 * but for offline ones and for processors that mix two kinds. */
static unsigned threads_per_core(const struct host *h)
{
    guint first = 0;
    uint64_t from, to, count = 0;

    while (first < h->cpus->len && !h->cpus->pdata[first])
        first++;
    char *path = g_strdup_printf("/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list",
                                 first);
    char *list = file_first_line(h->root, path);
    for (const char *p = list ? list : ""; parse_range(&p, &from, &to) && to - from < h->online;)
        count += to - from + 1;
    g_free(list);
    g_free(path);
    return count <= h->online ? (unsigned)count : 0;
}

/* They change only with the CPUs that are online. */
static void count_cores(struct host *h)
{
    if (h->cores_of == h->online)
        return;
    unsigned threads = threads_per_core(h);
    h->cores_of = h->online;
    h->cores = threads ? (h->online + threads - 1) / threads : 0;
}

static void collect_stat(struct host *h, struct record *r, struct sample *out)
{
    enum reason why;
    const char *text = read_host_file(h, HOST_STAT, &why);

    if (!text || strncmp(text, "cpu ", 4) != 0) {
        record_all_absent(r, R_HOST_USER_NS, R_HOST_TASKS_BLOCKED, text ? REASON_UNREADABLE : why);
        return;
    }
    parse_cpu_times(h, text + 4, r, R_HOST_USER_NS);
    parse_running(text, r);
    h->online = parse_cpus(h, text, out);
    if (h->online)
        record_set(r, R_HOST_CPUS_ONLINE, h->online);
    count_cores(h);
    if (h->cores)
        record_set(r, R_HOST_CORES, h->cores);
    else
        record_absent(r, R_HOST_CORES, REASON_NO_FILE);
}

/* ---- load, pressure, vtop itself ---- */

static void collect_load(struct host *h, struct record *r)
{
    enum reason why = REASON_UNREADABLE;
    const char *text = read_host_file(h, HOST_LOADAVG, &why);
    uint64_t n;

    for (enum reading i = R_HOST_LOAD1_HUNDREDTHS; i <= R_HOST_LOAD15_HUNDREDTHS; i++) {
        if (text && parse_hundredths(&text, &n))
            record_set(r, i, n);
        else
            record_absent(r, i, why);
    }
    text = read_host_file(h, HOST_UPTIME, &why);
    if (text && parse_hundredths(&text, &n))
        record_set(r, R_HOST_UPTIME_HUNDREDTHS, n);
    else
        record_absent(r, R_HOST_UPTIME_HUNDREDTHS, why);
}

static void collect_pressure(struct host *h, struct record *r)
{
    static const struct {
        enum host_file file;
        enum reading some, full;
    } resources[] = {
        {HOST_PSI_CPU, R_HOST_PSI_CPU_SOME_NS, R_NONE},
        {HOST_PSI_MEMORY, R_HOST_PSI_MEM_SOME_NS, R_HOST_PSI_MEM_FULL_NS},
        {HOST_PSI_IO, R_HOST_PSI_IO_SOME_NS, R_HOST_PSI_IO_FULL_NS},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(resources); i++) {
        enum host_file f = resources[i].file;
        ssize_t n = kept_read(h->budget, &h->files[f], FILES[f].path, FILES[f].shape);
        pressure_record(r, resources[i].some, resources[i].full, h->budget->buffer.text, n);
    }
}

/* Only some kernels have it, and the first lines of the screen do not show it. */
static void collect_irq_pressure(struct host *h, struct record *r)
{
    enum reason why;
    const char *text = read_host_file(h, HOST_PSI_IRQ, &why);

    if (text)
        pressure_record(r, R_NONE, R_HOST_PSI_IRQ_FULL_NS, text, (ssize_t)strlen(text));
    else
        record_absent(r, R_HOST_PSI_IRQ_FULL_NS, why);
}

/* vtop's own cost. /proc/self of a saved tree is another process. */
static void collect_self(struct host *h, struct record *r)
{
    enum reason why = REASON_NOT_APPLICABLE;
    const char *text = root_is_live(h->root) ? read_host_file(h, HOST_SELF_STATM, &why) : NULL;
    struct timespec used;
    uint64_t pages;

    if (text && parse_u64(&text, &pages) && parse_u64(&text, &pages))
        record_set(r, R_SELF_RSS_BYTES, pages * h->page_bytes);
    else
        record_absent(r, R_SELF_RSS_BYTES, why);
    if (root_is_live(h->root) && clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0)
        record_set(r, R_SELF_CPU_NS,
                   (uint64_t)used.tv_sec * CLOCK_NS_PER_S + (uint64_t)used.tv_nsec);
    else
        record_absent(r, R_SELF_CPU_NS, REASON_NOT_APPLICABLE);
}

/* What is not said can be seen. */
static void record_hidden(const struct host *h, struct record *r)
{
    const struct viewpoint *v = h->budget->viewpoint;

    if (!v->processes)
        record_set(r, R_HOST_PROCESSES_HIDDEN, 1);
    if (!v->groups)
        record_set(r, R_HOST_GROUPS_HIDDEN, 1);
    if (!v->netdev)
        record_set(r, R_HOST_NETWORK_HIDDEN, 1);
}

void host_collect(struct host *h, const struct demand *demand, struct sample *out)
{
    struct record *r = sample_add(out, FACET_HOST, h->ident);

    sample_set_host(out, h->ident);
    collect_stat(h, r, out);
    r->read_ns = clock_mono_ns();
    host_memory_collect(h->memory, r);
    collect_load(h, r);
    collect_pressure(h, r);
    if (demand->needs & (NEED_PRESSURE_IRQ | NEED_HOST_MACHINE))
        collect_irq_pressure(h, r);
    collect_self(h, r);
    record_hidden(h, r);
    host_devices_collect(h->devices, demand, out);
    if (demand->needs & NEED_STORES)
        host_stores_collect(h->stores, out);
    if (demand->needs & NEED_HOST_MACHINE) {
        host_nodes_collect(h->nodes, out);
        host_traits_collect(h->traits, out);
    }
}
