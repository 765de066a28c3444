/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_single.h"

#include "collect/libvirt/libvirt_link.h"
#include "collect/libvirt/libvirt_xml.h"

#include <glib.h>
#include <libvirt/virterror.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void stats_params_clear(struct stats_params *p)
{
    virTypedParamsFree(p->list, p->count);
    *p = (struct stats_params){0};
}

/* ---- parameters, named as in the bulk call ---- */

static void add_text(struct stats_params *p, const char *group, guint index, const char *field,
                     const char *value)
{
    char name[VIR_TYPED_PARAM_FIELD_LENGTH];

    g_snprintf(name, sizeof(name), "%s.%u.%s", group, index, field);
    virTypedParamsAddString(&p->list, &p->count, &p->room, name, value);
}

/* Drivers return -1 for what they do not count. */
static void add_number(struct stats_params *p, const char *group, guint index, const char *field,
                       long long value)
{
    char name[VIR_TYPED_PARAM_FIELD_LENGTH];

    g_snprintf(name, sizeof(name), "%s.%u.%s", group, index, field);
    if (value >= 0)
        virTypedParamsAddULLong(&p->list, &p->count, &p->room, name, (unsigned long long)value);
}

static void add_count(struct stats_params *p, const char *name, guint value)
{
    virTypedParamsAddUInt(&p->list, &p->count, &p->room, name, value);
}

static bool lacks_call(void)
{
    int code = link_last_code();

    return code == VIR_ERR_NO_SUPPORT || code == VIR_ERR_ARGUMENT_UNSUPPORTED;
}

/* ---- disks and interfaces in the definition ---- */

struct device {
    char *target, *source;
};

struct devices {
    GArray *disks, *nics; /* struct device */
    bool known;           /* the definition could be parsed */
    unsigned nameless;    /* interfaces without a target, which calls need */
    struct device now;
};

static void device_clear(void *p)
{
    struct device *d = p;

    g_free(d->target);
    g_free(d->source);
}

/* Only children of a disk or interface count: mirrors and backing files have sources too. */
static void begin_element(GMarkupParseContext *context, const char *element, const char **names,
                          const char **values, gpointer data, GError **error)
{
    static const char *const sources[] = {"file", "dev", "name", "dir"};
    const char *parent = xml_around(context, 1);
    struct devices *d = data;

    (void)error;
    if (strcmp(parent, "disk") != 0 && strcmp(parent, "interface") != 0)
        return;
    if (strcmp(element, "target") == 0 && !d->now.target)
        d->now.target = g_strdup(xml_attribute(names, values, "dev"));
    for (size_t i = 0; strcmp(element, "source") == 0 && i < G_N_ELEMENTS(sources); i++)
        if (!d->now.source)
            d->now.source = g_strdup(xml_attribute(names, values, sources[i]));
}

static void end_element(GMarkupParseContext *context, const char *element, gpointer data,
                        GError **error)
{
    struct devices *d = data;
    GArray *list = strcmp(element, "disk") == 0        ? d->disks
                   : strcmp(element, "interface") == 0 ? d->nics
                                                       : NULL;

    (void)context;
    (void)error;
    if (!list)
        return;
    d->nameless += list == d->nics && !d->now.target;
    if (d->now.target)
        g_array_append_val(list, d->now);
    else
        device_clear(&d->now);
    d->now = (struct device){0};
}

static void read_devices(virDomainPtr domain, struct devices *out)
{
    static const GMarkupParser parser = {.start_element = begin_element,
                                         .end_element = end_element};
    char *xml = virDomainGetXMLDesc(domain, 0);

    *out = (struct devices){.disks = g_array_new(FALSE, FALSE, sizeof(struct device)),
                            .nics = g_array_new(FALSE, FALSE, sizeof(struct device))};
    g_array_set_clear_func(out->disks, device_clear);
    g_array_set_clear_func(out->nics, device_clear);
    out->known = xml_parse(xml, &parser, out);
    device_clear(&out->now);
    free(xml);
}

static void devices_clear(struct devices *d)
{
    g_array_free(d->disks, TRUE);
    g_array_free(d->nics, TRUE);
}

/* ---- one function per group, which returns whether the driver has it ---- */

static bool add_disks(virDomainPtr domain, const struct devices *d, struct stats_params *out)
{
    struct _virDomainBlockStats s;
    virDomainBlockInfo info;

    if (!d->known) /* find out at least whether the driver has the call */
        return virDomainBlockStats(domain, "vda", &s, sizeof(s)) == 0 || !lacks_call();
    add_count(out, "block.count", d->disks->len);
    for (guint i = 0; i < d->disks->len; i++) {
        const struct device *disk = &g_array_index(d->disks, struct device, i);
        if (virDomainBlockStats(domain, disk->target, &s, sizeof(s)) < 0) {
            if (lacks_call())
                return false;
            continue;
        }
        add_text(out, "block", i, "name", disk->target);
        if (disk->source)
            add_text(out, "block", i, "path", disk->source);
        add_number(out, "block", i, "rd.reqs", s.rd_req);
        add_number(out, "block", i, "rd.bytes", s.rd_bytes);
        add_number(out, "block", i, "wr.reqs", s.wr_req);
        add_number(out, "block", i, "wr.bytes", s.wr_bytes);
        add_number(out, "block", i, "errors", s.errs);
        if (virDomainGetBlockInfo(domain, disk->target, &info, 0) < 0)
            continue;
        add_number(out, "block", i, "capacity", (long long)info.capacity);
        add_number(out, "block", i, "allocation", (long long)info.allocation);
        add_number(out, "block", i, "physical", (long long)info.physical);
    }
    return true;
}

static bool add_nics(virDomainPtr domain, const struct devices *d, struct stats_params *out)
{
    struct _virDomainInterfaceStats s;

    if (!d->known || d->nameless)
        return virDomainInterfaceStats(domain, "vnet0", &s, sizeof(s)) == 0 || !lacks_call();
    add_count(out, "net.count", d->nics->len);
    for (guint i = 0; i < d->nics->len; i++) {
        const struct device *nic = &g_array_index(d->nics, struct device, i);
        if (virDomainInterfaceStats(domain, nic->target, &s, sizeof(s)) < 0) {
            if (lacks_call())
                return false;
            continue;
        }
        add_text(out, "net", i, "name", nic->target);
        add_number(out, "net", i, "rx.bytes", s.rx_bytes);
        add_number(out, "net", i, "rx.pkts", s.rx_packets);
        add_number(out, "net", i, "rx.errs", s.rx_errs);
        add_number(out, "net", i, "rx.drop", s.rx_drop);
        add_number(out, "net", i, "tx.bytes", s.tx_bytes);
        add_number(out, "net", i, "tx.pkts", s.tx_packets);
        add_number(out, "net", i, "tx.errs", s.tx_errs);
        add_number(out, "net", i, "tx.drop", s.tx_drop);
    }
    return true;
}

static bool add_memory(virDomainPtr domain, struct stats_params *out)
{
    static const char *const names[VIR_DOMAIN_MEMORY_STAT_NR] = {
        [VIR_DOMAIN_MEMORY_STAT_UNUSED] = "balloon.unused",
        [VIR_DOMAIN_MEMORY_STAT_AVAILABLE] = "balloon.available",
        [VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON] = "balloon.current",
        [VIR_DOMAIN_MEMORY_STAT_RSS] = "balloon.rss",
        [VIR_DOMAIN_MEMORY_STAT_USABLE] = "balloon.usable",
        [VIR_DOMAIN_MEMORY_STAT_LAST_UPDATE] = "balloon.last-update"};
    virDomainMemoryStatStruct stats[VIR_DOMAIN_MEMORY_STAT_NR];
    int n = virDomainMemoryStats(domain, stats, VIR_DOMAIN_MEMORY_STAT_NR, 0);

    if (n < 0)
        return !lacks_call();
    for (int i = 0; i < n; i++)
        if (stats[i].tag < VIR_DOMAIN_MEMORY_STAT_NR && names[stats[i].tag])
            virTypedParamsAddULLong(&out->list, &out->count, &out->room, names[stats[i].tag],
                                    stats[i].val);
    return true;
}

static bool add_vcpus(virDomainPtr domain, struct stats_params *out)
{
    virDomainInfo info;

    if (virDomainGetInfo(domain, &info) < 0)
        return !lacks_call();
    virVcpuInfo *vcpus = g_new0(virVcpuInfo, info.nrVirtCpu);
    int n = virDomainGetVcpus(domain, vcpus, info.nrVirtCpu, NULL, 0);
    bool has = n >= 0 || !lacks_call();

    for (int i = 0; i < n; i++)
        add_number(out, "vcpu", vcpus[i].number, "time", (long long)vcpus[i].cpuTime);
    g_free(vcpus);
    return has;
}

unsigned single_stats(virDomainPtr domain, unsigned groups, struct stats_params *out)
{
    unsigned missing = 0;
    struct devices d = {0};

    if (groups & (VIR_DOMAIN_STATS_BLOCK | VIR_DOMAIN_STATS_INTERFACE)) {
        read_devices(domain, &d);
        if (groups & VIR_DOMAIN_STATS_BLOCK && !add_disks(domain, &d, out))
            missing |= VIR_DOMAIN_STATS_BLOCK;
        if (groups & VIR_DOMAIN_STATS_INTERFACE && !add_nics(domain, &d, out))
            missing |= VIR_DOMAIN_STATS_INTERFACE;
        devices_clear(&d);
    }
    if (groups & VIR_DOMAIN_STATS_BALLOON && !add_memory(domain, out))
        missing |= VIR_DOMAIN_STATS_BALLOON;
    if (groups & VIR_DOMAIN_STATS_VCPU && !add_vcpus(domain, out))
        missing |= VIR_DOMAIN_STATS_VCPU;
    /* There is no call for this group alone; the survey reads the guest's CPU time. */
    return missing | (groups & VIR_DOMAIN_STATS_CPU_TOTAL);
}
