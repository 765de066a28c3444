/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_link.h"

#include "base/clock.h"

#include <pthread.h>

/* Three probes 5 s apart, and 5 s after the last one: a silent daemon is given 20 s. A hung guest
 * does not delay the daemon's answer. */
enum { KEEPALIVE_S = 5, KEEPALIVE_COUNT = 3 };

#define PATIENCE_NS (15 * CLOCK_NS_PER_S)

/* The data of callbacks, which may run after the link was closed. */
struct pulse {
    gatomicrefcount refs;
    _Atomic bool closed;
    pthread_mutex_t lock; /* guards events */
    GHashTable *events;   /* UUIDs of guests that had events; NULL: none had */
};

enum { LIFECYCLE, BALLOON, DEVICE_ADDED, DEVICE_REMOVED, EVENTS };
struct link {
    virConnectPtr connection;
    struct pulse *pulse;
    bool watched; /* the close callback is registered */
    int callbacks[EVENTS];
};

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
    /* Drivers without a daemon refuse one or both; they have no connection to lose. */
    virConnectSetKeepAlive(l->connection, KEEPALIVE_S, KEEPALIVE_COUNT);
    /* Without a reference: a driver may accept the callback and never free its data.
     * Unregistering waits for a callback that runs. */
    l->watched = virConnectRegisterCloseCallback(l->connection, on_close, l->pulse, NULL) == 0;
}

struct link *link_open(struct opener *opener, bool with_events, struct link_error *error)
{
    virConnectPtr connection = opener_open(opener, PATIENCE_NS, error);

    if (!connection)
        return NULL;
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
