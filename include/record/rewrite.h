/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* rewrite.h: ticks of a recording, made ready for another one.
 *
 * A tick that was read has serials of this process: they become those of its session again. With
 * names replaced (disguise.h), all else stays as it was. One thread.
 */
#ifndef VTOP_RECORD_REWRITE_H
#define VTOP_RECORD_REWRITE_H

#include "record/disguise.h"
#include "record/tick.h"

struct rewriter;

/* DISGUISE: NULL = names stay; valid as long as the rewriter. */
struct rewriter *rewriter_new(const struct disguise *disguise);
void rewriter_free(struct rewriter *r);

/* A tick of its own: record_tick_free(). */
struct record_tick *rewriter_tick(struct rewriter *r, const struct record_tick *tick);

/* The same ident is made anew from here on. Without that, memory grows with the recording. */
void rewriter_forget(struct rewriter *r);

#endif
