/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/cgroup_dirs.h"

enum { MANY = 16 /* child groups that make a directory's descriptor worth more than a file's */ };

void cgroup_dirs_init(struct cgroup_dirs *d, struct kept_budget *budget)
{
    *d = (struct cgroup_dirs){.budget = budget,
                              .by_node = g_hash_table_new_full(NULL, NULL, NULL, g_free)};
}

static void close_all(void *node, void *dirs, void *budget)
{
    (void)node;
    for (int tree = 0; tree < HIERARCHY_MAX; tree++)
        kept_close(budget, (struct kept *)dirs + tree);
}

void cgroup_dirs_clear(struct cgroup_dirs *d)
{
    g_hash_table_foreach(d->by_node, close_all, d->budget);
    g_hash_table_destroy(d->by_node);
}

/* ---- which directory ---- */

/* Append "a/b/" for group b in group a of FROM; FROM NULL: from the root. */
static void append_way(GString *out, const struct cgroup_node *from, const struct cgroup_node *to)
{
    if (to == from || !to->parent)
        return;
    append_way(out, from, to->parent);
    g_string_append(out, to->name);
    g_string_append_c(out, '/');
}

static bool has_many(const struct cgroup_node *node)
{
    int count = 0;

    for (const struct cgroup_node *c = node->child; c && count < MANY; c = c->next)
        count++;
    return count == MANY;
}

/* The nearest ancestor with many groups, or the root. The group of a single pod serves only that
 * pod; the group of all pods serves all of them. */
static struct cgroup_node *shared_above(const struct cgroup_node *node)
{
    struct cgroup_node *above = node->parent;

    while (above->parent && !has_many(above))
        above = above->parent;
    return above;
}

/* ---- its descriptor ---- */

static int open_dir(struct cgroup_dirs *d, const struct hierarchies *h, int tree,
                    struct cgroup_node *node, GString *path)
{
    struct kept *dirs = g_hash_table_lookup(d->by_node, node);

    if (dirs && dirs[tree].fd_plus_1)
        return dirs[tree].fd_plus_1 - 1;
    if (!kept_is_short(d->budget) || !node->parent)
        return -1;
    if (!dirs) {
        dirs = g_new0(struct kept, HIERARCHY_MAX);
        g_hash_table_insert(d->by_node, node, dirs);
        node->known = true;
    }
    append_way(path, NULL, node);
    int fd = kept_directory(d->budget, &dirs[tree], h->list[tree].fd, path->str);
    g_string_truncate(path, 0);
    return fd;
}

int cgroup_dirs_find(struct cgroup_dirs *d, const struct hierarchies *h, int tree,
                     const struct cgroup_node *node, GString *path)
{
    struct cgroup_node *above = shared_above(node);

    g_string_truncate(path, 0);
    int fd = open_dir(d, h, tree, above, path);
    append_way(path, fd < 0 ? NULL : above, node);
    return fd < 0 ? h->list[tree].fd : fd;
}

void cgroup_dirs_forget(struct cgroup_dirs *d, int tree, const struct cgroup_node *node)
{
    struct kept *dirs = g_hash_table_lookup(d->by_node, shared_above(node));

    if (dirs)
        kept_close(d->budget, &dirs[tree]);
}

void cgroup_dirs_drop(struct cgroup_dirs *d, struct cgroup_node *node)
{
    if (!node->known)
        return;
    close_all(node, g_hash_table_lookup(d->by_node, node), d->budget);
    g_hash_table_remove(d->by_node, node);
    node->known = false;
}
