/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Virtual machines seen as processes, in trees of files that stand in for /proc. */
#include <config.h>

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

static void check_received(struct host *h, uint64_t bytes)
{
    collect(h);
    assert_value(find(h, FACET_NET, NULL), R_NET_RX_BYTES, bytes);
}

/* An interface of the host that has the name of one in the machine's own network is another one. */
static void test_network_apart(void)
{
    struct host h;

    host_begin(&h);
    write_web(h.dir);
    tree_link(h.dir, "proc/1/ns/net", "net:[4026531840]");
    tree_link(h.dir, "proc/100/ns/net", "net:[4026532777]");
    rewrite(h.dir, "proc/100/net/dev", "vnet0: 1 0 0 0 0 0 0 0 777 0 0 0 0 0 0 0\n");
    check_received(&h, 777);
    host_end(&h);
    host_begin(&h); /* the tap was made in the host's network and handed over */
    write_web(h.dir);
    tree_link(h.dir, "proc/1/ns/net", "net:[4026531840]");
    tree_link(h.dir, "proc/100/ns/net", "net:[4026532777]");
    rewrite(h.dir, "proc/100/net/dev", "eth0: 1 0 0 0 0 0 0 0 777 0 0 0 0 0 0 0\n");
    check_received(&h, 21);
    host_end(&h);
    host_begin(&h);
    write_web(h.dir);
    tree_link(h.dir, "proc/1/ns/net", "net:[4026531840]");
    tree_link(h.dir, "proc/100/ns/net", "net:[4026531840]");
    rewrite(h.dir, "proc/100/net/dev", "vnet0: 1 0 0 0 0 0 0 0 777 0 0 0 0 0 0 0\n");
    check_received(&h, 21);
    host_end(&h);
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
    g_test_add_func("/process/schedstat-off", test_schedstat_off);
    g_test_add_func("/process/stopped-and-gone", test_stopped_and_gone);
    g_test_add_func("/process/pid-reuse", test_pid_reuse);
    g_test_add_func("/process/network-apart", test_network_apart);
    g_test_add_func("/process/proxmox", test_proxmox);
    g_test_add_func("/process/kata", test_kata);
    g_test_add_func("/process/saved", test_saved);
    return g_test_run();
}
