/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What KVM counts of a machine, in trees of files that stand in for /proc and debugfs. */
#include <config.h>

#include "collect/process/process_fds.h"
#include "collect/process/process_kvm.h"
#include "collect/process/process_kvm_stats.h"
#include "tests/collect/process-tree.h"

#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static void write_counts(struct host *h, const char *directory, unsigned exits)
{
    static const char *const files[] = {"exits",      "halt_exits",           "io_exits",
                                        "mmio_exits", "halt_poll_success_ns", "halt_poll_fail_ns"};

    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        char *number = g_strdup_printf("%u\n", exits + (unsigned)i);
        write_file(h->dir, number, "sys/kernel/debug/kvm/%s/%s", directory, files[i]);
        g_free(number);
    }
}

/* The files of the right machine; one that this kernel does not have is absent by itself. */
static void test_counts(void)
{
    struct host h;

    host_begin(&h);
    write_web(h.dir);
    write_counts(&h, "100-9", 1000);
    write_counts(&h, "100-10", 7); /* somebody else's */
    collect(&h);
    const struct record *r = find(&h, FACET_PROCESS, NULL);
    assert_value(r, R_PROC_EXITS, 1000);
    assert_value(r, R_PROC_HALT_EXITS, 1001);
    assert_value(r, R_PROC_IO_EXITS, 1002);
    assert_value(r, R_PROC_MMIO_EXITS, 1003);
    assert_absent(r, R_PROC_IRQ_EXITS, REASON_NO_FILE);
    assert_value(r, R_PROC_HALTPOLL_NS, 1004 + 1005);
    write_counts(&h, "100-9", 2000);
    collect(&h);
    assert_value(find(&h, FACET_PROCESS, NULL), R_PROC_EXITS, 2000);
    host_end(&h);
}

/* Polling that helped and polling that did not are one number: half of it is none. */
static void test_half(void)
{
    struct host h;

    host_begin(&h);
    write_web(h.dir);
    write_file(h.dir, "5\n", "sys/kernel/debug/kvm/100-9/%s", "halt_poll_success_ns");
    collect(&h);
    assert_absent(find(&h, FACET_PROCESS, NULL), R_PROC_HALTPOLL_NS, REASON_NO_FILE);
    host_end(&h);
}

/* The directory is named after the thread that made the machine: not always the first one. */
static void test_other_thread(void)
{
    struct host h;

    host_begin(&h);
    write_web(h.dir);
    write_counts(&h, "102-9", 500);
    collect(&h);
    assert_value(find(&h, FACET_PROCESS, NULL), R_PROC_EXITS, 500);
    host_end(&h);
}

/* Nobody asked: nothing is read. */
static void test_unwanted(void)
{
    struct host h;

    host_begin(&h);
    write_web(h.dir);
    write_counts(&h, "100-9", 1000);
    h.demand.needs &= ~(unsigned)NEED_EXITS;
    collect(&h);
    assert_absent(find(&h, FACET_PROCESS, NULL), R_PROC_EXITS, REASON_NOT_READ);
    host_end(&h);
}

static void test_reasons(void)
{
    static const struct fake emulated = {
        .pid = 200, .comm = "qemu", .cmdline = "qemu-system-x86_64|-accel|tcg", .threads = 1};
    struct host h;

    host_begin(&h);
    write_web(h.dir);
    collect(&h);
    assert_absent(find(&h, FACET_PROCESS, NULL), R_PROC_EXITS, REASON_NO_DEBUGFS);
    write_counts(&h, "100-77", 1000);
    collect(&h);
    assert_absent(find(&h, FACET_PROCESS, NULL), R_PROC_EXITS, REASON_NO_FILE);
    host_end(&h);
    host_begin(&h);
    write_process(h.dir, &emulated);
    collect(&h);
    assert_absent(find(&h, FACET_PROCESS, NULL), R_PROC_EXITS, REASON_NO_KVM);
    host_end(&h);
}

/* ---- a machine of KVM that this process makes itself ---- */

enum { LIVE_VCPUS = 2 };
struct live {
    int kvm, machine, vcpus[LIVE_VCPUS], stats[LIVE_VCPUS];
    uint8_t *memory;
};

/* Writes to a port and halts. */
static void run_vcpu(struct live *l, int i)
{
    static const uint8_t code[] = {0xe6, 0x10, 0xf4};
    int size = ioctl(l->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    struct kvm_run *run =
        mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, l->vcpus[i], 0);
    struct kvm_regs regs = {.rflags = 2};
    struct kvm_sregs sregs;

    g_assert_true(run != MAP_FAILED);
    memcpy(l->memory, code, sizeof(code));
    g_assert_cmpint(ioctl(l->vcpus[i], KVM_GET_SREGS, &sregs), ==, 0);
    sregs.cs.base = sregs.cs.selector = 0;
    g_assert_cmpint(ioctl(l->vcpus[i], KVM_SET_SREGS, &sregs), ==, 0);
    g_assert_cmpint(ioctl(l->vcpus[i], KVM_SET_REGS, &regs), ==, 0);
    g_assert_cmpint(ioctl(l->vcpus[i], KVM_RUN, 0), ==, 0);
    g_assert_cmpuint(run->exit_reason, ==, KVM_EXIT_IO);
    g_assert_cmpint(ioctl(l->vcpus[i], KVM_RUN, 0), ==, 0);
    g_assert_cmpuint(run->exit_reason, ==, KVM_EXIT_HLT);
    munmap(run, (size_t)size);
}

/* False: there is no KVM here, or it is too old. */
static bool live_begin(struct live *l)
{
    l->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (l->kvm < 0)
        return false;
    l->machine = ioctl(l->kvm, KVM_CREATE_VM, 0);
    g_assert_cmpint(l->machine, >=, 0);
    l->memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    g_assert_true(l->memory != MAP_FAILED);
    struct kvm_userspace_memory_region region = {.memory_size = 4096,
                                                 .userspace_addr = (uintptr_t)l->memory};
    g_assert_cmpint(ioctl(l->machine, KVM_SET_USER_MEMORY_REGION, &region), ==, 0);
    for (int i = 0; i < LIVE_VCPUS; i++) {
        l->vcpus[i] = ioctl(l->machine, KVM_CREATE_VCPU, i);
        l->stats[i] = ioctl(l->vcpus[i], KVM_GET_STATS_FD, 0);
        if (l->stats[i] < 0)
            return false;
    }
    return true;
}

static void live_end(struct live *l)
{
    for (int i = 0; i < LIVE_VCPUS; i++) {
        close(l->stats[i]);
        close(l->vcpus[i]);
    }
    close(l->machine);
    close(l->kvm);
    munmap(l->memory, 4096);
}

static uint64_t live_reading(const struct record *r, enum reading reading)
{
    uint64_t n = 0;

    g_assert_true(record_get(r, reading, &n));
    return n;
}

/* By the descriptors that a process holds, whatever debugfs says; they are no vCPUs more. */
static void test_held(void)
{
    struct ident *ident = ident_new(KIND_GUEST, GUEST_VM, "live");
    struct record *r = record_new(FACET_PROCESS, ident);
    struct file_buffer scratch = {0};
    struct process_kvm kvm = {0};
    struct process_fds fds;
    struct kept_budget budget;
    struct root *root;
    struct live live;

    g_assert_cmpint(root_new(NULL, &root), ==, 0);
    kept_budget_init(&budget, root);
    if (live_begin(&live)) {
        g_assert_cmpint(process_fds_scan(&fds, root, getpid(), &scratch), ==, 0);
        g_assert_cmpuint(fds.kvms->len, ==, 1);
        g_assert_cmpuint(fds.vcpus->len, ==, LIVE_VCPUS);
        g_assert_cmpuint(fds.stats->len, ==, LIVE_VCPUS);
        process_kvm_read(&kvm, getpid(), &fds, &budget, r);
        g_assert_cmpuint(live_reading(r, R_PROC_EXITS), ==, 0);
        for (int i = 0; i < LIVE_VCPUS; i++)
            run_vcpu(&live, i);
        process_kvm_read(&kvm, getpid(), &fds, &budget, r);
        g_assert_cmpuint(live_reading(r, R_PROC_EXITS), >=, 2 * LIVE_VCPUS);
        g_assert_cmpuint(live_reading(r, R_PROC_HALT_EXITS), >=, LIVE_VCPUS);
        /* the number of another descriptor, which is not read */
        struct kvm_stat stat = {.name = "exits"};
        g_array_index(fds.stats, int, 0) = live.machine;
        g_assert_cmpint(kvm_stats_read(getpid(), fds.stats, &stat, 1), <, 0);
        process_fds_clear(&fds);
        live_end(&live);
    } else {
        g_test_skip("no KVM that counts");
    }
    file_buffer_clear(&scratch);
    kept_budget_clear(&budget);
    root_free(root);
    record_free(r);
    ident_unref(ident);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/process-kvm/counts", test_counts);
    g_test_add_func("/process-kvm/half", test_half);
    g_test_add_func("/process-kvm/other-thread", test_other_thread);
    g_test_add_func("/process-kvm/unwanted", test_unwanted);
    g_test_add_func("/process-kvm/reasons", test_reasons);
    if (access("/dev/kvm", R_OK | W_OK) == 0)
        g_test_add_func("/process-kvm/held", test_held);
    else
        printf("# left out, this machine has no KVM: /process-kvm/held\n");
    return g_test_run();
}
