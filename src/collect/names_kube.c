/* Kubernetes, containerd and CRI-O: the names of the log links, which anybody may list; else the
 * annotations in the container's OCI bundle, which also know the image. */
#include <config.h>

#include "collect/names_json.h"
#include "collect/names_round.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#define LOGS "/var/log/containers"

enum { ID_LENGTH = 64 };

/* POD_NAMESPACE_CONTAINER-ID.log; cut at 255 characters, so the id may be lost. */
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
    if (r->kube)
        return r->kube;
    r->kube = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    int fd = root_open(r->root, LOGS, O_RDONLY | O_DIRECTORY);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    for (struct dirent *d; dir && (d = readdir(dir));)
        learn_log(r->kube, d->d_name);
    if (dir)
        closedir(dir);
    return r->kube;
}

void names_take_pod(const char *pod, const char *namespace, const char *container,
                    struct names_answer *out)
{
    out->name = g_strconcat(pod, "/", container, NULL);
    out->group = g_strconcat(namespace, "/", pod, NULL);
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

/* Which runtime writes which annotations, and where its bundles are. */
static const struct {
    const char *bundle; /* the id in the middle */
    const char *container, *pod, *namespace, *image;
} ANNOTATIONS[] = {
    {"/run/containerd/io.containerd.runtime.v2.task/k8s.io/%s/config.json",
     "io.kubernetes.cri.container-name", "io.kubernetes.cri.sandbox-name",
     "io.kubernetes.cri.sandbox-namespace", "io.kubernetes.cri.image-name"},
    {"/run/containerd/io.containerd.runtime.v2.task/default/%s/config.json", "nerdctl/name", NULL,
     "nerdctl/namespace", NULL},
    {"/run/containers/storage/overlay-containers/%s/userdata/config.json",
     "io.kubernetes.container.name", "io.kubernetes.pod.name", "io.kubernetes.pod.namespace",
     "io.kubernetes.cri-o.ImageName"},
};

static json_object *read_bundle(struct names_round *r, size_t which, const char *id)
{
    char **around = g_strsplit(ANNOTATIONS[which].bundle, "%s", 2);
    char *path = g_strconcat(around[0], id, around[1], NULL);
    json_object *root = names_json_file(r, path);

    g_strfreev(around);
    g_free(path);
    return root;
}

/* Adds the image, and the names where the logs had none. */
static bool from_bundle(struct names_round *r, size_t which, const char *id,
                        struct names_answer *out)
{
    json_object *root = read_bundle(r, which, id), *notes = NULL;

    if (root && json_object_object_get_ex(root, "annotations", &notes)) {
        const char *container = names_json_text(notes, ANNOTATIONS[which].container);
        const char *namespace = names_json_text(notes, ANNOTATIONS[which].namespace);
        const char *pod =
            ANNOTATIONS[which].pod ? names_json_text(notes, ANNOTATIONS[which].pod) : NULL;
        if (!out->name && container && pod && namespace)
            names_take_pod(pod, namespace, container, out);
        else if (!out->name && container && !ANNOTATIONS[which].pod)
            out->name = g_strdup(container);
        if (ANNOTATIONS[which].image)
            out->image = g_strdup(names_json_text(notes, ANNOTATIONS[which].image));
    }
    json_object_put(root);
    return out->name != NULL;
}

/* CRI-O runs containers with conmon, and tells it the name. */
static bool from_conmon(struct names_round *r, const struct names_query *q,
                        struct names_answer *out)
{
    const char *name = names_find_conmon(r, q) ? names_argument(&r->buffer, "-n") : NULL;

    return name && names_from_kubelet(name, out);
}

bool names_find_kube(struct names_round *r, const struct names_query *q, struct names_answer *out)
{
    bool found = from_log(r, q->id, out) || from_conmon(r, q, out);

    for (size_t i = 0; i < G_N_ELEMENTS(ANNOTATIONS) && !out->image; i++)
        found |= from_bundle(r, i, q->id, out);
    return found;
}
