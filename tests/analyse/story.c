/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "story.h"

#include <math.h>
#include <string.h>

/* ---- score ---- */

static double ratio(unsigned part, unsigned all)
{
    return all ? (double)part / all : 1;
}

double score_recall(const struct score *s)
{
    return ratio(s->found, s->wanted);
}

double score_precision(const struct score *s)
{
    return ratio(s->right, s->right + s->wrong);
}

/* One of several names, "a|b", or "*". */
static bool is_among(const char *names, const char *name)
{
    g_auto(GStrv) list = g_strsplit(names, "|", 0);

    return g_str_equal(names, "*") || g_strv_contains((const char *const *)list, name);
}

static bool is_about(const struct truth *t, const struct finding *f)
{
    if (!is_among(t->rule, rule_info(f->rule)->name) || f->resource != t->resource)
        return false;
    return t->guest && f->guest ? is_among(t->guest, f->guest_name) : !t->guest == !f->guest;
}

static bool is_told(const struct truth *t, const struct finding *f)
{
    return !t->says || strstr(f->sentence, t->says);
}

static bool is_true(const struct truth truths[STORY_TRUTHS], const struct finding *f)
{
    for (int i = 0; i < STORY_TRUTHS && truths[i].rule; i++)
        if (is_about(&truths[i], f))
            return true;
    return false;
}

/* One run of a story. */
struct run {
    const struct story *story;
    uint64_t seed;
    const struct sim *sim;
    const GPtrArray *log;
    GArray *opened_s; /* double: when each finding opened, by its id - 1 */
    GHashTable *plain; /* ids of notes that were true when they opened, by the simulation's state */
};

static bool is_in_time(const struct run *run, const struct truth *t, const struct finding *f)
{
    double limit = run->story->warm_s + t->within_s + run->sim->interval_s;

    return t->within_s <= 0 || g_array_index(run->opened_s, double, f->id - 1) <= limit;
}

static bool is_found(const struct run *run, const struct truth *t)
{
    for (guint i = 0; i < run->log->len; i++) {
        const struct finding *f = g_ptr_array_index(run->log, i);
        if (is_about(t, f) && is_told(t, f) && is_in_time(run, t, f))
            return true;
    }
    return false;
}

static void show(const struct run *run, const char *what, const struct finding *f)
{
    g_test_message("%s, seed %u: %s: %s %s %s: %s", run->story->name, (unsigned)run->seed, what,
                   severity_name(f->severity), rule_info(f->rule)->name,
                   f->guest ? f->guest_name : "host", f->sentence);
}

static void count_found(const struct run *run, struct score *score)
{
    for (int i = 0; i < STORY_TRUTHS && run->story->find[i].rule; i++) {
        const struct truth *t = &run->story->find[i];
        bool found = is_found(run, t);
        score->wanted++;
        score->found += found;
        if (!found)
            g_test_message("%s, seed %u: missed: %s %s \"%s\"", run->story->name,
                           (unsigned)run->seed, t->rule, t->guest ? t->guest : "host",
                           t->says ? t->says : "");
    }
}

/* Notes about the crowd are no part of a story, but the simulation knows whether they are true: a
 * guest that a quota stops, and one that has more to do than it may. */
static bool is_plain(const struct sim *s, const struct finding *f)
{
    const struct sim_guest *g = f->guest ? sim_find(s, f->guest_name) : NULL;
    double most = !g ? 0 : g->quota > 0 ? MIN(g->quota, g->threads) : g->threads;

    if (!g)
        return false;
    if (f->rule == RULE_THROTTLED)
        return g->throttled > 0 || (g->family && s->family_throttled[g->family] > 0);
    return f->rule == RULE_CPU_CEILING && (g->backlog > 0 || g->want >= 0.9 * most);
}

static void count_false(const struct run *run, struct score *score)
{
    for (guint i = 0; i < run->log->len; i++) {
        const struct finding *f = g_ptr_array_index(run->log, i);
        bool right = is_true(run->story->find, f) || is_true(run->story->also, f) ||
                     g_hash_table_contains(run->plain, &f->id);
        if (!right || g_getenv("VTOP_STORY"))
            show(run, right ? "true" : "false", f);
        score->right += right;
        score->wrong += !right;
    }
}

static void note_opened(const struct run *run)
{
    for (guint i = run->log->len; i > 0; i--) {
        struct finding *f = g_ptr_array_index(run->log, i - 1);
        if (f->id <= run->opened_s->len)
            break;
        if (is_plain(run->sim, f))
            g_hash_table_add(run->plain, g_memdup2(&f->id, sizeof(f->id)));
    }
    const struct finding *last =
        run->log->len ? g_ptr_array_index(run->log, run->log->len - 1) : NULL;
    while (last && run->opened_s->len < last->id)
        g_array_append_val(run->opened_s, run->sim->time_s);
}

const struct story *story_named(const char *name)
{
    for (size_t i = 0; i < STORIES_COUNT; i++)
        if (g_str_equal(STORIES[i].name, name))
            return &STORIES[i];
    g_assert_not_reached();
}

struct sim *story_open(const struct story *story, uint64_t seed)
{
    static const double intervals[] = {10, 5, 10, 1};
    double interval = story->interval_s > 0 ? story->interval_s : intervals[seed % 4];
    struct sim *s = sim_new(seed, interval, STORY_CPUS, (size_t)8 << 20);

    s->day_s = 12 * SIM_HOUR_S;
    sim_crowd(s, STORY_GUESTS);
    story->cast(s);
    return s;
}

double story_time(const struct story *story, const struct sim *s)
{
    return s->time_s - story->warm_s;
}

bool story_step(const struct story *story, struct sim *s)
{
    if (story_time(story, s) >= story->cause_s)
        return false;
    if (story->act)
        story->act(s, story_time(story, s));
    sim_step(s);
    return true;
}

void story_play(const struct story *story, uint64_t seed, struct score *score)
{
    struct sim *s = story_open(story, seed);
    struct run run = {story, seed, s, analysis_log(s->analysis),
                      g_array_new(FALSE, FALSE, sizeof(double)),
                      g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL)};

    while (story_step(story, s))
        note_opened(&run);
    count_found(&run, score);
    count_false(&run, score);
    g_array_free(run.opened_s, TRUE);
    g_hash_table_destroy(run.plain);
    sim_free(s);
}
