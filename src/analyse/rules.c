/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/judge.h"

#include <string.h>

static const struct rule_info INFOS[RULE_COUNT] = {
#define RULE(id, how, key, head, about, cls, res, order, grade, warning, critical, keep, share,    \
             number, noun, what)                                                                   \
    [RULE_##id] = {.name = key,                                                                    \
                   .title = head,                                                                  \
                   .text = what,                                                                   \
                   .resource = RESOURCE_##res,                                                     \
                   .kind = KIND_##about},
#include "analyse/rules.def"
#undef RULE
};

#define THRESHOLD_NONE THRESHOLD_COUNT

const struct rule_terms RULE_TERMS[RULE_COUNT] = {
#define RULE(id, how, key, head, about, cls, res, order, grade, warning, critical, keep, share,    \
             number, noun, what)                                                                   \
    [RULE_##id] = {.judge = judge_##how,                                                           \
                   .tell = tell_##how,                                                             \
                   .sort = SORT_##order,                                                           \
                   .severity = SEVERITY_##grade,                                                   \
                   .classes = CLASS_##cls,                                                         \
                   .warn = THRESHOLD_##warning,                                                    \
                   .crit = THRESHOLD_##critical,                                                   \
                   .hold = THRESHOLD_##keep,                                                       \
                   .clear = share,                                                                 \
                   .metric = M_##number,                                                           \
                   .cause = noun},
#include "analyse/rules.def"
#undef RULE
};

const struct rule_info *rule_info(enum rule r)
{
    return &INFOS[r];
}

enum rule rule_find(const char *name)
{
    enum rule r = 0;

    while (r < RULE_COUNT && strcmp(INFOS[r].name, name) != 0)
        r++;
    return r;
}
