/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/page.h"

#include <string.h>

/* Every page. The order does not matter. */
static const struct page_class *const PAGES[] = {
    &PAGE_GUEST,
    &PAGE_HOST,
    &PAGE_VALUES,
    &PAGE_HELP,
    &PAGE_FINDINGS,
    &PAGE_ADVICE,
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
    page->chosen_top = extent.chosen_top;
    page->chosen_end = extent.chosen_end;
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

bool page_act(struct page *page, const struct view *v, enum action action, struct page_turn *turn)
{
    return (page->class->act && page->class->act(page, v, action, turn)) || scroll(page, action);
}

/* ---- lists ---- */

static uint64_t id_at(const GArray *list, size_t i)
{
    uint64_t id;

    memcpy(&id, list->data + i * g_array_get_element_size((GArray *)(gpointer)list), sizeof(id));
    return id;
}

size_t page_cursor(const struct page *page, const GArray *list)
{
    for (size_t i = 0; page->chosen && i < list->len; i++)
        if (id_at(list, i) == page->chosen)
            return i;
    return page->chosen && list->len ? MIN(page->at, list->len - 1) : 0;
}

void page_choose(struct page *page, const GArray *list, size_t at)
{
    page->at = at;
    page->chosen = id_at(list, at);
}

void page_draw_list(struct flow *f, const struct page *page, const GArray *list,
                    page_entry_function *draw, int name)
{
    size_t cursor = page_cursor(page, list), size = g_array_get_element_size((GArray *)(gpointer)list);

    for (size_t i = 0; i < list->len; i++) {
        int y = f->y;
        if (i == cursor && i > 0)
            flow_choose(f);
        draw(f, page, list->data + i * size, name, i == cursor);
        if (i != cursor)
            continue;
        flow_choose_end(f);
        canvas_restyle(f->canvas, y, f->left - 1, f->columns + 2, STYLE_CURSOR);
    }
}

/* Whether the entry under the cursor goes on beyond that edge of the screen; then it is scrolled. */
static bool scroll_entry(struct page *page, int rows)
{
    bool more = rows < 0 ? page->chosen_top < page->scroll
                         : page->chosen_end > page->scroll + page->fit;

    page->scroll += more ? rows : 0;
    return more;
}

size_t page_move_cursor(struct page *page, enum action action, size_t at, size_t count)
{
    size_t last = count ? count - 1 : 0, screen = (size_t)MAX(page->fit / 4, 1);

    switch (action) {
    case ACTION_UP:
        return scroll_entry(page, -1) ? at : at - (at > 0);
    case ACTION_DOWN:
        return scroll_entry(page, +1) ? at : MIN(at + 1, last);
    case ACTION_PAGE_UP:
        return at - MIN(at, screen);
    case ACTION_PAGE_DOWN:
        return MIN(at + screen, last);
    case ACTION_TOP:
        return 0;
    case ACTION_BOTTOM:
        return last;
    default:
        return count;
    }
}
