/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* On which memory nodes of the host a machine lies, in trees of files that stand in for it. */
#include <config.h>

#include "collect/process/process_numa.h"
#include "tests/collect/process-tree.h"

static const char MAPS[] =
    "7f5a00000000 bind:0 anon=4 dirty=4 active=0 N0=3 N1=1 kernelpagesize_kB=2048\n"
    "7f5c40000000 default anon=512 dirty=512 N1=512 kernelpagesize_kB=4\n"
    "7f5c50000000 default file=/a\\040N0=9 mapped=2 N0=2 kernelpagesize_kB=4\n"
    "7ffc0000a000 default\n";

static void test_parse(void)
{
    uint64_t bytes[NUMA_NODES_MAX];

    process_numa_parse(MAPS, bytes);
    g_assert_cmpuint(bytes[0], ==, (3 << 21) + 2 * 4096);
    g_assert_cmpuint(bytes[1], ==, (1 << 21) + 512 * 4096);
    g_assert_cmpuint(bytes[2], ==, 0);
    process_numa_parse("", bytes);
    g_assert_cmpuint(bytes[0], ==, 0);
    /* torn, and a node no kernel has */
    process_numa_parse("7f default N0=3 N1=\n8 default N99=1 N1=2 kernelpagesize_kB=4", bytes);
    g_assert_cmpuint(bytes[0], ==, 0);
    g_assert_cmpuint(bytes[1], ==, 2 * 4096);
}

/* vCPU 0 ran on CPU; of vCPU 1 there is no stat: CPU 0, node 0. */
static void write_host(struct host *h, const char *nodes, unsigned cpu)
{
    write_web(h->dir);
    write_file(h->dir, nodes, "sys/devices/system/node/%s", "online");
    write_file(h->dir, "0-1\n", "sys/devices/system/node/node%d/cpulist", 0);
    write_file(h->dir, "2,4-5\n", "sys/devices/system/node/node%d/cpulist", 1);
    char *stat =
        g_strdup_printf("101 (CPU 0/KVM) R 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 4 0 777 0 0 0 "
                        "0 0 0 0 0 0 0 0 0 0 0 0 17 %u 0 0 0 0 0\n",
                        cpu);
    write_file(h->dir, stat, "proc/%d/task/101/stat", 100);
    write_file(h->dir, MAPS, "proc/%d/numa_maps", 100);
    g_free(stat);
}

/* What takes long is read by a thread of its own: the answer is there a moment later. */
static void look_closely(struct host *h)
{
    collect(h);
    h->demand.focus[0] = find(h, FACET_PROCESS, NULL)->ident->serial;
    for (int tries = 0; tries < 1000; tries++) {
        collect(h);
        const struct record *r = find(h, FACET_PROCESS, NULL);
        if (record_reason(r, R_PROC_NODES) != REASON_NOT_READ)
            return;
        g_usleep(10000);
    }
    g_assert_not_reached();
}

static void test_two_nodes(void)
{
    struct host h;

    host_begin(&h);
    write_host(&h, "0-1\n", 5);
    collect(&h);
    assert_absent(find(&h, FACET_PROCESS, NULL), R_PROC_NODES, REASON_NOT_LOOKED_AT);
    g_assert_null(find(&h, FACET_GUEST_NODE, NULL));
    look_closely(&h);
    assert_value(find(&h, FACET_PROCESS, NULL), R_PROC_NODES, 2);
    assert_value(find(&h, FACET_VCPU_THREAD, "vcpu:0"), R_VCPU_LAST_NODE, 1);
    assert_value(find(&h, FACET_VCPU_THREAD, "vcpu:1"), R_VCPU_LAST_NODE, 0);
    const struct record *node = find(&h, FACET_GUEST_NODE, "node:1");
    assert_value(node, R_GUESTNODE_BYTES, (1 << 21) + 512 * 4096);
    assert_value(node, R_GUESTNODE_VCPUS, 1);
    g_assert_cmpuint(node->ident->owner, ==, find(&h, FACET_PROCESS, NULL)->ident->serial);
    int64_t read_ns = node->read_ns;
    /* it is expensive: what was read stays, with its time */
    collect(&h);
    g_assert_cmpint(find(&h, FACET_GUEST_NODE, "node:1")->read_ns, ==, read_ns);
    host_end(&h);
}

static void test_one_node(void)
{
    struct host h;

    host_begin(&h);
    write_host(&h, "0\n", 1);
    look_closely(&h);
    assert_absent(find(&h, FACET_PROCESS, NULL), R_PROC_NODES, REASON_ONE_NODE);
    g_assert_null(find(&h, FACET_GUEST_NODE, NULL));
    host_end(&h);
}

static void test_gone(void)
{
    struct host h;

    host_begin(&h);
    write_web(h.dir);
    look_closely(&h);
    assert_absent(find(&h, FACET_PROCESS, NULL), R_PROC_NODES, REASON_NO_FILE);
    host_end(&h);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/process-numa/parse", test_parse);
    g_test_add_func("/process-numa/two-nodes", test_two_nodes);
    g_test_add_func("/process-numa/one-node", test_one_node);
    g_test_add_func("/process-numa/no-kernel-support", test_gone);
    return g_test_run();
}
