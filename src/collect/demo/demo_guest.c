/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/demo/demo_guest.h"

#include "base/clock.h"

#include <inttypes.h>
#include <math.h>

#define MIB (1024.0 * 1024.0)
#define MB 1e6
#define PERIODS_PER_S 10.0 /* of a CPU quota: 100 ms each */

/* ---- random numbers ---- */

/* splitmix64 */
uint64_t demo_hash(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static double chance(uint64_t seed, uint64_t line, uint64_t turn)
{
    return (double)(demo_hash(seed ^ demo_hash(line ^ demo_hash(turn))) >> 11) * 0x1p-53;
}

double demo_noise(const struct demo_stage *stage, uint64_t line, double period_s)
{
    double at = stage->time_s / period_s, turn = floor(at), x = at - turn;
    double from = chance(stage->seed, line, (uint64_t)turn);
    double to = chance(stage->seed, line, (uint64_t)turn + 1);

    return from + (to - from) * x * x * (3 - 2 * x);
}

/* A curve of one guest; WHAT distinguishes its curves. */
static double course(const struct demo_guest *g, const struct demo_stage *stage, unsigned what,
                     double period_s)
{
    return demo_noise(stage, (uint64_t)g->number * 16 + what, period_s);
}

/* ---- start ---- */

bool demo_guest_is_vm(const struct demo_guest *g)
{
    return g->role->type == GUEST_VM;
}

static bool has_network(const struct demo_guest *g)
{
    return !(g->role->flags & (DEMO_HOST_NETWORK | DEMO_INSIDE)) &&
           guest_type_class(g->role->type) != CLASS_SERVICE;
}

static pid_t pid_of(const struct demo_guest *g, unsigned task)
{
    return (pid_t)(2000 + g->number * 40 + task);
}

static void add_part(struct demo_guest *g, enum kind kind, unsigned number, double share,
                     const char *name, const char *image)
{
    struct demo_part p = {.kind = kind, .number = number, .share = share};

    p.ident = ident_new(kind, GUEST_NONE, name);
    p.ident->pid = kind == KIND_TASK ? pid_of(g, number) : 0;
    p.ident->owner = g->ident->serial;
    ident_set(&p.ident->name, name);
    ident_set(&p.ident->image, image);
    g_array_append_val(g->parts, p);
}

/* The first of N carries most. */
static double share_of(unsigned i, unsigned n)
{
    double all = 0;

    for (unsigned k = 0; k < n; k++)
        all += 1.0 / (k + 1.5);
    return 1.0 / (i + 1.5) / all;
}

static void add_vm_parts(struct demo_guest *g)
{
    const struct demo_role *role = g->role;
    char name[64], image[600];

    for (unsigned i = 0; i < role->vcpus; i++) {
        g_snprintf(name, sizeof(name), "%u", i);
        add_part(g, KIND_VCPU, i, share_of(i, role->vcpus), name, NULL);
        g_snprintf(name, sizeof(name), "CPU %u/%s", i, role->flags & DEMO_EMULATED ? "TCG" : "KVM");
        add_part(g, KIND_TASK, i + 1, 0.9 * share_of(i, role->vcpus), name, NULL);
    }
    for (unsigned i = 0; i < role->disks; i++) {
        g_snprintf(name, sizeof(name), "vd%c", 'a' + (int)i);
        g_snprintf(image, sizeof(image), "/var/lib/libvirt/images/%s-%u.qcow2", g->ident->name, i);
        add_part(g, KIND_DISK, i, share_of(i, role->disks), name, image);
    }
    g_snprintf(name, sizeof(name), "vnet%u", g->number);
    add_part(g, KIND_NIC, 0, 1, name, NULL);
    add_part(g, KIND_TASK, 0, 0.06, "qemu-system-x86", NULL);
    add_part(g, KIND_TASK, role->vcpus + 1, 0.04, "IO iothread1", NULL);
}

static void add_container_parts(struct demo_guest *g)
{
    enum { WORKERS = 4 };
    char name[64];

    if (has_network(g))
        add_part(g, KIND_NIC, 0, 1, "eth0", NULL);
    add_part(g, KIND_TASK, 0, 0.1, "init", NULL);
    for (unsigned i = 0; i < WORKERS; i++) {
        g_snprintf(name, sizeof(name), "%.12s: worker %u", g->role->name, i + 1);
        add_part(g, KIND_TASK, i + 1, 0.9 * share_of(i, WORKERS), name, NULL);
    }
}

static void name_it(struct demo_guest *g, const struct demo_guest *outer,
                    const struct demo_stage *stage)
{
    const struct demo_role *role = g->role;
    uint64_t high = demo_hash(stage->seed ^ g->number), low = demo_hash(high);
    char *key = g_strdup_printf("demo:%u", g->number);
    char *name = g->copy ? g_strdup_printf("%s-%u", role->name, g->copy) : g_strdup(role->name);
    char *id = demo_guest_is_vm(g)
                   ? g_strdup_printf("%08x-%04x-4%03x-8%03x-%012" PRIx64, (unsigned)high,
                                     (unsigned)(low & 0xffff), (unsigned)(low >> 16 & 0xfff),
                                     (unsigned)(low >> 28 & 0xfff), high >> 16)
                   : g_strdup_printf("%016" PRIx64 "%016" PRIx64, high, low);

    g->ident = ident_new(KIND_GUEST, role->type, key);
    ident_set(&g->ident->name, name);
    ident_set(&g->ident->id, id);
    ident_set(&g->ident->group, demo_guest_is_vm(g) ? "machine.slice" : role->group);
    ident_set(&g->ident->image, role->image);
    g->ident->pid = pid_of(g, 0);
    if (outer)
        g->ident->outer = g_strdup(outer->ident->key);
    g_free(key);
    g_free(name);
    g_free(id);
}

void demo_guest_free(struct demo_guest *g)
{
    if (!g)
        return;
    for (guint i = 0; i < g->parts->len; i++)
        ident_unref(g_array_index(g->parts, struct demo_part, i).ident);
    g_array_free(g->parts, TRUE);
    ident_unref(g->ident);
    g_free(g);
}

/* ---- running ---- */

static bool is_still(const struct demo_guest *g)
{
    return g->role->state != STATE_UNKNOWN;
}

static void work(struct demo_guest *g, const struct demo_stage *stage, double load)
{
    const struct demo_role *role = g->role;
    double wanted = role->cores * load, *r = g->rate;
    double cap = role->cpu_limit > 0   ? role->cpu_limit
                 : demo_guest_is_vm(g) ? role->vcpus
                                       : stage->cpus;
    double cores = fmin(wanted, cap), squeezed = wanted > 0 ? 1 - cores / wanted : 0;
    double burst = role->cpu_limit > 0 ? fmax(squeezed, 0.4 * pow(cores / cap, 6)) : 0;

    r[Q_CPU_NS] = cores * 1e9;
    r[Q_SYSTEM_NS] = r[Q_CPU_NS] * (demo_guest_is_vm(g) ? 0.05 : 0.25);
    r[Q_USER_NS] = r[Q_CPU_NS] - r[Q_SYSTEM_NS];
    r[Q_GUEST_NS] = role->flags & DEMO_EMULATED ? (double)NAN : r[Q_USER_NS] * 0.95;
    r[Q_VCPU_NS] = r[Q_CPU_NS] * 0.92;
    r[Q_DELAY_NS] = role->ready_percent * 1e7 * role->vcpus * load * course(g, stage, 1, 9) * 2;
    r[Q_PERIODS] = role->cpu_limit > 0 ? PERIODS_PER_S * fmin(1, 4 * load) : (double)NAN;
    r[Q_THROTTLED] = role->cpu_limit > 0 ? PERIODS_PER_S * fmin(1, burst) : (double)NAN;
    r[Q_THROTTLED_NS] = r[Q_THROTTLED] * 4e7;
    r[Q_PSI_CPU_NS] =
        fmin(9e8, (demo_guest_is_vm(g) ? r[Q_DELAY_NS] / fmax(1, role->vcpus) : burst * 6e8) + 2e6);
    r[Q_PSI_CPU_FULL_NS] = demo_guest_is_vm(g) ? r[Q_PSI_CPU_NS] * 0.3 : burst * 5e8;
    r[Q_PSI_IRQ_NS] = cores * 2e6;
    r[Q_EXITS] = role->flags & DEMO_EMULATED ? (double)NAN : 400 + cores * 9000;
    r[Q_HALT_EXITS] = r[Q_EXITS] * 0.5;
    r[Q_IO_EXITS] = r[Q_EXITS] * 0.02;
    r[Q_MMIO_EXITS] = r[Q_EXITS] * 0.08;
    r[Q_IRQ_EXITS] = r[Q_EXITS] * 0.1;
    r[Q_HALTPOLL_NS] = role->flags & DEMO_EMULATED ? (double)NAN : 4e6 * role->vcpus / (1 + cores);
}

static void transfer(struct demo_guest *g, const struct demo_stage *stage, double load)
{
    const struct demo_role *role = g->role;
    double slow = 0.6 + 0.8 * course(g, stage, 2, 20), *r = g->rate;

    r[Q_READ_BYTES] = role->read_mb * MB * load * 2 * course(g, stage, 3, 11);
    r[Q_WRITE_BYTES] = role->write_mb * MB * load * 2 * course(g, stage, 4, 7);
    r[Q_READ_OPS] = r[Q_READ_BYTES] / 24000;
    r[Q_WRITE_OPS] = r[Q_WRITE_BYTES] / 12000;
    r[Q_FLUSH_OPS] = r[Q_WRITE_OPS] / 20;
    r[Q_READ_NS] = r[Q_READ_OPS] * role->latency_ms * 1e6 * slow;
    r[Q_WRITE_NS] = r[Q_WRITE_OPS] * role->latency_ms * 0.7e6 * slow;
    r[Q_FLUSH_NS] = r[Q_FLUSH_OPS] * role->latency_ms * 3e6 * slow;
    double waits = (r[Q_READ_NS] + r[Q_WRITE_NS]) * 0.1 + (r[Q_READ_BYTES] + r[Q_WRITE_BYTES]) * 2;
    r[Q_PSI_IO_NS] = 6e8 * (1 - exp(-waits / 6e8));
    r[Q_PSI_IO_FULL_NS] = r[Q_PSI_IO_NS] * 0.6;
    r[Q_RX_BYTES] =
        has_network(g) ? role->rx_mb * MB * load * 2 * course(g, stage, 5, 8) : (double)NAN;
    r[Q_TX_BYTES] =
        has_network(g) ? role->tx_mb * MB * load * 2 * course(g, stage, 6, 8) : (double)NAN;
    r[Q_RX_PACKETS] = r[Q_RX_BYTES] / 900;
    r[Q_TX_PACKETS] = r[Q_TX_BYTES] / 1100;
    r[Q_DROPS] = r[Q_RX_PACKETS] > 20000 ? 3 : 0;
}

static void suffer(struct demo_guest *g, const struct demo_stage *stage)
{
    double pain = g->role->flags & DEMO_SWAPS ? course(g, stage, 7, 25) : 0;

    g->rate[Q_PSI_MEM_NS] = pain * 3.1e8;
    g->rate[Q_PSI_MEM_FULL_NS] = pain * 1.4e8;
    g->rate[Q_REFAULTS] = floor(pain * 900);
    g->rate[Q_MAJOR_FAULTS] = floor(pain * 60);
    g->now[Q_OOM_KILLS] = g->role->flags & DEMO_SWAPS ? floor(stage->time_s / 240) + 2 : 0;
}

static void remember(struct demo_guest *g, const struct demo_stage *stage)
{
    const struct demo_role *role = g->role;
    double *n = g->now, used = role->memory_used_mib * MIB;
    double given = role->memory_mib > 0 ? role->memory_mib * MIB : (double)NAN;

    used *= 0.97 + 0.03 * course(g, stage, 8, 60);
    n[Q_GIVEN] = given;
    n[Q_GIVEN_MAX] = given * (g->number % 5 == 3 ? 1.25 : 1);
    n[Q_HUGETLB] = role->flags & DEMO_HUGEPAGES ? given : 0;
    n[Q_RESIDENT] = used - (role->flags & DEMO_HUGEPAGES ? given * 0.95 : 0);
    n[Q_SWAP] = role->flags & DEMO_SWAPS ? used * 0.06 : 0;
    n[Q_INACTIVE_FILE] = used * 0.3;
    n[Q_USAGE] = used + n[Q_INACTIVE_FILE];
    n[Q_SHMEM] = used * 0.02;
    n[Q_KERNEL] = used * 0.05;
    n[Q_PAGE_CACHE] = n[Q_INACTIVE_FILE] + used * 0.1;
    n[Q_ANON] = n[Q_USAGE] - n[Q_PAGE_CACHE] - n[Q_KERNEL];
    n[Q_AVAILABLE] = role->flags & DEMO_NO_BALLOON || is_still(g) ? (double)NAN : given * 0.97;
    n[Q_USABLE] = n[Q_AVAILABLE] * (0.25 + 0.1 * course(g, stage, 9, 70));
    n[Q_UNUSED] = n[Q_USABLE] * 0.4;
}

/* Start in seconds after the host booted; the first guests started one after the other. */
static double started(const struct demo_guest *g)
{
    bool settled = g->born_s <= 0 && g->role->lives_s <= 0;
    unsigned earlier = settled ? (g->number * 86413 + 4711) % (DEMO_UPTIME_S - 600) : 0;

    return DEMO_UPTIME_S + g->born_s - earlier;
}

static void be(struct demo_guest *g, const struct demo_stage *stage)
{
    const struct demo_role *role = g->role;
    double *n = g->now;

    n[Q_STATE] = is_still(g) ? (double)role->state : STATE_RUN;
    n[Q_WHY] = role->why;
    n[Q_FROZEN] = role->state == STATE_FROZEN;
    n[Q_START_HUNDREDTHS] = started(g) * 100;
    n[Q_HUNG_MS] = role->flags & DEMO_HUNG ? (stage->time_s - g->born_s + 40) * 1e3 : 0;
    n[Q_VCPUS] = role->vcpus;
    n[Q_TASKS] = demo_guest_is_vm(g) ? role->vcpus + 4 : 5 + floor(20 * course(g, stage, 10, 30));
    n[Q_CPU_LIMIT_OWNER] = role->cpu_limit > 0 ? LIMIT_OWN : LIMIT_HOST;
    n[Q_CPU_LIMIT_MILLI] = 1000 * (role->cpu_limit > 0 ? role->cpu_limit : stage->cpus);
}

/* Its memory is copied to another host; it leaves when all of it is copied. */
static void migrate(struct demo_guest *g, const struct demo_stage *stage)
{
    double *n = g->now, speed = g->role->moves_mb > 0 ? g->role->moves_mb * MB : (double)NAN;

    n[Q_JOB] = isnan(speed) ? (double)NAN : WHY_MIGRATING_OUT;
    n[Q_JOB_SPEED] = speed * (0.9 + 0.2 * course(g, stage, 12, 5));
    n[Q_JOB_DIRTIED] = speed * (0.1 + 0.2 * course(g, stage, 13, 9));
    n[Q_JOB_LEFT] = fmax(0, n[Q_RESIDENT] - speed * (stage->time_s - g->born_s));
    n[Q_JOB_DONE] = n[Q_RESIDENT] - n[Q_JOB_LEFT];
    if (isnan(speed))
        n[Q_JOB_LEFT] = n[Q_JOB_DONE] = (double)NAN;
}

static double load_of(const struct demo_guest *g, const struct demo_stage *stage)
{
    const struct demo_role *role = g->role;

    if (is_still(g))
        return 0;
    return fmax(0.02, 1 + role->swing * (2 * course(g, stage, 0, role->period_s / 3) - 1) +
                          0.15 * (course(g, stage, 11, 3) - 0.5));
}

static void count(struct demo_guest *g, double seconds)
{
    for (int i = 0; i < Q_GAUGES; i++)
        g->now[i] += g->rate[i] * seconds;
}

/* Counters at the beginning: what it did since it was started. */
static void look_back(struct demo_guest *g, const struct demo_stage *stage)
{
    work(g, stage, 1);
    transfer(g, stage, 1);
    suffer(g, stage);
    count(g, DEMO_UPTIME_S + g->born_s - started(g));
}

struct demo_guest *demo_guest_new(const struct demo_role *role, unsigned copy, unsigned number,
                                  const struct demo_guest *outer, const struct demo_stage *stage)
{
    struct demo_guest *g = g_new0(struct demo_guest, 1);

    g->role = role;
    g->copy = copy;
    g->number = number;
    g->inside = outer != NULL;
    g->born_s = stage->time_s;
    g->parts = g_array_new(FALSE, TRUE, sizeof(struct demo_part));
    name_it(g, outer, stage);
    if (demo_guest_is_vm(g))
        add_vm_parts(g);
    else
        add_container_parts(g);
    look_back(g, stage);
    return g;
}

void demo_guest_step(struct demo_guest *g, const struct demo_stage *stage)
{
    double load = load_of(g, stage);

    work(g, stage, load);
    transfer(g, stage, load);
    suffer(g, stage);
    remember(g, stage);
    be(g, stage);
    migrate(g, stage);
    count(g, stage->step_s);
    if (!(g->role->flags & DEMO_HUNG) || !g->monitor_ns)
        g->monitor_ns = stage->now_ns;
}

/* ---- view of the host ---- */

static double taken(const struct demo_guest *g, double amount)
{
    return g->inside || isnan(amount) ? 0 : amount;
}

double demo_guest_cores(const struct demo_guest *g)
{
    return taken(g, g->rate[Q_CPU_NS] / 1e9);
}

double demo_guest_memory(const struct demo_guest *g)
{
    return taken(g, demo_guest_is_vm(g) ? g->now[Q_RESIDENT] + g->now[Q_HUGETLB]
                                        : g->now[Q_USAGE] - g->now[Q_INACTIVE_FILE]);
}

double demo_guest_read(const struct demo_guest *g)
{
    return taken(g, g->rate[Q_READ_BYTES]);
}

double demo_guest_write(const struct demo_guest *g)
{
    return taken(g, g->rate[Q_WRITE_BYTES]);
}

double demo_guest_rx(const struct demo_guest *g)
{
    return taken(g, g->rate[Q_RX_BYTES]);
}

double demo_guest_tx(const struct demo_guest *g)
{
    return taken(g, g->rate[Q_TX_BYTES]);
}
