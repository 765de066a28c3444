/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Which threads of a virtual machine are its vCPUs, with names and without. */
#include <config.h>

#include "collect/process/process_threads.h"
#include "tests/collect/process-tree.h"

static uint64_t value_of(const struct record *r, enum reading reading)
{
    uint64_t n = 0;

    g_assert_true(record_get(r, reading, &n));
    return n;
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

/* A network card that is passed through counts nothing here; it is not that there is none. */
static void test_passed_through(void)
{
    struct fake raw = {.pid = 200,
                       .comm = "qemu-system-x86",
                       .cmdline = "qemu-system-x86_64|-nic|none|-device|vfio-pci,host=02:00.0",
                       .start = 5,
                       .threads = 1};
    struct host h;

    host_begin(&h);
    write_process(h.dir, &raw);
    write_thread(h.dir, 200, 200, "qemu-system-x86", "100 10 1\n");
    write_link(h.dir, 200, "fd/1", "/dev/null");
    tree_file(h.dir, "sys/bus/pci/devices/0000:02:00.0/class", "0x020000\n");
    collect(&h);
    const struct record *r = find(&h, FACET_NET, NULL);
    assert_absent(r, R_NET_RX_BYTES, REASON_PASSED_THROUGH);
    assert_value(r, R_NET_UNCOUNTED, 1);
    host_end(&h);
}

/* "-name process=" may be any name; threads without one of their own carry it. */
static void test_name_of_process(void)
{
    static const char *const names[] = {"vcpu0", "worker", "kvm-guest", "IO thread", "CPU 3/KVM"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        struct fake raw = {.pid = 200,
                           .comm = names[i],
                           .cmdline = "qemu-system-x86_64|-accel|kvm",
                           .start = 5,
                           .threads = 3};
        struct host h;
        host_begin(&h);
        write_process(h.dir, &raw);
        for (int tid = 200; tid <= 202; tid++)
            write_thread(h.dir, 200, tid, names[i], tid == 202 ? "500 50 1\n" : "100 10 1\n");
        write_link(h.dir, 200, "fd/10", "anon_inode:kvm-vm");
        write_link(h.dir, 200, "fd/12", "anon_inode:kvm-vcpu:0");
        write_file(h.dir, "16 0xc 0xae80 0x0\n", "proc/%d/task/202/syscall", 200);
        collect(&h);
        assert_value(find(&h, FACET_PROCESS, NULL), R_PROC_VCPUS, 1);
        assert_value(find(&h, FACET_VCPU_THREAD, "vcpu:0"), R_VCPU_RUN_NS, 500);
        host_end(&h);
    }
}

/* A small program runs its vCPU in the thread it was started with. */
static void test_single_thread(void)
{
    static const struct fake tiny = {
        .pid = 200, .comm = "tiny", .cmdline = "/opt/tiny", .start = 5, .threads = 1};
    struct host h;

    host_begin(&h);
    write_process(h.dir, &tiny);
    write_thread(h.dir, 200, 200, "tiny", "500 50 1\n");
    write_link(h.dir, 200, "exe", "/opt/tiny");
    write_link(h.dir, 200, "fd/10", "anon_inode:kvm-vm");
    write_link(h.dir, 200, "fd/12", "anon_inode:kvm-vcpu:0");
    write_file(h.dir, "16 0xc 0xae80 0x0\n", "proc/%d/task/200/syscall", 200);
    collect(&h);
    assert_value(find(&h, FACET_PROCESS, NULL), R_PROC_VCPUS, 1);
    assert_value(find(&h, FACET_VCPU_THREAD, "vcpu:0"), R_VCPU_DELAY_NS, 50);
    host_end(&h);
}

/* Emulation in a single thread: it runs all vCPUs in turn. */
static void test_emulated_in_turn(void)
{
    static const struct fake raw = {.pid = 200,
                                    .comm = "qemu-system-x86",
                                    .cmdline = "qemu-system-x86_64|-accel|tcg,thread=single|-smp|4",
                                    .start = 5,
                                    .threads = 2};
    struct host h;

    host_begin(&h);
    write_process(h.dir, &raw);
    write_thread(h.dir, 200, 200, "qemu-system-x86", "100 10 1\n");
    write_thread(h.dir, 200, 201, "ALL CPUs/TCG", "300 30 1\n");
    collect(&h);
    assert_value(find(&h, FACET_PROCESS, NULL), R_PROC_VCPUS, 4);
    assert_value(find(&h, FACET_VCPU_THREAD, "vcpu:0"), R_VCPU_DELAY_NS, 30);
    host_end(&h);
}

/* CPUs that come and go while the machine runs, without names. The descriptor of one that is gone
 * stays, that of its statistics does not. */
static void test_hotplug(void)
{
    struct fake raw = {.pid = 200,
                       .comm = "qemu-system-x86",
                       .cmdline = "qemu-system-x86_64|-accel|kvm|-smp|1,maxcpus=2|-netdev|tap",
                       .start = 5,
                       .threads = 2};
    struct host h;

    host_begin(&h);
    write_process(h.dir, &raw);
    write_thread(h.dir, 200, 200, "qemu-system-x86", "100 10 1\n");
    write_thread(h.dir, 200, 201, "qemu-system-x86", "300 30 1\n");
    write_link(h.dir, 200, "fd/10", "anon_inode:kvm-vm");
    write_link(h.dir, 200, "fd/12", "anon_inode:kvm-vcpu:0");
    write_link(h.dir, 200, "fd/13", "anon_inode:kvm-vcpu-stats:0");
    write_link(h.dir, 200, "fd/30", "/dev/net/tun");
    write_file(h.dir, "iff:\tvnet0\n", "proc/%d/fdinfo/30", 200);
    rewrite(h.dir, "proc/net/dev", "vnet0: 11 12 13 14 0 0 0 0 21 22 23 24 0 0 0 0\n");
    write_file(h.dir, "16 0xc 0xae80 0x0\n", "proc/%d/task/201/syscall", 200);
    collect(&h);
    assert_value(find(&h, FACET_PROCESS, NULL), R_PROC_VCPUS, 1);
    uint64_t nic = find(&h, FACET_GUEST_NIC, NULL)->ident->serial;
    /* one is plugged in */
    write_thread(h.dir, 200, 202, "qemu-system-x86", "500 50 1\n");
    write_link(h.dir, 200, "fd/14", "anon_inode:kvm-vcpu:1");
    write_link(h.dir, 200, "fd/15", "anon_inode:kvm-vcpu-stats:1");
    write_file(h.dir, "16 0xe 0xae80 0x0\n", "proc/%d/task/202/syscall", 200);
    raw.threads = 3;
    write_stat(h.dir, &raw);
    g_usleep(2100 * 1000); /* threads come and go: they are not listed all the time */
    collect(&h);
    assert_value(find(&h, FACET_PROCESS, NULL), R_PROC_VCPUS, 2);
    assert_value(find(&h, FACET_VCPU_THREAD, "vcpu:1"), R_VCPU_RUN_NS, 500);
    g_assert_cmpuint(find(&h, FACET_GUEST_NIC, NULL)->ident->serial, ==, nic);
    host_end(&h);
}

/* A machine with an unplugged CPU is not short of one. */
static void test_unplugged(void)
{
    static const struct fake raw = {.pid = 200,
                                    .comm = "qemu-system-x86",
                                    .cmdline = "qemu-system-x86_64|-accel|kvm|-smp|1,maxcpus=2",
                                    .start = 5,
                                    .threads = 2};
    struct host h;

    host_begin(&h);
    write_process(h.dir, &raw);
    write_thread(h.dir, 200, 200, "qemu-system-x86", "100 10 1\n");
    write_thread(h.dir, 200, 201, "qemu-system-x86", "300 30 1\n");
    write_link(h.dir, 200, "fd/10", "anon_inode:kvm-vm");
    write_link(h.dir, 200, "fd/12", "anon_inode:kvm-vcpu:0");
    write_link(h.dir, 200, "fd/13", "anon_inode:kvm-vcpu-stats:0");
    write_link(h.dir, 200, "fd/14", "anon_inode:kvm-vcpu:1");
    write_file(h.dir, "16 0xc 0xae80 0x0\n", "proc/%d/task/201/syscall", 200);
    collect(&h);
    assert_value(find(&h, FACET_PROCESS, NULL), R_PROC_VCPUS, 1);
    assert_value(find(&h, FACET_PROCESS, NULL), R_PROC_VCPU_DELAY_NS, 0); /* its beginning */
    host_end(&h);
}

static guint count_records(const struct host *h, enum facet facet)
{
    guint count = 0;

    for (guint i = 0; i < h->sample->records->len; i++)
        count += ((struct record *)g_ptr_array_index(h->sample->records, i))->facet == facet;
    return count;
}

/* Any user can start a program of that name with thousands of threads: the first ones are read, and
 * a message says so. What all use is what the kernel says of the process. */
static void test_many_threads(void)
{
    const uint64_t tick_ns = (uint64_t)(1000000000 / sysconf(_SC_CLK_TCK));
    static const struct fake raw = {.pid = 200,
                                    .comm = "qemu-system-x86",
                                    .cmdline = "qemu-system-x86_64|-smp|2",
                                    .start = 5,
                                    .threads = PROCESS_THREADS_MAX + 100};
    struct host h;

    host_begin(&h);
    write_process(h.dir, &raw);
    for (int i = 0; i < PROCESS_THREADS_MAX + 100; i++)
        write_thread(h.dir, 200, 200 + i, "qemu-system-x86", "100 10 1\n");
    int before = h.budget.left;
    for (int i = 0; i < 2; i++) {
        collect(&h);
        h.demand.focus[0] = find(&h, FACET_PROCESS, NULL)->ident->serial;
    }
    g_assert_cmpuint(count_records(&h, FACET_TASK), ==, PROCESS_THREADS_MAX);
    g_assert_cmpint(before - h.budget.left, <, 2 * PROCESS_THREADS_MAX + 10);
    assert_value(find(&h, FACET_PROCESS, NULL), R_PROC_RUN_NS, 900 * tick_ns);
    g_assert_cmpuint(h.sample->statuses->len, ==, 1);
    const struct source_status *status =
        &g_array_index(h.sample->statuses, struct source_status, 0);
    g_assert_cmpstr(status->name, ==, "process");
    g_assert_cmpstr(status->message, ==,
                    "process 200 (qemu-system-x86) has 612 threads: only the first 512 are read");
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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/process-threads/nameless-kvm", test_nameless_kvm);
    g_test_add_func("/process-threads/nameless-busy", test_nameless_busy);
    g_test_add_func("/process-threads/nameless-tcg", test_nameless_tcg);
    g_test_add_func("/process-threads/name-of-process", test_name_of_process);
    g_test_add_func("/process-threads/passed-through", test_passed_through);
    g_test_add_func("/process-threads/single-thread", test_single_thread);
    g_test_add_func("/process-threads/emulated-in-turn", test_emulated_in_turn);
    g_test_add_func("/process-threads/hotplug", test_hotplug);
    g_test_add_func("/process-threads/unplugged", test_unplugged);
    g_test_add_func("/process-threads/many-threads", test_many_threads);
    g_test_add_func("/process-threads/named-later", test_named_later);
    return g_test_run();
}
