/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process_scan.h: which processes are virtual machines.
 *
 * process_look.h defines what makes a process a machine. A process can become one after its start,
 * so a new process is examined several times, one that was there before the first scan once, and
 * each again when it is about twice as old. With a scan every two seconds, the file of a process is
 * examined every eight seconds, and its descriptors at least every four minutes.
 *
 * The cost of a scan depends on how many processes are new. If no pid was assigned since the last
 * scan, /proc is not listed; otherwise it is listed from the first new pid on. One scan in sixteen
 * lists all of it, to forget processes that have ended and to find those with an old pid (CRIU
 * restores processes with the pid they had).
 */
#ifndef VTOP_COLLECT_PROCESS_SCAN_H
#define VTOP_COLLECT_PROCESS_SCAN_H

#include "collect/process/process_look.h"

#include <glib.h>

struct process_scan;

struct process_scan *process_scan_new(const struct root *root);
void process_scan_free(struct process_scan *s);

/* Scan once. Returns the machines that were not returned before (struct process_found *, owned by
 * the array). */
GPtrArray *process_scan_run(struct process_scan *s);

/* A process that was returned is no machine any more. It may become one again. */
void process_scan_forget(struct process_scan *s, pid_t pid);

#endif
