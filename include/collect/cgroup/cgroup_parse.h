/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* cgroup_parse.h: the files of a control group that are read in every collection, and their
 * meaning. cgroup_files.c reads the files that cgroup_v1.c and cgroup_v2.c describe.
 */
#ifndef VTOP_COLLECT_CGROUP_PARSE_H
#define VTOP_COLLECT_CGROUP_PARSE_H

#include "base/parse.h"
#include "collect/blockdev.h"
#include "collect/cgroup/hierarchy.h"
#include "model/sample.h"

/* The lines of memory.stat that are used; their names depend on the version. */
enum memory_key {
    MEMORY_INACTIVE_FILE,
    MEMORY_ANON,
    MEMORY_FILE,
    MEMORY_SHMEM,
    MEMORY_KERNEL,
    MEMORY_SWAP,
    MEMORY_MAJOR_FAULTS,
    MEMORY_REFAULTS, /* one line before Linux 5.9, then two: */
    MEMORY_REFAULTS_ANON,
    MEMORY_REFAULTS_FILE,
    MEMORY_KEYS
};

/* What the parsers share. One thread. */
struct cgroup_parser {
    struct blockdevs *devices;
    GArray *io; /* struct blockdev_io, scratch */
    int64_t now_ns;
    uint64_t tick_ns; /* length of a clock tick, the unit of cpuacct.stat */
    struct parse_plan cpu_stat, memory_stat;
    /* The keys that this kernel's memory.stat has, and their meaning. A plan with keys that the
     * file does not have would search for them in vain each time. */
    const char *memory_keys[MEMORY_KEYS];
    enum memory_key memory_key[MEMORY_KEYS];
};

void cgroup_parser_init(struct cgroup_parser *p, const struct root *root);
void cgroup_parser_clear(struct cgroup_parser *p);

enum { CGROUP_NAMES = 3, CGROUP_QUIET_MAX = 8 };

struct cgroup_file {
    enum controller controller;
    const char *names[CGROUP_NAMES]; /* alternatives; the first that counts something is used */
    unsigned needs;                  /* read when any of these is needed */
    const enum reading *readings;    /* the readings that it provides, ended by R_NONE */

    /* Store the values in TEXT; values that it lacks are stored as absent. False: it counts
     * nothing. */
    bool (*parse)(struct cgroup_parser *p, const struct cgroup_file *file, const char *text,
                  struct record *out);

    enum reason if_missing; /* reason to store when the file does not exist */
    bool quiet; /* unchanged while the group is idle, with at most CGROUP_QUIET_MAX readings:
                   cgroup_quiet.h */
};

/* Ended by a row without a parser. */
extern const struct cgroup_file CGROUP_V1_FILES[], CGROUP_V2_FILES[];

/* ---- parsers that both versions use ---- */

/* A single number, stored as the file's first reading. */
bool cgroup_parse_number(struct cgroup_parser *p, const struct cgroup_file *file, const char *text,
                         struct record *out);

/* The readings of memory.stat; swap only in version 1, kernel memory only in version 2. */
extern const enum reading CGROUP_MEMORY_STAT[];

/* KEYS: the names of the lines; NULL for a line that this version does not have. */
bool cgroup_parse_memory_stat(struct cgroup_parser *p, const char *const keys[MEMORY_KEYS],
                              const char *text, struct record *out);

/* Whether VALUE, counted in units of SCALE, is plausible. The kernel subtracts without checks: a
 * counter that went below 0 reads as nearly 2^64. */
bool cgroup_is_sane(uint64_t value, uint64_t scale);

/* Store VALUE units of SCALE if it is KNOWN and plausible, else absent. */
void cgroup_store(struct record *out, enum reading reading, bool known, uint64_t value,
                  uint64_t scale);

/* The sum of the figures in p->io, with each byte counted once. A figure that is not plausible
 * makes its sum implausible. */
struct blockdev_io cgroup_sum_io(struct cgroup_parser *p);

#endif
