/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* diff_mode.h: --diff: what changed between two windows of a recording. Main thread only. */
#ifndef VTOP_DIFF_MODE_H
#define VTOP_DIFF_MODE_H

#include "options.h"

/* Print it. Returns the exit status. */
int diff_run(const struct options *options);

#endif
