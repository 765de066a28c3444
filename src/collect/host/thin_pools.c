/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/host/thin_pools.h"

#include "base/parse.h"

#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { SECTOR = 512, METADATA_BLOCK = 4096, ANSWER = 64 * 1024 };

/* Memory for a question and its answer. */
union message {
    struct dm_ioctl head;
    char bytes[ANSWER];
};

/* ---- the status of a pool ----
 * "1 406/10240 5120/12800 - rw discard_passdown queue_if_no_space - 1024", from the kernel's
 * Documentation/admin-guide/device-mapper/thin-provisioning.rst: transaction, used/total blocks of
 * metadata, used/total blocks of data. */

static bool parse_share(const char **p, uint64_t *used, uint64_t *total)
{
    if (!parse_u64(p, used) || **p != '/')
        return false;
    ++*p;
    return parse_u64(p, total);
}

bool thin_pool_parse(const char *status, uint64_t sectors, struct thin_pool *pool)
{
    uint64_t transaction, metadata_used, metadata, used, all;

    pool->failed = strncmp(status, "Fail", 4) == 0;
    if (pool->failed)
        return true;
    if (!parse_u64(&status, &transaction) || !parse_share(&status, &metadata_used, &metadata) ||
        !parse_share(&status, &used, &all) || !all || used > all || !metadata ||
        metadata_used > metadata || metadata > UINT64_MAX / METADATA_BLOCK ||
        sectors > UINT64_MAX / SECTOR)
        return false;
    pool->size_bytes = sectors * SECTOR;
    pool->used_bytes = (uint64_t)((double)pool->size_bytes * ((double)used / (double)all));
    pool->metadata_bytes = metadata * METADATA_BLOCK;
    pool->metadata_used_bytes = metadata_used * METADATA_BLOCK;
    return true;
}

/* ---- the kernel's answers ---- */

static bool ask(int control, unsigned long request, const char *name, union message *m)
{
    memset(&m->head, 0, sizeof(m->head));
    m->head.version[0] = DM_VERSION_MAJOR;
    m->head.data_size = sizeof(*m);
    m->head.data_start = sizeof(m->head);
    m->head.flags = DM_NOFLUSH_FLAG;
    g_strlcpy(m->head.name, name, sizeof(m->head.name));
    return ioctl(control, request, m) == 0 && !(m->head.flags & DM_BUFFER_FULL_FLAG) &&
           m->head.data_start < sizeof(*m);
}

/* The first target of a device. NULL: it is no pool. */
static const char *status_of(const union message *m, uint64_t *sectors)
{
    const char *target = m->bytes + m->head.data_start;
    struct dm_target_spec spec;

    if (!m->head.target_count || m->head.data_start + sizeof(spec) >= sizeof(*m))
        return NULL;
    memcpy(&spec, target, sizeof(spec));
    *sectors = spec.length;
    return strcmp(spec.target_type, "thin-pool") == 0 ? target + sizeof(spec) : NULL;
}

static void add_pool(int control, const char *name, union message *m, GArray *pools)
{
    struct thin_pool pool = {.name = ""};
    uint64_t sectors;
    const char *status =
        ask(control, DM_TABLE_STATUS, name, m) ? status_of(m, &sectors) : NULL;

    g_strlcpy(pool.name, name, sizeof(pool.name));
    if (status && pools->len < THIN_POOLS_MAX && thin_pool_parse(status, sectors, &pool))
        g_array_append_val(pools, pool);
}

/* The list of devices: each entry says how far away the next one is. */
static void read_pools(int control, GArray *pools)
{
    union message *list = g_new(union message, 1), *answer = g_new(union message, 1);

    if (ask(control, DM_LIST_DEVICES, "", list)) {
        const size_t names = offsetof(struct dm_name_list, name);
        for (size_t at = list->head.data_start, step = 1; step && at + names < sizeof(*list);
             at += step) {
            struct dm_name_list entry;
            memcpy(&entry, list->bytes + at, names);
            if (entry.dev)
                add_pool(control, list->bytes + at + names, answer, pools);
            step = entry.next;
        }
    }
    g_free(list);
    g_free(answer);
}

/* Opening the control file would load the device mapper. */
static bool has_mapped_devices(const struct root *root)
{
    DIR *dir;
    bool has = false;

    root_open_dir(root, "/sys/block", &dir);
    for (struct dirent *entry; !has && dir && (entry = readdir(dir));)
        has = strncmp(entry->d_name, "dm-", 3) == 0;
    if (dir)
        closedir(dir);
    return has;
}

GArray *thin_pools_read(const struct root *root)
{
    GArray *pools = g_array_new(FALSE, FALSE, sizeof(struct thin_pool));
    int control = has_mapped_devices(root) ? root_open(root, "/dev/mapper/control", O_RDWR) : -1;

    if (control >= 0) {
        read_pools(control, pools);
        close(control);
    }
    return pools;
}
