/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* advise.h: the rules of advice. For advice.c only; main thread only. */
#ifndef VTOP_ANALYSE_ADVISE_H
#define VTOP_ANALYSE_ADVISE_H

#include "analyse/advice.h"
#include "analyse/trend.h"

/* Memory to work in. */
struct advise_tools {
    struct size_scratch *size;
    struct trend_scratch *trend;
};

/* Add what there is to say about a guest or a host to TO. *CPU and *MEMORY get the guest's sizes.
 */
void advise_guest(const struct advise_tools *tools, const struct moment *at,
                  const struct entity *guest, struct size *cpu, struct size *memory, GPtrArray *to);
void advise_host(const struct advise_tools *tools, const struct moment *at,
                 const struct entity *host, const struct advice_host *h, GPtrArray *to);

/* Without words. E is a guest or a host. */
struct advice *advice_new(enum advice_kind kind, enum resource resource, const struct entity *e);

/* A list that frees the advice in it. */
GPtrArray *advice_list_new(void);

#endif
