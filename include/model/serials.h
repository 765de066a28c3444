/* serials.h: a map from serials to what they stand for, for those who have very many.
 *
 * An array in the order of its serials, without room for twice as many. What comes is newer than
 * what is there, nearly always, and what is asked for stands beside what was asked for last: then
 * neither costs a search. Else a search is O(log n), and an insertion O(n). Main thread only.
 */
#ifndef VTOP_MODEL_SERIALS_H
#define VTOP_MODEL_SERIALS_H

#include <stdint.h>

struct serials;

struct serials *serials_new(void);
void serials_free(struct serials *s);

/* THING is not NULL; one that has this serial already is replaced. */
void serials_put(struct serials *s, uint64_t serial, void *thing);

/* Nothing happens if there is none. */
void serials_remove(struct serials *s, uint64_t serial);

void *serials_get(struct serials *s, uint64_t serial); /* NULL: none */

#endif
