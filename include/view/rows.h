/* rows.h: the rows of the table: which guests, in which order, flat or as a tree.
 *
 * rows_build() makes the list anew from the roster; memory is kept from one build to the next.
 * Entities in it are valid until the roster merges. The table (table.h) keeps selection and
 * scrolling on top of it. Main thread only.
 */
#ifndef VTOP_VIEW_ROWS_H
#define VTOP_VIEW_ROWS_H

#include "view/columns.h"
#include "view/filter.h"
#include "view/view.h"

enum row_kind { ROW_GUEST, ROW_GROUP, ROW_HOST };

struct row {
    uint64_t id;           /* serial of a guest or of this host; else another number that stays */
    struct entity *entity; /* guests, and the host this program runs on; NULL for groups */
    const char *label;     /* of groups and hosts: their name */
    uint8_t kind;          /* enum row_kind */
    uint8_t depth;         /* tree: 0 = top */
    bool last;             /* tree: nothing more on this level below its parent */
    bool parent, folded;   /* has rows under it; they are not shown */
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

struct rows {
    GArray *list;    /* struct row */
    size_t matches;  /* guests in it, folded ones too */
    size_t excluded; /* guests that the filter or the types leave out */
    struct rows_memory *memory;
};

void rows_init(struct rows *r);
void rows_clear(struct rows *r);

void rows_build(struct rows *r, const struct view *v, const struct rows_wishes *wishes);

/* What the guests of a group add up to (those nested in another are part of that one): NAN when
 * none of them has a value, or when numbers of this metric cannot be added up. */
double rows_total(const struct rows *r, const struct row *row, enum metric m);

#endif
