/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Stories: a simulated host to which something happens that has a known cause, and how well
 * analysis tells it.
 *
 * A story runs for a while in which all is well, then its cause begins. What analysis has to find
 * is listed with the story: rule, guest, resource, and words that its sentence must contain (who
 * holds what the guest lacks). Findings that are true as well, because the cause has further
 * effects, are listed as such. Notes (severity info) about guests that are no part of the story are
 * true when the state of the simulation says so. Every other finding is false.
 *
 *     recall     what was found of what is to be found
 *     precision  findings that are true, of all, notes included
 */
#ifndef VTOP_TESTS_ANALYSE_STORY_H
#define VTOP_TESTS_ANALYSE_STORY_H

#include "sim.h"

enum { STORY_TRUTHS = 5, STORY_GUESTS = 20, STORY_CPUS = 12 };

/* GUEST and RULE may be "*"; GUEST NULL: about the host. */
struct truth {
    const char *rule, *guest;
    enum resource resource;
    const char *says; /* part of its sentence; NULL: anything */
    double within_s;  /* of the beginning of the cause, and one interval; 0: until the end */
};

struct story {
    const char *name;
    double warm_s, cause_s;               /* before and after the cause begins */
    double interval_s;                    /* 0: 1, 5 or 10 s, by the seed */
    void (*cast)(struct sim *s);          /* add the guests of the story */
    void (*act)(struct sim *s, double t); /* at each step, T seconds after the cause began */
    struct truth find[STORY_TRUTHS];      /* ended by a rule of NULL */
    struct truth also[STORY_TRUTHS];
};

extern const struct story STORIES[];
extern const size_t STORIES_COUNT;

struct score {
    unsigned wanted, found, right, wrong;
};

/* Play it once, and add to the score. What is missing or wrong is printed with g_test_message(). */
void story_play(const struct story *story, uint64_t seed, struct score *score);

/* The same step by step, for tests that look at something else than findings. False: it is over. */
const struct story *story_named(const char *name);
struct sim *story_open(const struct story *story, uint64_t seed);
bool story_step(const struct story *story, struct sim *s);

/* Seconds since the cause began. */
double story_time(const struct story *story, const struct sim *s);

double score_recall(const struct score *s);
double score_precision(const struct score *s);

#endif
