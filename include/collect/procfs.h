/* procfs.h: the files of /proc/PID that more than one collector understands.
 *
 * Pure parsers: they refuse a torn or foreign text as a whole.
 */
#ifndef VTOP_COLLECT_PROCFS_H
#define VTOP_COLLECT_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* /proc/PID/stat and /proc/PID/task/TID/stat. The command may contain anything, ")" and newlines
 * included; what follows its last ")" is numbers. */
struct procfs_stat {
    char command[64];
    char state; /* 'R', 'S', 'D', 'T', 'Z', ... */
    uint64_t parent;
    uint64_t major_faults;
    uint64_t user_ns, system_ns, guest_ns; /* in steps of a clock tick; user contains guest */
    uint64_t threads;
    uint64_t start_time; /* clock ticks after boot: with the pid, who it is */
    uint64_t last_cpu;
};
bool procfs_parse_stat(const char *text, struct procfs_stat *out);

/* A start time in hundredths of a second. */
uint64_t procfs_start_hundredths(uint64_t start_time);

/* schedstat: time run, time runnable but not running, and how often it was put on a CPU. */
struct procfs_schedstat {
    uint64_t run_ns, delay_ns, slices;
};
bool procfs_parse_schedstat(const char *text, struct procfs_schedstat *out);

/* status; what a kernel thread or an old kernel does not have stays unknown. */
enum { STATUS_RSS, STATUS_HUGETLB, STATUS_SWAP, STATUS_FIELDS };
struct procfs_status {
    uint64_t bytes[STATUS_FIELDS];
    bool known[STATUS_FIELDS];
};
void procfs_parse_status(const char *text, struct procfs_status *out);

/* Whether a name in /proc is a process, and which. */
bool procfs_pid(const char *name, int *pid);

#endif
