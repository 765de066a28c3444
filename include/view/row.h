/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* row.h: a row of the table, and the settings of a build of all rows. */
#ifndef VTOP_VIEW_ROW_H
#define VTOP_VIEW_ROW_H

#include "view/columns.h"
#include "view/filter.h"
#include "view/view.h"

enum row_kind { ROW_GUEST, ROW_GROUP, ROW_HOST };

struct row {
    uint64_t id;           /* serial of a guest or host; of a group another stable number */
    struct entity *entity; /* NULL for groups */
    struct entity *host;   /* of groups and hosts: the host that it is, or is on */
    const char *label;     /* of groups and hosts: their name */
    uint8_t kind;          /* enum row_kind */
    uint8_t depth;         /* tree: 0 = top */
    bool last;             /* tree: the last child of its parent */
    bool parent, folded;   /* has rows under it; they are not shown */
    int8_t worst;          /* tree: enum severity of the findings of rows below it; -1: there are none */
    unsigned members;      /* groups and hosts: guests in it, nested ones too */
    uint32_t through;      /* tree: bit d set = a line passes by at depth d */
    size_t node;           /* of rows.c */
};

struct rows_wishes {
    const struct filter *filter;
    uint32_t types; /* bit per enum guest_type */
    bool tree;
    enum metric key;
    bool reversed;                 /* against the natural direction: numbers fall, texts rise */
    bool hold;                     /* keep the order of the last build; newcomers at the end */
    const struct columns *columns; /* to be added up for groups */
    GHashTable *folded;            /* ids (pointers to uint64_t) of rows to be folded */
};

#endif
