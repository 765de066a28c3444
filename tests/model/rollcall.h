/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* A roster that is fed sample by sample, by hand. */
#ifndef VTOP_TESTS_MODEL_ROLLCALL_H
#define VTOP_TESTS_MODEL_ROLLCALL_H

#include "model/roster.h"

#include "base/clock.h"

#define S CLOCK_NS_PER_S

enum { LOCAL, LIBVIRT };
enum { CALL_HISTORY_BYTES = 1 << 20 };

/* A roster, and the sample that is being put together. */
struct call {
    struct roster *roster;
    struct sample *sample;
    GPtrArray *idents;
    int64_t now_ns;
};

void call_set_up(struct call *f, gconstpointer data);
void call_tear_down(struct call *f, gconstpointer data);
struct ident *call_keep(struct call *f, struct ident *ident);
struct ident *call_guest(struct call *f, enum guest_type type, const char *key, const char *alias);
struct ident *call_part(struct call *f, const struct ident *of, enum kind kind, const char *key);
void call_begin(struct call *f, unsigned source);
/* A record whose first reading grows by one per ns. */
void call_add(struct call *f, enum facet facet, struct ident *ident);
void call_merge(struct call *f);
void call_tick(struct call *f);
/* One sample of one source with one facet of each, and a tick. */
void call_run(struct call *f, unsigned source, enum facet facet, struct ident *a, struct ident *b);
guint call_count(const struct call *f);
struct entity *call_at(const struct call *f, guint i);
struct entity *call_only(const struct call *f);
struct entity *call_named(const struct call *f, const char *name);
void call_check_reason(const struct entity *e, enum metric m, enum reason why);

#endif
