/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The formulas of the host, its CPUs, disks and uplinks, with numbers computed by hand, and their
 * results when an operand is absent. */
#include "scene.h"

/* ---- CPU ---- */

static void test_host_cpu(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    scene_run(s, 1);
    scene_check_absent(scene_host(s), M_HOST_CPU, REASON_NO_BASELINE);
    scene_check_absent(scene_host(s), M_HOST_CPU_IDLE, REASON_NO_BASELINE);
    scene_run(s, 1);
    scene_check(scene_host(s), M_HOST_CPU, 45);
    scene_check(scene_host(s), M_HOST_CPU_IDLE, 45); /* iowait is idle time */
    scene_check(scene_host(s), M_HOST_CPU_STEAL, 10);
    scene_check(scene_host(s), M_HOST_CPUS, 4);
}

/* Old kernels lack the newer fields. A line that ends before idle is not used. */
static void test_host_cpu_fields(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    for (enum reading r = R_HOST_IRQ_NS; r <= R_HOST_GUEST_NICE_NS; r++)
        scene_absent(s, s->host, r, REASON_NO_FILE);
    scene_run(s, 2);
    scene_check(scene_host(s), M_HOST_CPU, 100 * 1.6 / 3.4);
    scene_check_absent(scene_host(s), M_HOST_CPU_STEAL, REASON_NO_FILE);
    scene_absent(s, s->host, R_HOST_IDLE_NS, REASON_UNREADABLE);
    scene_run(s, 1);
    scene_check_absent(scene_host(s), M_HOST_CPU, REASON_UNREADABLE); /* not 100 % */
    scene_check_absent(scene_host(s), M_HOST_CPU_IDLE, REASON_UNREADABLE);
}

/* iowait may go backwards: it is left out, the rest stays. */
static void test_host_iowait_backwards(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    scene_run(s, 2);
    scene_set(s, s->host, R_HOST_IOWAIT_NS, -0.1e9);
    scene_run(s, 1);
    scene_check(scene_host(s), M_HOST_CPU, 100 * 1.8 / 3.8);
    scene_check(scene_host(s), M_HOST_CPU_IDLE, 100 * 1.6 / 3.8);
}

/* Idle time may jump back when a CPU goes offline: one value is absent, the next one is right. */
static void test_host_idle_backwards(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    scene_run(s, 2);
    scene_set(s, s->host, R_HOST_IDLE_NS, -5e9);
    scene_run(s, 1);
    scene_check_absent(scene_host(s), M_HOST_CPU, REASON_RESET);
    scene_set_times(s, s->host, R_HOST_USER_NS);
    scene_run(s, 1);
    scene_check(scene_host(s), M_HOST_CPU, 45);
}

static void test_one_cpu(struct scene *s, gconstpointer data)
{
    struct ident *cpu = scene_part(s, NULL, KIND_CPU, "cpu0");

    (void)data;
    scene_set_times(s, cpu, R_CPU_USER_NS);
    scene_run(s, 2);
    struct entity *e = scene_entity_part(s, NULL, KIND_CPU, "cpu0");
    scene_check(e, M_CPU_BUSY, 45);
    scene_check(e, M_CPU_IN_GUEST, 22.5); /* guest and guest_nice, once */
    scene_check(e, M_CPU_STEAL, 10);
    scene_check(e, M_CPU_IOWAIT, 5);
}

/* ---- memory ---- */

static void test_host_memory(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_vm(s, "vm", 0), *c = scene_container(s, "c", 0);

    (void)data;
    scene_busy_host(s);
    scene_set(s, s->host, R_HOST_MEM_TOTAL_BYTES, 1000);
    scene_set(s, s->host, R_HOST_MEM_AVAILABLE_BYTES, 300);
    scene_set(s, s->host, R_HOST_CACHED_BYTES, 150);
    scene_set(s, s->host, R_HOST_BUFFERS_BYTES, 20);
    scene_set(s, s->host, R_HOST_SLAB_RECLAIMABLE_BYTES, 30);
    scene_set(s, s->host, R_HOST_SHMEM_BYTES, 50);
    scene_set(s, s->host, R_HOST_SWAP_TOTAL_BYTES, 500);
    scene_set(s, s->host, R_HOST_SWAP_FREE_BYTES, 350);
    scene_set(s, vm, R_PROC_RSS_BYTES, 300);
    scene_set(s, vm, R_PROC_HUGETLB_BYTES, 100);
    scene_set(s, vm, R_PROC_SWAP_BYTES, 40);
    scene_set(s, c, R_CG_MEM_USAGE_BYTES, 250);
    scene_set(s, c, R_CG_MEM_INACTIVE_FILE_BYTES, 130);
    scene_run(s, 2);
    scene_check(scene_host(s), M_HOST_MEM_USED, 700);
    scene_check(scene_host(s), M_HOST_MEM_CACHED, 150);
    scene_check(scene_host(s), M_HOST_SWAP_USED, 150);
    scene_check(scene_host(s), M_HOST_MEM_VM, 400); /* what is in swap is not in RAM */
    scene_check(scene_host(s), M_HOST_MEM_CONTAINER, 120);
    scene_check(scene_host(s), M_HOST_MEM_OTHER, 180);
    scene_check(scene_entity(s, "vm"), M_MEM, 440);
}

/* Kernels before 3.14 have no MemAvailable. With lxcfs, a container's may be more than its total.
 * The kernel counts ZFS's cache as used, but it shrinks. */
static void test_host_memory_available(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    scene_set(s, s->host, R_HOST_MEM_TOTAL_BYTES, 1000);
    scene_set(s, s->host, R_HOST_MEM_FREE_BYTES, 100);
    scene_set(s, s->host, R_HOST_CACHED_BYTES, 150);
    scene_set(s, s->host, R_HOST_BUFFERS_BYTES, 20);
    scene_set(s, s->host, R_HOST_SLAB_RECLAIMABLE_BYTES, 30);
    scene_set(s, s->host, R_HOST_SHMEM_BYTES, 50);
    scene_absent(s, s->host, R_HOST_MEM_AVAILABLE_BYTES, REASON_NO_FILE);
    scene_run(s, 1);
    scene_check(scene_host(s), M_HOST_MEM_AVAILABLE, 250); /* 100 + 150 + 20 + 30 - 50 */
    scene_check(scene_host(s), M_HOST_MEM_USED, 750);
    scene_set(s, s->host, R_HOST_MEM_AVAILABLE_BYTES, 64000);
    scene_run(s, 1);
    scene_check(scene_host(s), M_HOST_MEM_AVAILABLE, 250);
    scene_check(scene_host(s), M_HOST_MEM_USED, 750);
    scene_set(s, s->host, R_HOST_CACHED_BYTES, 64000); /* the rest is the host's, too */
    scene_run(s, 1);
    scene_check(scene_host(s), M_HOST_MEM_AVAILABLE, 1000);
    scene_check(scene_host(s), M_HOST_MEM_USED, 0);
    scene_set(s, s->host, R_HOST_CACHED_BYTES, 150);
    scene_set(s, s->host, R_HOST_MEM_AVAILABLE_BYTES, 230);
    scene_set(s, s->host, R_HOST_ARC_RECLAIMABLE_BYTES, 300);
    scene_run(s, 1);
    scene_check(scene_host(s), M_HOST_MEM_AVAILABLE, 530);
    scene_check(scene_host(s), M_HOST_MEM_USED, 470);
    scene_check(scene_host(s), M_HOST_MEM_CACHED, 450);
    scene_absent(s, s->host, R_HOST_MEM_TOTAL_BYTES, REASON_NO_FILE);
    scene_run(s, 1);
    scene_check(scene_host(s), M_HOST_MEM_AVAILABLE, 530);
    scene_check_absent(scene_host(s), M_HOST_MEM_USED, REASON_NO_FILE);
    scene_absent(s, s->host, R_HOST_MEM_AVAILABLE_BYTES, REASON_DENIED);
    scene_absent(s, s->host, R_HOST_MEM_FREE_BYTES, REASON_DENIED);
    scene_run(s, 1);
    scene_check_absent(scene_host(s), M_HOST_MEM_AVAILABLE, REASON_DENIED);
}

/* A ledger sum that lacks a guest is partial. */
static void test_partial_ledger(struct scene *s, gconstpointer data)
{
    struct ident *a = scene_vm(s, "a", 1), *b = scene_vm(s, "b", 0.5);

    (void)data;
    scene_busy_host(s);
    scene_run(s, 2);
    scene_check(scene_host(s), M_HOST_CPU_VM, 37.5);
    g_assert_false(entity_value(scene_host(s), M_HOST_CPU_VM).partial);
    scene_absent(s, b, R_CG_CPU_NS, REASON_DENIED);
    scene_run(s, 1);
    scene_check(scene_host(s), M_HOST_CPU_VM, 25);
    g_assert_true(entity_value(scene_host(s), M_HOST_CPU_VM).partial);
    scene_absent(s, a, R_CG_CPU_NS, REASON_DENIED);
    scene_run(s, 1);
    scene_check_absent(scene_host(s), M_HOST_CPU_VM, REASON_DENIED);
}

/* Free huge pages count as used memory, but not as the host's own use. */
static void test_host_huge_pages(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_vm(s, "vm", 0);

    (void)data;
    scene_busy_host(s);
    scene_set(s, s->host, R_HOST_MEM_TOTAL_BYTES, 1000);
    scene_set(s, s->host, R_HOST_MEM_AVAILABLE_BYTES, 300);
    scene_set(s, s->host, R_HOST_HUGEPAGES_TOTAL_BYTES, 500);
    scene_set(s, s->host, R_HOST_HUGEPAGES_FREE_BYTES, 400);
    scene_set(s, vm, R_PROC_RSS_BYTES, 50);
    scene_set(s, vm, R_PROC_HUGETLB_BYTES, 100);
    scene_set(s, vm, R_PROC_SWAP_BYTES, 0);
    scene_run(s, 2);
    scene_check(scene_host(s), M_HOST_MEM_USED, 700);
    scene_check(scene_host(s), M_HOST_MEM_VM, 150);
    scene_check(scene_host(s), M_HOST_HUGEPAGES_FREE, 400);
    scene_check(scene_host(s), M_HOST_MEM_OTHER, 150); /* 700 - 150 - 400 */
}

/* Another host, as its hypervisor's driver reports it. */
static void test_hypervisor(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_set(s, s->host, R_HV_CPUS, 4);
    scene_set(s, s->host, R_HV_USER_NS, 1e9);
    scene_set(s, s->host, R_HV_SYSTEM_NS, 0.8e9);
    scene_set(s, s->host, R_HV_IDLE_NS, 2e9);
    scene_set(s, s->host, R_HV_IOWAIT_NS, 0.2e9);
    scene_set(s, s->host, R_HV_MEM_TOTAL_BYTES, 1000);
    scene_set(s, s->host, R_HV_MEM_FREE_BYTES, 200);
    scene_set(s, s->host, R_HV_BUFFERS_BYTES, 30);
    scene_set(s, s->host, R_HV_CACHED_BYTES, 170);
    scene_run(s, 1);
    scene_check_absent(scene_host(s), M_HOST_CPU, REASON_NO_BASELINE);
    scene_run(s, 1);
    scene_check(scene_host(s), M_HOST_CPUS, 4);
    scene_check(scene_host(s), M_HOST_CPU, 45); /* 1.8 of 4 */
    scene_check(scene_host(s), M_HOST_CPU_IDLE, 55);
    scene_check_absent(scene_host(s), M_HOST_CPU_STEAL, REASON_NO_DRIVER);
    scene_check(scene_host(s), M_HOST_MEM_TOTAL, 1000);
    scene_check(scene_host(s), M_HOST_MEM_FREE, 200);
    scene_check(scene_host(s), M_HOST_MEM_CACHED, 200);
    scene_check(scene_host(s), M_HOST_MEM_AVAILABLE, 400);
    scene_check(scene_host(s), M_HOST_MEM_USED, 600);
    /* ESX reports only free memory, and has no page cache. */
    scene_absent(s, s->host, R_HV_BUFFERS_BYTES, REASON_NO_DRIVER);
    scene_absent(s, s->host, R_HV_CACHED_BYTES, REASON_NO_DRIVER);
    scene_absent(s, s->host, R_HV_USER_NS, REASON_NO_DRIVER);
    scene_run(s, 1);
    scene_check(scene_host(s), M_HOST_MEM_AVAILABLE, 200);
    scene_check_absent(scene_host(s), M_HOST_MEM_CACHED, REASON_NO_DRIVER);
    scene_check_absent(scene_host(s), M_HOST_CPU, REASON_NO_DRIVER);
}

/* A host that both report: its kernel is preferred to the driver. */
static void test_hypervisor_of_this_host(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    scene_set(s, s->host, R_HOST_MEM_TOTAL_BYTES, 1000);
    scene_set(s, s->host, R_HOST_MEM_AVAILABLE_BYTES, 300);
    scene_set(s, s->host, R_HV_CPUS, 3);
    scene_set(s, s->host, R_HV_USER_NS, 0.1e9);
    scene_set(s, s->host, R_HV_SYSTEM_NS, 0.1e9);
    scene_set(s, s->host, R_HV_IDLE_NS, 2e9);
    scene_set(s, s->host, R_HV_MEM_TOTAL_BYTES, 900);
    scene_run(s, 2);
    scene_check(scene_host(s), M_HOST_CPUS, 4);
    scene_check(scene_host(s), M_HOST_CPU, 45);
    scene_check(scene_host(s), M_HOST_MEM_USED, 700);
}

/* ---- disks, network ---- */

static void set_host_disk(struct scene *s, struct ident *disk, const double rates[8])
{
    static const enum reading order[] = {
        R_HOSTDISK_READ_OPS,    R_HOSTDISK_READ_BYTES, R_HOSTDISK_READ_MS, R_HOSTDISK_WRITE_OPS,
        R_HOSTDISK_WRITE_BYTES, R_HOSTDISK_WRITE_MS,   R_HOSTDISK_BUSY_MS, R_HOSTDISK_QUEUE_MS};

    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        scene_set(s, disk, order[i], rates[i]);
}

static void test_host_disks(struct scene *s, gconstpointer data)
{
    struct ident *a = scene_part(s, NULL, KIND_DISK, "sda"),
                 *b = scene_part(s, NULL, KIND_DISK, "sdb");

    (void)data;
    scene_busy_host(s);
    set_host_disk(s, a, (const double[]){10, 1000, 50, 5, 500, 100, 300, 2500});
    set_host_disk(s, b, (const double[]){0, 0, 0, 15, 700, 60, 100, 60});
    scene_run(s, 2);
    struct entity *sda = scene_entity_part(s, NULL, KIND_DISK, "sda");
    scene_check(sda, M_DISK_READ_LATENCY, 5);
    scene_check(sda, M_DISK_WRITE_LATENCY, 20);
    scene_check(sda, M_DISK_QUEUE, 2.5);
    scene_check(sda, M_DISK_BUSY, 30);
    scene_check_absent(scene_entity_part(s, NULL, KIND_DISK, "sdb"), M_DISK_READ_LATENCY,
                       REASON_NO_REQUESTS);
    scene_check(scene_host(s), M_HOST_DISK_READ, 1000);
    scene_check(scene_host(s), M_HOST_DISK_WRITE, 1200);
    scene_check(scene_host(s), M_HOST_DISK_LATENCY, 7); /* (50 + 100 + 60) / (10 + 5 + 15) */
    /* a disk whose times are not known does not dilute the others' */
    scene_absent(s, b, R_HOSTDISK_WRITE_MS, REASON_UNREADABLE);
    scene_run(s, 1);
    scene_check(scene_host(s), M_HOST_DISK_LATENCY, 10);
}

static void test_host_without_devices(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    scene_run(s, 2);
    scene_check_absent(scene_host(s), M_HOST_DISK_READ, REASON_NO_FILE);
    scene_check_absent(scene_host(s), M_HOST_DISK_LATENCY, REASON_NO_FILE);
    scene_check_absent(scene_host(s), M_HOST_NET_RX, REASON_NO_NETWORK);
}

static void test_host_net(struct scene *s, gconstpointer data)
{
    struct ident *a = scene_part(s, NULL, KIND_NIC, "eth0"),
                 *b = scene_part(s, NULL, KIND_NIC, "eth1");

    (void)data;
    scene_set(s, a, R_HOSTNIC_RX_BYTES, 100);
    scene_set(s, a, R_HOSTNIC_TX_BYTES, 30);
    scene_set(s, a, R_HOSTNIC_RX_DROPS, 3);
    scene_set(s, a, R_HOSTNIC_TX_DROPS, 4);
    scene_set(s, b, R_HOSTNIC_RX_BYTES, 50);
    scene_run(s, 2);
    scene_check(scene_host(s), M_HOST_NET_RX, 150);
    scene_check(scene_host(s), M_HOST_NET_TX, 30);
    g_assert_false(entity_value(scene_host(s), M_HOST_NET_RX).partial);
    g_assert_true(entity_value(scene_host(s), M_HOST_NET_TX).partial); /* it lacks eth1's */
    scene_check(scene_entity_part(s, NULL, KIND_NIC, "eth0"), M_NIC_DROPS, 7);
}

/* ---- vtop in a container ---- */

/* Guests that are hidden from vtop do not count as 0. The visible containers, those inside vtop's
 * own, are not a sum of all. */
static void test_hidden(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    scene_set(s, s->host, R_HOST_MEM_TOTAL_BYTES, 1000);
    scene_set(s, s->host, R_HOST_MEM_AVAILABLE_BYTES, 300);
    scene_run(s, 2);
    scene_check(scene_host(s), M_HOST_VMS, 0);
    scene_check(scene_host(s), M_HOST_CONTAINERS, 0);
    scene_check_absent(scene_host(s), M_HOST_NET_RX, REASON_NO_NETWORK);
    scene_set(s, s->host, R_HOST_PROCESSES_HIDDEN, 1);
    scene_set(s, s->host, R_HOST_GROUPS_HIDDEN, 1);
    scene_set(s, s->host, R_HOST_NETWORK_HIDDEN, 1);
    scene_run(s, 1);
    static const enum metric unknown[] = {
        M_HOST_VMS,           M_HOST_VMS_PAUSED,    M_HOST_CPU_VM, M_HOST_MEM_VM, M_HOST_CONTAINERS,
        M_HOST_CPU_CONTAINER, M_HOST_MEM_CONTAINER, M_HOST_NET_RX, M_HOST_NET_TX};
    for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++)
        scene_check_absent(scene_host(s), unknown[i], REASON_HIDDEN);
    scene_check(scene_host(s), M_HOST_MEM_OTHER, 700);
    struct ident *vm = scene_vm(s, "vm", 0), *c = scene_container(s, "c", 0);
    scene_set(s, vm, R_PROC_RSS_BYTES, 300);
    scene_set(s, c, R_CG_MEM_USAGE_BYTES, 100);
    scene_run(s, 2);
    scene_check(scene_host(s), M_HOST_VMS, 1);
    scene_check(scene_host(s), M_HOST_MEM_VM, 300);
    scene_check_absent(scene_host(s), M_HOST_CONTAINERS, REASON_HIDDEN);
    scene_check_absent(scene_host(s), M_HOST_MEM_CONTAINER, REASON_HIDDEN);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test)                                                                            \
    g_test_add("/derive/" name, struct scene, NULL, scene_set_up, test, scene_tear_down)
    ADD("host/cpu", test_host_cpu);
    ADD("host/cpu-fields", test_host_cpu_fields);
    ADD("host/iowait-backwards", test_host_iowait_backwards);
    ADD("host/idle-backwards", test_host_idle_backwards);
    ADD("host/one-cpu", test_one_cpu);
    ADD("host/memory", test_host_memory);
    ADD("host/memory-available", test_host_memory_available);
    ADD("host/partial-ledger", test_partial_ledger);
    ADD("host/huge-pages", test_host_huge_pages);
    ADD("host/hypervisor", test_hypervisor);
    ADD("host/hypervisor-of-this-host", test_hypervisor_of_this_host);
    ADD("host/disks", test_host_disks);
    ADD("host/without-devices", test_host_without_devices);
    ADD("host/net", test_host_net);
    ADD("host/hidden", test_hidden);
    return g_test_run();
}
