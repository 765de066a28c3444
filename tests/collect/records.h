/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What a collector put into a sample. */
#ifndef VTOP_TESTS_COLLECT_RECORDS_H
#define VTOP_TESTS_COLLECT_RECORDS_H

#include "model/sample.h"

#include <glib.h>
#include <string.h>

static inline guint64 value(const struct record *r, enum reading reading)
{
    uint64_t v = 0;

    g_assert_true(record_get(r, reading, &v));
    return v;
}

/* REASON_OK: there is a value. */
static inline enum reason reason(const struct record *r, enum reading reading)
{
    return record_reason(r, reading);
}

/* The record of that facet whose ident has that name, or NULL. */
static inline const struct record *record_named(const struct sample *s, enum facet facet,
                                                const char *name)
{
    for (guint i = 0; i < s->records->len; i++) {
        const struct record *r = g_ptr_array_index(s->records, i);
        if (r->facet == facet && g_strcmp0(r->ident->name, name) == 0)
            return r;
    }
    return NULL;
}

static inline unsigned record_count(const struct sample *s, enum facet facet)
{
    unsigned n = 0;

    for (guint i = 0; i < s->records->len; i++)
        n += ((const struct record *)g_ptr_array_index(s->records, i))->facet == facet;
    return n;
}

#endif
