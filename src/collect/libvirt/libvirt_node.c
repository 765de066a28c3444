/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_node.h"

#include "base/clock_read.h"
#include "collect/libvirt/libvirt_open.h"

#include <libvirt/virterror.h>
#include <string.h>

/* How often the number of CPUs and the total memory are read: they change by hotplug only. */
#define INFO_NS (30 * CLOCK_NS_PER_S)

enum { KIB = 1024, PARAMS_MAX = 64 };

static bool lacks_call(void)
{
    int code = link_last_code();

    return code == VIR_ERR_NO_SUPPORT || code == VIR_ERR_ARGUMENT_UNSUPPORTED ||
           code == VIR_ERR_CONFIG_UNSUPPORTED;
}

/* ---- CPU time ---- */

static void take_cpu(const virNodeCPUStats *stats, int count, struct node_cpu *out)
{
    static const char *const fields[NODE_CPU_TIMES] = {[NODE_USER] = VIR_NODE_CPU_STATS_USER,
                                                       [NODE_SYSTEM] = VIR_NODE_CPU_STATS_KERNEL,
                                                       [NODE_IDLE] = VIR_NODE_CPU_STATS_IDLE,
                                                       [NODE_IOWAIT] = VIR_NODE_CPU_STATS_IOWAIT};

    *out = (struct node_cpu){0};
    for (int i = 0; i < count; i++) {
        for (int f = 0; f < NODE_CPU_TIMES; f++) {
            if (strcmp(stats[i].field, fields[f]) != 0)
                continue;
            out->ns[f] = stats[i].value;
            out->known[f] = true;
        }
    }
}

bool node_read_cpu(struct node *n, virConnectPtr connection, struct node_cpu *out)
{
    virNodeCPUStats stats[PARAMS_MAX];
    int count = n->cpu_params;

    if (!n->no_cpu && !count &&
        virNodeGetCPUStats(connection, VIR_NODE_CPU_STATS_ALL_CPUS, NULL, &count, 0) < 0) {
        n->no_cpu = lacks_call();
        return false;
    }
    if (n->no_cpu || count <= 0 || count > PARAMS_MAX ||
        virNodeGetCPUStats(connection, VIR_NODE_CPU_STATS_ALL_CPUS, stats, &count, 0) < 0)
        return false;
    n->cpu_params = count;
    take_cpu(stats, count, out);
    return true;
}

static void record_cpu(struct node *n, virConnectPtr connection, struct record *r)
{
    static const enum reading readings[NODE_CPU_TIMES] = {[NODE_USER] = R_HV_USER_NS,
                                                          [NODE_SYSTEM] = R_HV_SYSTEM_NS,
                                                          [NODE_IDLE] = R_HV_IDLE_NS,
                                                          [NODE_IOWAIT] = R_HV_IOWAIT_NS};
    struct node_cpu cpu = {0};
    bool read = node_read_cpu(n, connection, &cpu);

    for (int f = 0; f < NODE_CPU_TIMES; f++) {
        if (cpu.known[f])
            record_set(r, readings[f], cpu.ns[f]);
        else if (read || n->no_cpu)
            record_absent(r, readings[f], REASON_NO_DRIVER);
    }
}

/* ---- memory ---- */

static void take_memory(const virNodeMemoryStats *stats, int count, struct record *r)
{
    static const struct {
        const char *field;
        enum reading reading;
    } fields[] = {{VIR_NODE_MEMORY_STATS_TOTAL, R_HV_MEM_TOTAL_BYTES},
                  {VIR_NODE_MEMORY_STATS_FREE, R_HV_MEM_FREE_BYTES},
                  {VIR_NODE_MEMORY_STATS_BUFFERS, R_HV_BUFFERS_BYTES},
                  {VIR_NODE_MEMORY_STATS_CACHED, R_HV_CACHED_BYTES}};

    for (int i = 0; i < count; i++)
        for (size_t f = 0; f < G_N_ELEMENTS(fields); f++)
            if (strcmp(stats[i].field, fields[f].field) == 0 && stats[i].value <= UINT64_MAX / KIB)
                record_set(r, fields[f].reading, stats[i].value * KIB);
}

static bool read_memory(struct node *n, virConnectPtr connection, struct record *r)
{
    virNodeMemoryStats stats[PARAMS_MAX];
    int count = n->memory_params;

    if (!n->no_memory && !count &&
        virNodeGetMemoryStats(connection, VIR_NODE_MEMORY_STATS_ALL_CELLS, NULL, &count, 0) < 0) {
        n->no_memory = lacks_call();
        return false;
    }
    if (n->no_memory || count <= 0 || count > PARAMS_MAX ||
        virNodeGetMemoryStats(connection, VIR_NODE_MEMORY_STATS_ALL_CELLS, stats, &count, 0) < 0)
        return false;
    n->memory_params = count;
    take_memory(stats, count, r);
    return true;
}

/* VMware tells what is free, and nothing else. 0 stands for an error as well. */
static void read_free(struct node *n, virConnectPtr connection, struct record *r)
{
    unsigned long long bytes = n->no_free ? 0 : virNodeGetFreeMemory(connection);

    if (bytes) {
        record_set(r, R_HV_MEM_FREE_BYTES, bytes);
    } else if (n->no_free || lacks_call()) {
        n->no_free = true;
        record_absent(r, R_HV_MEM_FREE_BYTES, REASON_NO_DRIVER);
    }
}

static void record_memory(struct node *n, virConnectPtr connection, struct record *r)
{
    if (read_memory(n, connection, r) || !n->no_memory)
        return;
    record_absent(r, R_HV_BUFFERS_BYTES, REASON_NO_DRIVER);
    record_absent(r, R_HV_CACHED_BYTES, REASON_NO_DRIVER);
    read_free(n, connection, r);
}

/* ---- readings that rarely change ---- */

/* 0: the driver does not know which CPUs are online. */
static unsigned online_cpus(struct node *n, virConnectPtr connection)
{
    unsigned online = 0;

    if (!n->no_map && virNodeGetCPUMap(connection, NULL, &online, 0) < 0) {
        n->no_map = lacks_call();
        online = 0;
    }
    return online;
}

static void record_info(struct node *n, virConnectPtr connection, struct record *r)
{
    virNodeInfo info;
    int64_t now = clock_mono_ns();

    if (now < n->info_due || virNodeGetInfo(connection, &info) < 0)
        return;
    unsigned online = online_cpus(n, connection);
    record_set(r, R_HV_CPUS, online ? online : info.cpus);
    record_set(r, R_HV_MEM_TOTAL_BYTES, (uint64_t)info.memory * KIB);
    n->info_due = now + INFO_NS;
}

void node_read(struct node *n, virConnectPtr connection, struct record *r)
{
    record_info(n, connection, r);
    record_memory(n, connection, r);
    record_cpu(n, connection, r);
    r->read_ns = clock_mono_ns();
}
