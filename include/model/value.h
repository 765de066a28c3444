/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* value.h: the arithmetic of formulas, over values that may be absent.
 *
 * When a needed operand is absent, the result has its reason, never a made-up number. The facet of
 * a result, whose read time gives its age, is that of its first operand. A sum with a partial
 * operand is partial.
 */
#ifndef VTOP_MODEL_VALUE_H
#define VTOP_MODEL_VALUE_H

#include "model/metric.h"

struct value value_absent(enum reason why);
struct value value_known(double number, enum facet f);
bool value_is_known(struct value v);

/* The known one of both, the first when both are; otherwise the more precise absence. */
struct value value_either(struct value a, struct value b);

struct value value_scaled(struct value v, double scale);
struct value value_ratio(struct value a, struct value b, double scale, enum reason if_zero);
struct value value_both(struct value a, struct value b);  /* a + b, known when both are */
struct value value_plus(struct value a, struct value b);  /* an unknown b counts for nothing */
struct value value_minus(struct value a, struct value b); /* never below 0 */

/* Percent done of what there is to be done. It may fall: a migration can start over. */
struct value value_progress(struct value done, struct value left);

#endif
