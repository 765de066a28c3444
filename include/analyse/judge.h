/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* judge.h: what a rule is made of: a number to compare, and the words of a finding.
 *
 * For the engine (analysis.c) and the rules (rules_*.c) only. A judge looks at one entity at the
 * live moment and returns the number that the engine compares with the limits of its rule: NAN when
 * it is not known, which counts neither for nor against the condition; 0 when something else that
 * the condition needs is missing. It does not allocate. The engine does all the rest: hold,
 * hysteresis, relapses. A teller writes the sentence of a finding that is open, and adds evidence.
 * Main thread only.
 */
#ifndef VTOP_ANALYSE_JUDGE_H
#define VTOP_ANALYSE_JUDGE_H

#include "analyse/analysis.h"
#include "analyse/trend.h"

/* What several rules need to know about one host at this tick. */
enum { SURROUNDINGS_TOP = 3 };
struct surroundings {
    const struct entity *host;
    uint32_t stale; /* 1 << enum facet, or-ed: those of the host that were not read lately */
    const struct entity *top[SURROUNDINGS_TOP]; /* guests that use most CPU time; NULL: none */
    double top_cpu[SURROUNDINGS_TOP];           /* percent of one core */
    double guests_cpu;                          /* of all guests; percent of one core */
    unsigned guests;                            /* whose CPU time is known */
};

struct inquiry {
    const struct moment *at; /* live */
    const struct thresholds *limits;
    const struct surroundings *around; /* of the host that the entity is or runs on */
    const struct entity *entity;
    uint32_t stale;  /* of its facets, likewise */
    int64_t kill_ns; /* since its last OOM kill; -1: there was none, or that is not known */
    double swapped;  /* of a host: bytes that its swap grew by since the tick before, or NAN */
    const struct trend *trends[TREND_SUBJECT_COUNT]; /* urgent ones, up to a minute old; or NULL */
    bool trends_known;                               /* there is history enough for one of them */
    const char *neighbours;                          /* who moves with it, ... */
    enum resource neighbours_of; /* ... while it waits for this; NULL: nobody is known */
};

/* 1 << enum facet, or-ed: those of the entity whose numbers are stale. */
uint32_t stale_facets(const struct entity *e, int64_t now_ns);

/* The current value of a metric of the entity, or of its host where it is a metric of hosts; NAN
 * when it is absent or stale. */
double inquiry_number(const struct inquiry *q, enum metric m);

/* CPU time of niced processes of the host, percent of all its CPUs: they give way to all others. 0
 * where it is not known. */
double inquiry_niced(const struct inquiry *q);

/* Whether a trend of the entity (NULL: none) has this urgency, 1 or 0; NAN when history is too short. */
double inquiry_is_urgent(const struct inquiry *q, const struct trend *t, enum trend_urgency urgency);

/* A reading of the entity now; NAN when it is absent. */
double inquiry_reading(const struct inquiry *q, enum reading r);

/* Where the CPU quota or the memory limit that binds a guest comes from, by the reading that has
 * its owner: "its own CPU quota", "the memory limit of user.slice, 2 levels above it". WHAT: "CPU
 * quota", "memory limit". NULL: from no group. g_free. */
char *limit_text(const struct inquiry *q, enum reading owner, const char *what);

typedef double judge_function(const struct inquiry *q);
typedef void tell_function(const struct inquiry *q, double level, struct finding *f);

/* What the engine needs of a rule beside rule_info(). */
enum sort { SORT_ERROR, SORT_SATURATION, SORT_UTILISATION, SORT_NOTE };
struct rule_terms {
    judge_function *judge;
    tell_function *tell;
    enum sort sort;
    enum severity severity;
    unsigned classes;
    enum threshold warn, crit, hold; /* THRESHOLD_COUNT: none */
    double clear;
    enum metric metric;
    const char *cause;
};
extern const struct rule_terms RULE_TERMS[RULE_COUNT];

#define RULE(id, how, ...)                                                                         \
    judge_function judge_##how;                                                                    \
    tell_function tell_##how;
#include "analyse/rules.def"
#undef RULE

/* ---- for tellers ---- */

/* The sentence; printf. */
void finding_say(struct finding *f, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* A number of the entity as evidence, compared with LIMIT (NAN: only shown). Absent ones are left
 * out. */
void finding_show(struct finding *f, const struct inquiry *q, enum metric m, double limit);

/* A cause that the numbers exclude; evidence that could not be read. Both take over TEXT. */
void finding_exclude(struct finding *f, char *text);
void finding_lack(struct finding *f, char *text);

/* A number with its unit: "23 %", "1.2 GiB"; g_free. */
char *number_text(enum unit unit, double number);

/* "a", "a and b", "a, b and c" of the guests that use most CPU time on this host, EXCEPT left out,
 * with their share; NULL: none uses any. g_free. */
char *top_text(const struct surroundings *around, const struct entity *except);

#endif
