/* Podman: the name from the command line of the container's conmon, which anybody may read; image
 * and pod from the storage files, which belong to the container's user. */
#include <config.h>

#include "collect/names_round.h"

#include <string.h>

#define ROOT_STORE "/var/lib/containers/storage/overlay-containers"

struct podman_entry {
    char *name, *image;
};

static void entry_free(void *p)
{
    struct podman_entry *e = p;

    g_free(e->name);
    g_free(e->image);
    g_free(e);
}

/* ---- the storage files: one list of all containers per user ---- */

/* {"id", "names": [...], "metadata": "{...}" (JSON in a string)} */
static void learn_container(GHashTable *store, json_object *container)
{
    const char *id = names_json_text(container, "id");
    const char *metadata = names_json_text(container, "metadata");
    json_object *inner = metadata ? names_json(metadata, strlen(metadata)) : NULL, *names = NULL;
    struct podman_entry *e = id ? g_new0(struct podman_entry, 1) : NULL;

    if (e && json_object_object_get_ex(container, "names", &names) &&
        json_object_is_type(names, json_type_array) && json_object_array_length(names))
        e->name = g_strdup(json_object_get_string(json_object_array_get_idx(names, 0)));
    if (e) {
        e->image = g_strdup(names_json_text(inner, "image-name"));
        g_hash_table_replace(store, g_strdup(id), e);
    }
    json_object_put(inner);
}

/* DIRECTORY: STORAGE/DRIVER-containers. */
static GHashTable *store_at(struct names_round *r, const char *directory)
{
    static const char *const files[] = {"containers.json", "volatile-containers.json"};

    if (!r->stores)
        r->stores = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify)g_hash_table_unref);
    GHashTable *store = g_hash_table_lookup(r->stores, directory);
    if (store)
        return store;
    store = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free);
    g_hash_table_insert(r->stores, g_strdup(directory), store);
    for (size_t f = 0; f < G_N_ELEMENTS(files); f++) {
        char *path = g_build_filename(directory, files[f], NULL);
        json_object *list = names_json_file(r, path);
        if (json_object_is_type(list, json_type_array))
            for (size_t i = 0; i < json_object_array_length(list); i++)
                learn_container(store, json_object_array_get_idx(list, i));
        json_object_put(list);
        g_free(path);
    }
    return store;
}

/* Where the container's files are, when no conmon tells. */
static char *usual_directory(struct names_round *r, const char *path)
{
    char *home = names_rootless_home(r, path);
    char *directory =
        home ? g_build_filename(home, ".local/share/containers/storage/overlay-containers", NULL)
             : g_strdup(ROOT_STORE);

    g_free(home);
    return directory;
}

/* "-b STORAGE/DRIVER-containers/ID/userdata" */
static char *directory_of_bundle(const char *bundle)
{
    char *container = g_path_get_dirname(bundle), *directory = g_path_get_dirname(container);

    g_free(container);
    return directory;
}

/* ---- pods ---- */

/* The pod's name is the host name of its first container, POD-infra, whose file tells it. */
static char *pod_name(struct names_round *r, GHashTable *store, const char *directory,
                      const char *pod_id)
{
    char *infra = g_strdup_printf("%.12s-infra", pod_id), *name = NULL;
    GHashTableIter it;
    void *id, *value;

    g_hash_table_iter_init(&it, store);
    while (!name && g_hash_table_iter_next(&it, &id, &value)) {
        if (g_strcmp0(((struct podman_entry *)value)->name, infra) != 0)
            continue;
        char *path = g_build_filename(directory, id, "userdata/config.json", NULL);
        json_object *config = names_json_file(r, path);
        name = g_strdup(names_json_text(config, "hostname"));
        json_object_put(config);
        g_free(path);
    }
    g_free(infra);
    return name;
}

bool names_find_podman(struct names_round *r, const struct names_query *q, struct names_answer *out)
{
    char *directory = NULL;

    if (names_find_conmon(r, q)) {
        const char *bundle = names_argument(&r->buffer, "-b");
        out->name = g_strdup(names_argument(&r->buffer, "-n"));
        directory = bundle ? directory_of_bundle(bundle) : NULL;
    }
    if (!directory)
        directory = usual_directory(r, q->path);
    GHashTable *store = store_at(r, directory);
    const struct podman_entry *stored = g_hash_table_lookup(store, q->id);
    if (!out->name && stored)
        out->name = g_strdup(stored->name);
    if (stored)
        out->image = g_strdup(stored->image);
    if (*q->group)
        out->group = pod_name(r, store, directory, q->group);
    g_free(directory);
    return out->name != NULL;
}
