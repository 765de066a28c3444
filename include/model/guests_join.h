/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* guests_join.h: merges entities that turn out to be the same.
 *
 * Used by guests.c when an ident has new names. guests.h says which guests are merged. Hosts that
 * share a name always are, because the name is their identity. Main thread only.
 */
#ifndef VTOP_MODEL_GUESTS_JOIN_H
#define VTOP_MODEL_GUESTS_JOIN_H

#include "model/guests_state.h"

/* All names of the ident belong to E from now on, except those that another entity keeps. Returns
 * E, or the entity that E has become part of. */
struct entity *guests_claim_names(struct guests *g, struct entity *e, const struct ident *ident);

/* Free the entities that were merged into another, once nothing refers to them. */
void guests_free_joined(struct guests *g);

#endif
