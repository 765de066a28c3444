/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* analysis.h: the engine that turns moments into findings.
 *
 * The owner (the main loop) makes one, calls analysis_tick() after each tick of the roster, and
 * passes the engine to those that show or print findings. The engine reads moments and windows
 * only, so it works in the same way live, in a recording and in a test with invented times.
 *
 *     struct analysis *a = analysis_new(&thresholds, NULL);
 *     ... after each roster_tick():   analysis_tick(a, &now);
 *     GPtrArray *open = analysis_findings(a, &now);      the worst first
 *     analysis_free(a);
 *
 * A rule opens a finding when its condition has held for its hold time, and closes it when the
 * condition has been below a lower threshold for its clear time, which grows by half with each
 * relapse. Findings that have closed stay in the log, ANALYSIS_LOG_MAX of them, so that a moment in
 * the past has the findings of that time. A tick allocates only for guests that are new, for
 * conditions that begin, and for open findings. Main thread only.
 */
#ifndef VTOP_ANALYSE_ANALYSIS_H
#define VTOP_ANALYSE_ANALYSIS_H

#include "analyse/finding.h"
#include "analyse/mutes.h"
#include "analyse/thresholds.h"
#include "model/moment.h"

enum { ANALYSIS_LOG_MAX = 1000 };

struct analysis;

/* THRESHOLDS and MUTES (may be NULL) are copied. */
struct analysis *analysis_new(const struct thresholds *thresholds, const struct mutes *mutes);
void analysis_free(struct analysis *a);

/* The roster has ticked; NOW is the live moment. */
void analysis_tick(struct analysis *a, const struct moment *now);

/* The roster was emptied and starts again (a feed went back): nothing is open, the log is empty. */
void analysis_reset(struct analysis *a);

/* Findings that were open at that moment: const struct finding *, the worst first, muted ones last;
 * g_ptr_array_free(). Of each guest there is one, which heads its chain of causes: what else is
 * open is part of it (finding->also, finding->part_of), unless it is muted. A past moment has those
 * whose condition held then, from its beginning on. NULL for A gives an empty array. */
GPtrArray *analysis_findings(const struct analysis *a, const struct moment *at);

/* All of one guest or host: the head of its chain first, then what is part of it. */
GPtrArray *analysis_findings_of(const struct analysis *a, const struct moment *at,
                                uint64_t serial);

/* The worst severity among the open findings about a guest or host that are not muted; -1: none.
 * It costs a look into a table for the live moment. */
int analysis_worst_of(const struct analysis *a, const struct moment *at, uint64_t serial);

/* Whether any finding that is not muted was open. */
bool analysis_has_open(const struct analysis *a, const struct moment *at);

/* The worst of all, and how many there are of each severity; muted ones do not count. -1: none. */
int analysis_worst(const struct analysis *a, const struct moment *at,
                   unsigned counts[SEVERITY_COUNT]);

/* Open and closed ones, in the order in which they opened: const struct finding *. */
const GPtrArray *analysis_log(const struct analysis *a);

/* Mute or unmute a rule for a guest (or host) by name; GUEST NULL: for all of them. Findings that
 * are open follow at once. */
void analysis_mute(struct analysis *a, enum rule rule, const char *guest, bool muted);
bool analysis_is_muted(const struct analysis *a, enum rule rule, const char *guest);

/* enum need, or-ed: all that rules look at. */
unsigned analysis_needs(void);

/* The longest hold of the rules whose conditions hold now but have not held for long enough, so
 * that a run of a few samples can say that it was too short; 0: there is none. */
int64_t analysis_pending_ns(const struct analysis *a);

#endif
