/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/names/names_daemon.h"

#include "base/file.h"
#include "base/parse.h"
#include "collect/names/names_json.h"
#include "collect/names/names_labels.h"
#include "collect/viewpoint.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

struct names_daemon {
    struct names_daemons *all;
    enum names_engine engine;
    uint64_t uid; /* 0 = the system's daemon */
    int error;    /* of the last request */
    struct names_backoff backoff;
    int64_t asked_ns, keep_ns; /* of the last request, and of the earliest next one; 0 = none */
    GHashTable *list;          /* id -> struct names_answer *, or NULL */
};

struct names_daemons {
    const struct root *root;
    bool processes;   /* /proc lists the processes of the host */
    bool inside;      /* vtop runs in a container, and sees only files that were mounted into it */
    CURLM *questions; /* at most one at a time */
    int wake;         /* eventfd */
    atomic_bool interrupted;
    GPtrArray *each; /* struct names_daemon * */
};

static void daemon_free(void *p)
{
    struct names_daemon *d = p;

    g_clear_pointer(&d->list, g_hash_table_unref);
    g_free(d);
}

struct names_daemons *names_daemons_new(const struct root *root,
                                        const struct viewpoint *viewpoint)
{
    struct names_daemons *all = g_new0(struct names_daemons, 1);

    curl_global_init(CURL_GLOBAL_DEFAULT); /* the first call is not thread-safe */
    all->root = root;
    all->processes = viewpoint->processes;
    all->inside = viewpoint->container && root_is_own(root);
    all->questions = curl_multi_init();
    all->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    all->each = g_ptr_array_new_with_free_func(daemon_free);
    return all;
}

void names_daemons_free(struct names_daemons *all)
{
    g_ptr_array_unref(all->each);
    curl_multi_cleanup(all->questions);
    if (all->wake >= 0)
        close(all->wake);
    g_free(all);
}

struct names_daemon *names_daemons_get(struct names_daemons *all, enum names_engine engine,
                                       uint64_t uid)
{
    struct names_daemon *d;

    for (guint i = 0; i < all->each->len; i++) {
        d = g_ptr_array_index(all->each, i);
        if (d->engine == engine && d->uid == uid)
            return d;
    }
    d = g_new0(struct names_daemon, 1);
    *d = (struct names_daemon){.all = all, .engine = engine, .uid = uid};
    g_ptr_array_add(all->each, d);
    return d;
}

void names_daemons_end_round(struct names_daemons *all)
{
    for (guint i = 0; i < all->each->len; i++) {
        struct names_daemon *d = g_ptr_array_index(all->each, i);
        if (d->engine == NAMES_DOCKER)
            g_clear_pointer(&d->list, g_hash_table_unref);
    }
}

void names_daemons_interrupt(struct names_daemons *all)
{
    atomic_store(&all->interrupted, true);
    if (all->wake >= 0)
        eventfd_write(all->wake, 1);
}

int64_t names_daemon_due(const struct names_daemon *d)
{
    return d->backoff.due_ns;
}

/* ---- the request ---- */

static size_t append(char *data, size_t one, size_t size, void *to)
{
    GString *answer = to;

    if (answer->len + one * size > NAMES_DAEMON_MAX)
        return 0; /* ends the transfer */
    g_string_append_len(answer, data, (gssize)(one * size));
    return one * size;
}

static int error_of(CURLcode code, long status)
{
    switch (code) {
    case CURLE_OK:
        return status == 200 ? 0 : -EPROTO;
    case CURLE_OPERATION_TIMEDOUT:
        return -ETIMEDOUT;
    case CURLE_COULDNT_CONNECT:
        return -ECONNREFUSED;
    case CURLE_FILESIZE_EXCEEDED:
    case CURLE_WRITE_ERROR:
        return -EFBIG;
    default:
        return -EPROTO;
    }
}

/* Drive the request until it ends or is interrupted. */
static int await(struct names_daemons *all, CURL *question)
{
    struct curl_waitfd wake = {.fd = all->wake, .events = CURL_WAIT_POLLIN};
    CURLcode code = CURLE_ABORTED_BY_CALLBACK;
    CURLMsg *message;
    int running = 1, left;
    long status = 0;

    while (running && !atomic_load(&all->interrupted) &&
           curl_multi_perform(all->questions, &running) == CURLM_OK)
        if (running)
            curl_multi_wait(all->questions, &wake, 1, NAMES_DAEMON_MS, NULL);
    while ((message = curl_multi_info_read(all->questions, &left)))
        code = message->data.result;
    curl_easy_getinfo(question, CURLINFO_RESPONSE_CODE, &status);
    return error_of(code, status);
}

/* SOCKET: a descriptor opened with O_PATH, so that the path's length and links do not matter. */
static int ask(struct names_daemons *all, int socket, GString *answer)
{
    CURL *question = curl_easy_init();
    char path[32];

    g_snprintf(path, sizeof(path), "/proc/self/fd/%d", socket);
    curl_easy_setopt(question, CURLOPT_UNIX_SOCKET_PATH, path);
    curl_easy_setopt(question, CURLOPT_URL, "http://localhost/containers/json");
    curl_easy_setopt(question, CURLOPT_PROXY, "");
    curl_easy_setopt(question, CURLOPT_TIMEOUT_MS, (long)NAMES_DAEMON_MS);
    curl_easy_setopt(question, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(question, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(question, CURLOPT_MAXFILESIZE, (long)NAMES_DAEMON_MAX);
    curl_easy_setopt(question, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(question, CURLOPT_WRITEDATA, answer);
    curl_multi_add_handle(all->questions, question);
    int error = await(all, question);
    curl_multi_remove_handle(all->questions, question);
    curl_easy_cleanup(question);
    return error;
}

/* ---- the answer ---- */

static void learn_container(void *containers, json_object *container)
{
    struct names_answer found = {0};
    const char *id = names_json_text(container, "Id");
    json_object *labels = NULL;

    json_object_object_get_ex(container, "Labels", &labels);
    if (!id || !names_take_docker(names_json_first(container, "Names"), labels, &found))
        return;
    found.image = g_strdup(names_json_text(container, "Image"));
    g_hash_table_replace(containers, g_strdup(id), g_memdup2(&found, sizeof(found)));
}

static GHashTable *fetch(struct names_daemon *d, int socket)
{
    GHashTable *containers =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, names_answer_free);
    GString *answer = g_string_new(NULL);

    d->error = ask(d->all, socket, answer);
    if (!d->error && !names_json_each(answer->str, answer->len, learn_container, containers))
        d->error = -EPROTO;
    g_string_free(answer, TRUE);
    if (!d->error)
        return containers;
    g_hash_table_unref(containers);
    return NULL;
}

/* ---- whether a request is needed ---- */

/* Whether the process in a pid file exists. */
static bool is_running(const struct root *root, const char *pid_file)
{
    struct file_buffer b = {0};
    char path[32];
    uint64_t pid;
    bool running = file_read(root, pid_file, &b) > 0 && parse_u64_only(b.text, &pid);

    if (running) {
        g_snprintf(path, sizeof(path), "/proc/%u", (unsigned)pid);
        running = root_exists(root, path);
    }
    file_buffer_clear(&b);
    return running;
}

static char *path_of(const struct names_daemon *d, const char *name)
{
    return d->uid ? g_strdup_printf("/run/user/%" G_GUINT64_FORMAT "/%s", d->uid, name)
                  : g_strconcat("/run/", name, NULL);
}

/* systemd listens on the socket of a docker that does not run. A connection would start docker and
 * all that belongs to it, which a monitor must not do. The pid file shows whether docker runs. */
static bool sleeps(const struct names_daemon *d)
{
    if (d->engine != NAMES_DOCKER || !d->all->processes)
        return false;
    char *pid_file = path_of(d, "docker.pid");
    bool ended = root_exists(d->all->root, pid_file) && !is_running(d->all->root, pid_file);
    g_free(pid_file);
    return ended;
}

/* 0, or the reason why no request may be sent to the socket of this descriptor. */
static int refusal(const struct names_daemon *d, int fd)
{
    char path[32];
    struct stat st;

    if (fstat(fd, &st) < 0)
        return -errno;
    if (d->uid && st.st_uid != d->uid)
        return -EACCES;
    g_snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (access(path, R_OK | W_OK) < 0)
        return -errno;
    return sleeps(d) ? -ECONNREFUSED : 0;
}

/* Whether this host had a docker whose socket is gone. A saved tree seldom has sockets. */
static bool had_docker(const struct names_daemon *d)
{
    return !d->all->inside && d->engine == NAMES_DOCKER && !d->uid && root_is_live(d->all->root) &&
           root_exists(d->all->root, "/var/lib/docker");
}

static int open_socket(const struct names_daemon *d)
{
    char *path = path_of(d, d->engine == NAMES_DOCKER ? "docker.sock" : "podman/podman.sock");
    int fd = root_open(d->all->root, path, O_PATH);

    g_free(path);
    if (fd < 0)
        return had_docker(d) ? -ECONNREFUSED : -ENOENT;
    int error = refusal(d, fd);
    if (!error)
        return fd;
    close(fd);
    return error;
}

/* Replace the list; if the request fails, keep the old one. 0 or -errno. */
static int renew(struct names_daemon *d, int64_t now_ns)
{
    if (now_ns < MAX(d->backoff.due_ns, d->keep_ns))
        return -EAGAIN;
    int socket = open_socket(d);
    if (socket < 0)
        return socket;
    GHashTable *list = fetch(d, socket);
    close(socket);
    d->asked_ns = now_ns;
    if (!list) {
        names_backoff_fail(&d->backoff, now_ns, NAMES_DAEMON_PAUSE_MAX_NS);
        return -EAGAIN;
    }
    g_clear_pointer(&d->list, g_hash_table_unref);
    d->list = list;
    d->backoff = (struct names_backoff){0};
    d->keep_ns = d->engine == NAMES_PODMAN ? now_ns + NAMES_LIST_NS : 0;
    return 0;
}

int names_daemon_find(struct names_daemon *d, const char *id, int64_t now_ns,
                      const struct names_answer **out)
{
    int error;

    *out = d->list ? g_hash_table_lookup(d->list, id) : NULL;
    if (*out)
        return 0;
    if (d->list && d->asked_ns == now_ns && !d->error)
        return -ESRCH;
    error = renew(d, now_ns);
    if (error)
        return error;
    *out = g_hash_table_lookup(d->list, id);
    return *out ? 0 : -ESRCH;
}

int names_daemon_state(const struct names_daemon *d, int64_t now_ns)
{
    int socket = open_socket(d);

    if (socket < 0)
        return socket;
    close(socket);
    return now_ns < d->backoff.due_ns + NAMES_LIST_NS ? d->error : 0;
}
