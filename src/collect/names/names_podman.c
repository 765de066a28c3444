/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Podman: name, image and pod come from the storage files, which belong to the container's user;
 * else the name comes from the command line of the container's conmon, which every user may read,
 * but which keeps the first name of a renamed container. Only Podman's database, whose format
 * changes, has the labels: if there is a socket, they come from there. */
#include <config.h>

#include "collect/names/names_daemon.h"
#include "collect/names/names_json.h"
#include "collect/names/names_find.h"

#include <errno.h>
#include <string.h>

#define ROOT_STORE "/var/lib/containers/storage/overlay-containers"

struct podman_entry {
    char *name, *image;
    const char *file; /* name of the storage file that lists it */
    char *sandbox;    /* holder of its pod's namespaces: id, "" = none; NULL = not looked up */
};

static const char *const FILES[] = {"containers.json", "volatile-containers.json"};

static void entry_free(void *p)
{
    struct podman_entry *e = p;

    g_free(e->name);
    g_free(e->image);
    g_free(e->sandbox);
    g_free(e);
}

/* ---- the storage files: one list of all containers per user ---- */

struct list_file {
    GHashTable *store; /* id -> struct podman_entry */
    const char *file;
};

/* {"id", "names": [...], "metadata": "{...}" (JSON in a string)} */
static void learn_container(void *data, json_object *container)
{
    const struct list_file *list = data;
    const char *id = names_json_text(container, "id");
    const char *metadata = names_json_text(container, "metadata");
    json_object *inner = metadata ? names_json(metadata, strlen(metadata)) : NULL;

    if (id) {
        struct podman_entry *e = g_new0(struct podman_entry, 1);
        e->name = g_strdup(names_json_first(container, "names"));
        e->image = g_strdup(names_json_text(inner, "image-name"));
        e->file = list->file;
        g_hash_table_replace(list->store, g_strdup(id), e);
    }
    json_object_put(inner);
}

/* DIRECTORY: STORAGE/DRIVER-containers. */
static GHashTable *store_at(struct names_round *r, const char *directory)
{
    if (!r->stores)
        r->stores = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify)g_hash_table_unref);
    GHashTable *store = g_hash_table_lookup(r->stores, directory);
    if (store)
        return store;
    store = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free);
    g_hash_table_insert(r->stores, g_strdup(directory), store);
    for (size_t f = 0; f < G_N_ELEMENTS(FILES); f++) {
        struct list_file file = {.store = store, .file = FILES[f]};
        char *path = g_build_filename(directory, FILES[f], NULL);
        ssize_t n = file_read(r->root, path, &r->buffer);
        if (n > 0)
            names_json_each(r->buffer.text, (size_t)n, learn_container, &file);
        g_free(path);
    }
    return store;
}

/* The directory of the container's files if there is no conmon. */
static char *usual_directory(struct names_round *r, const char *path)
{
    uint64_t uid;

    if (!names_rootless_uid(path, &uid))
        return g_strdup(ROOT_STORE);
    const char *home = names_home(r, uid);
    return home ? g_build_filename(home, ".local/share/containers/storage/overlay-containers", NULL)
                : NULL;
}

/* "-b STORAGE/DRIVER-containers/ID/userdata" */
static char *directory_of_bundle(const char *bundle)
{
    char *container = g_path_get_dirname(bundle), *directory = g_path_get_dirname(container);

    g_free(container);
    return directory;
}

/* ---- pods ---- */

static json_object *read_bundle(struct names_round *r, const char *directory, const char *id)
{
    char *path = g_build_filename(directory, id, "userdata/config.json", NULL);
    json_object *config = names_json_file(r, path);

    g_free(path);
    return config;
}

static const char *sandbox_of(struct names_round *r, const char *directory, const char *id,
                              struct podman_entry *e)
{
    json_object *config, *notes = NULL;

    if (e->sandbox)
        return e->sandbox;
    config = read_bundle(r, directory, id);
    json_object_object_get_ex(config, "annotations", &notes);
    const char *sandbox = names_json_text(notes, "io.kubernetes.cri-o.SandboxID");
    e->sandbox = g_strdup(sandbox ? sandbox : "");
    json_object_put(config);
    return e->sandbox;
}

/* Whether other containers name this one as the holder of their pod's namespaces. Its own files do
 * not say so, and it may have any name and run any program. */
static bool is_sandbox(struct names_round *r, GHashTable *store, const char *directory,
                       const char *id)
{
    GHashTableIter it;
    void *other, *value;

    g_hash_table_iter_init(&it, store);
    while (g_hash_table_iter_next(&it, &other, &value))
        if (strcmp(sandbox_of(r, directory, other, value), id) == 0)
            return true;
    return false;
}

/* The pod's name is the host name of the container that holds its namespaces. */
static void take_pod(struct names_round *r, GHashTable *store, const char *directory,
                     const char *id, struct names_answer *out)
{
    struct podman_entry *e = g_hash_table_lookup(store, id);
    const char *sandbox = e ? sandbox_of(r, directory, id, e) : "";

    if (!*sandbox) {
        out->sandbox = is_sandbox(r, store, directory, id);
        out->partial = !out->sandbox; /* the other containers may not have started yet */
        return;
    }
    json_object *config = read_bundle(r, directory, sandbox);
    out->group = g_strdup(names_json_text(config, "hostname"));
    json_object_put(config);
}

/* Take what the storage files have. */
static void take_stored(struct names_round *r, const char *directory, const struct names_query *q,
                        struct names_answer *out)
{
    GHashTable *store = store_at(r, directory);
    const struct podman_entry *stored = g_hash_table_lookup(store, q->id);

    if (stored) {
        out->name = g_strdup(stored->name);
        out->image = g_strdup(stored->image);
        out->source = g_build_filename(directory, stored->file, NULL);
    }
    if (*q->group)
        take_pod(r, store, directory, q->id, out);
}

/* ---- the labels ---- */

static struct names_daemon *daemon_of(const struct names_round *r, const struct names_query *q)
{
    uint64_t uid;

    return names_daemons_get(r->daemons, NAMES_PODMAN, names_rootless_uid(q->path, &uid) ? uid : 0);
}

static void take_project(struct names_round *r, const struct names_query *q,
                         struct names_answer *out)
{
    const struct names_answer *told;

    if (!r->daemons)
        return;
    if (!q->named) {
        out->partial = true; /* the name must not wait until systemd has started a service */
        return;
    }
    int error = names_daemon_find(daemon_of(r, q), q->id, r->now_ns, &told);
    if (!error)
        out->group = g_strdup(told->group);
    out->partial |= error && error != -ESRCH;
}

/* The daemon may become available later, and the other containers of a pod may start later. */
bool names_podman_may_tell_more(const struct names_round *r, const struct names_query *q)
{
    return *q->group || (r->daemons && names_daemon_state(daemon_of(r, q), r->now_ns) == 0);
}

static void find_by_id(struct names_round *r, const struct names_query *q, const char *bundle,
                       const char *first_name, struct names_answer *out)
{
    char *directory = bundle ? directory_of_bundle(bundle) : usual_directory(r, q->path);

    if (directory)
        take_stored(r, directory, q, out);
    if (!out->name)
        out->name = g_strdup(first_name);
    if (out->name && !out->group && !out->sandbox)
        take_project(r, q, out);
    g_free(directory);
}

/* A path without an id belongs to a step of a build, which has no conmon, or to a container whose
 * conmon has the id. */
bool names_find_podman(struct names_round *r, const struct names_query *q, struct names_answer *out)
{
    struct names_query known = *q;
    bool conmon = names_find_conmon(r, q);
    char *bundle = conmon ? g_strdup(names_argument(&r->buffer, "-b")) : NULL;
    char *first_name = conmon ? g_strdup(names_argument(&r->buffer, "-n")) : NULL;
    char *id = conmon && !*q->id ? g_strdup(names_argument(&r->buffer, "-c")) : NULL;

    if (id)
        known.id = id;
    if (*known.id)
        find_by_id(r, &known, bundle, first_name, out);
    else if (*q->name)
        out->name = g_strdup(q->name);
    out->id = id;
    g_free(first_name);
    g_free(bundle);
    return out->name != NULL;
}
