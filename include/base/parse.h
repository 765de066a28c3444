/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* parse.h: one pass over kernel text, without sscanf, copies or allocation.
 *
 * A cursor is a `const char *` into NUL-terminated text. Parsers move it past what they accept and
 * do not move it when they fail, so a truncated or unknown line never yields a number.
 */
#ifndef VTOP_BASE_PARSE_H
#define VTOP_BASE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

const char *parse_blanks(const char *p);    /* past spaces and tabs */
const char *parse_next_line(const char *p); /* past the next newline, or to the NUL */

/* A decimal number after optional blanks. Refuses a missing digit and anything over 2^64-1. */
bool parse_u64(const char **p, uint64_t *out);

/* A decimal fraction such as "12.34", returned in hundredths; more digits are cut. */
bool parse_hundredths(const char **p, uint64_t *out);

/* One entry of a list of numbers such as "0-3,8", and the comma behind it. */
bool parse_range(const char **p, uint64_t *first, uint64_t *last);

/* The whole text is one number (a trailing newline is allowed): cgroup value files. */
bool parse_u64_only(const char *text, uint64_t *out);

/* The word WORD, ended by a blank, newline or NUL. */
bool parse_word(const char **p, const char *word);

/* "key value\n" files (memory.stat, cpu.stat, vmstat), and "key value kB\n" (meminfo), where the
 * number is returned unchanged. The plan learns which lines have the wanted keys, so that a later
 * read parses those lines only. A file with another layout than the last one is learnt anew. A plan
 * belongs to one thread and should serve one kind of file. */
enum { PARSE_PLAN_MAX = 32 };
struct parse_plan {
    const char *const *keys; /* the wanted keys, set by the caller, at most PARSE_PLAN_MAX */
    size_t count;
    size_t present; /* learnt: how many of them the file has, ... */
    struct {
        uint16_t line, key, length; /* of the key */
    } place[PARSE_PLAN_MAX];        /* ... and where, in the order of the file */
};

/* out[i] and found[i] for every wanted key. A line must end with a newline: without it the line is
 * truncated, and its number may be too. Of a key that the file has twice, one line counts. */
void parse_key_values(struct parse_plan *plan, const char *text, uint64_t out[], bool found[]);

#endif
