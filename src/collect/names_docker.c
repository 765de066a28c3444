/* Docker: the daemon's own file of the container, else one question to the daemon for all. */
#include "collect/names_round.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET "/run/docker.sock"

enum { TIMEOUT_MS = 2000, ANSWER_MAX = 16 << 20 };

/* "k8s_CTR_POD_NS_UID_N" */
bool names_from_kubelet(const char *name, struct names_answer *out)
{
    char **parts = g_strsplit(name, "_", 6);
    bool good = g_strv_length(parts) >= 5 && !strcmp(parts[0], "k8s");

    if (good) {
        out->name = g_strconcat(parts[2], "/", parts[1], NULL);
        out->group = g_strconcat(parts[3], "/", parts[2], NULL);
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

static json_object *ask_daemon(const char *socket_path)
{
    GString *answer = g_string_new(NULL);
    CURL *curl = curl_easy_init();
    json_object *list = NULL;
    long status = 0;

    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket_path);
    curl_easy_setopt(curl, CURLOPT_URL, "http://localhost/containers/json");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    if (curl_easy_perform(curl) == CURLE_OK &&
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status == 200)
        list = json_tokener_parse(answer->str);
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

static GHashTable *daemon_list(struct names_round *r, const char *socket_path)
{
    if (r->docker)
        return r->docker;
    r->docker = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, names_answer_free);
    json_object *list = root_is_live(r->root) ? ask_daemon(socket_path) : NULL;
    if (json_object_is_type(list, json_type_array))
        for (size_t i = 0; i < json_object_array_length(list); i++)
            learn_container(r->docker, json_object_array_get_idx(list, i));
    json_object_put(list);
    return r->docker;
}

bool names_find_docker(struct names_round *r, const struct names_query *q, struct names_answer *out)
{
    char *home = names_rootless_home(q->path);
    char *data = home ? g_strconcat(home, "/.local/share", NULL) : NULL;
    char *path = config_path(data, q->id);
    bool found = read_config(r, path, out), rootless = home != NULL;

    g_free(path);
    g_free(data);
    g_free(home);
    if (found || rootless)
        return found;
    const struct names_answer *told = g_hash_table_lookup(daemon_list(r, SOCKET), q->id);
    if (!told)
        return false;
    *out = (struct names_answer){.name = g_strdup(told->name),
                                 .image = g_strdup(told->image),
                                 .group = g_strdup(told->group)};
    return true;
}

int names_docker_ping(const struct root *root)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SOCKET};
    int data = root_open(root, "/var/lib/docker", O_PATH);

    if (data >= 0)
        close(data);
    if (!root_is_live(root))
        return -ENOENT;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    int result = connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
    close(fd);
    /* Installed, but without a socket: as absent as one that refuses. */
    return result == -ENOENT && data >= 0 ? -ECONNREFUSED : result;
}
