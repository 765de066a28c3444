#include <config.h>

#include "collect/names_daemon.h"

#include "base/file.h"
#include "base/parse.h"
#include "collect/names_json.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define SOCKET "/run/docker.sock"
#define PID_FILE "/run/docker.pid"

struct names_daemon {
    const struct root *root;
    CURLM *questions; /* one at a time */
    int wake;         /* eventfd */
    atomic_bool interrupted;
    int error; /* of the last question */
    struct names_backoff backoff;
};

struct names_daemon *names_daemon_new(const struct root *root)
{
    struct names_daemon *d = g_new0(struct names_daemon, 1);

    curl_global_init(CURL_GLOBAL_DEFAULT); /* the first call is not safe in any thread */
    d->root = root;
    d->questions = curl_multi_init();
    d->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return d;
}

void names_daemon_free(struct names_daemon *d)
{
    curl_multi_cleanup(d->questions);
    if (d->wake >= 0)
        close(d->wake);
    g_free(d);
}

void names_daemon_interrupt(struct names_daemon *d)
{
    atomic_store(&d->interrupted, true);
    if (d->wake >= 0)
        eventfd_write(d->wake, 1);
}

int64_t names_daemon_due(const struct names_daemon *d)
{
    return d->backoff.due_ns;
}

/* ---- the question ---- */

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

/* Drive the question until it has ended or is interrupted. */
static int await(struct names_daemon *d, CURL *question)
{
    struct curl_waitfd wake = {.fd = d->wake, .events = CURL_WAIT_POLLIN};
    CURLcode code = CURLE_ABORTED_BY_CALLBACK;
    CURLMsg *message;
    int running = 1, left;
    long status = 0;

    while (running && !atomic_load(&d->interrupted) &&
           curl_multi_perform(d->questions, &running) == CURLM_OK)
        if (running)
            curl_multi_wait(d->questions, &wake, 1, NAMES_DAEMON_MS, NULL);
    while ((message = curl_multi_info_read(d->questions, &left)))
        code = message->data.result;
    curl_easy_getinfo(question, CURLINFO_RESPONSE_CODE, &status);
    return error_of(code, status);
}

/* SOCKET: a descriptor opened with O_PATH, so that the path's length and links do not matter. */
static int ask(struct names_daemon *d, int socket, GString *answer)
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
    curl_multi_add_handle(d->questions, question);
    int error = await(d, question);
    curl_multi_remove_handle(d->questions, question);
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

    d->error = ask(d, socket, answer);
    if (!d->error && !names_json_each(answer->str, answer->len, learn_container, containers))
        d->error = -EPROTO;
    g_string_free(answer, TRUE);
    if (!d->error)
        return containers;
    g_hash_table_unref(containers);
    return NULL;
}

/* ---- whether to ask at all ---- */

/* Whether the process of a pid file is there. */
static bool is_running(const struct root *root, const char *pid_file)
{
    struct file_buffer b = {0};
    char path[32];
    uint64_t pid;
    bool running = file_read(root, pid_file, &b) > 0 && parse_u64_only(b.text, &pid);

    if (running) {
        g_snprintf(path, sizeof(path), "/proc/%u", (unsigned)pid);
        running = names_exists(root, path);
    }
    file_buffer_clear(&b);
    return running;
}

/* systemd listens on the socket of a daemon that does not run, and starts it when somebody
 * connects. To look on is not to start it: the pid file tells whether there is one. Below a saved
 * tree there is seldom a socket, and then nobody behind it. */
static int open_socket(const struct root *root)
{
    char path[32];
    int fd = root_open(root, SOCKET, O_PATH);

    if (fd < 0)
        return root_is_live(root) && names_exists(root, "/var/lib/docker") ? -ECONNREFUSED
                                                                           : -ENOENT;
    g_snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    int error = access(path, R_OK | W_OK) == 0 ? 0 : -errno;
    if (names_exists(root, PID_FILE) && !is_running(root, PID_FILE))
        error = -ECONNREFUSED;
    if (!error)
        return fd;
    close(fd);
    return error;
}

GHashTable *names_daemon_list(struct names_daemon *d, int64_t now_ns)
{
    int socket = now_ns >= d->backoff.due_ns ? open_socket(d->root) : -EAGAIN;

    if (socket < 0)
        return NULL;
    GHashTable *containers = fetch(d, socket);
    close(socket);
    if (containers)
        d->backoff = (struct names_backoff){0};
    else
        names_backoff_fail(&d->backoff, now_ns, NAMES_DAEMON_PAUSE_MAX_NS);
    return containers;
}

int names_daemon_state(const struct names_daemon *d, int64_t now_ns)
{
    int socket = open_socket(d->root);

    if (socket < 0)
        return socket;
    close(socket);
    return now_ns < d->backoff.due_ns + NAMES_LIST_NS ? d->error : 0;
}
