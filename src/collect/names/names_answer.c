/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/names/names_answer.h"

#include <glib.h>

void names_answer_clear(struct names_answer *a)
{
    g_free(a->name);
    g_free(a->image);
    g_free(a->id);
    g_free(a->group);
    g_free(a->alias);
    g_free(a->source);
    *a = (struct names_answer){0};
}

void names_answer_free(void *p)
{
    if (!p)
        return;
    names_answer_clear(p);
    g_free(p);
}
