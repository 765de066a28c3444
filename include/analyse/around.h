/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* around.h: the surroundings of all hosts at one tick, made in one pass over the guests.
 *
 * Part of the engine. Main thread only.
 */
#ifndef VTOP_ANALYSE_AROUND_H
#define VTOP_ANALYSE_AROUND_H

#include "analyse/judge.h"

/* AROUND: struct surroundings, by the place of the host (entity->at); filled anew. */
void around_look(GArray *around, const struct moment *now);

const struct surroundings *around_host(const GArray *around, const struct entity *host);

#endif
