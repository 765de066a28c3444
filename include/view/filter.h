/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* filter.h: which guests are shown.
 *
 *   web          contains "web"
 *   web|db       contains one of them
 *   /^web-\d+/   matches the regular expression (the second slash is optional)
 *
 * Case is ignored. A guest matches when its name, type, id, group, image or state (at the time that
 * is looked at) does.
 *
 * Names come from outside, so matching is bounded: a filter has at most FILTER_MAX_BYTES, and a
 * regular expression that backtracks too often on a text of a guest does not match this guest.
 * Immutable after filter_new(), except for filter_gave_up().
 */
#ifndef VTOP_VIEW_FILTER_H
#define VTOP_VIEW_FILTER_H

#include "view/view.h"

enum { FILTER_MAX_BYTES = 256 };

struct filter;

/* NULL and *error (one line, g_free) when TEXT is too long, not UTF-8 or no valid expression.
 * An empty or NULL text gives a filter that everything matches. ERROR may be NULL. */
struct filter *filter_new(const char *text, char **error);
void filter_free(struct filter *f);

bool filter_is_empty(const struct filter *f); /* NULL is empty too */
const char *filter_text(const struct filter *f);

/* Whether a text was too complex for the expression, and what a message says then. */
#define FILTER_GAVE_UP "too complex for some names"
bool filter_gave_up(const struct filter *f);

/* Everything matches a NULL filter. */
bool filter_matches_text(const struct filter *f, const char *text);
bool filter_matches(const struct filter *f, const struct view *v, const struct entity *e);

#endif
