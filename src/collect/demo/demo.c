/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/demo/demo.h"

#include "base/clock_read.h"
#include "collect/demo/demo_guest.h"
#include "collect/demo/demo_machine.h"

#include <math.h>
#include <string.h>

#define MIB (1024.0 * 1024.0)
#define GIB (1024.0 * MIB)
#define MEMORY_PER_CPU (16 * GIB)
#define HOST_CORES_PER_CPU 0.05   /* the host's own work */
#define STEAL_CORES_PER_CPU 0.004 /* it is a guest itself */
#define KSM_SHARE 0.02            /* of the guests' memory */

enum { CPU_FIELDS = 6, HOST_DISKS = 3, HOST_NICS = 2, HOST_STORES = 4, LOADS = 3, PSI = 6 };

/* What the counters of one CPU grow by, in the order of /proc/stat. */
enum cpu_field { USER, SYSTEM, IDLE, IOWAIT, STEAL, IN_GUEST };

struct cpu {
    struct ident *ident;
    double ns[CPU_FIELDS];
};

struct transfer { /* of a disk (read, write) or a link (receive, send) */
    struct ident *ident;
    double share;
    double in, out, busy_ms;
};

/* A role in the cast, and the guest that plays it now. */
struct player {
    const struct demo_role *role;
    unsigned copy;
    int outer; /* index of the player around it, or -1 */
    struct demo_guest *guest;
    double born_s;
};

struct demo {
    struct demo_stage stage;
    int64_t start_ns;
    unsigned numbers; /* of guests that ever lived */
    GArray *players;  /* struct player: VMs, containers */
    GArray *services; /* the same, reported when they are asked for */
    struct ident *host;
    struct demo_machine *machine;
    GArray *cpus; /* struct cpu */
    struct transfer disks[HOST_DISKS], nics[HOST_NICS];
    struct ident *stores[HOST_STORES];
    double loads[LOADS];
    double psi_ns[PSI];
    double self_ns;
};

/* ---- the cast ---- */

static void hire(GArray *players, const struct demo_role *roles, size_t n, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct player p = {.outer = -1};
        p.role = demo_cast(roles, n, i, &p.copy);
        if (p.role->flags & DEMO_INSIDE && players->len) {
            const struct player *before = &g_array_index(players, struct player, players->len - 1);
            p.outer = before->outer >= 0 ? before->outer : (int)players->len - 1;
        }
        g_array_append_val(players, p);
    }
}

static void enter(struct demo *d, GArray *players, struct player *p)
{
    const struct demo_guest *outer =
        p->outer >= 0 ? g_array_index(players, struct player, p->outer).guest : NULL;

    p->guest = demo_guest_new(p->role, p->copy, ++d->numbers, outer, &d->stage);
    p->born_s = d->stage.time_s;
}

static void leave(struct player *p)
{
    demo_guest_free(p->guest);
    p->guest = NULL;
}

/* A guest whose time is over ends, and a new one starts a few seconds later. */
static void come_and_go(struct demo *d, GArray *players, struct player *p)
{
    enum { PAUSE_S = 6 };
    double age = d->stage.time_s - p->born_s;

    if (p->guest && p->role->lives_s > 0 && age > p->role->lives_s)
        leave(p);
    else if (!p->guest && (p->born_s <= 0 || age > p->role->lives_s + PAUSE_S))
        enter(d, players, p);
}

static void play(struct demo *d, GArray *players)
{
    for (guint i = 0; i < players->len; i++) {
        struct player *p = &g_array_index(players, struct player, i);
        come_and_go(d, players, p);
        if (p->guest)
            demo_guest_step(p->guest, &d->stage);
    }
}

/* Sum over all guests, services included. */
static double sum(const struct demo *d, double (*of)(const struct demo_guest *))
{
    const GArray *all[] = {d->players, d->services};
    double total = 0;

    for (size_t a = 0; a < G_N_ELEMENTS(all); a++)
        for (guint i = 0; i < all[a]->len; i++) {
            const struct player *p = &g_array_index(all[a], struct player, i);
            total += p->guest ? of(p->guest) : 0;
        }
    return total;
}

/* ---- the host ---- */

static struct ident *part_ident(enum kind kind, const char *name)
{
    struct ident *i = ident_new(kind, GUEST_NONE, name);

    ident_set(&i->name, name);
    return i;
}

static const struct demo_store {
    const char *name, *about;
    double size_gib, used;   /* used: of the size, when the demo starts */
    double metadata;         /* of a thin pool: in use, of 1 GiB; else 0 */
    double files;            /* share of its files; 0: it has no limit */
    double grows_mib_per_s;
} STORES[HOST_STORES] = {
    {"/", "ext4, /dev/sda2", 219, 0.31, 0, 0.04, 0},
    {"/var/lib/containers", "xfs, /dev/nvme1n1p1: podman, docker", 894, 0.66, 0, 0.12, 0.2},
    {"/var/lib/libvirt", "ext4, /dev/sda3: libvirt", 700, 0.47, 0, 0.01, 0},
    {"vg0-machines-tpool", "thin pool", 3576, 0.71, 0.34, 0, 1.5},
};

static void build_host(struct demo *d)
{
    static const char *const disks[] = {"nvme0n1", "nvme1n1", "sda"};
    static const double disk_shares[] = {0.55, 0.4, 0.05};
    static const char *const nics[] = {"eno1", "eno2"};
    static const double nic_shares[] = {0.7, 0.3};
    char name[16];

    d->machine = demo_machine_new(d->stage.cpus);
    d->host = ident_new(KIND_HOST, GUEST_NONE, IDENT_LOCAL_HOST);
    ident_set(&d->host->name, "kvm7");
    for (unsigned i = 0; i < d->stage.cpus; i++) {
        g_snprintf(name, sizeof(name), "%u", i);
        struct cpu c = {.ident = part_ident(KIND_CPU, name)};
        g_array_append_val(d->cpus, c);
    }
    for (int i = 0; i < HOST_DISKS; i++)
        d->disks[i] =
            (struct transfer){.ident = part_ident(KIND_DISK, disks[i]), .share = disk_shares[i]};
    for (int i = 0; i < HOST_NICS; i++)
        d->nics[i] =
            (struct transfer){.ident = part_ident(KIND_NIC, nics[i]), .share = nic_shares[i]};
    for (int i = 0; i < HOST_STORES; i++) {
        d->stores[i] = part_ident(KIND_STORE, STORES[i].name);
        ident_set(&d->stores[i]->image, STORES[i].about);
    }
}

static double step_ns(const struct demo *d)
{
    return d->stage.step_s * 1e9;
}

/* BUSY (0-1) of this step; GUEST: the part of it that runs guest code. */
static void spend(const struct demo *d, struct cpu *c, double busy, double guest)
{
    double own = busy - guest, rest = 1 - busy - STEAL_CORES_PER_CPU;

    c->ns[USER] += (guest + own * 0.6) * step_ns(d);
    c->ns[SYSTEM] += own * 0.4 * step_ns(d);
    c->ns[IN_GUEST] += guest * step_ns(d);
    c->ns[STEAL] += STEAL_CORES_PER_CPU * step_ns(d);
    c->ns[IOWAIT] += rest * 0.02 * step_ns(d);
    c->ns[IDLE] += rest * 0.98 * step_ns(d);
}

/* Deal CORES of work out to the CPUs, unevenly, none more than it can do. */
static void run_cpus(struct demo *d, double cores, double guest_share)
{
    double left = cores;

    for (unsigned i = 0; i < d->stage.cpus; i++) {
        double even = left / (d->stage.cpus - i);
        double busy = even * (0.6 + 0.8 * demo_noise(&d->stage, 1000000 + i, 12));
        busy = fmin(i + 1 == d->stage.cpus ? left : busy, 0.985);
        spend(d, &g_array_index(d->cpus, struct cpu, i), busy, busy * guest_share);
        left -= busy;
    }
}

static void move_bytes(struct transfer *t, double in, double out, double step_s)
{
    t->in += in * t->share * step_s;
    t->out += out * t->share * step_s;
    t->busy_ms += fmin(0.95, (in + out) * t->share / 2e9) * 1e3 * step_s;
}

static void settle(struct demo *d, double cores)
{
    static const double minutes[] = {1, 5, 15};
    double use = cores / d->stage.cpus;
    double psi[PSI] = {use * use * 0.09, 0.004, 0.001, 0.02 * use, 0.011 * use, 0.003 * use};

    for (int i = 0; i < LOADS; i++) {
        double weight = d->stage.step_s > 0 ? 1 - exp(-d->stage.step_s / (60 * minutes[i])) : 1;
        d->loads[i] += (cores * 1.08 - d->loads[i]) * weight;
    }
    for (int i = 0; i < PSI; i++)
        d->psi_ns[i] += psi[i] * step_ns(d);
    d->self_ns += 0.003 * step_ns(d);
}

static void live(struct demo *d)
{
    double guests, cores, step = d->stage.step_s;

    play(d, d->players);
    guests = sum(d, demo_guest_cores);
    play(d, d->services);
    cores = sum(d, demo_guest_cores) + d->stage.cpus * HOST_CORES_PER_CPU;
    run_cpus(d, fmin(cores, d->stage.cpus * 0.98), guests / cores * 0.8);
    for (int i = 0; i < HOST_DISKS; i++)
        move_bytes(&d->disks[i], sum(d, demo_guest_read), sum(d, demo_guest_write), step);
    for (int i = 0; i < HOST_NICS; i++)
        move_bytes(&d->nics[i], sum(d, demo_guest_rx), sum(d, demo_guest_tx), step);
    settle(d, cores);
}

/* ---- report ---- */

static void report_times(struct record *r, enum reading user, const double ns[CPU_FIELDS])
{
    /* HOST_USER_NS.. and CPU_USER_NS.. list the same fields in the same order. */
    static const int offset[CPU_FIELDS] = {
        [USER] = 0, [SYSTEM] = 2, [IDLE] = 3, [IOWAIT] = 4, [STEAL] = 7, [IN_GUEST] = 8};
    static const int zeros[] = {1, 5, 6, 9};

    for (int i = 0; i < CPU_FIELDS; i++)
        record_set(r, user + (enum reading)offset[i], (uint64_t)ns[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(zeros); i++)
        record_set(r, user + (enum reading)zeros[i], 0);
}

static double memory_used(double total, double guests)
{
    return fmin(guests * (1 - KSM_SHARE) + total * 0.03, total * 0.99);
}

static void report_memory(const struct demo *d, struct record *r)
{
    double total = d->stage.cpus * MEMORY_PER_CPU, guests = sum(d, demo_guest_memory);
    double used = memory_used(total, guests);

    record_set(r, R_HOST_MEM_TOTAL_BYTES, (uint64_t)total);
    record_set(r, R_HOST_MEM_AVAILABLE_BYTES, (uint64_t)(total - used));
    record_set(r, R_HOST_MEM_FREE_BYTES, (uint64_t)((total - used) * 0.3));
    record_set(r, R_HOST_CACHED_BYTES, (uint64_t)((total - used) * 0.5));
    record_set(r, R_HOST_BUFFERS_BYTES, (uint64_t)((total - used) * 0.02));
    record_set(r, R_HOST_SLAB_RECLAIMABLE_BYTES, (uint64_t)((total - used) * 0.06));
    record_set(r, R_HOST_SHMEM_BYTES, (uint64_t)(total * 0.002));
    record_set(r, R_HOST_HUGEPAGES_TOTAL_BYTES, (uint64_t)(64 * GIB));
    record_set(r, R_HOST_HUGEPAGES_FREE_BYTES, 0);
    record_set(r, R_HOST_SWAP_TOTAL_BYTES, (uint64_t)(8 * GIB));
    record_set(r, R_HOST_SWAP_FREE_BYTES, (uint64_t)(6.9 * GIB));
    record_set(r, R_HOST_KSM_SHARING_BYTES, (uint64_t)(guests * KSM_SHARE));
}

static void report_cpus(const struct demo *d, struct sample *out, double all[CPU_FIELDS])
{
    for (unsigned i = 0; i < d->stage.cpus; i++) {
        const struct cpu *c = &g_array_index(d->cpus, struct cpu, i);
        struct record *r = sample_add(out, FACET_HOST_CPU, c->ident);
        r->read_ns = d->stage.now_ns;
        report_times(r, R_CPU_USER_NS, c->ns);
        for (int f = 0; f < CPU_FIELDS; f++)
            all[f] += c->ns[f];
    }
}

static void report_host(const struct demo *d, struct sample *out)
{
    double all[CPU_FIELDS] = {0};
    struct record *r = sample_add(out, FACET_HOST, d->host);

    r->read_ns = d->stage.now_ns;
    report_cpus(d, out, all);
    report_times(r, R_HOST_USER_NS, all);
    report_memory(d, r);
    record_set(r, R_HOST_CPUS_ONLINE, d->stage.cpus);
    record_set(r, R_HOST_CORES, (d->stage.cpus + 1) / 2);
    record_set(r, R_HOST_TASKS_RUNNING, (uint64_t)d->loads[0] + 1);
    record_set(r, R_HOST_TASKS_BLOCKED, 1);
    for (int i = 0; i < LOADS; i++)
        record_set(r, R_HOST_LOAD1_HUNDREDTHS + (enum reading)i, (uint64_t)(d->loads[i] * 100));
    record_set(r, R_HOST_UPTIME_HUNDREDTHS, (uint64_t)((DEMO_UPTIME_S + d->stage.time_s) * 100));
    for (int i = 0; i < PSI; i++)
        record_set(r, R_HOST_PSI_CPU_SOME_NS + (enum reading)i, (uint64_t)d->psi_ns[i]);
    record_set(r, R_SELF_CPU_NS, (uint64_t)d->self_ns);
    record_set(r, R_SELF_RSS_BYTES, 21 << 20);
}

static void report_host_disks(const struct demo *d, struct sample *out)
{
    for (int i = 0; i < HOST_DISKS; i++) {
        const struct transfer *t = &d->disks[i];
        struct record *r = sample_add(out, FACET_HOST_DISK, t->ident);
        r->read_ns = d->stage.now_ns;
        record_set(r, R_HOSTDISK_READ_BYTES, (uint64_t)t->in);
        record_set(r, R_HOSTDISK_READ_OPS, (uint64_t)(t->in / 30000));
        record_set(r, R_HOSTDISK_READ_MS, (uint64_t)(t->in / 30000 * 0.7));
        record_set(r, R_HOSTDISK_WRITE_BYTES, (uint64_t)t->out);
        record_set(r, R_HOSTDISK_WRITE_OPS, (uint64_t)(t->out / 15000));
        record_set(r, R_HOSTDISK_WRITE_MS, (uint64_t)(t->out / 15000 * 0.9));
        record_set(r, R_HOSTDISK_BUSY_MS, (uint64_t)t->busy_ms);
        record_set(r, R_HOSTDISK_QUEUE_MS, (uint64_t)(t->busy_ms * 2.5));
        record_set(r, R_HOSTDISK_SIZE_BYTES, UINT64_C(3840) * 1000 * 1000 * 1000);
    }
}

static void report_host_nics(const struct demo *d, struct sample *out)
{
    for (int i = 0; i < HOST_NICS; i++) {
        const struct transfer *t = &d->nics[i];
        struct record *r = sample_add(out, FACET_HOST_NIC, t->ident);
        r->read_ns = d->stage.now_ns;
        record_set(r, R_HOSTNIC_RX_BYTES, (uint64_t)t->in);
        record_set(r, R_HOSTNIC_RX_PACKETS, (uint64_t)(t->in / 900));
        record_set(r, R_HOSTNIC_TX_BYTES, (uint64_t)t->out);
        record_set(r, R_HOSTNIC_TX_PACKETS, (uint64_t)(t->out / 1000));
        record_set(r, R_HOSTNIC_RX_ERRORS, 0);
        record_set(r, R_HOSTNIC_RX_DROPS, 0);
        record_set(r, R_HOSTNIC_TX_ERRORS, 0);
        record_set(r, R_HOSTNIC_TX_DROPS, 0);
    }
}

/* They grow slowly, and stop long before they are full. */
static void report_stores(const struct demo *d, struct sample *out)
{
    for (int i = 0; i < HOST_STORES; i++) {
        const struct demo_store *s = &STORES[i];
        struct record *r = sample_add(out, FACET_HOST_STORE, d->stores[i]);
        double size = s->size_gib * GIB, grown = s->grows_mib_per_s * MIB * d->stage.time_s;
        double used = fmin(size * s->used + grown, size * 0.8);
        r->read_ns = d->stage.now_ns;
        record_set(r, R_STORE_SIZE_BYTES, (uint64_t)size);
        record_set(r, R_STORE_USED_BYTES, (uint64_t)used);
        record_set(r, R_STORE_FREE_BYTES, (uint64_t)(size * (s->metadata > 0 ? 1 : 0.95) - used));
        record_set(r, R_STORE_HOLDS_GUESTS, strchr(s->about, ':') || s->metadata > 0);
        record_all_absent(r, R_STORE_FILES, R_STORE_METADATA_USED_BYTES, REASON_NOT_APPLICABLE);
        if (s->files > 0) {
            record_set(r, R_STORE_FILES, 50000000);
            record_set(r, R_STORE_FILES_FREE, (uint64_t)(50000000 * (1 - s->files)));
        }
        if (s->metadata > 0) {
            record_set(r, R_STORE_METADATA_BYTES, (uint64_t)GIB);
            record_set(r, R_STORE_METADATA_USED_BYTES, (uint64_t)(GIB * s->metadata));
        }
    }
}

static void report_machine(const struct demo *d, struct sample *out)
{
    double total = d->stage.cpus * MEMORY_PER_CPU;
    double used = memory_used(total, sum(d, demo_guest_memory));

    demo_machine_report(d->machine, d->stage.now_ns, d->stage.time_s, total, used, out);
}

static void report_guests(const struct demo *d, const GArray *players, const struct demand *demand,
                          struct sample *out)
{
    for (guint i = 0; i < players->len; i++) {
        const struct player *p = &g_array_index(players, struct player, i);
        if (p->guest)
            demo_guest_report(p->guest, &d->stage, demand, out);
    }
}

void demo_collect(struct demo *d, const struct demand *demand, int64_t now_ns, struct sample *out)
{
    int64_t before = d->stage.now_ns;

    if (!d->start_ns)
        d->start_ns = before = now_ns;
    d->stage.now_ns = now_ns;
    d->stage.time_s = (double)(now_ns - d->start_ns) / 1e9;
    d->stage.step_s = (double)(now_ns - before) / 1e9;
    live(d);
    report_host(d, out);
    if (demand->needs & NEED_HOST_DISKS)
        report_host_disks(d, out);
    if (demand->needs & NEED_HOST_NICS)
        report_host_nics(d, out);
    if (demand->needs & NEED_STORES)
        report_stores(d, out);
    if (demand->needs & NEED_HOST_MACHINE)
        report_machine(d, out);
    report_guests(d, d->players, demand, out);
    if (demand->services)
        report_guests(d, d->services, demand, out);
    sample_add_status(out, "demo", SOURCE_OK, now_ns, "simulated, nothing here is real");
}

/* ---- start and end ---- */

struct demo_config demo_config_for(unsigned guests)
{
    enum { GUESTS = 160, GUESTS_PER_CPU = 5, CPUS_MIN = 4, CPUS_MAX = 1024 };
    unsigned n = guests ? guests : GUESTS;

    return (struct demo_config){.vms = n / 4,
                                .containers = n - n / 4,
                                .cpus = CLAMP(n / GUESTS_PER_CPU, CPUS_MIN, CPUS_MAX)};
}

struct demo *demo_new(const struct demo_config *config)
{
    struct demo_config c = config ? *config : demo_config_for(0);
    struct demo *d = g_new0(struct demo, 1);

    d->stage.seed = c.seed;
    d->stage.cpus = c.cpus;
    d->players = g_array_new(FALSE, TRUE, sizeof(struct player));
    d->services = g_array_new(FALSE, TRUE, sizeof(struct player));
    d->cpus = g_array_new(FALSE, TRUE, sizeof(struct cpu));
    build_host(d);
    hire(d->players, DEMO_VMS, DEMO_VM_ROLES, c.vms);
    hire(d->players, DEMO_CONTAINERS, DEMO_CONTAINER_ROLES, c.containers);
    hire(d->services, DEMO_SERVICES, DEMO_SERVICE_ROLES, (unsigned)DEMO_SERVICE_ROLES);
    return d;
}

static void free_players(GArray *players)
{
    for (guint i = 0; i < players->len; i++)
        leave(&g_array_index(players, struct player, i));
    g_array_free(players, TRUE);
}

void demo_free(struct demo *d)
{
    if (!d)
        return;
    free_players(d->players);
    free_players(d->services);
    for (guint i = 0; i < d->cpus->len; i++)
        ident_unref(g_array_index(d->cpus, struct cpu, i).ident);
    g_array_free(d->cpus, TRUE);
    for (int i = 0; i < HOST_DISKS; i++)
        ident_unref(d->disks[i].ident);
    for (int i = 0; i < HOST_NICS; i++)
        ident_unref(d->nics[i].ident);
    for (int i = 0; i < HOST_STORES; i++)
        ident_unref(d->stores[i]);
    ident_unref(d->host);
    demo_machine_free(d->machine);
    g_free(d);
}

static void *open_demo(const void *config)
{
    return demo_new(config);
}

/* Time passes in whole steps, so that jitter of the ticks does not change what a seed gives. */
static int64_t stage_now(const struct demo *d)
{
    const int64_t step = 50 * CLOCK_NS_PER_MS, tolerance = 10 * CLOCK_NS_PER_MS;
    int64_t now = clock_mono_ns();

    if (!d->start_ns)
        return now - tolerance;
    return d->start_ns + (now - d->start_ns) / step * step;
}

static void collect_demo(void *state, const struct demand *demand, struct sample *out)
{
    demo_collect(state, demand, stage_now(state), out);
}

static void close_demo(void *state)
{
    demo_free(state);
}

const struct source_class DEMO_SOURCE = {
    .open = open_demo, .collect = collect_demo, .close = close_demo};
