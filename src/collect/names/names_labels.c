/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/names/names_labels.h"

#include "collect/names/names_json.h"

#include <glib.h>
#include <string.h>

void names_take_pod(const char *pod, const char *namespace, const char *container,
                    struct names_answer *out)
{
    out->name = g_strconcat(pod, "/", container, NULL);
    out->group = g_strconcat(namespace, "/", pod, NULL);
    out->sandbox = strcmp(container, NAMES_SANDBOX) == 0;
}

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

/* The project or stack that a container was started as a part of. */
static const char *project_of(json_object *labels)
{
    static const char *const keys[] = {"com.docker.compose.project", "io.podman.compose.project",
                                       "com.docker.stack.namespace"};
    const char *project = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(keys) && !project; i++)
        project = names_json_text(labels, keys[i]);
    return project;
}

bool names_take_docker(const char *name, json_object *labels, struct names_answer *out)
{
    if (!name)
        return false;
    name += *name == '/';
    if (!*name)
        return false;
    if (names_from_kubelet(name, out))
        return true;
    out->name = g_strdup(name);
    out->group = g_strdup(project_of(labels));
    return true;
}
