/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* summary_mode.h: --summary: sample for a while, then print statistics of each host and guest.
 *
 * It ends with -n samples, with the command behind "--", or with SIGINT, SIGTERM or SIGHUP, and
 * prints the report in each case. The command is started once there is a baseline for rates. A
 * command that ends within the first interval gets one sample. A line on standard error shows the
 * progress if that is a terminal, unless a command writes to the terminal.
 *
 * Returns the exit status of the program: 128 + the signal that ended the run; otherwise that of
 * the command (128 + its signal, 127 not found, 126 not runnable); otherwise 0, or 1 when the
 * report cannot be written.
 */
#ifndef VTOP_SUMMARY_MODE_H
#define VTOP_SUMMARY_MODE_H

#include "options.h"
#include "record_start.h"

/* The numbers among the columns, and what a host has; a host has those of the same name, too. */
struct summary_config;
void summary_columns(const struct options *o, struct summary_config *c);

int summary_run(const struct options *options, struct record_beside *record);

#endif
