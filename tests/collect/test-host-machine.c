/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What the host is made of: NUMA nodes, huge pages, and what virtualization it offers. */
#include <config.h>

#include "collect/host/host_nodes.h"
#include "collect/host/host_traits.h"

#include "../base/tree.h"

#define NODE "sys/devices/system/node/node"
#define POOL "hugepages/hugepages-2048kB/"

struct fixture {
    char *dir;
    struct root *root;
};

static void set_up(struct fixture *f, const void *data)
{
    (void)data;
    f->dir = tree_new();
    g_assert_cmpint(root_new(f->dir, &f->root), ==, 0);
}

static void tear_down(struct fixture *f, const void *data)
{
    (void)data;
    root_free(f->root);
    tree_free(f->dir);
}

static const struct record *record_at(const struct sample *s, guint i)
{
    g_assert_cmpuint(i, <, s->records->len);
    return g_ptr_array_index(s->records, i);
}

static const struct record *node_named(const struct sample *s, const char *name)
{
    for (guint i = 0; i < s->records->len; i++)
        if (g_str_equal(record_at(s, i)->ident->name, name))
            return record_at(s, i);
    g_error("no node %s", name);
}

static uint64_t reading(const struct record *r, enum reading what)
{
    uint64_t n = 0;

    g_assert_true(record_get(r, what, &n));
    return n;
}

static void test_nodes(struct fixture *f, const void *data)
{
    struct sample *s = sample_new(0, 1);

    (void)data;
    tree_file(f->dir, NODE "0/meminfo",
              "Node 0 MemTotal:       1000 kB\nNode 0 MemFree:         400 kB\n"
              "Node 0 AnonPages:       300 kB\nNode 0 FilePages:       200 kB\n");
    tree_file(f->dir, NODE "0/numastat", "numa_hit 70\nnuma_miss 5\nnuma_foreign 6\n");
    tree_file(f->dir, NODE "0/cpulist", "0-3,8-11\n");
    tree_file(f->dir, NODE "0/" POOL "nr_hugepages", "10\n");
    tree_file(f->dir, NODE "0/" POOL "free_hugepages", "4\n");
    /* A node without memory, and with a torn line, is a node. */
    tree_file(f->dir, NODE "12/meminfo", "Node 12 MemTotal:       x kB\nNode 12 MemF");
    tree_file(f->dir, "sys/devices/system/node/online", "0,12\n");

    struct host_nodes *n = host_nodes_new(f->root);
    host_nodes_collect(n, s);
    g_assert_cmpuint(s->records->len, ==, 2);
    const struct record *r = node_named(s, "0");
    g_assert_cmpstr(r->ident->image, ==, "0-3,8-11");
    g_assert_cmpuint(reading(r, R_NODE_MEM_TOTAL_BYTES), ==, 1000 * 1024);
    g_assert_cmpuint(reading(r, R_NODE_MEM_FREE_BYTES), ==, 400 * 1024);
    g_assert_cmpuint(reading(r, R_NODE_ANON_BYTES), ==, 300 * 1024);
    g_assert_cmpuint(reading(r, R_NODE_FILE_BYTES), ==, 200 * 1024);
    g_assert_cmpuint(reading(r, R_NODE_HUGE_TOTAL_BYTES), ==, 20 << 20);
    g_assert_cmpuint(reading(r, R_NODE_HUGE_FREE_BYTES), ==, 8 << 20);
    g_assert_cmpuint(reading(r, R_NODE_HITS), ==, 70);
    g_assert_cmpuint(reading(r, R_NODE_MISSES), ==, 5);
    g_assert_cmpuint(reading(r, R_NODE_FOREIGN), ==, 6);
    r = node_named(s, "12");
    for (enum reading i = R_HOST_NODE_BEGIN; i < R_HOST_NODE_END; i++)
        g_assert_false(record_get(r, i, &(uint64_t){0}));
    host_nodes_free(n);
    sample_unref(s);
}

/* The text of a trait; NULL: the host does not say. */
static const char *trait(const struct sample *s, const char *name)
{
    for (guint i = 0; i < s->records->len; i++)
        if (g_str_equal(record_at(s, i)->ident->name, name))
            return record_at(s, i)->ident->image;
    return NULL;
}

static void test_traits(struct fixture *f, const void *data)
{
    struct sample *s = sample_new(0, 1);

    (void)data;
    tree_file(f->dir, "proc/cpuinfo",
              "processor\t: 0\nmodel\t\t: 1\nmodel name\t: EPYC \033[2J 7543P\n"
              "flags\t\t: fpu svm hypervisor\n\nmodel name\t: another\n");
    tree_file(f->dir, "sys/module/kvm_amd/parameters/nested", "1\n");
    tree_file(f->dir, "sys/class/dmi/id/sys_vendor", "QEMU\n");
    tree_file(f->dir, "sys/kernel/iommu_groups/0/type", "DMA\n");
    tree_file(f->dir, "sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "0\n");
    tree_file(f->dir, "sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages", "0\n");
    tree_file(f->dir, "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "8\n");
    tree_file(f->dir, "sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "3\n");
    tree_file(f->dir, "sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    tree_file(f->dir, "sys/kernel/mm/ksm/run", "1\n");
    tree_file(f->dir, "proc/sys/vm/overcommit_memory", "2\n");
    tree_file(f->dir, "proc/sys/vm/overcommit_ratio", "80\n");
    tree_file(f->dir, "sys/fs/cgroup/cgroup.stat", "nr_descendants 9\nnr_dying_descendants 17\n");
    tree_file(f->dir, "proc/self/mountinfo",
              "45 30 0:6 / /proc rw - proc proc rw\n"
              "46 45 0:7 /proc/stat /proc/stat rw - fuse.lxcfs lxcfs rw\n");

    struct host_traits *t = host_traits_new(f->root);
    host_traits_collect(t, s);
    g_assert_true(g_str_has_prefix(trait(s, "processor"), "EPYC "));
    g_assert_null(strchr(trait(s, "processor"), '\033'));
    g_assert_cmpstr(trait(s, "KVM"), ==, "yes, kvm_amd");
    g_assert_cmpstr(trait(s, "nested VMs"), ==, "on: VMs can run VMs");
    g_assert_cmpstr(trait(s, "is a guest"), ==, "yes, of QEMU");
    g_assert_true(g_str_has_prefix(trait(s, "IOMMU"), "on, 1 groups"));
    g_assert_cmpstr(trait(s, "huge pages"), ==, "8 of 2M (3 free), 0 of 1024M");
    g_assert_cmpstr(trait(s, "THP"), ==, "madvise");
    g_assert_cmpstr(trait(s, "KSM"), ==, "on: identical pages are merged");
    g_assert_cmpstr(trait(s, "overcommit"), ==, "never: swap and 80 % of RAM (2)");
    g_assert_cmpstr(trait(s, "removed groups"), ==, "17 that still hold memory");
    g_assert_true(g_str_has_prefix(trait(s, "/proc"), "provided by lxcfs"));
    host_traits_free(t);
    sample_unref(s);
}

/* What a host does not say is left out; nothing is made up. */
static void test_silent_host(struct fixture *f, const void *data)
{
    struct sample *s = sample_new(0, 1);
    struct host_traits *t = host_traits_new(f->root);
    struct host_nodes *n = host_nodes_new(f->root);

    (void)data;
    host_traits_collect(t, s);
    host_nodes_collect(n, s);
    g_assert_null(trait(s, "processor"));
    g_assert_null(trait(s, "is a guest"));
    g_assert_null(trait(s, "nested VMs"));
    g_assert_null(trait(s, "KSM"));
    g_assert_null(trait(s, "removed groups"));
    g_assert_null(trait(s, "/proc"));
    g_assert_null(trait(s, "KVM"));
    g_assert_null(trait(s, "IOMMU"));
    for (guint i = 0; i < s->records->len; i++)
        g_assert_cmpint(record_at(s, i)->facet, ==, FACET_HOST_TRAIT);
    host_traits_free(t);
    host_nodes_free(n);
    sample_unref(s);
}

/* "No" needs evidence, and what is evidence differs from host to host. */
static void test_evidence(struct fixture *f, const void *data)
{
    static const struct {
        const char *file, *text, *trait, *expected;
    } cases[] = {
        /* flags without the hypervisor's, but nothing of the firmware */
        {"proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu vme svm\n", "is a guest", NULL},
        {"sys/class/dmi/id/sys_vendor", "Dell Inc.\n", "is a guest", "no: it runs on the hardware"},
        {"sys/class/dmi/id/sys_vendor", "QEMU\n", "is a guest", "yes, of QEMU"},
        {"sys/class/dmi/id/sys_vendor", "VMware, Inc.\n", "is a guest", "yes, of VMware, Inc."},
        {"proc/xen/capabilities", "control_d\n", "is a guest", "no: it is the host of Xen (dom0)"},
        {"sys/class/dmi/id/product_name", "x\n", "KVM", "no: Xen runs the machines"},
        {"proc/xen/capabilities", "\n", "KVM", NULL},
        {"sys/class/misc/rng/dev", "10:183\n", "KVM", "no: machines are emulated (TCG)"},
        {"sys/class/misc/kvm/dev", "10:232\n", "KVM", "yes"},
        {"sys/kernel/iommu_groups/.keep", "", "IOMMU", "off: no device can be passed through"},
        /* an ARM host says nothing of it, its device tree does */
        {"proc/cpuinfo", "CPU implementer\t: 0x41\nFeatures\t: fp\nCPU part\t: 0xd0c\n",
         "processor", "ARM Neoverse-N1"},
        {"sys/class/dmi/id/sys_vendor", "Ampere\n", "is a guest", NULL},
        {"proc/device-tree/hypervisor/compatible", "linux,kvm", "is a guest", "yes, of linux,kvm"},
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct sample *s = sample_new(0, 1);
        tree_file(f->dir, cases[i].file, cases[i].text);
        struct host_traits *t = host_traits_new(f->root);
        host_traits_collect(t, s);
        g_test_message("%s: %s", cases[i].file, cases[i].text);
        g_assert_cmpstr(trait(s, cases[i].trait), ==, cases[i].expected);
        host_traits_free(t);
        sample_unref(s);
    }
}

static void test_power(struct fixture *f, const void *data)
{
    static const char *const cases[][2] = {
        {"machine\t\t: PowerNV 9006-22P\n", "no: it runs on the hardware"},
        {"machine\t\t: CHRP IBM pSeries (emulated by qemu)\n", "yes, of QEMU"},
        {"machine\t\t: CHRP IBM,9119-MHE pSeries\n", "yes, a partition (LPAR)"},
        {"machine\t\t: PowerMac10,1\n", NULL}};

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct sample *s = sample_new(0, 1);
        tree_file(f->dir, "proc/cpuinfo", cases[i][0]);
        struct host_traits *t = host_traits_new(f->root);
        host_traits_collect(t, s);
        g_assert_cmpstr(trait(s, "is a guest"), ==, cases[i][1]);
        host_traits_free(t);
        sample_unref(s);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/host-machine/nodes", struct fixture, NULL, set_up, test_nodes, tear_down);
    g_test_add("/host-machine/traits", struct fixture, NULL, set_up, test_traits, tear_down);
    g_test_add("/host-machine/evidence", struct fixture, NULL, set_up, test_evidence, tear_down);
    g_test_add("/host-machine/power", struct fixture, NULL, set_up, test_power, tear_down);
    g_test_add("/host-machine/silent", struct fixture, NULL, set_up, test_silent_host, tear_down);
    return g_test_run();
}
