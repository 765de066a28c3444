/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* thresholds.h: the numbers with which analysis compares, each with a name, a range and a source.
 *
 * They stand once, in thresholds.def. The settings file overrides them by name; the manual and
 * --explain print them. Constant but for the struct. Main thread only.
 */
#ifndef VTOP_ANALYSE_THRESHOLDS_H
#define VTOP_ANALYSE_THRESHOLDS_H

#include <stdbool.h>

enum threshold {
#define THRESHOLD(id, ...) THRESHOLD_##id,
#include "analyse/thresholds.def"
#undef THRESHOLD
    THRESHOLD_COUNT
};

struct thresholds {
    double of[THRESHOLD_COUNT];
};

struct threshold_info {
    const char *name;           /* in vtoprc: "ready-warn" */
    const char *unit;           /* "percent", "seconds", "ms", "" */
    double fallback, low, high; /* the default, and the range that is accepted */
    enum threshold above;       /* a limit that this one must not exceed (warn below crit);
                                   THRESHOLD_COUNT: none */
    const char *text;           /* what it limits */
    const char *source;         /* where the default comes from, or "our choice" */
};

const struct threshold_info *threshold_info(enum threshold t);
enum threshold threshold_find(const char *name); /* THRESHOLD_COUNT: there is none */

void thresholds_default(struct thresholds *t);

/* Take over TEXT. False: T is unchanged, and *error (may be NULL) says what is wrong (g_free). */
bool threshold_read(struct thresholds *t, enum threshold which, const char *text, char **error);

/* Whether no limit is above the one that it must not exceed. False: *which is the first that is
 * (may be NULL), *error says so (may be NULL; g_free), and each such pair is back at its defaults.
 * For use after all of a file is read. */
bool thresholds_check(struct thresholds *t, enum threshold *which, char **error);

#endif
