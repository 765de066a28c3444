/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What the command lines of the programs that run virtual machines say. */
#include <config.h>

#include "collect/process/process_args.h"

#include <glib.h>
#include <string.h>

/* Arguments separated by '|', as /proc/PID/cmdline separates them by NUL. */
static struct process_args parse(enum vmm vmm, const char *line)
{
    struct process_args args;
    char *cmdline = g_strdup(line);
    size_t length = strlen(cmdline) + 1;

    g_strdelimit(cmdline, "|", '\0');
    process_args_parse(&args, vmm, cmdline, length);
    g_free(cmdline);
    return args;
}

static void test_programs(void)
{
    static const struct {
        const char *program;
        enum vmm vmm;
    } programs[] = {
        {"/usr/bin/qemu-system-x86_64", VMM_QEMU},
        {"qemu-system-aarch64", VMM_QEMU},
        {"/usr/libexec/qemu-kvm", VMM_QEMU},
        {"/usr/bin/kvm", VMM_QEMU},
        {"/usr/bin/qemu-system-x86_64 (deleted)", VMM_QEMU},
        {"/nix/store/abc-qemu-8.1.2/bin/.qemu-system-x86_64-wrapped", VMM_QEMU},
        {"/nix/store/abc-qemu-8.1.2/bin/.qemu-kvm-wrapped", VMM_QEMU},
        {"/nix/store/abc-qemu/bin/..qemu-kvm-wrapped-wrapped (deleted)", VMM_QEMU},
        {"/gnu/store/abc-qemu-8.2/bin/.qemu-system-i386-real", VMM_QEMU},
        {"/opt/android/emulator/qemu/linux-x86_64/qemu-system-x86_64-headless", VMM_QEMU},
        {"/srv/jailer/firecracker", VMM_FIRECRACKER},
        {"/srv/firecracker-v1.7.0-x86_64", VMM_FIRECRACKER},
        {"cloud-hypervisor", VMM_CLOUD_HYPERVISOR},
        {"/usr/local/bin/cloud-hypervisor-static", VMM_CLOUD_HYPERVISOR},
        {"cloud-hypervisor-static-aarch64", VMM_CLOUD_HYPERVISOR},
        {"crosvm", VMM_CROSVM},
        {"lkvm", VMM_KVMTOOL},
        {"/usr/bin/lkvm-static", VMM_KVMTOOL},
        /* their tools, user emulation, and what only sounds like it */
        {"qemu-img", VMM_NONE},
        {"qemu-nbd", VMM_NONE},
        {"qemu-ga", VMM_NONE},
        {"qemu-x86_64", VMM_NONE},
        {"qemu-system-", VMM_NONE},
        {"kvm-ok", VMM_NONE},
        {"kvmtop", VMM_NONE},
        {"bash", VMM_NONE},
        {"", VMM_NONE},
        {"/usr/bin/", VMM_NONE},
        {"...", VMM_NONE},
        {"firecracker-ctl", VMM_NONE},
        {"firecracker-containerd", VMM_NONE},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
        g_test_message("%s", programs[i].program);
        g_assert_cmpint(process_vmm(programs[i].program), ==, programs[i].vmm);
    }
}

/* ---- line -> name, uuid, memory, vCPUs, accelerator ---- */

#define KIB(n) (UINT64_C(n) << 10)
#define MIB(n) (UINT64_C(n) << 20)
#define GIB(n) (UINT64_C(n) << 30)
#define UUID "00000003-1111-4222-8333-0000000003aa"
#define X86 "/usr/bin/qemu-system-x86_64|"

#define KVM ACCEL_KVM
#define TCG ACCEL_TCG
#define OTHER ACCEL_UNKNOWN

static const struct line {
    enum vmm vmm;
    const char *line, *name, *uuid;
    uint64_t memory;
    unsigned vcpus;
    enum accel accel;
} LINES[] = {
    /* libvirt */
    {VMM_QEMU,
     X86 "-name|guest=db idle_1,debug-threads=on|-S|-object|{\"qom-type\":\"secret\",\"id\":"
         "\"masterKey0\",\"format\":\"raw\",\"file\":\"/var/lib/libvirt/m.aes\"}|-machine|"
         "pc-i440fx-7.2,usb=off,memory-backend=pc.ram|-accel|kvm|-cpu|host,migratable=on|-m|"
         "size=65536k|-object|{\"qom-type\":\"memory-backend-ram\",\"id\":\"pc.ram\",\"size\":"
         "67108864}|-overcommit|mem-lock=off|-smp|2,sockets=2,cores=1,threads=1|-uuid|"
         "FABFE87E-661f-4d91-9c26-d7987c21c719",
     "db idle_1", "fabfe87e-661f-4d91-9c26-d7987c21c719", MIB(64), 2, KVM},
    {VMM_QEMU,
     X86 "-name|guest=QEMUGuest1|-machine|pc,accel=tcg,usb=off,dump-guest-core=off|-m|214|-smp|"
         "1,sockets=1,cores=1,threads=1|-uuid|" UUID,
     "QEMUGuest1", UUID, MIB(214), 1, TCG},
    {VMM_QEMU,
     X86 "-name|guest=json|-m|size=1048576k,slots=16,maxmem=8388608k|-object|{\"qom-type\":"
         "\"memory-backend-ram\",\"id\":\"ram-node0\",\"size\":1073741824}|-numa|node,nodeid=0,"
         "cpus=0-1,memdev=ram-node0|-object|{\"qom-type\":\"memory-backend-ram\",\"id\":"
         "\"memdimm0\",\"size\":536870912}|-device|{\"driver\":\"pc-dimm\",\"node\":0,"
         "\"memdev\":\"memdimm0\",\"id\":\"dimm0\",\"slot\":0}|-smp|2,maxcpus=6,sockets=6",
     "json", NULL, MIB(1536), 2, TCG},
    {VMM_QEMU,
     X86 "-name|guest=virtiomem|-m|size=2095104k,slots=16,maxmem=1099511627776k|-object|{\"qom-type"
         "\":\"memory-backend-ram\",\"id\":\"memvirtiomem0\",\"reserve\":false,\"size\":"
         "1073741824}|-device|{\"driver\":\"virtio-mem-pci\",\"node\":0,\"block-size\":2097152,"
         "\"requested-size\":536870912,\"memdev\":\"memvirtiomem0\",\"id\":\"virtiomem0\"}",
     "virtiomem", NULL, KIB(2095104) + MIB(512), 1, TCG},
    {VMM_QEMU,
     X86 "-name|guest=nvdimm|-m|1G,slots=2,maxmem=4G|-object|memory-backend-file,id=nv,size=1G,"
         "mem-path=/nv|-device|nvdimm,memdev=nv",
     "nvdimm", NULL, GIB(1), 1, TCG},
    /* Proxmox VE: hot-plugged CPUs and memory are on the command line after the next start */
    {VMM_QEMU,
     "/usr/bin/kvm|-id|101|-name|win11,debug-threads=on|-pidfile|/var/run/qemu-server/101.pid|"
     "-smbios|type=1,uuid=" UUID "|-smp|3,sockets=1,cores=3,maxcpus=3|-m|1024|-readconfig|"
     "/usr/share/qemu-server/pve-q35-4.0.cfg|-machine|type=pc-q35-9.2+pve1",
     "win11", UUID, GIB(1), 3, OTHER},
    {VMM_QEMU,
     "/usr/bin/"
     "kvm|-id|101|-name|hot|-smp|1,sockets=2,cores=2,maxcpus=4|-device|kvm64-x86_64-cpu,id="
     "cpu2,socket-id=0,core-id=1,thread-id=0|-device|kvm64-x86_64-cpu,id=cpu3,socket-id=1,core-id="
     "0,thread-id=0|-m|size=1024,slots=255,maxmem=524288M|-object|memory-backend-ram,id=ram-node0,"
     "size=1024M|-numa|node,nodeid=0,cpus=0,memdev=ram-node0|-object|memory-backend-ram,id="
     "mem-dimm0,size=512M|-device|pc-dimm,id=dimm0,memdev=mem-dimm0,node=0|-object|"
     "memory-backend-file,id=mem-dimm1,size=1024M,mem-path=/run/hugepages,share=on|-device|"
     "pc-dimm,id=dimm1,memdev=mem-dimm1,node=0",
     "hot", NULL, MIB(2560), 3, KVM},
    {VMM_QEMU, "/usr/bin/kvm|-id|9|-name|novm|-no-kvm|-m|512|-smp|1", "novm", NULL, MIB(512), 1,
     TCG},
    /* Incus and LXD: what the file says is not known here */
    {VMM_QEMU,
     "/opt/incus/bin/qemu-system-x86_64|-S|-name|v1|-uuid|" UUID
     "|-daemonize|-cpu|host,hv_passthrough"
     "|-nographic|-serial|chardev:console|-nodefaults|-readconfig|/run/incus/v1/qemu.conf|-pidfile|"
     "/run/incus/v1/qemu.pid",
     "v1", UUID, 0, 0, OTHER},
    {VMM_QEMU, X86 "-readconfig|/a.cfg|-smp|maxcpus=8|-enable-kvm|-m|2G", NULL, NULL, GIB(2), 0,
     KVM},
    {VMM_QEMU, X86 "-name|a|-m|2G|-smp|4|-readconfig|/a.cfg|-name|b", "b", NULL, GIB(2), 4, OTHER},
    /* OpenStack, oVirt, KubeVirt: libvirt's, on RHEL */
    {VMM_QEMU,
     "/usr/libexec/qemu-kvm|-name|guest=instance-0000002a,debug-threads=on|-machine|"
     "pc-q35-rhel9.2.0,usb=off,smm=on|-accel|kvm|-m|size=8388608k|-smp|4,sockets=4,dies=1,cores=1,"
     "threads=1|-uuid|" UUID,
     "instance-0000002a", UUID, GIB(8), 4, KVM},
    {VMM_QEMU,
     "/usr/libexec/qemu-kvm|-name|guest=default_vm,debug-threads=on|-machine|pc-q35-rhel8.6.0,"
     "accel=kvm|-m|1024|-smp|1,maxcpus=4,sockets=4,dies=1,cores=1,threads=1",
     "default_vm", NULL, GIB(1), 1, KVM},
    /* minikube, docker-machine, quickemu, UTM, vagrant, GNOME Boxes, systemd-vmspawn, Kata */
    {VMM_QEMU, X86 "-M|virt,highmem=off|-cpu|max|-display|none|-accel|tcg|-m|6000|-smp|2|-boot|d",
     NULL, NULL, MIB(6000), 2, TCG},
    {VMM_QEMU,
     "qemu-system-x86_64|-name|ubuntu-22.04,process=ubuntu-22.04|-machine|q35,smm=off,vmport=off,"
     "accel=kvm|-global|kvm-pit.lost_tick_policy=discard|-cpu|host|-smp|cores=4,threads=2,sockets=1"
     "|-m|8G|-device|virtio-balloon|-rtc|base=utc|-pidfile|ubuntu/ubuntu.pid",
     "ubuntu-22.04", NULL, GIB(8), 8, KVM},
    {VMM_QEMU,
     "/Applications/UTM/qemu-system-aarch64|-L|/share|-S|-spice|unix=on|-cpu|max|-smp|"
     "cpus=8,sockets=1,cores=8,threads=1|-machine|virt|-accel|hvf|-m|4096|-name|Debian|-uuid|" UUID,
     "Debian", UUID, GIB(4), 8, OTHER},
    {VMM_QEMU,
     "/usr/bin/qemu-system-x86_64|-machine|type=q35,smm=on|-smp|2|-m|2048M|-object|"
     "rng-random,filename=/dev/urandom,id=rng0|-name|guest=fedora|-uuid|" UUID "|-accel|kvm",
     "fedora", UUID, GIB(2), 2, KVM},
    {VMM_QEMU,
     X86
     "-name|sandbox-1,debug-threads=on|-uuid|" UUID "|-machine|q35,accel=kvm,nvdimm=on|-cpu|"
     "host,pmu=off|-qmp|unix:/run/q.sock,server=on,wait=off|-m|2048M,slots=10,maxmem=129361M|"
     "-smp|1,cores=1,threads=1,sockets=16,maxcpus=16|-object|memory-backend-file,id=dimm1,size="
     "2048M,mem-path=/dev/shm,share=on|-numa|node,memdev=dimm1|-device|nvdimm,id=nv0,memdev=mem0",
     "sandbox-1", UUID, GIB(2), 1, KVM},
    /* by hand: short forms, double dashes, defaults */
    {VMM_QEMU, "qemu-system-x86_64|--name|raw|-m|1.5G|-nic|none", "raw", NULL, MIB(1536), 1, TCG},
    {VMM_QEMU, "qemu-system-x86_64|-enable-kvm|-smp|cpus=4,maxcpus=8|-m|2G|-net|user", NULL, NULL,
     GIB(2), 4, KVM},
    {VMM_QEMU, "qemu-system-x86_64|-machine|q35,accel=kvm:tcg", NULL, NULL, MIB(128), 1, OTHER},
    {VMM_QEMU, "qemu-system-x86_64|-accel|kvm|-accel|tcg", NULL, NULL, MIB(128), 1, OTHER},
    {VMM_QEMU, "qemu-system-x86_64|-machine|accel=tcg|-machine|accel=kvm", NULL, NULL, MIB(128), 1,
     KVM},
    {VMM_QEMU, "/usr/bin/kvm|-m|64", NULL, NULL, MIB(64), 1, KVM},
    {VMM_QEMU, "qemu-kvm|disk.img", NULL, NULL, MIB(128), 1, KVM},
    {VMM_QEMU, "qemu-system-ppc64", NULL, NULL, MIB(512), 1, TCG},
    {VMM_QEMU, "qemu-system-ppc64|-M|pseries-7.2", NULL, NULL, MIB(512), 1, TCG},
    {VMM_QEMU, "qemu-system-aarch64|-M|virt", NULL, NULL, MIB(128), 1, TCG},
    {VMM_QEMU, "qemu-system-aarch64|-M|raspi3b", NULL, NULL, 0, 1, TCG},
    {VMM_QEMU, "/nix/store/q/bin/.qemu-system-x86_64-wrapped|-smp|2", NULL, NULL, MIB(128), 2, TCG},
    {VMM_QEMU, "qemu-system-x86_64|-append|-m 5 -smp 7|-m|96", NULL, NULL, MIB(96), 1, TCG},
    {VMM_QEMU, "qemu-system-x86_64|-name|guest=a,,b=c,debug-threads=on", "a,b=c", NULL, MIB(128), 1,
     TCG},
    {VMM_QEMU, "qemu-system-x86_64|-name|debug-threads=on,guest=late", "late", NULL, MIB(128), 1,
     TCG},
    {VMM_QEMU, "qemu-system-x86_64|-name|debug-threads=on", NULL, NULL, MIB(128), 1, TCG},
    /* one subject in several options; options of the machine that say the same */
    {VMM_QEMU, X86 "-m|1G|-m|slots=4,maxmem=8G|-smp|4|-smp|maxcpus=8", NULL, NULL, GIB(1), 4, TCG},
    {VMM_QEMU, X86 "-M|q35,memory.size=2G,smp.cpus=3,smp.maxcpus=6", NULL, NULL, GIB(2), 3, TCG},
    {VMM_QEMU, X86 "-M|{\"type\":\"q35\",\"accel\":\"kvm\",\"smp\":{\"cpus\":5}}", NULL, NULL,
     MIB(128), 5, KVM},
    {VMM_QEMU, X86 "-object|memory-backend-memfd,id=m,size=3G|-M|q35,memory-backend=m", NULL, NULL,
     GIB(3), 1, TCG},
    {VMM_QEMU,
     X86 "-M|q35,memory-backend=m|-object|memory-backend-memfd,id=m,size=3G|-device|"
         "pc-dimm,memdev=d|-object|memory-backend-ram,size=1G,id=d|-m|3G,slots=2",
     NULL, NULL, GIB(4), 1, TCG},
    {VMM_QEMU, X86 "-object|memory-backend-ram,id=unused,size=3G|-m|1G", NULL, NULL, GIB(1), 1,
     TCG},
    {VMM_QEMU,
     "qemu-system-ppc64|-M|pseries|-smp|8,threads=8,maxcpus=32|-device|"
     "host-spapr-cpu-core,core-id=8|-m|1G",
     NULL, NULL, GIB(1), 16, TCG},
    {VMM_QEMU, "qemu-system-s390x|-smp|1,maxcpus=3|-device|z14-s390x-cpu,core-id=1", NULL, NULL,
     MIB(128), 2, TCG},
    /* a program that descends from QEMU has defaults of its own */
    {VMM_QEMU,
     "/opt/android/emulator/qemu/linux-x86_64/qemu-system-x86_64-headless|-avd|Pixel_5|-no-window|"
     "-no-audio|-qemu|-smp|cores=2",
     "Pixel_5", NULL, 0, 2, OTHER},
    {VMM_QEMU,
     "/opt/android/emulator/qemu/linux-x86_64/qemu-system-x86_64|@Pixel_5|-memory|2048|"
     "-cores|4|-accel|on",
     "Pixel_5", NULL, GIB(2), 4, OTHER},
    {VMM_NONE, "/usr/bin/stratovirt|-name|sv|-machine|microvm|-smp|2|-qmp|unix:/s|-m|256", "sv",
     NULL, MIB(256), 2, KVM},
    {VMM_NONE, "/opt/xbox/xemu|-machine|xbox|-device|usb-hub", NULL, NULL, 0, 0, KVM},
    /* Firecracker and its jailer */
    {VMM_FIRECRACKER, "firecracker|--api-sock|/run/fc.sock|--id|vm-7", "vm-7", NULL, 0, 0, KVM},
    {VMM_FIRECRACKER, "firecracker|--id=x|--config-file|vm.json|--no-api", "x", NULL, 0, 0, KVM},
    /* Cloud Hypervisor */
    {VMM_CLOUD_HYPERVISOR,
     "cloud-hypervisor|--cpus|boot=4,max=8|--memory|size=512M|--net|tap=vmtap0|--platform|"
     "uuid=" UUID,
     NULL, UUID, MIB(512), 4, KVM},
    {VMM_CLOUD_HYPERVISOR, "cloud-hypervisor|--memory|size=1073741824|--kernel|/k", NULL, NULL,
     GIB(1), 1, KVM},
    {VMM_CLOUD_HYPERVISOR, "cloud-hypervisor-static|--kernel|/k|--disk|path=/a|path=/b", NULL, NULL,
     MIB(512), 1, KVM},
    {VMM_CLOUD_HYPERVISOR,
     "cloud-hypervisor|--firmware|/f|--memory|size=0|--memory-zone|id=m0,size=1G|id=m1,size=2G|"
     "--cpus|boot=2",
     NULL, NULL, GIB(3), 2, KVM},
    {VMM_CLOUD_HYPERVISOR,
     "cloud-hypervisor|--kernel|/k|--memory|size=1G,hotplug_size=4G,"
     "hotplugged_size=1G",
     NULL, NULL, GIB(2), 1, KVM},
    {VMM_CLOUD_HYPERVISOR, "cloud-hypervisor|--api-socket|/run/ch.sock", NULL, NULL, 0, 0, KVM},
    {VMM_CLOUD_HYPERVISOR, "cloud-hypervisor|--api-socket=/run/ch.sock|--kernel|/k", NULL, NULL,
     MIB(512), 1, KVM},
    {VMM_CLOUD_HYPERVISOR, "cloud-hypervisor|--disk|path=/a.raw|--cpus|boot=2", NULL, NULL,
     MIB(512), 2, KVM},
    /* crosvm */
    {VMM_CROSVM, "crosvm|run|--name=arcvm|--cpus|2|--mem=1024", "arcvm", NULL, GIB(1), 2, KVM},
    {VMM_CROSVM, "crosvm|--extended-status|run|--cpus|num-cores=4|--mem|size=2048|/k", NULL, NULL,
     GIB(2), 4, KVM},
    {VMM_CROSVM, "crosvm|run|/k", NULL, NULL, MIB(256), 1, KVM},
    {VMM_CROSVM, "crosvm|run|--cfg|/c.json", NULL, NULL, 0, 0, KVM},
    /* kvmtool: "-n" is a network */
    {VMM_KVMTOOL, "lkvm|run|--name|guest-1|-c|3|-m|256", "guest-1", NULL, MIB(256), 3, KVM},
    {VMM_KVMTOOL, "lkvm|run|-n|virtio|-k|/k", NULL, NULL, 0, 0, KVM},
    /* unknown programs that hold a machine of KVM */
    {VMM_NONE, "/usr/lib/virtualbox/VBoxHeadless|--comment|win|--startvm|" UUID "|--vrde|config",
     "win", UUID, 0, 0, KVM},
    {VMM_NONE, "/opt/vmm|--id|a|-m|4", "a", NULL, 0, 0, KVM},
};

static void test_lines(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(LINES); i++) {
        const struct line *l = &LINES[i];
        struct process_args a = parse(l->vmm, l->line);
        g_test_message("%s", l->line);
        g_assert_cmpstr(a.name, ==, l->name);
        g_assert_cmpstr(a.uuid, ==, l->uuid);
        g_assert_cmpuint(a.memory_bytes, ==, l->memory);
        g_assert_cmpuint(a.vcpus, ==, l->vcpus);
        g_assert_cmpint(a.accel, ==, l->accel);
        g_assert_false(a.probe);
        process_args_clear(&a);
    }
}

static void test_network(void)
{
    static const struct {
        const char *line;
        bool network;
    } lines[] = {{X86 "-nic|none", false},
                 {X86 "-net|none", false},
                 {X86 "-name|a", false},
                 {X86 "-net|user", true},
                 {X86 "-netdev|{\"type\":\"tap\",\"fd\":\"30\"}", true}};

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        struct process_args a = parse(VMM_QEMU, lines[i].line);
        g_assert_cmpint(a.network, ==, lines[i].network);
        process_args_clear(&a);
    }
}

/* The shapes of QEMU's tests/unit/test-smp-parse.c, and what they leave out. */
static void test_smp(void)
{
    static const struct {
        const char *smp;
        unsigned vcpus;
    } shapes[] = {
        {"cores=1", 1},
        {"8", 8},
        {"cpus=8", 8},
        {"sockets=2", 2},
        {"cores=4", 4},
        {"threads=2", 2},
        {"maxcpus=16", 16},
        {"8,sockets=2", 8},
        {"8,cores=4", 8},
        {"8,threads=2", 8},
        {"8,maxcpus=16", 8},
        {"sockets=2,cores=4", 8},
        {"sockets=2,threads=2", 4},
        {"sockets=2,maxcpus=16", 16},
        {"cores=4,threads=2", 8},
        {"cores=4,maxcpus=16", 16},
        {"threads=2,maxcpus=16", 16},
        {"8,sockets=2,cores=4", 8},
        {"8,sockets=2,threads=2", 8},
        {"8,sockets=2,maxcpus=16", 8},
        {"8,cores=4,threads=2", 8},
        {"8,cores=4,maxcpus=16", 8},
        {"8,threads=2,maxcpus=16", 8},
        {"sockets=2,cores=4,threads=2", 16},
        {"sockets=2,cores=4,maxcpus=16", 16},
        {"sockets=2,threads=2,maxcpus=16", 16},
        {"cores=4,threads=2,maxcpus=16", 16},
        {"8,sockets=2,cores=4,threads=1", 8},
        {"8,sockets=2,cores=4,maxcpus=16", 8},
        {"8,sockets=2,threads=2,maxcpus=16", 8},
        {"8,cores=4,threads=2,maxcpus=16", 8},
        {"sockets=2,cores=4,threads=2,maxcpus=16", 16},
        {"8,sockets=2,cores=4,threads=2,maxcpus=16", 8},
        /* levels that only some machines have */
        {"sockets=2,dies=2,cores=2", 8},
        {"sockets=2,clusters=2,cores=2,threads=2", 16},
        {"sockets=2,dies=2,modules=2,cores=2,threads=2", 32},
        {"drawers=2,books=2,sockets=2,cores=2", 16},
        {"cores=4,disabledcpus=1", 3},
        /* no CPUs: not said */
        {"0,cores=4", 4},
        {"99999999", 1},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++) {
        char *line = g_strconcat(X86 "-smp|", shapes[i].smp, NULL);
        struct process_args a = parse(VMM_QEMU, line);
        g_test_message("%s", line);
        g_assert_cmpuint(a.vcpus, ==, shapes[i].vcpus);
        process_args_clear(&a);
        g_free(line);
    }
}

/* Sizes as QEMU takes them. What it would not take is not said. */
static void test_sizes(void)
{
    static const struct {
        const char *size;
        uint64_t bytes;
    } sizes[] = {
        {"512", MIB(512)},
        {"512M", MIB(512)},
        {"524288k", MIB(512)},
        {"2g", GIB(2)},
        {"1T", GIB(1024)},
        {"1P", GIB(1) << 20},
        {"1.5G", MIB(1536)},
        {"0.75G", MIB(768)},
        {".5G", MIB(512)},
        {"1.G", GIB(1)},
        {"0.0625G", MIB(64)},
        {"0x60", MIB(96)},
        {"0X10", MIB(16)},
        {"0x6F0000F", 0x6F0000FULL + 8191 - (0x6F0000FULL + 8191) % 8192},
        {"1073741824B", GIB(1)},
        {"8193b", 16384},
        {" 64", MIB(64)},
        {"1.1G", (UINT64_C(1181116006) + 8191) / 8192 * 8192},
        /* none of them */
        {"", MIB(128)},
        {"G", MIB(128)},
        {"-1", MIB(128)},
        {"1.5", MIB(128)},
        {"1.5B", MIB(128)},
        {"512MB", MIB(128)},
        {"1 G", MIB(128)},
        {"0x", MIB(128)},
        {"1e3", MIB(128)},
        {".", MIB(128)},
        {"99999999999E", MIB(128)},
        {"18446744073709551615k", MIB(128)},
        {"0", MIB(128)},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        char *line = g_strconcat(X86 "-m|", sizes[i].size, NULL);
        struct process_args a = parse(VMM_QEMU, line);
        g_test_message("%s", line);
        g_assert_cmpuint(a.memory_bytes, ==, sizes[i].bytes);
        process_args_clear(&a);
        g_free(line);
    }
}

static void test_proxmox(void)
{
    struct process_args a =
        parse(VMM_QEMU, "/usr/bin/kvm|-id|101|-name|web,debug-threads=on|-pidfile|"
                        "/var/run/qemu-server/101.pid|-m|512");
    g_assert_cmpstr(a.id, ==, "101");
    g_assert_cmpstr(a.name, ==, "web");
    process_args_clear(&a);

    a = parse(VMM_QEMU, "/usr/bin/kvm|-pidfile|/var/run/qemu-server/../x.pid");
    g_assert_null(a.id);
    process_args_clear(&a);
}

/* No guests: questions, other commands of the program, the devices of a Xen domain. */
static void test_probe(void)
{
    static const struct {
        enum vmm vmm;
        const char *line;
    } lines[] = {
        {VMM_QEMU, X86 "-S|-no-user-config|-nodefaults|-nographic|-machine|none,accel=kvm:tcg"},
        {VMM_QEMU, X86 "-M|none"},
        {VMM_QEMU, X86 "-version"},
        {VMM_QEMU, X86 "--help"},
        {VMM_QEMU, X86 "-machine|help"},
        {VMM_QEMU, X86 "-device|?"},
        {VMM_QEMU, "qemu-system-i386|-xen-domid|5|-chardev|socket,id=libxl-cmd,path=/q|-mon|"
                   "chardev=libxl-cmd,mode=control|-nodefaults|-name|hvm1|-machine|xenfv|-m|1016"},
        {VMM_QEMU, "qemu-system-i386|-xen-attach|-name|pv|-M|xenpv"},
        {VMM_QEMU, X86 "-machine|pc,accel=xen|-name|x"},
        {VMM_FIRECRACKER, "firecracker|--version"},
        {VMM_CLOUD_HYPERVISOR, "cloud-hypervisor|-V"},
        {VMM_CROSVM, "/opt/cvd/bin/crosvm|device|gpu|--socket|/run/cvd/gpu.sock|--params|{}"},
        {VMM_CROSVM, "crosvm|stop|/run/crosvm.sock"},
        {VMM_CROSVM, "crosvm|balloon|1073741824|/run/crosvm.sock"},
        {VMM_KVMTOOL, "lkvm|list"},
        {VMM_KVMTOOL, "lkvm|stat|-n|guest"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        struct process_args a = parse(lines[i].vmm, lines[i].line);
        g_test_message("%s", lines[i].line);
        g_assert_true(a.probe);
        process_args_clear(&a);
    }
    struct process_args a = parse(VMM_QEMU, X86 "-accel|kvm,xen-version=0x4000a|-name|xen");
    g_assert_false(a.probe);
    process_args_clear(&a);
}

/* ---- where disks are ---- */

static void test_disks(void)
{
    static const struct {
        enum vmm vmm;
        const char *line, *files;
        bool remote;
    } lines[] = {
        {VMM_QEMU, X86 "-drive|file=/a.qcow2,if=virtio|-cdrom|/b.iso", "/a.qcow2 /b.iso", false},
        {VMM_QEMU, X86 "-nodefaults", "", false},
        {VMM_QEMU, X86 "/a.img|-hdb|file:/b.img", "/a.img /b.img", false},
        {VMM_QEMU, X86 "file:", "", false},
        {VMM_QEMU, X86 "file:nbd:localhost:10809", "", true},
        {VMM_QEMU, "/usr/bin/kvm|-drive|file=rbd:pool/vm-9-disk-0:conf=/etc/pve/ceph.conf,if=none",
         "", true},
        {VMM_QEMU, X86 "-drive|file=nbd:unix:/n.sock:exportname=d,if=virtio", "", true},
        {VMM_QEMU, X86 "-drive|file=nbd+unix:///d?socket=/n.sock", "", true},
        {VMM_QEMU, X86 "-hda|iscsi://h/iqn.2001-04.com.example/1", "", true},
        {VMM_QEMU, X86 "-cdrom|https://example.org/a.iso", "", true},
        {VMM_QEMU, X86 "ssh://h/a.img", "", true},
        {VMM_QEMU, X86 "-drive|driver=gluster,volume=v,path=a.img", "", true},
        {VMM_QEMU, X86 "-drive|file.driver=nfs,file.server.host=h,file.path=/x", "/x", true},
        {VMM_QEMU, X86 "-drive|file=json:{\"driver\":\"rbd\"}", "", true},
        {VMM_QEMU,
         X86 "-blockdev|{\"driver\":\"file\",\"filename\":\"/a.img\",\"node-name\":\"s\"}|"
             "-blockdev|{\"driver\":\"qcow2\",\"file\":\"s\",\"node-name\":\"f\"}",
         "/a.img", false},
        {VMM_QEMU,
         X86 "-blockdev|{\"driver\":\"raw\",\"file\":{\"driver\":\"nbd\",\"server\":{\"type\":"
             "\"unix\",\"path\":\"/n\"}}}",
         "/n", true},
        {VMM_QEMU, X86 "-blockdev|rbd,node-name=a,pool=p,image=i", "", true},
        {VMM_QEMU, X86 "-device|{\"driver\":\"vhost-user-blk-pci\",\"chardev\":\"c\"}", "", true},
        {VMM_QEMU, X86 "-device|vhost-scsi-pci,wwpn=naa.5001405", "", true},
        {VMM_QEMU,
         X86 "-device|vfio-pci,host=01:00.0|-device|{\"driver\":\"vfio-pci\",\"host\":"
             "\"0000:02:00.0\"}|-device|vfio-pci,host=/dev/x",
         "", false},
        {VMM_QEMU, X86 "-device|virtio-blk-pci,drive=a|-device|vhost-vsock-pci", "", false},
        {VMM_CLOUD_HYPERVISOR, "cloud-hypervisor|--disk|path=/a.raw|path=/b.raw,readonly=on",
         "/a.raw /b.raw", false},
        {VMM_CLOUD_HYPERVISOR, "cloud-hypervisor|--disk|vhost_user=true,vhost_socket=/s", "", true},
        {VMM_CROSVM, "crosvm|run|--block|path=/a.img", "/a.img", false},
        {VMM_CROSVM, "crosvm|run|--vhost-user|type=block,socket=/s", "", true},
        {VMM_KVMTOOL, "lkvm|run|-d|/a.img", "/a.img", false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        struct process_args a = parse(lines[i].vmm, lines[i].line);
        GString *files = g_string_new(NULL);
        for (guint f = 0; a.disks.files && f < a.disks.files->len; f++)
            g_string_append_printf(files, "%s%s", f ? " " : "",
                                   (char *)g_ptr_array_index(a.disks.files, f));
        g_test_message("%s", lines[i].line);
        g_assert_cmpint(a.disks.remote, ==, lines[i].remote);
        g_assert_cmpstr(files->str, ==, lines[i].files);
        g_string_free(files, TRUE);
        process_args_clear(&a);
    }
}

/* The mount that is nearest counts, the last one of those on one directory. */
static void test_mounts(void)
{
    static const char mounts[] = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
                                 "30 22 0:40 / /mnt/pve/nas rw shared:1 - nfs4 nas:/x rw\n"
                                 "31 22 8:2 / /mnt/pve/nas/ssd rw - xfs /dev/sdb1 rw\n"
                                 "32 22 0:41 / /srv/a\\040b rw - fuse.glusterfs g:/v rw\n"
                                 "33 22 0:42 / /over rw - cifs //s/v rw\n"
                                 "34 22 8:3 / /over rw - ext4 /dev/sdc1 rw\n"
                                 "35 22 8:3 / /blk rw - fuseblk /dev/sdd1 rw\n"
                                 "36 22 0:43 / /torn rw\n";
    static const struct {
        const char *path;
        bool remote;
    } paths[] = {{"/a.img", false},
                 {"/mnt/pve/nas/a.img", true},
                 {"/mnt/pve/nasty.img", false},
                 {"/mnt/pve/nas/ssd/a.img", false},
                 {"/srv/a b/a.img", true},
                 {"/srv/a/a.img", false},
                 {"/over/a.img", false},
                 {"/blk/a.img", false},
                 {"/torn/a.img", false},
                 {"/mnt/pve/nas", true}};

    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_test_message("%s", paths[i].path);
        g_assert_cmpint(process_disks_is_mounted_remote(mounts, paths[i].path), ==,
                        paths[i].remote);
    }
    g_assert_false(process_disks_is_mounted_remote("", "/a"));
    char *short_path = g_strdup("/a"); /* so that a sanitizer sees who reads beyond it */
    g_assert_false(
        process_disks_is_mounted_remote("1 1 8:1 / /a\\000\\000 rw - nfs s rw\n", short_path));
    g_free(short_path);
    g_assert_false(process_disks_is_mounted_remote("1 2 3", "/a"));
}

/* Options without their value, nonsense as values, nothing at all. */
static void test_hostile(void)
{
    static const char *const lines[] = {"",
                                        "x",
                                        "x|",
                                        "x|-name",
                                        "x|-m",
                                        "x|-smp|",
                                        "x|-",
                                        "x|--",
                                        "x|-name|,,",
                                        "x|-name|=",
                                        "x|-uuid|no",
                                        "x|-m|99999999999E",
                                        "x|-smp|-1",
                                        "x|-smp|cores=99999999999,threads=99999999999",
                                        "x|-m|{",
                                        "x|-m|{\"size\":{\"size\":[1,null]}}",
                                        "x|-device|{\"driver\":[]}",
                                        "x|-object|qom-type=memory-backend-ram",
                                        "x|-machine|memory-backend=",
                                        "x|-drive|file=",
                                        "x|-drive|file=json:file=json:{",
                                        "x|--disk|",
                                        "x|--memory-zone",
                                        "x|-netdev",
                                        "x|-m|18446744073709551615k",
                                        "x|-pidfile|/qemu-server/.pid",
                                        "x|--id",
                                        "x|--memory|size=",
                                        "x|--cpus=boot"};

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        for (enum vmm vmm = VMM_NONE; vmm <= VMM_KVMTOOL; vmm++) {
            struct process_args a = parse(vmm, lines[i]);
            g_assert_null(a.uuid);
            g_assert_null(a.id);
            g_assert_cmpuint(a.vcpus, <=, 1);
            process_args_clear(&a);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/process-args/programs", test_programs);
    g_test_add_func("/process-args/lines", test_lines);
    g_test_add_func("/process-args/network", test_network);
    g_test_add_func("/process-args/smp", test_smp);
    g_test_add_func("/process-args/sizes", test_sizes);
    g_test_add_func("/process-args/disks", test_disks);
    g_test_add_func("/process-args/mounts", test_mounts);
    g_test_add_func("/process-args/proxmox", test_proxmox);
    g_test_add_func("/process-args/probe", test_probe);
    g_test_add_func("/process-args/hostile", test_hostile);
    return g_test_run();
}
