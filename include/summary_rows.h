/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* summary_rows.h: what --summary gathers: the values of each host and guest, sample by sample.
 *
 * A row appears with its host or guest and stays when that has left. Labels are the newest ones.
 * Memory is bounded: above BYTES the longest rows are folded (tally.h), so that their quantiles
 * become estimates; guests beyond ROWS are counted, but have no row. Main thread only.
 *
 *     struct summary_rows *rows = summary_rows_new(&config);
 *     summary_rows_add(rows, &now, guests);          every sample
 *     summary_rows_report(rows, &report);
 *     summary_rows_free(rows);                       the report's rows are gone, too
 */
#ifndef VTOP_SUMMARY_ROWS_H
#define VTOP_SUMMARY_ROWS_H

#include "model/moment.h"
#include "output/report.h"
#include "view/columns.h"

struct summary_config {
    struct columns guest; /* numbers */
    enum metric host[M_KIND_HOST_END - M_KIND_HOST_BEGIN];
    size_t host_count;
    enum metric sort; /* guests by their mean of this, the largest first; one that has no column:
                         by that of the first column */
    bool reversed;
    size_t bytes, rows;
};

struct summary_rows;

/* CONFIG is copied. */
struct summary_rows *summary_rows_new(const struct summary_config *config);
void summary_rows_free(struct summary_rows *rows);

/* Add the values of all hosts, and of these guests (struct entity *). */
void summary_rows_add(struct summary_rows *rows, const struct moment *now, const GPtrArray *guests);

/* Guests that have a row, and guests that have none. */
size_t summary_rows_guests(const struct summary_rows *rows);
size_t summary_rows_left_out(const struct summary_rows *rows);

/* Fill in rows, row_count and left_out; valid until the next call of any function here. */
void summary_rows_report(struct summary_rows *rows, struct report *report);

#endif
