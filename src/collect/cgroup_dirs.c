#include <config.h>

#include "collect/cgroup_dirs.h"

enum { MANY = 16 /* siblings that make a descriptor worth more than that of a file */ };

struct cgroup_dirs {
    struct kept of[HIERARCHY_MAX];
};

/* "a/b/" for the group b of the group a of FROM; NULL: of the root. */
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

/* The group of one pod serves nobody else: that of all pods does. */
static struct cgroup_node *shared_above(const struct cgroup_node *node)
{
    struct cgroup_node *above = node->parent;

    while (above->parent && !has_many(above))
        above = above->parent;
    return above;
}

static int open_dir(struct kept_budget *b, const struct hierarchies *h, int tree,
                    struct cgroup_node *node, GString *path)
{
    struct cgroup_dirs *dirs = node->dirs;

    if (dirs && dirs->of[tree].fd_plus_1)
        return dirs->of[tree].fd_plus_1 - 1;
    if (!kept_is_short(b) || !node->parent)
        return -1;
    if (!dirs)
        node->dirs = dirs = g_new0(struct cgroup_dirs, 1);
    append_way(path, NULL, node);
    int fd = kept_directory(b, &dirs->of[tree], h->list[tree].fd, path->str);
    g_string_truncate(path, 0);
    return fd;
}

int cgroup_dirs_find(struct kept_budget *b, const struct hierarchies *h, int tree,
                     const struct cgroup_node *node, GString *path)
{
    struct cgroup_node *above = shared_above(node);

    g_string_truncate(path, 0);
    int fd = open_dir(b, h, tree, above, path);
    append_way(path, fd < 0 ? NULL : above, node);
    return fd < 0 ? h->list[tree].fd : fd;
}

void cgroup_dirs_forget(struct kept_budget *b, int tree, const struct cgroup_node *node)
{
    struct cgroup_dirs *dirs = shared_above(node)->dirs;

    if (dirs)
        kept_close(b, &dirs->of[tree]);
}

void cgroup_dirs_free(struct cgroup_node *node, struct kept_budget *b)
{
    struct cgroup_dirs *dirs = node->dirs;

    for (int tree = 0; dirs && tree < HIERARCHY_MAX; tree++)
        kept_close(b, &dirs->of[tree]);
    g_free(dirs);
    node->dirs = NULL;
}
