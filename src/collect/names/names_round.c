/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/names/names_round.h"

#include "base/parse.h"
#include "collect/names/names_json.h"
#include "collect/procfs.h"

#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

enum { ANCESTORS_MAX = 8 };

void names_round_clear(struct names_round *r)
{
    GHashTable *tables[] = {r->stores, r->kube, r->homes};

    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
        if (tables[i])
            g_hash_table_unref(tables[i]);
    file_buffer_clear(&r->buffer);
    *r = (struct names_round){0};
}

void names_backoff_fail(struct names_backoff *b, int64_t now_ns, int64_t longest_ns)
{
    b->pause_ns = CLAMP(2 * b->pause_ns, NAMES_PAUSE_MIN_NS, longest_ns);
    b->due_ns = now_ns + b->pause_ns;
}

json_object *names_json_file(struct names_round *r, const char *path)
{
    ssize_t n = file_read(r->root, path, &r->buffer);

    return n > 0 ? names_json(r->buffer.text, (size_t)n) : NULL;
}

/* ---- users ---- */

/* "name:password:uid:gid:comment:home:shell" in /etc/passwd, which a saved tree may have too. */
static char *home_in_passwd(struct names_round *r, uint64_t uid)
{
    enum { UID = 2, HOME = 5 };
    char *home = NULL;

    if (file_read(r->root, "/etc/passwd", &r->buffer) < 0)
        return NULL;
    char **lines = g_strsplit(r->buffer.text, "\n", -1);
    for (char **line = lines; *line && !home; line++) {
        char **fields = g_strsplit(*line, ":", -1);
        const char *number = g_strv_length(fields) > HOME ? fields[UID] : "";
        uint64_t n;
        if (parse_u64_only(number, &n) && n == uid && fields[HOME][0] == '/')
            home = g_strdup(fields[HOME]);
        g_strfreev(fields);
    }
    g_strfreev(lines);
    return home;
}

/* Users of directory services (LDAP) are not in the file. A query may take long, but in this thread
 * only names are delayed. */
static char *home_in_directory(const struct names_round *r, uint64_t uid)
{
    enum { SIZE = 16384 };
    struct passwd user, *found = NULL;

    if (!root_is_own(r->root) || uid > UINT32_MAX)
        return NULL;
    char *buffer = g_malloc(SIZE);
    getpwuid_r((uid_t)uid, &user, buffer, SIZE, &found);
    char *home = found && found->pw_dir[0] == '/' ? g_strdup(found->pw_dir) : NULL;
    g_free(buffer);
    return home;
}

const char *names_home(struct names_round *r, uint64_t uid)
{
    void *home;

    if (!r->homes)
        r->homes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    if (g_hash_table_lookup_extended(r->homes, &uid, NULL, &home))
        return home;
    home = home_in_passwd(r, uid);
    if (!home)
        home = home_in_directory(r, uid);
    g_hash_table_insert(r->homes, g_memdup2(&uid, sizeof(uid)), home);
    return home;
}

bool names_rootless_uid(const char *path, uint64_t *uid)
{
    static const char slice[] = "/user-";
    const char *at = strstr(path, slice);

    if (!at)
        return false;
    at += strlen(slice);
    return g_ascii_isdigit(*at) && parse_u64(&at, uid) && *uid && g_str_has_prefix(at, ".slice");
}

/* ---- command lines ---- */

const char *names_argument(const struct file_buffer *command, const char *option)
{
    const char *end = command->text + command->length;

    for (const char *word = command->text; word < end; word += strlen(word) + 1)
        if (strcmp(word, option) == 0 && word + strlen(word) + 1 < end)
            return word + strlen(word) + 1;
    return NULL;
}

pid_t names_find_ancestor(struct names_round *r, pid_t pid, names_is_command *is)
{
    char path[32];

    for (int i = 0; i < ANCESTORS_MAX && pid > 1; i++) {
        struct procfs_stat stat;
        g_snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
        if (file_read(r->host, path, &r->buffer) > 0 && is(&r->buffer))
            return pid;
        g_snprintf(path, sizeof(path), "/proc/%d/stat", pid);
        if (file_read(r->host, path, &r->buffer) <= 0 || !procfs_parse_stat(r->buffer.text, &stat))
            return 0;
        pid = (pid_t)stat.parent;
    }
    return 0;
}

const char *names_program(const struct file_buffer *command)
{
    const char *slash = strrchr(command->text, '/');

    return slash ? slash + 1 : command->text;
}

static bool is_conmon(const struct file_buffer *command)
{
    return strcmp(names_program(command), "conmon") == 0;
}

/* conmon ... -c ID ... -n NAME ... -b BUNDLE: every user may read it. */
bool names_find_conmon(struct names_round *r, const struct names_query *q)
{
    if (!q->pid || !names_find_ancestor(r, q->pid, is_conmon))
        return false;
    return !*q->id || g_strcmp0(names_argument(&r->buffer, "-c"), q->id) == 0;
}
