/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "stage.h"

#include "base/clock.h"

#include <string.h>

enum { HOST_SOURCE, GUEST_SOURCE, MIB = 1 << 20 };

struct stage *stage_new(int cpus)
{
    struct stage *s = g_new0(struct stage, 1);

    s->roster = roster_new(64 << 20);
    s->actors = g_ptr_array_new();
    s->cpus = g_ptr_array_new_with_free_func((GDestroyNotify)ident_unref);
    s->devices = g_ptr_array_new_with_free_func((GDestroyNotify)ident_unref);
    s->host = ident_new(KIND_HOST, GUEST_NONE, IDENT_LOCAL_HOST);
    ident_set(&s->host->name, "kvm7");
    for (int i = 0; i < cpus; i++) {
        char *name = g_strdup_printf("cpu%d", i);
        struct ident *cpu = ident_new(KIND_CPU, GUEST_NONE, name);
        ident_set(&cpu->name, name);
        g_ptr_array_add(s->cpus, cpu);
        g_free(name);
    }
    static const char *const devices[] = {"nvme0n1", "sda", "eno1", "eno2"};
    for (size_t i = 0; i < G_N_ELEMENTS(devices); i++) {
        struct ident *d = ident_new(i < 2 ? KIND_DISK : KIND_NIC, GUEST_NONE, devices[i]);
        ident_set(&d->name, devices[i]);
        g_ptr_array_add(s->devices, d);
    }
    s->busy = 62.1;
    s->time_ns = 1000 * CLOCK_NS_PER_S;
    s->view = (struct view){.moment.roster = s->roster,
                            .glyphs = glyphs_get(false),
                            .interval_ns = CLOCK_NS_PER_S,
                            .moment.wall_ns = INT64_C(1795262671) * CLOCK_NS_PER_S};
    return s;
}

static void actor_free(struct actor *a)
{
    ident_unref(a->ident);
    g_ptr_array_free(a->parts, TRUE);
    g_free(a);
}

void stage_free(struct stage *s)
{
    for (guint i = 0; i < s->actors->len; i++)
        actor_free(g_ptr_array_index(s->actors, i));
    g_ptr_array_free(s->actors, TRUE);
    g_ptr_array_free(s->cpus, TRUE);
    g_ptr_array_free(s->devices, TRUE);
    ident_unref(s->host);
    roster_free(s->roster);
    g_free(s);
}

static void add_part(struct actor *a, enum kind kind, const char *prefix, int number)
{
    char *name = kind == KIND_DISK ? g_strdup_printf("%s%c", prefix, 'a' + number)
                                   : g_strdup_printf("%s%d", prefix, number);
    struct ident *part = ident_new(kind, GUEST_NONE, name);

    ident_set(&part->name, name);
    if (kind == KIND_DISK)
        ident_set(&part->image, "/var/lib/libvirt/images/disk.qcow2");
    part->pid = kind == KIND_TASK ? 4000 + number : 0;
    part->owner = a->ident->serial;
    g_ptr_array_add(a->parts, part);
    g_free(name);
}

struct actor *stage_add(struct stage *s, const struct actor *model)
{
    struct actor *a = g_memdup2(model, sizeof(*model));

    a->ident = ident_new(KIND_GUEST, a->type, a->path ? a->path : a->name);
    ident_set(&a->ident->name, a->name);
    ident_set(&a->ident->group, a->group);
    ident_set(&a->ident->image, a->image);
    ident_set(&a->ident->id, a->id);
    a->ident->outer = g_strdup(a->outer);
    a->ident->pid = (pid_t)(3000 + s->actors->len);
    a->parts = g_ptr_array_new_with_free_func((GDestroyNotify)ident_unref);
    for (int i = 0; a->type == GUEST_VM && i < (int)a->cores; i++)
        add_part(a, KIND_VCPU, "", i);
    for (int i = 0; i < a->disks; i++)
        add_part(a, KIND_DISK, "vd", i);
    for (int i = 0; i < a->nics; i++)
        add_part(a, KIND_NIC, "vnet", i);
    for (int i = 0; i < a->tasks; i++)
        add_part(a, KIND_TASK, "worker/", i);
    g_ptr_array_add(s->actors, a);
    return a;
}

/* A counter that has grown at RATE for as long as the stage stands. */
static void grow(const struct stage *s, struct record *r, enum reading reading, double rate)
{
    record_set(r, reading, (uint64_t)(1e9 + rate * s->elapsed_s));
}

static struct record *add(struct stage *s, struct sample *out, enum facet f, struct ident *ident)
{
    struct record *r = sample_add(out, f, ident);

    r->read_ns = s->time_ns;
    return r;
}

static void play_host(struct stage *s, struct sample *out)
{
    struct record *r = add(s, out, FACET_HOST, s->host);

    for (enum reading i = R_HOST_USER_NS; i <= R_HOST_GUEST_NICE_NS; i++)
        record_set(r, i, 0);
    s->busy_ns += s->busy / 100 * s->cpus->len * 1e9;
    record_set(r, R_HOST_USER_NS, (uint64_t)s->busy_ns);
    record_set(r, R_HOST_IDLE_NS, (uint64_t)(s->cpus->len * 1e9 * (s->elapsed_s + 1) - s->busy_ns));
    record_set(r, R_HOST_CPUS_ONLINE, s->cpus->len);
    record_set(r, R_HOST_LOAD1_HUNDREDTHS, 621);
    record_set(r, R_HOST_LOAD5_HUNDREDTHS, 580);
    record_set(r, R_HOST_LOAD15_HUNDREDTHS, 510);
    record_set(r, R_HOST_UPTIME_HUNDREDTHS, UINT64_C(41) * 86400 * 100);
    record_set(r, R_HOST_MEM_TOTAL_BYTES, UINT64_C(512) << 30);
    record_set(r, R_HOST_MEM_AVAILABLE_BYTES, UINT64_C(100) << 30);
    grow(s, r, R_HOST_PSI_CPU_SOME_NS, 4.2e7);
    grow(s, r, R_HOST_PSI_MEM_SOME_NS, 0);
    grow(s, r, R_HOST_PSI_IO_SOME_NS, 1.1e7);
    grow(s, r, R_SELF_CPU_NS, 3e6);
    for (guint i = 0; i < s->cpus->len; i++) {
        r = add(s, out, FACET_HOST_CPU, g_ptr_array_index(s->cpus, i));
        for (enum reading k = R_CPU_USER_NS; k <= R_CPU_GUEST_NICE_NS; k++)
            record_set(r, k, 0);
        double share = (double)(i % 11) / 10;
        grow(s, r, R_CPU_USER_NS, share * 1e9);
        grow(s, r, R_CPU_IDLE_NS, (1 - share) * 1e9);
    }
    for (guint i = 0; i < s->devices->len; i++) {
        struct ident *d = g_ptr_array_index(s->devices, i);
        r = add(s, out, d->kind == KIND_DISK ? FACET_HOST_DISK : FACET_HOST_NIC, d);
        if (d->kind == KIND_DISK) {
            grow(s, r, R_HOSTDISK_READ_BYTES, 105e6);
            grow(s, r, R_HOSTDISK_WRITE_BYTES, 44e6);
            grow(s, r, R_HOSTDISK_READ_OPS, 1000);
            grow(s, r, R_HOSTDISK_READ_MS, 900);
            grow(s, r, R_HOSTDISK_WRITE_OPS, 500);
            grow(s, r, R_HOSTDISK_WRITE_MS, 450);
        } else {
            grow(s, r, R_HOSTNIC_RX_BYTES, 600e6);
            grow(s, r, R_HOSTNIC_TX_BYTES, 400e6);
        }
    }
}

static void play_part(struct stage *s, struct sample *out, const struct actor *a,
                      struct ident *part)
{
    struct record *r;

    switch (part->kind) {
    case KIND_VCPU:
        r = add(s, out, FACET_VCPU_THREAD, part);
        record_set(r, R_VCPU_RUN_NS, (uint64_t)(a->cpu_ns / a->cores));
        grow(s, r, R_VCPU_DELAY_NS, a->ready * 1e7);
        record_set(r, R_VCPU_LAST_CPU, part->serial % 32);
        break;
    case KIND_DISK:
        r = add(s, out, FACET_DOMAIN_DISK, part);
        grow(s, r, R_DISK_READ_BYTES, a->read / a->disks);
        grow(s, r, R_DISK_WRITE_BYTES, a->write / a->disks);
        grow(s, r, R_DISK_READ_OPS, a->read / 4096);
        grow(s, r, R_DISK_READ_NS, a->read / 4096 * a->latency_ms * 1e6);
        grow(s, r, R_DISK_WRITE_OPS, a->write / 4096);
        grow(s, r, R_DISK_WRITE_NS, a->write / 4096 * a->latency_ms * 1e6);
        record_set(r, R_DISK_CAPACITY_BYTES, UINT64_C(20) << 30);
        break;
    case KIND_NIC:
        r = add(s, out, FACET_GUEST_NIC, part);
        grow(s, r, R_NIC_RX_BYTES, a->rx / a->nics);
        grow(s, r, R_NIC_TX_BYTES, a->tx / a->nics);
        break;
    default:
        r = add(s, out, FACET_TASK, part);
        record_set(r, R_TASK_RUN_NS, (uint64_t)(a->cpu_ns / a->tasks));
        record_set(r, R_TASK_RSS_BYTES, 12 * MIB);
        break;
    }
}

static void play_vm(struct stage *s, struct sample *out, struct actor *a)
{
    struct record *r = add(s, out, FACET_DOMAIN, a->ident);

    record_set(r, R_DOM_STATE, a->hung_ms ? STATE_RUN : a->state);
    record_set(r, R_DOM_STATE_REASON, a->why);
    record_set(r, R_DOM_VCPUS, (uint64_t)a->cores);
    record_set(r, R_DOM_MEM_BYTES, (uint64_t)(a->limit * MIB));
    record_set(r, R_DOM_HUNG_MS, a->hung_ms);
    r = add(s, out, FACET_PROCESS, a->ident);
    if (a->cpu >= 0)
        record_set(r, R_PROC_RUN_NS, (uint64_t)a->cpu_ns);
    record_set(r, R_PROC_VCPUS, (uint64_t)a->cores);
    grow(s, r, R_PROC_VCPU_DELAY_NS, a->ready * a->cores * 1e7);
    record_set(r, R_PROC_RSS_BYTES, (uint64_t)(a->memory * MIB));
}

static void play_container(struct stage *s, struct sample *out, struct actor *a)
{
    struct record *r = add(s, out, FACET_CGROUP, a->ident);

    if (a->cpu >= 0)
        record_set(r, R_CG_CPU_NS, (uint64_t)a->cpu_ns);
    if (a->cores > 0) {
        record_set(r, R_CG_CPU_LIMIT_MILLI, (uint64_t)(a->cores * 1000));
        record_set(r, R_CG_CPU_LIMIT_OWNER, a->levels);
        grow(s, r, R_CG_PERIODS, 10);
        grow(s, r, R_CG_THROTTLED, a->throttled / 10);
    } else {
        record_absent(r, R_CG_PERIODS, REASON_NO_QUOTA);
        record_absent(r, R_CG_THROTTLED, REASON_NO_QUOTA);
    }
    record_set(r, R_CG_MEM_USAGE_BYTES, (uint64_t)(a->memory * MIB));
    record_set(r, R_CG_MEM_INACTIVE_FILE_BYTES, 0);
    if (a->limit > 0)
        record_set(r, R_CG_MEM_LIMIT_BYTES, (uint64_t)(a->limit * MIB));
    else
        record_absent(r, R_CG_MEM_LIMIT_BYTES, REASON_NO_LIMIT);
    grow(s, r, R_CG_IO_READ_BYTES, a->read);
    grow(s, r, R_CG_IO_WRITE_BYTES, a->write);
    record_set(r, R_CG_FROZEN, a->state == STATE_FROZEN);
    grow(s, r, R_CG_PSI_CPU_SOME_NS, a->pressure * 1e7);
    r = add(s, out, FACET_NET, a->ident);
    grow(s, r, R_NET_RX_BYTES, a->rx);
    grow(s, r, R_NET_TX_BYTES, a->tx);
}

static void play_guests(struct stage *s, struct sample *out)
{
    for (guint i = 0; i < s->actors->len; i++) {
        struct actor *a = g_ptr_array_index(s->actors, i);
        if (a->absent)
            continue;
        a->cpu_ns += MAX(a->cpu, 0) * 1e7;
        if (a->type == GUEST_VM)
            play_vm(s, out, a);
        else
            play_container(s, out, a);
        for (guint p = 0; p < a->parts->len; p++)
            play_part(s, out, a, g_ptr_array_index(a->parts, p));
    }
}

static void merge(struct stage *s, unsigned source, void (*play)(struct stage *, struct sample *))
{
    struct sample *sample = sample_new(source, CLOCK_NS_PER_S);

    sample->suspended_ns = 0;
    play(s, sample);
    sample_add_status(sample, source == HOST_SOURCE ? "host" : "guests", SOURCE_OK, s->time_ns,
                      NULL);
    if (source == GUEST_SOURCE && s->source != SOURCE_OK)
        sample_add_status(sample, "qemu:///system", s->source, 0, "no libvirt daemon on this host");
    roster_merge(s->roster, sample);
    sample_unref(sample);
}

void stage_tick(struct stage *s, int ticks)
{
    for (; ticks > 0; ticks--) {
        merge(s, HOST_SOURCE, play_host);
        merge(s, GUEST_SOURCE, play_guests);
        roster_tick(s->roster, s->time_ns, s->view.moment.wall_ns);
        s->view.moment.now_ns = s->time_ns;
        s->time_ns += CLOCK_NS_PER_S;
        s->elapsed_s += 1;
        s->view.moment.wall_ns += CLOCK_NS_PER_S;
    }
}

struct stage *stage_sketch(void)
{
    static const struct actor actors[] = {
        {.type = GUEST_VM,
         .name = "db-primary",
         .cpu = 387.2,
         .cores = 8,
         .memory = 63590,
         .limit = 65536,
         .ready = 0,
         .read = 82e6,
         .write = 41e6,
         .latency_ms = 0.9,
         .rx = 310e6,
         .tx = 290e6,
         .state = STATE_RUN,
         .disks = 2,
         .nics = 1,
         .id = "9cb2a0b6-1d4a-4d2c-9b5b-0c7c1e2f3a4b"},
        {.type = GUEST_DOCKER,
         .name = "shop/nginx-1",
         .group = "shop",
         .image = "nginx:1.27",
         .cpu = 81,
         .cores = 1,
         .memory = 412,
         .limit = 512,
         .throttled = 31,
         .pressure = 31,
         .write = 1.2e6,
         .rx = 9.1e6,
         .tx = 44e6,
         .tasks = 5},
        {.type = GUEST_VM,
         .name = "web-12",
         .cpu = 140.4,
         .cores = 2,
         .memory = 8090,
         .limit = 8192,
         .ready = 14,
         .rx = 1e6,
         .tx = 2e6,
         .state = STATE_RUN,
         .disks = 1,
         .nics = 1},
        {.type = GUEST_VM,
         .name = "build-7",
         .cpu = 3.1,
         .cores = 4,
         .memory = 4000,
         .limit = 4096,
         .state = STATE_RUN,
         .hung_ms = 42000},
        {.type = GUEST_PODMAN,
         .name = "cache",
         .group = "shop",
         .image = "redis:7",
         .cpu = 12.5,
         .memory = 1890,
         .pressure = 2.1,
         .rx = 1e5,
         .tx = 2e5},
        {.type = GUEST_LXC, .name = "x_\x1b[2J_\xe2\x80\xae", .cpu = 0, .memory = 30},
        {.type = GUEST_DOCKER,
         .name = "\xe6\xb5\x8b\xe8\xaf\x95-\xe7\x94\x9f\xe4\xba\xa7",
         .group = "shop",
         .cpu = -1,
         .memory = 10,
         .state = STATE_FROZEN},
    };
    struct stage *s = stage_new(32);

    for (size_t i = 0; i < G_N_ELEMENTS(actors); i++)
        stage_add(s, &actors[i]);
    stage_tick(s, 3);
    return s;
}

struct stage *stage_crowd(int cpus, int guests)
{
    struct stage *s = stage_new(cpus);

    for (int i = 0; i < guests; i++) {
        char *name = g_strdup_printf("guest-%04d", i), *group = g_strdup_printf("pod-%d", i % 40);
        struct actor a = {.type = i % 3 ? GUEST_DOCKER : GUEST_VM,
                          .name = name,
                          .group = i % 3 ? group : NULL,
                          .cpu = (double)(i * 37 % 1000) / 10,
                          .cores = 2,
                          .memory = 100 + i,
                          .limit = 4096,
                          .state = STATE_RUN};
        struct actor *kept = stage_add(s, &a);
        kept->name = kept->ident->name;
        g_free(name);
        g_free(group);
    }
    stage_tick(s, 3);
    return s;
}
