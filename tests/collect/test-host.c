/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The host itself: CPUs that come and go, odd meminfo, pressure that is off, disks and uplinks that
 * count each byte once. */
#include <config.h>

#include "collect/host/host.h"

#include "../base/tree.h"
#include "records.h"

#define TICK (1000000000 / (guint64)sysconf(_SC_CLK_TCK))

struct fixture {
    char *dir;
    struct root *root;
    struct kept_budget budget;
    struct host *host;
    struct sample *sample;
    const struct record *all;
};

static void setup(struct fixture *f, const void *data)
{
    (void)data;
    f->dir = tree_new();
    tree_file(f->dir, "proc/sys/kernel/hostname", "kvm1\n");
    g_assert_cmpint(root_new(f->dir, &f->root), ==, 0);
    kept_budget_init(&f->budget, f->root);
    f->host = host_new(f->root, &f->budget);
}

static void teardown(struct fixture *f, const void *data)
{
    (void)data;
    sample_unref(f->sample);
    host_free(f->host);
    kept_budget_clear(&f->budget);
    root_free(f->root);
    tree_free(f->dir);
}

static void look(struct fixture *f)
{
    struct demand demand = {.needs = NEED_ALL, .interval_ns = 1000000000};

    sample_unref(f->sample);
    f->sample = sample_new(0, demand.interval_ns);
    host_collect(f->host, &demand, f->sample);
    f->all = record_named(f->sample, FACET_HOST, "kvm1");
    g_assert_nonnull(f->all);
    g_assert_true(f->sample->host == f->all->ident);
}

/* As procfs does: the file stays, what is in it changes. */
static void put(const struct fixture *f, const char *path, const char *text)
{
    char *full = tree_path(f->dir, path);
    FILE *file = fopen(full, "w");

    g_assert_nonnull(file);
    g_assert_cmpint(fputs(text, file), >=, 0);
    g_assert_cmpint(fclose(file), ==, 0);
    g_free(full);
}

static const struct record *cpu(const struct fixture *f, const char *name)
{
    return record_named(f->sample, FACET_HOST_CPU, name);
}

#define REST                                                                                       \
    "intr 1 2 3\nctxt 4\nbtime 5\nprocesses 6\nprocs_running 7\nprocs_blocked 8\nsoftirq 9\n"

static void test_stat(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "proc/stat",
        "cpu  10 20 30 40 50 60 70 80 90 100\ncpu0 1 2 3 4 5 6 7 8 9 10\n"
        "cpu1 11 12 13 14 15 16 17 18 19 20\n" REST);
    look(f);
    g_assert_cmpuint(value(f->all, R_HOST_USER_NS), ==, 10 * TICK);
    g_assert_cmpuint(value(f->all, R_HOST_IOWAIT_NS), ==, 50 * TICK);
    g_assert_cmpuint(value(f->all, R_HOST_STEAL_NS), ==, 80 * TICK);
    g_assert_cmpuint(value(f->all, R_HOST_GUEST_NICE_NS), ==, 100 * TICK);
    g_assert_cmpuint(value(f->all, R_HOST_CPUS_ONLINE), ==, 2);
    g_assert_cmpuint(value(f->all, R_HOST_TASKS_RUNNING), ==, 7);
    g_assert_cmpuint(value(f->all, R_HOST_TASKS_BLOCKED), ==, 8);
    g_assert_cmpuint(value(cpu(f, "cpu1"), R_CPU_STEAL_NS), ==, 18 * TICK);
    g_assert_cmpuint(host_cpus_online(f->host), ==, 2);
}

/* A CPU that goes offline leaves a hole in the middle; one that comes back is the same one. */
static void test_holes(struct fixture *f, const void *data)
{
    static const char all[] = "cpu  1 1 1 1 1 1 1 1 1 1\ncpu0 1 1 1 1 1 1 1 1 1 1\n"
                              "cpu1 2 1 1 1 1 1 1 1 1 1\ncpu2 3 1 1 1 1 1 1 1 1 1\n" REST;
    static const char hole[] = "cpu  1 1 1 1 1 1 1 1 1 1\ncpu0 1 1 1 1 1 1 1 1 1 1\n"
                               "cpu2 3 1 1 1 1 1 1 1 1 1\n" REST;

    (void)data;
    put(f, "proc/stat", all);
    look(f);
    guint64 serial = cpu(f, "cpu1")->ident->serial;
    put(f, "proc/stat", hole);
    look(f);
    g_assert_null(cpu(f, "cpu1")); /* not there, not 0 % */
    g_assert_cmpuint(value(cpu(f, "cpu2"), R_CPU_USER_NS), ==, 3 * TICK);
    g_assert_cmpuint(value(f->all, R_HOST_CPUS_ONLINE), ==, 2);
    put(f, "proc/stat", all);
    look(f);
    g_assert_cmpuint(cpu(f, "cpu1")->ident->serial, ==, serial);
    g_assert_cmpuint(host_cpus_online(f->host), ==, 3);
}

/* Two CPUs are the threads of one core; a third one that comes has a core of its own. */
static void test_cores(struct fixture *f, const void *data)
{
    static const char two[] = "cpu  1 1 1 1\ncpu2 1 1 1 1\ncpu3 1 1 1 1\n" REST;
    static const char list[] = "sys/devices/system/cpu/cpu2/topology/thread_siblings_list";

    (void)data;
    put(f, "proc/stat", two);
    look(f);
    g_assert_cmpint(record_reason(f->all, R_HOST_CORES), ==, REASON_NO_FILE);
    tree_file(f->dir, list, "2-3\n");
    look(f); /* it is looked up when the number of CPUs changes */
    g_assert_cmpint(record_reason(f->all, R_HOST_CORES), ==, REASON_NO_FILE);
    put(f, "proc/stat", "cpu  1 1 1 1\ncpu2 1 1 1 1\ncpu3 1 1 1 1\ncpu4 1 1 1 1\n" REST);
    look(f);
    g_assert_cmpuint(value(f->all, R_HOST_CORES), ==, 2);
    put(f, list, "2\n");
    put(f, "proc/stat", two);
    look(f);
    g_assert_cmpuint(value(f->all, R_HOST_CORES), ==, 2);
    put(f, list, "0-4294967295\n");
    put(f, "proc/stat", "cpu  1 1 1 1\ncpu2 1 1 1 1\n" REST);
    look(f);
    g_assert_cmpint(record_reason(f->all, R_HOST_CORES), ==, REASON_NO_FILE);
}

/* 256 CPUs with a long line of interrupts after them, as on such hosts. */
static void test_many(struct fixture *f, const void *data)
{
    GString *text = g_string_new("cpu  1 1 1 1 1 1 1 1 1 1\n");

    (void)data;
    for (int i = 0; i < 256; i++)
        g_string_append_printf(text, "cpu%d %d 1 1 1 1 1 1 1 1 1\n", i, i);
    g_string_append(text, "intr 1");
    for (int i = 0; i < 20000; i++)
        g_string_append(text, " 0");
    g_string_append(text, "\nprocs_running 9\n");
    put(f, "proc/stat", text->str);
    for (int i = 0; i < 2; i++) {
        look(f);
        g_assert_cmpuint(record_count(f->sample, FACET_HOST_CPU), ==, 256);
        g_assert_cmpuint(value(cpu(f, "cpu255"), R_CPU_USER_NS), ==, 255 * TICK);
        g_assert_cmpuint(value(f->all, R_HOST_TASKS_RUNNING), ==, 9);
    }
    g_string_free(text, TRUE);
}

/* Old kernels know fewer kinds of time; torn and foreign text is nothing. */
static void test_odd_stat(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "proc/stat", "cpu  1 2 3 4 5 6 7\ncpu0 1 2 3 4 5 6 7\n" REST);
    look(f);
    g_assert_cmpuint(value(f->all, R_HOST_SOFTIRQ_NS), ==, 7 * TICK);
    g_assert_cmpint(reason(f->all, R_HOST_STEAL_NS), ==, REASON_NO_FILE);
    g_assert_cmpint(reason(f->all, R_HOST_GUEST_NS), ==, REASON_NO_FILE);

    put(f, "proc/stat", "cpu  x\ncpux 1\ncpu99999999999 1 2 3 4\ncpu0 \n");
    look(f);
    g_assert_cmpint(reason(f->all, R_HOST_USER_NS), ==, REASON_UNREADABLE);

    static const char *const texts[] = {"", "\n", "cpu", "nonsense", "\xff\xfe\x01"};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        put(f, "proc/stat", texts[i]);
        look(f);
        g_assert_cmpint(reason(f->all, R_HOST_USER_NS), ==, REASON_UNREADABLE);
        g_assert_cmpint(reason(f->all, R_HOST_TASKS_RUNNING), ==, REASON_UNREADABLE);
        g_assert_cmpuint(record_count(f->sample, FACET_HOST_CPU), ==, 0);
    }
}

static void test_memory(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "proc/meminfo",
        "MemTotal:       1000 kB\nMemFree:         200 kB\nMemAvailable:    700 kB\n"
        "Buffers:          10 kB\nCached:          400 kB\nSwapCached:        9 kB\n"
        "Shmem:            30 kB\nSReclaimable:     20 kB\nSwapTotal:       500 kB\n"
        "SwapFree:        499 kB\nHugePages_Total:     8\nHugePages_Free:      3\n"
        "HugePages_Rsvd:      1\nHugepagesize:    2048 kB\n");
    look(f);
    g_assert_cmpuint(value(f->all, R_HOST_MEM_TOTAL_BYTES), ==, 1000 << 10);
    g_assert_cmpuint(value(f->all, R_HOST_MEM_AVAILABLE_BYTES), ==, 700 << 10);
    g_assert_cmpuint(value(f->all, R_HOST_CACHED_BYTES), ==, 400 << 10);
    g_assert_cmpuint(value(f->all, R_HOST_SWAP_FREE_BYTES), ==, 499 << 10);
    g_assert_cmpuint(value(f->all, R_HOST_HUGEPAGES_TOTAL_BYTES), ==, 16 << 20);
    g_assert_cmpuint(value(f->all, R_HOST_HUGEPAGES_FREE_BYTES), ==, 6 << 20);
}

/* Huge pages of a size that is not the default: meminfo does not have them. */
static void test_other_huge_pages(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "8\n");
    put(f, "sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "3\n");
    put(f, "sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "4\n");
    put(f, "sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages", "1\n");
    put(f, "proc/meminfo",
        "MemTotal: 1000 kB\nHugePages_Total:     8\nHugePages_Free:      3\n"
        "Hugepagesize:    2048 kB\n");
    look(f);
    g_assert_cmpuint(value(f->all, R_HOST_HUGEPAGES_TOTAL_BYTES), ==,
                     (UINT64_C(16) << 20) + (UINT64_C(4) << 30));
    g_assert_cmpuint(value(f->all, R_HOST_HUGEPAGES_FREE_BYTES), ==, (6 << 20) + (1 << 30));
    put(f, "sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages", "0\n");
    look(f);
    g_assert_cmpuint(value(f->all, R_HOST_HUGEPAGES_FREE_BYTES), ==, 6 << 20);
}

static void test_zfs(struct fixture *f, const void *data)
{
#define ARCSTATS "proc/spl/kstat/zfs/arcstats"
#define ARC_HEAD "13 1 0x01 123 33456 6789 98765\nname                            type data\n"
    (void)data;
    look(f);
    g_assert_cmpint(reason(f->all, R_HOST_ARC_RECLAIMABLE_BYTES), ==, REASON_NO_FILE);
    put(f, ARCSTATS,
        ARC_HEAD "hits                            4    1234\nc                               4    "
                 "9000\nc_min                           4    1000\nc_max                          "
                 " 4    16000\nsize                            4    8000\nhdr_size               "
                 "         4    70\n");
    look(f);
    g_assert_cmpuint(value(f->all, R_HOST_ARC_RECLAIMABLE_BYTES), ==, 7000);
    put(f, ARCSTATS, ARC_HEAD "c_min 4 1000\nsize 4 300\n");
    look(f);
    g_assert_cmpuint(value(f->all, R_HOST_ARC_RECLAIMABLE_BYTES), ==, 0);
    put(f, ARCSTATS, ARC_HEAD "c_min 4 1000\nsize 4\n");
    look(f);
    g_assert_cmpint(reason(f->all, R_HOST_ARC_RECLAIMABLE_BYTES), ==, REASON_UNREADABLE);
}

/* Lines in another order, unknown ones, others missing; then the last one torn. */
static void test_odd_memory(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "proc/meminfo",
        "Later:  7 kB\nSwapFree: 3 kB\nMemTotal:\t 1000 kB\nMemFree: many kB\nCached:  12\n"
        "HugePages_Total: 8\nMemAvailable: x\n");
    look(f);
    g_assert_cmpuint(value(f->all, R_HOST_MEM_TOTAL_BYTES), ==, 1000 << 10);
    g_assert_cmpuint(value(f->all, R_HOST_SWAP_FREE_BYTES), ==, 3 << 10);
    g_assert_cmpint(reason(f->all, R_HOST_MEM_FREE_BYTES), ==, REASON_NO_FILE);
    g_assert_cmpint(reason(f->all, R_HOST_MEM_AVAILABLE_BYTES), ==, REASON_NO_FILE);
    g_assert_cmpint(reason(f->all, R_HOST_HUGEPAGES_TOTAL_BYTES), ==, REASON_NO_FILE);
    g_assert_cmpint(reason(f->all, R_HOST_SHMEM_BYTES), ==, REASON_NO_FILE);

    put(f, "proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 70");
    look(f);
    g_assert_cmpint(reason(f->all, R_HOST_MEM_TOTAL_BYTES), ==, REASON_UNREADABLE);
    g_assert_cmpint(reason(f->all, R_HOST_MEM_AVAILABLE_BYTES), ==, REASON_UNREADABLE);
}

static void test_nothing(struct fixture *f, const void *data)
{
    (void)data;
    look(f);
    for (enum reading i = R_HOST_BEGIN; i <= R_HOST_LAST; i++)
        g_assert_cmpint(reason(f->all, i), !=, REASON_OK);
    g_assert_cmpint(reason(f->all, R_HOST_PSI_CPU_SOME_NS), ==, REASON_PRESSURE_OFF);
    g_assert_cmpuint(record_count(f->sample, FACET_HOST_CPU), ==, 0);
    g_assert_cmpuint(record_count(f->sample, FACET_HOST_DISK), ==, 0);
    g_assert_cmpuint(record_count(f->sample, FACET_HOST_NIC), ==, 0);
    g_assert_cmpuint(host_cpus_online(f->host), ==, 0);
}

static void test_pressure(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=5\n");
    put(f, "proc/pressure/memory",
        "some avg10=0.00 avg60=0.00 avg300=0.00 total=6\n"
        "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
    put(f, "proc/pressure/io", "some avg10=0.00 avg60=0.00 avg3");
    look(f);
    g_assert_cmpint(reason(f->all, R_HOST_PSI_IRQ_FULL_NS), ==, REASON_NO_FILE);
    put(f, "proc/pressure/irq", "full avg10=0.00 avg60=0.00 avg300=0.00 total=8\n");
    look(f);
    g_assert_cmpuint(value(f->all, R_HOST_PSI_IRQ_FULL_NS), ==, 8000);
    g_assert_cmpuint(value(f->all, R_HOST_PSI_CPU_SOME_NS), ==, 5000);
    g_assert_cmpuint(value(f->all, R_HOST_PSI_MEM_SOME_NS), ==, 6000);
    g_assert_cmpuint(value(f->all, R_HOST_PSI_MEM_FULL_NS), ==, 7000);
    g_assert_cmpint(reason(f->all, R_HOST_PSI_IO_SOME_NS), ==, REASON_UNREADABLE);
    g_assert_cmpint(reason(f->all, R_HOST_PSI_IO_FULL_NS), ==, REASON_UNREADABLE);
}

static void test_load(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "proc/loadavg", "1.25 0.5 10.00 3/400 12345\n");
    put(f, "proc/uptime", "3600.17 7000.00\n");
    look(f);
    g_assert_cmpuint(value(f->all, R_HOST_LOAD1_HUNDREDTHS), ==, 125);
    g_assert_cmpuint(value(f->all, R_HOST_LOAD5_HUNDREDTHS), ==, 50);
    g_assert_cmpuint(value(f->all, R_HOST_LOAD15_HUNDREDTHS), ==, 1000);
    g_assert_cmpuint(value(f->all, R_HOST_UPTIME_HUNDREDTHS), ==, 360017);
    put(f, "proc/loadavg", "1.25 x\n");
    look(f);
    g_assert_cmpuint(value(f->all, R_HOST_LOAD1_HUNDREDTHS), ==, 125);
    g_assert_cmpint(reason(f->all, R_HOST_LOAD5_HUNDREDTHS), !=, REASON_OK);
}

/* A disk, its partition, and a volume on it: one disk. */
static void test_disks(struct fixture *f, const void *data)
{
    (void)data;
    tree_file(f->dir, "sys/block/vda/size", "4096\n");
    tree_file(f->dir, "sys/block/dm-0/size", "4096\n");
    tree_file(f->dir, "sys/block/dm-0/slaves/vda1/x", "");
    tree_file(f->dir, "sys/block/loop0/size", "4096\n");
    put(f, "proc/diskstats",
        " 254 0 vda 10 1 20 4294967295 30 2 40 6 1 50 60 0 0 0 0\n"
        " 254 1 vda1 10 1 20 5 30 2 40 6 1 50 60 0 0 0 0\n"
        " 253 0 dm-0 10 1 20 5 30 2 40 6 1 50 60 0 0 0 0\n"
        "   7 0 loop0 10 1 20 5 30 2 40 6 1 50 60 0 0 0 0\n"
        "   8 0 sda 10 1\n nonsense\n");
    look(f);
    g_assert_cmpuint(record_count(f->sample, FACET_HOST_DISK), ==, 1);
    const struct record *r = record_named(f->sample, FACET_HOST_DISK, "vda");
    g_assert_nonnull(r);
    g_assert_cmpuint(value(r, R_HOSTDISK_READ_OPS), ==, 10);
    g_assert_cmpuint(value(r, R_HOSTDISK_READ_BYTES), ==, 20 * 512);
    g_assert_cmpuint(value(r, R_HOSTDISK_READ_MS), ==, 4294967295);
    g_assert_cmpuint(value(r, R_HOSTDISK_WRITE_BYTES), ==, 40 * 512);
    g_assert_cmpuint(value(r, R_HOSTDISK_QUEUE_MS), ==, 60);
    g_assert_cmpuint(value(r, R_HOSTDISK_SIZE_BYTES), ==, 4096 * 512);
}

#define NIC(name, rx, tx) name ": " #rx " 1 0 0 0 0 0 0 " #tx " 1 0 0 0 0 0 0\n"

/* Uplinks have hardware; a bridge, a bond and a tap count what they count. */
static void test_nics(struct fixture *f, const void *data)
{
    (void)data;
    tree_file(f->dir, "sys/class/net/eth0/device/x", "");
    tree_file(f->dir, "sys/class/net/eth1/device/x", "");
    tree_file(f->dir, "sys/class/net/eth1/master/device/x",
              ""); /* the fast path of a virtual one */
    tree_file(f->dir, "sys/class/net/br0/x", "");
    put(f, "proc/net/dev",
        "head\nhead\n" NIC("lo", 1, 1) NIC("eth0", 2, 3) NIC("eth1", 4, 4) NIC("br0", 5, 5)
            NIC("vnet0", 6, 6));
    look(f);
    g_assert_cmpuint(record_count(f->sample, FACET_HOST_NIC), ==, 1);
    const struct record *r = record_named(f->sample, FACET_HOST_NIC, "eth0");
    g_assert_nonnull(r);
    g_assert_cmpuint(value(r, R_HOSTNIC_RX_BYTES), ==, 2);
    g_assert_cmpuint(value(r, R_HOSTNIC_TX_BYTES), ==, 3);
}

/* Ports of a switch with the card behind them, and other cards that show the bytes of others. */
static void test_uplinks_above_uplinks(struct fixture *f, const void *data)
{
#define NET "sys/class/net/"
    static const char *const files[][2] = {
        /* DSA, of which a new kernel shows the relation, an old one the indices only */
        {NET "eth0/device/x", ""},
        {NET "eth0/ifindex", "2\n"},
        {NET "eth0/iflink", "2\n"},
        {NET "lan1/device/x", ""},
        {NET "lan1/lower_eth0/x", ""},
        {NET "lan2/device/x", ""},
        {NET "lan2/ifindex", "4\n"},
        {NET "lan2/iflink", "2\n"},
        {NET "lan3/device/x", ""},
        {NET "lan3/uevent", "DEVTYPE=dsa\nINTERFACE=lan3\n"},
        /* a card with a switch in it, and a port that stands for a virtual function */
        {NET "enp1s0f0np0/device/x", ""},
        {NET "enp1s0f0np0/phys_port_name", "p0\n"},
        {NET "eth5/device/x", ""},
        {NET "eth5/phys_port_name", "c1pf0vf3\n"},
        /* Hyper-V: the virtual card and its fast path */
        {NET "eth6/device/x", ""},
        {NET "eth6/lower_eth7/x", ""},
        {NET "eth7/device/x", ""},
        /* what monitors a wireless card; partitions of an InfiniBand port */
        {NET "wlan0/device/x", ""},
        {NET "wlan0/type", "1\n"},
        {NET "mon0/device/x", ""},
        {NET "mon0/type", "803\n"},
        {NET "ib0/device/x", ""},
        {NET "ib0.8001/device/x", ""},
        {NET "ib0.8001/ifindex", "12\n"},
        {NET "ib0.8001/iflink", "11\n"},
        /* virtual ones above */
        {NET "bond0/lower_eth0/x", ""},
        {NET "team0/lower_eth0/x", ""},
        {NET "eth0.5/lower_eth0/x", ""},
        {NET "macvlan0/lower_eth0/x", ""},
    };
    static const char *const uplinks[] = {"eth0", "enp1s0f0np0", "eth6", "wlan0", "ib0"};

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        tree_file(f->dir, files[i][0], files[i][1]);
    tree_link(f->dir, NET "eth7/master", "../eth6");
    put(f, "proc/net/dev",
        "head\nhead\n" NIC("eth0", 1, 1) NIC("lan1", 1, 1) NIC("lan2", 1, 1) NIC("lan3", 1, 1)
            NIC("enp1s0f0np0", 1, 1) NIC("eth5", 1, 1) NIC("eth6", 1, 1) NIC("eth7", 1, 1)
                NIC("wlan0", 1, 1) NIC("mon0", 1, 1) NIC("ib0", 1, 1) NIC("ib0.8001", 1, 1)
                    NIC("bond0", 1, 1) NIC("team0", 1, 1) NIC("eth0.5", 1, 1)
                        NIC("macvlan0", 1, 1));
    look(f);
    for (size_t i = 0; i < G_N_ELEMENTS(uplinks); i++)
        g_assert_nonnull(record_named(f->sample, FACET_HOST_NIC, uplinks[i]));
    g_assert_cmpuint(record_count(f->sample, FACET_HOST_NIC), ==, G_N_ELEMENTS(uplinks));
}

/* Inside a container none has hardware: the default route tells. */
static void test_no_hardware(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "proc/net/dev", "head\nhead\n" NIC("lo", 1, 1) NIC("eth0", 2, 3) NIC("tun0", 4, 4));
    put(f, "proc/net/route",
        "Iface\tDestination\tGateway\ntun0\t0000A8C0\t00000000\n"
        "eth0\t00000000\t0100000A\n");
    look(f);
    g_assert_cmpuint(record_count(f->sample, FACET_HOST_NIC), ==, 1);
    g_assert_nonnull(record_named(f->sample, FACET_HOST_NIC, "eth0"));
    /* A VLAN with a default route of its own is on eth0. */
    tree_file(f->dir, "sys/class/net/eth0.5/lower_eth0/x", "");
    put(f, "proc/net/dev", "head\nhead\n" NIC("eth0", 2, 3) NIC("eth0.5", 1, 1));
    put(f, "proc/net/route",
        "Iface\tDestination\tGateway\neth0\t00000000\t0100000A\neth0.5\t00000000\t0100000A\n");
    look(f);
    g_assert_cmpuint(record_count(f->sample, FACET_HOST_NIC), ==, 1);
    g_assert_nonnull(record_named(f->sample, FACET_HOST_NIC, "eth0"));
}

#define TEST(path, function)                                                                       \
    g_test_add("/host/" path, struct fixture, NULL, setup, function, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("stat", test_stat);
    TEST("holes", test_holes);
    TEST("cores", test_cores);
    TEST("many", test_many);
    TEST("odd-stat", test_odd_stat);
    TEST("memory", test_memory);
    TEST("other-huge-pages", test_other_huge_pages);
    TEST("zfs", test_zfs);
    TEST("odd-memory", test_odd_memory);
    TEST("nothing", test_nothing);
    TEST("pressure", test_pressure);
    TEST("load", test_load);
    TEST("disks", test_disks);
    TEST("nics", test_nics);
    TEST("uplinks-above-uplinks", test_uplinks_above_uplinks);
    TEST("no-hardware", test_no_hardware);
    return g_test_run();
}
