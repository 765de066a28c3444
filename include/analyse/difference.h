/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* difference.h: compares the statistics of two windows and says what changed.
 *
 * A row of one window is the row of the other when both have the same id, else when both have the
 * same type, name and host: then it was replaced (a container that was made anew) if the ids are
 * known to differ.
 *
 * A change of a metric is that of its mean. It is compared with how much the metric varies within
 * the windows: the pooled standard deviation, but at least 1 % of the larger mean and as much as is
 * noticed at all (difference.c). What changed by three times its variation or more is listed, the
 * greatest change first. Main thread only.
 *
 *     struct difference *d = difference_of(before, n, after, m);
 *     for (guint i = 0; i < d->changes->len; i++) ...
 *     difference_free(d);                        BEFORE and AFTER must outlive it
 */
#ifndef VTOP_ANALYSE_DIFFERENCE_H
#define VTOP_ANALYSE_DIFFERENCE_H

#include "analyse/report_rows.h"

#include <glib.h>

enum difference_kind {
    DIFFERENCE_STARTED,  /* only in the later window */
    DIFFERENCE_ENDED,    /* only in the earlier one */
    DIFFERENCE_MOVED,    /* to another host */
    DIFFERENCE_REPLACED, /* by another one of that name */
    DIFFERENCE_RENAMED,
    DIFFERENCE_KIND_COUNT
};

const char *difference_kind_name(enum difference_kind k); /* "started", ... */

struct difference_event {
    enum difference_kind kind;
    const struct report_row *before, *after; /* NULL: it was not there */
};

struct difference_change {
    const struct report_row *before, *after;
    enum metric metric;
    double was, is;   /* means */
    double variation; /* in the unit of the metric; above 0 */
    double score;     /* |is - was| / variation */
    size_t was_n, is_n;
};

struct difference {
    GArray *events;  /* struct difference_event: by kind, hosts first, then by name */
    GArray *changes; /* struct difference_change: the greatest score first */
};

struct difference *difference_of(const struct report_row *before, size_t before_count,
                                 const struct report_row *after, size_t after_count);
void difference_free(struct difference *d);

#endif
