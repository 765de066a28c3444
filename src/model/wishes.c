/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/wishes.h"

#include "model/metric.h"

#include <glib.h>

struct wishes wishes_of_history(void)
{
    unsigned needs = 0;

    for (enum metric m = metric_begin(KIND_GUEST); m < metric_end(KIND_GUEST); m++)
        if (metric_info(m)->sets & SET_REC)
            needs |= metric_info(m)->needs;
    return (struct wishes){.needs = needs, .history = needs};
}

static void add_serials(uint64_t *to, size_t *count, size_t room, const uint64_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = 0;
        while (at < *count && to[at] != from[i])
            at++;
        if (at == *count && at < room)
            to[(*count)++] = from[i];
    }
}

void wishes_add(struct wishes *to, const struct wishes *other)
{
    unsigned shown = (to->needs & ~to->history) | (other->needs & ~other->history);

    to->needs |= other->needs;
    to->history = to->needs & ~shown;
    if (!to->interval_ns || (other->interval_ns && other->interval_ns < to->interval_ns))
        to->interval_ns = other->interval_ns;
    to->services |= other->services;
    to->all_parts |= other->all_parts;
    add_serials(to->focus, &to->focus_count, WISHES_FOCUS_MAX, other->focus, other->focus_count);
    add_serials(to->shown, &to->shown_count, WISHES_SHOWN_MAX, other->shown, other->shown_count);
}
