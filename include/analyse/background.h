/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* background.h: what takes too long for every tick: trends, and who moves with a guest that waits.
 *
 * Part of the engine. Each tick looks at some entities, so that each is looked at about once a
 * minute; the results stand in the subjects, where rules and tellers find them. It needs history:
 * without, it finds nothing. Main thread only.
 */
#ifndef VTOP_ANALYSE_BACKGROUND_H
#define VTOP_ANALYSE_BACKGROUND_H

#include "analyse/subject.h"

struct background;
struct background *background_new(void);
void background_free(struct background *b);

/* After all subjects were looked at. SUBJECTS: serial -> struct subject *. DT_NS: since the tick
 * before. */
void background_tick(struct background *b, const struct moment *now, GHashTable *subjects,
                     int64_t dt_ns);

/* Everything begins anew. */
void background_reset(struct background *b);

#endif
