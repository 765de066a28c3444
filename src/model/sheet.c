/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/sheet.h"

#include "model/pack.h"

#include <string.h>

/* ---- packed results ----
 * The size of the memory, the facet of each result, and a pack of the numbers. The bytes of a
 * double are reversed, so that a number with few digits takes few bytes. */

struct packed_results {
    uint64_t room; /* bytes behind it */
    uint8_t facets[];
};

static struct packed_results *packed_in(uint8_t *results)
{
    return (struct packed_results *)(void *)results;
}

static uint64_t bits_of(double number)
{
    uint64_t bits;

    memcpy(&bits, &number, sizeof(bits));
    return GUINT64_SWAP_LE_BE(bits);
}

static double number_of(uint64_t bits)
{
    double number;

    bits = GUINT64_SWAP_LE_BE(bits);
    memcpy(&number, &bits, sizeof(number));
    return number;
}

static uint8_t *keep(uint8_t *results, size_t slots, const uint64_t *bits, const uint8_t *reasons,
                     const uint8_t *facets)
{
    uint8_t pack[PACK_ROOM(SHAPE_METRICS_MAX)];
    size_t packed = pack_write(pack, bits, reasons, slots), size = slots + packed;

    if (!results || size > packed_in(results)->room) {
        results = g_realloc(results, sizeof(struct packed_results) + size);
        packed_in(results)->room = size;
    }
    memcpy(packed_in(results)->facets, facets, slots);
    memcpy(packed_in(results)->facets + slots, pack, packed);
    return results;
}

uint8_t *sheet_no_results(const struct shape *shape)
{
    uint8_t reasons[SHAPE_METRICS_MAX], facets[SHAPE_METRICS_MAX];
    uint64_t bits[SHAPE_METRICS_MAX] = {0};

    memset(reasons, REASON_NOT_READ, sizeof(reasons));
    memset(facets, FACET_NONE, sizeof(facets));
    return keep(NULL, shape->slots, bits, reasons, facets);
}

/* The facet of a result, and whether it is partial, in one byte. */
enum { PARTIAL = 0x80 };
_Static_assert((int)FACET_COUNT < PARTIAL, "too many facets for a byte");

static uint8_t mark_of(struct value v)
{
    return (uint8_t)(v.facet | (v.partial ? PARTIAL : 0));
}

static struct value result_of(double number, enum reason reason, uint8_t mark)
{
    return (struct value){.number = number,
                          .reason = reason,
                          .facet = (enum facet)(mark & ~PARTIAL),
                          .partial = (mark & PARTIAL) != 0};
}

/* ---- sheets ---- */

void sheet_open(struct sheet *sheet, const struct track *tracks)
{
    size_t at = 0;

    for (enum facet f = 0; f < FACET_COUNT; f++)
        sheet->begin[f] = SHEET_NOWHERE;
    sheet->derived = 0;
    for (const struct track *t = tracks; t; t = t->next) {
        size_t count = (size_t)(facet_end(t->facet) - facet_begin(t->facet));
        g_assert(at + count <= SHEET_READINGS);
        track_values(t, sheet->numbers + at, sheet->reasons + at);
        sheet->begin[t->facet] = (int16_t)((int)at - (int)facet_begin(t->facet));
        at += count;
    }
}

uint8_t *sheet_close(const struct sheet *sheet, uint8_t *results)
{
    uint64_t bits[SHAPE_METRICS_MAX];

    if (!sheet->derived)
        return results;
    for (uint8_t slot = 0; slot < sheet->derived; slot++)
        bits[slot] = bits_of(sheet->results[slot]);
    return keep(results, sheet->derived, bits, sheet->result_reasons, sheet->result_marks);
}

void sheet_derive(struct sheet *sheet, struct value v)
{
    sheet->results[sheet->derived] = v.number;
    sheet->result_reasons[sheet->derived] = (uint8_t)v.reason;
    sheet->result_marks[sheet->derived] = mark_of(v);
    sheet->derived++;
}

struct value sheet_derived(const struct sheet *sheet, int slot)
{
    return result_of(sheet->results[slot], sheet->result_reasons[slot], sheet->result_marks[slot]);
}

struct value sheet_result(const uint8_t *results, size_t slots, int slot)
{
    const uint8_t *facets = ((const struct packed_results *)(const void *)results)->facets;
    uint64_t bits = 0;

    enum reason why = pack_get(facets + slots, slots, (size_t)slot, &bits);
    return result_of(number_of(bits), why, facets[slot]);
}
