/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The kernel files that tell of processes and interfaces. */
#include <config.h>

#include "collect/netdev.h"
#include "collect/procfs.h"

#include <glib.h>
#include <stdbool.h>
#include <unistd.h>

/* Saved from a guest of libvirt (kernel 6.18), but for the name. */
#define NUMBERS                                                                                    \
    " S 1 27713 27713 0 -1 138412416 5156 0 7 0 8 368 0 0 20 -5 6 0 286953 518213632 10351 "       \
    "18446744073709551615 94651799429120 94651805289557 140737220424368 0 0 0 268444224 4096 "     \
    "16963 0 0 0 17 1 0 0 0 5 0 94651808401656 94651813605808 94651824861184 140737220429980 "     \
    "140737220431369 140737220431369 140737220431836 0\n"

static void test_stat(void)
{
    struct procfs_stat s;
    uint64_t tick = (uint64_t)(1000000000 / sysconf(_SC_CLK_TCK));

    g_assert_true(procfs_parse_stat("27714 (qemu-system-x86)" NUMBERS, &s));
    g_assert_cmpstr(s.command, ==, "qemu-system-x86");
    g_assert_cmpint(s.state, ==, 'S');
    g_assert_cmpuint(s.major_faults, ==, 7);
    g_assert_cmpuint(s.user_ns, ==, 8 * tick);
    g_assert_cmpuint(s.system_ns, ==, 368 * tick);
    g_assert_cmpuint(s.threads, ==, 6);
    g_assert_cmpuint(s.start_time, ==, 286953);
    g_assert_cmpuint(s.last_cpu, ==, 1);
    g_assert_cmpuint(s.guest_ns, ==, 5 * tick);
}

/* A command may hold anything: what counts is its last ")". */
static void test_stat_hostile(void)
{
    struct procfs_stat s;

    g_assert_true(procfs_parse_stat("7 (a) R 1 (b) c)" NUMBERS, &s));
    g_assert_cmpstr(s.command, ==, "a) R 1 (b) c");
    g_assert_cmpint(s.state, ==, 'S');
    g_assert_cmpuint(s.start_time, ==, 286953);
    static const char *const torn[] = {
        "",       "7",     "7 (a",        "7 (a)",
        "7 (a) ", "7 )a(", "7 (a) S 1 2", "7 (a) S 1 27713 27713 0 -1 138412416 5156 0 x 0 8 368"};
    for (size_t i = 0; i < G_N_ELEMENTS(torn); i++)
        g_assert_false(procfs_parse_stat(torn[i], &s));
}

static void test_schedstat(void)
{
    struct procfs_schedstat s;

    g_assert_true(procfs_parse_schedstat("434344202 2854280780 18886\n", &s));
    g_assert_cmpuint(s.run_ns, ==, 434344202);
    g_assert_cmpuint(s.delay_ns, ==, 2854280780);
    g_assert_cmpuint(s.slices, ==, 18886);
    g_assert_false(procfs_parse_schedstat("434344202 2854280780", &s));
    g_assert_false(procfs_parse_schedstat("", &s));
}

static void test_status(void)
{
    struct procfs_status s;

    procfs_parse_status("Name:\tx\nVmHWM:\t 9 kB\nVmRSS:\t  205948 kB\nVmSwap:\t 4 kB\n"
                        "HugetlbPages:\t    2048 kB\n",
                        &s);
    g_assert_true(s.known[STATUS_RSS] && s.known[STATUS_SWAP] && s.known[STATUS_HUGETLB]);
    g_assert_cmpuint(s.bytes[STATUS_RSS], ==, 205948 * 1024);
    g_assert_cmpuint(s.bytes[STATUS_SWAP], ==, 4096);
    g_assert_cmpuint(s.bytes[STATUS_HUGETLB], ==, 2048 * 1024);
    /* a thread of the kernel has no memory of its own: unknown, not 0 */
    procfs_parse_status("Name:\tkthreadd\nThreads:\t1\n", &s);
    g_assert_false(s.known[STATUS_RSS] || s.known[STATUS_SWAP] || s.known[STATUS_HUGETLB]);
}

#define HEAD                                                                                       \
    "Inter-|   Receive                                                |  Transmit\n"               \
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs "     \
    "drop fifo colls carrier compressed\n"

static void test_netdev(void)
{
    struct netdev_table t = {0};

    g_assert_true(netdev_fill(&t, HEAD "    lo: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n"
                                       "vnet0:10 20 30 40 0 0 0 0 50 60 70 80 0 0 0 0\n"));
    const struct netdev *d = netdev_find(&t, "vnet0");
    g_assert_nonnull(d);
    g_assert_cmpuint(d->rx_bytes, ==, 10);
    g_assert_cmpuint(d->rx_packets, ==, 20);
    g_assert_cmpuint(d->rx_errors, ==, 30);
    g_assert_cmpuint(d->rx_drops, ==, 40);
    g_assert_cmpuint(d->tx_bytes, ==, 50);
    g_assert_cmpuint(d->tx_packets, ==, 60);
    g_assert_cmpuint(d->tx_errors, ==, 70);
    g_assert_cmpuint(d->tx_drops, ==, 80);
    /* the same again brings nothing new; one that left is not found, and new when it returns */
    g_assert_false(netdev_fill(&t, HEAD "    lo: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n"));
    g_assert_null(netdev_find(&t, "vnet0"));
    g_assert_true(netdev_fill(&t, "vnet0: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n"));
    g_assert_null(netdev_find(&t, "lo"));
    /* torn, foreign, too long */
    netdev_fill(&t, "vnet1: 1 2 3\nno colon\n: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n"
                    "a-name-that-is-too-long: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n");
    g_assert_null(netdev_find(&t, "vnet1"));
    g_assert_null(netdev_find(&t, ""));
    netdev_clear(&t);
}

/* Interfaces of guests that come and go do not pile up. */
static void test_netdev_turnover(void)
{
    struct netdev_table t = {0};
    char line[96];

    for (int i = 0; i < 1000; i++) {
        g_snprintf(line, sizeof(line), "vnet%d: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n", i);
        g_assert_true(netdev_fill(&t, line));
    }
    g_assert_cmpuint(g_hash_table_size(t.by_name), <, 32);
    netdev_clear(&t);
}

static void test_pid(void)
{
    int pid;

    g_assert_true(procfs_pid("1", &pid) && pid == 1);
    g_assert_false(procfs_pid("0", &pid));
    g_assert_false(procfs_pid("self", &pid));
    g_assert_false(procfs_pid("12a", &pid));
    g_assert_false(procfs_pid("99999999999", &pid));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/process-files/stat", test_stat);
    g_test_add_func("/process-files/stat-hostile", test_stat_hostile);
    g_test_add_func("/process-files/schedstat", test_schedstat);
    g_test_add_func("/process-files/status", test_status);
    g_test_add_func("/process-files/netdev", test_netdev);
    g_test_add_func("/process-files/netdev-turnover", test_netdev_turnover);
    g_test_add_func("/process-files/pid", test_pid);
    return g_test_run();
}
