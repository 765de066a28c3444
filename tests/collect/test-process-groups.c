/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Virtual machines and the control groups around them: which guest is inside which, that the host's
 * account has each once, and whether a group sees what the disks of its machine do. */
#include <config.h>

#include "collect/local.h"
#include "model/roster.h"
#include "model/value.h"
#include "tests/collect/cgroup-tree.h"
#include "tests/collect/process-tree.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD                                                                                        \
    "/kubepods.slice/kubepods-burstable.slice/"                                                    \
    "kubepods-burstable-pod11111111_2222_3333_4444_555555555555.slice/"
#define QEMU "/usr/bin/qemu-system-x86_64|-name|guest=inner|-accel|kvm|-m|64"
#define MOUNTS "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 22 0:40 / /mnt/nas rw - nfs4 nas:/x rw\n"

enum { PID = 300, GROUP_BYTES = 9 << 20, RSS_BYTES = 2 << 20, READ_BYTES = 4096 };

/* One host for each: a machine in the group PROCESS, and the files of a group. */
static const struct row {
    const char *label;
    const char *process; /* where the process is */
    const char *group;   /* the container, or the group of the machine */
    const char *cmdline;
    bool inside;      /* the group is a container around the machine */
    enum reason read; /* of the machine's total: REASON_OK = what its group says */
} ROWS[] = {
    {"kubevirt", POD "cri-containerd-" ID ".scope", POD "cri-containerd-" ID ".scope", QEMU, true,
     REASON_NO_LIBVIRT},
    {"docker", "/system.slice/docker-" ID ".scope", "/system.slice/docker-" ID ".scope", QEMU, true,
     REASON_NO_LIBVIRT},
    {"docker-below", "/docker/" ID "/init.scope", "/docker/" ID, QEMU, true, REASON_NO_LIBVIRT},
    {"lxc", "/lxc.payload.c1/system.slice/vm.service", "/lxc.payload.c1", QEMU, true,
     REASON_NO_LIBVIRT},
    {"vmspawn", "/machine.slice/machine-fedora.scope", "/machine.slice/machine-fedora.scope",
     QEMU "|-drive|file=/a.img", false, REASON_OK},
    {"nspawn", "/machine.slice/machine-debian.scope", "/machine.slice/machine-debian.scope", QEMU,
     true, REASON_NO_LIBVIRT},
    {"proxmox", "/qemu.slice/101.scope", "/qemu.slice/101.scope",
     QEMU "|-drive|file=/dev/pve/vm-101-disk-0", false, REASON_OK},
    {"no-disk", "/qemu.slice/101.scope", "/qemu.slice/101.scope", QEMU, false, REASON_OK},
    {"ceph", "/qemu.slice/101.scope", "/qemu.slice/101.scope",
     QEMU "|-drive|file=rbd:rbd/vm-101-disk-0:mon_host=m,if=none", false, REASON_REMOTE_DISK},
    {"one-of-two", "/qemu.slice/101.scope", "/qemu.slice/101.scope",
     QEMU "|-drive|file=/a.qcow2|-cdrom|https://example.org/a.iso", false, REASON_REMOTE_DISK},
    {"nfs", "/qemu.slice/101.scope", "/qemu.slice/101.scope", QEMU "|-hda|/mnt/nas/a.qcow2", false,
     REASON_REMOTE_DISK},
    {"spdk", "/machine.slice/machine-qemu\\x2d1\\x2dinner.scope/libvirt/emulator",
     "/machine.slice/machine-qemu\\x2d1\\x2dinner.scope",
     QEMU "|-device|{\"driver\":\"vhost-user-blk-pci\",\"chardev\":\"c\"}", false,
     REASON_REMOTE_DISK},
    {"nvme", "/qemu.slice/101.scope", "/qemu.slice/101.scope",
     QEMU "|-device|vfio-pci,host=01:00.0", false, REASON_REMOTE_DISK},
    {"network-card", "/qemu.slice/101.scope", "/qemu.slice/101.scope",
     QEMU "|-device|vfio-pci,host=02:00.0", false, REASON_OK},
};

static void write_host(const char *dir, const struct row *row)
{
    const struct fake f = {
        .pid = PID, .comm = "qemu-system-x86", .cmdline = row->cmdline, .start = 9, .threads = 2};
    char *line = g_strdup_printf("0::%s\n", row->process);
    char *stat =
        g_strdup_printf("8:0 rbytes=%d wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n", READ_BYTES);

    cgroup_host(dir, HOST_V2);
    tree_file(dir, "sys/fs/cgroup/cgroup.procs", "");
    cgroup_file(dir, "", row->process, "cgroup.procs", "300\n");
    if (strcmp(row->process, row->group) != 0)
        cgroup_file(dir, "", row->group, "cgroup.procs", "");
    cgroup_file(dir, "", row->group, "cpu.stat", "usage_usec 9\nuser_usec 6\nsystem_usec 3\n");
    cgroup_file(dir, "", row->group, "memory.current", "9437184\n");
    cgroup_file(dir, "", row->group, "memory.stat", "anon 9437184\nfile 0\ninactive_file 0\n");
    cgroup_file(dir, "", row->group, "io.stat", stat);
    tree_file(dir, "sys/bus/pci/devices/0000:01:00.0/class", "0x010802\n");
    tree_file(dir, "sys/bus/pci/devices/0000:02:00.0/class", "0x020000\n");
    tree_file(dir, "run/systemd/machines/fedora", "NAME=fedora\nSERVICE=x\nCLASS=vm\n");
    tree_link(dir, "run/systemd/machines/unit:machine-fedora.scope", "fedora");
    tree_file(dir, "run/systemd/machines/debian", "NAME=debian\nCLASS=container\n");
    tree_link(dir, "run/systemd/machines/unit:machine-debian.scope", "debian");
    write_process(dir, &f);
    write_file(dir, "VmRSS:\t 2048 kB\n", "proc/%d/status", PID);
    write_link(dir, PID, "exe", "/usr/bin/qemu-system-x86_64");
    write_link(dir, PID, "fd/10", "anon_inode:kvm-vm");
    write_link(dir, PID, "fd/12", "anon_inode:kvm-vcpu:0");
    write_thread(dir, PID, PID, "qemu-system-x86", "100 10 1\n");
    write_thread(dir, PID, PID + 1, "CPU 0/KVM", "100 10 1\n");
    write_file(dir, line, "proc/%d/cgroup", PID);
    write_file(dir, MOUNTS, "proc/%d/mountinfo", PID);
    g_free(stat);
    g_free(line);
}

static struct roster *look_at(const char *dir)
{
    const struct local_config config = {.root_dir = dir};
    struct demand demand = {.needs = NEED_ALL & ~(unsigned)NEED_PARTS,
                            .interval_ns = CLOCK_NS_PER_S};
    struct roster *roster = roster_new(1 << 20);
    void *local = LOCAL_SOURCE.open(&config);

    for (int64_t t = 1; t <= 2; t++) {
        struct sample *s = sample_new(0, demand.interval_ns);
        LOCAL_SOURCE.collect(local, &demand, s);
        roster_merge(roster, s);
        roster_tick(roster, t * CLOCK_NS_PER_S, t * CLOCK_NS_PER_S);
        sample_unref(s);
    }
    LOCAL_SOURCE.close(local);
    return roster;
}

static const struct entity *find_guest(const struct roster *r, enum guest_class class)
{
    for (guint i = 0; i < roster_guests(r)->len; i++) {
        const struct entity *e = g_ptr_array_index(roster_guests(r), i);
        if (entity_class(e) == class)
            return e;
    }
    g_assert_not_reached();
}

static void test_row(gconstpointer data)
{
    const struct row *row = data;
    char *dir = tree_new();

    write_host(dir, row);
    struct roster *r = look_at(dir);
    g_assert_cmpuint(roster_guests(r)->len, ==, row->inside ? 2 : 1);
    const struct entity *vm = find_guest(r, CLASS_VM), *host = roster_host(r);
    g_assert_cmpstr(entity_label(vm, LABEL_NAME), ==, "inner");
    g_assert_true(vm->outer == (row->inside ? find_guest(r, CLASS_CONTAINER) : NULL));
    /* the account has the outer one, whose part the inner one is */
    g_assert_cmpfloat(entity_number(host, M_HOST_MEM_VM), ==, row->inside ? 0 : RSS_BYTES);
    g_assert_cmpfloat(entity_number(host, M_HOST_MEM_CONTAINER), ==, row->inside ? GROUP_BYTES : 0);
    struct value read = entity_value(vm, M_READ_TOTAL);
    g_assert_cmpint(read.reason, ==, row->read);
    if (row->read == REASON_OK)
        g_assert_cmpfloat(read.number, ==, READ_BYTES);
    roster_free(r);
    tree_free(dir);
}

/* machined says a moment after the scope is there what is in it. */
static void test_machined_late(void)
{
    static const struct row row = {.process = "/machine.slice/machine-late.scope",
                                   .group = "/machine.slice/machine-late.scope",
                                   .cmdline = QEMU};
    char *dir = tree_new();
    struct demand demand = {.needs = NEED_ALL & ~(unsigned)NEED_PARTS,
                            .interval_ns = CLOCK_NS_PER_S};
    const struct local_config config = {.root_dir = dir};
    struct roster *roster = roster_new(1 << 20);

    write_host(dir, &row);
    void *local = LOCAL_SOURCE.open(&config);
    for (int64_t t = 1; t <= 3; t++) {
        struct sample *s = sample_new(0, demand.interval_ns);
        if (t == 2) {
            g_usleep(2100 * 1000); /* threads, and where they are, are not listed all the time */
            tree_file(dir, "run/systemd/machines/unit:machine-late.scope", "CLASS=vm\n");
            write_thread(dir, PID, PID + 2, "worker", "100 10 1\n");
            write_stat(dir, &(struct fake){
                                .pid = PID, .comm = "qemu-system-x86", .start = 9, .threads = 3});
        }
        LOCAL_SOURCE.collect(local, &demand, s);
        roster_merge(roster, s);
        roster_tick(roster, t * CLOCK_NS_PER_S, t * CLOCK_NS_PER_S);
        sample_unref(s);
    }
    LOCAL_SOURCE.close(local);
    guint here = 0;
    for (guint i = 0; i < roster_guests(roster)->len; i++)
        here += !((struct entity *)g_ptr_array_index(roster_guests(roster), i))->gone_ns;
    g_assert_cmpuint(here, ==, 1);
    const struct entity *vm = find_guest(roster, CLASS_VM);
    g_assert_null(vm->outer);
    roster_free(roster);
    tree_free(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(ROWS); i++) {
        char *path = g_strconcat("/process-groups/", ROWS[i].label, NULL);
        g_test_add_data_func(path, &ROWS[i], test_row);
        g_free(path);
    }
    g_test_add_func("/process-groups/machined-late", test_machined_late);
    return g_test_run();
}
