/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_open.h"

#include "base/clock_read.h"
#include "collect/libvirt/libvirt_uri.h"

#include <errno.h>
#include <libvirt/virterror.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

const char LINK_LOCAL[] = "qemu:///system";

struct opener {
    gatomicrefcount refs; /* its owner, and each attempt */
    char *uri;            /* NULL: the system daemon of this host */
    const struct root *root;
    pthread_mutex_t lock; /* guards all that follows */
    pthread_cond_t changed;
    char *target;        /* the URI as libvirt is to take it */
    unsigned pending;    /* running attempts */
    bool wanted;         /* opener_free() was not called yet */
    virConnectPtr ready; /* the connection of a late attempt, until it is taken */
    bool failed;         /* an attempt has failed since opener_open() was called, with ... */
    struct link_error error;
};

/* ---- the library ---- */

static void ignore_error(void *nothing, virErrorPtr error)
{
    (void)nothing;
    (void)error;
}

static void tick(int timer, void *nothing)
{
    (void)timer;
    (void)nothing;
}

/* Without a timer the loop would not notice handles that other threads register. */
static void *run_events(void *nothing)
{
    enum { TICK_MS = 1000 };

    virEventAddTimeout(TICK_MS, tick, NULL, NULL);
    while (virEventRunDefaultImpl() >= 0)
        ;
    return nothing;
}

static void start_library(void)
{
    pthread_t thread;

    virSetErrorFunc(NULL, ignore_error);
    if (virInitialize() < 0 || virEventRegisterDefaultImpl() < 0)
        return;
    if (pthread_create(&thread, NULL, run_events, NULL) == 0)
        pthread_detach(thread);
}

/* ---- errors ---- */

int link_last_code(void)
{
    virErrorPtr e = virGetLastError();

    return e ? e->code : VIR_ERR_OK;
}

static bool is_denied(const virError *e)
{
    return e->code == VIR_ERR_AUTH_FAILED || e->code == VIR_ERR_AUTH_CANCELLED ||
           e->code == VIR_ERR_AUTH_UNAVAILABLE || e->code == VIR_ERR_OPERATION_DENIED ||
           e->code == VIR_ERR_ACCESS_DENIED ||
           (e->code == VIR_ERR_SYSTEM_ERROR && (e->int1 == EACCES || e->int1 == EPERM));
}

static bool is_absent(const virError *e)
{
    return e->code == VIR_ERR_SYSTEM_ERROR && (e->int1 == ENOENT || e->int1 == ECONNREFUSED);
}

void link_last_error(struct link_error *error)
{
    const virError *e = virGetLastError();
    const char *message = e && e->message ? e->message : "failed without saying why";

    error->state = SOURCE_FAILED;
    if (e && is_denied(e))
        error->state = SOURCE_DENIED;
    else if (e && is_absent(e))
        error->state = SOURCE_ABSENT;
    g_strlcpy(error->message, message, sizeof(error->message));
    g_strdelimit(error->message, "\n\r\t", ' ');
}

/* ---- one attempt ---- */

/* A prompt would break the full-screen display: credentials come from libvirt's own file only. */
static int refuse(virConnectCredentialPtr credentials, unsigned count, void *nothing)
{
    (void)credentials;
    (void)count;
    (void)nothing;
    return -1;
}

/* The socket of a driver's daemon on this host, below ROOT (NULL: "/"); NULL: there is none.
 * g_free. */
static char *find_socket(const struct root *root, const char *driver)
{
    char *const names[] = {g_strdup_printf("/run/libvirt/virt%sd-sock-ro", driver),
                           g_strdup("/run/libvirt/libvirt-sock-ro"),
                           g_strdup("/var/run/libvirt/libvirt-sock-ro")};
    char *found = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!found && (root ? root_exists(root, names[i]) : access(names[i], F_OK) == 0))
            found = root ? root_path(root, names[i]) : g_strdup(names[i]);
        g_free(names[i]);
    }
    return found;
}

/* libvirt knows nothing of another root. It looks in /run/libvirt or /var/run/libvirt, as it was
 * built; in a container that has one of them it may be the wrong one. */
static bool may_miss_socket(const struct root *root)
{
    if (root && !root_is_own(root))
        return true;
    return access("/run/libvirt", F_OK) != access("/var/run/libvirt", F_OK);
}

/* The URI as libvirt has to be given it: that of a daemon on this host with the place of its
 * socket, where libvirt would not find that. g_free. */
static char *with_socket(const struct root *root, const char *uri)
{
    struct libvirt_uri u;
    char *socket = NULL, *below = NULL;

    libvirt_uri_parse(uri, &u);
    bool plain =
        !*u.server && !*u.socket && !libvirt_uri_is_foreign(&u) && strcmp(u.path, "/session") != 0;
    if (plain && may_miss_socket(root))
        socket = find_socket(root, u.driver);
    if (socket) {
        char *value = g_uri_escape_string(socket, "/", FALSE);
        below = g_strdup_printf("%s+unix://%s?socket=%s", u.driver, u.path, value);
        g_free(value);
    }
    g_free(socket);
    libvirt_uri_clear(&u);
    return below ? below : g_strdup(uri);
}

static bool has_daemon(const struct root *root)
{
    char *socket = find_socket(root, "qemu");
    bool found = socket;

    g_free(socket);
    return found;
}

/* "no_tty" keeps ssh from asking for a password on the terminal. */
static char *without_prompt(const char *uri)
{
    const char *scheme_end = strstr(uri, "://");
    const char *ssh = strstr(uri, "+ssh://");
    const char *query = strchr(uri, '?');

    if (!ssh || !scheme_end || ssh > scheme_end || (query && strstr(query, "no_tty=")))
        return g_strdup(uri);
    return g_strconcat(uri, query ? "&" : "?", "no_tty=1", NULL);
}

static virConnectPtr open_quietly(const char *uri)
{
    static int types[] = {VIR_CRED_USERNAME, VIR_CRED_AUTHNAME,     VIR_CRED_PASSPHRASE,
                          VIR_CRED_REALM,    VIR_CRED_NOECHOPROMPT, VIR_CRED_ECHOPROMPT};
    virConnectAuth auth = {types, G_N_ELEMENTS(types), refuse, NULL};
    char *quiet = without_prompt(uri);
    virConnectPtr connection = virConnectOpenAuth(quiet, &auth, VIR_CONNECT_RO);

    g_free(quiet);
    return connection;
}

static void opener_unref(struct opener *o)
{
    if (!g_atomic_ref_count_dec(&o->refs))
        return;
    pthread_cond_destroy(&o->changed);
    pthread_mutex_destroy(&o->lock);
    g_free(o->uri);
    g_free(o->target);
    g_free(o);
}

static void *attempt(void *opener)
{
    struct opener *o = opener;
    struct link_error error;

    pthread_mutex_lock(&o->lock);
    char *target = g_strdup(o->target);
    pthread_mutex_unlock(&o->lock);
    virConnectPtr spare = open_quietly(target);
    g_free(target);
    if (!spare)
        link_last_error(&error);
    pthread_mutex_lock(&o->lock);
    o->pending--;
    if (!spare) {
        o->failed = true;
        o->error = error;
    } else if (o->wanted && !o->ready) {
        o->ready = spare;
        spare = NULL;
    }
    pthread_cond_broadcast(&o->changed);
    pthread_mutex_unlock(&o->lock);
    if (spare)
        virConnectClose(spare);
    opener_unref(o);
    return NULL;
}

/* With the lock held. */
static void begin_attempt(struct opener *o)
{
    pthread_t thread;

    g_atomic_ref_count_inc(&o->refs);
    if (pthread_create(&thread, NULL, attempt, o) == 0) {
        pthread_detach(thread);
        o->pending++;
        return;
    }
    g_atomic_ref_count_dec(&o->refs);
}

/* ---- the opener ---- */

struct opener *opener_new(const char *uri, const struct root *root)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT; /* libvirt is initialized once per process */
    struct opener *o = g_new0(struct opener, 1);

    pthread_once(&once, start_library);
    g_atomic_ref_count_init(&o->refs);
    o->uri = g_strdup(uri);
    o->root = root;
    o->wanted = true;
    pthread_mutex_init(&o->lock, NULL);
    clock_cond_init(&o->changed);
    return o;
}

void opener_free(struct opener *o)
{
    if (!o)
        return;
    pthread_mutex_lock(&o->lock);
    virConnectPtr ready = o->ready;
    o->ready = NULL;
    o->wanted = false;
    pthread_mutex_unlock(&o->lock);
    if (ready)
        virConnectClose(ready);
    opener_unref(o);
}

virConnectPtr opener_open(struct opener *o, int64_t patience_ns, struct link_error *error)
{
    int64_t deadline_ns = clock_mono_ns() + patience_ns;

    if (!o->uri && !has_daemon(o->root)) {
        *error = (struct link_error){SOURCE_ABSENT, "no libvirt daemon on this host"};
        return NULL;
    }
    char *target = with_socket(o->root, o->uri ? o->uri : LINK_LOCAL);
    pthread_mutex_lock(&o->lock);
    g_free(o->target);
    o->target = target;
    o->failed = false;
    if (!o->ready && o->pending < OPEN_PENDING_MAX)
        begin_attempt(o);
    while (!o->ready && !o->failed && o->pending &&
           clock_cond_wait(&o->changed, &o->lock, deadline_ns))
        ;
    virConnectPtr connection = o->ready;
    o->ready = NULL;
    if (!connection)
        *error =
            o->failed ? o->error : (struct link_error){SOURCE_STALE, "its daemon does not answer"};
    pthread_mutex_unlock(&o->lock);
    return connection;
}
