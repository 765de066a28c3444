/* A host and its guests as one source would report them, second by second.
 *
 * What is set holds from the next second on: a gauge as it stands, a counter as its rate per
 * second. Records stand in the sample in the order in which they were set first.
 */
#ifndef VTOP_TESTS_MODEL_SCENE_H
#define VTOP_TESTS_MODEL_SCENE_H

#include "model/roster.h"

#define SECOND INT64_C(1000000000)

struct scene {
    struct roster *roster;
    GPtrArray *idents;
    GPtrArray *lines; /* one per record */
    struct ident *host;
    int64_t now_ns;
};

void scene_open(struct scene *s);
void scene_close(struct scene *s);

/* Idents belong to the scene. A part of the host has guest NULL. */
struct ident *scene_guest(struct scene *s, enum guest_type type, const char *key);
struct ident *scene_part(struct scene *s, const struct ident *guest, enum kind kind,
                         const char *key);

void scene_set(struct scene *s, struct ident *ident, enum reading r, double value);
void scene_absent(struct scene *s, struct ident *ident, enum reading r, enum reason why);

/* It is in no sample any more. */
void scene_remove(struct scene *s, const struct ident *ident);

/* Merge and tick so many times, one second each. */
void scene_run(struct scene *s, int seconds);

struct entity *scene_entity(const struct scene *s, const char *key); /* a guest; NULL: none */
struct entity *scene_entity_part(const struct scene *s, const char *guest, enum kind kind,
                                 const char *key);

void scene_check(const struct entity *e, enum metric m, double expected);
void scene_check_absent(const struct entity *e, enum metric m, enum reason why);

#endif
