#include <config.h>

#include "view/page.h"

/* Every page. The order does not matter. */
static const struct page_class *const PAGES[] = {
    &PAGE_GUEST,
    &PAGE_HOST,
    &PAGE_VALUES,
    &PAGE_HELP,
};

const struct page_class *page_class_opened_by(enum action action)
{
    for (size_t i = 0; i < G_N_ELEMENTS(PAGES); i++)
        if (action != ACTION_NONE && PAGES[i]->opens == action)
            return PAGES[i];
    return NULL;
}

void page_draw(struct page *page, struct canvas *c, const struct rect *where, const struct view *v)
{
    struct flow_extent extent = {.scroll = page->scroll};

    flow_draw(c, where, v, &extent, page->class->draw, page);
    page->scroll = extent.scroll;
    page->height = extent.height;
    page->fit = where->rows;
}

static bool scroll(struct page *page, enum action action)
{
    int screen = MAX(1, page->fit - 1);

    switch (action) {
    case ACTION_UP:
        page->scroll--;
        break;
    case ACTION_DOWN:
        page->scroll++;
        break;
    case ACTION_PAGE_UP:
        page->scroll -= screen;
        break;
    case ACTION_PAGE_DOWN:
        page->scroll += screen;
        break;
    case ACTION_TOP:
        page->scroll = 0;
        break;
    case ACTION_BOTTOM:
        page->scroll = page->height;
        break;
    default:
        return false;
    }
    page->scroll = MAX(0, page->scroll);
    return true;
}

bool page_act(struct page *page, enum action action, struct page_turn *turn)
{
    return (page->class->act && page->class->act(page, action, turn)) || scroll(page, action);
}
