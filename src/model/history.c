/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/history.h"

#include "model/notes.h"
#include "model/ring.h"

#include <glib.h>
#include <math.h>
#include <string.h>

enum { MARK_COLUMN = 0, FIRST_COLUMN = 1 }; /* of the ticks: the mark, then the shape's */

/* The fields of a summary, in adjacent columns for each summarised number. The number of missing
 * values follows from the number of ticks of the minute. */
enum field { FIELD_N, FIELD_MIN, FIELD_MEAN, FIELD_MAX, FIELD_MEDIAN, FIELD_P95, FIELD_M2, FIELDS };

enum { MINUTES_BLOCK = 24, MINUTES_PIECE = 4 };

struct history {
    struct ring ticks;
    struct ring *minutes; /* NULL: none yet */
    struct notes *notes;
    const struct shape *shape;
    /* The minute that is not over, and the one before it if that is still to be summarised; 0 =
     * none. Each with its first tick that is in no summary yet. */
    uint64_t minute_first, due_first;
    uint32_t minute, due;
};

struct history *history_new(enum kind kind, unsigned classes, uint64_t phase)
{
    struct history *h = g_new0(struct history, 1);

    h->shape = shape_of(kind, classes);
    ring_init(&h->ticks, FIRST_COLUMN + (size_t)h->shape->columns, HISTORY_BLOCK, HISTORY_BLOCK,
              phase);
    return h;
}

static void drop_minutes(struct history *h)
{
    if (h->minutes)
        ring_clear(h->minutes);
    g_clear_pointer(&h->minutes, g_free);
}

void history_free(struct history *h)
{
    if (!h)
        return;
    ring_clear(&h->ticks);
    drop_minutes(h);
    notes_free(h->notes);
    g_free(h);
}

size_t history_minutes_size(const struct history *h)
{
    return h->minutes ? sizeof(*h->minutes) + ring_size(h->minutes) : 0;
}

size_t history_size(const struct history *h)
{
    return sizeof(*h) + ring_size(&h->ticks) + history_minutes_size(h) + notes_size(h->notes);
}

const struct shape *history_shape(const struct history *h)
{
    return h->shape;
}

/* ---- minutes ---- */

static size_t field_column(const struct history *h, enum metric m)
{
    return (size_t)shape_place(h->shape, m).summary * FIELDS;
}

static void put_summary(uint32_t *fields, const struct summary *s, enum reason why)
{
    const double numbers[FIELDS] = {s->n, s->min, s->mean, s->max, s->median, s->p95, s->m2};

    for (enum field f = 0; f < FIELDS; f++)
        fields[f] = cell_of(numbers[f], s->n ? REASON_OK : why);
}

static struct summary get_summary(const uint32_t *fields)
{
    if (cell_is_absent(fields[FIELD_N]))
        return SUMMARY_NONE;
    return (struct summary){.n = (uint32_t)cell_number(fields[FIELD_N]),
                            .min = (double)cell_number(fields[FIELD_MIN]),
                            .mean = (double)cell_number(fields[FIELD_MEAN]),
                            .max = (double)cell_number(fields[FIELD_MAX]),
                            .median = (double)cell_number(fields[FIELD_MEDIAN]),
                            .p95 = (double)cell_number(fields[FIELD_P95]),
                            .m2 = (double)cell_number(fields[FIELD_M2])};
}

/* The known values of one column, and the last reason for an absent one. */
struct values {
    double *numbers;
    size_t count;
    enum reason why;
};

static void take_known(struct values *v, const uint32_t *cells, size_t count)
{
    v->count = 0;
    v->why = REASON_NOT_RECORDED;
    for (size_t i = 0; i < count; i++) {
        enum reason why = cell_reason(cells[i]);
        if (why == REASON_OK)
            v->numbers[v->count++] = (double)cell_number(cells[i]);
        else if (why != REASON_NOT_RECORDED)
            v->why = why;
    }
}

static bool are_same(const uint32_t *cells, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (cells[i] != cells[0])
            return false;
    return true;
}

/* Most columns do not change within a minute. Those are not unpacked into numbers. */
static struct summary summary_of_cells(const uint32_t *cells, size_t count, struct values *v)
{
    struct summary s;

    if (are_same(cells, count)) {
        take_known(v, cells, 1);
        s = summary_of(v->numbers, v->count);
        s.n *= (uint32_t)count;
        return s;
    }
    take_known(v, cells, count);
    return summary_of(v->numbers, v->count);
}

static struct ring *new_minutes(const struct history *h)
{
    struct ring *minutes = g_new0(struct ring, 1);

    ring_init(minutes, (size_t)h->shape->summaries * FIELDS, MINUTES_BLOCK, MINUTES_PIECE,
              h->ticks.phase);
    return minutes;
}

/* The row of a minute: a new one, or the one that already has a part of it. NULL: it is sealed. */
static uint32_t *minute_row(struct history *h, uint32_t minute)
{
    if (!h->minutes)
        h->minutes = new_minutes(h);
    if (minute <= h->minutes->last)
        return ring_newest(h->minutes);
    uint32_t *row = ring_add(h->minutes, minute);
    for (size_t i = 0; i < h->minutes->width; i++)
        row[i] = cell_absent(REASON_NOT_RECORDED);
    return row;
}

/* Summarise what was recorded from the tick FIRST to LAST of a minute. */
static void summarise(struct history *h, uint32_t minute, uint64_t first, uint64_t last)
{
    first = MAX(first, h->ticks.first);
    last = MIN(last, h->ticks.last);
    if (!h->ticks.last || first > last || !h->shape->summaries)
        return;
    size_t count = (size_t)(last - first + 1);
    uint32_t *cells = g_new(uint32_t, count), *row = minute_row(h, minute);
    struct values v = {.numbers = g_new(double, count)};
    for (size_t i = 0; i < h->shape->summaries && row; i++) {
        ring_read(&h->ticks, FIRST_COLUMN + h->shape->summarised[i], first, count, cells);
        struct summary piece = summary_of_cells(cells, count, &v);
        struct summary whole = get_summary(row + i * FIELDS);
        summary_merge(&whole, &piece);
        put_summary(row + i * FIELDS, &whole, v.why);
    }
    g_free(v.numbers);
    g_free(cells);
}

static void summarise_due(struct history *h)
{
    if (h->due)
        summarise(h, h->due, h->due_first, h->minute_first - 1);
    h->due = 0;
}

/* Summarise the minute that is not over, up to the tick before END. */
static void summarise_running(struct history *h, uint64_t end)
{
    summarise_due(h);
    if (!h->minute || h->minute_first >= end)
        return;
    summarise(h, h->minute, h->minute_first, end - 1);
    h->minute_first = end;
}

static void follow_minutes(struct history *h, uint64_t tick, uint32_t minute)
{
    if (minute != h->minute) {
        summarise_due(h);
        h->due = h->minute;
        h->due_first = h->minute_first;
        h->minute = minute;
        h->minute_first = tick;
    }
    if (h->due && tick - h->minute_first >= MIN(h->ticks.phase, h->minute_first - h->due_first - 1))
        summarise_due(h);
}

/* ---- recording ---- */

void history_add(struct history *h, uint64_t tick, uint64_t minute, const double *numbers,
                 const uint8_t *reasons, int mark)
{
    if (h->ticks.last && tick - h->ticks.last > HISTORY_DEPTH_MAX)
        history_forget(h, tick, 0); /* everything kept is too old */
    uint32_t *out = ring_add(&h->ticks, tick);
    out[MARK_COLUMN] = cell_of(mark, REASON_OK);
    for (int i = 0; i < h->shape->columns; i++)
        out[FIRST_COLUMN + i] = cell_of(numbers[i], reasons[i]);
    follow_minutes(h, tick, (uint32_t)minute);
}

void history_note(struct history *h, unsigned what, int64_t value)
{
    if (h->ticks.last)
        notes_add(&h->notes, h->ticks.last, what, value);
}

void history_forget(struct history *h, uint64_t oldest_tick, uint64_t oldest_minute)
{
    if (h->ticks.first && oldest_tick > h->ticks.first) {
        if (h->due && h->due_first < oldest_tick)
            summarise_due(h);
        if (h->minute_first < oldest_tick)
            summarise_running(h, MIN(oldest_tick, h->ticks.last + 1));
        ring_forget(&h->ticks, oldest_tick);
        notes_forget(h->notes, h->ticks.last ? oldest_tick : UINT64_MAX);
    }
    if (h->minutes)
        ring_forget(h->minutes, oldest_minute);
    if (h->minutes && !h->minutes->last)
        drop_minutes(h);
}

void history_seal(struct history *h)
{
    summarise_running(h, h->ticks.last + 1);
    ring_seal(&h->ticks);
    if (h->minutes)
        ring_seal(h->minutes);
}

/* ---- ranges of time ---- */

/* Cut FIRST to LAST to what is kept. */
static enum window_status cut(uint64_t *first, uint64_t *last, uint64_t oldest, uint64_t newest)
{
    uint64_t from = MAX(*first, oldest), until = MIN(*last, newest);
    bool whole = *first > *last || (newest && *first >= oldest && *last <= newest);

    if (newest && from <= until) {
        *first = from;
        *last = until;
    } else {
        *last = *first - 1; /* none */
    }
    return whole ? WINDOW_READY : WINDOW_PARTIAL;
}

/* The cells are the bits of the numbers; a NaN carries its reason (column.h). */
static uint32_t *cells_of(struct window *w)
{
    G_STATIC_ASSERT(sizeof(w->numbers[0]) == sizeof(uint32_t));
    return (uint32_t *)(void *)w->numbers;
}

static size_t count_absent(const uint32_t *cells, size_t count)
{
    size_t absent = 0;

    for (size_t i = 0; i < count; i++)
        absent += cell_is_absent(cells[i]);
    return absent;
}

enum window_status history_window(const struct history *h, enum metric m, uint64_t first,
                                  uint64_t last, struct window *w)
{
    struct shape_place place = shape_place(h->shape, m);
    enum window_status status = cut(&first, &last, h->ticks.first, h->ticks.last);

    window_begin(w, first, (size_t)(last + 1 - first));
    uint32_t *cells = cells_of(w);
    if (place.column >= 0)
        ring_read(&h->ticks, FIRST_COLUMN + (size_t)place.column, first, w->count, cells);
    for (size_t i = 0; i < w->count && place.column < 0; i++)
        cells[i] = cell_absent(place.has ? REASON_NOT_RECORDED : REASON_NOT_APPLICABLE);
    w->missing = count_absent(cells, w->count);
    return w->status = status;
}

static void count_missing(struct window *w)
{
    struct timeline_minute minute;

    for (size_t i = 0; i < w->minutes && w->timeline; i++)
        if (timeline_minute(w->timeline, w->first_minute + i, &minute)) {
            uint32_t ticks = (uint32_t)(minute.last - minute.first + 1);
            w->summaries[i].missing = ticks - MIN(ticks, w->summaries[i].n);
        }
}

static void read_fields(const struct history *h, enum metric m, struct window *w)
{
    enum { AT_ONCE = 240 };
    uint32_t cells[FIELDS][AT_ONCE], fields[FIELDS];

    for (size_t at = 0; at < w->minutes; at += AT_ONCE) {
        size_t count = MIN(w->minutes - at, (size_t)AT_ONCE);
        for (enum field f = 0; f < FIELDS; f++)
            ring_read(h->minutes, field_column(h, m) + f, w->first_minute + at, count, cells[f]);
        for (size_t i = 0; i < count; i++) {
            for (enum field f = 0; f < FIELDS; f++)
                fields[f] = cells[f][i];
            w->summaries[at + i] = get_summary(fields);
        }
    }
}

enum window_status history_minutes(const struct history *h, enum metric m, uint64_t first,
                                   uint64_t last, struct window *w)
{
    bool has = h->minutes && shape_place(h->shape, m).summary >= 0;
    enum window_status status =
        cut(&first, &last, has ? h->minutes->first : 0, has ? h->minutes->last : 0);

    window_begin_minutes(w, first, (size_t)(last + 1 - first));
    if (w->minutes)
        read_fields(h, m, w);
    count_missing(w);
    return w->status = status;
}

/* The first tick that is in no summary of that minute, of which LAST is the last tick. */
static uint64_t behind_summary(const struct history *h, uint64_t minute, uint64_t last)
{
    return minute == h->minute ? h->minute_first : minute == h->due ? h->due_first : last + 1;
}

/* Fill in the minutes from FROM_NS on that were over at the tick LAST, except those whose ticks are
 * all kept. Returns the tick after them, or FIRST when there is none. */
static uint64_t stretch_minutes(const struct history *h, enum metric m, int64_t from_ns,
                                uint64_t first, uint64_t last, struct window *w)
{
    uint64_t minute = timeline_minute_since(w->timeline, from_ns), kept = h->ticks.first;
    struct timeline_minute when = {0};

    history_minutes(h, m, minute, timeline_last_minute(w->timeline), w);
    while (w->minutes && (!timeline_minute(w->timeline, w->first_minute + w->minutes - 1, &when) ||
                          when.last > last || (kept && when.first >= kept)))
        w->minutes--;
    if (!w->minutes)
        return first;
    return behind_summary(h, w->first_minute + w->minutes - 1, when.last);
}

/* Whether the minutes that were filled in begin no later than one minute after FROM_NS. */
static bool minutes_reach(const struct window *w, int64_t from_ns)
{
    struct timeline_minute when;

    return w->minutes && timeline_minute(w->timeline, w->first_minute, &when) &&
           when.mono_ns - from_ns < TIMELINE_MINUTE_NS;
}

enum window_status history_stretch(const struct history *h, enum metric m, int64_t from_ns,
                                   int64_t to_ns, struct window *w)
{
    uint64_t first = timeline_tick_since(w->timeline, from_ns);
    uint64_t last = timeline_tick_since(w->timeline, to_ns + 1) - 1;
    int64_t oldest_ns = timeline_time(w->timeline, h->ticks.first, NULL);
    bool whole = h->ticks.first && oldest_ns && oldest_ns <= from_ns;

    window_begin_minutes(w, 0, 0);
    if (!whole) {
        first = stretch_minutes(h, m, from_ns, first, last, w);
        whole = minutes_reach(w, from_ns);
    }
    enum window_status status = history_window(h, m, first, MAX(last, first - 1), w);
    return w->status = whole ? status : WINDOW_PARTIAL;
}

/* The values of the ticks in the window. */
static struct summary summarise_window(const struct window *w)
{
    double *known = g_new(double, w->count);
    size_t n = 0;

    for (size_t i = 0; i < w->count; i++)
        if (!isnan(w->numbers[i]))
            known[n++] = (double)w->numbers[i];
    struct summary s = summary_of(known, n);
    s.missing = (uint32_t)(w->count - n);
    g_free(known);
    return s;
}

enum window_status history_summary(const struct history *h, enum metric m, int64_t from_ns,
                                   int64_t to_ns, struct window *w, struct summary *out)
{
    enum window_status status = history_stretch(h, m, from_ns, to_ns, w);
    struct summary ticks = summarise_window(w);

    *out = SUMMARY_NONE;
    for (size_t i = 0; i < w->minutes; i++)
        summary_merge(out, &w->summaries[i]);
    summary_merge(out, &ticks);
    return status;
}

enum window_status history_sketch(const struct history *h, enum metric m, int64_t from_ns,
                                  int64_t to_ns, struct window *w, struct sketch *sketch)
{
    enum window_status status = history_stretch(h, m, from_ns, to_ns, w);

    for (size_t i = 0; i < w->minutes; i++)
        sketch_add_summary(sketch, &w->summaries[i]);
    for (size_t i = 0; i < w->count; i++)
        sketch_add(sketch, (double)w->numbers[i]);
    return status;
}

/* ---- single ticks ---- */

static uint32_t cell_of_metric(const struct history *h, enum metric m, uint64_t tick)
{
    int column = shape_place(h->shape, m).column;

    return column >= 0 ? ring_cell(&h->ticks, FIRST_COLUMN + (size_t)column, tick)
                       : cell_absent(REASON_NOT_RECORDED);
}

struct value history_value(const struct history *h, enum metric m, uint64_t tick)
{
    uint32_t cell = h && shape_place(h->shape, m).has ? cell_of_metric(h, m, tick)
                                                      : cell_absent(REASON_NOT_APPLICABLE);

    return (struct value){
        .number = (double)cell_number(cell), .reason = cell_reason(cell), .facet = FACET_NONE};
}

double history_at(const struct history *h, enum metric m, uint64_t tick)
{
    return history_value(h, m, tick).number;
}

int history_mark_at(const struct history *h, uint64_t tick)
{
    uint32_t cell = ring_cell(&h->ticks, MARK_COLUMN, tick);

    return cell_is_absent(cell) ? HISTORY_NO_MARK : (int)cell_number(cell);
}

bool history_noted(const struct history *h, unsigned what, uint64_t tick, int64_t *value)
{
    return h && tick && tick >= h->ticks.first && notes_at(h->notes, tick, what, value);
}

uint64_t history_oldest(const struct history *h)
{
    return h ? h->ticks.first : 0;
}

uint64_t history_newest(const struct history *h)
{
    return h ? h->ticks.last : 0;
}

uint64_t history_oldest_minute(const struct history *h)
{
    return h->minutes ? h->minutes->first : 0;
}

uint64_t history_newest_minute(const struct history *h)
{
    return h->minutes ? h->minutes->last : 0;
}

/* ---- joining two histories ---- */

/* The cell of A if it is known, else that of B if it says more. */
static uint32_t join_cells(uint32_t a, uint32_t b)
{
    bool b_says_more =
        cell_is_absent(a) && (!cell_is_absent(b) || cell_reason(a) == REASON_NOT_RECORDED);

    return b_says_more ? b : a;
}

/* The column of ring B that has the same metric as COLUMN of ring A; -1: there is none. */
typedef int counterpart_function(const struct history *a, const struct history *b, size_t column);

static int tick_counterpart(const struct history *a, const struct history *b, size_t column)
{
    if (column == MARK_COLUMN)
        return MARK_COLUMN;
    enum metric m = a->shape->begin + (enum metric)a->shape->recorded[column - FIRST_COLUMN];
    int other = shape_place(b->shape, m).column;
    return other < 0 ? -1 : FIRST_COLUMN + other;
}

static int minute_counterpart(const struct history *a, const struct history *b, size_t column)
{
    uint8_t recorded = a->shape->recorded[a->shape->summarised[column / FIELDS]];
    int other = shape_place(b->shape, a->shape->begin + (enum metric)recorded).summary;

    return other < 0 ? -1 : other * FIELDS + (int)(column % FIELDS);
}

enum { JOIN_ROWS = 32 }; /* are joined at once */

/* Join COUNT cells of one column of both, from the row FIRST on. */
static void join_column(const struct ring *a, size_t column, const struct ring *b, int other,
                        uint64_t first, size_t count, uint32_t *cells)
{
    uint32_t others[JOIN_ROWS];

    ring_read(a, column, first, count, cells);
    if (other >= 0)
        ring_read(b, (size_t)other, first, count, others);
    for (size_t i = 0; i < count && other >= 0; i++)
        cells[i] = join_cells(cells[i], others[i]);
}

/* Whether one of the two has this row. */
static bool is_there(const uint32_t *row, size_t width)
{
    for (size_t c = 0; c < width; c++)
        if (row[c] != cell_absent(REASON_NOT_RECORDED))
            return true;
    return false;
}

/* Join the rings A and B of the histories HA and HB into TO. */
static void join_rings(struct ring *to, const struct history *ha, const struct ring *a,
                       const struct history *hb, const struct ring *b,
                       counterpart_function *counterpart)
{
    uint64_t first = a->first && b->first ? MIN(a->first, b->first) : MAX(a->first, b->first);
    uint64_t last = MAX(a->last, b->last);
    uint32_t cells[JOIN_ROWS], *rows = g_new(uint32_t, (size_t)JOIN_ROWS * to->width);

    for (; first && first <= last; first += JOIN_ROWS) {
        size_t count = (size_t)MIN(last + 1 - first, (uint64_t)JOIN_ROWS);
        for (size_t c = 0; c < to->width; c++) {
            join_column(a, c, b, counterpart(ha, hb, c), first, count, cells);
            for (size_t i = 0; i < count; i++)
                rows[i * to->width + c] = cells[i];
        }
        for (size_t i = 0; i < count; i++)
            if (is_there(rows + i * to->width, to->width))
                memcpy(ring_add(to, first + i), rows + i * to->width, to->width * sizeof(rows[0]));
    }
    g_free(rows);
}

struct history *history_join(struct history *a, struct history *b)
{
    struct history *h = g_new0(struct history, 1);
    const struct ring none = {0};

    h->shape = a->shape;
    ring_init(&h->ticks, FIRST_COLUMN + (size_t)h->shape->columns, HISTORY_BLOCK, HISTORY_BLOCK,
              a->ticks.phase);
    g_return_val_if_fail(a->shape->kind == b->shape->kind, h);
    summarise_running(a, a->ticks.last + 1);
    summarise_running(b, b->ticks.last + 1);
    join_rings(&h->ticks, a, &a->ticks, b, &b->ticks, tick_counterpart);
    if ((a->minutes || b->minutes) && h->shape->summaries) {
        h->minutes = new_minutes(h);
        join_rings(h->minutes, a, a->minutes ? a->minutes : &none, b,
                   b->minutes ? b->minutes : &none, minute_counterpart);
    }
    h->notes = notes_join(a->notes, b->notes);
    h->minute = MAX(a->minute, b->minute);
    h->minute_first = MAX(a->minute_first, b->minute_first);
    return h;
}
