/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_single.h: statistics of a guest by single calls, for drivers without bulk statistics.
 *
 * The answers are named as in the bulk call ("block.0.rd.bytes", ...), so that one parser serves
 * both. These calls may wait for the guest: only monitor threads make them.
 */
#ifndef VTOP_COLLECT_LIBVIRT_SINGLE_H
#define VTOP_COLLECT_LIBVIRT_SINGLE_H

#include <libvirt/libvirt.h>

struct stats_params {
    virTypedParameterPtr list;
    int count, room;
};

void stats_params_clear(struct stats_params *p);

/* Read GROUPS (virDomainStatsTypes). Returns the groups that the driver does not have. */
unsigned single_stats(virDomainPtr domain, unsigned groups, struct stats_params *out);

#endif
