/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* glossary.h: what the numbers in a recording mean.
 *
 * A file begins with the names of all facets, readings, reasons and enumerators of the program that
 * wrote it. A number in the file is a place in these lists. A program of another version finds by
 * name what it knows: what it does not know is left out, and a reading that the file lacks is absent
 * (REASON_NOT_RECORDED). Immutable, any thread.
 */
#ifndef VTOP_RECORD_GLOSSARY_H
#define VTOP_RECORD_GLOSSARY_H

#include "model/sample.h"
#include "model/states.h"

enum { GLOSSARY_BOOT_SIZE = 37, GLOSSARY_SLOTS_MAX = 128 };

struct glossary {
    uint64_t session; /* a run of one recorder */
    char boot_id[GLOSSARY_BOOT_SIZE];
    char *host, *program; /* labels; "" = not known */
    GArray *facets;       /* struct glossary_facet: by their numbers in the file */
    /* Numbers of this program, by those of the file; the end of the enumeration: not known. */
    uint8_t kinds[256], types[256], reasons[256], source_states[256];
    uint8_t states[256], state_reasons[256];
};

struct glossary_facet {
    enum facet facet; /* FACET_NONE: not known */
    size_t slots;     /* readings in the file */
    int16_t readings[GLOSSARY_SLOTS_MAX]; /* enum reading; R_NONE: not known */
};

/* The payload of a chunk CHUNK_FILE, with the names of this program. */
void glossary_write(GByteArray *to, uint64_t session, const char *boot_id, const char *host);

/* NULL, and one line in *error (g_free): it is no recording, or one of a newer format. */
struct glossary *glossary_read(const uint8_t *payload, size_t length, char **error);
void glossary_free(struct glossary *n);

/* NULL: there is no facet of this number. */
const struct glossary_facet *glossary_facet(const struct glossary *n, size_t number);

/* The value of a reading as this program means it: an enumerator may have another number. */
uint64_t glossary_value(const struct glossary *n, enum reading reading, uint64_t value);

#endif
