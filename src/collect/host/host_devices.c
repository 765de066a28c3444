/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/host/host_devices.h"

#include "base/clock_read.h"
#include "base/parse.h"
#include "collect/blockdev.h"
#include "collect/host/host_uplinks.h"
#include "collect/netdev.h"
#include "collect/viewpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FACTS_NS (60 * CLOCK_NS_PER_S)

/* A disk of /proc/diskstats or an interface of /proc/net/dev. */
struct device {
    struct ident *ident;
    bool counted;
    uint64_t size_bytes;
    int64_t looked_ns; /* when sysfs was read for it */
    uint64_t seen;     /* the last collection that had it */
};

struct host_devices {
    const struct root *root;
    struct kept_budget *budget;
    struct kept diskstats, netdev;
    GHashTable *disks, *nics; /* name -> struct device */
    uint64_t collections;
};

static void device_free(void *p)
{
    ident_unref(((struct device *)p)->ident);
    g_free(p);
}

struct host_devices *host_devices_new(const struct root *root, struct kept_budget *budget)
{
    struct host_devices *d = g_new0(struct host_devices, 1);

    d->root = root;
    d->budget = budget;
    d->disks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, device_free);
    d->nics = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, device_free);
    return d;
}

void host_devices_free(struct host_devices *d)
{
    if (!d)
        return;
    kept_close(d->budget, &d->diskstats);
    kept_close(d->budget, &d->netdev);
    g_hash_table_destroy(d->disks);
    g_hash_table_destroy(d->nics);
    g_free(d);
}

/* The device of this name; a new one is added. *look: sysfs has to be read for it. */
static struct device *device_of(struct host_devices *d, GHashTable *table, enum kind kind,
                                const char *name, int64_t now, bool *look)
{
    struct device *device = g_hash_table_lookup(table, name);

    if (!device) {
        device = g_new0(struct device, 1);
        device->ident = ident_new(kind, GUEST_NONE, name);
        ident_set(&device->ident->name, name);
        g_hash_table_insert(table, g_strdup(name), device);
    }
    *look = !device->looked_ns || now - device->looked_ns > FACTS_NS;
    if (*look)
        device->looked_ns = now;
    device->seen = d->collections;
    return device;
}

static gboolean is_gone(gpointer name, gpointer device, gpointer collections)
{
    (void)name;
    return ((struct device *)device)->seen != *(uint64_t *)collections;
}

/* ---- disks ---- */

/* "major minor name, then 11 or more numbers"; FILE /proc/diskstats */
enum {
    DISK_READS,
    DISK_READS_MERGED,
    DISK_SECTORS_READ,
    DISK_READ_MS,
    DISK_WRITES,
    DISK_WRITES_MERGED,
    DISK_SECTORS_WRITTEN,
    DISK_WRITE_MS,
    DISK_IN_FLIGHT,
    DISK_BUSY_MS,
    DISK_QUEUE_MS,
    DISK_FIELDS
};

enum { DISK_NAME_SIZE = 64 };

static bool parse_disk(const char *p, char name[static DISK_NAME_SIZE], uint64_t v[DISK_FIELDS])
{
    uint64_t number;

    if (!parse_u64(&p, &number) || !parse_u64(&p, &number))
        return false;
    p = parse_blanks(p);
    size_t length = strcspn(p, " \n");
    if (!length || length >= DISK_NAME_SIZE)
        return false;
    memcpy(name, p, length);
    name[length] = '\0';
    p += length;
    for (int i = 0; i < DISK_FIELDS; i++)
        if (!parse_u64(&p, &v[i]))
            return false;
    return true;
}

static void record_disk(struct sample *out, const struct device *device,
                        const uint64_t v[DISK_FIELDS], int64_t now)
{
    enum { SECTOR = 512 }; /* of diskstats, whatever the sector size of the disk is */
    struct record *r = sample_add(out, FACET_HOST_DISK, device->ident);

    r->read_ns = now;
    record_set(r, R_HOSTDISK_READ_OPS, v[DISK_READS]);
    record_set(r, R_HOSTDISK_READ_BYTES, v[DISK_SECTORS_READ] * SECTOR);
    record_set(r, R_HOSTDISK_READ_MS, v[DISK_READ_MS]);
    record_set(r, R_HOSTDISK_WRITE_OPS, v[DISK_WRITES]);
    record_set(r, R_HOSTDISK_WRITE_BYTES, v[DISK_SECTORS_WRITTEN] * SECTOR);
    record_set(r, R_HOSTDISK_WRITE_MS, v[DISK_WRITE_MS]);
    record_set(r, R_HOSTDISK_BUSY_MS, v[DISK_BUSY_MS]);
    record_set(r, R_HOSTDISK_QUEUE_MS, v[DISK_QUEUE_MS]);
    record_set(r, R_HOSTDISK_SIZE_BYTES, device->size_bytes);
}

static void collect_disks(struct host_devices *d, struct sample *out)
{
    ssize_t n = kept_read(d->budget, &d->diskstats, "/proc/diskstats", FILE_PAGED);
    int64_t now = clock_mono_ns();
    char name[DISK_NAME_SIZE];
    uint64_t v[DISK_FIELDS];

    if (n < 0)
        return;
    for (const char *p = d->budget->buffer.text; *p; p = parse_next_line(p)) {
        bool look;
        if (!parse_disk(p, name, v))
            continue;
        struct device *device = device_of(d, d->disks, KIND_DISK, name, now, &look);
        if (look)
            device->counted = blockdev_is_base(d->root, name, &device->size_bytes);
        if (device->counted)
            record_disk(out, device, v, now);
    }
    g_hash_table_foreach_remove(d->disks, is_gone, &d->collections);
}

/* ---- uplinks ---- */

static void record_nic(struct sample *out, struct device *device, const struct netdev *nic,
                       int64_t now)
{
    struct record *r = sample_add(out, FACET_HOST_NIC, device->ident);

    r->read_ns = now;
    netdev_record(nic, R_HOSTNIC_RX_BYTES, r);
}

static unsigned collect_counted(struct host_devices *d, int64_t now, struct sample *out)
{
    struct netdev nic;
    unsigned counted = 0;

    for (const char *p = d->budget->buffer.text; netdev_next(&p, &nic);) {
        bool look;
        struct device *device = device_of(d, d->nics, KIND_NIC, nic.name, now, &look);
        if (look)
            device->counted = host_is_uplink(d->root, nic.name);
        if (!device->counted)
            continue;
        record_nic(out, device, &nic, now);
        counted++;
    }
    return counted;
}

static void collect_nics(struct host_devices *d, struct sample *out)
{
    const char *path = d->budget->viewpoint->netdev;
    ssize_t n = path ? kept_read(d->budget, &d->netdev, path, FILE_PAGED) : -ENOENT;
    int64_t now = clock_mono_ns();
    struct netdev nic;

    if (n < 0)
        return;
    if (!collect_counted(d, now, out))
        for (const char *p = d->budget->buffer.text; netdev_next(&p, &nic);)
            if (host_is_routed_uplink(d->root, d->budget->viewpoint->routes, nic.name))
                record_nic(out, g_hash_table_lookup(d->nics, nic.name), &nic, now);
    g_hash_table_foreach_remove(d->nics, is_gone, &d->collections);
}

void host_devices_collect(struct host_devices *d, const struct demand *demand, struct sample *out)
{
    d->collections++;
    if (demand->needs & NEED_HOST_DISKS)
        collect_disks(d, out);
    if (demand->needs & NEED_HOST_NICS)
        collect_nics(d, out);
}
