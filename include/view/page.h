/* page.h: what fills the screen in place of the table: a guest, the host, every value, help.
 *
 * A page is a class: one struct in a file of its own (page_guest.c) and one line in the table of
 * page.c. Its owner (ui/) keeps a stack of pages, draws the one on top and hands it the actions of
 * the user. A class has no state; what changes is in struct page. Main thread only.
 */
#ifndef VTOP_VIEW_PAGE_H
#define VTOP_VIEW_PAGE_H

#include "view/action.h"
#include "view/flow.h"

/* What a page shows, and so what it is opened on. */
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
};

/* Where an action leads to, besides what it changes in the page. All zero: nowhere. */
struct page_turn {
    const struct page_class *open; /* a page to be opened over this one, on the same subject */
    int neighbour; /* -1, +1: the subject becomes the guest above or below in the table */
};

struct page_class {
    const char *title;
    enum action opens; /* opens it from wherever that makes sense; ACTION_NONE: by Enter only */
    enum page_subject subject;
    unsigned needs;     /* enum need, or-ed: what sources have to read while it is open */
    bool needs_parts;   /* and the parts of the guest it is about: vCPUs, disks, processes */
    flow_function *draw; /* the data it gets is the struct page */

    /* Actions of its own; false: not handled. NULL: it has none. */
    bool (*act)(struct page *page, enum action action, struct page_turn *turn);
};

extern const struct page_class PAGE_GUEST, PAGE_HOST, PAGE_VALUES, PAGE_HELP;

/* The class that an action opens; NULL: none. */
const struct page_class *page_class_opened_by(enum action action);

void page_draw(struct page *page, struct canvas *c, const struct rect *where, const struct view *v);

/* Scrolling, which all pages have, or what the class does with it; false: not handled. */
bool page_act(struct page *page, enum action action, struct page_turn *turn);

#endif
