/* Docker: the daemon's own file of the container, else one question to the daemon for all. */
#include <config.h>

#include "collect/names_round.h"

#include "base/parse.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SOCKET "/run/docker.sock"
#define PID_FILE "/run/docker.pid"

enum { TIMEOUT_MS = 2000, ANSWER_MAX = 16 << 20 };

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

/* NAME has a leading slash in all of docker's answers. */
static bool take_name(const char *name, json_object *labels, struct names_answer *out)
{
    const char *project = labels ? names_json_text(labels, "com.docker.compose.project") : NULL;

    if (!name)
        return false;
    name += *name == '/';
    if (!*name)
        return false;
    if (!names_from_kubelet(name, out)) {
        out->name = g_strdup(name);
        out->group = g_strdup(project);
    }
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
    found = take_name(names_json_text(root, "Name"), labels, out);
    if (found && config)
        out->image = g_strdup(names_json_text(config, "Image"));
    json_object_put(root);
    return found;
}

/* The data directory of a rootless daemon is in its user's home. */
static char *config_path(const char *home, const char *id)
{
    return g_strdup_printf("%s/docker/containers/%s/config.v2.json", home ? home : "/var/lib", id);
}

/* ---- the socket ---- */

static size_t append(char *data, size_t one, size_t size, void *to)
{
    GString *answer = to;

    if (answer->len + one * size > ANSWER_MAX)
        return 0; /* ends the transfer */
    g_string_append_len(answer, data, (gssize)(one * size));
    return one * size;
}

static json_object *ask_daemon(void)
{
    GString *answer = g_string_new(NULL);
    CURL *curl = curl_easy_init();
    json_object *list = NULL;
    long status = 0;

    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, SOCKET);
    curl_easy_setopt(curl, CURLOPT_URL, "http://localhost/containers/json");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    if (curl_easy_perform(curl) == CURLE_OK &&
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status == 200)
        list = names_json(answer->str, answer->len);
    curl_easy_cleanup(curl);
    g_string_free(answer, TRUE);
    return list;
}

static void learn_container(GHashTable *docker, json_object *container)
{
    struct names_answer found = {0};
    const char *id = names_json_text(container, "Id");
    json_object *names = NULL, *labels = NULL;

    json_object_object_get_ex(container, "Labels", &labels);
    if (!id || !json_object_object_get_ex(container, "Names", &names) ||
        !json_object_is_type(names, json_type_array) || !json_object_array_length(names))
        return;
    if (!take_name(json_object_get_string(json_object_array_get_idx(names, 0)), labels, &found))
        return;
    found.image = g_strdup(names_json_text(container, "Image"));
    g_hash_table_replace(docker, g_strdup(id), g_memdup2(&found, sizeof(found)));
}

/* A daemon inside a guest is left in peace. */
static GHashTable *daemon_list(struct names_round *r)
{
    if (r->docker)
        return r->docker;
    r->docker = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, names_answer_free);
    bool may_ask = r->root == r->host && names_docker_state(r->root) == 0;
    json_object *list = may_ask ? ask_daemon() : NULL;
    if (json_object_is_type(list, json_type_array))
        for (size_t i = 0; i < json_object_array_length(list); i++)
            learn_container(r->docker, json_object_array_get_idx(list, i));
    json_object_put(list);
    return r->docker;
}

bool names_find_docker(struct names_round *r, const struct names_query *q, struct names_answer *out)
{
    char *home = names_rootless_home(r, q->path);
    char *data = home ? g_strconcat(home, "/.local/share", NULL) : NULL;
    char *path = config_path(data, q->id);
    bool found = read_config(r, path, out), rootless = home != NULL;

    g_free(path);
    g_free(data);
    g_free(home);
    if (found || rootless)
        return found;
    const struct names_answer *told = g_hash_table_lookup(daemon_list(r), q->id);
    if (!told)
        return false;
    *out = (struct names_answer){.name = g_strdup(told->name),
                                 .image = g_strdup(told->image),
                                 .group = g_strdup(told->group)};
    return true;
}

/* ---- the daemon ---- */

static bool exists(const struct root *root, const char *path)
{
    int fd = root_open(root, path, O_PATH);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* Whether the process of a pid file is there. */
static bool is_running(const struct root *root, const char *pid_file)
{
    struct file_buffer b = {0};
    char path[32];
    uint64_t pid;
    bool running = file_read(root, pid_file, &b) > 0 && parse_u64_only(b.text, &pid);

    if (running) {
        g_snprintf(path, sizeof(path), "/proc/%u", (unsigned)pid);
        running = exists(root, path);
    }
    file_buffer_clear(&b);
    return running;
}

/* systemd listens on the socket of a daemon that does not run, and starts it when somebody
 * connects. To look on is not to start it: the pid file tells whether there is one. */
int names_docker_state(const struct root *root)
{
    if (!root_is_live(root))
        return -ENOENT;
    if (exists(root, PID_FILE) ? is_running(root, PID_FILE) : exists(root, SOCKET))
        return access(SOCKET, R_OK | W_OK) == 0 ? 0 : -errno;
    return exists(root, SOCKET) || exists(root, "/var/lib/docker") ? -ECONNREFUSED : -ENOENT;
}
