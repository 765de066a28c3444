/* cgroup_watches.h: which node each watch of an inotify is of.
 *
 * Groups are thousands, and each has a watch in every tree that is looked at: sorted arrays take
 * twelve bytes for one, a hash table forty. The kernel counts watches up, so that a new one goes to
 * the end; to take one out moves the rest, a microsecond for thousands.
 *
 * Part of cgroup_tree.h: one thread.
 */
#ifndef VTOP_COLLECT_CGROUP_WATCHES_H
#define VTOP_COLLECT_CGROUP_WATCHES_H

struct cgroup_node;

/* All-zero when new. */
struct cgroup_watches {
    int *wds;                   /* in their order, */
    struct cgroup_node **nodes; /* and what they are of */
    unsigned count, room;
};

/* NULL: there is no such watch. */
struct cgroup_node *cgroup_watches_find(const struct cgroup_watches *w, int wd);

/* There must be none with this number. */
void cgroup_watches_add(struct cgroup_watches *w, int wd, struct cgroup_node *node);

/* What it was of; NULL: there was none. */
struct cgroup_node *cgroup_watches_remove(struct cgroup_watches *w, int wd);

void cgroup_watches_clear(struct cgroup_watches *w);

#endif
