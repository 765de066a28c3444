/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* batch.h: the mode for scripts: samples to standard output, no terminal.
 *
 * Rates are real from the first line on: a sample before the first printed one is their baseline
 * (a saved tree has none). A source that is missing is reported on standard error, once per outage,
 * and is not a failure. Returns the exit code of the program. A closed pipe on standard output ends
 * batch mode without a message.
 */
#ifndef VTOP_BATCH_H
#define VTOP_BATCH_H

#include "options.h"
#include "record_start.h"

int batch_run(const struct options *options, struct record_beside *record);

#endif
