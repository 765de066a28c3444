#include "view/origin.h"

#include <stddef.h>

/* By the column set a metric stands in, since each of them is a group of files; the last entry is
 * for all others. */
struct origin {
    const char *cpu, *memory, *disk, *network, *pressure, *other;
};

static const struct origin ORIGINS[FACET_COUNT] = {
    [FACET_HOST] = {.cpu = "/proc/stat",
                    .memory = "/proc/meminfo",
                    .pressure = "/proc/pressure",
                    .other = "/proc/uptime"},
    [FACET_HOST_CPU] = {.other = "/proc/stat"},
    [FACET_HOST_DISK] = {.other = "/proc/diskstats"},
    [FACET_HOST_NIC] = {.other = "/proc/net/dev"},
    [FACET_HOST_NODE] = {.other = "/sys/devices/system/node"},
    [FACET_DOMAIN] = {.other = "libvirt, without asking the guest"},
    [FACET_MONITOR] = {.other = "libvirt, which asks the guest's monitor"},
    [FACET_JOB] = {.other = "libvirt's job statistics"},
    [FACET_BALLOON] = {.other = "the guest's balloon driver, through libvirt"},
    [FACET_PROCESS] = {.cpu = "/proc/PID/task/*/schedstat, stat",
                       .memory = "/proc/PID/status",
                       .other = "/proc/PID"},
    [FACET_CGROUP] = {.cpu = "cgroup cpu.stat, cpu.max; v1: cpuacct, cpu.cfs_*",
                      .memory = "cgroup memory.current, .stat, .max, .events; v1: memory.*",
                      .disk = "cgroup io.stat; v1: blkio",
                      .pressure = "cgroup *.pressure, pids.current",
                      .other = "cgroup"},
    [FACET_NET] = {.other = "/proc/net/dev, of the guest's side"},
    [FACET_VCPU_THREAD] = {.other = "/proc/PID/task/*/schedstat"},
    [FACET_VCPU_DOMAIN] = {.other = "libvirt, of each vCPU"},
    [FACET_DOMAIN_DISK] = {.other = "libvirt, which asks the guest's monitor"},
    [FACET_DOMAIN_NIC] = {.other = "libvirt, of each interface"},
    [FACET_GUEST_NIC] = {.other = "/proc/net/dev, of each interface"},
    [FACET_GUEST_NODE] = {.other = "/proc/PID/numa_maps"},
    [FACET_TASK] = {.other = "/proc/PID/task"},
};

/* Metrics, from one to another, that the facet has from somewhere else, or that are computed from
 * what others have. */
static const struct {
    enum facet facet;
    enum metric first, last;
    const char *text;
} EXCEPTIONS[] = {
    {FACET_HOST, M_HOST_LOAD1, M_HOST_LOAD15, "/proc/loadavg"},
    {FACET_HOST, M_HOST_KSM_SAVED, M_HOST_KSM_SAVED, "/sys/kernel/mm/ksm"},
    {FACET_HOST, M_HOST_CPU_OTHER, M_HOST_CPU_OTHER, "/proc/stat, less VM% and CT%"},
    {FACET_HOST, M_HOST_MEM_OTHER, M_HOST_MEM_OTHER, "MEMUSED, less MEMVM and MEMCT"},
    {FACET_HOST, M_SELF_CPU, M_SELF_CPU, "clock_gettime, of this process"},
    {FACET_HOST, M_SELF_MEM, M_SELF_MEM, "/proc/self/statm"},
    {FACET_NONE, M_HOST_CPU_VM, M_HOST_CPU_VM, "sum of CPU% of its machines, over its CPUs"},
    {FACET_NONE, M_HOST_CPU_CONTAINER, M_HOST_CPU_CONTAINER,
     "sum of CPU% of its containers, over its CPUs"},
    {FACET_NONE, M_HOST_MEM_VM, M_HOST_MEM_VM, "sum of MEM of its machines, less what is in swap"},
    {FACET_NONE, M_HOST_MEM_CONTAINER, M_HOST_MEM_CONTAINER, "sum of MEM of its containers"},
    {FACET_NONE, M_HOST_VMS, M_HOST_CONTAINERS, "counted, whoever tells of them"},
    {FACET_NONE, M_HOST_OVERCOMMIT, M_HOST_OVERCOMMIT,
     "sum of VCPUS of its machines, over its CPUs"},
    {FACET_PROCESS, M_EXITS, M_IRQ_EXITS, "KVM's counters in debugfs"},
    {FACET_PROCESS, M_MEM_LIMIT, M_MEM_LIMIT, "/proc/PID/cmdline: -m"},
    {FACET_PROCESS, M_NUMA_NODES, M_NUMA_NODES, "/proc/PID/numa_maps"},
    {FACET_CGROUP, M_UPTIME, M_UPTIME, "/proc/PID/stat of its first process"},
};

static const char *exception_text(enum facet f, enum metric m)
{
    for (size_t i = 0; i < sizeof(EXCEPTIONS) / sizeof(EXCEPTIONS[0]); i++)
        if (EXCEPTIONS[i].facet == f && m >= EXCEPTIONS[i].first && m <= EXCEPTIONS[i].last)
            return EXCEPTIONS[i].text;
    return NULL;
}

const char *origin_text(enum facet f, enum metric m)
{
    const char *exception = exception_text(f, m);

    if (exception || f >= FACET_COUNT)
        return exception ? exception : "";
    const struct origin *o = &ORIGINS[f];
    const struct {
        enum metric_set set;
        const char *text;
    } texts[] = {{SET_CPU, o->cpu},
                 {SET_MEM, o->memory},
                 {SET_DISK, o->disk},
                 {SET_NET, o->network},
                 {SET_PSI, o->pressure}};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (metric_info(m)->sets & texts[i].set && texts[i].text)
            return texts[i].text;
    return o->other ? o->other : "";
}
