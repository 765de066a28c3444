/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* export_mode.h: --export: serves series over HTTP until a signal ends it.
 *
 * The main thread collects at the interval, whoever scrapes; it renders a text when a request waits
 * for one, at most once per tick and format. A request waits for the first two ticks, never for a
 * hypervisor. Main thread only.
 */
#ifndef VTOP_EXPORT_MODE_H
#define VTOP_EXPORT_MODE_H

#include "options.h"
#include "record_start.h"

/* The exit status. */
int export_run(const struct options *options, const struct record_beside *record);

#endif
