/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What the model costs on a large host: time per guest and tick, with and without guests that come
 * and go, memory per container, and how far back its history reaches. The samples are made
 * beforehand and are not counted. */
#include "model/roster.h"

#include "base/clock_read.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

enum { CONTAINERS = 5000, VMS = 2000, VCPUS = 4, DISKS = 2, TICKS = 20, CHURN = 50 };
enum { LOCAL, LIBVIRT, SOURCES };

#define S CLOCK_NS_PER_S
#define HISTORY_BYTES ((size_t)48 << 20)

struct guest {
    struct ident *local, *libvirt;
    struct ident *vcpus[VCPUS], *disks[DISKS], *nic;
};

struct bench {
    struct guest *guests;
    size_t count, containers;
    struct roster *roster;
    int64_t now_ns;
    unsigned made;
};

static struct ident *part_of(const struct ident *guest, enum kind kind, const char *prefix, int i)
{
    char key[16];

    g_snprintf(key, sizeof(key), "%s%d", prefix, i);
    struct ident *part = ident_new(kind, GUEST_NONE, key);
    ident_set(&part->name, key);
    part->owner = guest->serial;
    return part;
}

static struct guest make_container(struct bench *b)
{
    struct guest g = {0};
    char *path =
        g_strdup_printf("cgroup:/system.slice/docker-%08x%056x.scope", b->made, b->made * 7);
    char id[65];

    b->made++;
    g.local = ident_new(KIND_GUEST, GUEST_DOCKER, path);
    g_snprintf(id, sizeof(id), "%s", path + 28);
    ident_set(&g.local->id, id);
    ident_set(&g.local->name, id + 20);
    ident_set(&g.local->image, "registry.example.org/shop/nginx:1.27");
    ident_add_alias(g.local, "docker:", id);
    g.local->pid = (pid_t)(1000 + b->made);
    g_free(path);
    return g;
}

static struct guest make_vm(struct bench *b)
{
    struct guest g = {0};
    char uuid[40];

    g_snprintf(uuid, sizeof(uuid), "4dea22b3-1d52-d8f3-2516-%012x", b->made++);
    g.local = ident_new(KIND_GUEST, GUEST_VM, uuid);
    g.libvirt = ident_new(KIND_GUEST, GUEST_VM, uuid + 1);
    ident_add_alias(g.local, "uuid:", uuid);
    ident_add_alias(g.libvirt, "uuid:", uuid);
    ident_set(&g.libvirt->name, uuid + 20);
    for (int i = 0; i < VCPUS; i++)
        g.vcpus[i] = part_of(g.local, KIND_VCPU, "", i);
    for (int i = 0; i < DISKS; i++)
        g.disks[i] = part_of(g.libvirt, KIND_DISK, "vd", i);
    g.nic = part_of(g.libvirt, KIND_NIC, "vnet", 0);
    return g;
}

static void drop_guest(struct guest *g)
{
    ident_unref(g->local);
    ident_unref(g->libvirt);
    for (int i = 0; i < VCPUS; i++)
        ident_unref(g->vcpus[i]);
    for (int i = 0; i < DISKS; i++)
        ident_unref(g->disks[i]);
    ident_unref(g->nic);
}

/* A record with every reading known. */
static void add(struct bench *b, struct sample *s, enum facet f, struct ident *ident)
{
    struct record *r = sample_add(s, f, ident);

    r->read_ns = b->now_ns;
    for (enum reading i = facet_begin(f); i < facet_end(f); i++)
        record_set(r, i, (uint64_t)(b->now_ns / 1000 + (int64_t)i));
}

static struct sample *local_sample(struct bench *b)
{
    struct sample *s = sample_new(LOCAL, S);

    for (size_t i = 0; i < b->count; i++) {
        struct guest *g = &b->guests[i];
        add(b, s, FACET_CGROUP, g->local);
        add(b, s, FACET_NET, g->local);
        if (!g->libvirt)
            continue;
        add(b, s, FACET_PROCESS, g->local);
        for (int v = 0; v < VCPUS; v++)
            add(b, s, FACET_VCPU_THREAD, g->vcpus[v]);
    }
    return s;
}

static struct sample *libvirt_sample(struct bench *b)
{
    struct sample *s = sample_new(LIBVIRT, S);

    for (size_t i = b->containers; i < b->count; i++) {
        struct guest *g = &b->guests[i];
        add(b, s, FACET_DOMAIN, g->libvirt);
        add(b, s, FACET_MONITOR, g->libvirt);
        for (int d = 0; d < DISKS; d++)
            add(b, s, FACET_DOMAIN_DISK, g->disks[d]);
        add(b, s, FACET_DOMAIN_NIC, g->nic);
    }
    return s;
}

struct cost {
    int64_t merge_ns, tick_ns;
};

static void step(struct bench *b, struct cost *cost)
{
    struct sample *samples[SOURCES];

    b->now_ns += S;
    samples[LOCAL] = local_sample(b);
    samples[LIBVIRT] = libvirt_sample(b);
    int64_t start = clock_mono_ns();
    for (int i = 0; i < SOURCES; i++)
        roster_merge(b->roster, samples[i]);
    int64_t merged = clock_mono_ns();
    roster_tick(b->roster, b->now_ns, b->now_ns);
    cost->tick_ns += clock_mono_ns() - merged;
    cost->merge_ns += merged - start;
    for (int i = 0; i < SOURCES; i++)
        sample_unref(samples[i]);
}

static void report(const struct bench *b, const char *what, struct cost cost, int ticks)
{
    double per = (double)ticks * (double)b->count;

    printf("%-28s %6zu guests  merge %6.0f  tick %6.0f  ns per guest; %7.2f ms per tick\n", what,
           b->count, (double)cost.merge_ns / per, (double)cost.tick_ns / per,
           (double)(cost.merge_ns + cost.tick_ns) / ticks / 1e6);
}

static void churn(struct bench *b)
{
    for (int i = 0; i < CHURN; i++) {
        struct guest *g = &b->guests[(size_t)rand() % b->containers];
        drop_guest(g);
        *g = make_container(b);
    }
}

static void open_bench(struct bench *b, size_t containers, size_t vms)
{
    *b = (struct bench){.count = containers + vms, .containers = containers, .now_ns = 1000 * S};
    b->guests = g_new(struct guest, b->count);
    b->roster = roster_new(HISTORY_BYTES);
    for (size_t i = 0; i < b->count; i++)
        b->guests[i] = i < containers ? make_container(b) : make_vm(b);
}

static void close_bench(struct bench *b)
{
    roster_free(b->roster);
    for (size_t i = 0; i < b->count; i++)
        drop_guest(&b->guests[i]);
    g_free(b->guests);
}

static void measure(size_t containers, size_t vms)
{
    struct bench b;
    struct cost first = {0}, steady = {0}, churned = {0};

    open_bench(&b, containers, vms);
    step(&b, &first);
    report(&b, "first tick", first, 1);
    for (int i = 0; i < HISTORY_DEPTH_MIN; i++)
        step(&b, &first);
    for (int i = 0; i < TICKS; i++)
        step(&b, &steady);
    report(&b, "steady", steady, TICKS);
    for (int i = 0; i < TICKS && containers; i++) {
        churn(&b);
        step(&b, &churned);
    }
    if (containers)
        report(&b, "50 containers replaced/s", churned, TICKS);
    close_bench(&b);
}

/* The collectors' own state and the samples are theirs to measure. */
static void measure_memory(void)
{
    struct bench b;
    struct cost unused = {0};
    size_t before = mallinfo2().uordblks;

    open_bench(&b, CONTAINERS, 0);
    size_t idents = mallinfo2().uordblks - before;
    for (int i = 0; i < 3; i++)
        step(&b, &unused);
    size_t history = roster_history_bytes(b.roster);
    size_t used = mallinfo2().uordblks - before - idents - history;
    printf("%-28s %6zu guests  %zu bytes each beyond history; idents %zu, first history %zu\n",
           "memory", b.count, used / b.count, idents / b.count, history / b.count);
    close_bench(&b);
}

/* Whether the numbers of one reading change from tick to tick. */
enum change { NONE, HALF, ALL };

static void add_changing(struct bench *b, struct sample *s, struct ident *ident, enum change c)
{
    struct record *r = sample_add(s, FACET_CGROUP, ident);

    r->read_ns = b->now_ns;
    for (enum reading i = R_CGROUP_BEGIN; i < R_CGROUP_END; i++) {
        bool changes = c == ALL || (c == HALF && i % 2);
        uint64_t even = reading_type(i) == READING_GAUGE ? 1 << 20 : (uint64_t)b->now_ns;
        record_set(r, i, even + (uint64_t)(changes ? rand() : 0));
    }
}

/* How far back the history of so many containers reaches, from the same share of its memory for
 * less of them. */
static void measure_depth(size_t containers, enum change change, const char *what)
{
    enum { SHARE = 20 };
    struct bench b;

    open_bench(&b, containers / SHARE, 0);
    roster_free(b.roster);
    b.roster = roster_new(HISTORY_BYTES / SHARE);
    for (int t = 0; t < HISTORY_DEPTH_MAX + HISTORY_BLOCK; t++) {
        struct sample *s = sample_new(LOCAL, S);
        b.now_ns += S;
        for (size_t i = 0; i < b.count; i++)
            add_changing(&b, s, b.guests[i].local, change);
        roster_merge(b.roster, s);
        roster_tick(b.roster, b.now_ns, b.now_ns);
        sample_unref(s);
    }
    uint64_t ticks = roster_last_tick(b.roster) - roster_oldest_tick(b.roster) + 1;
    printf("%-28s %6zu guests  %3u ticks in %zu MB\n", what, containers, (unsigned)ticks,
           HISTORY_BYTES >> 20);
    close_bench(&b);
}

int main(void)
{
    /* what is freed goes back, so that the next measurement starts as the first one */
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    measure(CONTAINERS, 0);
    measure(0, VMS);
    measure(CONTAINERS, VMS);
    measure_memory();
    measure_depth(1000, HALF, "history, half changing");
    measure_depth(1000, ALL, "history, all changing");
    measure_depth(CONTAINERS, NONE, "history, nothing changing");
    measure_depth(CONTAINERS, HALF, "history, half changing");
    return 0;
}
