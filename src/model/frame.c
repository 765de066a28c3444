/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/frame.h"

#include "base/clock.h"

#include <stdlib.h>

/* What the notes of a history are about. */
enum note { NOTE_CPU_LIMIT_OWNER, NOTE_MEM_LIMIT_OWNER, NOTE_HUNG, NOTE_STALE /* + enum facet */ };

/* ---- recording ---- */

static void note_owner(struct entity *e, enum note note, enum reading owner)
{
    struct value v = entity_reading(e, owner);

    if (v.reason == REASON_OK)
        history_note(e->history, note, (int64_t)v.number);
}

/* Keep the start of the hang that was noted first: the one that the source reports jitters by
 * milliseconds. */
static void note_hung(struct entity *e, uint64_t tick)
{
    int64_t hung_ns = entity_hung_ns(e), before;

    if (!hung_ns)
        return;
    int64_t since = entity_track(e, FACET_DOMAIN)->read_ns - hung_ns;
    if (history_noted(e->history, NOTE_HUNG, tick - 1, &before) &&
        llabs(since - before) < CLOCK_NS_PER_S)
        since = before;
    history_note(e->history, NOTE_HUNG, since);
}

static void note_stale(struct entity *e, int64_t now_ns)
{
    for (const struct track *t = e->tracks; t; t = t->next)
        if (track_is_stale(t, now_ns))
            history_note(e->history, NOTE_STALE + (unsigned)t->facet, t->read_ns);
}

void frame_record(struct entity *e, uint64_t tick, uint64_t minute, int64_t now_ns)
{
    double numbers[UINT8_MAX];
    uint8_t reasons[UINT8_MAX];

    entity_numbers(e, numbers, reasons);
    history_add(e->history, tick, minute, numbers, reasons, entity_mark(e));
    if (e->kind == KIND_GUEST) {
        note_owner(e, NOTE_CPU_LIMIT_OWNER, R_CG_CPU_LIMIT_OWNER);
        note_owner(e, NOTE_MEM_LIMIT_OWNER, R_CG_MEM_LIMIT_OWNER);
        note_hung(e, tick);
    }
    if (!e->gone_ns)
        note_stale(e, now_ns);
}

/* ---- reading ---- */

static int64_t noted(const struct entity *e, unsigned note, uint64_t tick, int64_t otherwise)
{
    int64_t value;

    return history_noted(e->history, note, tick, &value) ? value : otherwise;
}

static int64_t stale_part(const GPtrArray *parts, enum facet f, uint64_t tick)
{
    int64_t since = 0;

    for (guint i = 0; parts && i < parts->len && !since; i++) {
        const struct entity *part = g_ptr_array_index(parts, i);
        if (part->kind == facet_kind(f))
            since = noted(part, NOTE_STALE + f, tick, 0);
    }
    return since;
}

int64_t frame_stale_since(const struct entity *e, enum metric m, uint64_t tick)
{
    enum facet f = entity_facet(e, m);

    if (f == FACET_NONE)
        return 0;
    if (facet_kind(f) == e->kind)
        return noted(e, NOTE_STALE + f, tick, 0);
    /* A sum over parts is as old as they were. */
    int64_t since = stale_part(e->parts, f, tick);
    return since ? since : stale_part(e->parted, f, tick);
}

int64_t frame_hung_since(const struct entity *e, uint64_t tick)
{
    return noted(e, NOTE_HUNG, tick, 0);
}

int frame_limit_owner(const struct entity *e, enum reading owner, uint64_t tick)
{
    return (int)noted(
        e, owner == R_CG_CPU_LIMIT_OWNER ? NOTE_CPU_LIMIT_OWNER : NOTE_MEM_LIMIT_OWNER, tick, -1);
}
