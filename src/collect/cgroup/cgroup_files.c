/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/cgroup_files.h"

#include "collect/cgroup/container.h"
#include "collect/viewpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Consecutive collections on the screen until a guest has priority. */
enum { STEADY = 2 };

/* ---- the plan ---- */

void cgroup_plan_init(struct cgroup_plan *p, const struct root *root, struct kept_budget *budget)
{
    *p = (struct cgroup_plan){.root = root, .budget = budget, .path = g_string_new(NULL)};
    p->no_pressure =
        root_exists(root, "/proc/pressure/cpu") ? REASON_NO_CONTROLLER : REASON_PRESSURE_OFF;
    cgroup_parser_init(&p->parser, root);
    cgroup_dirs_init(&p->dirs, budget);
}

void cgroup_plan_clear(struct cgroup_plan *p)
{
    cgroup_parser_clear(&p->parser);
    cgroup_dirs_clear(&p->dirs);
    g_string_free(p->path, TRUE);
}

static void plan_version(struct cgroup_plan *p, const struct cgroup_file *files, bool v2)
{
    for (const struct cgroup_file *f = files; f->parse && p->count < CGROUP_PLAN_MAX; f++) {
        int tree = p->hierarchies.of[f->controller];
        bool here = tree < 0 ? v2 : p->hierarchies.list[tree].v2 == v2;
        if (!here)
            continue;
        p->files[p->count].file = f;
        p->files[p->count].usual = 0;
        p->files[p->count++].tree = tree;
    }
}

void cgroup_plan_files(struct cgroup_plan *p)
{
    p->count = 0;
    plan_version(p, CGROUP_V1_FILES, false);
    plan_version(p, CGROUP_V2_FILES, true);
}

int cgroup_plan_place(struct cgroup_plan *p, int tree, const struct cgroup_node *node,
                      const char *name)
{
    int dir = cgroup_dirs_find(&p->dirs, &p->hierarchies, tree, node, p->path);

    g_string_append(p->path, name);
    return dir;
}

ssize_t cgroup_plan_read_in(struct cgroup_plan *p, int tree, const struct cgroup_node *node,
                            const char *name)
{
    int dir = cgroup_plan_place(p, tree, node, name);

    return kept_read_once(p->budget, dir, p->path->str);
}

ssize_t cgroup_plan_read(struct cgroup_plan *p, enum controller c, const struct cgroup_node *node,
                         const char *name)
{
    int tree = p->hierarchies.of[c];

    return tree < 0 ? -ENODEV : cgroup_plan_read_in(p, tree, node, name);
}

bool cgroup_plan_is_v2(const struct cgroup_plan *p, enum controller c)
{
    int tree = p->hierarchies.of[c];

    return tree >= 0 && p->hierarchies.list[tree].v2;
}

enum reason cgroup_files_reason(ssize_t error, enum reason if_missing)
{
    switch (error) {
    case -ENOENT:
    case -ENODEV:
        return if_missing;
    case -EACCES:
    case -EPERM:
        return REASON_DENIED;
    case -EOPNOTSUPP:
        return if_missing == REASON_PRESSURE_OFF ? if_missing : REASON_NO_FILE;
    default:
        return REASON_UNREADABLE;
    }
}

G_STATIC_ASSERT(REASON_COUNT <= 1 << 6 && CGROUP_NAMES < 1 << 2); /* the widths of the bit fields */

/* ---- where a file is ---- */

static int name_of(const struct cgroup_files *f, int i)
{
    return f->state[i].name_plus_1 ? f->state[i].name_plus_1 - 1 : 0;
}

/* Puts the path into p->path and returns the directory that it is relative to. */
static int place_of(const struct cgroup_files *f, struct cgroup_plan *p, int i)
{
    int tree = p->files[i].tree;
    const char *name = p->files[i].file->names[name_of(f, i)];

    if (!f->elsewhere || !f->elsewhere[tree])
        return cgroup_plan_place(p, tree, f->node, name);
    g_string_printf(p->path, "./%s/%s", f->elsewhere[tree], name);
    return p->hierarchies.list[tree].fd;
}

ssize_t cgroup_files_read(struct cgroup_files *f, struct cgroup_plan *p, int i)
{
    struct kept *kept = &f->kept[i];
    bool open = kept->fd_plus_1;
    int dir = open ? -1 : place_of(f, p, i);
    ssize_t n = kept_read_at(p->budget, kept, dir, p->path->str, FILE_WHOLE);

    if (n == -ENOENT && !open)
        cgroup_dirs_forget(&p->dirs, p->files[i].tree, f->node);
    return n;
}

bool cgroup_files_are_its_own(const struct cgroup_files *f, struct cgroup_plan *p, int home)
{
    struct stat st;

    if (f->kept[0].fd_plus_1)
        return true;
    int dir = cgroup_plan_place(p, home, f->node, ".");
    return fstatat(dir, p->path->str, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_ino == f->node->inode;
}

void cgroup_files_claim(struct cgroup_files *f, struct cgroup_plan *p, bool shown)
{
    f->shown = shown ? (uint8_t)MIN(f->shown + 1, STEADY) : 0;
    kept_claim(p->budget, f->shown == STEADY);
    for (int i = 0; i < CGROUP_PLAN_MAX; i++)
        kept_give_back(p->budget, &f->kept[i]);
}

static bool is_same_guest(const struct container *a, const struct container *b)
{
    return a->role == b->role && a->type == b->type && strcmp(a->id, b->id) == 0 &&
           strcmp(a->name, b->name) == 0;
}

/* In another tree the same guest may have another path, which /proc/PID/cgroup of its processes
 * shows. If that path is not one of the same guest, it is a group that the guest shares with
 * others. */
static bool find_elsewhere(struct cgroup_files *f, struct cgroup_plan *p, int i)
{
    int tree = p->files[i].tree;
    struct container here, there;
    char file[32], *path;

    g_snprintf(file, sizeof(file), "/proc/%d/cgroup", f->pid);
    if (!f->pid || (f->elsewhere && f->elsewhere[tree]) ||
        file_read(p->root, file, &p->budget->buffer) <= 0)
        return false;
    path = viewpoint_group_path(
        p->budget->viewpoint,
        hierarchies_process_path(&p->hierarchies, tree, p->budget->buffer.text));
    g_string_truncate(p->path, 0);
    cgroup_node_path(f->node, p->path);
    container_classify(p->path->str, &here);
    if (!path || !container_classify(path, &there) || !is_same_guest(&here, &there)) {
        g_free(path);
        return false;
    }
    path[there.length] = '\0';
    if (!f->elsewhere)
        f->elsewhere = g_new0(char *, HIERARCHY_MAX);
    f->elsewhere[tree] = path;
    return true;
}

/* ---- names ---- */

static void all_absent(struct record *out, const struct cgroup_file *file, enum reason why)
{
    for (const enum reading *r = file->readings; *r != R_NONE; r++)
        record_absent(out, *r, why);
}

/* NAME -1: none is in use. */
static void use_name(struct cgroup_files *f, struct cgroup_plan *p, int i, int name)
{
    kept_close(p->budget, &f->kept[i]);
    f->state[i].name_plus_1 = (unsigned)(name + 1) & 3;
}

/* The file does not exist, or counts nothing: another name may have values. The new file counts
 * something else, so its first reading is only a baseline. Returns whether any of the files
 * exists. */
static bool change_name(struct cgroup_files *f, struct cgroup_plan *p, int i, struct record *out)
{
    const struct cgroup_file *file = p->files[i].file;
    int old = f->state[i].name_plus_1 - 1, best = -1;

    for (int name = 0; name < CGROUP_NAMES && file->names[name]; name++) {
        use_name(f, p, i, name);
        if (cgroup_files_read(f, p, i) < 0)
            continue;
        if (best < 0 || name == p->files[i].usual)
            best = name;
        if (file->parse(&p->parser, file, p->budget->buffer.text, out)) {
            p->files[i].usual = (uint8_t)(best = name);
            break;
        }
    }
    use_name(f, p, i, best);
    if (best >= 0 && old >= 0 && best != old)
        all_absent(out, file, REASON_RESET);
    return best >= 0;
}

/* ---- what is in it ---- */

void cgroup_files_store(struct cgroup_files *f, struct cgroup_plan *p, int i, ssize_t n,
                        bool search, struct record *out)
{
    const struct cgroup_file *file = p->files[i].file;

    if (n == -ENOENT && search && find_elsewhere(f, p, i))
        n = cgroup_files_read(f, p, i);
    if (n > 0 && file->parse(&p->parser, file, p->budget->buffer.text, out))
        return;
    /* A file may be needed for the first time long after the others. */
    search |= !f->state[i].name_plus_1;
    if (file->names[1] && (n == -ENOENT || (n > 0 && search)) && change_name(f, p, i, out))
        return;
    if (n > 0)
        return;
    enum reason missing =
        file->if_missing == REASON_PRESSURE_OFF ? p->no_pressure : file->if_missing;
    enum reason why = n ? cgroup_files_reason(n, missing) : REASON_UNREADABLE;
    all_absent(out, file, why);
    f->state[i].missing = n == -ENOENT || n == -EACCES || n == -EOPNOTSUPP ? why & 63 : 0;
}

/* On a hybrid host a group may have no directory in a tree of version 1, while the tree of version
 * 2 has the same values. The plan has the files of both, and the first one that can be read is
 * used. */
static bool is_known(const struct record *out, const struct cgroup_file *file)
{
    uint64_t value;

    return record_get(out, file->readings[0], &value);
}

void cgroup_files_collect(struct cgroup_files *f, struct cgroup_plan *p, int i, bool search,
                          struct record *out)
{
    if (is_known(out, p->files[i].file))
        return;
    if (p->files[i].tree < 0)
        all_absent(out, p->files[i].file, REASON_NO_CONTROLLER);
    else if (f->state[i].missing)
        all_absent(out, p->files[i].file, f->state[i].missing);
    else
        cgroup_files_store(f, p, i, cgroup_files_read(f, p, i), search, out);
}

void cgroup_files_rest(struct cgroup_files *f, struct cgroup_plan *p, int i)
{
    kept_yield(p->budget, &f->kept[i]);
}

bool cgroup_files_has(const struct cgroup_files *f, const struct cgroup_plan *p, int i)
{
    return p->files[i].tree >= 0 && !f->state[i].missing;
}

void cgroup_files_look_again(struct cgroup_files *f)
{
    for (int i = 0; i < CGROUP_PLAN_MAX; i++)
        f->state[i].missing = REASON_OK;
}

void cgroup_files_close(struct cgroup_files *f, struct cgroup_plan *p)
{
    for (int i = 0; i < CGROUP_PLAN_MAX; i++)
        kept_close(p->budget, &f->kept[i]);
    for (int tree = 0; f->elsewhere && tree < HIERARCHY_MAX; tree++)
        g_free(f->elsewhere[tree]);
    g_free(f->elsewhere);
    f->elsewhere = NULL;
}
