/* Virtual machines seen as processes, in trees of files that stand in for /proc. */
#include <config.h>

#include "collect/process/process_scan.h"
#include "tests/collect/process-tree.h"

/* ---- tests ---- */

/* The whole of a guest of libvirt, and that network is turned to its point of view. */
static void test_libvirt_guest(void)
{
    struct host h;

    host_begin(&h);
    write_web(h.dir);
    collect(&h);
    const struct record *r = find(&h, FACET_PROCESS, NULL);
    assert_value(r, R_PROC_RSS_BYTES, 2048 * 1024);
    assert_value(r, R_PROC_HUGETLB_BYTES, 1024 * 1024);
    assert_value(r, R_PROC_SWAP_BYTES, 512 * 1024);
    assert_value(r, R_PROC_VCPUS, 2);
    assert_value(r, R_PROC_THREADS, 4);
    assert_value(r, R_PROC_MAJOR_FAULTS, 3);
    assert_value(r, R_PROC_STOPPED, 0);
    assert_value(r, R_PROC_GIVEN_BYTES, 64 << 20);
    g_assert_cmpstr(r->ident->key, ==, "pid:100@777");
    g_assert_cmpstr(r->ident->name, ==, "web");
    g_assert_cmpint(r->ident->pid, ==, 100);
    g_assert_cmpstr(r->ident->alias[0], ==, "uuid:c2869931-a3c6-4ac2-b583-c0969f692015");
    g_assert_cmpstr(r->ident->alias[1], ==, "/machine/qemu-3-web.libvirt-qemu");
    g_assert_false(r->ident->companion);
    const struct record *net = find(&h, FACET_NET, NULL);
    assert_value(net, R_NET_RX_BYTES, 21);
    assert_value(net, R_NET_TX_BYTES, 11);
    assert_value(net, R_NET_DROPS, 14 + 24);
    const struct record *nic = find(&h, FACET_GUEST_NIC, "nic:vnet0");
    assert_value(nic, R_NIC_RX_PACKETS, 22);
    assert_value(nic, R_NIC_TX_ERRORS, 13);
    g_assert_cmpuint(nic->ident->owner, ==, r->ident->serial);
    const struct record *vcpu = find(&h, FACET_VCPU_THREAD, "vcpu:1");
    assert_value(vcpu, R_VCPU_RUN_NS, 2000);
    assert_value(vcpu, R_VCPU_DELAY_NS, 300);
    g_assert_null(find(&h, FACET_TASK, NULL));
    host_end(&h);
}

/* status is read again when the resident set is another one; where its size cannot be asked,
 * always.
 */
static void test_memory(void)
{
    static const struct {
        const char *statm;
        uint64_t swap_kb;
    } steps[] = {{"90 70 1\n", 1}, {"91 70 2\n", 1}, {"91 71 2\n", 3}, {"", 4}, {"91 71 2\n", 5}};
    struct host h;

    host_begin(&h);
    write_web(h.dir);
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        write_file(h.dir, steps[i].statm, "proc/%d/statm", 100);
        char *status = g_strdup_printf("VmRSS:\t 70 kB\nVmSwap:\t %zu kB\n", i + 1);
        write_file(h.dir, status, "proc/%d/status", 100);
        g_free(status);
        collect(&h);
        const struct record *r = find(&h, FACET_PROCESS, NULL);
        assert_value(r, R_PROC_SWAP_BYTES, steps[i].swap_kb * 1024);
        assert_absent(r, R_PROC_HUGETLB_BYTES, REASON_NO_FILE);
    }
    host_end(&h);
}

/* Only for the guest in focus: its threads, by what they do. */
static void test_focus(void)
{
    struct host h;

    host_begin(&h);
    write_web(h.dir);
    write_stat(h.dir, &WEB);
    write_file(h.dir,
               "102 (CPU 1/KVM) R 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 4 0 777 0 0 0 0 0 0 0 0 0 "
               "0 0 0 0 0 0 17 5 0 0 0 0 0\n",
               "proc/%d/task/102/stat", 100);
    collect(&h);
    h.demand.focus[0] = find(&h, FACET_PROCESS, NULL)->ident->serial;
    collect(&h);
    assert_value(find(&h, FACET_VCPU_THREAD, "vcpu:1"), R_VCPU_LAST_CPU, 5);
    const struct record *task = find(&h, FACET_TASK, "task:102");
    g_assert_cmpstr(task->ident->name, ==, "vCPU 1");
    assert_value(task, R_TASK_DELAY_NS, 300);
    g_assert_cmpstr(find(&h, FACET_TASK, "task:100")->ident->name, ==,
                    "emulator (qemu-system-x86)");
    g_assert_cmpstr(find(&h, FACET_TASK, "task:103")->ident->name, ==, "worker (worker)");
    host_end(&h);
}

static uint64_t value_of(const struct record *r, enum reading reading)
{
    uint64_t n = 0;

    g_assert_true(record_get(r, reading, &n));
    return n;
}

/* Sums grow by what threads did; those that end keep what they did in them. */
static void test_sums_grow(void)
{
    struct host h;

    host_begin(&h);
    write_web(h.dir);
    collect(&h);
    uint64_t run = value_of(find(&h, FACET_PROCESS, NULL), R_PROC_RUN_NS);
    uint64_t delay = value_of(find(&h, FACET_PROCESS, NULL), R_PROC_VCPU_DELAY_NS);
    write_file(h.dir, "1500 260 9\n", "proc/%d/task/101/schedstat", 100);
    collect(&h);
    g_assert_cmpuint(value_of(find(&h, FACET_PROCESS, NULL), R_PROC_RUN_NS) - run, ==, 500);
    g_assert_cmpuint(value_of(find(&h, FACET_PROCESS, NULL), R_PROC_VCPU_DELAY_NS) - delay, ==, 60);
    /* one thread ends, another one begins and runs */
    char *gone = g_build_filename(h.dir, "proc/100/task/103", NULL);
    char *away = g_build_filename(h.dir, "103", NULL);
    g_assert_cmpint(rename(gone, away), ==, 0);
    write_thread(h.dir, 100, 104, "worker", "70 1 4\n");
    write_thread(h.dir, 100, 105, "worker", "5 1 4\n");
    struct fake more = WEB;
    more.threads = 5;
    write_stat(h.dir, &more);
    collect(&h);
    g_assert_cmpuint(value_of(find(&h, FACET_PROCESS, NULL), R_PROC_RUN_NS) - run, ==, 575);
    g_free(away);
    g_free(gone);
    host_end(&h);
}

/* Without thread names a vCPU is known by the descriptor it is inside of. */
static void test_nameless_kvm(void)
{
    static const struct fake raw = {.pid = 200,
                                    .comm = "qemu-system-x86",
                                    .cmdline = "qemu-system-x86_64|-accel|kvm",
                                    .start = 5,
                                    .threads = 3,
                                    .guest_ticks = 1};
    struct host h;

    host_begin(&h);
    write_process(h.dir, &raw);
    write_thread(h.dir, 200, 200, "qemu-system-x86", "100 10 1\n");
    write_thread(h.dir, 200, 203, "qemu-system-x86", "300 30 1\n");
    write_thread(h.dir, 200, 204, "qemu-system-x86", "500 50 1\n");
    write_link(h.dir, 200, "fd/10", "anon_inode:kvm-vm");
    write_link(h.dir, 200, "fd/12", "anon_inode:kvm-vcpu:0");
    write_file(h.dir, "16 0xc 0xae80 0x0 0xa3d 0x55e 0x640 0x7ff 0x7fe\n",
               "proc/%d/task/204/syscall", 200);
    /* a worker of the kernel has the registers of the thread that started it */
    write_thread(h.dir, 200, 205, "kvm-nx-lpage-re", "900 90 1\n");
    write_file(h.dir, "16 0xc 0xae80 0x0 0xa3d 0x55e 0x640 0x7ff 0x7fe\n",
               "proc/%d/task/205/syscall", 200);
    write_file(h.dir, "202 0xc 0x80 0x0 0x0 0x0 0x640 0x7ff 0x7fe\n", "proc/%d/task/203/syscall",
               200);
    collect(&h);
    assert_value(find(&h, FACET_PROCESS, NULL), R_PROC_VCPUS, 1);
    assert_value(find(&h, FACET_VCPU_THREAD, "vcpu:0"), R_VCPU_RUN_NS, 500);
    g_assert_cmpstr(find(&h, FACET_PROCESS, NULL)->ident->name, ==, "qemu-system-x86:200");
    /* no tap, and none was asked for */
    assert_absent(find(&h, FACET_NET, NULL), R_NET_RX_BYTES, REASON_NO_NETWORK);
    host_end(&h);
}

/* A vCPU that never waits is not seen inside KVM_RUN: until its guest time has shown which thread
 * it is, what the others say is not the machine's ready time. */
static void test_nameless_busy(void)
{
    static const struct fake raw = {.pid = 200,
                                    .comm = "qemu-system-x86",
                                    .cmdline = "qemu-system-x86_64|-accel|kvm|-smp|2",
                                    .start = 5,
                                    .threads = 3,
                                    .guest_ticks = 1};
    struct fake busy = {.pid = 200, .comm = "qemu-system-x86", .state = 'R', .threads = 3};
    struct host h;

    host_begin(&h);
    write_process(h.dir, &raw);
    for (int tid = 200; tid <= 202; tid++)
        write_thread(h.dir, 200, tid, "qemu-system-x86", "100 10 1\n");
    write_link(h.dir, 200, "fd/10", "anon_inode:kvm-vm");
    write_link(h.dir, 200, "fd/12", "anon_inode:kvm-vcpu:0");
    write_link(h.dir, 200, "fd/13", "anon_inode:kvm-vcpu:1");
    write_file(h.dir, "16 0xd 0xae80 0x0 0xa3d 0x55e 0x640 0x7ff 0x7fe\n",
               "proc/%d/task/202/syscall", 200);
    write_file(h.dir, "running\n", "proc/%d/task/201/syscall", 200);
    for (unsigned ticks = 5; ticks < 8; ticks++) {
        char *stat =
            g_strdup_printf("201 (qemu-system-x86) R 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 3 0 "
                            "5 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 %u 0\n",
                            ticks);
        write_file(h.dir, stat, "proc/%d/task/201/stat", 200);
        g_free(stat);
        busy.threads = ticks; /* brings the next look at the threads forward */
        busy.start = 5;
        write_stat(h.dir, &busy);
        collect(&h);
        const struct record *r = find(&h, FACET_PROCESS, NULL);
        assert_value(r, R_PROC_VCPUS, 2);
        if (ticks == 5)
            assert_absent(r, R_PROC_VCPU_DELAY_NS, REASON_NO_THREAD_NAMES);
        else
            g_assert_true(value_of(r, R_PROC_VCPU_DELAY_NS) < 100);
    }
    assert_value(find(&h, FACET_VCPU_THREAD, "vcpu:1"), R_VCPU_RUN_NS, 100);
    assert_value(find(&h, FACET_VCPU_THREAD, "vcpu:0"), R_VCPU_RUN_NS, 100);
    host_end(&h);
}

/* Emulated and without names: what cannot be known is absent, with the reason. */
static void test_nameless_tcg(void)
{
    static const struct fake raw = {.pid = 200,
                                    .comm = "qemu-system-x86",
                                    .cmdline = "qemu-system-x86_64|-accel|tcg|-smp|2|-nic|user",
                                    .start = 5,
                                    .threads = 2};
    struct host h;

    host_begin(&h);
    write_process(h.dir, &raw);
    write_thread(h.dir, 200, 200, "qemu-system-x86", "100 10 1\n");
    write_thread(h.dir, 200, 203, "qemu-system-x86", "300 30 1\n");
    write_link(h.dir, 200, "fd/1", "/dev/null");
    collect(&h);
    const struct record *r = find(&h, FACET_PROCESS, NULL);
    assert_value(r, R_PROC_VCPUS, 2); /* as it was told */
    assert_absent(r, R_PROC_VCPU_DELAY_NS, REASON_NO_THREAD_NAMES);
    assert_absent(r, R_PROC_GUEST_TICKS_NS, REASON_EMULATED);
    assert_absent(find(&h, FACET_NET, NULL), R_NET_RX_BYTES, REASON_USER_NETWORK);
    g_assert_null(find(&h, FACET_VCPU_THREAD, NULL));
    host_end(&h);
}

/* A machine that is seen in the moment in which it begins: its vCPU is there, and not yet named. */
static void test_named_later(void)
{
    static const struct fake raw = {.pid = 200,
                                    .comm = "qemu-system-x86",
                                    .cmdline = "qemu-system-x86_64|-accel|tcg",
                                    .start = 5,
                                    .threads = 2};
    struct host h;

    host_begin(&h);
    write_process(h.dir, &raw);
    write_thread(h.dir, 200, 200, "qemu-system-x86", "100 10 1\n");
    write_thread(h.dir, 200, 203, "qemu-system-x86", "300 30 1\n");
    collect(&h);
    assert_absent(find(&h, FACET_PROCESS, NULL), R_PROC_VCPU_DELAY_NS, REASON_NO_THREAD_NAMES);
    write_thread(h.dir, 200, 203, "CPU 0/TCG", "300 30 1\n");
    collect(&h);
    assert_value(find(&h, FACET_PROCESS, NULL), R_PROC_VCPUS, 1);
    assert_value(find(&h, FACET_VCPU_THREAD, "vcpu:0"), R_VCPU_DELAY_NS, 30);
    host_end(&h);
}

/* Scheduler statistics that are off read as 0: CPU time comes from clock ticks then. */
static void test_schedstat_off(void)
{
    struct host h;

    host_begin(&h);
    write_web(h.dir);
    for (int tid = 100; tid <= 103; tid++)
        write_file(h.dir, "0 0 0\n", "proc/%d/task/%d/schedstat", 100, tid);
    collect(&h);
    const struct record *r = find(&h, FACET_PROCESS, NULL);
    assert_value(r, R_PROC_RUN_NS, 900 * (uint64_t)(1000000000 / sysconf(_SC_CLK_TCK)));
    assert_absent(r, R_PROC_VCPU_DELAY_NS, REASON_SCHEDSTAT_OFF);
    assert_absent(find(&h, FACET_VCPU_THREAD, "vcpu:0"), R_VCPU_DELAY_NS, REASON_SCHEDSTAT_OFF);
    host_end(&h);
}

static void test_stopped_and_gone(void)
{
    struct fake web = WEB;
    struct host h;

    host_begin(&h);
    write_web(h.dir);
    collect(&h);
    web.state = 'T';
    write_stat(h.dir, &web);
    collect(&h);
    assert_value(find(&h, FACET_PROCESS, NULL), R_PROC_STOPPED, 1);
    web.state = 'Z';
    write_stat(h.dir, &web);
    collect(&h);
    g_assert_null(find(&h, FACET_PROCESS, NULL));
    host_end(&h);
}

/* The number of a dead machine in use by somebody else. */
static void test_pid_reuse(void)
{
    struct fake web = WEB;
    struct host h;

    host_begin(&h);
    write_web(h.dir);
    collect(&h);
    g_assert_nonnull(find(&h, FACET_PROCESS, NULL));
    web.start = 778;
    write_stat(h.dir, &web);
    collect(&h);
    g_assert_null(find(&h, FACET_PROCESS, NULL));
    host_end(&h);
}

/* ---- finding them ---- */

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
        {.pid = 11, .comm = "unheard-of", .cmdline = "/opt/unheard-of", .start = 3},
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
        .pid = 20, .comm = "late", .cmdline = "/opt/late", .start = 2};
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

/* ---- hosts that were saved or made up ---- */

static struct sample *collect_fixture(const char *name)
{
    char *dir = g_test_build_filename(G_TEST_DIST, "tests/fixtures", name, NULL);
    struct demand demand = {.needs = NEED_ALL, .interval_ns = CLOCK_NS_PER_S};
    struct sample *s = sample_new(0, CLOCK_NS_PER_S);
    struct kept_budget budget;
    struct root *root;

    g_assert_cmpint(root_new(dir, &root), ==, 0);
    kept_budget_init(&budget, root);
    struct process *p = process_new(root, &budget);
    process_collect(p, &demand, s);
    process_free(p);
    kept_budget_clear(&budget);
    root_free(root);
    g_free(dir);
    return s;
}

static const struct ident *ident_of(const struct sample *s, pid_t pid)
{
    for (guint i = 0; i < s->records->len; i++) {
        const struct record *r = g_ptr_array_index(s->records, i);
        if (r->facet == FACET_PROCESS && r->ident->pid == pid)
            return r->ident;
    }
    g_assert_not_reached();
}

/* Proxmox' names come from its configuration: the snapshot's name is the past's. */
static void test_proxmox(void)
{
    struct sample *s = collect_fixture("proxmox");

    g_assert_cmpstr(ident_of(s, 1001)->name, ==, "web01");
    g_assert_cmpstr(ident_of(s, 1002)->name, ==, "mail.example.org");
    sample_unref(s);
}

/* Kata's machine is the container: a row of its own would be a second one. */
static void test_kata(void)
{
    struct sample *s = collect_fixture("kata");

    g_assert_true(ident_of(s, 1001)->companion);
    g_assert_true(g_str_has_prefix(ident_of(s, 1001)->alias[1], "/"));
    sample_unref(s);
}

static void test_saved(void)
{
    struct sample *s = collect_fixture("hybrid");

    g_assert_cmpstr(ident_of(s, 27714)->name, ==, "db idle_1");
    g_assert_cmpstr(ident_of(s, 27656)->name, ==, "raw-tcg");
    sample_unref(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/process/libvirt-guest", test_libvirt_guest);
    g_test_add_func("/process/memory", test_memory);
    g_test_add_func("/process/focus", test_focus);
    g_test_add_func("/process/sums-grow", test_sums_grow);
    g_test_add_func("/process/nameless-kvm", test_nameless_kvm);
    g_test_add_func("/process/nameless-busy", test_nameless_busy);
    g_test_add_func("/process/nameless-tcg", test_nameless_tcg);
    g_test_add_func("/process/named-later", test_named_later);
    g_test_add_func("/process/schedstat-off", test_schedstat_off);
    g_test_add_func("/process/stopped-and-gone", test_stopped_and_gone);
    g_test_add_func("/process/pid-reuse", test_pid_reuse);
    g_test_add_func("/process/scan", test_scan);
    g_test_add_func("/process/evidence", test_evidence);
    g_test_add_func("/process/scan-exec", test_scan_exec);
    g_test_add_func("/process/scan-late-kvm", test_scan_late_kvm);
    g_test_add_func("/process/proxmox", test_proxmox);
    g_test_add_func("/process/kata", test_kata);
    g_test_add_func("/process/saved", test_saved);
    return g_test_run();
}
