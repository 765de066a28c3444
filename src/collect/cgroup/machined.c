/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/machined.h"

#include "base/clock_read.h"
#include "base/parse.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MACHINES "/run/systemd/machines"
#define UNIT "unit:"

/* The last component of the first LENGTH bytes of a path. */
static char *unit_of(const char *path, size_t length)
{
    const char *slash = g_strrstr_len(path, (gssize)length, "/");
    const char *unit = slash ? slash + 1 : path;

    return g_strndup(unit, length - (size_t)(unit - path));
}

/* The value of KEY in a file of lines "KEY=value"; g_free(). */
static char *value_of(const char *text, const char *key)
{
    for (const char *line = text; *line; line = parse_next_line(line))
        if (g_str_has_prefix(line, key) && line[strlen(key)] == '=') {
            const char *value = line + strlen(key) + 1;
            return g_strndup(value, strcspn(value, "\n"));
        }
    return NULL;
}

/* Make WHAT a container or a machine of this name. False: the path showed that already, or it is
 * neither. */
static bool become(struct container *what, const char *class, const char *name)
{
    bool machine = strcmp(class, "vm") == 0;

    if (machine ? what->role == CONTAINER_VM : what->role == CONTAINER_GUEST)
        return false;
    if (!machine && strcmp(class, "container") != 0)
        return false;
    what->role = machine ? CONTAINER_VM : CONTAINER_GUEST;
    what->type = machine ? GUEST_VM : GUEST_NSPAWN;
    what->id[0] = what->group[0] = '\0';
    if (name)
        g_strlcpy(what->name, name, sizeof(what->name));
    return true;
}

bool machined_corrects(const struct root *root, const char *path, struct container *what,
                       struct file_buffer *scratch)
{
    if (what->type != GUEST_NSPAWN && what->role != CONTAINER_SERVICE)
        return false;
    char *unit = unit_of(path, what->length);
    char *file = g_strconcat(MACHINES "/" UNIT, unit, NULL);
    char *class = file_read(root, file, scratch) > 0 ? value_of(scratch->text, "CLASS") : NULL;
    char *name = class ? value_of(scratch->text, "NAME") : NULL;
    bool corrected = class && become(what, class, name);

    g_free(name);
    g_free(class);
    g_free(file);
    g_free(unit);
    return corrected;
}

/* ---- all units ---- */

static GHashTable *list_units(const struct root *root)
{
    GHashTable *units = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    DIR *dir;

    root_open_dir(root, MACHINES, &dir);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (g_str_has_prefix(entry->d_name, UNIT))
            g_hash_table_add(units, g_strdup(entry->d_name + strlen(UNIT)));
    if (dir)
        closedir(dir);
    return units;
}

/* When the directory last changed; 0: there is none. */
static struct timespec changed_at(const struct root *root)
{
    int fd = root_open(root, MACHINES, O_PATH | O_DIRECTORY);
    struct timespec none = {.tv_sec = 0};
    struct stat st;
    bool there = fd >= 0 && fstat(fd, &st) == 0;

    if (fd >= 0)
        close(fd);
    return there ? st.st_mtim : none;
}

/* The timestamp of a directory has a limited resolution: an entry that is added in the same step in
 * which the list was read is found only if the list is read again. */
static bool is_fresh(struct timespec changed)
{
    enum { STEP_S = 2 };

    int64_t age_s = clock_wall_ns() / CLOCK_NS_PER_S - changed.tv_sec;

    return changed.tv_sec && age_s >= 0 && age_s < STEP_S;
}

bool machined_update(struct machined *m, const struct root *root)
{
    struct timespec changed = changed_at(root);
    bool same = changed.tv_sec == m->changed.tv_sec && changed.tv_nsec == m->changed.tv_nsec;

    if (same && (!m->units || !is_fresh(changed)))
        return false;
    machined_clear(m);
    m->changed = changed;
    m->units = list_units(root);
    return true;
}

bool machined_has(const struct machined *m, const char *unit)
{
    return m->units && g_hash_table_contains(m->units, unit);
}

void machined_clear(struct machined *m)
{
    g_clear_pointer(&m->units, g_hash_table_destroy);
    m->changed = (struct timespec){.tv_sec = 0};
}
