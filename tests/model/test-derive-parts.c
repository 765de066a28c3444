/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The formulas of guests' disks and interfaces and their sums, with numbers computed by hand, and
 * their results when an operand is absent. */
#include "scene.h"

/* ---- disks ---- */

static struct ident *add_disk(struct scene *s, const struct ident *vm, const char *key,
                              const double rates[8])
{
    static const enum reading order[] = {R_DISK_READ_BYTES,  R_DISK_READ_OPS,  R_DISK_READ_NS,
                                         R_DISK_WRITE_BYTES, R_DISK_WRITE_OPS, R_DISK_WRITE_NS,
                                         R_DISK_FLUSH_OPS,   R_DISK_FLUSH_NS};
    struct ident *disk = scene_part(s, vm, KIND_DISK, key);

    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        scene_set(s, disk, order[i], rates[i]);
    return disk;
}

static void test_vm_disks(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_vm(s, "vm", 0), *disk;

    (void)data;
    scene_set(s, vm, R_CG_IO_READ_BYTES, 77);
    disk = add_disk(s, vm, "vda", (const double[]){1000, 10, 20e6, 500, 5, 50e6, 1, 10e6});
    add_disk(s, vm, "vdb", (const double[]){200, 2, 16e6, 0, 0, 0, 0, 0});
    scene_run(s, 2);
    struct entity *e = scene_entity(s, "vm");
    scene_check(e, M_READ, 1200); /* its disks are preferred to its cgroup */
    scene_check(e, M_WRITE, 500);
    scene_check(e, M_READ_OPS, 12);
    scene_check(e, M_WRITE_OPS, 5);
    scene_check(e, M_READ_LATENCY, 3); /* (20 + 16) / 12 */
    scene_check(e, M_WRITE_LATENCY, 10);
    scene_check(e, M_LATENCY, 96.0 / 18);
    struct entity *vda = scene_entity_part(s, "vm", KIND_DISK, "vda");
    scene_check(vda, M_DISK_READ_LATENCY, 2);
    scene_check(vda, M_DISK_FLUSH_LATENCY, 10);
    scene_check(vda, M_DISK_QUEUE, 0.08);
    scene_check_absent(vda, M_DISK_JOB, REASON_NOT_READ);
    scene_set(s, disk, R_DISK_JOB_DONE_BYTES, 30);
    scene_set(s, disk, R_DISK_JOB_LEFT_BYTES, 10);
    scene_run(s, 1);
    scene_check(vda, M_DISK_JOB, 75);
    scene_check_absent(scene_entity_part(s, "vm", KIND_DISK, "vdb"), M_DISK_WRITE_LATENCY,
                       REASON_NO_REQUESTS);
}

static void test_vm_without_libvirt(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, vm, R_PROC_RUN_NS, 1e9);
    scene_run(s, 2);
    scene_check_absent(scene_entity(s, "vm"), M_READ, REASON_NO_LIBVIRT);
    scene_check_absent(scene_entity(s, "vm"), M_LATENCY, REASON_NO_LIBVIRT);
    scene_check_absent(scene_entity(s, "vm"), M_MEM_USED, REASON_NO_LIBVIRT);
    scene_set(s, vm, R_CG_IO_READ_BYTES, 77);
    scene_run(s, 2);
    scene_check(scene_entity(s, "vm"), M_READ, 77);
}

static void test_container_io(struct scene *s, gconstpointer data)
{
    struct ident *c = scene_container(s, "c", 0);

    (void)data;
    scene_set(s, c, R_CG_IO_READ_BYTES, 10);
    scene_absent(s, c, R_CG_IO_WRITE_BYTES, REASON_NO_CONTROLLER);
    scene_run(s, 2);
    scene_check(scene_entity(s, "c"), M_READ, 10);
    scene_check_absent(scene_entity(s, "c"), M_WRITE, REASON_NO_CONTROLLER);
    scene_check_absent(scene_entity(s, "c"), M_LATENCY, REASON_NOT_APPLICABLE);
}

/* ---- network ---- */

static void test_network(struct scene *s, gconstpointer data)
{
    struct ident *c = scene_container(s, "c", 0), *shared = scene_container(s, "shared", 0);
    struct ident *vm = scene_vm(s, "vm", 0), *nic = scene_part(s, vm, KIND_NIC, "vnet0");

    (void)data;
    scene_set(s, c, R_NET_RX_BYTES, 1000);
    scene_set(s, c, R_NET_DROPS, 3);
    scene_absent(s, shared, R_NET_RX_BYTES, REASON_HOST_NETWORK);
    scene_set(s, nic, R_DOMNIC_RX_BYTES, 500);
    scene_set(s, nic, R_DOMNIC_TX_PACKETS, 5);
    scene_set(s, nic, R_DOMNIC_RX_ERRORS, 1);
    scene_set(s, nic, R_DOMNIC_TX_ERRORS, 2);
    scene_run(s, 2);
    scene_check(scene_entity(s, "c"), M_RX, 1000);
    scene_check(scene_entity(s, "c"), M_NET_DROPS, 3);
    scene_check_absent(scene_entity(s, "shared"), M_RX, REASON_HOST_NETWORK);
    scene_check(scene_entity(s, "vm"), M_RX, 500);
    scene_check(scene_entity(s, "vm"), M_TX_PACKETS, 5);
    scene_check(scene_entity_part(s, "vm", KIND_NIC, "vnet0"), M_NIC_ERRORS, 3);
}

/* A sum is partial if a network card is passed through, whose counters are not visible. */
static void test_uncounted_network(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_vm(s, "vm", 0);

    (void)data;
    scene_set(s, vm, R_NET_RX_BYTES, 1000);
    scene_set(s, vm, R_NET_UNCOUNTED, 0);
    scene_run(s, 2);
    g_assert_false(entity_value(scene_entity(s, "vm"), M_RX).partial);
    scene_set(s, vm, R_NET_UNCOUNTED, 1);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_RX, 1000);
    scene_check(scene_entity(s, "vm"), M_NET_UNCOUNTED_NICS, 1);
    g_assert_true(entity_value(scene_entity(s, "vm"), M_RX).partial);
    scene_absent(s, vm, R_NET_RX_BYTES, REASON_PASSED_THROUGH);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "vm"), M_RX, REASON_PASSED_THROUGH);
    g_assert_false(entity_value(scene_entity(s, "vm"), M_RX).partial);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test)                                                                            \
    g_test_add("/derive/" name, struct scene, NULL, scene_set_up, test, scene_tear_down)
    ADD("guest/vm-disks", test_vm_disks);
    ADD("guest/vm-without-libvirt", test_vm_without_libvirt);
    ADD("guest/container-io", test_container_io);
    ADD("guest/network", test_network);
    ADD("guest/uncounted-network", test_uncounted_network);
    return g_test_run();
}
