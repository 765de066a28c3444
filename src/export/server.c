/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "export/server.h"

#include "base/clock_read.h"
#include "export/negotiate.h"
#include "export/packed.h"
#include "export/page.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long a connection may take for its first request, and for each one after that. Scrapes are up
 * to two minutes apart. */
#define FIRST_NS (15 * CLOCK_NS_PER_S)
#define NEXT_NS (150 * CLOCK_NS_PER_S)
enum { IDLE_S = 130, HEADERS_MAX = 16384 };

struct connection {
    int fd;
    int64_t deadline_ns; /* for its next request to be complete */
    bool closing;        /* it was shut down */
};

/* A request for /metrics. */
struct request {
    struct MHD_Connection *connection;
    enum server_format format;
    GBytes *text; /* NULL: it waits */
    bool waits;   /* it is in the list */
};

struct server {
    struct server_config config;
    struct MHD_Daemon *daemon;
    char *password_digest; /* of USER:PASSWORD; NULL: none is wanted */
    char *log;             /* the last complaint of the library before it started */
    atomic_bool started;
    pthread_mutex_t lock;    /* of all below */
    GPtrArray *waiting;      /* struct request; not owned */
    GHashTable *connections; /* struct connection, owned */
    struct server_counts counts;
    bool stopping;
    struct packed *packed; /* of the server's thread: texts as gzip */
};

/* ---- answers ---- */

static char *digest(const char *text)
{
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}

/* Digests of equal length are compared in a time that does not tell where they differ. */
static bool same(const char *a, const char *b)
{
    unsigned different = 0;

    for (size_t i = 0; a[i] && b[i]; i++)
        different |= (unsigned)(a[i] ^ b[i]);
    return different == 0;
}

static bool may_enter(const struct server *s, struct MHD_Connection *c)
{
    char *password = NULL;

    if (!s->password_digest)
        return true;
    char *user = MHD_basic_auth_get_username_password(c, &password);
    char *both = g_strconcat(user ? user : "", ":", password ? password : "", NULL);
    char *digested = digest(both);
    bool good = user && same(digested, s->password_digest);
    g_free(digested);
    g_free(both);
    MHD_free(user);
    MHD_free(password);
    return good;
}

static enum MHD_Result queue(struct server *s, struct MHD_Connection *c, unsigned status,
                             struct MHD_Response *response)
{
    if (status >= 400) {
        pthread_mutex_lock(&s->lock);
        s->counts.refused++;
        pthread_mutex_unlock(&s->lock);
    }
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    enum MHD_Result result = MHD_queue_response(c, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_text(struct server *s, struct MHD_Connection *c, unsigned status,
                                   const char *type, const char *text)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text,
                                                             MHD_RESPMEM_PERSISTENT);

    MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    return queue(s, c, status, r);
}

static enum MHD_Result refuse_entry(struct server *s, struct MHD_Connection *c)
{
    static const char text[] = "a user and a password are needed\n";
    struct MHD_Response *r = MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text,
                                                             MHD_RESPMEM_PERSISTENT);

    MHD_add_response_header(r, MHD_HTTP_HEADER_WWW_AUTHENTICATE,
                            "Basic realm=\"vtop\", charset=\"UTF-8\"");
    return queue(s, c, MHD_HTTP_UNAUTHORIZED, r);
}

static void unref_bytes(void *bytes)
{
    g_bytes_unref(bytes);
}

static enum MHD_Result answer_metrics(struct server *s, struct request *request)
{
    static const char *const types[SERVER_FORMATS] = {
        [SERVER_PROMETHEUS] = "text/plain; version=0.0.4; charset=utf-8",
        [SERVER_OPENMETRICS] = "application/openmetrics-text; version=1.0.0; charset=utf-8"};
    bool gzip = negotiate_gzip(MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND,
                                                           MHD_HTTP_HEADER_ACCEPT_ENCODING));
    GBytes *body = gzip ? packed_get(s->packed, request->text) : NULL;
    gsize size;

    gzip = body != NULL;
    body = body ? body : g_bytes_ref(request->text);
    const void *data = g_bytes_get_data(body, &size);
    struct MHD_Response *r = MHD_create_response_from_buffer_with_free_callback_cls(
        size, (void *)(uintptr_t)data, unref_bytes, body);
    MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, types[request->format]);
    MHD_add_response_header(r, MHD_HTTP_HEADER_VARY, "Accept, Accept-Encoding");
    if (gzip)
        MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    pthread_mutex_lock(&s->lock);
    s->counts.scrapes++;
    s->counts.bytes += size;
    pthread_mutex_unlock(&s->lock);
    return queue(s, request->connection, MHD_HTTP_OK, r);
}

/* The connection sleeps until the main thread has published the text. */
static enum MHD_Result wait_for_text(struct server *s, struct request *request)
{
    pthread_mutex_lock(&s->lock);
    bool stopping = s->stopping;
    if (!stopping) {
        MHD_suspend_connection(request->connection);
        request->waits = true;
        g_ptr_array_add(s->waiting, request);
    }
    pthread_mutex_unlock(&s->lock);
    if (stopping)
        return MHD_NO;
    s->config.want(s->config.data);
    return MHD_YES;
}

static enum MHD_Result answer_path(struct server *s, struct request *request, const char *path)
{
    struct MHD_Connection *c = request->connection;

    if (strcmp(path, "/metrics") == 0) {
        request->format = negotiate_openmetrics(MHD_lookup_connection_value(c, MHD_HEADER_KIND,
                                                                            MHD_HTTP_HEADER_ACCEPT))
                              ? SERVER_OPENMETRICS
                              : SERVER_PROMETHEUS;
        return request->text ? answer_metrics(s, request) : wait_for_text(s, request);
    }
    if (strcmp(path, "/-/healthy") == 0)
        return answer_text(s, c, MHD_HTTP_OK, "text/plain; charset=utf-8", "vtop is healthy\n");
    if (strcmp(path, "/") == 0)
        return answer_text(s, c, MHD_HTTP_OK, "text/html; charset=utf-8", PAGE_LANDING);
    return answer_text(s, c, MHD_HTTP_NOT_FOUND, "text/plain; charset=utf-8",
                       "not found; /metrics is\n");
}

/* Called again for each piece of a body, which is not looked at, and when a request was resumed. */
static enum MHD_Result handle(void *server, struct MHD_Connection *c, const char *path,
                              const char *method, const char *version, const char *body,
                              size_t *size, void **state)
{
    struct server *s = server;
    struct request *request = *state;

    (void)version;
    (void)body;
    if (!request) {
        *state = request = g_new0(struct request, 1);
        request->connection = c;
        return MHD_YES;
    }
    if (*size) {
        *size = 0;
        return MHD_YES;
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return answer_text(s, c, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain; charset=utf-8",
                           "GET and HEAD are allowed\n");
    return may_enter(s, c) ? answer_path(s, request, path) : refuse_entry(s, c);
}

/* ---- connections ---- */

/* The socket itself is the key, because requests tell their connection, not its state. */
static int fd_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);

    return info ? info->connect_fd : -1;
}

static void finish(void *server, struct MHD_Connection *c, void **state,
                   enum MHD_RequestTerminationCode why)
{
    struct server *s = server;
    struct request *request = *state;

    pthread_mutex_lock(&s->lock);
    struct connection *connection = g_hash_table_lookup(s->connections, c);
    if (connection && why == MHD_REQUEST_TERMINATED_COMPLETED_OK)
        connection->deadline_ns = clock_mono_ns() + NEXT_NS;
    if (request && request->waits)
        g_ptr_array_remove_fast(s->waiting, request);
    pthread_mutex_unlock(&s->lock);
    if (request && request->text)
        g_bytes_unref(request->text);
    g_free(request);
    *state = NULL;
}

/* The library tells of the end of a connection before it closes its socket. */
static void note(void *server, struct MHD_Connection *c, void **state,
                 enum MHD_ConnectionNotificationCode what)
{
    struct server *s = server;

    (void)state;
    pthread_mutex_lock(&s->lock);
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        struct connection *connection = g_new0(struct connection, 1);
        connection->fd = fd_of(c);
        connection->deadline_ns = clock_mono_ns() + FIRST_NS;
        g_hash_table_insert(s->connections, c, connection);
    } else {
        g_hash_table_remove(s->connections, c);
    }
    pthread_mutex_unlock(&s->lock);
}

void server_tick(struct server *s, int64_t now_ns)
{
    GHashTableIter all;
    void *value;

    pthread_mutex_lock(&s->lock);
    g_hash_table_iter_init(&all, s->connections);
    while (g_hash_table_iter_next(&all, NULL, &value)) {
        struct connection *c = value;
        if (c->closing || now_ns < c->deadline_ns)
            continue;
        c->closing = true;
        s->counts.closed++;
        shutdown(c->fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&s->lock);
}

/* ---- the main thread ---- */

unsigned server_wanted(struct server *s)
{
    unsigned wanted = 0;

    pthread_mutex_lock(&s->lock);
    for (guint i = 0; i < s->waiting->len; i++)
        wanted |= 1u << ((const struct request *)g_ptr_array_index(s->waiting, i))->format;
    pthread_mutex_unlock(&s->lock);
    return wanted;
}

void server_publish(struct server *s, enum server_format format, GBytes *text)
{
    guint kept = 0;

    pthread_mutex_lock(&s->lock);
    for (guint i = 0; i < s->waiting->len; i++) {
        struct request *request = g_ptr_array_index(s->waiting, i);
        if (request->format != format) {
            s->waiting->pdata[kept++] = request;
            continue;
        }
        request->text = g_bytes_ref(text);
        request->waits = false;
        MHD_resume_connection(request->connection);
    }
    g_ptr_array_set_size(s->waiting, (gint)kept);
    pthread_mutex_unlock(&s->lock);
}

struct server_counts server_counts(struct server *s)
{
    pthread_mutex_lock(&s->lock);
    struct server_counts counts = s->counts;
    counts.connections = g_hash_table_size(s->connections);
    pthread_mutex_unlock(&s->lock);
    return counts;
}

/* ---- start and stop ---- */

/* Only what prevents the start is of interest; later lines are about clients. */
G_GNUC_PRINTF(2, 0)
static void keep_log(void *server, const char *format, va_list arguments)
{
    struct server *s = server;

    if (s->started)
        return;
    g_free(s->log);
    s->log = g_strdelimit(g_strdup_vprintf(format, arguments), "\r\n", ' ');
    g_strstrip(s->log);
}

static struct MHD_Daemon *start_daemon(struct server *s)
{
    struct MHD_OptionItem more[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)s->config.certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)s->config.key},
        {MHD_OPTION_END, 0, NULL}};
    unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     (s->config.certificate ? MHD_USE_TLS : 0);

    if (!s->config.certificate)
        more[0] = more[2];
    return MHD_start_daemon(flags, 0, NULL, NULL, handle, s, MHD_OPTION_EXTERNAL_LOGGER, keep_log,
                            s, MHD_OPTION_LISTEN_SOCKET, s->config.fd, MHD_OPTION_NOTIFY_COMPLETED,
                            finish, s, MHD_OPTION_NOTIFY_CONNECTION, note, s,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)SERVER_CONNECTIONS,
                            MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)SERVER_PER_ADDRESS,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_MAX,
                            MHD_OPTION_ARRAY, more, MHD_OPTION_END);
}

struct server *server_start(const struct server_config *config, char **error)
{
    struct server *s = g_new0(struct server, 1);

    s->config = *config;
    s->password_digest = config->password ? digest(config->password) : NULL;
    s->waiting = g_ptr_array_new();
    s->connections = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    s->packed = packed_new();
    pthread_mutex_init(&s->lock, NULL);
    s->daemon = start_daemon(s);
    s->started = true;
    if (s->daemon)
        return s;
    *error = g_strdup_printf("cannot serve: %s", s->log ? s->log : "libmicrohttpd does not start");
    close(config->fd);
    server_stop(s);
    return NULL;
}

/* Requests that wait get no answer. */
static void give_up(struct server *s)
{
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    for (guint i = 0; i < s->waiting->len; i++) {
        struct request *request = g_ptr_array_index(s->waiting, i);
        request->waits = false;
        MHD_resume_connection(request->connection);
    }
    g_ptr_array_set_size(s->waiting, 0);
    pthread_mutex_unlock(&s->lock);
}

void server_stop(struct server *s)
{
    if (s->daemon) {
        give_up(s);
        MHD_stop_daemon(s->daemon);
    }
    packed_free(s->packed);
    g_hash_table_destroy(s->connections);
    g_ptr_array_free(s->waiting, TRUE);
    pthread_mutex_destroy(&s->lock);
    g_free(s->password_digest);
    g_free(s->log);
    g_free(s);
}
