/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/subject.h"

#include <math.h>

struct subject *subject_new(uint64_t serial)
{
    struct subject *s = g_new0(struct subject, 1);

    s->serial = serial;
    s->kills = s->swap = (double)NAN;
    s->worst = -1;
    return s;
}

void subject_free(void *subject)
{
    struct subject *s = subject;

    for (struct suspicion *p = s->suspicions, *next; p; p = next) {
        next = p->next;
        g_free(p);
    }
    for (size_t i = 0; i < TREND_SUBJECT_COUNT; i++)
        g_free(s->trends[i]);
    g_free(s->neighbours);
    g_free(s);
}

struct suspicion *subject_suspicion(const struct subject *s, enum rule rule)
{
    struct suspicion *p = s->suspicions;

    while (p && p->rule != rule)
        p = p->next;
    return p;
}

struct suspicion *subject_suspect(struct subject *s, enum rule rule)
{
    struct suspicion *p = g_new0(struct suspicion, 1);

    p->rule = rule;
    p->next = s->suspicions;
    s->suspicions = p;
    return p;
}

void subject_tidy(struct subject *s)
{
    for (struct suspicion **link = &s->suspicions; *link;) {
        struct suspicion *p = *link;
        if (p->condition.phase != PHASE_OVER) {
            link = &p->next;
            continue;
        }
        *link = p->next;
        g_free(p);
    }
}

bool finding_precedes(const struct finding *a, const struct finding *b)
{
    const struct rule_terms *x = &RULE_TERMS[a->rule], *y = &RULE_TERMS[b->rule];

    if (a->muted != b->muted)
        return b->muted;
    if (a->severity != b->severity)
        return a->severity > b->severity;
    if (x->sort != y->sort)
        return x->sort < y->sort;
    return a->rule != b->rule ? a->rule < b->rule : a->id < b->id;
}

struct suspicion *subject_head(const struct subject *s)
{
    struct suspicion *head = NULL;

    for (struct suspicion *p = s->suspicions; p; p = p->next)
        if (p->finding && (!head || finding_precedes(p->finding, head->finding)))
            head = p;
    return head;
}
