/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* advise_mode.h: --advise: look at some samples, print advice, end.
 *
 * SIGINT, SIGTERM and SIGHUP end the run early: the advice is printed all the same, and the exit
 * code is 128 and the signal. Else it is that of batch mode. A closed pipe on standard output is no
 * failure.
 */
#ifndef VTOP_ADVISE_MODE_H
#define VTOP_ADVISE_MODE_H

#include "options.h"
#include "record_start.h"

/* Samples without -n: enough for rates, and for what can be said without an hour of history. */
enum { ADVISE_SAMPLES = 5 };

int advise_run(const struct options *options, struct record_beside *record);

#endif
