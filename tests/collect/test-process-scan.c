/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Which processes are virtual machines, in trees of files that stand in for /proc. */
#include <config.h>

#include "collect/process/process_scan.h"
#include "tests/collect/process-tree.h"

static const struct process_found *found_pid(const GPtrArray *found, pid_t pid)
{
    for (guint i = 0; i < found->len; i++) {
        const struct process_found *one = g_ptr_array_index(found, i);
        if (one->pid == pid)
            return one;
    }
    return NULL;
}

static GPtrArray *scan(struct process_scan *s, guint expected)
{
    GPtrArray *found = process_scan_run(s);

    g_assert_cmpuint(found->len, ==, expected);
    return found;
}

/* Known programs, unknown ones that hold a machine, helpers; and what is none. */
static void test_scan(void)
{
    static const struct fake processes[] = {
        {.pid = 1, .comm = "systemd", .cmdline = "/sbin/init", .start = 1},
        {.pid = 10, .comm = "firecracker", .cmdline = "/firecracker|--id|vm-1", .start = 2},
        {.pid = 11, .comm = "unheard-of", .cmdline = "/opt/unheard-of", .start = 3, .threads = 1},
        {.pid = 12, .comm = "qemu-system-x86", .cmdline = "qemu-system-x86_64|-M|none", .start = 4},
        {.pid = 13, .comm = "timeout", .cmdline = "timeout|9|qemu-system-x86_64", .start = 5},
        {.pid = 14, .comm = "vhost-10", .cmdline = "", .start = 6},
        {.pid = 15, .comm = "kworker/0:1", .cmdline = "", .start = 7},
        {.pid = 16, .comm = "liar", .cmdline = "qemu-system-x86_64|-name|liar", .start = 8}};
    struct host h;

    host_begin(&h);
    for (size_t i = 0; i < G_N_ELEMENTS(processes); i++)
        write_process(h.dir, &processes[i]);
    write_link(h.dir, 11, "fd/7", "anon_inode:kvm-vm");
    write_link(h.dir, 11, "fd/8", "anon_inode:kvm-vcpu:0");
    write_link(h.dir, 16, "exe", "/usr/bin/python3");
    struct process_scan *s = process_scan_new(h.root);
    GPtrArray *found = scan(s, 3);
    g_assert_cmpstr(found_pid(found, 10)->args.name, ==, "vm-1");
    g_assert_cmpint(found_pid(found, 10)->vmm, ==, VMM_FIRECRACKER);
    g_assert_cmpint(found_pid(found, 11)->vmm, ==, VMM_NONE);
    g_assert_cmpstr(found_pid(found, 11)->program, ==, "unheard-of");
    g_assert_cmpint(found_pid(found, 14)->vhost_of, ==, 10);
    g_ptr_array_free(found, TRUE);
    /* each is reported once */
    g_ptr_array_free(scan(s, 0), TRUE);
    process_scan_forget(s, 10);
    g_ptr_array_free(scan(s, 1), TRUE);
    process_scan_free(s);
    host_end(&h);
}

static void write_kvm(const char *dir, int pid, bool vcpus)
{
    write_link(dir, pid, "fd/3", "/dev/kvm");
    write_link(dir, pid, "fd/7", "anon_inode:kvm-vm");
    if (vcpus)
        write_link(dir, pid, "fd/8", "anon_inode:kvm-vcpu:0");
}

/* What makes a machine is what a process holds and was told, not the name of its file alone. */
static void test_evidence(void)
{
    static const char crosvm[] = "crosvm|run|--name|android-1|/k";
    static const char qemu[] = "qemu-system-x86_64|-daemonize|-name|d";
    static const struct {
        struct fake process;
        const char *exe;
        bool kvm, vcpus;
        const char *maps; /* NULL: it cannot be read */
        bool machine;
    } rows[] = {
        /* a process for each device, forked from the machine; and one that was started for it */
        {{.pid = 20, .comm = "crosvm", .cmdline = crosvm}, "/bin/crosvm", true, true, NULL, true},
        {{.pid = 21, .comm = "pcivirtio-net", .cmdline = crosvm, .parent = 20},
         "/bin/crosvm",
         false,
         false,
         NULL,
         false},
        {{.pid = 22, .comm = "pcivirtio-gpu", .cmdline = crosvm, .parent = 20},
         "/bin/crosvm",
         true,
         false,
         NULL,
         false},
        {{.pid = 23, .comm = "crosvm", .cmdline = "crosvm|device|gpu", .parent = 20},
         "/bin/crosvm",
         false,
         false,
         NULL,
         false},
        /* another machine that a machine has started, as far as the kernel knows */
        {{.pid = 24, .comm = "crosvm", .cmdline = "crosvm|run|--name|b|/k", .parent = 20},
         "/bin/crosvm",
         true,
         true,
         NULL,
         true},
        /* QEMU moves into the background: its child holds the machine */
        {{.pid = 30, .comm = "qemu-system-x86", .cmdline = qemu},
         "/bin/qemu-system-x86_64",
         false,
         false,
         NULL,
         true},
        {{.pid = 31, .comm = "qemu-system-x86", .cmdline = qemu, .parent = 30},
         "/bin/qemu-system-x86_64",
         true,
         true,
         NULL,
         true},
        /* QEMU is about to start a program: emulated, it holds nothing */
        {{.pid = 32, .comm = "qemu-system-x86", .cmdline = qemu, .parent = 30},
         "/bin/qemu-system-x86_64",
         false,
         false,
         NULL,
         false},
        /* tools that hold duplicates */
        {{.pid = 39, .comm = "tool", .cmdline = "tool"}, "/bin/tool", true, true, NULL, false},
        {{.pid = 40, .comm = "tool", .cmdline = "tool"}, "/bin/tool", true, false, NULL, false},
        {{.pid = 41, .comm = "tool", .cmdline = "tool"},
         "/bin/tool",
         true,
         true,
         "7f00-7f01 r-xp 0 08:01 5 /bin/tool\n",
         false},
        /* a program that is not known by name, and a process that it forked */
        {{.pid = 42, .comm = "vmm", .cmdline = "vmm"},
         "/opt/vmm",
         true,
         true,
         "7f00-7f03 rw-s 00000000 00:10 1044 anon_inode:kvm-vcpu:0\n",
         true},
        {{.pid = 43, .comm = "vmm", .cmdline = "vmm", .parent = 42},
         "/opt/vmm",
         true,
         true,
         "7f00-7f03 rw-s 00000000 00:10 1044 anon_inode:kvm-vcpu:0\n",
         false},
        /* wrapped, emulated; the device model of a Xen domain */
        {{.pid = 50, .comm = "qemu-system-x86", .cmdline = "/nix/qemu-system-x86_64|-m|64"},
         "/nix/store/q/bin/.qemu-system-x86_64-wrapped",
         false,
         false,
         NULL,
         true},
        {{.pid = 60,
          .comm = "qemu-system-i38",
          .cmdline = "qemu-system-i386|-xen-domid|1|-M|xenfv"},
         "/usr/lib/xen/bin/qemu-system-i386",
         false,
         false,
         NULL,
         false},
    };
    struct host h;

    host_begin(&h);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct fake *f = &rows[i].process;
        write_process(h.dir, f);
        write_link(h.dir, f->pid, "exe", rows[i].exe);
        write_link(h.dir, f->pid, "fd/0", "/dev/null");
        if (rows[i].kvm)
            write_kvm(h.dir, f->pid, rows[i].vcpus);
        if (rows[i].maps)
            write_file(h.dir, rows[i].maps, "proc/%d/maps", f->pid);
    }
    struct process_scan *s = process_scan_new(h.root);
    GPtrArray *found = process_scan_run(s);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("process %d", rows[i].process.pid);
        g_assert_cmpint(found_pid(found, rows[i].process.pid) != NULL, ==, rows[i].machine);
    }
    g_ptr_array_free(found, TRUE);
    process_scan_free(s);
    host_end(&h);
}

static guint scan_times(struct process_scan *s, int times)
{
    guint found = 0;

    for (int i = 0; i < times; i++) {
        GPtrArray *now = process_scan_run(s);
        found += now->len;
        g_ptr_array_free(now, TRUE);
    }
    return found;
}

/* Between fork and exec a machine still is the program that starts it. Later a shell may become one
 * as well: it is found before it is twice as old, or in its turn. */
static void test_scan_exec(void)
{
    static const struct fake shell = {.pid = 20, .comm = "sh", .cmdline = "/bin/sh", .start = 2};
    static const struct fake qemu = {
        .pid = 20, .comm = "qemu-system-x86", .cmdline = "qemu-system-x86_64", .start = 2};
    static const struct {
        int before, as_shell, as_machine; /* scans */
    } lives[] = {{0, 1, 1}, {0, 8, 16}, {2, 1, 1}, {2, 8, 8}, {2, 500, 16}};
    struct host h;

    for (size_t i = 0; i < G_N_ELEMENTS(lives); i++) {
        host_begin(&h);
        write_file(h.dir, "", "proc/loadavg");
        struct process_scan *s = process_scan_new(h.root);
        g_assert_cmpuint(scan_times(s, lives[i].before), ==, 0);
        write_process(h.dir, &shell);
        g_assert_cmpuint(scan_times(s, lives[i].as_shell), ==, 0);
        write_process(h.dir, &qemu);
        g_assert_cmpuint(scan_times(s, lives[i].as_machine), ==, 1);
        process_scan_free(s);
        host_end(&h);
    }
}

/* A program that nobody knows may make a machine later on. */
static void test_scan_late_kvm(void)
{
    static const struct fake program = {
        .pid = 20, .comm = "late", .cmdline = "/opt/late", .start = 2, .threads = 1};
    static const int lives[][2] = {{1, 1}, {8, 8}, {500, 128}}; /* scans before and after */
    struct host h;

    for (size_t i = 0; i < G_N_ELEMENTS(lives); i++) {
        host_begin(&h);
        write_file(h.dir, "", "proc/loadavg");
        struct process_scan *s = process_scan_new(h.root);
        g_assert_cmpuint(scan_times(s, 2), ==, 0);
        write_process(h.dir, &program);
        g_assert_cmpuint(scan_times(s, lives[i][0]), ==, 0);
        write_link(h.dir, 20, "fd/7", "anon_inode:kvm-vm");
        write_link(h.dir, 20, "fd/8", "anon_inode:kvm-vcpu:0");
        g_assert_cmpuint(scan_times(s, lives[i][1]), ==, 1);
        process_scan_free(s);
        host_end(&h);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/process-scan/all", test_scan);
    g_test_add_func("/process-scan/evidence", test_evidence);
    g_test_add_func("/process-scan/exec", test_scan_exec);
    g_test_add_func("/process-scan/late-kvm", test_scan_late_kvm);
    return g_test_run();
}
