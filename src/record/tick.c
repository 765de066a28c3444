/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/tick.h"

static void release_sample(void *s)
{
    sample_unref(s);
}

struct record_tick *record_tick_new(void)
{
    struct record_tick *t = g_new0(struct record_tick, 1);

    t->samples = g_ptr_array_new_with_free_func(release_sample);
    return t;
}

void record_tick_free(struct record_tick *t)
{
    if (!t)
        return;
    g_ptr_array_free(t->samples, TRUE);
    g_free(t);
}
