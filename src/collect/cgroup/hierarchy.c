/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/hierarchy.h"

#include "base/file.h"
#include "base/parse.h"
#include "collect/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <libcgroup.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Names in mount options and in cgroup.controllers. */
static const struct {
    const char *v1, *v2; /* NULL: that version has none; "": every group of v2 has it */
} NAMES[CONTROLLER_COUNT] = {
    [CONTROLLER_CPU] = {"cpu", "cpu"},           [CONTROLLER_CPUACCT] = {"cpuacct", ""},
    [CONTROLLER_CPUSET] = {"cpuset", "cpuset"},  [CONTROLLER_MEMORY] = {"memory", "memory"},
    [CONTROLLER_IO] = {"blkio", "io"},           [CONTROLLER_PIDS] = {"pids", "pids"},
    [CONTROLLER_FREEZER] = {"freezer", ""},      [CONTROLLER_UNIFIED] = {NULL, ""},
    [CONTROLLER_NAMED] = {"name=systemd", NULL},
};

/* A place where a control group file system may be mounted. */
struct mount {
    const char *root, *point, *options;
    dev_t device; /* 0: not known */
    bool v2;
};

/* The state of a search: whole trees first, then parts of trees. */
struct search {
    const struct root *root;
    struct hierarchies *out;
    bool real;  /* the mounts are those of a kernel, not of a saved tree */
    bool parts; /* parts of trees are accepted */
};

static bool is_below(int dir, const char *name)
{
    return faccessat(dir, name, F_OK, 0) == 0;
}

/* Whether DIR is the root of a whole hierarchy. The root field of mountinfo does not show this,
 * because it is relative to the control group namespace of the reader. But only the root has
 * "cgroup.sane_behavior" (v1), and every group except the root has "cgroup.events" (v2). */
static bool is_whole(const struct search *s, const struct mount *m, int dir)
{
    if (!s->real)
        return !m->root || strcmp(m->root, "/") == 0;
    return m->v2 ? !is_below(dir, "cgroup.events") : is_below(dir, "cgroup.sane_behavior");
}

/* A mount may be hidden by another one at the same place. */
static bool is_visible(const struct search *s, const struct mount *m, int dir)
{
    struct statfs fs;
    struct stat st;

    if (!s->real)
        return true;
    return fstatfs(dir, &fs) == 0 && fstat(dir, &st) == 0 &&
           fs.f_type == (m->v2 ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC) &&
           (!m->device || m->device == st.st_dev);
}

/* The index of the tree mounted there, which is added if it is new; -1 if it cannot be opened, or
 * is only a part while whole trees are looked for. */
static int tree_at(const struct search *s, const struct mount *m)
{
    struct hierarchies *h = s->out;

    for (int i = 0; i < h->count; i++)
        if (strcmp(h->list[i].mount, m->point) == 0)
            return i;
    if (h->count == HIERARCHY_MAX)
        return -1;
    int fd = root_open(s->root, m->point, O_PATH | O_DIRECTORY);
    if (fd == -EMFILE || fd == -ENFILE)
        h->error = fd;
    if (fd < 0)
        return -1;
    bool whole = is_whole(s, m, fd);
    if (!is_visible(s, m, fd) || (!whole && !s->parts)) {
        close(fd);
        return -1;
    }
    h->list[h->count] =
        (struct hierarchy){.fd = fd, .mount = g_strdup(m->point), .v2 = m->v2, .whole = whole};
    h->namespaced |= !whole;
    return h->count++;
}

static void assign(struct hierarchies *h, enum controller c, int tree)
{
    if (tree < 0 || h->of[c] >= 0)
        return;
    h->of[c] = tree;
    h->list[tree].holds |= 1u << c;
}

/* ---- mountinfo ---- */

/* "36 35 98:0 /root /point options [fields] - type source super-options"; LINE is cut up. */
static bool parse_mount(char *line, struct mount *out)
{
    char *field[6], *rest = line;

    for (int i = 0; i < 6; i++)
        if (!(field[i] = strsep(&rest, " ")))
            return false;
    char *dash = rest && rest[0] == '-' ? rest : rest ? strstr(rest, " - ") : NULL;
    if (!dash)
        return false;
    rest = strchr(dash, '-') + 1;
    while (*rest == ' ')
        rest++;
    char *type = strsep(&rest, " ");
    if (!rest || !strsep(&rest, " ") || !rest)
        return false;
    out->v2 = strcmp(type, "cgroup2") == 0;
    if (!out->v2 && strcmp(type, "cgroup") != 0)
        return false;
    procfs_unescape(field[4]);
    *out = (struct mount){.root = field[3], .point = field[4], .options = rest, .v2 = out->v2};
    const char *p = field[2];
    uint64_t number[2];
    if (parse_u64(&p, &number[0]) && *p++ == ':' && parse_u64(&p, &number[1]))
        out->device = makedev((unsigned)number[0], (unsigned)number[1]);
    return true;
}

static bool has_word(const char *list, const char *word, const char *separators)
{
    size_t length = strlen(word);

    for (const char *p = list; *p;) {
        size_t n = strcspn(p, separators);
        if (n == length && memcmp(p, word, n) == 0)
            return true;
        p += n;
        p += strspn(p, separators);
    }
    return false;
}

/* All v1 trees first: where both versions could provide a value, the controller is enabled in
 * v1. */
static void add_v1(const struct search *s, const struct mount *m)
{
    for (int c = 0; c < CONTROLLER_COUNT; c++)
        if (NAMES[c].v1 && s->out->of[c] < 0 && has_word(m->options, NAMES[c].v1, ",\n"))
            assign(s->out, (enum controller)c, tree_at(s, m));
}

static void add_v2(const struct search *s, const struct mount *m)
{
    struct file_buffer controllers = {0};
    int tree = s->out->of[CONTROLLER_UNIFIED] < 0 ? tree_at(s, m) : -1;

    if (tree < 0)
        return;
    int dir = root_open(s->root, m->point, O_RDONLY | O_DIRECTORY);
    if (dir < 0 || file_read_at(dir, "cgroup.controllers", &controllers) < 0)
        controllers.length = 0;
    if (dir >= 0)
        close(dir);
    for (int c = 0; c < CONTROLLER_COUNT; c++) {
        const char *name = NAMES[c].v2;
        if (name && (!*name || (controllers.length && has_word(controllers.text, name, " \n"))))
            assign(s->out, (enum controller)c, tree);
    }
    file_buffer_clear(&controllers);
}

static void add_mounts(const struct search *s, const char *text, bool v2)
{
    char *copy = g_strdup(text), *rest = copy;

    for (char *line; (line = strsep(&rest, "\n"));) {
        struct mount m;
        if (!parse_mount(line, &m) || m.v2 != v2)
            continue;
        if (v2)
            add_v2(s, &m);
        else
            add_v1(s, &m);
    }
    g_free(copy);
}

/* ---- libcgroup ---- */

static void say_nothing(void *data, int level, const char *format, va_list ap)
{
    (void)data;
    (void)level;
    (void)format;
    (void)ap;
}

/* libcgroup knows the controllers of a live host, but not the version of their trees, and only
 * those v2 trees that have a controller; mountinfo adds the rest. Calling cgroup_init() again reads
 * the mounts again. An iterator whose first call failed must not be ended (libcgroup 2.0
 * crashes). */
static void ask_libcgroup(const struct search *s)
{
    struct cgroup_mount_point info;
    void *handle = NULL;

    cgroup_set_logger(say_nothing, CGROUP_LOG_ERROR, NULL);
    if (cgroup_init() != 0)
        return;
    int error = cgroup_get_controller_begin(&handle, &info);
    if (error)
        return;
    for (; !error; error = cgroup_get_controller_next(&handle, &info)) {
        struct statfs fs;
        struct mount m = {.point = info.path};
        m.v2 = statfs(info.path, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
        for (int c = 0; c < CONTROLLER_COUNT; c++) {
            const char *name = m.v2 ? NAMES[c].v2 : NAMES[c].v1;
            if (name && strcmp(info.name, name) == 0)
                assign(s->out, (enum controller)c, tree_at(s, &m));
        }
    }
    cgroup_get_controller_end(&handle);
}

/* ---- the search ---- */

const char *hierarchies_mounts(const struct root *root)
{
    /* If the root is a directory in which the host's "/" is mounted, vtop's own mount paths are not
     * the host's; those of process 1 are. */
    bool elsewhere = root_is_live(root) && !root_is_own(root);

    return elsewhere ? "/proc/1/mountinfo" : "/proc/self/mountinfo";
}

/* Whether the list of mounts comes from the kernel: that of a fixture is a plain file. */
static bool is_said_by_kernel(const struct root *root)
{
    int fd = root_is_live(root) ? root_open(root, hierarchies_mounts(root), O_RDONLY) : -1;
    struct statfs fs;
    bool said = fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;

    if (fd >= 0)
        close(fd);
    return said;
}

int hierarchies_find(const struct root *root, struct hierarchies *out)
{
    struct file_buffer mounts = {0};
    struct search s = {.root = root, .out = out, .real = is_said_by_kernel(root)};
    ssize_t n = file_read(root, hierarchies_mounts(root), &mounts);

    *out = (struct hierarchies){.count = 0};
    for (int c = 0; c < CONTROLLER_COUNT; c++)
        out->of[c] = -1;
    for (int pass = 0; pass < 2; pass++, s.parts = true) {
        if (root_is_own(root))
            ask_libcgroup(&s);
        if (n >= 0) {
            add_mounts(&s, mounts.text, false);
            add_mounts(&s, mounts.text, true);
        }
    }
    file_buffer_clear(&mounts);
    return n < 0 ? (int)n : out->error;
}

void hierarchies_clear(struct hierarchies *h)
{
    for (int i = 0; i < h->count; i++) {
        close(h->list[i].fd);
        g_free(h->list[i].mount);
    }
    h->count = 0;
}

/* Another tree may be mounted at the same place now. */
static bool same_tree(const struct hierarchy *a, const struct hierarchy *b)
{
    struct stat x, y;

    return strcmp(a->mount, b->mount) == 0 && a->v2 == b->v2 && fstat(a->fd, &x) == 0 &&
           fstat(b->fd, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

bool hierarchies_equal(const struct hierarchies *a, const struct hierarchies *b)
{
    if (a->count != b->count || memcmp(a->of, b->of, sizeof(a->of)) != 0)
        return false;
    for (int i = 0; i < a->count; i++)
        if (!same_tree(&a->list[i], &b->list[i]))
            return false;
    return true;
}

/* Whether CONTROLLERS, of a line "4:cpu,cpuacct:/path", are those of this tree. */
static bool names_tree(const struct hierarchy *h, const char *controllers)
{
    if (h->v2)
        return !*controllers;
    for (int c = 0; c < CONTROLLER_COUNT; c++)
        if (NAMES[c].v1 && h->holds & 1u << c && has_word(controllers, NAMES[c].v1, ","))
            return true;
    return false;
}

char *hierarchies_process_path(const struct hierarchies *h, int tree, const char *text)
{
    char *path = NULL;
    char **lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line && !path; line++) {
        char *controllers = strchr(*line, ':');
        char *end = controllers ? strchr(++controllers, ':') : NULL;
        if (!end)
            continue;
        *end = '\0';
        if (end[1] == '/' && names_tree(&h->list[tree], controllers))
            path = g_strdup(end + 1);
    }
    g_strfreev(lines);
    return path;
}
