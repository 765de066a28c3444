/* refresh.h: the loop that walks the street once per interval.
 *
 * It starts the sources, merges what they publish into the roster and ticks the roster once per
 * sample of the first source, the metronome: this host's kernel, or the simulated host. The other
 * sources (one per hypervisor) are merged when they come and never waited for, but for the short
 * grace that batch mode asks for.
 *
 * Main thread only.
 */
#ifndef VTOP_REFRESH_H
#define VTOP_REFRESH_H

#include "collect/source.h"
#include "model/roster.h"

enum { REFRESH_URIS_MAX = SAMPLE_SOURCES_MAX - 1 }; /* beside this host */

struct refresh_config {
    const char *root;        /* "/" of a host that is mounted or saved there; NULL: this host */
    bool still;              /* it is a saved tree */
    const char *const *uris; /* hypervisors; count of them. None: the local one, if it is there */
    size_t uri_count;
    bool past;            /* somebody may go back in time: history is recorded */
    bool demo;            /* a simulated host instead of this one */
    unsigned demo_guests; /* on it; 0: as many as it likes */
};

struct refresh;

/* NULL, and errno, when there are not enough threads to be had. */
struct refresh *refresh_start(const struct refresh_config *config, const struct demand *demand);
void refresh_stop(struct refresh *r);

void refresh_demand(struct refresh *r, const struct demand *demand);

/* Readable when a source has published. */
int refresh_fd(const struct refresh *r);

/* Merge what was published. True when the metronome was among it: the roster has ticked. */
bool refresh_merge(struct refresh *r);

/* Batch: wait for the next tick, and then up to GRACE_NS for the sources that have not published
 * as often as the metronome. False when a signal interrupted the wait. */
bool refresh_wait_tick(struct refresh *r, int64_t grace_ns);

struct roster *refresh_roster(const struct refresh *r);

/* Time between the last two ticks; 0 before the second. */
int64_t refresh_interval_ns(const struct refresh *r);

/* A saved tree stands still: it gives one sample and no rates. */
bool refresh_is_still(const struct refresh *r);

#endif
