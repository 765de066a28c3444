/* cgroup_parse.h: the files of a control group that are read at every collection, and what they
 * mean. Shared by cgroup.c, which reads them, and by cgroup_v1.c and cgroup_v2.c, which know them.
 */
#ifndef VTOP_COLLECT_CGROUP_PARSE_H
#define VTOP_COLLECT_CGROUP_PARSE_H

#include "base/parse.h"
#include "collect/blockdev.h"
#include "collect/cgroup/hierarchy.h"
#include "model/sample.h"

/* The lines of memory.stat that count, under whatever name. */
enum memory_key {
    MEMORY_INACTIVE_FILE,
    MEMORY_ANON,
    MEMORY_FILE,
    MEMORY_SHMEM,
    MEMORY_KERNEL,
    MEMORY_SWAP,
    MEMORY_MAJOR_FAULTS,
    MEMORY_REFAULTS, /* before Linux 5.9, then in two parts: */
    MEMORY_REFAULTS_ANON,
    MEMORY_REFAULTS_FILE,
    MEMORY_KEYS
};

/* What the parsers share. One thread. */
struct cgroup_parser {
    struct blockdevs *devices;
    GArray *io; /* struct blockdev_io, scratch */
    int64_t now_ns;
    uint64_t tick_ns; /* of the clock that cpuacct.stat counts in */
    struct parse_plan cpu_stat, memory_stat;
    /* The keys that this kernel's memory.stat has, and which they are. A plan that also looked for
     * those it has not would look in vain every time. */
    const char *memory_keys[MEMORY_KEYS];
    enum memory_key memory_key[MEMORY_KEYS];
};

void cgroup_parser_init(struct cgroup_parser *p, const struct root *root);
void cgroup_parser_clear(struct cgroup_parser *p);

enum { CGROUP_NAMES = 3, CGROUP_QUIET_MAX = 8 };

struct cgroup_file {
    enum controller controller;
    const char *names[CGROUP_NAMES]; /* the first that counts something is the right one */
    unsigned needs;                  /* read when any of these is needed */
    const enum reading *readings;    /* what it gives, ended by R_NONE */

    /* Store what TEXT says, and what it does not say as absent. False: it counts nothing. */
    bool (*parse)(struct cgroup_parser *p, const struct cgroup_file *file, const char *text,
                  struct record *out);

    enum reason if_missing; /* why it may be that it is not there */
    bool quiet; /* says nothing new while the group does nothing, CGROUP_QUIET_MAX readings at most:
                   cgroup_quiet.h */
};

/* Ended by a row without a parser. */
extern const struct cgroup_file CGROUP_V1_FILES[], CGROUP_V2_FILES[];

/* ---- parsers that both versions use ---- */

/* One number, for the file's first reading. */
bool cgroup_parse_number(struct cgroup_parser *p, const struct cgroup_file *file, const char *text,
                         struct record *out);

/* What memory.stat gives; the amount of swap only in version 1, that of the kernel only in 2. */
extern const enum reading CGROUP_MEMORY_STAT[];

/* KEYS: what the lines are called, NULL where there is none. */
bool cgroup_parse_memory_stat(struct cgroup_parser *p, const char *const keys[MEMORY_KEYS],
                              const char *text, struct record *out);

/* Whether a group can have VALUE of something, which is counted in units of SCALE. The kernel
 * subtracts without looking: a counter that went below 0 reads as nearly 2^64. */
bool cgroup_is_sane(uint64_t value, uint64_t scale);

/* VALUE units of SCALE, if it is KNOWN and sane. */
void cgroup_store(struct record *out, enum reading reading, bool known, uint64_t value,
                  uint64_t scale);

/* The figures gathered in p->io, each byte once; one that is not sane stays so. */
struct blockdev_io cgroup_sum_io(struct cgroup_parser *p);

#endif
