/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* snapshot_mode.h: --snapshot: a part of a recording as one file. Main thread only. */
#ifndef VTOP_SNAPSHOT_MODE_H
#define VTOP_SNAPSHOT_MODE_H

#include "options.h"

/* From --since to --until, or the last hour; names replaced with --anonymize. The exit status. */
int snapshot_run(const struct options *o);

#endif
