/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Machines that libvirt does not know, as each of the programs that run them looks in /proc: name,
 * uuid, vCPUs, what the other threads do, and whose guest it is. */
#include <config.h>

#include "tests/collect/process-tree.h"

#define UUID "6b1f1d0e-5f6e-4c6a-9a53-2f0d5c6d4f10"

enum { THREADS = 6, PID = 300 };

struct vmm {
    const char *label, *exe, *cmdline, *cgroup;
    const char *threads[THREADS]; /* the first is the process itself */
    const char *name, *alias, *outer;
    unsigned vcpus;
    const char *tasks[THREADS]; /* what each is said to be */
};

/* As of Firecracker 1.5, Cloud Hypervisor 36, crosvm 2023-10, QEMU 8 in Proxmox VE 8, Incus 6 and
 * KubeVirt 1.1. */
static const struct vmm VMMS[] = {
    {.label = "firecracker",
     .exe = "/srv/jailer/firecracker/vm-7/root/firecracker",
     .cmdline = "firecracker|--id|vm-7|--start-time-us|1|--api-sock|/run/firecracker.socket",
     .cgroup = "0::/firecracker/vm-7\n",
     .threads = {"firecracker", "fc_api", "fc_vcpu 0", "fc_vcpu 1"},
     .name = "vm-7",
     .vcpus = 2,
     .tasks = {"emulator (firecracker)", "thread (fc_api)", "vCPU 0", "vCPU 1"}},
    {.label = "cloud-hypervisor",
     .exe = "/usr/bin/cloud-hypervisor",
     .cmdline = "cloud-hypervisor|--platform|uuid=" UUID "|--cpus|boot=2|--disk|path=/a.raw|--net|"
                "tap=tap0",
     .cgroup = "0::/user.slice\n",
     .threads = {"cloud-hyperviso", "vmm", "vcpu0", "vcpu1", "_disk0_q0", "_net1_qp0"},
     .name = "cloud-hyperviso:300",
     .alias = "uuid:" UUID,
     .vcpus = 2,
     .tasks = {"emulator (cloud-hyperviso)", "thread (vmm)", "vCPU 0", "vCPU 1",
               "iothread (_disk0_q0)", "iothread (_net1_qp0)"}},
    {.label = "crosvm",
     .exe = "/usr/bin/crosvm",
     .cmdline = "crosvm|run|--name|arcvm|--cpus|2|--mem|1024|/kernel",
     .cgroup = "0::/\n",
     .threads = {"crosvm", "crosvm_vcpu0", "crosvm_vcpu1"},
     .name = "arcvm",
     .vcpus = 2,
     .tasks = {"emulator (crosvm)", "vCPU 0", "vCPU 1"}},
    {.label = "proxmox",
     .exe = "/usr/bin/qemu-system-x86_64",
     .cmdline =
         "/usr/bin/kvm|-id|105|-name|web,debug-threads=on|-pidfile|/var/run/qemu-server/105.pid|"
         "-smbios|type=1,uuid=" UUID "|-smp|1,sockets=1,cores=1,maxcpus=1|-m|512",
     .cgroup = "0::/qemu.slice/105.scope\n",
     .threads = {"kvm", "CPU 0/KVM", "IO iothread1", "vnc_worker", "call_rcu"},
     .name = "web",
     .alias = "uuid:" UUID,
     .vcpus = 1,
     .tasks = {"emulator (kvm)", "vCPU 0", "iothread (IO iothread1)", "worker (vnc_worker)",
               "thread (call_rcu)"}},
    {.label = "incus",
     .exe = "/opt/incus/bin/qemu-system-x86_64",
     .cmdline =
         "/opt/incus/bin/qemu-system-x86_64|-S|-name|v1|-uuid|" UUID "|-daemonize|-readconfig|"
         "/run/incus/v1/qemu.conf|-smbios|type=2,manufacturer=LinuxContainers",
     .cgroup = "0::/system.slice/incus.service\n",
     .threads = {"qemu-system-x86", "qemu-system-x86", "qemu-system-x86"},
     .name = "v1",
     .alias = "uuid:" UUID,
     .vcpus = 1,
     .tasks = {"emulator (qemu-system-x86)", "vCPU 0", "thread (qemu-system-x86)"}},
    {.label = "kubevirt",
     .exe = "/usr/libexec/qemu-kvm",
     .cmdline = "/usr/libexec/qemu-kvm|-name|guest=prod_db,debug-threads=on|-uuid|" UUID "|-m|"
                "size=1048576k|-accel|kvm",
     .cgroup = "0::/kubepods.slice/kubepods-burstable.slice/"
               "kubepods-burstable-pod11111111_2222_3333_4444_555555555555.slice/"
               "cri-containerd-"
               "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope\n",
     .threads = {"qemu-kvm", "CPU 0/KVM", "live_migration"},
     .name = "prod_db",
     .alias = "uuid:" UUID,
     .outer = "/kubepods.slice/",
     .vcpus = 1,
     .tasks = {"emulator (qemu-kvm)", "vCPU 0", "worker (live_migration)"}},
};

static void write_vmm(const char *dir, const struct vmm *v)
{
    struct fake f = {.pid = PID, .comm = v->threads[0], .cmdline = v->cmdline, .start = 9};

    while (f.threads < THREADS && v->threads[f.threads])
        f.threads++;
    write_process(dir, &f);
    write_link(dir, PID, "exe", v->exe);
    write_link(dir, PID, "fd/10", "anon_inode:kvm-vm");
    for (unsigned i = 0; i < v->vcpus; i++) {
        char *fd = g_strdup_printf("fd/%u", 12 + i);
        char *target = g_strdup_printf("anon_inode:kvm-vcpu:%u", i);
        write_link(dir, PID, fd, target);
        g_free(target);
        g_free(fd);
    }
    for (unsigned i = 0; i < f.threads; i++)
        write_thread(dir, PID, PID + (int)i, v->threads[i], "100 10 1\n");
    /* the second thread waits on the first vCPU: that is all there is to see where none is named */
    write_file(dir, "16 0xc 0xae80 0x0\n", "proc/%d/task/301/syscall", PID);
    write_file(dir, v->cgroup, "proc/%d/cgroup", PID);
}

static bool has_alias(const struct ident *i, const char *alias)
{
    for (int a = 0; a < IDENT_ALIASES && i->alias[a]; a++)
        if (strcmp(i->alias[a], alias) == 0)
            return true;
    return false;
}

static void check_threads(const struct host *h, const struct vmm *v)
{
    for (int i = 0; i < THREADS && v->tasks[i]; i++) {
        char *key = g_strdup_printf("task:%d", PID + i);
        const struct record *task = find(h, FACET_TASK, key);
        g_assert_nonnull(task);
        g_assert_cmpstr(task->ident->name, ==, v->tasks[i]);
        assert_value(task, R_TASK_RUN_NS, 100);
        assert_value(task, R_TASK_DELAY_NS, 10);
        g_free(key);
    }
}

static void test_vmm(gconstpointer data)
{
    const struct vmm *v = data;
    struct host h;

    host_begin(&h);
    write_vmm(h.dir, v);
    collect(&h);
    h.demand.focus[0] = find(&h, FACET_PROCESS, NULL)->ident->serial;
    collect(&h);
    const struct record *r = find(&h, FACET_PROCESS, NULL);
    g_assert_cmpstr(r->ident->name, ==, v->name);
    g_assert_cmpint(r->ident->type, ==, GUEST_VM);
    assert_value(r, R_PROC_VCPUS, v->vcpus);
    g_assert_true(!v->alias || has_alias(r->ident, v->alias));
    if (v->outer)
        g_assert_true(g_str_has_prefix(r->ident->outer, v->outer));
    else
        g_assert_null(r->ident->outer);
    for (unsigned i = 0; i < v->vcpus; i++) {
        char *key = g_strdup_printf("vcpu:%u", i);
        assert_value(find(&h, FACET_VCPU_THREAD, key), R_VCPU_DELAY_NS, 10);
        g_free(key);
    }
    check_threads(&h, v);
    host_end(&h);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(VMMS); i++) {
        char *path = g_strconcat("/process-vmms/", VMMS[i].label, NULL);
        g_test_add_data_func(path, &VMMS[i], test_vmm);
        g_free(path);
    }
    return g_test_run();
}
