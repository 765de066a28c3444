/* Docker: the daemon's own file of the container, else one question to the daemon for all. */
#include <config.h>

#include "collect/names_round.h"

#include "collect/names_daemon.h"
#include "collect/names_json.h"

#include <string.h>

/* "k8s_CTR_POD_NS_UID_N": only the pod may have '_' in its name. */
bool names_from_kubelet(const char *name, struct names_answer *out)
{
    enum { KUBELET, CONTAINER, POD, AFTER_POD = 3 };
    char **parts = g_strsplit(name, "_", -1);
    guint n = g_strv_length(parts);
    bool good = n > POD + AFTER_POD && strcmp(parts[KUBELET], "k8s") == 0;

    if (good) {
        char *namespace = g_strdup(parts[n - AFTER_POD]);
        g_clear_pointer(&parts[n - AFTER_POD], g_free);
        char *pod = g_strjoinv("_", parts + POD);
        names_take_pod(pod, namespace, parts[CONTAINER], out);
        g_free(pod);
        g_free(namespace);
        for (guint i = n - AFTER_POD + 1; i < n; i++)
            g_free(parts[i]);
    }
    g_strfreev(parts);
    return good;
}

bool names_take_docker(const char *name, json_object *labels, struct names_answer *out)
{
    const char *project = names_json_text(labels, "com.docker.compose.project");

    if (!name)
        return false;
    name += *name == '/';
    if (!*name)
        return false;
    if (names_from_kubelet(name, out))
        return true;
    out->name = g_strdup(name);
    out->group =
        g_strdup(project ? project : names_json_text(labels, "com.docker.stack.namespace"));
    return true;
}

/* ---- the file ---- */

static bool read_config(struct names_round *r, const char *path, struct names_answer *out)
{
    json_object *root = names_json_file(r, path), *config = NULL, *labels = NULL;
    bool found = false;

    if (!root)
        return false;
    if (json_object_object_get_ex(root, "Config", &config))
        json_object_object_get_ex(config, "Labels", &labels);
    found = names_take_docker(names_json_text(root, "Name"), labels, out);
    if (found && config)
        out->image = g_strdup(names_json_text(config, "Image"));
    if (found)
        out->source = g_strdup(path);
    json_object_put(root);
    return found;
}

/* The data directory of a rootless daemon is in its user's home. */
static char *config_path(const char *home, const char *id)
{
    return g_strdup_printf("%s%s/docker/containers/%s/config.v2.json", home ? home : "/var/lib",
                           home ? "/.local/share" : "", id);
}

/* A daemon is asked at most once in a round. */
static const struct names_answer *ask_daemon(struct names_round *r, const char *id)
{
    if (!r->asked && r->daemon)
        r->docker = names_daemon_list(r->daemon, r->now_ns);
    r->asked = true;
    return r->docker ? g_hash_table_lookup(r->docker, id) : NULL;
}

bool names_find_docker(struct names_round *r, const struct names_query *q, struct names_answer *out)
{
    uint64_t uid;
    bool rootless = names_rootless_uid(q->path, &uid);
    const char *home = rootless ? names_home(r, uid) : NULL;
    char *path = !rootless || home ? config_path(home, q->id) : NULL;
    bool found = path && read_config(r, path, out);

    g_free(path);
    if (found || rootless)
        return found;
    const struct names_answer *told = ask_daemon(r, q->id);
    if (!told)
        return false;
    *out = (struct names_answer){.name = g_strdup(told->name),
                                 .image = g_strdup(told->image),
                                 .group = g_strdup(told->group),
                                 .listed = true};
    return true;
}
