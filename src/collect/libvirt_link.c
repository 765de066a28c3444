#include <config.h>

#include "collect/libvirt_link.h"

#include <errno.h>
#include <libvirt/virterror.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

const char LINK_LOCAL[] = "qemu:///system";

/* Finds a dead daemon within 15 s; a hung guest does not disturb it. */
enum { KEEPALIVE_S = 5, KEEPALIVE_COUNT = 3 };

/* What callbacks touch; they may run after the link is gone. */
struct pulse {
    gatomicrefcount refs;
    _Atomic bool closed;
    pthread_mutex_t lock; /* of ... */
    GHashTable *events;   /* ... uuids of guests to which something happened; NULL: nothing did */
};

enum { LIFECYCLE, BALLOON, DEVICE_ADDED, DEVICE_REMOVED, EVENTS };
struct link {
    virConnectPtr connection;
    struct pulse *pulse;
    bool watched; /* the close callback is registered */
    int callbacks[EVENTS];
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

/* Without a timer the loop would not notice what other threads register. */
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

/* ---- opening ---- */

/* Nobody may be asked under a full-screen program: credentials come from libvirt's file or not at
 * all. */
static int refuse(virConnectCredentialPtr credentials, unsigned count, void *nothing)
{
    (void)credentials;
    (void)count;
    (void)nothing;
    return -1;
}

static bool answers_locally(void)
{
    static const char *const sockets[] = {"/run/libvirt/virtqemud-sock-ro",
                                          "/run/libvirt/libvirt-sock-ro",
                                          "/var/run/libvirt/libvirt-sock-ro"};

    for (size_t i = 0; i < G_N_ELEMENTS(sockets); i++)
        if (access(sockets[i], F_OK) == 0)
            return true;
    return false;
}

/* ssh would ask for a password on the terminal: "no_tty" stops it. */
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

/* ---- callbacks ---- */

static struct pulse *pulse_new(void)
{
    struct pulse *pulse = g_new0(struct pulse, 1);

    g_atomic_ref_count_init(&pulse->refs);
    pthread_mutex_init(&pulse->lock, NULL);
    return pulse;
}

static void pulse_unref(void *p)
{
    struct pulse *pulse = p;

    if (!g_atomic_ref_count_dec(&pulse->refs))
        return;
    if (pulse->events)
        g_hash_table_unref(pulse->events);
    pthread_mutex_destroy(&pulse->lock);
    g_free(pulse);
}

static void *pulse_ref(struct pulse *pulse)
{
    g_atomic_ref_count_inc(&pulse->refs);
    return pulse;
}

static void on_close(virConnectPtr connection, int reason, void *pulse)
{
    (void)connection;
    (void)reason;
    ((struct pulse *)pulse)->closed = true;
}

static void note(struct pulse *pulse, virDomainPtr domain)
{
    char uuid[VIR_UUID_STRING_BUFLEN];

    if (virDomainGetUUIDString(domain, uuid) < 0)
        return;
    pthread_mutex_lock(&pulse->lock);
    if (!pulse->events)
        pulse->events = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_add(pulse->events, g_strdup(uuid));
    pthread_mutex_unlock(&pulse->lock);
}

static int on_lifecycle(virConnectPtr connection, virDomainPtr domain, int event, int detail,
                        void *pulse)
{
    (void)connection;
    (void)event;
    (void)detail;
    note(pulse, domain);
    return 0;
}

static void on_balloon(virConnectPtr connection, virDomainPtr domain, unsigned long long actual,
                       void *pulse)
{
    (void)connection;
    (void)actual;
    note(pulse, domain);
}

static void on_device(virConnectPtr connection, virDomainPtr domain, const char *alias, void *pulse)
{
    (void)connection;
    (void)alias;
    note(pulse, domain);
}

static void listen_to_guests(struct link *l)
{
    const struct {
        int event;
        virConnectDomainEventGenericCallback callback;
    } wanted[EVENTS] = {
        [LIFECYCLE] = {VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle)},
        [BALLOON] = {VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE, VIR_DOMAIN_EVENT_CALLBACK(on_balloon)},
        [DEVICE_ADDED] = {VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, VIR_DOMAIN_EVENT_CALLBACK(on_device)},
        [DEVICE_REMOVED] = {VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED,
                            VIR_DOMAIN_EVENT_CALLBACK(on_device)}};

    for (int i = 0; i < EVENTS; i++) {
        l->callbacks[i] =
            virConnectDomainEventRegisterAny(l->connection, NULL, wanted[i].event,
                                             wanted[i].callback, pulse_ref(l->pulse), pulse_unref);
        if (l->callbacks[i] < 0)
            pulse_unref(l->pulse);
    }
}

static void watch(struct link *l)
{
    /* Drivers without a daemon refuse one or both: they cannot lose what they do not have. */
    virConnectSetKeepAlive(l->connection, KEEPALIVE_S, KEEPALIVE_COUNT);
    /* Not counted: a driver may accept the callback and never free it; unregistering waits for it.
     */
    l->watched = virConnectRegisterCloseCallback(l->connection, on_close, l->pulse, NULL) == 0;
}

struct link *link_open(const char *uri, bool with_events, struct link_error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT; /* the library is one for the whole process */

    if (!uri && !answers_locally()) {
        *error = (struct link_error){SOURCE_ABSENT, "no libvirt daemon on this host"};
        return NULL;
    }
    pthread_once(&once, start_library);
    virConnectPtr connection = open_quietly(uri ? uri : LINK_LOCAL);
    if (!connection) {
        link_last_error(error);
        return NULL;
    }
    struct link *l = g_new0(struct link, 1);
    l->connection = connection;
    l->pulse = pulse_new();
    for (int i = 0; i < EVENTS; i++)
        l->callbacks[i] = -1;
    watch(l);
    if (with_events)
        listen_to_guests(l);
    return l;
}

void link_close(struct link *l)
{
    if (!l)
        return;
    for (int i = 0; i < EVENTS; i++)
        if (l->callbacks[i] >= 0)
            virConnectDomainEventDeregisterAny(l->connection, l->callbacks[i]);
    if (l->watched)
        virConnectUnregisterCloseCallback(l->connection, on_close);
    virConnectClose(l->connection);
    pulse_unref(l->pulse);
    g_free(l);
}

virConnectPtr link_connection(struct link *l)
{
    return l->connection;
}

bool link_is_dead(struct link *l)
{
    return l->pulse->closed;
}

bool link_listens(const struct link *l)
{
    return l->callbacks[LIFECYCLE] >= 0;
}

GHashTable *link_take_events(struct link *l)
{
    pthread_mutex_lock(&l->pulse->lock);
    GHashTable *events = l->pulse->events;
    l->pulse->events = NULL;
    pthread_mutex_unlock(&l->pulse->lock);
    return events;
}
