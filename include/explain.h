/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* explain.h: what a metric, a rule or a threshold means, in plain text (--explain).
 *
 * Everything comes from the tables of the model and of analysis; vtop-analysis(7) has tables made
 * of the same. Main thread only.
 */
#ifndef VTOP_EXPLAIN_H
#define VTOP_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

/* Print all that NAME stands for: a metric by its exported name or title, a rule, a threshold;
 * "rules" and "thresholds" print a line for each of them, of three fields. False: there is nothing
 * of that name, and nothing is printed. */
bool explain(const char *name, FILE *out);

#endif
