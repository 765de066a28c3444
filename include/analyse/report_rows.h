/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* report_rows.h: the statistics of a run, a window: a row for each host and guest. Plain data. */
#ifndef VTOP_ANALYSE_REPORT_ROWS_H
#define VTOP_ANALYSE_REPORT_ROWS_H

#include "analyse/statistics.h"
#include "model/metric.h"

struct report_line {
    enum metric metric;
    struct statistics of;
    bool estimated; /* median and p95 */
};

/* A host or a guest. Texts are NULL when they are not known. */
struct report_row {
    enum kind kind;
    const char *type; /* "docker"; of a guest */
    const char *name, *id;
    const char *host; /* of a guest */
    bool local;       /* of a host */
    size_t samples;   /* at which it was there */
    const struct report_line *lines;
    size_t line_count;
};

#endif
