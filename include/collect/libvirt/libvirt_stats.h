/* libvirt_stats.h: libvirt's typed parameters made into the records of a guest.
 *
 * Pure: no call to a daemon. What a record of statistics does not contain stays as it was and ages;
 * a parameter may be of any integer type (they differ between versions); UINT64_MAX is what QEMU
 * says for "not known" and counts as absent.
 */
#ifndef VTOP_COLLECT_LIBVIRT_STATS_H
#define VTOP_COLLECT_LIBVIRT_STATS_H

#include "collect/libvirt/libvirt_guest.h"

/* The time at which the parameters were read, and how far apart they are. */
struct stats_time {
    int64_t read_ns;
    int64_t interval_ns;
    int64_t wall_s; /* for the age of the balloon's figures */
    bool layers;    /* disks come with the images that lie under them */
};

/* Which groups (virDomainStatsTypes, or-ed) the parameters contain. Of a guest that somebody else
 * is asking just now a group may be mentioned without being whole. */
struct stats_groups {
    unsigned mentioned, whole;
};
struct stats_groups stats_groups(const virTypedParameter *params, int count);

/* state.*, net.*: what never waits for a guest. NIC_INTERVAL_NS: how far apart the interfaces are
 * read; 0 = as everything. */
void stats_state(struct guest *g, const virTypedParameter *params, int count,
                 int64_t nic_interval_ns, const struct stats_time *time);

/* virDomainGetState(), for drivers without bulk statistics. */
void stats_single(struct guest *g, int state, int reason, const struct stats_time *time);

/* virDomainGetInfo(). WITH_CPU: its CPU time as well, which is only right when it is read together
 * with the state, every time. */
void stats_info(struct guest *g, const virDomainInfo *info, bool with_cpu);

/* cpu.*, balloon.*, vcpu.*, block.*, net.*: what the monitor says. GROUPS were asked for; those of
 * them that UNSUPPORTED names are absent because the driver does not have them. */
void stats_monitor(struct guest *g, const virTypedParameter *params, int count, unsigned groups,
                   unsigned unsupported, const struct stats_time *time);

#endif
