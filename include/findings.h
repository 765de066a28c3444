/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* findings.h: analysis in batch mode: its settings, the findings that count, and the exit status of
 * --fail-on.
 *
 * Main thread only.
 */
#ifndef VTOP_FINDINGS_H
#define VTOP_FINDINGS_H

#include "analyse/analysis.h"
#include "options.h"
#include "output/output.h"

/* The defaults, overridden by the files: thresholds and mutes are used. Complaints go to standard
 * error. settings_clear(). */
void findings_settings(const struct options *o, struct settings *out);

/* Open findings about hosts, and about the guests among the N rows: const struct finding *, the
 * worst first; g_ptr_array_free(). */
GPtrArray *findings_of_rows(const struct analysis *a, const struct moment *now,
                            struct entity *const *rows, size_t n);

/* 3 or 4 when the worst of these that is not muted is a warning, or critical, and at least of the
 * severity LEAST; otherwise 0. */
int findings_status(const GPtrArray *findings, enum severity least);

/* A line each: severity, guest or host, sentence. */
void findings_print(const GPtrArray *findings, FILE *out);

#endif
