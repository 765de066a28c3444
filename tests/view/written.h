/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* written.h: an analysis whose findings a test has written down.
 *
 * It stands in for src/analyse/analysis.c, whose functions for the view it defines, so that
 * pictures do not depend on thresholds and sentences of rules. Main thread only.
 */
#ifndef VTOP_TESTS_VIEW_WRITTEN_H
#define VTOP_TESTS_VIEW_WRITTEN_H

#include "analyse/analysis.h"

/* A finding; texts are copied. */
struct writing {
    enum rule rule;
    enum severity severity;
    uint64_t guest; /* serial; 0: about the host */
    const char *name, *sentence;
    int64_t since_ns, until_ns; /* monotonic; the time of day is that plus written_wall_ns */
    bool muted;
    struct evidence evidence[2];
    size_t evidence_count;
    const char *also, *ruled_out[2], *missing;
};

/* WALL_NS: the time of day at monotonic time 0. HOST: serial. */
struct analysis *written_new(uint64_t host, int64_t wall_ns);
void written_free(struct analysis *a);
struct finding *written_add(struct analysis *a, const struct writing *w);

/* How often something other than a look into a table was asked for. */
unsigned written_scans(const struct analysis *a);

#endif
