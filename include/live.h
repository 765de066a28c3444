/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* live.h: the interactive mode: terminal, keys and sources in one poll loop.
 *
 * Returns the exit code of the program. When a signal ended it, the terminal is restored and the
 * signal raised again, so that the shell sees what happened.
 */
#ifndef VTOP_LIVE_H
#define VTOP_LIVE_H

#include "options.h"
#include "record_start.h"

int live_run(const struct options *options, struct record_beside *record);

#endif
