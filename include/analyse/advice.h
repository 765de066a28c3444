/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* advice.h: what an operator could change: what, why, by how much, how sure, and how.
 *
 * Advice is plain data. All texts are clean UTF-8 without line ends. vtop never follows advice.
 *
 * An adviser looks at all guests in rounds, some at each step, because history of a day takes about
 * a millisecond per guest. Its lists are those of the last round that was completed:
 *
 *     struct adviser *a = adviser_new(&thresholds);
 *     ... after a tick, while the lists are on the screen:
 *     adviser_step(a, at, 20);
 *     draw(adviser_advice(a), adviser_hosts(a));
 *     adviser_free(a);
 *
 * The moment may be live or past; when it is another one than before, adviser_reset() makes it
 * begin anew. Pointers into the lists are valid until the next step or reset. Main thread only.
 */
#ifndef VTOP_ANALYSE_ADVICE_H
#define VTOP_ANALYSE_ADVICE_H

#include "analyse/balance.h"
#include "analyse/cost.h"
#include "analyse/size.h"
#include "analyse/thresholds.h"

enum advice_kind {                    /* the most urgent first */
                   ADVICE_FILLING,    /* it is heading for its limit */
                   ADVICE_MOVE,       /* it waits for CPUs: more vCPUs would not help */
                   ADVICE_GROW,       /* it is too small */
                   ADVICE_SHARE,      /* it takes most of what is short */
                   ADVICE_OVERCOMMIT, /* the host has promised more than it has */
                   ADVICE_COST,       /* virtualization costs more than it has to */
                   ADVICE_SHRINK,     /* it is too large */
                   ADVICE_KIND_COUNT
};
const char *advice_kind_name(enum advice_kind k); /* "filling", ...: in JSON; it never changes */

/* How sure: by the length of the history. */
enum sureness { SURE_LOW, SURE_MEDIUM, SURE_HIGH, SURE_COUNT };
const char *sureness_name(enum sureness s); /* "low", "medium", "high" */

struct advice {
    enum advice_kind kind;
    enum resource resource;
    uint64_t host, guest;                    /* serials; guest 0: it is about the host */
    char *host_name, *guest_name, *guest_id; /* the last two NULL for a host */
    char *what;                              /* "give it 6 vCPUs instead of 4" */
    char *why;                               /* the numbers that it rests on */
    double from, to;                         /* in UNIT; NAN: it is not about a size */
    enum unit unit;
    enum sureness sure;
    int64_t history_ns; /* over which; 0: as of the moment */
    GPtrArray *notes;   /* char *: what bounds it, what to know before */
    char *command;      /* for a shell; NULL: its manager has none */
};

/* How many guests of a host have which standing (enum size_state). */
enum { SIZE_STATES = SIZE_MOVE + 1 };
struct advice_host {
    uint64_t host;
    char *name;
    struct balance balance[BALANCE_RESOURCES];
    struct overcommit overcommit;
    struct cost_of_host cost;
    unsigned cpu[SIZE_STATES], memory[SIZE_STATES];
    int64_t history_ns; /* the longest of its guests */
};

/* What has to be read for all of it (enum need). */
unsigned advice_needs(void);

struct adviser;
struct adviser *adviser_new(const struct thresholds *thresholds);
void adviser_free(struct adviser *a);

/* Look at the next GUESTS guests. True: that completed a round. */
bool adviser_step(struct adviser *a, const struct moment *at, size_t guests);

/* Forget the lists and what the round has found so far. */
void adviser_reset(struct adviser *a);

/* struct advice *, the most urgent first; struct advice_host *, the local host first. Empty before
 * the first round is complete. */
const GPtrArray *adviser_advice(const struct adviser *a);
const GPtrArray *adviser_hosts(const struct adviser *a);

/* Advice about one guest or host at once: struct advice *; g_ptr_array_free() frees it, too. */
GPtrArray *adviser_of(struct adviser *a, const struct moment *at, const struct entity *e);

/* The standing of a guest's CPU and memory in words: "right size", "collecting: 43 min of an hour";
 * g_free(). */
char *advice_standing(const struct size *s);

#endif
