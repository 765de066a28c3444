/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* subject.h: what the engine remembers about one guest or host: conditions and open findings.
 *
 * Part of the engine (analysis.c). Conditions are kept sparsely: one per rule that holds, is open,
 * or closed lately. Main thread only.
 */
#ifndef VTOP_ANALYSE_SUBJECT_H
#define VTOP_ANALYSE_SUBJECT_H

#include "analyse/condition.h"
#include "analyse/judge.h"
#include "analyse/trend.h"

/* One rule about one subject. */
struct suspicion {
    struct suspicion *next;
    enum rule rule;
    struct condition condition;
    int64_t began_wall_ns;
    struct finding *finding; /* while it is open; the log owns it */
};

struct subject {
    uint64_t serial;
    uint64_t seen;   /* the tick at which it was there last */
    double kills;    /* OOM kills so far; NAN: never known */
    int64_t kill_ns; /* when the last one was seen; 0: none was */
    double swap;     /* of a host: bytes in swap at the tick before; NAN: not known */
    struct trend *trends[TREND_SUBJECT_COUNT]; /* urgent ones; else NULL */
    int64_t trend_ns[TREND_SUBJECT_COUNT];     /* when each was urgent last */
    bool trends_known;                         /* there is history enough for one of them */
    char *neighbours;                          /* who moves with it; NULL: nobody is known */
    enum resource neighbours_of;               /* for what it waits */
    int64_t searched_ns;                       /* when they were looked up last; 0: never */
    struct suspicion *suspicions;
    unsigned open;   /* how many of them have a finding */
    int worst;       /* severity of the worst one that is not muted; -1: none */
    int64_t told_ns; /* when the words of its findings were written last */
};

struct subject *subject_new(uint64_t serial);
void subject_free(void *subject);

/* NULL: nothing about this rule. */
struct suspicion *subject_suspicion(const struct subject *s, enum rule rule);
struct suspicion *subject_suspect(struct subject *s, enum rule rule);

/* Forget conditions that are over. */
void subject_tidy(struct subject *s);

/* The open finding that heads the chain: not muted, worst, first in USE order; NULL: none. */
struct suspicion *subject_head(const struct subject *s);

/* Whether A comes before B in a chain. */
bool finding_precedes(const struct finding *a, const struct finding *b);

#endif
