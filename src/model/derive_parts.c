/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/derive.h"

#include "model/value.h"

/* ---- disks ---- */

/* ms per request: of the host Δms / Δrequests, of a guest Δns / Δrequests */
static struct value disk_latency(const struct entity *e, enum reading ns, enum reading ops,
                                 enum reading host_ms, enum reading host_ops)
{
    if (entity_track(e, FACET_HOST_DISK))
        return value_ratio(entity_reading(e, host_ms), entity_reading(e, host_ops), 1,
                           REASON_NO_REQUESTS);
    return value_ratio(entity_reading(e, ns), entity_reading(e, ops), 1e-6, REASON_NO_REQUESTS);
}

struct value derive_disk_read_latency(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return disk_latency(e, R_DISK_READ_NS, R_DISK_READ_OPS, R_HOSTDISK_READ_MS,
                        R_HOSTDISK_READ_OPS);
}

struct value derive_disk_write_latency(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return disk_latency(e, R_DISK_WRITE_NS, R_DISK_WRITE_OPS, R_HOSTDISK_WRITE_MS,
                        R_HOSTDISK_WRITE_OPS);
}

struct value derive_disk_flush_latency(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return value_ratio(entity_reading(e, R_DISK_FLUSH_NS), entity_reading(e, R_DISK_FLUSH_OPS),
                       1e-6, REASON_NO_REQUESTS);
}

/* requests in flight, mean: Δtime in requests / Δt */
struct value derive_disk_queue(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct value time =
        value_both(entity_reading(e, R_DISK_READ_NS), entity_reading(e, R_DISK_WRITE_NS));

    time = value_plus(time, entity_reading(e, R_DISK_FLUSH_NS));
    return value_either(value_scaled(entity_reading(e, R_HOSTDISK_QUEUE_MS), 1e-3),
                        value_scaled(time, 1e-9));
}

struct value derive_disk_job(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    return value_progress(entity_reading(e, R_DISK_JOB_DONE_BYTES),
                          entity_reading(e, R_DISK_JOB_LEFT_BYTES));
}

/* ---- network interfaces ---- */

static struct value both_ways(const struct entity *e, const enum reading rx[],
                              const enum reading tx[])
{
    return value_plus(entity_first_of(e, 1, rx), entity_first_of(e, 1, tx));
}

struct value derive_nic_drops(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    static const enum reading rx[] = {R_NIC_RX_DROPS, R_DOMNIC_RX_DROPS, R_HOSTNIC_RX_DROPS,
                                      R_NONE};
    static const enum reading tx[] = {R_NIC_TX_DROPS, R_DOMNIC_TX_DROPS, R_HOSTNIC_TX_DROPS,
                                      R_NONE};
    return both_ways(e, rx, tx);
}

struct value derive_nic_errors(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    static const enum reading rx[] = {R_NIC_RX_ERRORS, R_DOMNIC_RX_ERRORS, R_HOSTNIC_RX_ERRORS,
                                      R_NONE};
    static const enum reading tx[] = {R_NIC_TX_ERRORS, R_DOMNIC_TX_ERRORS, R_HOSTNIC_TX_ERRORS,
                                      R_NONE};
    return both_ways(e, rx, tx);
}

/* ---- file systems and thin pools ---- */

/* percent: used / (used + available), as df(1) computes it */
struct value derive_store_level(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct value used = entity_reading(e, R_STORE_USED_BYTES);

    return value_ratio(used, value_plus(used, entity_reading(e, R_STORE_FREE_BYTES)), 100,
                       REASON_NOT_APPLICABLE);
}

struct value derive_store_files_level(const struct entity *e, const struct derive_context *context)
{
    (void)context;
    struct value files = entity_reading(e, R_STORE_FILES);

    return value_ratio(value_minus(files, entity_reading(e, R_STORE_FILES_FREE)), files, 100,
                       REASON_NOT_APPLICABLE);
}

struct value derive_store_metadata_level(const struct entity *e,
                                         const struct derive_context *context)
{
    (void)context;
    return value_ratio(entity_reading(e, R_STORE_METADATA_USED_BYTES),
                       entity_reading(e, R_STORE_METADATA_BYTES), 100, REASON_NOT_APPLICABLE);
}
