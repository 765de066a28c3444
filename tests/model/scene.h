/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
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

/* For g_test_add(); DATA is not used. */
void scene_set_up(struct scene *s, gconstpointer data);
void scene_tear_down(struct scene *s, gconstpointer data);

/* Idents belong to the scene. A part of the host has guest NULL. */
struct ident *scene_guest(struct scene *s, enum guest_type type, const char *key);
struct ident *scene_part(struct scene *s, const struct ident *guest, enum kind kind,
                         const char *key);

/* A guest whose group uses so many cores. */
struct ident *scene_vm(struct scene *s, const char *key, double cores);
struct ident *scene_container(struct scene *s, const char *key, double cores);

void scene_set(struct scene *s, struct ident *ident, enum reading r, double value);
void scene_absent(struct scene *s, struct ident *ident, enum reading r, enum reason why);

/* The ten times of 4 CPUs, from USER on. user 1.2 (of which guest 0.8), nice 0.1 (of which guest
 * 0.1), system 0.3, irq 0.05, softirq 0.15: busy 1.8. idle 1.6, iowait 0.2: 1.8. steal 0.4. All 4. */
void scene_set_times(struct scene *s, struct ident *ident, enum reading user);

/* The host has 4 CPUs with these times. */
void scene_busy_host(struct scene *s);

/* It is in no sample any more. */
void scene_remove(struct scene *s, const struct ident *ident);

/* Merge and tick so many times, one second each. */
void scene_run(struct scene *s, int seconds);

struct entity *scene_host(const struct scene *s);
struct entity *scene_entity(const struct scene *s, const char *key); /* a guest; NULL: none */
struct entity *scene_entity_part(const struct scene *s, const char *guest, enum kind kind,
                                 const char *key);

void scene_check(const struct entity *e, enum metric m, double expected);
void scene_check_absent(const struct entity *e, enum metric m, enum reason why);

#endif
