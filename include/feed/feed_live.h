/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* feed_live.h: the live feed: sources in threads of their own.
 *
 * It starts the sources and delivers what they publish. The first source is the metronome (this
 * host's kernel, or the simulated host): each of its samples is followed by a tick. The samples of
 * the others (one per hypervisor) are delivered when they come. The feed never waits for them,
 * except for the grace period of batch mode. Main thread only.
 */
#ifndef VTOP_FEED_FEED_LIVE_H
#define VTOP_FEED_FEED_LIVE_H

#include "feed/feed.h"

enum { FEED_LIVE_URIS_MAX = SAMPLE_SOURCES_MAX - 1 }; /* beside this host */

struct feed_live_config {
    const char *root; /* "/" of a host that is mounted or saved there; NULL: this host */
    bool still;       /* it is a saved tree */
    const char *const *uris; /* hypervisors; count of them. None: the local one, if it is there */
    size_t uri_count;
    bool demo;            /* a simulated host instead of this one */
    unsigned demo_guests; /* on it; 0: the default */
};

/* NULL, and errno, when there are not enough threads. */
struct feed *feed_live_open(const struct feed_live_config *config, const struct demand *demand);

#endif
