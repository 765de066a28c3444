/* guest_facets.h: what guests.c and guest_join.c share, and nobody else: names and tracks. */
#ifndef VTOP_MODEL_GUEST_FACETS_H
#define VTOP_MODEL_GUEST_FACETS_H

#include "model/guests.h"

/* ---- guest_facets.c ---- */

/* Whether the track's source still sees it: what a complete sample leaves out is gone. */
bool guest_track_is_live(const struct guests *g, const struct track *t);

/* Whether any of its tracks is live. */
bool guest_is_here(const struct guests *g, const struct entity *e);

/* Whether a facet other than companions' tells of it. */
bool guest_is_established(const struct entity *guest);

/* A guest is what the facet says that knows most of it and may say it. */
void guest_settle_type(struct entity *guest);

/* OUTER may be NULL. Nothing happens when it would be inside itself. */
void guest_set_outer(struct entity *guest, struct entity *outer);

/* The texts an ident goes by; how many. */
enum { GUEST_NAMES = IDENT_ALIASES + 1 };
int guest_names(const struct ident *ident, const char *names[GUEST_NAMES]);

/* The guest does not have this ident any more; any of them; FROM has become part of TO. */
void guest_release_names(struct guests *g, const struct entity *guest, const struct ident *ident);
void guest_forget_names(struct guests *g, const struct entity *guest);
void guest_move_names(struct guests *g, struct entity *to, const struct entity *from,
                      const struct ident *ident);

/* Records will find this track of the entity. */
void guest_place_track(struct guests *g, struct entity *e, const struct track *t);

/* LINK: where the track hangs. */
void guest_drop_track(struct guests *g, struct entity *e, struct track **link);

/* By which the track of a facet is found: SERIAL of the ident it is about. */
uint64_t guest_track_key(uint64_t serial, enum facet facet);

/* No record will find its tracks any more, nor those of its parts. */
void guest_lose_tracks(struct guests *g, const struct entity *e);

/* ---- guest_join.c ---- */

/* All that the ident goes by is the guest's, unless another has it. The guest, or the one that it
 * turns out to be. */
struct entity *guest_claim_names(struct guests *g, struct entity *guest, const struct ident *ident);

/* ---- guests.c ---- */
void guest_remove(struct guests *g, struct entity *guest); /* from those who are here */

#endif
