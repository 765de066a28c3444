/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* tell.h: the words of the open findings of one guest or host.
 *
 * Part of the engine. The finding that heads a guest's chain of causes gets the sentence of its
 * rule, the evidence of all open findings, what else is open, and what the numbers exclude or could
 * not tell. Main thread only.
 */
#ifndef VTOP_ANALYSE_TELL_H
#define VTOP_ANALYSE_TELL_H

#include "analyse/subject.h"

/* A finding about the subject of Q, without words. */
struct finding *finding_new(uint64_t id, enum rule rule, const struct inquiry *q);
void finding_free(void *finding);

/* Write the words of all open findings of a subject anew. */
void tell_subject(struct subject *s, const struct inquiry *q);

/* Put the current numbers into the evidence of its open findings. Numbers that are absent now stay
 * as they were. */
void tell_numbers(struct subject *s, const struct inquiry *q);

#endif
