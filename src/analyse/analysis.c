/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/analysis.h"

#include "analyse/around.h"
#include "analyse/background.h"
#include "analyse/tell.h"
#include "base/clock.h"

#include <math.h>
#include <string.h>

/* How often the words of an open finding are written anew. */
#define TELL_NS (10 * CLOCK_NS_PER_S)

struct analysis {
    struct thresholds thresholds;
    struct condition_terms terms[RULE_COUNT];
    GHashTable *subjects; /* serial -> struct subject * */
    GArray *around;       /* struct surroundings, by the place of the host */
    GPtrArray *log;       /* struct finding *, owned */
    GPtrArray *open;      /* struct finding *: those of the log that are open */
    struct mutes *mutes;
    struct background *background;
    uint64_t tick; /* that was looked at last */
    int64_t tick_ns, tick_wall_ns, dt_ns;
    int64_t pending_ns;
    uint64_t last_id;
};

/* ---- new and free ---- */

static double limit_of(const struct thresholds *t, enum threshold which, double if_none)
{
    return which == THRESHOLD_COUNT ? if_none : t->of[which];
}

static int64_t time_of(const struct thresholds *t, enum threshold which)
{
    return (int64_t)(limit_of(t, which, 0) * (double)CLOCK_NS_PER_S);
}

static struct condition_terms terms_of(const struct thresholds *t, const struct rule_terms *rule)
{
    return (struct condition_terms){.warn = limit_of(t, rule->warn, 1),
                                    .crit = limit_of(t, rule->crit, (double)INFINITY),
                                    .clear = rule->clear,
                                    .hold_ns = time_of(t, rule->hold),
                                    .clear_ns = time_of(t, THRESHOLD_CLEAR_TIME),
                                    .growth = t->of[THRESHOLD_CLEAR_GROWTH],
                                    .clear_max_ns = time_of(t, THRESHOLD_CLEAR_MAX)};
}

struct analysis *analysis_new(const struct thresholds *thresholds, const struct mutes *mutes)
{
    struct analysis *a = g_new0(struct analysis, 1);

    a->thresholds = *thresholds;
    for (enum rule r = 0; r < RULE_COUNT; r++)
        a->terms[r] = terms_of(thresholds, &RULE_TERMS[r]);
    a->subjects = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, subject_free);
    a->around = g_array_new(FALSE, TRUE, sizeof(struct surroundings));
    a->log = g_ptr_array_new_with_free_func(finding_free);
    a->open = g_ptr_array_new();
    a->mutes = mutes_copy(mutes);
    a->background = background_new();
    return a;
}

void analysis_free(struct analysis *a)
{
    if (!a)
        return;
    g_hash_table_destroy(a->subjects);
    g_array_free(a->around, TRUE);
    g_ptr_array_free(a->open, TRUE);
    g_ptr_array_free(a->log, TRUE);
    mutes_free(a->mutes);
    background_free(a->background);
    g_free(a);
}

void analysis_reset(struct analysis *a)
{
    g_hash_table_remove_all(a->subjects);
    background_reset(a->background);
    g_ptr_array_set_size(a->open, 0);
    g_ptr_array_set_size(a->log, 0);
    a->tick = 0;
    a->tick_ns = a->pending_ns = 0;
}

/* ---- the log ---- */

/* The oldest closed finding goes first. */
static void trim_log(struct analysis *a)
{
    guint at = 0;

    while (a->log->len - a->open->len > ANALYSIS_LOG_MAX) {
        while (!((struct finding *)g_ptr_array_index(a->log, at))->until_ns)
            at++;
        g_ptr_array_remove_index(a->log, at);
    }
}

static void open_finding(struct analysis *a, struct subject *s, struct suspicion *p,
                         const struct inquiry *q)
{
    struct finding *f = finding_new(++a->last_id, p->rule, q);

    f->since_ns = p->condition.began_ns;
    f->since_wall_ns = p->began_wall_ns;
    f->muted = analysis_is_muted(a, p->rule, f->guest ? f->guest_name : f->host_name);
    p->finding = f;
    s->open++;
    g_ptr_array_add(a->log, f);
    g_ptr_array_add(a->open, f);
}

static void close_finding(struct analysis *a, struct subject *s, struct suspicion *p)
{
    struct finding *f = p->finding;

    f->until_ns = a->tick_ns;
    f->until_wall_ns = a->tick_wall_ns;
    f->severity = f->worst;
    p->finding = NULL;
    s->open--;
    g_ptr_array_remove(a->open, f);
}

/* ---- one subject ---- */

static struct subject *subject_of(struct analysis *a, uint64_t serial)
{
    struct subject *s = g_hash_table_lookup(a->subjects, &serial);

    if (!s) {
        s = subject_new(serial);
        g_hash_table_insert(a->subjects, &s->serial, s);
    }
    s->seen = a->tick;
    return s;
}

/* True: the words have to be written anew. */
static bool grade(struct finding *f, bool critical)
{
    enum severity before = f->severity;

    f->severity = critical ? SEVERITY_CRIT : RULE_TERMS[f->rule].severity;
    f->worst = MAX(f->worst, f->severity);
    return f->severity != before;
}

static bool step(struct analysis *a, struct subject *s, struct suspicion *p,
                 const struct inquiry *q, double number)
{
    const struct condition_terms *t = &a->terms[p->rule];
    enum change change = condition_step(&p->condition, t, number, a->tick_ns, a->dt_ns);

    if (p->condition.began_ns == a->tick_ns)
        p->began_wall_ns = a->tick_wall_ns;
    if (p->condition.phase == PHASE_PENDING)
        a->pending_ns = MAX(a->pending_ns, t->hold_ns);
    if (change == CHANGE_OPENED)
        open_finding(a, s, p, q);
    if (change == CHANGE_CLOSED)
        close_finding(a, s, p);
    bool graded = p->finding && grade(p->finding, p->condition.critical);
    return graded || change != CHANGE_NONE;
}

static bool consider(struct analysis *a, struct subject *s, enum rule r, const struct inquiry *q)
{
    struct suspicion *p = s->suspicions ? subject_suspicion(s, r) : NULL;
    double number = RULE_TERMS[r].judge(q);

    if (!p && !condition_begins(&a->terms[r], number))
        return false;
    return step(a, s, p ? p : subject_suspect(s, r), q, number);
}

static void find_worst(struct subject *s)
{
    s->worst = -1;
    for (const struct suspicion *p = s->suspicions; p; p = p->next)
        if (p->finding && !p->finding->muted)
            s->worst = MAX(s->worst, (int)p->finding->severity);
}

/* What a guest counts when it is first seen is not new, unless the guest itself is. */
static void count_kills(struct subject *s, const struct inquiry *q)
{
    double kills = inquiry_number(q, M_OOM_KILLS);
    double before = isnan(s->kills) && q->entity->newcomer ? 0 : s->kills;

    if (isnan(kills))
        return;
    s->kills = kills;
    if (kills > before)
        s->kill_ns = q->at->now_ns;
}

static void remember(struct subject *s, struct inquiry *q)
{
    double swap_before = s->swap;

    for (size_t i = 0; i < TREND_SUBJECT_COUNT; i++)
        q->trends[i] = s->trends[i];
    q->trends_known = s->trends_known;
    q->neighbours = s->neighbours;
    q->neighbours_of = s->neighbours_of;
    q->kill_ns = -1;
    q->swapped = (double)NAN;
    if (q->entity->kind == KIND_GUEST) {
        count_kills(s, q);
        q->kill_ns = s->kill_ns ? q->at->now_ns - s->kill_ns : -1;
    } else {
        s->swap = inquiry_number(q, M_HOST_SWAP_USED);
        q->swapped = s->swap - swap_before;
    }
}

static void look_at(struct analysis *a, const struct moment *now, const struct entity *e)
{
    struct subject *s = subject_of(a, e->serial);
    struct inquiry q = {.at = now,
                        .limits = &a->thresholds,
                        .around = around_host(a->around, entity_host(e)),
                        .entity = e,
                        .stale = stale_facets(e, now->now_ns)};
    unsigned classes = e->kind == KIND_GUEST ? entity_class(e) : CLASS_ANY;
    bool changed = false;

    remember(s, &q);
    for (enum rule r = 0; r < RULE_COUNT; r++)
        if (rule_info(r)->kind == (enum kind)e->kind && RULE_TERMS[r].classes & classes)
            changed |= consider(a, s, r, &q);
    if (changed || (s->open && a->tick_ns - s->told_ns >= TELL_NS))
        tell_subject(s, &q);
    if (s->open)
        tell_numbers(s, &q);
    if (changed)
        find_worst(s);
    if (s->suspicions)
        subject_tidy(s);
}

/* ---- a tick ---- */

/* Its findings are closed. */
static void dismiss(struct analysis *a, struct subject *s)
{
    for (struct suspicion *p = s->suspicions; p; p = p->next)
        if (p->finding)
            close_finding(a, s, p);
}

static void dismiss_absent(struct analysis *a)
{
    GHashTableIter i;
    void *subject;

    g_hash_table_iter_init(&i, a->subjects);
    while (g_hash_table_iter_next(&i, NULL, &subject)) {
        struct subject *s = subject;
        if (s->seen == a->tick)
            continue;
        dismiss(a, s);
        g_hash_table_iter_remove(&i);
    }
}

static void look_at_all(struct analysis *a, const struct moment *now, const GPtrArray *entities)
{
    for (guint i = 0; i < entities->len; i++) {
        const struct entity *e = g_ptr_array_index(entities, i);
        if (!e->gone_ns)
            look_at(a, now, e);
    }
}

void analysis_tick(struct analysis *a, const struct moment *now)
{
    struct moment at = *now;
    uint64_t tick = roster_last_tick(now->roster);
    int64_t before_ns = a->tick_ns;

    if (tick == a->tick)
        return;
    a->tick = tick;
    a->tick_ns = at.now_ns = roster_tick_time(now->roster, tick, &at.wall_ns);
    a->tick_wall_ns = at.wall_ns;
    a->dt_ns = before_ns ? a->tick_ns - before_ns : 0;
    a->pending_ns = 0;
    around_look(a->around, &at);
    look_at_all(a, &at, roster_hosts(now->roster));
    look_at_all(a, &at, roster_guests(now->roster));
    dismiss_absent(a);
    background_tick(a->background, &at, a->subjects, a->dt_ns);
    trim_log(a);
}

/* ---- answers ---- */

static gint compare_findings(const void *a, const void *b)
{
    const struct finding *x = *(struct finding *const *)a, *y = *(struct finding *const *)b;

    if (x == y)
        return 0;
    return finding_precedes(x, y) ? -1 : 1;
}

static bool was_open(const struct finding *f, int64_t then_ns)
{
    return f->since_ns <= then_ns && (!f->until_ns || then_ns < f->until_ns);
}

static uint64_t about(const struct finding *f)
{
    return f->guest ? f->guest : f->host;
}

/* SERIAL 0: of all. */
static GPtrArray *open_at(const struct analysis *a, const struct moment *at, uint64_t serial)
{
    bool live = moment_is_live(at);
    const GPtrArray *from = live ? a->open : a->log;
    int64_t then_ns = live ? 0 : moment_mono_ns(at);
    GPtrArray *findings = g_ptr_array_new();

    for (guint i = 0; i < from->len; i++) {
        struct finding *f = g_ptr_array_index(from, i);
        if ((!serial || about(f) == serial) && (live || was_open(f, then_ns)))
            g_ptr_array_add(findings, f);
    }
    g_ptr_array_sort(findings, compare_findings);
    return findings;
}

/* Of each guest the first, and those that are muted, so that they can be unmuted one by one. */
static void keep_heads(GPtrArray *findings)
{
    GHashTable *guests = g_hash_table_new(g_int64_hash, g_int64_equal);
    guint kept = 0;

    for (guint i = 0; i < findings->len; i++) {
        struct finding *f = g_ptr_array_index(findings, i);
        if (f->muted || !f->guest || g_hash_table_add(guests, &f->guest))
            findings->pdata[kept++] = f;
    }
    g_ptr_array_set_size(findings, (gint)kept);
    g_hash_table_destroy(guests);
}

GPtrArray *analysis_findings(const struct analysis *a, const struct moment *at)
{
    GPtrArray *findings = a ? open_at(a, at, 0) : g_ptr_array_new();

    keep_heads(findings);
    return findings;
}

GPtrArray *analysis_findings_of(const struct analysis *a, const struct moment *at, uint64_t serial)
{
    return a && serial ? open_at(a, at, serial) : g_ptr_array_new();
}

int analysis_worst_of(const struct analysis *a, const struct moment *at, uint64_t serial)
{
    int worst = -1;

    if (!a)
        return -1;
    if (moment_is_live(at)) {
        const struct subject *s = g_hash_table_lookup(a->subjects, &serial);
        return s ? s->worst : -1;
    }
    int64_t then_ns = moment_mono_ns(at);
    for (guint i = 0; i < a->log->len; i++) {
        const struct finding *f = g_ptr_array_index(a->log, i);
        if (about(f) == serial && !f->muted && was_open(f, then_ns))
            worst = MAX(worst, (int)f->severity);
    }
    return worst;
}

bool analysis_has_open(const struct analysis *a, const struct moment *at)
{
    bool live = moment_is_live(at);
    const GPtrArray *from = !a ? NULL : live ? a->open : a->log;
    int64_t then_ns = live ? 0 : moment_mono_ns(at);

    for (guint i = 0; from && i < from->len; i++) {
        const struct finding *f = g_ptr_array_index(from, i);
        if (!f->muted && (live || was_open(f, then_ns)))
            return true;
    }
    return false;
}

int analysis_worst(const struct analysis *a, const struct moment *at,
                   unsigned counts[SEVERITY_COUNT])
{
    GPtrArray *findings = analysis_findings(a, at);
    int worst = -1;

    memset(counts, 0, SEVERITY_COUNT * sizeof(counts[0]));
    for (guint i = 0; i < findings->len; i++) {
        const struct finding *f = g_ptr_array_index(findings, i);
        counts[f->severity] += !f->muted;
        if (!f->muted)
            worst = MAX(worst, (int)f->severity);
    }
    g_ptr_array_free(findings, TRUE);
    return worst;
}

const GPtrArray *analysis_log(const struct analysis *a)
{
    return a->log;
}

unsigned analysis_needs(void)
{
    unsigned needs = 0;

    for (enum rule r = 0; r < RULE_COUNT; r++)
        needs |= RULE_TERMS[r].metric == M_NONE ? 0 : metric_info(RULE_TERMS[r].metric)->needs;
    return needs;
}

int64_t analysis_pending_ns(const struct analysis *a)
{
    return a->pending_ns;
}

/* ---- mutes ---- */

bool analysis_is_muted(const struct analysis *a, enum rule rule, const char *guest)
{
    return mutes_have(a->mutes, rule, guest);
}

/* The findings that are open change with it. */
static void apply_mutes(struct analysis *a)
{
    GHashTableIter i;
    void *subject;

    for (guint k = 0; k < a->open->len; k++) {
        struct finding *f = g_ptr_array_index(a->open, k);
        f->muted = analysis_is_muted(a, f->rule, f->guest ? f->guest_name : f->host_name);
    }
    g_hash_table_iter_init(&i, a->subjects);
    while (g_hash_table_iter_next(&i, NULL, &subject))
        find_worst(subject);
}

void analysis_mute(struct analysis *a, enum rule rule, const char *guest, bool muted)
{
    mutes_set(a->mutes, rule, guest, muted);
    apply_mutes(a);
}
