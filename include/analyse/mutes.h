/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* mutes.h: which rules a user does not want to hear of, for all guests or for one.
 *
 * Guests (and hosts) are named, not identified: a guest that is made anew stays muted. As text:
 * "RULE" or "RULE:GUEST". NULL is a valid set that is empty, for reading. Main thread only.
 */
#ifndef VTOP_ANALYSE_MUTES_H
#define VTOP_ANALYSE_MUTES_H

#include "analyse/finding.h"

struct mutes;

struct mutes *mutes_new(void);
struct mutes *mutes_copy(const struct mutes *m); /* never NULL */
void mutes_free(struct mutes *m);

/* GUEST NULL: for all of them. */
void mutes_set(struct mutes *m, enum rule rule, const char *guest, bool muted);

/* Whether the rule is muted for the guest, or for all. */
bool mutes_have(const struct mutes *m, enum rule rule, const char *guest);

/* Whether exactly this was muted. */
bool mutes_list(const struct mutes *m, enum rule rule, const char *guest);

size_t mutes_count(const struct mutes *m);
char *mutes_text(const struct mutes *m, size_t i); /* g_free */

/* Parse a text. False: there is no such rule. *GUEST points into TEXT; NULL: all guests. */
bool mute_parse(const char *text, enum rule *rule, const char **guest);

#endif
