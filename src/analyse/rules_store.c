/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/judge.h"
#include "analyse/stores.h"
#include "analyse/wording.h"

#include <math.h>

/* What is used up, in a sentence. */
static const char *what_of(enum metric m)
{
    return m == M_STORE_FILES_LEVEL      ? "of its files (inodes) are used"
           : m == M_STORE_METADATA_LEVEL ? "of its metadata is used"
                                         : "full";
}

/* ", which holds the data of docker,"; "": that is not known. g_free. */
static char *contents_text(const struct inquiry *q, const struct entity *store)
{
    char *contents = store_contents(q->at, q->entity, store);
    char *text = contents ? g_strdup_printf(", which holds %s,", contents) : g_strdup("");

    g_free(contents);
    return text;
}

/* ---- store-full: percent ---- */

double judge_store_full(const struct inquiry *q)
{
    struct store_level level;
    double least = q->limits->of[THRESHOLD_STORE_WARN] * 0.9;
    bool known = false;
    const struct entity *store = store_fullest(q->at, q->entity, least, &level, &known);

    if (store)
        return level.percent;
    return known ? 0 : (double)NAN;
}

void tell_store_full(const struct inquiry *q, double level, struct finding *f)
{
    struct store_level now;
    const struct entity *store = store_fullest(q->at, q->entity, 0, &now, NULL);

    (void)level;
    if (!store) {
        finding_say(f, "a file system or thin pool was nearly full, and is not there any more");
        return;
    }
    char *percent = number_text(UNIT_PERCENT, now.percent);
    char *contents = contents_text(q, store);
    char *left = number_text(UNIT_BYTES, moment_number(q->at, store, M_STORE_FREE));
    finding_say(f,
                "%s%s is %s %s, %s can still be had: free or add space before guests are paused or "
                "fail to write",
                moment_label(q->at, store, LABEL_NAME), contents, percent, what_of(now.metric),
                left);
    g_free(percent);
    g_free(contents);
    g_free(left);
}

/* ---- store-filling: true or false ---- */

double judge_store_filling(const struct inquiry *q)
{
    return inquiry_is_urgent(q, q->trends[TREND_STORE], TREND_WITHIN_DAY);
}

double judge_store_filling_soon(const struct inquiry *q)
{
    return inquiry_is_urgent(q, q->trends[TREND_STORE], TREND_WITHIN_HOURS);
}

void tell_store_filling(const struct inquiry *q, double level, struct finding *f)
{
    const struct trend *t = q->trends[TREND_STORE];
    const struct entity *store = t ? roster_find(q->at->roster, t->part) : NULL;
    char left[WORDING_SIZE];

    (void)level;
    if (!store) {
        finding_say(f, "a file system or thin pool filled up, and has stopped to do so");
        return;
    }
    char *used = number_text(UNIT_BYTES, t->used), *limit = number_text(UNIT_BYTES, t->limit);
    char *rise = number_text(UNIT_BYTES, t->per_hour), *contents = contents_text(q, store);
    finding_say(f,
                "%s%s grows by %s an hour (now %s of %s) and is full in about %s: look for what "
                "grows, or add space",
                moment_label(q->at, store, LABEL_NAME), contents, rise, used, limit,
                wording_duration(t->left_ns, left));
    g_free(used);
    g_free(limit);
    g_free(rise);
    g_free(contents);
}

void tell_store_filling_soon(const struct inquiry *q, double level, struct finding *f)
{
    tell_store_filling(q, level, f);
}
