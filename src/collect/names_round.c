#include "collect/names_round.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>

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
    GHashTable *tables[] = {r->docker, r->commands, r->podman, r->kube};

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

json_object *names_json_file(struct names_round *r, const char *path)
{
    if (file_read(r->root, path, &r->buffer) < 0)
        return NULL;
    return json_tokener_parse(r->buffer.text);
}

const char *names_json_text(json_object *object, const char *key)
{
    json_object *value;

    if (!json_object_object_get_ex(object, key, &value) ||
        !json_object_is_type(value, json_type_string))
        return NULL;
    return json_object_get_string(value);
}

char *names_rootless_home(const char *path)
{
    static const char slice[] = "/user-";
    const char *at = strstr(path, slice);
    char *end;

    if (!at || !g_ascii_isdigit(at[sizeof(slice) - 1]))
        return NULL;
    guint64 uid = g_ascii_strtoull(at + sizeof(slice) - 1, &end, 10);
    struct passwd entry, *user = NULL;
    char texts[4096];
    if (!g_str_has_prefix(end, ".slice") || uid > UINT32_MAX ||
        getpwuid_r((uid_t)uid, &entry, texts, sizeof(texts), &user) != 0 || !user)
        return NULL;
    return g_strdup(user->pw_dir);
}

/* ---- command lines ---- */

/* The word after OPTION in a command line of NUL-ended words, or NULL. */
static const char *argument(const struct file_buffer *b, const char *option)
{
    const char *end = b->text + b->length;

    for (const char *word = b->text; word < end; word += strlen(word) + 1)
        if (!strcmp(word, option) && word + strlen(word) + 1 < end)
            return word + strlen(word) + 1;
    return NULL;
}

/* conmon -c ID ... -n NAME; "[lxc monitor] /var/lib/lxc NAME" is one word. */
static void learn_from_command(GHashTable *commands, const struct file_buffer *b)
{
    const char *slash = strrchr(b->text, '/');

    if (g_str_has_prefix(b->text, "[lxc monitor] ")) {
        const char *name = strrchr(b->text, ' ') + 1;
        g_hash_table_replace(commands, g_strdup(name), g_strdup(name));
    } else if (!strcmp(slash ? slash + 1 : b->text, "conmon")) {
        const char *id = argument(b, "-c"), *name = argument(b, "-n");
        if (id && name)
            g_hash_table_replace(commands, g_strdup(id), g_strdup(name));
    }
}

GHashTable *names_commands(struct names_round *r)
{
    if (r->commands)
        return r->commands;
    r->commands = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    int fd = root_open(r->root, "/proc", O_RDONLY | O_DIRECTORY);
    DIR *proc = fd >= 0 ? fdopendir(fd) : NULL;
    for (struct dirent *d; proc && (d = readdir(proc));) {
        char path[64];
        if (!g_ascii_isdigit(d->d_name[0]) || strlen(d->d_name) > 10)
            continue;
        g_snprintf(path, sizeof(path), "/proc/%.10s/cmdline", d->d_name);
        if (file_read(r->root, path, &r->buffer) > 0)
            learn_from_command(r->commands, &r->buffer);
    }
    if (proc)
        closedir(proc);
    return r->commands;
}
