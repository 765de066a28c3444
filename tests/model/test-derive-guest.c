/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The formulas of guests: CPU, memory, pressure, with numbers computed by hand, and their results
 * when an operand is absent. */
#include "scene.h"

/* ---- CPU ---- */

static void test_guest_cpu(struct scene *s, gconstpointer data)
{
    struct ident *c = scene_container(s, "c", 0.2), *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, c, R_CG_CPU_LIMIT_MILLI, 500);
    scene_set(s, vm, R_PROC_RUN_NS, 1.5e9);
    scene_set(s, vm, R_DOM_CPU_NS, 1.4e9);
    scene_set(s, vm, R_DOM_VCPUS, 3); /* one was unplugged, which libvirt learns later */
    scene_set(s, vm, R_PROC_VCPUS, 2);
    scene_run(s, 2);
    scene_check(scene_entity(s, "c"), M_CPU, 20);
    scene_check(scene_entity(s, "c"), M_CPU_CORES, 0.5);
    scene_check(scene_entity(s, "c"), M_CPU_LIMIT, 40);
    scene_check(scene_entity(s, "vm"), M_CPU, 150); /* the process is more precise than libvirt */
    scene_check(scene_entity(s, "vm"), M_CPU_LIMIT, 75);
    scene_absent(s, vm, R_PROC_RUN_NS, REASON_DENIED);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_CPU, 140);
}

/* user 3 s of which guest 2.5, system 0.5, over at least ten seconds */
static void test_vm_split(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_vm(s, "vm", 3.5);

    (void)data;
    scene_set(s, vm, R_PROC_USER_TICKS_NS, 3e9);
    scene_set(s, vm, R_PROC_SYSTEM_TICKS_NS, 0.5e9);
    scene_set(s, vm, R_PROC_GUEST_TICKS_NS, 2.5e9);
    scene_set(s, vm, R_CG_USER_NS, 3.2e9); /* with guest time on some kernels, without on others */
    scene_set(s, vm, R_CG_SYSTEM_NS, 0.3e9);
    scene_run(s, 10);
    scene_check_absent(scene_entity(s, "vm"), M_CPU_USER, REASON_WINDOW);
    scene_check_absent(scene_entity(s, "vm"), M_EFFICIENCY, REASON_WINDOW);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_CPU_USER, 50);
    scene_check(scene_entity(s, "vm"), M_CPU_GUEST, 250);
    scene_check(scene_entity(s, "vm"), M_CPU_SYSTEM, 50);
    scene_check(scene_entity(s, "vm"), M_EFFICIENCY, 100 * 2.5 / 3.5);
}

/* Guest time may be rounded above the user time that contains it. */
static void test_vm_guest_above_user(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, vm, R_PROC_USER_TICKS_NS, 0.99e9);
    scene_set(s, vm, R_PROC_SYSTEM_TICKS_NS, 0);
    scene_set(s, vm, R_PROC_GUEST_TICKS_NS, 1e9);
    scene_run(s, 12);
    scene_check(scene_entity(s, "vm"), M_CPU_USER, 0);
}

/* Emulated: guest code is user code like any other, and efficiency says nothing. */
static void test_vm_emulated(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, vm, R_PROC_USER_TICKS_NS, 0.9e9);
    scene_set(s, vm, R_PROC_SYSTEM_TICKS_NS, 0.1e9);
    scene_absent(s, vm, R_PROC_GUEST_TICKS_NS, REASON_EMULATED);
    scene_run(s, 12);
    scene_check(scene_entity(s, "vm"), M_CPU_USER, 90);
    scene_check_absent(scene_entity(s, "vm"), M_CPU_GUEST, REASON_EMULATED);
    scene_check_absent(scene_entity(s, "vm"), M_EFFICIENCY, REASON_EMULATED);
}

static void test_vm_idle_efficiency(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, vm, R_PROC_USER_TICKS_NS, 0);
    scene_set(s, vm, R_PROC_SYSTEM_TICKS_NS, 0);
    scene_set(s, vm, R_PROC_GUEST_TICKS_NS, 0);
    scene_run(s, 12);
    scene_check_absent(scene_entity(s, "vm"), M_EFFICIENCY, REASON_IDLE);
}

static void test_container_split(struct scene *s, gconstpointer data)
{
    struct ident *c = scene_container(s, "c", 0.5);

    (void)data;
    scene_set(s, c, R_CG_USER_NS, 0.3e9);
    scene_set(s, c, R_CG_SYSTEM_NS, 0.2e9);
    scene_run(s, 2);
    scene_check(scene_entity(s, "c"), M_CPU_USER, 30);
    scene_check(scene_entity(s, "c"), M_CPU_SYSTEM, 20);
    scene_check_absent(scene_entity(s, "c"), M_CPU_GUEST, REASON_NOT_APPLICABLE);
    scene_check_absent(scene_entity(s, "c"), M_READY, REASON_NOT_APPLICABLE);
    scene_check_absent(scene_entity(s, "c"), M_EFFICIENCY, REASON_NOT_APPLICABLE);
}

/* 2 vCPUs: 0.2 and 0.1 s of waiting per second */
static void test_ready(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_vm(s, "vm", 1);

    (void)data;
    scene_set(s, vm, R_PROC_VCPUS, 2);
    scene_set(s, vm, R_PROC_VCPU_DELAY_NS, 0.3e9);
    for (int i = 0; i < 2; i++) {
        struct ident *vcpu = scene_part(s, vm, KIND_VCPU, i ? "1" : "0");
        scene_set(s, vcpu, R_VCPU_RUN_NS, 0.5e9);
        scene_set(s, vcpu, R_VCPU_DELAY_NS, i ? 0.1e9 : 0.2e9);
    }
    scene_run(s, 2);
    scene_check(scene_entity(s, "vm"), M_READY, 15);
    scene_check(scene_entity(s, "vm"), M_READY_MAX, 20);
    scene_check(scene_entity_part(s, "vm", KIND_VCPU, "1"), M_VCPU_READY, 10);
    scene_check(scene_entity_part(s, "vm", KIND_VCPU, "1"), M_VCPU_CPU, 50);
}

static void test_ready_absent(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_vm(s, "vm", 1);

    (void)data;
    scene_set(s, vm, R_PROC_VCPUS, 2);
    scene_absent(s, vm, R_PROC_VCPU_DELAY_NS, REASON_SCHEDSTAT_OFF);
    scene_run(s, 2);
    scene_check_absent(scene_entity(s, "vm"), M_READY, REASON_SCHEDSTAT_OFF);
    scene_check_absent(scene_entity(s, "vm"), M_READY_MAX, REASON_SCHEDSTAT_OFF);
    scene_set(s, vm, R_DOM_VCPUS, 2); /* libvirt has what this kernel hides */
    scene_set(s, vm, R_MON_VCPU_DELAY_NS, 0.1e9);
    scene_run(s, 2);
    scene_check(scene_entity(s, "vm"), M_READY, 5);
}

static void test_throttled(struct scene *s, gconstpointer data)
{
    struct ident *c = scene_container(s, "c", 0.2);

    (void)data;
    scene_set(s, c, R_CG_PERIODS, 10);
    scene_set(s, c, R_CG_THROTTLED, 6);
    scene_set(s, c, R_CG_THROTTLED_NS, 0.45e9);
    scene_run(s, 2);
    scene_check(scene_entity(s, "c"), M_THROTTLED, 60);
    scene_check(scene_entity(s, "c"), M_THROTTLED_MS, 450);
    /* idle under a quota: no period elapses, 0 of 0 */
    scene_set(s, c, R_CG_PERIODS, 0);
    scene_set(s, c, R_CG_THROTTLED, 0);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "c"), M_THROTTLED, REASON_IDLE);
    for (enum reading r = R_CG_PERIODS; r <= R_CG_THROTTLED_NS; r++)
        scene_absent(s, c, r, REASON_NO_QUOTA);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "c"), M_THROTTLED, REASON_NO_QUOTA);
    scene_check_absent(scene_entity(s, "c"), M_THROTTLED_MS, REASON_NO_QUOTA);
}

/* CPU time of threads that are not vCPUs. The counters of both are read one after the other. */
static void test_emulation(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_vm(s, "vm", 1);

    (void)data;
    scene_set(s, vm, R_PROC_RUN_NS, 1.3e9);
    scene_set(s, vm, R_PROC_VCPU_RUN_NS, 1.1e9);
    scene_run(s, 2);
    scene_check(scene_entity(s, "vm"), M_EMULATION, 20);
    scene_set(s, vm, R_PROC_VCPU_RUN_NS, 1.4e9);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_EMULATION, 0); /* never below */
    scene_absent(s, vm, R_PROC_VCPU_RUN_NS, REASON_NO_THREAD_NAMES);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "vm"), M_EMULATION, REASON_NO_THREAD_NAMES);
}

static void test_uptime(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm"), *c = scene_container(s, "c", 0);

    (void)data;
    scene_set(s, s->host, R_HOST_UPTIME_HUNDREDTHS, 50000);
    scene_set(s, vm, R_PROC_START_HUNDREDTHS, 38000);
    scene_absent(s, c, R_CG_START_HUNDREDTHS, REASON_NO_PROCESS);
    scene_run(s, 2);
    scene_check(scene_entity(s, "vm"), M_UPTIME, 120);
    scene_check_absent(scene_entity(s, "c"), M_UPTIME, REASON_NO_PROCESS);
    scene_set(s, c, R_CG_START_HUNDREDTHS, 49950);
    scene_run(s, 1);
    scene_check(scene_entity(s, "c"), M_UPTIME, 0.5);
}

/* Totals of counters, from the facet that has counted longest. Those of a scene start at 1e12. */
static void test_totals(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm"), *c = scene_container(s, "c", 0.5);

    (void)data;
    scene_set(s, vm, R_PROC_RUN_NS, 2e9);
    scene_set(s, c, R_CG_IO_READ_BYTES, 10);
    scene_absent(s, c, R_CG_IO_WRITE_BYTES, REASON_NO_CONTROLLER);
    scene_set(s, c, R_NET_TX_BYTES, 7);
    scene_run(s, 3);
    scene_check(scene_entity(s, "vm"), M_CPU_TIME, 1006);
    scene_check(scene_entity(s, "c"), M_CPU_TIME, 1001.5);
    scene_check(scene_entity(s, "c"), M_READ_TOTAL, 1e12 + 30);
    scene_check_absent(scene_entity(s, "c"), M_WRITE_TOTAL, REASON_NO_CONTROLLER);
    scene_check(scene_entity(s, "c"), M_TX_TOTAL, 1e12 + 21);
    scene_check_absent(scene_entity(s, "vm"), M_READ_TOTAL, REASON_NO_LIBVIRT);
}

/* A VM's disks are preferred to its cgroup, which may not count them. */
static void test_disk_totals(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, vm, R_CG_IO_READ_BYTES, 5);
    scene_absent(s, vm, R_CG_IO_WRITE_BYTES, REASON_REMOTE_DISK);
    scene_run(s, 2);
    scene_check(scene_entity(s, "vm"), M_READ_TOTAL, 1e12 + 10);
    scene_check_absent(scene_entity(s, "vm"), M_WRITE_TOTAL, REASON_REMOTE_DISK);
    scene_check_absent(scene_entity(s, "vm"), M_WRITE, REASON_REMOTE_DISK);
    struct ident *vda = scene_part(s, vm, KIND_DISK, "vda"),
                 *vdb = scene_part(s, vm, KIND_DISK, "vdb"),
                 *cdrom = scene_part(s, vm, KIND_DISK, "sda");
    scene_set(s, vda, R_DISK_READ_BYTES, 1);
    scene_set(s, vdb, R_DISK_READ_BYTES, 2);
    scene_set(s, vdb, R_DISK_WRITE_BYTES, 4);
    scene_absent(s, cdrom, R_DISK_READ_BYTES, REASON_NO_MEDIUM);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_READ_TOTAL, 2e12 + 3);
    scene_check(scene_entity(s, "vm"), M_WRITE_TOTAL, 1e12 + 4);
}

/* ---- memory ---- */

static void test_container_memory(struct scene *s, gconstpointer data)
{
    struct ident *c = scene_container(s, "c", 0);

    (void)data;
    scene_set(s, c, R_CG_MEM_USAGE_BYTES, 100);
    scene_absent(s, c, R_CG_MEM_INACTIVE_FILE_BYTES, REASON_UNREADABLE);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "c"), M_MEM, REASON_UNREADABLE); /* not the total instead */
    scene_check(scene_entity(s, "c"), M_MEM_CHARGED, 100);
    scene_set(s, c, R_CG_MEM_INACTIVE_FILE_BYTES, 30);
    scene_run(s, 1);
    scene_check(scene_entity(s, "c"), M_MEM, 70);
    scene_set(s, c, R_CG_MEM_INACTIVE_FILE_BYTES, 130); /* two files, read one after the other */
    scene_run(s, 1);
    scene_check(scene_entity(s, "c"), M_MEM, 0);
}

static void test_memory_percent(struct scene *s, gconstpointer data)
{
    struct ident *c = scene_container(s, "c", 0);

    (void)data;
    scene_busy_host(s);
    scene_set(s, c, R_CG_MEM_USAGE_BYTES, 100);
    scene_set(s, c, R_CG_MEM_INACTIVE_FILE_BYTES, 40);
    scene_set(s, c, R_CG_MEM_LIMIT_BYTES, 120);
    scene_set(s, s->host, R_HOST_MEM_TOTAL_BYTES, 600);
    scene_run(s, 2);
    scene_check(scene_entity(s, "c"), M_MEM_PERCENT, 50);
    scene_absent(s, c, R_CG_MEM_LIMIT_BYTES, REASON_NO_LIMIT);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "c"), M_MEM_LIMIT, REASON_NO_LIMIT);
    scene_check(scene_entity(s, "c"), M_MEM_PERCENT, 10); /* it may use what the host has */
    scene_absent(s, c, R_CG_MEM_LIMIT_BYTES, REASON_UNREADABLE);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "c"), M_MEM_PERCENT, REASON_UNREADABLE);
}

static void test_vm_memory(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, vm, R_PROC_RSS_BYTES, 900);
    scene_set(s, vm, R_PROC_HUGETLB_BYTES, 200);
    scene_set(s, vm, R_PROC_SWAP_BYTES, 100);
    scene_set(s, vm, R_DOM_MEM_BYTES, 1000);
    scene_set(s, vm, R_DOM_MEM_MAX_BYTES, 1500);
    scene_set(s, vm, R_CG_MEM_USAGE_BYTES, 400);
    scene_set(s, vm, R_CG_MEM_INACTIVE_FILE_BYTES, 0);
    scene_run(s, 2);
    scene_check(scene_entity(s, "vm"), M_MEM, 1200);
    scene_check(scene_entity(s, "vm"), M_MEM_LIMIT, 1000);
    scene_check(scene_entity(s, "vm"), M_MEM_PERCENT, 120); /* its emulator needs memory too */
    scene_check(scene_entity(s, "vm"), M_BALLOON, 500);
    scene_check_absent(scene_entity(s, "vm"), M_MEM_USED, REASON_NOT_READ);
    scene_set(s, vm, R_BALLOON_AVAILABLE_BYTES, 950);
    scene_set(s, vm, R_BALLOON_USABLE_BYTES, 700);
    scene_set(s, vm, R_MON_BALLOON_BYTES, 800);
    scene_set(s, vm, R_MON_BALLOON_MAX_BYTES, 1600);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_MEM_USED, 250);
    scene_check(scene_entity(s, "vm"), M_MEM_LIMIT, 800);
    scene_check(scene_entity(s, "vm"), M_BALLOON, 800);
    scene_absent(s, vm, R_BALLOON_USABLE_BYTES, REASON_NO_BALLOON);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "vm"), M_MEM_USED, REASON_NO_BALLOON);
}

/* Without a process, the value of libvirt; without that, the one of the cgroup. */
static void test_vm_memory_fallback(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, vm, R_CG_MEM_USAGE_BYTES, 400);
    scene_set(s, vm, R_CG_MEM_INACTIVE_FILE_BYTES, 10);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_MEM, 390);
    scene_set(s, vm, R_MON_RSS_BYTES, 700);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_MEM, 700);
}

/* Memory on nodes where one of its vCPUs ran last, over all of it. */
static void test_locality(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm");
    struct ident *near = scene_part(s, vm, KIND_NODE, "0"),
                 *far = scene_part(s, vm, KIND_NODE, "1");

    (void)data;
    scene_absent(s, vm, R_PROC_NODES, REASON_ONE_NODE);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "vm"), M_NUMA_LOCAL, REASON_ONE_NODE);
    scene_set(s, vm, R_PROC_NODES, 2);
    scene_set(s, near, R_GUESTNODE_BYTES, 300);
    scene_set(s, near, R_GUESTNODE_VCPUS, 2);
    scene_set(s, far, R_GUESTNODE_BYTES, 100);
    scene_set(s, far, R_GUESTNODE_VCPUS, 0);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_NUMA_LOCAL, 75);
}

/* ---- jobs, pressure ---- */

static void test_job(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, vm, R_JOB_DONE_BYTES, 30);
    scene_set(s, vm, R_JOB_LEFT_BYTES, 90);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_JOB, 25);
    scene_set(s, vm, R_JOB_LEFT_BYTES, 0);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_JOB, 100);
    scene_set(s, vm, R_JOB_DONE_BYTES, 0);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "vm"), M_JOB, REASON_NO_JOB);
}

static void test_pressure(struct scene *s, gconstpointer data)
{
    struct ident *c = scene_container(s, "c", 0);

    (void)data;
    scene_set(s, c, R_CG_PSI_CPU_SOME_NS, 0.314e9);
    scene_absent(s, c, R_CG_PSI_IO_SOME_NS, REASON_PRESSURE_OFF);
    scene_run(s, 2);
    scene_check(scene_entity(s, "c"), M_PSI_CPU, 31.4);
    scene_check_absent(scene_entity(s, "c"), M_PSI_IO, REASON_PRESSURE_OFF);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test)                                                                            \
    g_test_add("/derive/" name, struct scene, NULL, scene_set_up, test, scene_tear_down)
    ADD("guest/cpu", test_guest_cpu);
    ADD("guest/vm-split", test_vm_split);
    ADD("guest/vm-guest-above-user", test_vm_guest_above_user);
    ADD("guest/vm-emulated", test_vm_emulated);
    ADD("guest/vm-idle-efficiency", test_vm_idle_efficiency);
    ADD("guest/container-split", test_container_split);
    ADD("guest/ready", test_ready);
    ADD("guest/ready-absent", test_ready_absent);
    ADD("guest/throttled", test_throttled);
    ADD("guest/container-memory", test_container_memory);
    ADD("guest/memory-percent", test_memory_percent);
    ADD("guest/vm-memory", test_vm_memory);
    ADD("guest/vm-memory-fallback", test_vm_memory_fallback);
    ADD("guest/emulation", test_emulation);
    ADD("guest/uptime", test_uptime);
    ADD("guest/totals", test_totals);
    ADD("guest/disk-totals", test_disk_totals);
    ADD("guest/locality", test_locality);
    ADD("guest/job", test_job);
    ADD("guest/pressure", test_pressure);
    return g_test_run();
}
