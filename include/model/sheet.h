/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* sheet.h: the numbers of one entity unpacked, for as long as a tick works with them.
 *
 * Outside of a tick an entity keeps its numbers packed. A tick reads most of them, many of them
 * more than once: while the sheet is open, each is an array access. The results of formulas are put
 * on the sheet, and packed when it is closed. entity.h opens and closes sheets; callers of entity.h
 * need not know whether one is open. Main thread only.
 */
#ifndef VTOP_MODEL_SHEET_H
#define VTOP_MODEL_SHEET_H

#include "model/rate.h"
#include "model/shape.h"

enum {
    SHEET_READINGS = 128, /* no entity has more */
    SHEET_NOWHERE = INT16_MIN
};

struct sheet {
    int16_t begin[FACET_COUNT]; /* where reading 0 would be, or SHEET_NOWHERE */
    double numbers[SHEET_READINGS];
    uint8_t reasons[SHEET_READINGS];
    uint8_t derived; /* how many formulas have a result; by slot: */
    double results[SHAPE_METRICS_MAX];
    uint8_t result_reasons[SHAPE_METRICS_MAX], result_marks[SHAPE_METRICS_MAX];
};

/* TRACKS: a list of an entity's tracks, which stays as it is until the sheet is closed. */
void sheet_open(struct sheet *sheet, const struct track *tracks);

/* RESULTS: what sheet_no_results() or the last sheet_close() returned. Returns it with the new
 * results; it may have moved. */
uint8_t *sheet_close(const struct sheet *sheet, uint8_t *results);

/* As entity_reading(). */
static inline struct value sheet_reading(const struct sheet *sheet, enum reading r)
{
    enum facet f = reading_facet(r);
    int at = sheet->begin[f] + (int)r;

    if (sheet->begin[f] == SHEET_NOWHERE)
        return (struct value){.reason = REASON_NOT_READ, .facet = FACET_NONE};
    return (struct value){.number = sheet->numbers[at], .reason = sheet->reasons[at], .facet = f};
}

/* Store the result of the next formula, in the order of slots; and read it back. */
void sheet_derive(struct sheet *sheet, struct value v);
struct value sheet_derived(const struct sheet *sheet, int slot);

/* ---- packed results ---- */

/* The result of the formula of one of SLOTS slots. */
struct value sheet_result(const uint8_t *results, size_t slots, int slot);

/* New memory for the results of formulas, all of them absent; g_free. */
uint8_t *sheet_no_results(const struct shape *shape);

#endif
