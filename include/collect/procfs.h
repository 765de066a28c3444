/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* procfs.h: parsers of files in /proc/PID that several collectors read.
 *
 * Pure functions. They reject a torn or foreign text as a whole. Thread-safe.
 */
#ifndef VTOP_COLLECT_PROCFS_H
#define VTOP_COLLECT_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* /proc/PID/stat and /proc/PID/task/TID/stat. The command may contain any character, including ")"
 * and newlines; only numbers follow its last ")". */
struct procfs_stat {
    char command[64];
    char state; /* 'R', 'S', 'D', 'T', 'Z', ... */
    uint64_t parent;
    uint64_t major_faults;
    uint64_t user_ns, system_ns, guest_ns; /* in steps of a clock tick; user contains guest */
    uint64_t threads;
    uint64_t start_time; /* clock ticks after boot; with the pid it identifies the process */
    uint64_t last_cpu;
};
bool procfs_parse_stat(const char *text, struct procfs_stat *out);

/* A start time in hundredths of a second. */
uint64_t procfs_start_hundredths(uint64_t start_time);

/* schedstat: time running, time waiting to run, and the number of time slices. */
struct procfs_schedstat {
    uint64_t run_ns, delay_ns, slices;
};
bool procfs_parse_schedstat(const char *text, struct procfs_schedstat *out);

/* status. Fields that a kernel thread or an old kernel does not have stay unknown. */
enum { STATUS_RSS, STATUS_HUGETLB, STATUS_SWAP, STATUS_FIELDS };
struct procfs_status {
    uint64_t bytes[STATUS_FIELDS];
    bool known[STATUS_FIELDS];
};
void procfs_parse_status(const char *text, struct procfs_status *out);

/* Whether NAME, an entry of /proc, is a process; *PID is its number. */
bool procfs_pid(const char *name, int *pid);

/* A word of mountinfo: \040 and the like become the characters that they stand for. In place. */
void procfs_unescape(char *text);

#endif
