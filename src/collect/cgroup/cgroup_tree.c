/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/cgroup_tree.h"

#include "base/clock_read.h"
#include "base/order.h"
#include "collect/cgroup/cgroup_watches.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define RESCAN_NS (2 * CLOCK_NS_PER_S)

enum {
    DEPTH_MAX = 64,
    RESCAN_COST = 50, /* a scan may take this fraction (1/n) of the time between two */
    EVENTS = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY | IN_ONLYDIR
};

/* One watched tree. */
struct watched {
    int hierarchy; /* index among the hierarchies */
    int inotify;   /* -1 = the kernel refused one */
    struct cgroup_watches watches;
    bool starved;       /* a directory could not be opened for lack of descriptors */
    bool scan;          /* a full scan is due: at first, and when events were lost */
    bool polled;        /* not every directory has a watch: scan periodically */
    int64_t scan_at_ns; /* when polled: the next scan */
};

struct cgroup_tree {
    const struct hierarchies *hierarchies;
    struct cgroup_tree_user user;
    struct kept_budget *budget;
    struct watched watched[CGROUP_WATCHED_MAX];
    int count;
    struct cgroup_node *root;
    GPtrArray *children; /* all nodes but the root, in the order of (parent, name) */
    GString *path;       /* scratch */
    uint32_t scans;
    bool homeless; /* some node exists but has lost its home */
};

/* ---- nodes ---- */

static struct cgroup_node *node_new(struct cgroup_node *parent, const char *name)
{
    size_t length = strlen(name) + 1;
    struct cgroup_node *n = g_malloc0(offsetof(struct cgroup_node, name) + length);

    n->parent = parent;
    n->home = -1;
    memcpy(n->name, name, length);
    return n;
}

static struct cgroup_node *child_at(const struct cgroup_tree *t, guint i)
{
    return i < t->children->len ? g_ptr_array_index(t->children, i) : NULL;
}

static int compare_child(const struct cgroup_node *n, const struct cgroup_node *parent,
                         const char *name)
{
    if (n->parent != parent)
        return (uintptr_t)n->parent < (uintptr_t)parent ? -1 : 1;
    return strcmp(n->name, name);
}

struct child {
    const struct cgroup_node *parent;
    const char *name;
};

static int compare_to(const void *node, const void *child)
{
    const struct child *c = child;

    return compare_child(*(struct cgroup_node *const *)node, c->parent, c->name);
}

/* The index of a child among all nodes, or where it would be inserted. */
static guint child_index(const struct cgroup_tree *t, const struct cgroup_node *parent,
                         const char *name)
{
    struct child c = {parent, name};

    return (guint)order_place(t->children->pdata, t->children->len, sizeof(gpointer), &c,
                              compare_to);
}

struct cgroup_node *cgroup_tree_find(const struct cgroup_tree *t, const struct cgroup_node *parent,
                                     const char *name)
{
    struct cgroup_node *n = child_at(t, child_index(t, parent, name));

    return n && compare_child(n, parent, name) == 0 ? n : NULL;
}

static struct cgroup_node *ensure_child(struct cgroup_tree *t, struct cgroup_node *parent,
                                        const char *name)
{
    guint i = child_index(t, parent, name);
    struct cgroup_node *n = child_at(t, i);

    if (n && compare_child(n, parent, name) == 0)
        return n;
    n = node_new(parent, name);
    n->next = parent->child;
    parent->child = n;
    g_ptr_array_insert(t->children, (gint)i, n);
    return n;
}

static void free_if_unused(struct cgroup_node *n)
{
    if (n->dead && !n->watches)
        g_free(n);
}

static void unlink_node(struct cgroup_tree *t, struct cgroup_node *n)
{
    struct cgroup_node **at = &n->parent->child;

    while (*at != n)
        at = &(*at)->next;
    *at = n->next;
    g_ptr_array_remove_index(t->children, child_index(t, n->parent, n->name));
    if (n->guest || n->limits || n->known)
        t->user.gone(t->user.data, n);
    n->dead = true;
    free_if_unused(n);
}

static void lose_home(struct cgroup_tree *t, struct cgroup_node *n)
{
    t->user.gone(t->user.data, n);
    n->inode = 0;
    n->home = -1;
}

static void take_home(struct cgroup_tree *t, struct cgroup_node *n, int w, uint64_t inode)
{
    n->home = (int8_t)w;
    n->inode = inode;
    t->user.born(t->user.data, n);
}

/* The directory is not in tree W any more, nor is anything below it. */
static void lose(struct cgroup_tree *t, struct cgroup_node *n, int w)
{
    for (struct cgroup_node *c = n->child, *next; c; c = next) {
        next = c->next;
        lose(t, c, w);
    }
    n->present &= (uint8_t) ~(1u << w);
    if (n->home == w)
        lose_home(t, n);
    if (n->present)
        t->homeless |= n->home < 0;
    else if (n != t->root)
        unlink_node(t, n);
}

static void gain(struct cgroup_tree *t, struct cgroup_node *n, int w, uint64_t inode)
{
    n->present |= (uint8_t)(1u << w);
    if (n->home == w && n->inode != inode)
        lose_home(t, n);
    if (n->home < 0)
        take_home(t, n, w, inode);
}

/* ---- paths ---- */

static void append_path(const struct cgroup_node *n, GString *out)
{
    if (!n->parent)
        return;
    append_path(n->parent, out);
    g_string_append_c(out, '/');
    g_string_append(out, n->name);
}

void cgroup_node_path(const struct cgroup_node *node, GString *out)
{
    if (node->parent)
        append_path(node, out);
    else
        g_string_append_c(out, '/');
}

/* The caller closes the descriptor before the next read. */
static int open_node(struct cgroup_tree *t, const struct watched *w, const struct cgroup_node *n)
{
    enum { FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };
    int mount = t->hierarchies->list[w->hierarchy].fd;

    g_string_assign(t->path, ".");
    append_path(n, t->path);
    int fd = openat(mount, t->path->str, FLAGS);
    if (fd < 0 && kept_is_starved(-errno) && kept_lend(t->budget))
        fd = openat(mount, t->path->str, FLAGS);
    return fd;
}

/* ---- scanning ---- */

static void forget_watch(struct watched *w, int wd)
{
    struct cgroup_node *n = cgroup_watches_remove(&w->watches, wd);

    if (!n)
        return;
    n->watches--;
    free_if_unused(n);
}

static void watch(struct watched *w, struct cgroup_node *n, int fd)
{
    char path[32];

    if (w->inotify < 0)
        return;
    g_snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    int wd = inotify_add_watch(w->inotify, path, EVENTS);
    if (wd < 0) {
        w->polled = true;
        return;
    }
    if (cgroup_watches_find(&w->watches, wd) == n)
        return;
    forget_watch(w, wd); /* a directory that was renamed keeps its watch */
    cgroup_watches_add(&w->watches, wd, n);
    n->watches++;
}

static bool is_directory(int fd, const struct dirent *entry)
{
    struct stat st;

    if (entry->d_name[0] == '.')
        return false;
    if (entry->d_type != DT_UNKNOWN)
        return entry->d_type == DT_DIR;
    return fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static void scan_node(struct cgroup_tree *t, int w, struct cgroup_node *n, int depth);

static void scan_children(struct cgroup_tree *t, int w, struct cgroup_node *n, uint32_t scan,
                          int depth)
{
    for (struct cgroup_node *c = n->child, *next; c; c = next) {
        next = c->next;
        if (c->mark == scan)
            scan_node(t, w, c, depth + 1);
        else
            lose(t, c, w);
    }
}

/* A directory that cannot be opened is gone, except if descriptors or memory ran out: then the tree
 * is scanned again. */
static void scan_failed(struct cgroup_tree *t, int w, struct cgroup_node *n, int error)
{
    t->watched[w].starved |= kept_is_starved(-error);
    if (kept_is_starved(-error) || error == ENOMEM)
        t->watched[w].polled = true;
    else
        lose(t, n, w);
}

/* Watch first, then list: a directory that is created in between is reported, or listed, or
 * both. */
static void scan_node(struct cgroup_tree *t, int w, struct cgroup_node *n, int depth)
{
    uint32_t scan = ++t->scans;
    struct stat st;
    int fd = open_node(t, &t->watched[w], n);
    DIR *dir = fd >= 0 && fstat(fd, &st) == 0 ? fdopendir(fd) : NULL;

    if (!dir) {
        int error = errno;
        if (fd >= 0)
            close(fd);
        kept_take_back(t->budget);
        scan_failed(t, w, n, error);
        return;
    }
    watch(&t->watched[w], n, fd);
    gain(t, n, w, st.st_ino);
    for (struct dirent *entry; depth < DEPTH_MAX && (entry = readdir(dir));)
        if (is_directory(fd, entry))
            ensure_child(t, n, entry->d_name)->mark = scan;
    closedir(dir);
    kept_take_back(t->budget);
    scan_children(t, w, n, scan, depth);
}

static void scan_tree(struct cgroup_tree *t, int w, int64_t now_ns)
{
    struct watched *watched = &t->watched[w];

    watched->scan = watched->starved = false;
    watched->polled = watched->inotify < 0;
    scan_node(t, w, t->root, 0);
    int64_t took = clock_mono_ns() - now_ns;
    watched->scan_at_ns = now_ns + MAX(RESCAN_NS, RESCAN_COST * took);
}

/* ---- events of inotify ---- */

static int depth_of(const struct cgroup_node *n)
{
    int depth = 0;

    for (; n->parent; n = n->parent)
        depth++;
    return depth;
}

static void directory_came(struct cgroup_tree *t, int w, struct cgroup_node *parent,
                           const char *name)
{
    struct cgroup_node *n = ensure_child(t, parent, name);

    if (!(n->present & 1u << w))
        scan_node(t, w, n, depth_of(n));
}

static void directory_left(struct cgroup_tree *t, int w, struct cgroup_node *parent,
                           const char *name)
{
    struct cgroup_node *n = cgroup_tree_find(t, parent, name);

    if (n)
        lose(t, n, w);
}

static void take_event(struct cgroup_tree *t, int w, const struct inotify_event *event)
{
    struct watched *watched = &t->watched[w];
    struct cgroup_node *n = cgroup_watches_find(&watched->watches, event->wd);

    if (event->mask & IN_Q_OVERFLOW) {
        watched->scan = true;
        t->user.lost(t->user.data);
    }
    if (event->mask & IN_IGNORED)
        forget_watch(watched, event->wd);
    else if (!n || n->dead || !event->len)
        return;
    else if (!(event->mask & IN_ISDIR))
        t->user.written(t->user.data, n, event->name);
    else if (event->mask & (IN_CREATE | IN_MOVED_TO))
        directory_came(t, w, n, event->name);
    else if (event->mask & (IN_DELETE | IN_MOVED_FROM))
        directory_left(t, w, n, event->name);
}

static void take_events(struct cgroup_tree *t, int w)
{
    _Alignas(struct inotify_event) char buffer[16384];
    ssize_t n;

    while ((n = read(t->watched[w].inotify, buffer, sizeof(buffer))) > 0)
        for (char *p = buffer; p < buffer + n;) {
            const struct inotify_event *event = (const struct inotify_event *)p;
            p += sizeof(*event) + event->len;
            take_event(t, w, event);
        }
}

/* ---- the tree ---- */

/* A directory that was removed from its home may still exist in another tree, or exist again. There
 * it gets a new identity. */
static void find_homes(struct cgroup_tree *t, struct cgroup_node *n)
{
    for (int w = 0; w < t->count && n->home < 0 && n->present; w++) {
        struct stat st;
        if (!(n->present & 1u << w))
            continue;
        int fd = open_node(t, &t->watched[w], n);
        t->homeless |= fd < 0 && kept_is_starved(-errno);
        bool is_there = fd >= 0 && fstat(fd, &st) == 0;
        if (fd >= 0)
            close(fd);
        kept_take_back(t->budget);
        if (is_there)
            take_home(t, n, w, st.st_ino);
    }
    for (struct cgroup_node *c = n->child; c; c = c->next)
        find_homes(t, c);
}

struct cgroup_tree *cgroup_tree_new(const struct hierarchies *h, const int watched[], int count,
                                    const struct cgroup_tree_user *user,
                                    struct kept_budget *budget)
{
    struct cgroup_tree *t = g_new0(struct cgroup_tree, 1);

    t->hierarchies = h;
    t->user = *user;
    t->budget = budget;
    t->root = node_new(NULL, "");
    t->children = g_ptr_array_new();
    t->path = g_string_new(NULL);
    t->count = MIN(count, CGROUP_WATCHED_MAX);
    for (int w = 0; w < t->count; w++) {
        t->watched[w].hierarchy = watched[w];
        t->watched[w].inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        t->watched[w].scan = true;
    }
    return t;
}

void cgroup_tree_free(struct cgroup_tree *t)
{
    if (!t)
        return;
    for (int w = 0; w < t->count; w++)
        lose(t, t->root, w);
    for (int w = 0; w < t->count; w++) {
        struct watched *watched = &t->watched[w];
        while (watched->watches.count)
            forget_watch(watched, watched->watches.wds[watched->watches.count - 1]);
        cgroup_watches_clear(&watched->watches);
        if (watched->inotify >= 0)
            close(watched->inotify);
    }
    g_ptr_array_free(t->children, TRUE);
    g_string_free(t->path, TRUE);
    g_free(t->root);
    g_free(t);
}

void cgroup_tree_update(struct cgroup_tree *t, int64_t now_ns)
{
    for (int w = 0; w < t->count; w++) {
        struct watched *watched = &t->watched[w];
        if (watched->inotify >= 0)
            take_events(t, w);
        if (watched->scan || (watched->polled && now_ns >= watched->scan_at_ns))
            scan_tree(t, w, now_ns);
    }
    if (t->homeless) {
        t->homeless = false;
        find_homes(t, t->root);
    }
}

bool cgroup_tree_tells(const struct cgroup_tree *t, int hierarchy)
{
    for (int w = 0; w < t->count; w++)
        if (t->watched[w].hierarchy == hierarchy)
            return !t->watched[w].polled;
    return false;
}

bool cgroup_tree_is_starved(const struct cgroup_tree *t)
{
    bool starved = t->homeless;

    for (int w = 0; w < t->count; w++)
        starved |= t->watched[w].starved;
    return starved;
}

struct cgroup_node *cgroup_tree_root(const struct cgroup_tree *t)
{
    return t->root;
}

int cgroup_node_hierarchy(const struct cgroup_tree *t, const struct cgroup_node *node)
{
    return t->watched[node->home < 0 ? 0 : node->home].hierarchy;
}
