/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* findings.h: how findings look on the screen: signs, lines, sections of pages.
 *
 * A severity has a sign of one cell, the same with UTF-8 and in ASCII, so that no meaning depends on
 * colour: ! critical, ^ warning, i information. Texts of findings are clean. Main thread only.
 */
#ifndef VTOP_VIEW_FINDINGS_H
#define VTOP_VIEW_FINDINGS_H

#include "view/flow.h"
#include "view/row.h"

const char *finding_sign(enum severity s);
enum style finding_style(const struct finding *x); /* dim when it is muted */

/* The name of the guest, or of the host, and the serial of either. */
const char *finding_subject(const struct finding *x);
uint64_t finding_serial(const struct finding *x);

/* Whether it was over at that moment. */
bool finding_is_over(const struct view *v, const struct finding *x);

/* The badge of a guest or host in the table: the sign and the style of its worst finding that is
 * open and not muted. NULL: there is none. */
const char *finding_badge(const struct view *v, uint64_t serial, enum style *style);

/* The badge of a row: that of its guest or host, and of those that are folded away below it. */
const char *finding_row_badge(const struct view *v, const struct row *row, enum style *style);
enum { FINDING_BADGE = 2 }; /* columns it takes at the end of the name, with a blank before it */

/* "! crit web-12  waits for a CPU   since 12:03:10, 1m20s": one line. ENDS: what stands before it,
 * and after it instead of the time; may be NULL. NAME: columns of the subject's name; 0: without
 * it. */
struct finding_ends {
    const char *before, *after;
};
void flow_finding_line(struct flow *f, const struct finding *x, const struct finding_ends *ends,
                       int name);

/* The sentence; what else is open about the same guest, as part of the chain of causes; and all that
 * it rests on: evidence, what is ruled out, what is not known. */
void flow_finding_sentence(struct flow *f, const struct finding *x);
void flow_finding_chain(struct flow *f, const struct finding *x);
void flow_finding_details(struct flow *f, const struct finding *x);

/* A section with the findings about a guest or host; nothing when there are none. */
void flow_findings(struct flow *f, uint64_t serial);

#endif
