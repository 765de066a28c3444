/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/tell.h"

#include <math.h>

/* ---- a finding ---- */

static char *label_of(const struct entity *e, enum label l)
{
    const char *text = entity_label(e, l);

    return *text ? g_strdup(text) : NULL;
}

static void name_subject(struct finding *f, const struct inquiry *q)
{
    f->host = q->around->host->serial;
    f->host_name = g_strdup(entity_label(q->around->host, LABEL_NAME));
    if (q->entity->kind != KIND_GUEST)
        return;
    f->guest = q->entity->serial;
    f->guest_name = g_strdup(entity_label(q->entity, LABEL_NAME));
    f->guest_id = label_of(q->entity, LABEL_ID);
}

struct finding *finding_new(uint64_t id, enum rule rule, const struct inquiry *q)
{
    struct finding *f = g_new0(struct finding, 1);

    f->id = id;
    f->rule = rule;
    f->resource = rule_info(rule)->resource;
    f->severity = RULE_TERMS[rule].severity;
    f->also = g_ptr_array_new_with_free_func(g_free);
    f->ruled_out = g_ptr_array_new_with_free_func(g_free);
    f->missing = g_ptr_array_new_with_free_func(g_free);
    name_subject(f, q);
    return f;
}

void finding_free(void *finding)
{
    struct finding *f = finding;

    g_free(f->host_name);
    g_free(f->guest_name);
    g_free(f->guest_id);
    g_free(f->sentence);
    g_ptr_array_free(f->also, TRUE);
    g_ptr_array_free(f->ruled_out, TRUE);
    g_ptr_array_free(f->missing, TRUE);
    g_free(f);
}

/* ---- what was ruled out ---- */

/* Whether the absence says by itself that there is nothing of the kind. */
static bool says_no(enum reason why)
{
    switch (why) {
    case REASON_NOT_APPLICABLE:
    case REASON_NO_QUOTA:
    case REASON_NO_LIMIT:
    case REASON_IDLE:
    case REASON_NO_REQUESTS:
    case REASON_NO_DISK:
    case REASON_NO_MEDIUM:
    case REASON_NO_JOB:
    case REASON_ONE_NODE:
    case REASON_NO_KVM:
        return true;
    default:
        return false;
    }
}

static const struct entity *bearer(const struct inquiry *q, enum metric m)
{
    return metric_info(m)->kind == KIND_HOST ? q->around->host : q->entity;
}

static void exclude(struct finding *f, const struct inquiry *q, const struct rule_terms *t)
{
    double number = t->metric == M_NONE ? (double)NAN : inquiry_number(q, t->metric);
    char *text = isnan(number) ? NULL : number_text(metric_info(t->metric)->unit, number);

    finding_exclude(f, text ? g_strdup_printf("%s: %s", t->cause, text) : g_strdup(t->cause));
    g_free(text);
}

static void lack(struct finding *f, const struct inquiry *q, const struct rule_terms *t)
{
    const struct value v = moment_value(q->at, bearer(q, t->metric), t->metric);
    enum reason why = v.reason == REASON_OK ? REASON_STALE : v.reason;

    if (why == REASON_NOT_APPLICABLE)
        return;
    if (says_no(why))
        finding_exclude(f, g_strdup_printf("%s: %s", t->cause, reason_text(why)));
    else
        finding_lack(f, g_strdup_printf("%s: %s", t->cause, reason_text(why)));
}

/* Another rule about the same guest: the numbers exclude it, or cannot tell. */
static void weigh(struct finding *f, const struct inquiry *q, enum rule r)
{
    const struct rule_terms *t = &RULE_TERMS[r];
    double limit = t->warn == THRESHOLD_COUNT ? 1 : q->limits->of[t->warn];
    double number = t->judge(q);

    if (number < limit * t->clear)
        exclude(f, q, t);
    else if (isnan(number) && t->metric != M_NONE)
        lack(f, q, t);
}

static void weigh_others(struct finding *f, const struct subject *s, const struct inquiry *q)
{
    enum kind kind = q->entity->kind;

    for (enum rule r = 0; r < RULE_COUNT; r++) {
        const struct rule_terms *t = &RULE_TERMS[r];
        bool applies = rule_info(r)->kind == kind &&
                       (kind != KIND_GUEST || t->classes & entity_class(q->entity));
        if (applies && *t->cause && t->sort != SORT_NOTE && r != f->rule &&
            !subject_suspicion(s, r))
            weigh(f, q, r);
    }
}

/* ---- words ---- */

static void clear(struct finding *f)
{
    f->evidence_count = 0;
    g_ptr_array_set_size(f->also, 0);
    g_ptr_array_set_size(f->ruled_out, 0);
    g_ptr_array_set_size(f->missing, 0);
}

static void add_neighbours(struct finding *f, const char *neighbours)
{
    char *sentence = g_strdup_printf("%s; %s", f->sentence, neighbours);

    g_free(f->sentence);
    f->sentence = sentence;
}

static double limit_of(const struct inquiry *q, const struct suspicion *p)
{
    const struct rule_terms *t = &RULE_TERMS[p->rule];
    bool critical = p->finding->severity == SEVERITY_CRIT && t->crit != THRESHOLD_COUNT;

    if (t->warn == THRESHOLD_COUNT)
        return (double)NAN;
    return q->limits->of[critical ? t->crit : t->warn];
}

/* While it waits to be closed, the numbers are no longer those of the sentence, which stays. */
static void tell(struct suspicion *p, const struct subject *s, const struct inquiry *q)
{
    const struct rule_terms *t = &RULE_TERMS[p->rule];
    struct finding *f = p->finding;
    char *kept = p->condition.low_ns ? g_steal_pointer(&f->sentence) : NULL;

    clear(f);
    if (t->metric != M_NONE)
        finding_show(f, q, t->metric, limit_of(q, p));
    t->tell(q, p->condition.level, f);
    if (q->neighbours && q->neighbours_of == f->resource && t->sort == SORT_SATURATION)
        add_neighbours(f, q->neighbours);
    weigh_others(f, s, q);
    if (!kept)
        return;
    g_free(f->sentence);
    f->sentence = kept;
}

/* What else is open becomes part of the head's chain. */
static void add_part(struct finding *head, const struct suspicion *p, const struct inquiry *q)
{
    const struct rule_terms *t = &RULE_TERMS[p->rule];

    p->finding->part_of = head->id;
    g_ptr_array_add(head->also, g_strdup(p->finding->sentence));
    if (t->metric != M_NONE)
        finding_show(head, q, t->metric, limit_of(q, p));
}

void tell_subject(struct subject *s, const struct inquiry *q)
{
    const struct suspicion *head = q->entity->kind == KIND_GUEST ? subject_head(s) : NULL;

    for (struct suspicion *p = s->suspicions; p; p = p->next)
        if (p->finding) {
            tell(p, s, q);
            p->finding->part_of = 0;
        }
    for (const struct suspicion *p = s->suspicions; head && p; p = p->next)
        if (p->finding && p != head)
            add_part(head->finding, p, q);
    s->told_ns = q->at->now_ns;
}

void tell_numbers(struct subject *s, const struct inquiry *q)
{
    for (struct suspicion *p = s->suspicions; p; p = p->next)
        for (size_t i = 0; p->finding && i < p->finding->evidence_count; i++) {
            struct evidence *e = &p->finding->evidence[i];
            double number = inquiry_number(q, e->metric);
            e->number = isnan(number) ? e->number : number;
            if (e->metric == RULE_TERMS[p->rule].metric)
                e->held_ns = q->at->now_ns - p->condition.began_ns;
        }
}
