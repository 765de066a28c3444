#include <config.h>

#include "collect/names_round.h"

#include "base/parse.h"
#include "collect/procfs.h"

#include <string.h>

enum { ANCESTORS_MAX = 8, JSON_DEPTH = 32, JSON_MAX = 16 << 20 };

void names_answer_clear(struct names_answer *a)
{
    g_free(a->name);
    g_free(a->image);
    g_free(a->group);
    *a = (struct names_answer){0};
}

void names_answer_free(void *p)
{
    if (!p)
        return;
    names_answer_clear(p);
    g_free(p);
}

void names_round_clear(struct names_round *r)
{
    GHashTable *tables[] = {r->docker, r->stores, r->kube};

    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
        if (tables[i])
            g_hash_table_destroy(tables[i]);
    file_buffer_clear(&r->buffer);
    *r = (struct names_round){0};
}

bool names_find(struct names_round *r, const struct names_query *q, struct names_answer *out)
{
    switch (q->type) {
    case GUEST_DOCKER:
    case GUEST_BUILDKIT:
        return names_find_docker(r, q, out);
    case GUEST_PODMAN:
        return names_find_podman(r, q, out);
    case GUEST_CONTAINERD:
    case GUEST_CRIO:
    case GUEST_KATA:
        return names_find_kube(r, q, out);
    case GUEST_LXC:
    case GUEST_NSPAWN:
    case GUEST_LIBVIRT_LXC:
        return names_find_machine(r, q, out);
    default:
        return false;
    }
}

/* ---- JSON ---- */

json_object *names_json(const char *text, size_t length)
{
    json_tokener *tokener = length <= JSON_MAX ? json_tokener_new_ex(JSON_DEPTH) : NULL;
    json_object *object = tokener ? json_tokener_parse_ex(tokener, text, (int)length) : NULL;

    if (tokener)
        json_tokener_free(tokener);
    return object;
}

json_object *names_json_file(struct names_round *r, const char *path)
{
    ssize_t n = file_read(r->root, path, &r->buffer);

    return n > 0 ? names_json(r->buffer.text, (size_t)n) : NULL;
}

const char *names_json_text(json_object *object, const char *key)
{
    json_object *value;

    if (!json_object_object_get_ex(object, key, &value) ||
        !json_object_is_type(value, json_type_string))
        return NULL;
    return json_object_get_string(value);
}

/* ---- users ---- */

/* "name:password:uid:gid:comment:home:shell" of /etc/passwd, which also a saved tree may have.
 * Users of directory services are not in it: asking for them may take long. */
static char *home_of(struct names_round *r, uint64_t uid)
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

char *names_rootless_home(struct names_round *r, const char *path)
{
    static const char slice[] = "/user-";
    const char *at = strstr(path, slice);
    uint64_t uid;

    if (!at)
        return NULL;
    at += strlen(slice);
    if (!g_ascii_isdigit(*at) || !parse_u64(&at, &uid) || !g_str_has_prefix(at, ".slice"))
        return NULL;
    return home_of(r, uid);
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

bool names_find_ancestor(struct names_round *r, pid_t pid, names_is_command *is)
{
    char path[32];

    for (int i = 0; i < ANCESTORS_MAX && pid > 1; i++) {
        struct procfs_stat stat;
        g_snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
        if (file_read(r->host, path, &r->buffer) > 0 && is(&r->buffer))
            return true;
        g_snprintf(path, sizeof(path), "/proc/%d/stat", pid);
        if (file_read(r->host, path, &r->buffer) <= 0 || !procfs_parse_stat(r->buffer.text, &stat))
            return false;
        pid = (pid_t)stat.parent;
    }
    return false;
}

static bool is_conmon(const struct file_buffer *command)
{
    const char *slash = strrchr(command->text, '/');

    return strcmp(slash ? slash + 1 : command->text, "conmon") == 0;
}

/* conmon ... -c ID ... -n NAME ... -b BUNDLE: anybody may read it. */
bool names_find_conmon(struct names_round *r, const struct names_query *q)
{
    if (!q->pid || !names_find_ancestor(r, q->pid, is_conmon))
        return false;
    return g_strcmp0(names_argument(&r->buffer, "-c"), q->id) == 0;
}
