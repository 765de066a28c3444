/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* selection.h: the guests that the options select, for the modes without a screen.
 *
 * Complaints go to standard error: a wrong filter, a filter that gave up, sources that are missing.
 * Each is said once; that a source is missing, once per outage. Main thread only.
 */
#ifndef VTOP_SELECTION_H
#define VTOP_SELECTION_H

#include "model/moment.h"
#include "model/wishes.h"
#include "options.h"

struct selection;

/* COLUMNS: of guests, for what has to be read. NULL: wrong usage, which was said. */
struct selection *selection_new(const struct options *options, const struct columns *columns);
void selection_free(struct selection *s);

/* What to read for the columns, the order, the filter, and for hosts. */
struct wishes selection_wishes(const struct selection *s);

/* The guests of the live moment that are selected and have not left, in the order of the options:
 * struct entity *, g_ptr_array_free(). */
GPtrArray *selection_guests(struct selection *s, const struct moment *now);

void selection_say_what_is_missing(struct selection *s, const struct roster *roster);

#endif
