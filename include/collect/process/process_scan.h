/* process_scan.h: which processes are virtual machines.
 *
 * What makes a process a machine is said in process_look.h. A process may become one a moment after
 * it began: a new one is looked at a few times, one that has long been there once, and each again
 * whenever it is about twice as old. With scans that are two seconds apart, which file it runs is
 * asked every eight seconds, and what it holds at least every four minutes.
 *
 * A scan costs what is new: when no number was given to a process since the last one, /proc is not
 * listed at all, and else from there on. Only one scan in sixteen lists all of it, to forget who
 * has gone, and for processes that were given an old number (CRIU restores them so).
 */
#ifndef VTOP_COLLECT_PROCESS_SCAN_H
#define VTOP_COLLECT_PROCESS_SCAN_H

#include "collect/process/process_look.h"

#include <glib.h>

struct process_scan;

struct process_scan *process_scan_new(const struct root *root);
void process_scan_free(struct process_scan *s);

/* The machines not reported before (struct process_found *; the array owns them). */
GPtrArray *process_scan_run(struct process_scan *s);

/* The process was reported, and is no machine any more: it may be one again. */
void process_scan_forget(struct process_scan *s, pid_t pid);

#endif
