/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/rows.h"

#include "model/pack.h"

/* ---- rows ---- */

void rows_write(GByteArray *to, const struct record *r, int64_t after_ns)
{
    uint8_t pack[PACK_ROOM(RECORD_MAX)];
    size_t size = record_pack(r, pack);

    bytes_put_signed(to, after_ns);
    bytes_put_signed(to, r->interval_ns);
    bytes_put(to, pack, size);
}

/* Bytes that the value behind a mark takes; more than 8: there is no such mark. */
static size_t length_of(uint8_t mark)
{
    return mark & PACK_KNOWN ? (size_t)mark - PACK_KNOWN : 0;
}

/* The marks of a pack, and the length of its values. */
static const uint8_t *take_marks(struct bytes *from, size_t slots, size_t *length)
{
    const uint8_t *marks = bytes_take(from, slots);

    *length = 0;
    for (size_t i = 0; marks && i < slots; i++) {
        from->bad |= length_of(marks[i]) > sizeof(uint64_t);
        *length += length_of(marks[i]);
    }
    return marks;
}

bool rows_skip(struct bytes *from, size_t slots)
{
    size_t length;

    bytes_number(from);
    bytes_number(from);
    take_marks(from, slots, &length);
    bytes_take(from, length);
    return !from->bad;
}

static uint64_t value_of(const uint8_t *at, size_t length)
{
    uint64_t value = 0;

    memcpy(&value, at, length);
    return GUINT64_FROM_LE(value);
}

bool rows_read(struct bytes *from, size_t slots, struct row *out)
{
    size_t length;

    out->after_ns = bytes_signed(from);
    out->interval_ns = bytes_signed(from);
    const uint8_t *marks = take_marks(from, slots, &length);
    const uint8_t *at = bytes_take(from, length);
    if (!marks || !at)
        return false;
    for (size_t i = 0; i < slots; i++) {
        size_t n = length_of(marks[i]);
        out->reasons[i] = marks[i] & PACK_KNOWN ? REASON_OK : marks[i];
        out->values[i] = value_of(at, n);
        at += n;
    }
    return true;
}

/* ---- a column of numbers ----
 * The head says how the numbers follow from each other. */

enum column_form {
    COLUMN_ZERO,   /* all are 0 */
    COLUMN_SAME,   /* all are the first one */
    COLUMN_EVEN,   /* each is the one before plus the same */
    COLUMN_STEPS,  /* the first, and the differences */
    COLUMN_BENDS,  /* the first, the first difference, and the differences of differences */
    COLUMN_FORMS = 8
};

static size_t size_of(uint64_t folded)
{
    return folded < 128 ? 1 : (size_t)(70 - __builtin_clzll(folded)) / 7;
}

static uint64_t step(const uint64_t *n, size_t i)
{
    return bytes_fold((int64_t)(n[i] - n[i - 1]));
}

static uint64_t bend(const uint64_t *n, size_t i)
{
    return bytes_fold((int64_t)(n[i] - 2 * n[i - 1] + n[i - 2]));
}

static enum column_form form_of(const uint64_t *n, size_t count)
{
    size_t steps = 0, bends = 0;
    bool same = true, even = true;

    for (size_t i = 1; i < count; i++) {
        same &= n[i] == n[0];
        steps += size_of(step(n, i));
    }
    if (same)
        return count && n[0] ? COLUMN_SAME : COLUMN_ZERO;
    for (size_t i = 2; i < count; i++) {
        uint64_t b = bend(n, i);
        even &= b == 0;
        bends += size_of(b);
    }
    bends += size_of(step(n, 1));
    return even ? COLUMN_EVEN : bends < steps ? COLUMN_BENDS : COLUMN_STEPS;
}

static enum column_form write_column(GByteArray *to, const uint64_t *n, size_t count)
{
    enum column_form form = form_of(n, count);

    if (form == COLUMN_ZERO)
        return form;
    bytes_put_number(to, n[0]);
    if (form == COLUMN_EVEN || form == COLUMN_BENDS)
        bytes_put_number(to, step(n, 1));
    for (size_t i = 1; i < count && form == COLUMN_STEPS; i++)
        bytes_put_number(to, step(n, i));
    for (size_t i = 2; i < count && form == COLUMN_BENDS; i++)
        bytes_put_number(to, bend(n, i));
    return form;
}

static void read_column(struct bytes *from, unsigned form, uint64_t *n, size_t count)
{
    bool stepped = form == COLUMN_EVEN || form == COLUMN_BENDS;
    uint64_t value = form == COLUMN_ZERO ? 0 : bytes_number(from);
    uint64_t add = stepped ? (uint64_t)bytes_signed(from) : 0;

    from->bad |= form > COLUMN_BENDS;
    for (size_t i = 0; i < count; i++) {
        if (i && form == COLUMN_STEPS)
            add = (uint64_t)bytes_signed(from);
        if (i > 1 && form == COLUMN_BENDS)
            add += (uint64_t)bytes_signed(from);
        value += i ? add : 0;
        n[i] = value;
    }
}

/* ---- the columns of an entity ---- */

enum marks_form {
    MARKS_VALUES, /* there is always a value */
    MARKS_REASON, /* there is never one, for the reason that follows the head */
    MARKS_MIXED   /* a reason for each row, REASON_OK for a value, among the values */
};

static enum marks_form marks_of(const struct row *rows, size_t count, size_t slot)
{
    for (size_t i = 1; i < count; i++)
        if (rows[i].reasons[slot] != rows[0].reasons[slot])
            return MARKS_MIXED;
    return rows[0].reasons[slot] == REASON_OK ? MARKS_VALUES : MARKS_REASON;
}

static void write_slot(GByteArray *heads, GByteArray *values, const struct row *rows, size_t count,
                       size_t slot, uint64_t *scratch)
{
    enum marks_form marks = marks_of(rows, count, slot);
    size_t known = 0;

    if (marks == MARKS_REASON) {
        bytes_put_byte(heads, MARKS_REASON * COLUMN_FORMS);
        bytes_put_byte(heads, rows[0].reasons[slot]);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (marks == MARKS_MIXED)
            bytes_put_byte(values, rows[i].reasons[slot]);
        if (rows[i].reasons[slot] == REASON_OK)
            scratch[known++] = rows[i].values[slot];
    }
    bytes_put_byte(heads, marks * COLUMN_FORMS + write_column(values, scratch, known));
}

static void write_times(GByteArray *heads, GByteArray *values, const struct row *rows, size_t count,
                        uint64_t *scratch)
{
    for (size_t i = 0; i < count; i++)
        scratch[i] = bytes_fold(rows[i].after_ns);
    bytes_put_byte(heads, write_column(values, scratch, count));
    for (size_t i = 0; i < count; i++)
        scratch[i] = bytes_fold(rows[i].interval_ns);
    bytes_put_byte(heads, write_column(values, scratch, count));
}

void rows_write_columns(GByteArray *heads, GByteArray *values, const struct row *rows, size_t count,
                        size_t slots)
{
    uint64_t *scratch = g_new(uint64_t, count);

    write_times(heads, values, rows, count, scratch);
    for (size_t slot = 0; slot < slots; slot++)
        write_slot(heads, values, rows, count, slot, scratch);
    g_free(scratch);
}

static void read_slot(struct bytes *heads, struct bytes *values, struct row *rows, size_t count,
                      size_t slot, uint64_t *scratch)
{
    unsigned head = bytes_byte(heads), marks = head / COLUMN_FORMS, form = head % COLUMN_FORMS;
    uint8_t reason = marks == MARKS_REASON ? (uint8_t)bytes_byte(heads) : REASON_OK;
    size_t known = 0, next = 0;

    heads->bad |= marks > MARKS_MIXED;
    for (size_t i = 0; i < count; i++) {
        rows[i].reasons[slot] = marks == MARKS_MIXED ? (uint8_t)bytes_byte(values) : reason;
        rows[i].values[slot] = 0;
        known += rows[i].reasons[slot] == REASON_OK;
    }
    if (!known)
        return;
    read_column(values, form, scratch, known);
    for (size_t i = 0; i < count; i++)
        if (rows[i].reasons[slot] == REASON_OK)
            rows[i].values[slot] = scratch[next++];
}

static void read_times(struct bytes *heads, struct bytes *values, struct row *rows, size_t count,
                       uint64_t *scratch)
{
    read_column(values, bytes_byte(heads), scratch, count);
    for (size_t i = 0; i < count; i++)
        rows[i].after_ns = bytes_unfold(scratch[i]);
    read_column(values, bytes_byte(heads), scratch, count);
    for (size_t i = 0; i < count; i++)
        rows[i].interval_ns = bytes_unfold(scratch[i]);
}

bool rows_read_columns(struct bytes *heads, struct bytes *values, struct row *rows, size_t count,
                       size_t slots)
{
    uint64_t *scratch = g_new(uint64_t, count);

    read_times(heads, values, rows, count, scratch);
    for (size_t slot = 0; slot < slots && !heads->bad && !values->bad; slot++)
        read_slot(heads, values, rows, count, slot, scratch);
    g_free(scratch);
    return !heads->bad && !values->bad;
}
