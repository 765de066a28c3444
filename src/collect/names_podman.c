/* Podman: the command line of the container's conmon, which anybody may read; image and pod from
 * the storage files, which belong to the container's user. */
#include "collect/names_round.h"

#include <string.h>

/* Each container of a storage file: {"id", "names": [...], "metadata": "{...}" (JSON in a string)}
 */
static void learn_container(GHashTable *podman, json_object *container)
{
    const char *id = names_json_text(container, "id");
    const char *metadata = names_json_text(container, "metadata");
    json_object *names = NULL, *inner = metadata ? json_tokener_parse(metadata) : NULL;
    struct names_answer found = {0};

    if (json_object_object_get_ex(container, "names", &names) &&
        json_object_is_type(names, json_type_array) && json_object_array_length(names))
        found.name = g_strdup(json_object_get_string(json_object_array_get_idx(names, 0)));
    if (inner)
        found.image = g_strdup(names_json_text(inner, "image-name"));
    json_object_put(inner);
    if (id && found.name)
        g_hash_table_replace(podman, g_strdup(id), g_memdup2(&found, sizeof(found)));
    else
        names_answer_clear(&found);
}

static void learn_storage(struct names_round *r, const char *storage)
{
    static const char *const files[] = {"containers.json", "volatile-containers.json"};

    for (size_t f = 0; f < G_N_ELEMENTS(files); f++) {
        char *path = g_strdup_printf("%s/overlay-containers/%s", storage, files[f]);
        json_object *list = names_json_file(r, path);
        if (json_object_is_type(list, json_type_array))
            for (size_t i = 0; i < json_object_array_length(list); i++)
                learn_container(r->podman, json_object_array_get_idx(list, i));
        json_object_put(list);
        g_free(path);
    }
}

/* Storage of root is read once per round; that of a user is added when one of hers is asked for. */
static struct names_answer *in_storage(struct names_round *r, const struct names_query *q)
{
    if (!r->podman) {
        r->podman = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, names_answer_free);
        learn_storage(r, "/var/lib/containers/storage");
    }
    struct names_answer *known = g_hash_table_lookup(r->podman, q->id);
    char *home = known ? NULL : names_rootless_home(q->path);
    if (home) {
        char *storage = g_strconcat(home, "/.local/share/containers/storage", NULL);
        learn_storage(r, storage);
        g_free(storage);
        known = g_hash_table_lookup(r->podman, q->id);
    }
    g_free(home);
    return known;
}

bool names_find_podman(struct names_round *r, const struct names_query *q, struct names_answer *out)
{
    const struct names_answer *stored = in_storage(r, q);
    const char *name = g_hash_table_lookup(names_commands(r), q->id);

    if (!name && !stored)
        return false;
    out->name = g_strdup(name ? name : stored->name);
    out->image = stored ? g_strdup(stored->image) : NULL;
    return true;
}
