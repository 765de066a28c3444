/* sheet.h: the numbers of one entity unpacked, for as long as a tick works with them.
 *
 * At rest an entity keeps its numbers packed. A tick asks for most of them, and for many more than
 * once: while its sheet is open, each is an array access. The results of formulas are put on the
 * sheet, and packed again when it is closed. entity.h opens and closes sheets; what asks an entity
 * need not know whether there is one. Main thread only.
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
    uint8_t derived; /* how many formulas have given something; by slot: */
    double results[SHAPE_METRICS_MAX];
    uint8_t result_reasons[SHAPE_METRICS_MAX], result_marks[SHAPE_METRICS_MAX];
};

/* TRACKS: a list of an entity's tracks, which stays as it is until the sheet is closed. */
void sheet_open(struct sheet *sheet, const struct track *tracks);

/* RESULTS: what sheet_no_results() or the last sheet_close() gave. The same with the new results in
 * it; it may have moved. */
uint8_t *sheet_close(const struct sheet *sheet, uint8_t *results);

/* As entity_reading() has it. */
static inline struct value sheet_reading(const struct sheet *sheet, enum reading r)
{
    enum facet f = reading_facet(r);
    int at = sheet->begin[f] + (int)r;

    if (sheet->begin[f] == SHEET_NOWHERE)
        return (struct value){.reason = REASON_NOT_READ, .facet = FACET_NONE};
    return (struct value){.number = sheet->numbers[at], .reason = sheet->reasons[at], .facet = f};
}

/* What the next formula gives, in the order of their slots; and the same again. */
void sheet_derive(struct sheet *sheet, struct value v);
struct value sheet_derived(const struct sheet *sheet, int slot);

/* ---- results at rest ---- */

/* What the formula of a slot gave, of SLOTS. */
struct value sheet_result(const uint8_t *results, size_t slots, int slot);

/* New memory for the results of formulas, none of which has given anything; g_free. */
uint8_t *sheet_no_results(const struct shape *shape);

#endif
