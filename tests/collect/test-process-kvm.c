/* What KVM counts of a machine, in trees of files that stand in for /proc and debugfs. */
#include <config.h>

#include "tests/collect/process-tree.h"

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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/process-kvm/counts", test_counts);
    g_test_add_func("/process-kvm/half", test_half);
    g_test_add_func("/process-kvm/other-thread", test_other_thread);
    g_test_add_func("/process-kvm/unwanted", test_unwanted);
    g_test_add_func("/process-kvm/reasons", test_reasons);
    return g_test_run();
}
