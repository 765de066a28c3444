/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_stats.h: records of a guest from libvirt's typed parameters.
 *
 * Pure: no call to a daemon. Readings that the parameters do not contain keep their values and age.
 * A parameter may have any integer type, as types differ between versions. UINT64_MAX is QEMU's
 * "not known" and counts as absent.
 */
#ifndef VTOP_COLLECT_LIBVIRT_STATS_H
#define VTOP_COLLECT_LIBVIRT_STATS_H

#include "collect/libvirt/libvirt_guest.h"

/* The time at which the parameters were read, and how far apart they are. */
struct stats_time {
    int64_t read_ns;
    int64_t interval_ns;
    int64_t wall_s; /* for the age of the balloon's figures */
    bool layers;    /* disks come with their backing images */
};

/* The groups (virDomainStatsTypes, or-ed) that the parameters contain. While another client asks
 * the guest, a group may be mentioned without being whole. */
struct stats_groups {
    unsigned mentioned, whole;
};
struct stats_groups stats_groups(const virTypedParameter *params, int count);

/* Take state.* and net.*, which are read without waiting for a guest. NIC_INTERVAL_NS: how far
 * apart interfaces are read; 0 = as given by TIME. */
void stats_state(struct guest *g, const virTypedParameter *params, int count,
                 int64_t nic_interval_ns, const struct stats_time *time);

/* Take the answer of virDomainGetState(), for drivers without bulk statistics. */
void stats_single(struct guest *g, int state, int reason, const struct stats_time *time);

/* Take the answer of virDomainGetInfo(). WITH_CPU: its CPU time too, which requires that it is read
 * together with the state each time. */
void stats_info(struct guest *g, const virDomainInfo *info, bool with_cpu);

/* Take cpu.*, balloon.*, vcpu.*, block.* and net.*, which come from the monitor. GROUPS were asked
 * for; readings of groups in UNSUPPORTED are absent (REASON_NO_DRIVER). */
void stats_monitor(struct guest *g, const virTypedParameter *params, int count, unsigned groups,
                   unsigned unsupported, const struct stats_time *time);

#endif
