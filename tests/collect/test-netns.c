/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The network of a container, through the namespace of one of its processes. */
#include <config.h>

#include "collect/cgroup/netns.h"

#include "../base/tree.h"
#include "records.h"

#include <sys/wait.h>

#define HEAD                                                                                       \
    "Inter-|   Receive                                                |  Transmit\n"               \
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs "     \
    "drop fifo colls carrier compressed\n"
#define LO "    lo: 9999 99 0 0 0 0 0 0 9999 99 0 0 0 0 0 0\n"
#define ETH0 "  eth0: 1000 10 1 2 0 0 0 0 2000 20 3 4 0 0 0 0\n"
#define ETH1 "  eth1:50000 50 0 5 0 0 0 0 60000 60 6 0 0 0 0 0\n"

struct fixture {
    char *dir;
    struct root *root;
    struct kept_budget budget;
    struct netns_table table;
    struct sample *sample;
};

static void put(const struct fixture *f, const char *pid, const char *ns, const char *dev)
{
    char *path = g_strdup_printf("proc/%s/ns/net", pid), *full = tree_path(f->dir, path);

    unlink(full);
    g_assert_cmpint(symlink(ns, full), ==, 0);
    g_free(full);
    g_free(path);
    path = g_strdup_printf("proc/%s/net/dev", pid);
    tree_file(f->dir, path, dev);
    g_free(path);
}

static void setup(struct fixture *f, const void *data)
{
    (void)data;
    f->dir = tree_new();
    put(f, "1", "net:[1]", HEAD LO ETH0);
    g_assert_cmpint(root_new(f->dir, &f->root), ==, 0);
    kept_budget_init(&f->budget, f->root);
    netns_table_init(&f->table, &f->budget);
    f->table.keep = true;
}

static void teardown(struct fixture *f, const void *data)
{
    (void)data;
    sample_unref(f->sample);
    netns_table_clear(&f->table);
    kept_budget_clear(&f->budget);
    root_free(f->root);
    tree_free(f->dir);
}

/* A container, and what is read of it. */
struct guest {
    struct netns network;
    struct ident *ident;
    const struct record *total;
};

static void guest_new(struct guest *g, const char *key)
{
    *g = (struct guest){.ident = ident_new(KIND_GUEST, GUEST_DOCKER, key)};
}

static void guest_free(struct guest *g, struct fixture *f)
{
    netns_clear(&g->network, &f->table);
    ident_unref(g->ident);
}

static int look(struct guest *g, struct fixture *f, pid_t pid, bool parts)
{
    sample_unref(f->sample);
    f->sample = sample_new(0, 1000000000);
    int error = netns_collect(&g->network, &f->table, pid, g->ident, parts, f->sample);
    g->total = error ? NULL : g_ptr_array_index(f->sample->records, 0);
    g_assert_true(!g->total || g->total->facet == FACET_NET);
    return error;
}

static void expect_absent(const struct record *r, enum reason why)
{
    for (enum reading i = R_NET_BEGIN; i <= R_NET_LAST; i++)
        g_assert_cmpint(reason(r, i), ==, why);
}

static void test_interfaces(struct fixture *f, const void *data)
{
    struct guest g;

    (void)data;
    guest_new(&g, "a");
    put(f, "10", "net:[2]", HEAD LO ETH0 ETH1);
    g_assert_cmpint(look(&g, f, 10, true), ==, 0);
    g_assert_cmpuint(value(g.total, R_NET_RX_BYTES), ==, 51000);
    g_assert_cmpuint(value(g.total, R_NET_RX_PACKETS), ==, 60);
    g_assert_cmpuint(value(g.total, R_NET_TX_BYTES), ==, 62000);
    g_assert_cmpuint(value(g.total, R_NET_TX_PACKETS), ==, 80);
    g_assert_cmpuint(value(g.total, R_NET_DROPS), ==, 11);
    g_assert_cmpuint(value(g.total, R_NET_ERRORS), ==, 10);

    const struct record *eth1 = record_named(f->sample, FACET_GUEST_NIC, "eth1");
    g_assert_nonnull(eth1);
    g_assert_cmpuint(record_count(f->sample, FACET_GUEST_NIC), ==, 2); /* lo is left out */
    g_assert_cmpuint(eth1->ident->owner, ==, g.ident->serial);
    g_assert_cmpuint(value(eth1, R_NIC_RX_BYTES), ==, 50000);
    g_assert_cmpuint(value(eth1, R_NIC_TX_BYTES), ==, 60000);
    g_assert_cmpuint(value(eth1, R_NIC_RX_DROPS), ==, 5);
    g_assert_cmpuint(value(eth1, R_NIC_TX_ERRORS), ==, 6);

    /* One interface is removed and one added; out of focus there are no parts. */
    guint64 serial = eth1->ident->serial;
    put(f, "10", "net:[2]", HEAD LO ETH1 "veth9@if3: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n");
    netns_clear(&g.network, &f->table); /* as when the first process changes */
    g_assert_cmpint(look(&g, f, 10, true), ==, 0);
    g_assert_null(record_named(f->sample, FACET_GUEST_NIC, "eth0"));
    g_assert_cmpuint(record_named(f->sample, FACET_GUEST_NIC, "eth1")->ident->serial, !=, serial);
    g_assert_nonnull(record_named(f->sample, FACET_GUEST_NIC, "veth9@if3"));
    g_assert_cmpint(look(&g, f, 10, false), ==, 0);
    g_assert_cmpuint(record_count(f->sample, FACET_GUEST_NIC), ==, 0);
    g_assert_cmpuint(g_hash_table_size(f->table.parts), ==, 0);
    guest_free(&g, f);
}

#define NIC(name, rx) name ": " #rx " 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0\n"
#define MANY NIC("eth0", 1000) NIC("eth1", 200)

/* A byte counts once, whatever interfaces of the container it passes. */
static void test_links(struct fixture *f, const void *data)
{
    static const struct {
        const char *dev;
        bool nested;
        guint64 rx;
    } rows[] = {
        {MANY, false, 1200},
        {MANY NIC("docker0", 50) NIC("veth1a2b3c4", 60), false, 1200},
        {MANY NIC("br-0a1b2c3d4e5f", 50) NIC("veth1a2b3c4", 60), false, 1200},
        {MANY NIC("br0", 50) NIC("vnet3", 60) NIC("virbr0", 70), false, 1200},
        {MANY NIC("lxdbr0", 50) NIC("lxcbr0", 60) NIC("incusbr0", 70), false, 1200},
        {MANY NIC("cni0", 50) NIC("flannel.1", 60) NIC("kube-ipvs0", 70), false, 1200},
        {MANY NIC("cali0a1b2c3d4e5", 50) NIC("tunl0", 60) NIC("vxlan.calico", 9), true, 1200},
        {MANY NIC("veth1a2b3c4", 50), true, 1200}, /* kindnet: no bridge */
        {MANY NIC("veth0", 50), false, 1250},      /* the second interface of a pod */
        {MANY NIC("eth0.100", 50) NIC("eth2.7", 3), false, 1203},
        {MANY NIC("bond0", 1200) NIC("team0", 1200), false, 1200},
        {MANY NIC("macvlan0", 50) NIC("ipvl1", 60) NIC("ipvlan2", 60), false, 1200},
        {MANY NIC("wg0", 50) NIC("tun0", 60) NIC("tailscale0", 70), false, 1200},
        {NIC("mgmt", 40) NIC("storage.x", 2) NIC("brain", 3) NIC("bonding", 4), false, 49},
        {NIC("tun0", 60), false, 60}, /* its only interface */
        {NIC("docker0", 60) NIC("veth1", 1), true, 61},
        {NIC("eth0.100", 60), false, 60},
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct guest g;
        char *dev = g_strconcat(HEAD LO, rows[i].dev, NULL);
        guest_new(&g, "a");
        g.network.nested = rows[i].nested;
        put(f, "10", "net:[2]", dev);
        g_test_message("%s", rows[i].dev);
        g_assert_cmpint(look(&g, f, 10, false), ==, 0);
        g_assert_cmpuint(value(g.total, R_NET_RX_BYTES), ==, rows[i].rx);
        guest_free(&g, f);
        g_free(dev);
    }
}

/* When other interfaces are summed up than before, there is no rate across the change. */
static void test_links_change(struct fixture *f, const void *data)
{
    struct guest g;

    (void)data;
    guest_new(&g, "a");
    put(f, "10", "net:[2]", HEAD LO MANY NIC("veth0", 50));
    look(&g, f, 10, false);
    g_assert_cmpuint(value(g.total, R_NET_RX_BYTES), ==, 1250);
    g.network.nested = true;
    look(&g, f, 10, false);
    expect_absent(g.total, REASON_RESET);
    look(&g, f, 10, false);
    g_assert_cmpuint(value(g.total, R_NET_RX_BYTES), ==, 1200);
    guest_free(&g, f);
}

/* A namespace without interfaces, or with lo only, has no traffic to count. */
static void test_no_interfaces(struct fixture *f, const void *data)
{
    struct guest g;

    (void)data;
    guest_new(&g, "a");
    put(f, "10", "net:[2]", HEAD LO);
    look(&g, f, 10, true);
    expect_absent(g.total, REASON_NO_NETWORK);
    guest_free(&g, f);
}

/* The host's traffic is not attributed to a container. */
static void test_host(struct fixture *f, const void *data)
{
    struct guest g;

    (void)data;
    guest_new(&g, "a");
    put(f, "10", "net:[1]", HEAD LO ETH0);
    look(&g, f, 10, true);
    expect_absent(g.total, REASON_HOST_NETWORK);
    g_assert_cmpuint(record_count(f->sample, FACET_GUEST_NIC), ==, 0);
    guest_free(&g, f);
}

/* The containers of a pod share a namespace: it is shown for one of them, and for another one when
 * that one is gone. */
static void test_shared(struct fixture *f, const void *data)
{
    struct guest a, b;

    (void)data;
    guest_new(&a, "a");
    guest_new(&b, "b");
    put(f, "10", "net:[2]", HEAD LO ETH0);
    put(f, "11", "net:[2]", HEAD LO ETH0);
    look(&a, f, 10, false);
    g_assert_cmpuint(value(a.total, R_NET_RX_BYTES), ==, 1000);
    look(&b, f, 11, false);
    expect_absent(b.total, REASON_SHARED_NETWORK);
    netns_recheck(&a.network, &f->table);
    netns_recheck(&b.network, &f->table);
    look(&b, f, 11, false);
    expect_absent(b.total, REASON_SHARED_NETWORK);

    netns_clear(&a.network, &f->table);
    look(&b, f, 11, false);
    expect_absent(b.total, REASON_SHARED_NETWORK); /* until it is looked up again */
    netns_recheck(&b.network, &f->table);
    look(&b, f, 11, false);
    g_assert_cmpuint(value(b.total, R_NET_RX_BYTES), ==, 1000);
    look(&a, f, 10, false);
    expect_absent(a.total, REASON_SHARED_NETWORK);
    guest_free(&a, f);
    guest_free(&b, f);
    g_assert_cmpuint(g_hash_table_size(f->table.shown), ==, 0);
}

static void test_gone(struct fixture *f, const void *data)
{
    struct guest g;

    (void)data;
    guest_new(&g, "a");
    g_assert_cmpint(look(&g, f, 10, true), ==, -ENOENT);
    g_assert_cmpuint(f->sample->records->len, ==, 0);
    guest_free(&g, f);
}

/* Malformed lines are skipped, and the others count. Nothing in a torn text counts. */
static void test_odd_lines(struct fixture *f, const void *data)
{
    struct guest g;

    (void)data;
    guest_new(&g, "a");
    put(f, "10", "net:[2]",
        HEAD "nonsense\n: 1 2\n eth9: 1 2 3\n" ETH0 "x\x1b[2Jy: 1 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0\n"
             "averyverylongname: 7 0 0 0 0 0 0 0 7 0 0 0 0 0 0 0\n"
             " eth2: 18446744073709551616 0 0 0 0 0 0 0 7 0 0 0 0 0 0 0\n  eth3: 1 2\n");
    look(&g, f, 10, true);
    g_assert_cmpuint(value(g.total, R_NET_RX_BYTES), ==, 1001);
    g_assert_nonnull(record_named(f->sample, FACET_GUEST_NIC, "x\xef\xbf\xbd[2Jy"));
    g_assert_cmpuint(record_count(f->sample, FACET_GUEST_NIC), ==, 2);
    guest_free(&g, f);

    guest_new(&g, "b");
    put(f, "11", "net:[3]", HEAD ETH0 "  eth3: 1 2 0 0 0 0 0 0 7 0 0 0 0 0 0 1");
    look(&g, f, 11, true);
    g_assert_cmpint(record_reason(g.total, R_NET_RX_BYTES), ==, REASON_UNREADABLE);
    guest_free(&g, f);
}

/* All of thousands of interfaces are counted, but the number of rows is limited. */
static void test_many(struct fixture *f, const void *data)
{
    GString *text = g_string_new(HEAD);
    struct guest g;

    (void)data;
    guest_new(&g, "a");
    for (int i = 0; i < 1000; i++)
        g_string_append_printf(text, "veth%d: 3 1 0 0 0 0 0 0 4 1 0 0 0 0 0 0\n", i);
    put(f, "10", "net:[2]", text->str);
    look(&g, f, 10, true);
    g_assert_cmpuint(value(g.total, R_NET_RX_BYTES), ==, 3000);
    g_assert_cmpuint(record_count(f->sample, FACET_GUEST_NIC), ==, NETNS_PARTS_MAX);
    guest_free(&g, f);
    g_string_free(text, TRUE);
}

/* On the real kernel, a child in the namespace of this process is in the host's. After it has
 * ended, an open file still shows the namespace as long as that exists; opening the file shows that
 * the process is gone. */
static void test_live(void)
{
    struct fixture f = {.dir = NULL};
    struct guest g;
    int hold[2];

    g_assert_cmpint(root_new(NULL, &f.root), ==, 0);
    kept_budget_init(&f.budget, f.root);
    netns_table_init(&f.table, &f.budget);
    f.table.keep = true;
    guest_new(&g, "a");
    g_assert_cmpint(pipe(hold), ==, 0);
    pid_t child = fork();
    if (child == 0) {
        char c;
        close(hold[1]);
        _exit(read(hold[0], &c, 1) != 0);
    }
    g_assert_cmpint(look(&g, &f, child, false), ==, 0);
    expect_absent(g.total, REASON_HOST_NETWORK);

    /* Pretend that it is not the host's: then its file is kept open. */
    f.table.host = 0;
    netns_clear(&g.network, &f.table);
    g_assert_cmpint(look(&g, &f, child, false), ==, 0);
    close(hold[0]);
    close(hold[1]);
    g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
    f.table.keep = false;
    g_assert_cmpint(look(&g, &f, child, false), ==, 0);
    g_assert_cmpint(look(&g, &f, child, false), ==, -ENOENT);
    sample_unref(f.sample);
    guest_free(&g, &f);
    netns_table_clear(&f.table);
    kept_budget_clear(&f.budget);
    root_free(f.root);
}

#define TEST(path, function)                                                                       \
    g_test_add("/netns/" path, struct fixture, NULL, setup, function, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("interfaces", test_interfaces);
    TEST("links", test_links);
    TEST("links-change", test_links_change);
    TEST("no-interfaces", test_no_interfaces);
    TEST("host", test_host);
    TEST("shared", test_shared);
    TEST("gone", test_gone);
    TEST("odd-lines", test_odd_lines);
    TEST("many", test_many);
    g_test_add_func("/netns/live", test_live);
    return g_test_run();
}
