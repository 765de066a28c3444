/* guests_join.h: entities that turn out to be one.
 *
 * Used by guests.c when an ident comes with new names. guests.h says which guests may become one;
 * hosts that share a name always do, for the name is their identity. Main thread only.
 */
#ifndef VTOP_MODEL_GUESTS_JOIN_H
#define VTOP_MODEL_GUESTS_JOIN_H

#include "model/guests_state.h"

/* All names of the ident belong to E from now on, except those that another entity keeps. Returns
 * E, or the entity that E has become part of. */
struct entity *guests_claim_names(struct guests *g, struct entity *e, const struct ident *ident);

/* Free the entities that became part of another, once nothing refers to them. */
void guests_free_joined(struct guests *g);

#endif
