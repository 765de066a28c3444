/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* disguise.h: names from a recording, replaced by others that say nothing.
 *
 * The same name always becomes the same other one, with a key that is made at random and kept
 * nowhere. Texts are replaced word by word, so that paths keep their depth and names that share a
 * word still do: "/docker/0123..." becomes "/docker/9ab3...". Words of container engines, of
 * hypervisors and of the kernel stay, and so do numbers that count something. One thread.
 */
#ifndef VTOP_RECORD_DISGUISE_H
#define VTOP_RECORD_DISGUISE_H

#include "model/sample.h"

struct disguise;

/* NULL: the system gives no random numbers. */
struct disguise *disguise_new(void);
void disguise_free(struct disguise *d);

/* NULL in, NULL out. g_free. */
char *disguise_text(const struct disguise *d, const char *text);

/* The same for a key, an alias or the like: its numbers stay. */
char *disguise_key(const struct disguise *d, const char *text);

/* A message becomes one word. */
char *disguise_message(const struct disguise *d, const char *text);

/* Whether the names of such entities say nothing: CPUs and the like. */
bool disguise_keeps(enum kind kind);

#endif
