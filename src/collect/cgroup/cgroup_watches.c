/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/cgroup_watches.h"

#include "base/order.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

static int compare_wds(const void *a, const void *b)
{
    const int *one = a, *other = b;

    return (*one > *other) - (*one < *other);
}

/* The index of WD, or where it would be inserted. */
static unsigned place_of(const struct cgroup_watches *w, int wd)
{
    return (unsigned)order_place(w->wds, w->count, sizeof(*w->wds), &wd, compare_wds);
}

static bool is_at(const struct cgroup_watches *w, unsigned place, int wd)
{
    return place < w->count && w->wds[place] == wd;
}

/* Move COUNT watches. */
static void move(struct cgroup_watches *w, unsigned to, unsigned from, unsigned count)
{
    memmove(w->wds + to, w->wds + from, count * sizeof(*w->wds));
    memmove(w->nodes + to, w->nodes + from, count * sizeof(*w->nodes));
}

struct cgroup_node *cgroup_watches_find(const struct cgroup_watches *w, int wd)
{
    unsigned place = place_of(w, wd);

    return is_at(w, place, wd) ? w->nodes[place] : NULL;
}

void cgroup_watches_add(struct cgroup_watches *w, int wd, struct cgroup_node *node)
{
    unsigned place = place_of(w, wd);

    if (w->count == w->room) {
        w->room += w->room / 8 + 16;
        w->wds = g_renew(int, w->wds, w->room);
        w->nodes = g_renew(struct cgroup_node *, w->nodes, w->room);
    }
    move(w, place + 1, place, w->count - place);
    w->wds[place] = wd;
    w->nodes[place] = node;
    w->count++;
}

struct cgroup_node *cgroup_watches_remove(struct cgroup_watches *w, int wd)
{
    unsigned place = place_of(w, wd);

    if (!is_at(w, place, wd))
        return NULL;
    struct cgroup_node *node = w->nodes[place];
    w->count--;
    move(w, place, place + 1, w->count - place);
    return node;
}

void cgroup_watches_clear(struct cgroup_watches *w)
{
    g_free(w->wds);
    g_free(w->nodes);
    *w = (struct cgroup_watches){.count = 0};
}
