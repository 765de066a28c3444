/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* rate.h: from raw readings to values, one engine for all facets.
 *
 * A track is one facet of one entity over time. Feeding it a record turns counters into rates per
 * second of that facet's own monotonic time and copies gauges. No metric has code of its own here.
 *
 *   first record, or another serial   no rate, REASON_NO_BASELINE; this is the baseline
 *   same or earlier read time         nothing happens: the old values stay, and age
 *   less than RATE_MIN_NS later       old rates and the old baseline stay
 *   counter smaller than before       REASON_RESET, new baseline (COUNTER32: modulo 2^32 when the
 *                                     step is plausible for milliseconds of requests)
 *   more than 3 intervals later       REASON_GAP, new baseline
 *   TICKS                             the same over at least RATE_TICKS_NS; until then the last
 *                                     rate, or REASON_WINDOW
 *   absent in this record             absent, with its reason; the baseline is forgotten
 *
 * Main thread only.
 */
#ifndef VTOP_MODEL_RATE_H
#define VTOP_MODEL_RATE_H

#include "model/sample.h"

#define RATE_MIN_NS (250 * INT64_C(1000000))
#define RATE_TICKS_NS (10 * INT64_C(1000000000))

struct track {
    struct track *next;  /* for the roster: another facet of the same entity */
    uint64_t merge;      /* the merge that last fed it */
    struct ident *ident; /* the entity that it is about */
    int64_t read_ns;     /* when the values were read; 0 = never */
    int64_t base_ns;     /* when the counters' baseline was read */
    int64_t ticks_ns;    /* the same for TICKS */
    int64_t interval_ns; /* between its records, to judge its age by */
    uint8_t facet;       /* enum facet */
    uint8_t source;      /* which source feeds it */
    bool shed;           /* its values are dropped */
    uint16_t room, raw;  /* bytes reserved for values, and the offset of the raw ones */
    uint8_t packs[];     /* private to rate.c */
};

struct track *track_new(enum facet facet);
void track_free(struct track *t);

/* Drop the values and keep the ident. The track may move. */
struct track *track_shed(struct track *t);

/* Forget baselines: after a suspend of this machine, or when the entity was made anew. */
void track_break(struct track *t, enum reason why);

/* Forget all values and baselines, as if it had never been fed. Its ident stays. It may move. */
struct track *track_restart(struct track *t);

/* INTERVAL_NS: how far apart this facet is read just now. The track may move. */
struct track *track_feed(struct track *t, const struct record *r, int64_t interval_ns);

/* Whether its values are older than 2.5 intervals. */
bool track_is_stale(const struct track *t, int64_t now_ns);

struct value track_value(const struct track *t, enum reading reading);

/* All of them at once, in the order of the facet's readings. */
void track_values(const struct track *t, double *numbers, uint8_t *reasons);

/* The total of a counter, as of its baseline: at most RATE_MIN_NS before the newest record. */
struct value track_total(const struct track *t, enum reading reading);

#endif
