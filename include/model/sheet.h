/* sheet.h: the numbers of one entity spread out, for as long as a tick works with them.
 *
 * At rest an entity keeps its numbers packed. A tick asks for most of them, and for many more than
 * once: while its sheet is open, each is an array access. What formulas give is put on the sheet
 * and kept, packed again, when it is closed. Whoever asks an entity need not know whether there is
 * one. Main thread only.
 */
#ifndef VTOP_MODEL_SHEET_H
#define VTOP_MODEL_SHEET_H

#include "model/entity.h"

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
    uint8_t result_reasons[SHAPE_METRICS_MAX], result_facets[SHAPE_METRICS_MAX];
};

/* SHEET lives until it is closed; the tracks of E stay as they are until then. */
void sheet_open(struct sheet *sheet, struct entity *e);
void sheet_close(struct sheet *sheet, struct entity *e);

/* As entity_reading() has it. */
static inline struct value sheet_reading(const struct sheet *sheet, enum reading r)
{
    enum facet f = reading_facet(r);
    int at = sheet->begin[f] + (int)r;

    if (sheet->begin[f] == SHEET_NOWHERE)
        return (struct value){.reason = REASON_NOT_READ, .facet = FACET_NONE};
    return (struct value){.number = sheet->numbers[at], .reason = sheet->reasons[at], .facet = f};
}

/* What the next formula gives, in the order of their slots. */
void sheet_derive(struct sheet *sheet, struct value v);

/* What the formula of a slot gave last, whether a sheet is open or not. */
struct value sheet_result(const struct entity *e, int slot);

/* New memory for the results of formulas, none of which has given anything; g_free. */
uint8_t *sheet_no_results(const struct shape *shape);

#endif
