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
    g_assert_cmpint(process_vmm("/usr/bin/qemu-system-x86_64"), ==, VMM_QEMU);
    g_assert_cmpint(process_vmm("qemu-system-aarch64"), ==, VMM_QEMU);
    g_assert_cmpint(process_vmm("/usr/libexec/qemu-kvm"), ==, VMM_QEMU);
    g_assert_cmpint(process_vmm("/usr/bin/kvm"), ==, VMM_QEMU);
    g_assert_cmpint(process_vmm("/usr/bin/qemu-system-x86_64 (deleted)"), ==, VMM_QEMU);
    g_assert_cmpint(process_vmm("/srv/jailer/firecracker"), ==, VMM_FIRECRACKER);
    g_assert_cmpint(process_vmm("cloud-hypervisor"), ==, VMM_CLOUD_HYPERVISOR);
    g_assert_cmpint(process_vmm("crosvm"), ==, VMM_CROSVM);
    g_assert_cmpint(process_vmm("lkvm"), ==, VMM_KVMTOOL);
    /* their tools, user emulation, and what only sounds like it */
    static const char *const others[] = {"qemu-img",     "qemu-nbd",       "qemu-ga", "qemu-x86_64",
                                         "qemu-system-", "kvm-ok",         "bash",    "",
                                         "/usr/bin/",    "firecracker-ctl"};
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        g_assert_cmpint(process_vmm(others[i]), ==, VMM_NONE);
}

static void test_libvirt(void)
{
    struct process_args a = parse(
        VMM_QEMU, "/usr/bin/qemu-system-x86_64|-name|guest=db idle_1,debug-threads=on|-S|-machine|"
                  "pc-i440fx-7.2,usb=off,memory-backend=pc.ram|-accel|kvm|-m|size=65536k|-smp|"
                  "2,sockets=2,cores=1|-uuid|FABFE87E-661f-4d91-9c26-d7987c21c719|-netdev|"
                  "{\"type\":\"tap\",\"fd\":\"30\"}");

    g_assert_cmpstr(a.name, ==, "db idle_1");
    g_assert_cmpstr(a.uuid, ==, "fabfe87e-661f-4d91-9c26-d7987c21c719");
    g_assert_cmpuint(a.memory_bytes, ==, 64 << 20);
    g_assert_cmpuint(a.vcpus, ==, 2);
    g_assert_cmpint(a.accel, ==, ACCEL_KVM);
    g_assert_true(a.network);
    g_assert_false(a.probe);
    process_args_clear(&a);
}

/* By hand: short forms, double dashes, defaults. */
static void test_by_hand(void)
{
    struct process_args a = parse(VMM_QEMU, "qemu-system-x86_64|--name|raw|-m|1.5G|-nic|none");
    g_assert_cmpstr(a.name, ==, "raw");
    g_assert_cmpuint(a.memory_bytes, ==, 0); /* not a size QEMU takes either */
    g_assert_cmpuint(a.vcpus, ==, 1);
    g_assert_cmpint(a.accel, ==, ACCEL_TCG);
    g_assert_false(a.network);
    process_args_clear(&a);

    a = parse(VMM_QEMU, "qemu-system-x86_64|-enable-kvm|-smp|cpus=4,maxcpus=8|-m|2G|-net|user");
    g_assert_null(a.name);
    g_assert_cmpuint(a.memory_bytes, ==, UINT64_C(2) << 30);
    g_assert_cmpuint(a.vcpus, ==, 4);
    g_assert_cmpint(a.accel, ==, ACCEL_KVM);
    g_assert_true(a.network);
    process_args_clear(&a);

    a = parse(VMM_QEMU, "qemu-system-x86_64|-machine|q35,accel=kvm:tcg");
    g_assert_cmpint(a.accel, ==, ACCEL_UNKNOWN);
    g_assert_cmpuint(a.memory_bytes, ==, 128 << 20);
    process_args_clear(&a);

    a = parse(VMM_QEMU, "/usr/bin/kvm|-m|64");
    g_assert_cmpint(a.accel, ==, ACCEL_KVM);
    process_args_clear(&a);

    /* Incus gives the size in a file. */
    a = parse(VMM_QEMU, "qemu-system-x86_64|-name|v1|-readconfig|/run/incus/v1/qemu.conf");
    g_assert_cmpuint(a.memory_bytes, ==, 0);
    g_assert_cmpuint(a.vcpus, ==, 0);
    process_args_clear(&a);
}

static void test_commas(void)
{
    struct process_args a =
        parse(VMM_QEMU, "qemu-system-x86_64|-name|guest=a,,b=c,debug-threads=on");
    g_assert_cmpstr(a.name, ==, "a,b=c");
    process_args_clear(&a);

    a = parse(VMM_QEMU, "qemu-system-x86_64|-name|debug-threads=on,guest=late");
    g_assert_cmpstr(a.name, ==, "late");
    process_args_clear(&a);

    a = parse(VMM_QEMU, "qemu-system-x86_64|-name|debug-threads=on");
    g_assert_null(a.name);
    process_args_clear(&a);
}

static void test_proxmox(void)
{
    struct process_args a =
        parse(VMM_QEMU, "/usr/bin/kvm|-id|101|-name|web,debug-threads=on|-pidfile|"
                        "/var/run/qemu-server/101.pid|-smbios|type=1,uuid="
                        "00000003-1111-4222-8333-000000000003|-m|512");
    g_assert_cmpstr(a.id, ==, "101");
    g_assert_cmpstr(a.name, ==, "web");
    g_assert_cmpstr(a.uuid, ==, "00000003-1111-4222-8333-000000000003");
    process_args_clear(&a);

    a = parse(VMM_QEMU, "/usr/bin/kvm|-pidfile|/var/run/qemu-server/../x.pid");
    g_assert_null(a.id);
    process_args_clear(&a);
}

/* libvirt starts QEMU to ask what it can do: nobody's guest. */
static void test_probe(void)
{
    struct process_args a = parse(VMM_QEMU, "qemu-system-x86_64|-machine|none,accel=kvm:tcg");

    g_assert_true(a.probe);
    process_args_clear(&a);
}

static void test_others(void)
{
    struct process_args a = parse(VMM_FIRECRACKER, "firecracker|--api-sock|/run/fc.sock|--id|vm-7");
    g_assert_cmpstr(a.name, ==, "vm-7");
    g_assert_cmpint(a.accel, ==, ACCEL_KVM);
    g_assert_cmpuint(a.memory_bytes, ==, 0);
    process_args_clear(&a);

    a = parse(VMM_CLOUD_HYPERVISOR,
              "cloud-hypervisor|--cpus|boot=4,max=8|--memory|size=512M|--net|"
              "tap=vmtap0|--platform|uuid=00000003-1111-4222-8333-00000000000a");
    g_assert_cmpuint(a.vcpus, ==, 4);
    g_assert_cmpuint(a.memory_bytes, ==, 512 << 20);
    g_assert_cmpstr(a.uuid, ==, "00000003-1111-4222-8333-00000000000a");
    g_assert_true(a.network);
    process_args_clear(&a);

    a = parse(VMM_CROSVM, "crosvm|run|--name=arcvm|--cpus|2|--mem=1024");
    g_assert_cmpstr(a.name, ==, "arcvm");
    g_assert_cmpuint(a.vcpus, ==, 2);
    g_assert_cmpuint(a.memory_bytes, ==, 1 << 30);
    process_args_clear(&a);

    a = parse(VMM_KVMTOOL, "lkvm|run|--name|guest-1|-c|3|-m|256");
    g_assert_cmpstr(a.name, ==, "guest-1");
    g_assert_cmpuint(a.vcpus, ==, 3);
    g_assert_cmpuint(a.memory_bytes, ==, 256 << 20);
    process_args_clear(&a);
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
    g_test_add_func("/process-args/libvirt", test_libvirt);
    g_test_add_func("/process-args/by-hand", test_by_hand);
    g_test_add_func("/process-args/commas", test_commas);
    g_test_add_func("/process-args/proxmox", test_proxmox);
    g_test_add_func("/process-args/probe", test_probe);
    g_test_add_func("/process-args/others", test_others);
    g_test_add_func("/process-args/hostile", test_hostile);
    return g_test_run();
}
