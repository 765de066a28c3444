/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* ticks.h: ticks for tests to record, and what they compare. */
#ifndef VTOP_TESTS_RECORD_TICKS_H
#define VTOP_TESTS_RECORD_TICKS_H

#include "base/clock.h"
#include "record/encoder.h"

#define TICKS_MONO (INT64_C(5000) * CLOCK_NS_PER_S)
#define TICKS_WALL (INT64_C(1796040000) * CLOCK_NS_PER_S)

extern const struct encoder_config TICKS_CONFIG;

/* struct record_tick *, every 5 s, of the simulated host. */
GPtrArray *ticks_demo(unsigned guests, unsigned count);

/* Every facet, packed and not, of idents that change, in samples of several sources. */
GPtrArray *ticks_odd(unsigned count);

/* AS_BLOCKS: of so many ticks each; 0: as frames. */
void ticks_encode(GByteArray *out, const GPtrArray *ticks, guint as_blocks);

/* All that is in it, as text. SERIALS: those of one process have numbers in it, as they occur. */
char *ticks_tell(const struct record_tick *t, GHashTable *serials);

#endif
