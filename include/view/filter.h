/* filter.h: which guests are wanted.
 *
 *   web          contains "web"
 *   web|db       contains one of them
 *   /^web-\d+/   matches the regular expression (the second slash may be left out)
 *
 * Case is ignored. A guest matches when its name, type, id, group, image or state (at the time that
 * is looked at) does. Immutable after filter_new().
 */
#ifndef VTOP_VIEW_FILTER_H
#define VTOP_VIEW_FILTER_H

#include "view/view.h"

struct filter;

/* NULL and *error (one line, g_free) when TEXT is a regular expression that is none, or not UTF-8.
 * An empty or NULL text gives a filter that everything matches. ERROR may be NULL. */
struct filter *filter_new(const char *text, char **error);
void filter_free(struct filter *f);

bool filter_is_empty(const struct filter *f); /* NULL is empty too */
const char *filter_text(const struct filter *f);

/* Everything matches a NULL filter. */
bool filter_matches_text(const struct filter *f, const char *text);
bool filter_matches(const struct filter *f, const struct view *v, const struct entity *e);

#endif
