/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* neighbour.h: which other guests may be why a guest waits.
 *
 * A guest waits for CPUs, disks or memory. Another guest of its host is named only when
 *
 *   - the steps of both numbers, from one tick to the next, correlate by more than chance explains
 *     with all guests of the host looked at: one time in a hundred that anybody is named wrongly;
 *   - 300 steps or more are known;
 *   - it holds 10 % or more of what all guests hold of the same resource.
 *
 * At most three are named, the strongest first. A guest that moves like the strongest within the
 * error of the measurement is named with it: a bystander is never named alone because it is a
 * little ahead. When more than three are alike, none can be told from the others, and none is
 * named. It is a correlation: words say "correlates with", never "is caused by". Which devices are
 * behind the disks is not known, so those of all guests count as one resource.
 *
 * A search looks at some guests at each step, so that a tick with 1,000 guests stays short. Main
 * thread only.
 *
 *     struct neighbour_search *s = neighbour_search_new();
 *     neighbour_begin(s, at, victim, RESOURCE_CPU);
 *     while (!neighbour_step(s, at, 50))
 *         ... until the next tick ...
 *     text = neighbour_text(neighbour_result(s), roster);
 *     neighbour_search_free(s);
 */
#ifndef VTOP_ANALYSE_NEIGHBOUR_H
#define VTOP_ANALYSE_NEIGHBOUR_H

#include "analyse/finding.h"
#include "model/moment.h"

enum neighbour_state {
    NEIGHBOUR_TOO_LITTLE, /* not enough data */
    NEIGHBOUR_NONE,       /* none correlates, or too many do alike */
    NEIGHBOUR_FOUND
};

enum { NEIGHBOUR_NAMED_MAX = 3 };

struct neighbour {
    uint64_t serial;
    double r;     /* Pearson's, of the steps */
    double share; /* of what all guests hold, 0 to 1 */
};

struct neighbours {
    enum neighbour_state state;
    uint64_t victim; /* serial */
    enum resource resource;
    enum metric suffers; /* of the victim: the number that was compared; M_NONE: none is known */
    struct neighbour named[NEIGHBOUR_NAMED_MAX];
    size_t count;      /* of these */
    size_t alike;      /* guests that correlate, those that are named included */
    size_t candidates; /* guests that hold enough of the resource */
    size_t steps;      /* the fewest that any of the named was compared over */
    double bound;      /* the correlation that chance explains, with that many steps; or NAN */
};

struct neighbour_search;
struct neighbour_search *neighbour_search_new(void);
void neighbour_search_free(struct neighbour_search *s);

/* Begin to look for those with whom VICTIM waits for RESOURCE_CPU, _MEMORY or _DISK. */
void neighbour_begin(struct neighbour_search *s, const struct moment *at,
                     const struct entity *victim, enum resource r);

/* Look at the next GUESTS guests. True: the search is over. AT may be a later moment each time. */
bool neighbour_step(struct neighbour_search *s, const struct moment *at, size_t guests);

bool neighbour_is_busy(const struct neighbour_search *s);

/* Of the last search that was over. */
const struct neighbours *neighbour_result(const struct neighbour_search *s);

/* "its ready time correlates with the CPU time of analytics (r 0.62, 35 % of it)"; NULL: none is
 * named. g_free(). */
char *neighbour_text(const struct neighbours *n, const struct roster *roster);

/* ---- the statistics alone ---- */

/* The correlation of the steps of two series of N values, NAN where absent. *STEPS: how many steps
 * of both are known, without those at which nothing moved. *EFFECTIVE: how many independent ones
 * they are worth. NAN: too few, or one of both does not move. */
double neighbour_correlation(const float *x, const float *y, size_t n, size_t *steps,
                             double *effective);

/* The correlation above which one of COUNT series is by chance once in a hundred times. */
double neighbour_bound(double effective, size_t count);

#endif
