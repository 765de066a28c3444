/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* outline.h: what a tick of a recording consists of, without the readings.
 *
 * It names the idents that are new or have changed since the tick before, the samples with their
 * statuses, and which facet of which ident each record is about. Readings are stored apart, facet
 * by facet, in the order of these records.
 *
 * An ident has a number in its chain of ticks: 0 for the first, then rising. The numbers of facets,
 * kinds and so on are those of the file (glossary.h). One thread.
 */
#ifndef VTOP_RECORD_OUTLINE_H
#define VTOP_RECORD_OUTLINE_H

#include "record/bytes.h"
#include "record/glossary.h"
#include "record/tick.h"

/* ---- writing ---- */

/* The idents that a chain of ticks has named so far. */
struct outline_idents;
struct outline_idents *outline_idents_new(void);
void outline_idents_free(struct outline_idents *i);

/* How many idents have numbers. */
size_t outline_idents_count(const struct outline_idents *i);

struct outline_record {
    struct ident *ident; /* when read: NULL = of a kind that is not known */
    uint32_t number;     /* of the ident */
    uint8_t facet;       /* its number in the file */
};

/* ALL: name all idents again, so that the tick stands by itself. The records that are written are
 * appended to RECORDS, struct outline_record without idents. */
void outline_write(GByteArray *to, struct outline_idents *idents, const struct record_tick *tick,
                   bool all, GArray *records);

/* ---- reading ---- */

/* Which serial an ident of a session has in this process. */
struct outline_serials;
struct outline_serials *outline_serials_new(void);
void outline_serials_free(struct outline_serials *s);

/* The serial in its session of an ident that was read. */
uint64_t outline_serial(uint64_t here);

struct outline_sample {
    struct sample *sample; /* with statuses, without records; owned */
    guint first, count;    /* among the records */
};

struct outline {
    GArray *samples; /* struct outline_sample */
    GArray *records; /* struct outline_record, of all samples */
    GPtrArray *retired; /* struct ident *, owned: versions that outlines before this one refer to */
};

struct outline *outline_new(void);
void outline_free(struct outline *o);

/* The idents of a chain: struct ident *, by their numbers; NULL: of a kind that is not known. */
GPtrArray *outline_chain_new(void);

/* Read the next outline, and update CHAIN. MONO_NS: of the tick. False: FROM is damaged. The records
 * are valid as long as CHAIN and the outlines that were read after this one. */
bool outline_read(struct outline *o, struct bytes *from, const struct glossary *names,
                  struct outline_serials *serials, GPtrArray *chain, int64_t mono_ns);

#endif
