/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Docker: the daemon's own file of the container, else one request to the daemon for all its
 * containers. Each user may have a daemon of their own. */
#include <config.h>

#include "collect/names/names_find.h"

#include "collect/names/names_daemon.h"
#include "collect/names/names_json.h"
#include "collect/names/names_labels.h"

#include <string.h>

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

/* The data directory of a rootless daemon is in the home directory of its user. */
static char *config_path(const char *home, const char *id)
{
    return g_strdup_printf("%s%s/docker/containers/%s/config.v2.json", home ? home : "/var/lib",
                           home ? "/.local/share" : "", id);
}

/* ---- the daemon ---- */

struct names_daemon *names_docker_daemon(struct names_daemons *all, const struct names_query *q)
{
    uint64_t uid;

    return names_daemons_get(all, NAMES_DOCKER, names_rootless_uid(q->path, &uid) ? uid : 0);
}

static bool ask_daemon(struct names_round *r, const struct names_query *q, struct names_answer *out)
{
    const struct names_answer *told;

    if (!r->daemons ||
        names_daemon_find(names_docker_daemon(r->daemons, q), q->id, r->now_ns, &told) < 0)
        return false;
    *out = (struct names_answer){.name = g_strdup(told->name),
                                 .image = g_strdup(told->image),
                                 .group = g_strdup(told->group),
                                 .listed = true};
    return true;
}

/* The daemon is contacted if its files are elsewhere (its option --data-root) or not readable. */
bool names_find_docker(struct names_round *r, const struct names_query *q, struct names_answer *out)
{
    uint64_t uid;
    bool rootless = names_rootless_uid(q->path, &uid);
    const char *home = rootless ? names_home(r, uid) : NULL;
    char *path = !rootless || home ? config_path(home, q->id) : NULL;
    bool found = path && read_config(r, path, out);

    g_free(path);
    return found || ask_daemon(r, q, out);
}
