/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* size.h: the right size of a guest: its vCPUs or CPU quota, and its memory.
 *
 * CPU: the 95th percentile of demand, plus 15 %. Demand is the time in which it ran and the time in
 * which it was ready to run: else a starved guest looks small. Memory: the peak of the working set,
 * plus 15 %. History decides what may be said:
 *
 *   less than an hour    SIZE_COLLECTING: no number (the threshold advice-history)
 *   up to 24 hours       only that it should grow
 *   more than 24 hours   also that it should shrink, by half at most
 *
 * An OOM kill or a flat working set (the heap of a Java machine) forbids shrinking memory. A guest
 * that waits for CPUs of its host needs another place, not more vCPUs. The sources of the numbers
 * are in size.c. Main thread only.
 */
#ifndef VTOP_ANALYSE_SIZE_H
#define VTOP_ANALYSE_SIZE_H

#include "model/moment.h"

enum size_state {
    SIZE_UNKNOWN,    /* something that it takes is not known: `lacks` says what */
    SIZE_COLLECTING, /* history is too short */
    SIZE_UNLIMITED,  /* it has no size of its own: no limit, or that of a group around it */
    SIZE_RIGHT,
    SIZE_GROW,
    SIZE_SHRINK,
    SIZE_MOVE /* CPU: more vCPUs would not help */
};

/* Why the size is not another one; or-ed. */
enum size_mark {
    SIZE_AT_MAXIMUM = 1 << 0, /* more would be right, but the maximum is reached */
    SIZE_HALVED = 1 << 1,     /* less would be right, but not in one step */
    SIZE_YOUNG = 1 << 2,      /* less would be right, but history is too short for that */
    SIZE_KILLED = 1 << 3,     /* memory: the OOM killer was there */
    SIZE_FLAT = 1 << 4,       /* memory: it does not vary, as a heap of fixed size */
    SIZE_CACHED = 1 << 5,     /* memory: page cache that could be dropped is a part of it */
    SIZE_NO_READY = 1 << 6,   /* CPU: the time in which it waited is not known */
    SIZE_THROTTLED = 1 << 7   /* CPU: its quota stops it */
};

struct size {
    enum size_state state;
    double now, to;     /* vCPUs, cores or bytes; TO is NAN unless it should grow or shrink */
    double need;        /* the percentile or the peak, without the 15 % */
    double maximum;     /* NAN: not known */
    double ready;       /* CPU: percent of time, 95th percentile; NAN: not known */
    unsigned marks;     /* enum size_mark */
    int64_t history_ns; /* for how long values are known */
    const char *lacks;  /* a clause: "the guest's balloon driver does not report"; or NULL */
};

/* Memory to work in; it may be used with any roster. LEAST_NS: history from which on there is a
 * number; 0: an hour. */
struct size_scratch;
struct size_scratch *size_scratch_new(int64_t least_ns);
void size_scratch_free(struct size_scratch *s);

/* Of a guest, up to a moment. */
struct size size_of_cpu(struct size_scratch *s, const struct moment *at,
                        const struct entity *guest);
struct size size_of_memory(struct size_scratch *s, const struct moment *at,
                           const struct entity *guest);

/* ---- the decisions alone, of numbers ---- */

struct size_cpu_facts {
    double now;     /* vCPUs, or cores of its own quota; NAN: not known */
    double need;    /* cores, 95th percentile; NAN: not known */
    double most;    /* most vCPUs it can have; NAN: not known */
    double online;  /* CPUs of its host; NAN: not known */
    double ready;   /* percent, 95th percentile, its own throttling subtracted; NAN: not known */
    bool whole;     /* vCPUs: whole numbers */
    bool throttled; /* its quota stops it for a quarter of all periods or more */
    int64_t history_ns, least_ns;
};
struct size size_cpu(const struct size_cpu_facts *facts);

struct size_memory_facts {
    double now;          /* bytes; NAN: not known */
    double peak, lowest; /* of the working set; NAN: not known */
    double most;         /* balloon maximum, or the host's memory; NAN: not known */
    double cache;        /* bytes of the working set that are page cache; NAN: not known */
    double kills;        /* OOM kills in the history; NAN: not known */
    double killed;       /* OOM kills ever; NAN: not known */
    int64_t history_ns, least_ns;
};
struct size size_memory(const struct size_memory_facts *facts);

#endif
