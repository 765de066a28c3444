/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_stats.h"

#include "base/clock.h"
#include "base/parse.h"
#include "collect/libvirt/libvirt_state.h"

#include <string.h>

/* Assumed interval of a balloon driver's reports until it has made two. */
#define BALLOON_NS (10 * CLOCK_NS_PER_S)

/* ---- one parameter ---- */

static bool number_of(const virTypedParameter *p, uint64_t *out)
{
    switch (p->type) {
    case VIR_TYPED_PARAM_INT:
        *out = (uint64_t)p->value.i;
        return p->value.i >= 0;
    case VIR_TYPED_PARAM_UINT:
        *out = p->value.ui;
        return true;
    case VIR_TYPED_PARAM_LLONG:
        *out = (uint64_t)p->value.l;
        return p->value.l >= 0;
    case VIR_TYPED_PARAM_ULLONG:
        *out = p->value.ul;
        return p->value.ul != UINT64_MAX;
    case VIR_TYPED_PARAM_BOOLEAN:
        *out = p->value.b != 0;
        return true;
    default:
        return false;
    }
}

static const char *text_of(const virTypedParameter *p)
{
    return p->type == VIR_TYPED_PARAM_STRING ? p->value.s : NULL;
}

/* "block.12.rd.bytes" -> 12 and "rd.bytes". NULL when FIELD does not begin with PREFIX and a
 * number. */
static const char *indexed(const char *field, const char *prefix, uint64_t *index)
{
    size_t n = strlen(prefix);

    if (strncmp(field, prefix, n) != 0)
        return NULL;
    field += n;
    return parse_u64(&field, index) && *field == '.' ? field + 1 : NULL;
}

struct field {
    const char *name;
    enum reading reading;
    uint64_t scale;
};

static void set_field(struct record *r, const struct field *fields, size_t count, const char *name,
                      const virTypedParameter *p)
{
    uint64_t n;

    for (size_t i = 0; i < count; i++) {
        if (strcmp(fields[i].name, name) != 0)
            continue;
        if (number_of(p, &n) && n <= UINT64_MAX / fields[i].scale)
            record_set(r, fields[i].reading, n * fields[i].scale);
        return;
    }
}

/* While another client asks the guest, its disks are named but have no counters. */
static bool counts_disks(const virTypedParameter *p)
{
    uint64_t n;

    if (strcmp(p->field, "block.count") == 0)
        return number_of(p, &n) && n == 0;
    const char *name = indexed(p->field, "block.", &n);
    return name && strcmp(name, "rd.reqs") == 0;
}

struct stats_groups stats_groups(const virTypedParameter *params, int count)
{
    static const struct {
        const char *prefix;
        unsigned group;
    } groups[] = {{"state.", VIR_DOMAIN_STATS_STATE},     {"cpu.", VIR_DOMAIN_STATS_CPU_TOTAL},
                  {"balloon.", VIR_DOMAIN_STATS_BALLOON}, {"vcpu.", VIR_DOMAIN_STATS_VCPU},
                  {"net.", VIR_DOMAIN_STATS_INTERFACE},   {"block.", VIR_DOMAIN_STATS_BLOCK}};
    struct stats_groups found = {0};

    for (int i = 0; i < count; i++) {
        for (size_t g = 0; g < G_N_ELEMENTS(groups); g++) {
            if (found.whole & groups[g].group ||
                !g_str_has_prefix(params[i].field, groups[g].prefix))
                continue;
            found.mentioned |= groups[g].group;
            if (groups[g].group != VIR_DOMAIN_STATS_BLOCK || counts_disks(&params[i]))
                found.whole |= groups[g].group;
        }
    }
    return found;
}

static void stamp(struct record *r, const struct stats_time *time)
{
    r->read_ns = time->read_ns;
    r->interval_ns = time->interval_ns;
}

/* ---- state and interfaces ---- */

/* libvirt counts the interfaces of a guest from the guest's point of view. */
static void set_nic(struct guest *g, const virTypedParameter *p, const struct stats_time *time,
                    struct record **nic)
{
    static const struct field fields[] = {
        {"rx.bytes", R_DOMNIC_RX_BYTES, 1}, {"rx.pkts", R_DOMNIC_RX_PACKETS, 1},
        {"rx.errs", R_DOMNIC_RX_ERRORS, 1}, {"rx.drop", R_DOMNIC_RX_DROPS, 1},
        {"tx.bytes", R_DOMNIC_TX_BYTES, 1}, {"tx.pkts", R_DOMNIC_TX_PACKETS, 1},
        {"tx.errs", R_DOMNIC_TX_ERRORS, 1}, {"tx.drop", R_DOMNIC_TX_DROPS, 1}};
    uint64_t index;
    const char *name = indexed(p->field, "net.", &index);

    if (!name)
        return;
    if (strcmp(name, "name") == 0 && text_of(p)) {
        char *key = g_strconcat("nic:", text_of(p), NULL);
        *nic = guest_part(g, FACET_DOMAIN_NIC, key, text_of(p));
        stamp(*nic, time);
        g_free(key);
    } else if (*nic) {
        set_field(*nic, fields, G_N_ELEMENTS(fields), name, p);
    }
}

static void set_nics(struct guest *g, const virTypedParameter *params, int count,
                     const struct stats_time *time)
{
    struct record *nic = NULL;

    guest_parts_begin(g, FACET_DOMAIN_NIC);
    for (int i = 0; i < count; i++)
        if (g_str_has_prefix(params[i].field, "net."))
            set_nic(g, &params[i], time, &nic);
    guest_parts_end(g, FACET_DOMAIN_NIC);
    record_set(g->domain, R_DOM_NICS, guest_count_parts(g, FACET_DOMAIN_NIC));
}

void stats_single(struct guest *g, int state, int reason, const struct stats_time *time)
{
    record_set(g->domain, R_DOM_STATE, libvirt_guest_state(state));
    record_set(g->domain, R_DOM_STATE_REASON, libvirt_state_reason(state, reason));
    record_absent(g->domain, R_DOM_CPU_NS, REASON_NOT_READ);
    g->active = state != VIR_DOMAIN_SHUTOFF && state != VIR_DOMAIN_CRASHED;
    stamp(g->domain, time);
}

void stats_state(struct guest *g, const virTypedParameter *params, int count,
                 int64_t nic_interval_ns, const struct stats_time *time)
{
    unsigned groups = stats_groups(params, count).whole;
    struct stats_time nic_time = *time;
    int state = VIR_DOMAIN_NOSTATE, reason = 0;

    virTypedParamsGetInt((virTypedParameter *)params, count, "state.state", &state);
    virTypedParamsGetInt((virTypedParameter *)params, count, "state.reason", &reason);
    if (groups & VIR_DOMAIN_STATS_STATE)
        stats_single(g, state, reason, time);
    if (nic_interval_ns)
        nic_time.interval_ns = nic_interval_ns;
    if (groups & VIR_DOMAIN_STATS_INTERFACE)
        set_nics(g, params, count, &nic_time);
}

void stats_info(struct guest *g, const virDomainInfo *info, bool with_cpu)
{
    struct record *r = g->domain;

    record_set(r, R_DOM_VCPUS, info->nrVirtCpu);
    record_set(r, R_DOM_MEM_BYTES, (uint64_t)info->memory * 1024);
    record_set(r, R_DOM_MEM_MAX_BYTES, (uint64_t)info->maxMem * 1024);
    if (with_cpu && info->cpuTime)
        record_set(r, R_DOM_CPU_NS, info->cpuTime);
    else if (with_cpu) /* VMware does not count it: a running guest has used more than 0 */
        record_absent(r, R_DOM_CPU_NS, REASON_NO_DRIVER);
}

/* ---- statistics from the monitor ---- */

/* Position of the parser in the list of disks. The backing images of a disk follow it, under its
 * own name, and then the image that it is copied to, with backing images of its own. */
struct disk_cursor {
    struct record *disk;
    bool top;  /* at the disk itself, which has the counters */
    bool copy; /* at its copy, or an image under it */
};

static void add_layer(struct record *disk, int64_t step)
{
    uint64_t layers = 0;

    record_get(disk, R_DISK_LAYERS, &layers);
    record_set(disk, R_DISK_LAYERS, layers + (uint64_t)step);
}

static void next_image(struct guest *g, const char *target, const struct stats_time *time,
                       struct disk_cursor *at)
{
    char *key = g_strconcat("disk:", target, NULL);
    struct record *disk = guest_part(g, FACET_DOMAIN_DISK, key, target);

    g_free(key);
    at->copy = at->copy && disk == at->disk;
    at->disk = disk;
    at->top = disk->read_ns != time->read_ns;
    if (!at->top && !at->copy)
        add_layer(disk, 1);
    if (!at->top)
        return;
    record_all_absent(disk, R_DOMAIN_DISK_BEGIN, R_DISK_ERRORS, REASON_NO_DRIVER);
    record_all_absent(disk, R_DISK_CAPACITY_BYTES, R_DISK_PHYSICAL_BYTES, REASON_NO_MEDIUM);
    stamp(disk, time);
}

/* The index that libvirt gave to an image tells the copy from backing images. */
static void set_image(const struct stats_time *time, uint64_t number, struct disk_cursor *at)
{
    uint64_t mirror;

    if (!time->layers || at->top || at->copy || !record_get(at->disk, R_DISK_JOB_MIRROR, &mirror) ||
        mirror != number)
        return;
    at->copy = true;
    add_layer(at->disk, -1);
}

static void set_disk(struct guest *g, const virTypedParameter *p, const struct stats_time *time,
                     struct disk_cursor *at)
{
    static const struct field fields[] = {{"rd.bytes", R_DISK_READ_BYTES, 1},
                                          {"rd.reqs", R_DISK_READ_OPS, 1},
                                          {"rd.times", R_DISK_READ_NS, 1},
                                          {"wr.bytes", R_DISK_WRITE_BYTES, 1},
                                          {"wr.reqs", R_DISK_WRITE_OPS, 1},
                                          {"wr.times", R_DISK_WRITE_NS, 1},
                                          {"fl.reqs", R_DISK_FLUSH_OPS, 1},
                                          {"fl.times", R_DISK_FLUSH_NS, 1},
                                          {"errors", R_DISK_ERRORS, 1},
                                          {"capacity", R_DISK_CAPACITY_BYTES, 1},
                                          {"allocation", R_DISK_ALLOCATION_BYTES, 1},
                                          {"physical", R_DISK_PHYSICAL_BYTES, 1}};
    uint64_t index, number;
    const char *name = indexed(p->field, "block.", &index);

    if (!name)
        return;
    if (strcmp(name, "name") == 0 && text_of(p)) {
        next_image(g, text_of(p), time, at);
    } else if (at->disk && strcmp(name, "backingIndex") == 0) {
        if (number_of(p, &number))
            set_image(time, number, at);
    } else if (at->top && strcmp(name, "path") == 0) {
        record_all_absent(at->disk, R_DISK_CAPACITY_BYTES, R_DISK_PHYSICAL_BYTES, REASON_NO_DRIVER);
        if (time->layers)
            record_set(at->disk, R_DISK_LAYERS, 1);
        guest_part_source(at->disk, text_of(p));
    } else if (at->top) {
        set_field(at->disk, fields, G_N_ELEMENTS(fields), name, p);
    }
}

static void set_disks(struct guest *g, const virTypedParameter *params, int count,
                      const struct stats_time *time)
{
    struct disk_cursor at = {0};

    guest_parts_begin(g, FACET_DOMAIN_DISK);
    for (int i = 0; i < count; i++)
        if (g_str_has_prefix(params[i].field, "block."))
            set_disk(g, &params[i], time, &at);
    guest_parts_end(g, FACET_DOMAIN_DISK);
    record_set(g->monitor, R_MON_DISKS, guest_count_parts(g, FACET_DOMAIN_DISK));
}

/* When an unplug takes longer than libvirt waits, libvirt goes on listing the vCPU, whose thread
 * has ended, with 0 for all times. A thread that has ever run has run and waited for more than 0.
 */
static void drop_threadless(struct guest *g)
{
    for (guint i = 0; i < g->parts->len; i++) {
        struct guest_part *part = g_ptr_array_index(g->parts, i);
        uint64_t run, delay;
        if (part->record->facet == FACET_VCPU_DOMAIN &&
            record_get(part->record, R_VCPU_DOM_NS, &run) && !run &&
            record_get(part->record, R_VCPU_DOM_DELAY_NS, &delay) && !delay)
            part->seen = false;
    }
}

/* vCPU numbers have gaps after an unplug: a vCPU that is not mentioned does not exist. */
static void set_vcpus(struct guest *g, const virTypedParameter *params, int count,
                      const struct stats_time *time)
{
    static const struct field fields[] = {{"time", R_VCPU_DOM_NS, 1},
                                          {"delay", R_VCPU_DOM_DELAY_NS, 1},
                                          {"exits.sum", R_VCPU_DOM_EXITS, 1},
                                          {"halt_exits.sum", R_VCPU_DOM_HALT_EXITS, 1},
                                          {"io_exits.sum", R_VCPU_DOM_IO_EXITS, 1},
                                          {"mmio_exits.sum", R_VCPU_DOM_MMIO_EXITS, 1},
                                          {"irq_exits.sum", R_VCPU_DOM_IRQ_EXITS, 1}};
    struct record *vcpu = NULL;
    uint64_t current = UINT64_MAX, index;

    guest_parts_begin(g, FACET_VCPU_DOMAIN);
    for (int i = 0; i < count; i++) {
        const char *name = indexed(params[i].field, "vcpu.", &index);
        if (!name)
            continue;
        if (!vcpu || index != current) {
            char key[32], number[24];
            g_snprintf(number, sizeof(number), "%" G_GUINT64_FORMAT, index);
            g_snprintf(key, sizeof(key), "vcpu:%s", number);
            vcpu = guest_part(g, FACET_VCPU_DOMAIN, key, number);
            record_all_absent(vcpu, R_VCPU_DOMAIN_BEGIN, R_VCPU_DOMAIN_LAST, REASON_NO_DRIVER);
            stamp(vcpu, time);
            current = index;
        }
        set_field(vcpu, fields, G_N_ELEMENTS(fields), name, &params[i]);
    }
    drop_threadless(g);
    guest_parts_end(g, FACET_VCPU_DOMAIN);
}

/* The sum over all vCPUs of the last reading; absent when one of them is absent. */
static void sum_vcpus(struct guest *g, enum reading from, enum reading to)
{
    uint64_t sum = 0, n;
    bool any = false;

    for (guint i = 0; i < g->parts->len; i++) {
        const struct record *r = ((struct guest_part *)g_ptr_array_index(g->parts, i))->record;
        if (r->facet != FACET_VCPU_DOMAIN)
            continue;
        if (!record_get(r, from, &n)) {
            record_absent(g->monitor, to, REASON_NO_DRIVER);
            return;
        }
        sum += n;
        any = true;
    }
    if (any)
        record_set(g->monitor, to, sum);
}

/* Readings of the guest's own driver are as old as its last report; their interval is that of its
 * last two reports. When the driver stops reporting, they age. */
static void stamp_balloon(struct guest *g, int64_t updated, const struct stats_time *time)
{
    enum { APART_MAX_S = 86400 }; /* the clock may have jumped */
    int64_t age_s = MAX(0, time->wall_s - updated);

    if (updated == g->balloon_update)
        return;
    g->balloon->interval_ns = MAX(time->interval_ns, BALLOON_NS);
    if (g->balloon_update && updated > g->balloon_update)
        g->balloon->interval_ns =
            MAX(time->interval_ns, MIN(updated - g->balloon_update, APART_MAX_S) * CLOCK_NS_PER_S);
    g->balloon->read_ns = time->read_ns - age_s * CLOCK_NS_PER_S;
    g->balloon_update = updated;
}

/* "last-update" is the time of the driver's last report; 0: it has never reported. */
static void set_balloon(struct guest *g, const virTypedParameter *params, int count,
                        const struct stats_time *time)
{
    static const struct field fields[] = {{"balloon.current", R_MON_BALLOON_BYTES, 1024},
                                          {"balloon.maximum", R_MON_BALLOON_MAX_BYTES, 1024},
                                          {"balloon.rss", R_MON_RSS_BYTES, 1024}};
    static const struct field reported[] = {{"balloon.available", R_BALLOON_AVAILABLE_BYTES, 1024},
                                            {"balloon.usable", R_BALLOON_USABLE_BYTES, 1024},
                                            {"balloon.unused", R_BALLOON_UNUSED_BYTES, 1024}};
    int64_t updated = 0;
    uint64_t n;

    for (int i = 0; i < count; i++) {
        if (strcmp(params[i].field, "balloon.last-update") == 0 && number_of(&params[i], &n))
            updated = (int64_t)n;
        set_field(g->monitor, fields, G_N_ELEMENTS(fields), params[i].field, &params[i]);
    }
    record_all_absent(g->balloon, R_BALLOON_BEGIN, R_BALLOON_LAST, REASON_NO_BALLOON);
    if (updated <= 0) {
        stamp(g->balloon, time);
        return;
    }
    stamp_balloon(g, updated, time);
    for (int i = 0; i < count; i++)
        set_field(g->balloon, reported, G_N_ELEMENTS(reported), params[i].field, &params[i]);
}

static void set_cpu(struct guest *g, const virTypedParameter *params, int count)
{
    static const struct field fields[] = {{"cpu.time", R_MON_CPU_NS, 1}};
    static const char *const polling[] = {"cpu.haltpoll.success.time", "cpu.haltpoll.fail.time"};
    uint64_t sum = 0, n;
    size_t found = 0;

    for (int i = 0; i < count; i++) {
        set_field(g->monitor, fields, G_N_ELEMENTS(fields), params[i].field, &params[i]);
        for (size_t p = 0; p < G_N_ELEMENTS(polling); p++) {
            if (strcmp(params[i].field, polling[p]) != 0 || !number_of(&params[i], &n))
                continue;
            sum += n;
            found++;
        }
    }
    if (found == G_N_ELEMENTS(polling))
        record_set(g->monitor, R_MON_HALTPOLL_NS, sum);
    else
        record_absent(g->monitor, R_MON_HALTPOLL_NS, REASON_NO_DRIVER);
}

/* The readings of groups that the driver does not have are absent. */
static void without(struct guest *g, unsigned groups)
{
    static const struct {
        unsigned group;
        enum reading first, last;
    } parts[] = {{VIR_DOMAIN_STATS_CPU_TOTAL, R_MON_CPU_NS, R_MON_CPU_NS},
                 {VIR_DOMAIN_STATS_CPU_TOTAL, R_MON_HALTPOLL_NS, R_MON_HALTPOLL_NS},
                 {VIR_DOMAIN_STATS_BALLOON, R_MON_BALLOON_BYTES, R_MON_RSS_BYTES},
                 {VIR_DOMAIN_STATS_VCPU, R_MON_EXITS, R_MON_IRQ_EXITS},
                 {VIR_DOMAIN_STATS_VCPU, R_MON_VCPU_DELAY_NS, R_MON_VCPU_DELAY_NS},
                 {VIR_DOMAIN_STATS_BLOCK, R_MON_DISKS, R_MON_DISKS}};

    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        if (groups & parts[i].group)
            record_all_absent(g->monitor, parts[i].first, parts[i].last, REASON_NO_DRIVER);
    if (groups & VIR_DOMAIN_STATS_BALLOON)
        record_all_absent(g->balloon, R_BALLOON_BEGIN, R_BALLOON_LAST, REASON_NO_DRIVER);
    if (groups & VIR_DOMAIN_STATS_INTERFACE)
        record_absent(g->domain, R_DOM_NICS, REASON_NO_DRIVER);
}

/* Balloon reports and halt polling times, once there, do not go away: a busy guest lacks them. */
static bool lacks_what_it_had(const struct guest *g, const virTypedParameter *params, int count,
                              unsigned groups)
{
    uint64_t n;
    const struct {
        bool had;
        unsigned group;
        const char *field;
    } marks[] = {{g->balloon_update > 0, VIR_DOMAIN_STATS_BALLOON, "balloon.last-update"},
                 {record_get(g->monitor, R_MON_HALTPOLL_NS, &n), VIR_DOMAIN_STATS_CPU_TOTAL,
                  "cpu.haltpoll.success.time"}};

    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        if (groups & marks[i].group && marks[i].had &&
            !virTypedParamsGet((virTypedParameter *)params, count, marks[i].field))
            return true;
    return false;
}

void stats_monitor(struct guest *g, const virTypedParameter *params, int count, unsigned groups,
                   unsigned unsupported, const struct stats_time *time)
{
    static const unsigned own =
        VIR_DOMAIN_STATS_CPU_TOTAL | VIR_DOMAIN_STATS_BALLOON | VIR_DOMAIN_STATS_VCPU;
    unsigned found = stats_groups(params, count).whole;
    unsigned wanted = groups & own & ~unsupported;

    if (!g->monitor)
        g->monitor = record_new(FACET_MONITOR, g->domain->ident);
    if (!g->balloon && (found | unsupported) & VIR_DOMAIN_STATS_BALLOON)
        g->balloon = record_new(FACET_BALLOON, g->domain->ident);
    if (found & VIR_DOMAIN_STATS_BLOCK)
        set_disks(g, params, count, time);
    if (found & VIR_DOMAIN_STATS_VCPU)
        set_vcpus(g, params, count, time);
    if (found & VIR_DOMAIN_STATS_INTERFACE)
        set_nics(g, params, count, time);
    /* A group that is missing because the guest is busy must not look like counters that stand
     * still: the whole facet keeps its old values and its age. */
    if ((found & wanted) != wanted || lacks_what_it_had(g, params, count, wanted))
        return;
    record_all_absent(g->monitor, R_MONITOR_BEGIN, R_MON_VCPU_DELAY_NS, REASON_NOT_READ);
    without(g, unsupported);
    if (unsupported & VIR_DOMAIN_STATS_BALLOON)
        stamp(g->balloon, time);
    if (found & VIR_DOMAIN_STATS_CPU_TOTAL)
        set_cpu(g, params, count);
    if (found & VIR_DOMAIN_STATS_BALLOON)
        set_balloon(g, params, count, time);
    if (found & VIR_DOMAIN_STATS_VCPU) {
        sum_vcpus(g, R_VCPU_DOM_EXITS, R_MON_EXITS);
        sum_vcpus(g, R_VCPU_DOM_HALT_EXITS, R_MON_HALT_EXITS);
        sum_vcpus(g, R_VCPU_DOM_IO_EXITS, R_MON_IO_EXITS);
        sum_vcpus(g, R_VCPU_DOM_MMIO_EXITS, R_MON_MMIO_EXITS);
        sum_vcpus(g, R_VCPU_DOM_IRQ_EXITS, R_MON_IRQ_EXITS);
        sum_vcpus(g, R_VCPU_DOM_DELAY_NS, R_MON_VCPU_DELAY_NS);
    }
    stamp(g->monitor, time);
}
