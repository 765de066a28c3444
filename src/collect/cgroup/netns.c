/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/netns.h"

#include "base/clock_read.h"
#include "base/parse.h"
#include "collect/cgroup/netns_links.h"
#include "collect/netdev.h"
#include "collect/viewpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 64 };

/* Every namespace has its own net/dev file, with its own inode. Unlike the link /proc/PID/ns/net,
 * it can be examined without the right to trace PID; but a saved tree has only the link. */
static uint64_t inode_of(const struct root *root, const char *pid)
{
    char path[PATH_SIZE], link[PATH_SIZE];
    uint64_t inode = 0;

    if (!root_is_live(root)) {
        g_snprintf(path, sizeof(path), "/proc/%s/ns/net", pid);
        const char *digits = root_readlink(root, path, link, sizeof(link)) > 0
                                 ? link + strcspn(link, "0123456789")
                                 : "";
        return parse_u64(&digits, &inode) ? inode : 0;
    }
    g_snprintf(path, sizeof(path), "/proc/%s/net/dev", pid);
    struct stat st;
    int fd = root_open(root, path, O_RDONLY);
    if (fd < 0)
        return 0;
    if (fstat(fd, &st) == 0)
        inode = st.st_ino;
    close(fd);
    return inode;
}

static void add_up(struct netdev *sum, const struct netdev *nic)
{
    sum->rx_bytes += nic->rx_bytes;
    sum->rx_packets += nic->rx_packets;
    sum->rx_errors += nic->rx_errors;
    sum->rx_drops += nic->rx_drops;
    sum->tx_bytes += nic->tx_bytes;
    sum->tx_packets += nic->tx_packets;
    sum->tx_errors += nic->tx_errors;
    sum->tx_drops += nic->tx_drops;
}

static void set_total(struct record *total, const struct netdev *sum)
{
    record_set(total, R_NET_RX_BYTES, sum->rx_bytes);
    record_set(total, R_NET_RX_PACKETS, sum->rx_packets);
    record_set(total, R_NET_TX_BYTES, sum->tx_bytes);
    record_set(total, R_NET_TX_PACKETS, sum->tx_packets);
    record_set(total, R_NET_DROPS, sum->rx_drops + sum->tx_drops);
    record_set(total, R_NET_ERRORS, sum->rx_errors + sum->tx_errors);
}

static GHashTable *parts_of(struct netns *n, struct netns_table *t)
{
    GHashTable *parts = g_hash_table_lookup(t->parts, n);

    if (!parts) {
        parts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)ident_unref);
        g_hash_table_insert(t->parts, n, parts);
    }
    return parts;
}

static struct ident *part_ident(GHashTable *parts, const struct ident *owner, const char *name)
{
    struct ident *i = g_hash_table_lookup(parts, name);

    if (i || g_hash_table_size(parts) >= NETNS_PARTS_MAX)
        return i;
    i = ident_new(KIND_NIC, GUEST_NONE, name);
    i->owner = owner->serial;
    ident_set(&i->name, name);
    g_hash_table_insert(parts, g_strdup(name), i);
    return i;
}

static void add_part(struct sample *out, struct ident *ident, const struct netdev *nic,
                     int64_t read_ns)
{
    struct record *r = sample_add(out, FACET_GUEST_NIC, ident);

    r->read_ns = read_ns;
    netdev_record(nic, R_NIC_RX_BYTES, r);
}

/* All but the loopback. */
static bool next_interface(const char **text, struct netdev *nic)
{
    while (netdev_next(text, nic))
        if (strcmp(nic->name, "lo") != 0)
            return true;
    return false;
}

/* Only the uplinks are counted, so that each byte counts once. An interface whose name is that of a
 * port counts as an uplink if there is neither a bridge nor a guest inside: some plugins give a pod
 * a "veth0". */
static void parse_interfaces(struct netns *n, const char *text, struct record *total)
{
    struct netdev sums[LINK_KINDS] = {{.name = ""}}, nic;
    unsigned count[LINK_KINDS] = {0}, all = 0;

    for (const char *rest = text; next_interface(&rest, &nic); all++) {
        enum link_kind kind = netns_link_kind(text, nic.name);
        add_up(&sums[kind], &nic);
        count[kind]++;
    }
    if (!all) {
        record_all_absent(total, R_NET_BEGIN, R_NET_LAST, REASON_NO_NETWORK);
        return;
    }
    uint8_t before = n->counted;
    n->counted = 1u << LINK_UPLINK;
    if (!count[LINK_UPLINK])
        n->counted = (1u << LINK_KINDS) - 1;
    else if (!count[LINK_BRIDGE] && !n->nested)
        n->counted |= 1u << LINK_PORT;
    for (enum link_kind kind = LINK_UPLINK + 1; kind < LINK_KINDS; kind++)
        if (n->counted & 1u << kind)
            add_up(&sums[LINK_UPLINK], &sums[kind]);
    if (before && before != n->counted)
        record_all_absent(total, R_NET_BEGIN, R_NET_LAST, REASON_RESET);
    else
        set_total(total, &sums[LINK_UPLINK]);
}

static void add_parts(GHashTable *parts, const char *text, const struct record *total,
                      struct sample *out)
{
    struct netdev nic;

    while (next_interface(&text, &nic)) {
        struct ident *ident = part_ident(parts, total->ident, nic.name);
        if (ident)
            add_part(out, ident, &nic, total->read_ns);
    }
}

void netns_table_init(struct netns_table *t, struct kept_budget *budget)
{
    *t = (struct netns_table){.budget = budget};
    t->host = budget->viewpoint->processes ? inode_of(budget->root, "1") : 0;
    if (!t->host && root_is_live(budget->root) && !budget->viewpoint->own_network)
        t->host = inode_of(budget->root, "self");        /* process 1 is hidden */
    G_STATIC_ASSERT(offsetof(struct netns, inode) == 0); /* the tables hash and compare it */
    t->shown = g_hash_table_new(g_int64_hash, g_int64_equal);
    t->parts = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);
}

void netns_table_clear(struct netns_table *t)
{
    g_hash_table_destroy(t->shown);
    g_hash_table_destroy(t->parts);
}

/* Look up the namespace, and show it here if no other guest shows it yet. */
static void look_up(struct netns *n, struct netns_table *t, pid_t pid)
{
    char name[16];

    g_snprintf(name, sizeof(name), "%d", pid);
    n->inode = inode_of(t->budget->root, name);
    n->not_shown = REASON_OK;
    if (!n->inode)
        return;
    if (n->inode == t->host)
        n->not_shown = REASON_HOST_NETWORK;
    else if (g_hash_table_contains(t->shown, n))
        n->not_shown = REASON_SHARED_NETWORK;
    else
        g_hash_table_add(t->shown, n);
}

static void give_up(struct netns *n, struct netns_table *t)
{
    if (n->inode && g_hash_table_lookup(t->shown, n) == n)
        g_hash_table_remove(t->shown, n);
    n->inode = 0;
}

void netns_recheck(struct netns *n, struct netns_table *t)
{
    if (n->not_shown)
        give_up(n, t);
}

static ssize_t read_interfaces(struct netns *n, struct netns_table *t, pid_t pid)
{
    char path[PATH_SIZE] = "";

    if (!n->dev.fd_plus_1)
        g_snprintf(path, sizeof(path), "/proc/%d/net/dev", pid);
    return kept_read(t->budget, &n->dev, path, FILE_PAGED);
}

static enum reason reason_for(ssize_t error)
{
    return error == -EACCES || error == -EPERM ? REASON_DENIED : REASON_UNREADABLE;
}

int netns_collect(struct netns *n, struct netns_table *t, pid_t pid, struct ident *owner,
                  bool parts, struct sample *out)
{
    ssize_t got = 0;

    if (!n->inode)
        look_up(n, t, pid);
    if (!n->not_shown)
        got = read_interfaces(n, t, pid);
    if (got == -ENOENT)
        return -ENOENT;
    if (!t->keep)
        kept_close(t->budget, &n->dev);

    struct record *total = record_new(FACET_NET, owner);
    total->read_ns = clock_mono_ns();
    if (!parts)
        g_hash_table_remove(t->parts, n);
    if (n->not_shown)
        record_all_absent(total, R_NET_BEGIN, R_NET_LAST, n->not_shown);
    else if (got < 0)
        record_all_absent(total, R_NET_BEGIN, R_NET_LAST, reason_for(got));
    else
        parse_interfaces(n, t->budget->buffer.text, total);
    sample_add_packed(out, total);
    if (parts && !n->not_shown && got >= 0)
        add_parts(parts_of(n, t), t->budget->buffer.text, total, out);
    record_free(total);
    return 0;
}

void netns_clear(struct netns *n, struct netns_table *t)
{
    give_up(n, t);
    kept_close(t->budget, &n->dev);
    g_hash_table_remove(t->parts, n);
    *n = (struct netns){.nested = n->nested};
}
