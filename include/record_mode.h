/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* record_mode.h: --record without a terminal and without -b: it records and prints nothing.
 *
 * There is no model: samples go from the sources to the recorder. SIGHUP begins new files, so that
 * others may move the old ones away. SIGTERM and SIGINT end it with status 0, after what was read
 * is on the disk: that is how a service is stopped. Main thread only.
 */
#ifndef VTOP_RECORD_MODE_H
#define VTOP_RECORD_MODE_H

#include "options.h"
#include "record_start.h"

/* The exit status. */
int record_run(const struct options *options, struct record_beside *record);

#endif
