/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Targets whose parsers read several files. */
#include <config.h>

#include "fuzz.h"

#include "base/clock_read.h"
#include "collect/blockdev.h"
#include "collect/cgroup/cgroup.h"
#include "collect/cgroup/hierarchy.h"
#include "collect/host/host.h"
#include "collect/names/names_find.h"
#include "collect/names/names_labels.h"
#include "collect/process/process.h"

#include <stdlib.h>

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Everything is needed. */
static const struct demand ALL = {
    .needs = ~0u, .interval_ns = CLOCK_NS_PER_S, .services = true};

void fuzz_blockdev(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"sys/block/vda/size",
                                        "sys/block/vda/device/",
                                        "sys/block/dm-0/size",
                                        "sys/block/dm-0/dm/uuid",
                                        "@sys/block/dm-0/slaves/vda",
                                        "sys/class/block/vda/dev",
                                        "sys/class/block/dm-0/dev",
                                        "@sys/dev/block/253:0",
                                        "@sys/dev/block/252:0",
                                        "sys/dev/block/7:0/loop/backing_file",
                                        NULL};
    static const char *const names[] = {"vda", "dm-0", "md0", "loop0", "vda1", "zram0", "nvme0n1"};
    static const struct blockdev_io io[] = {
        {253, 0, 10, 20, 1, 2}, {252, 0, 10, 20, 1, 2}, {7, 0, 10, 20, 1, 2}};
    struct blockdevs *devices;

    fuzz_files(paths, data, size);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        uint64_t bytes;
        blockdev_is_base(fuzz_root(), names[i], &bytes);
    }
    devices = blockdevs_new(fuzz_root());
    blockdevs_sum(devices, io, G_N_ELEMENTS(io), clock_mono_ns());
    blockdevs_free(devices);
}

void fuzz_hierarchy(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"proc/self/mountinfo",
                                        "proc/7/cgroup",
                                        "sys/fs/cgroup/cpu,cpuacct/",
                                        "sys/fs/cgroup/memory/",
                                        "sys/fs/cgroup/unified/",
                                        "sys/fs/cgroup/systemd/",
                                        NULL};
    struct file_buffer text = {0};
    struct hierarchies found;

    fuzz_files(paths, data, size);
    if (hierarchies_find(fuzz_root(), &found) < 0)
        return;
    if (!hierarchies_equal(&found, &found))
        abort();
    for (int tree = 0; tree < found.count && file_read(fuzz_root(), "/proc/7/cgroup", &text) > 0;
         tree++)
        g_free(hierarchies_process_path(&found, tree, text.text));
    file_buffer_clear(&text);
    hierarchies_clear(&found);
}

void fuzz_host(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"proc/stat",
                                        "proc/meminfo",
                                        "proc/loadavg",
                                        "proc/uptime",
                                        "proc/diskstats",
                                        "proc/net/dev",
                                        "proc/net/route",
                                        "proc/cpuinfo",
                                        "proc/vmstat",
                                        "proc/pressure/cpu",
                                        "proc/pressure/memory",
                                        "proc/sys/kernel/hostname",
                                        "proc/sys/vm/overcommit_memory",
                                        "proc/sys/vm/overcommit_ratio",
                                        "proc/self/mountinfo",
                                        "proc/self/statm",
                                        "proc/spl/kstat/zfs/arcstats",
                                        "sys/kernel/mm/ksm/pages_sharing",
                                        "sys/kernel/mm/ksm/run",
                                        "sys/kernel/mm/transparent_hugepage/enabled",
                                        "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages",
                                        "sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages",
                                        "sys/devices/system/node/online",
                                        "sys/devices/system/node/node0/meminfo",
                                        "sys/devices/system/node/node0/numastat",
                                        "sys/devices/system/node/node0/cpulist",
                                        "sys/class/dmi/id/sys_vendor",
                                        "sys/module/kvm_intel/parameters/nested",
                                        "sys/fs/cgroup/cgroup.stat",
                                        "sys/block/vda/size",
                                        "sys/class/net/eth0/speed",
                                        "sys/class/net/eth0/device/",
                                        NULL};
    struct kept_budget budget;
    struct sample *sample;
    struct host *host;

    fuzz_files(paths, data, size);
    kept_budget_init(&budget, fuzz_root());
    host = host_new(fuzz_root(), &budget);
    for (int i = 0; i < 2; i++) {
        sample = sample_new(0, CLOCK_NS_PER_S);
        host_collect(host, &ALL, sample);
        sample_unref(sample);
    }
    host_free(host);
    kept_budget_clear(&budget);
}

/* One machine and one thread of it. */
void fuzz_process(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"proc/7/stat",
                                        "proc/7/cmdline",
                                        "proc/7/status",
                                        "proc/7/statm",
                                        "proc/7/cgroup",
                                        "proc/7/net/dev",
                                        "proc/7/fdinfo/5",
                                        "@proc/7/exe",
                                        "@proc/7/fd/3",
                                        "@proc/7/fd/4",
                                        "@proc/7/fd/5",
                                        "proc/7/task/7/stat",
                                        "proc/7/task/7/schedstat",
                                        "proc/7/task/7/syscall",
                                        "proc/7/task/8/stat",
                                        "proc/7/task/8/schedstat",
                                        "proc/9/stat",
                                        "proc/9/cmdline",
                                        "proc/net/dev",
                                        "proc/loadavg",
                                        NULL};
    struct kept_budget budget;
    struct process *process;
    struct sample *sample;

    fuzz_files(paths, data, size);
    kept_budget_init(&budget, fuzz_root());
    process = process_new(fuzz_root(), &budget);
    for (int i = 0; i < 2; i++) {
        sample = sample_new(0, CLOCK_NS_PER_S);
        process_collect(process, &ALL, sample);
        sample_unref(sample);
    }
    process_free(process);
    kept_budget_clear(&budget);
}

/* A container of version 2, a process in it, and the limits of its parent. Its name is looked for
 * by a thread. */
void fuzz_containers(const uint8_t *data, size_t size)
{
#define SLICE "sys/fs/cgroup/system.slice/"
#define GROUP SLICE "docker-" ID ".scope/"
    static const char *const paths[] = {GROUP "cgroup.procs",
                                        GROUP "cpu.stat",
                                        GROUP "cpu.max",
                                        GROUP "cpu.weight",
                                        GROUP "cpu.pressure",
                                        GROUP "cpuset.cpus.effective",
                                        GROUP "memory.current",
                                        GROUP "memory.max",
                                        GROUP "memory.stat",
                                        GROUP "memory.events",
                                        GROUP "memory.swap.current",
                                        GROUP "io.stat",
                                        GROUP "pids.current",
                                        GROUP "pids.max",
                                        GROUP "cgroup.freeze",
                                        GROUP "cgroup.events",
                                        SLICE "memory.max",
                                        SLICE "cpu.max",
                                        "proc/7/stat",
                                        "proc/7/net/dev",
                                        "@proc/7/ns/net",
                                        NULL};
    static struct kept_budget budget;
    static struct cgroup *cgroup;
    static unsigned runs;
    char *mounts = g_build_filename(fuzz_directory(), "proc/self/mountinfo", NULL);

    fuzz_files(paths, data, size);
    if (!g_file_test(mounts, G_FILE_TEST_EXISTS)) {
        char *above = g_path_get_dirname(mounts);
        g_mkdir_with_parents(above, 0700);
        g_free(above);
        g_file_set_contents(mounts, "31 21 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", -1,
                            NULL);
    }
    g_free(mounts);
    /* Beginning and ending a thread takes longer than reading the files does. */
    if (!cgroup) {
        kept_budget_init(&budget, fuzz_root());
        cgroup = cgroup_new(fuzz_root(), &budget);
    }
    for (int i = 0; i < 2; i++) {
        struct sample *sample = sample_new(0, CLOCK_NS_PER_S);
        cgroup_collect(cgroup, &ALL, 4, sample);
        sample_unref(sample);
    }
    if (++runs % 256 == 0) {
        g_clear_pointer(&cgroup, cgroup_free);
        kept_budget_clear(&budget);
    }
}

/* Names, asked as for containers of every type. */
void fuzz_names(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {
        "var/lib/docker/containers/" ID "/config.v2.json",
        "var/lib/containers/storage/overlay-containers/containers.json",
        "run/containers/storage/overlay-containers/" ID "/userdata/config.json",
        "run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID "/config.json",
        "etc/pve/lxc/101.conf",
        "@run/systemd/machines/unit:docker-" ID ".scope",
        "@var/log/containers/web_shop_app-" ID ".log",
        "proc/7/cmdline",
        "proc/7/stat",
        "proc/6/cmdline",
        "proc/6/stat",
        NULL};
    static const char *const groups[] = {"/docker/" ID, "/system.slice/docker-" ID ".scope",
                                         "/machine.slice/libpod-" ID ".scope", "/lxc/101/ns",
                                         "/machine.slice/machine-lxc\\x2d7\\x2dweb.scope"};
    struct names_round round = {.host = fuzz_root(), .root = fuzz_root()};

    fuzz_files(paths, data, size);
    for (int type = GUEST_VM; type < GUEST_TYPE_COUNT; type++) {
        for (size_t i = 0; i < G_N_ELEMENTS(groups); i++) {
            struct names_query query = {.type = (enum guest_type)type,
                                        .id = type == GUEST_LXC ? "101" : ID,
                                        .name = "web",
                                        .group = "",
                                        .path = groups[i],
                                        .pid = 7};
            struct names_answer answer = {0};
            names_find(&round, &query, &answer);
            names_answer_clear(&answer);
        }
    }
    names_round_clear(&round);
}
