/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* wishes.h: what a reader of the model needs, so that sources read no more than that.
 *
 * The screen, a recorder, an exporter and analysis each say what they need and how often. Sources
 * read the union of these wishes, once. Entities are identified by their serials. Main thread only.
 */
#ifndef VTOP_MODEL_WISHES_H
#define VTOP_MODEL_WISHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WISHES_SHOWN_MAX = 128, WISHES_FOCUS_MAX = 4 };

struct wishes {
    unsigned needs;      /* enum need, or-ed */
    unsigned history;    /* of these: for history only, not worth a query to a guest */
    int64_t interval_ns; /* between two samples; 0 = it does not matter */
    bool services;       /* systemd services and slices too */
    bool all_parts;      /* NEED_PARTS is about every guest, not only those in focus */
    uint64_t focus[WISHES_FOCUS_MAX]; /* guests whose parts are read */
    size_t focus_count;
    uint64_t shown[WISHES_SHOWN_MAX]; /* guests on the screen, which get limited resources */
    size_t shown_count;
};

/* The wishes of history: the metrics marked SET_REC, for history only. */
struct wishes wishes_of_history(void);

/* TO becomes the union of both: all needs, the shorter interval, the guests of both as far as there
 * is room for them. A need is for history only if it is so in each that has it. */
void wishes_add(struct wishes *to, const struct wishes *other);

#endif
