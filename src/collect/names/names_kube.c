/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Kubernetes, containerd and CRI-O: the names of the log links, which every user may list; else the
 * annotations in the container's OCI bundle, which also have the image. */
#include <config.h>

#include "collect/names/names_json.h"
#include "collect/names/names_labels.h"
#include "collect/names/names_find.h"

#include <dirent.h>
#include <limits.h>
#include <string.h>

#define LOGS "/var/log/containers"

enum { ID_LENGTH = 64 };

/* POD_NAMESPACE_CONTAINER-ID.log, truncated to 255 characters, so the id may be missing. */
static void learn_log(GHashTable *kube, const char *file)
{
    size_t length = strlen(file);
    const char *id = file + length - ID_LENGTH - strlen(".log");

    if (length < ID_LENGTH + strlen("-.log") || !g_str_has_suffix(file, ".log") || id[-1] != '-')
        return;
    g_hash_table_replace(kube, g_strndup(id, ID_LENGTH), g_strndup(file, (gsize)(id - file) - 1));
}

static GHashTable *log_names(struct names_round *r)
{
    DIR *dir;

    if (r->kube)
        return r->kube;
    r->kube = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    root_open_dir(r->root, LOGS, &dir);
    for (struct dirent *d; dir && (d = readdir(dir));)
        learn_log(r->kube, d->d_name);
    if (dir)
        closedir(dir);
    return r->kube;
}

static bool from_log(struct names_round *r, const char *id, struct names_answer *out)
{
    const char *name = g_hash_table_lookup(log_names(r), id);
    char **parts = name ? g_strsplit(name, "_", 3) : NULL;
    bool good = parts && g_strv_length(parts) == 3;

    if (good)
        names_take_pod(parts[0], parts[1], parts[2], out);
    g_strfreev(parts);
    return good;
}

/* The annotations that each runtime writes. */
static const struct annotations {
    const char *container, *pod, *namespace, *image, *role;
} ANNOTATIONS[] = {
    {"io.kubernetes.cri.container-name", "io.kubernetes.cri.sandbox-name",
     "io.kubernetes.cri.sandbox-namespace", "io.kubernetes.cri.image-name",
     "io.kubernetes.cri.container-type"},
    {"nerdctl/name", NULL, "nerdctl/namespace", NULL, NULL},
    {"io.kubernetes.container.name", "io.kubernetes.pod.name", "io.kubernetes.pod.namespace",
     "io.kubernetes.cri-o.ImageName", "io.kubernetes.cri-o.ContainerType"},
};

/* The paths of the bundles, with %s for the id, for when the runtime's own process is not
 * visible. */
static const char *const BUNDLES[] = {
    "/run/containerd/io.containerd.runtime.v2.task/k8s.io/%s/config.json",
    "/run/containerd/io.containerd.runtime.v2.task/default/%s/config.json",
    "/run/containers/storage/overlay-containers/%s/userdata/config.json",
};

static const char *note(json_object *notes, const char *key)
{
    return key ? names_json_text(notes, key) : NULL;
}

/* Take the image, and the names if the logs had none. */
static void take_notes(json_object *notes, const struct annotations *keys, struct names_answer *out)
{
    bool sandbox = g_strcmp0(note(notes, keys->role), "sandbox") == 0;
    const char *container = sandbox ? NAMES_SANDBOX : note(notes, keys->container);
    const char *namespace = note(notes, keys->namespace), *pod = note(notes, keys->pod);

    if (!out->name && container && pod && namespace)
        names_take_pod(pod, namespace, container, out);
    else if (!out->name && container && !keys->pod)
        out->name = g_strdup(container);
    if (!out->image)
        out->image = g_strdup(note(notes, keys->image));
}

static void from_bundle(struct names_round *r, const char *path, struct names_answer *out)
{
    json_object *root = names_json_file(r, path), *notes = NULL;

    if (root && json_object_object_get_ex(root, "annotations", &notes))
        for (size_t i = 0; i < G_N_ELEMENTS(ANNOTATIONS); i++)
            take_notes(notes, &ANNOTATIONS[i], out);
    json_object_put(root);
}

static void from_usual_bundle(struct names_round *r, const char *id, struct names_answer *out)
{
    for (size_t i = 0; i < G_N_ELEMENTS(BUNDLES) && !out->image; i++) {
        char **around = g_strsplit(BUNDLES[i], "%s", 2);
        char *path = g_strconcat(around[0], id, around[1], NULL);
        from_bundle(r, path, out);
        g_free(path);
        g_strfreev(around);
    }
}

static bool is_shim(const struct file_buffer *command)
{
    return g_str_has_prefix(names_program(command), "containerd-shim");
}

/* The shim that runs a container of containerd, or all of a pod, has a bundle as its working
 * directory. The bundles of the other containers are beside it. So bundles are found wherever
 * containerd keeps them: k3s, MicroK8s and others have places of their own. */
static bool from_shim(struct names_round *r, const struct names_query *q, struct names_answer *out)
{
    char link[32], bundle[PATH_MAX];
    pid_t shim = q->pid ? names_find_ancestor(r, q->pid, is_shim) : 0;

    g_snprintf(link, sizeof(link), "/proc/%d/cwd", shim);
    if (!shim || root_readlink(r->host, link, bundle, sizeof(bundle)) <= 0)
        return false;
    char *tasks = g_path_get_dirname(bundle);
    char *path = g_build_filename(tasks, q->id, "config.json", NULL);
    from_bundle(r, path, out);
    g_free(path);
    g_free(tasks);
    return out->name != NULL;
}

/* CRI-O runs containers with conmon, and passes it the name. */
static bool from_conmon(struct names_round *r, const struct names_query *q,
                        struct names_answer *out)
{
    const char *name = names_find_conmon(r, q) ? names_argument(&r->buffer, "-n") : NULL;

    return name && names_from_kubelet(name, out);
}

bool names_find_kube(struct names_round *r, const struct names_query *q, struct names_answer *out)
{
    if (!from_log(r, q->id, out))
        from_conmon(r, q, out);
    if (!from_shim(r, q, out))
        from_usual_bundle(r, q->id, out);
    return out->name != NULL;
}
