/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* How well analysis tells what happens, over all stories and several seeds: precision and recall.
 */
#include <config.h>

#include "story.h"

/* Fewer with the sanitizers, which are several times slower. VTOP_SEEDS=N plays more of them. */
enum { SEEDS = 5, SEEDS_SANITIZED = 2 };

static uint64_t seeds(void)
{
    const char *more = g_getenv("VTOP_SEEDS"), *sanitized = g_getenv("VTOP_SANITIZED");

    if (more)
        return g_ascii_strtoull(more, NULL, 10);
    return sanitized && *sanitized ? SEEDS_SANITIZED : SEEDS;
}

static void add(struct score *sum, const struct score *s)
{
    sum->wanted += s->wanted;
    sum->found += s->found;
    sum->right += s->right;
    sum->wrong += s->wrong;
}

static void print(const char *name, const struct score *s)
{
    g_test_message("%-34s recall %3u/%-3u %.3f  precision %3u/%-3u %.3f", name, s->found, s->wanted,
                   score_recall(s), s->right, s->right + s->wrong, score_precision(s));
}

/* Each story alone does better than guessing, all of them together as well as promised. */
static void test_stories(void)
{
    const char *only = g_getenv("VTOP_STORY");
    struct score sum = {0}, scores[64];

    g_assert_cmpuint(STORIES_COUNT, <=, G_N_ELEMENTS(scores));
    for (size_t i = 0; i < STORIES_COUNT; i++) {
        scores[i] = (struct score){0};
        for (uint64_t seed = 1; seed <= seeds(); seed++)
            if (!only || g_str_has_prefix(STORIES[i].name, only))
                story_play(&STORIES[i], seed, &scores[i]);
        add(&sum, &scores[i]);
    }
    for (size_t i = 0; i < STORIES_COUNT; i++)
        print(STORIES[i].name, &scores[i]);
    print("all", &sum);
    g_assert_cmpfloat(score_recall(&sum), >=, 0.95);
    g_assert_cmpfloat(score_precision(&sum), >=, 0.98);
    for (size_t i = 0; i < STORIES_COUNT; i++)
        g_assert_cmpfloat(score_recall(&scores[i]), >=, 0.75);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stories", test_stories);
    return g_test_run();
}
