#include "view/origin.h"

#include <stddef.h>

/* By the column set a metric stands in, since each of them is a group of files; the last entry is
 * for all others. */
struct origin {
    const char *cpu, *memory, *disk, *network, *pressure, *other;
};

static const struct origin ORIGINS[FACET_COUNT] = {
    [FACET_HOST] = {.cpu = "/proc/stat, /proc/loadavg",
                    .memory = "/proc/meminfo, /sys/kernel/mm/ksm",
                    .pressure = "/proc/pressure",
                    .other = "/proc"},
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
                      .memory = "cgroup memory.current, stat, max; v1: usage, limit_in_bytes",
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

const char *origin_text(enum facet f, enum metric m)
{
    if (f >= FACET_COUNT)
        return "";
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
