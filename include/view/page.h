/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* page.h: pages, which fill the screen instead of the table: a guest, the host, all values, help,
 * findings, advice.
 *
 * Each page has a class: one struct in a file of its own (page_guest.c) and one line in the table
 * of page.c. The owner of the pages (ui/) keeps a stack of them, draws the top one and passes
 * actions to it. A class is constant; the state is in struct page.
 *
 * A page scrolls, or has a list with a cursor, which is always on the screen. The cursor stays on
 * its entry while others come and go; when the entry goes, it moves to the one that is now at its
 * place. Until the user moves it, it is on the first entry, whichever that is. Main thread only.
 */
#ifndef VTOP_VIEW_PAGE_H
#define VTOP_VIEW_PAGE_H

#include "view/action.h"
#include "view/flow.h"

/* What a page is about. */
enum page_subject {
    PAGE_OF_NOTHING,
    PAGE_OF_HOST,      /* the local host */
    PAGE_OF_SELECTION, /* the guest or the host that is selected */
};

struct page {
    const struct page_class *class;
    uint64_t subject; /* serial of the entity; of PAGE_OF_NOTHING a number that the class defines */
    int scroll;       /* rows scrolled out at the top; drawing corrects it */
    int height;       /* rows there are, and rows on the screen; set by drawing */
    int fit;

    /* Of a page with a list: */
    uint64_t chosen; /* what the class calls the entry under the cursor; 0: the first */
    size_t at;       /* the place where that was */
    int chosen_top;  /* its rows on the page; set by drawing */
    int chosen_end;
    bool log; /* the other list of the page is shown: what began and ended */
};

/* What the owner has to do after an action. All zero: nothing. */
struct page_turn {
    const struct page_class *open; /* a page to be opened over this one */
    uint64_t subject;              /* of that page; 0: the same */
    const struct finding *mute;    /* mute its rule for its guest, or unmute it */
    int neighbour; /* -1, +1: the subject becomes the guest above or below in the table */
};

struct page_class {
    const char *title; /* in messages: "guest" */
    enum action opens; /* opens the page where its subject is known; ACTION_NONE: Enter only */
    enum page_subject subject;
    unsigned needs;     /* enum need, or-ed: what sources read while the page is open */
    bool needs_parts;   /* also the parts of its subject: vCPUs, disks, processes */
    bool has_list;      /* with a cursor */
    bool has_advice;    /* the view has advice while it is open */
    flow_function *draw; /* its data is the struct page */

    /* Handle an action of this class; false: not handled. NULL: the class has no actions. */
    bool (*act)(struct page *page, const struct view *v, enum action action,
                struct page_turn *turn);
};

extern const struct page_class PAGE_GUEST, PAGE_HOST, PAGE_VALUES, PAGE_HELP, PAGE_FINDINGS,
    PAGE_ADVICE;

/* The class that an action opens; NULL: none. */
const struct page_class *page_class_opened_by(enum action action);

void page_draw(struct page *page, struct canvas *c, const struct rect *where, const struct view *v);

/* Handle an action: that of the class, or scrolling; false: not handled. */
bool page_act(struct page *page, const struct view *v, enum action action,
              struct page_turn *turn);

/* ---- for classes with a list ---- */

/* LIST: entries of any kind that begin with a uint64_t by which they are known, not 0. Which one the
 * cursor is on; 0 of an empty list. */
size_t page_cursor(const struct page *page, const GArray *list);
void page_choose(struct page *page, const GArray *list, size_t at);

/* Draw the entries; the first line of the one under the cursor is marked. NAME: columns of a name.
 * What is drawn before the list scrolls with the first entry. */
typedef void page_entry_function(struct flow *f, const struct page *page, const void *entry,
                                 int name, bool chosen);
void page_draw_list(struct flow *f, const struct page *page, const GArray *list,
                    page_entry_function *draw, int name);

/* Where an action moves the cursor that is on entry AT of COUNT; COUNT: it is no movement. An entry
 * that is larger than the screen is scrolled through first. */
size_t page_move_cursor(struct page *page, enum action action, size_t at, size_t count);

#endif
