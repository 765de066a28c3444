/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Connections, and the source that uses them, with libvirt's test driver, which needs no daemon. */
#include <config.h>

#include "../base/tree.h"
#include "base/clock_read.h"
#include "collect/libvirt/libvirt.h"
#include "collect/libvirt/libvirt_hypervisor.h"
#include "collect/libvirt/libvirt_link.h"
#include "collect/libvirt/libvirt_monitor.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <libvirt/virterror.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char URI[] = "test:///default"; /* one host per process, with the guest "test" */

#define PATIENCE_NS (20 * CLOCK_NS_PER_S)

static virConnectPtr open_writable(void)
{
    virConnectPtr c = virConnectOpen(URI);

    g_assert_nonnull(c);
    return c;
}

static virDomainPtr look_up(virConnectPtr c, char uuid[VIR_UUID_STRING_BUFLEN])
{
    virDomainPtr d = virDomainLookupByName(c, "test");

    g_assert_nonnull(d);
    g_assert_cmpint(virDomainGetUUIDString(d, uuid), ==, 0);
    return d;
}

/* Wait for the first events; a thread of libvirt delivers them. */
static GHashTable *await_events(struct link *l)
{
    int64_t end = clock_mono_ns() + PATIENCE_NS;
    GHashTable *events;

    while (!(events = link_take_events(l)) && clock_mono_ns() < end)
        g_usleep(2000);
    g_assert_nonnull(events);
    return events;
}

/* A connection receives events about guests, and so does the next one. */
static void test_events(void)
{
    struct opener *opener = opener_new(URI, NULL);
    char uuid[VIR_UUID_STRING_BUFLEN];
    struct link_error error;
    virConnectPtr c = open_writable();
    virDomainPtr d = look_up(c, uuid);

    for (int i = 0; i < 2; i++) {
        struct link *l = link_open(opener, true, &error);
        g_assert_nonnull(l);
        g_assert_true(link_listens(l));
        g_assert_false(link_is_dead(l));
        g_assert_null(link_take_events(l));
        g_assert_cmpint(i ? virDomainResume(d) : virDomainSuspend(d), ==, 0);
        GHashTable *events = await_events(l);
        g_assert_cmpuint(g_hash_table_size(events), ==, 1);
        g_assert_true(g_hash_table_contains(events, uuid));
        g_assert_null(link_take_events(l));
        g_hash_table_unref(events);
        link_close(l);
    }
    opener_free(opener);
    virDomainFree(d);
    virConnectClose(c);
}

/* A connection that does not ask for events receives none. */
static void test_deaf(void)
{
    struct opener *opener = opener_new(URI, NULL);
    struct link_error error;
    struct link *l = link_open(opener, false, &error);

    g_assert_nonnull(l);
    g_assert_false(link_listens(l));
    link_close(l);
    opener_free(opener);
}

static void test_errors(void)
{
    static const char *const uris[] = {"nonsense://", "test:///no/such/file"};
    struct link_error error;

    for (size_t i = 0; i < G_N_ELEMENTS(uris); i++) {
        struct opener *opener = opener_new(uris[i], NULL);
        memset(&error, 0, sizeof(error));
        g_assert_null(opener_open(opener, PATIENCE_NS, &error));
        opener_free(opener);
        g_assert_cmpint(error.state, !=, SOURCE_OK);
        g_assert_cmpuint(strlen(error.message), >, 0);
        g_assert_null(strpbrk(error.message, "\n\r\t"));
    }
}

/* A daemon that accepts connections but never answers blocks no caller, and few threads. */
static void test_mute(void)
{
    char *directory = g_dir_make_tmp("vtop-mute-XXXXXX", NULL);
    char *path = g_build_filename(directory, "socket", NULL);
    char *uri = g_strconcat("qemu+unix:///system?socket=", path, NULL);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct opener *opener = opener_new(uri, NULL);
    int clients[OPEN_PENDING_MAX], count = 0;
    struct link_error error;

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(bind(server, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(listen(server, 2 * OPEN_PENDING_MAX), ==, 0);
    for (int i = 0; i < 2 * OPEN_PENDING_MAX; i++) {
        g_assert_null(opener_open(opener, 20 * CLOCK_NS_PER_MS, &error));
        g_assert_cmpint(error.state, ==, SOURCE_STALE);
        g_assert_cmpstr(error.message, ==, "its daemon does not answer");
    }
    int64_t end = clock_mono_ns() + PATIENCE_NS;
    while (count < OPEN_PENDING_MAX && clock_mono_ns() < end) {
        clients[count] = accept(server, NULL, NULL);
        if (clients[count] < 0)
            g_usleep(2000);
        else
            count++;
    }
    g_assert_cmpint(count, ==, OPEN_PENDING_MAX);
    g_assert_cmpint(accept(server, NULL, NULL), <, 0);
    /* when it ends, the waiting caller is told at once */
    close(server);
    while (count)
        close(clients[--count]);
    g_assert_null(opener_open(opener, PATIENCE_NS, &error));
    g_assert_cmpstr(error.message, !=, "its daemon does not answer");
    opener_free(opener);
    g_unlink(path);
    g_rmdir(directory);
    g_free(uri);
    g_free(path);
    g_free(directory);
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(bind(server, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(listen(server, 8), ==, 0);
    return server;
}

static void await_client(int server)
{
    int64_t end = clock_mono_ns() + PATIENCE_NS;
    int client;

    while ((client = accept(server, NULL, NULL)) < 0 && clock_mono_ns() < end)
        g_usleep(2000);
    g_assert_cmpint(client, >=, 0);
    close(client);
}

/* Below another root the socket of the driver's own daemon is used, or that of libvirtd. */
static void test_below_root(void)
{
    static const struct {
        const char *uri, *socket;
    } cases[] = {{NULL, "run/libvirt/libvirt-sock-ro"},
                 {"qemu:///system", "run/libvirt/libvirt-sock-ro"},
                 {"lxc:///", "run/libvirt/libvirt-sock-ro"},
                 {"qemu:///system", "run/libvirt/virtqemud-sock-ro"},
                 {NULL, "run/libvirt/virtqemud-sock-ro"}};
    struct link_error error;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *tree = tree_new(), *path = tree_path(tree, cases[i].socket);
        struct root *root;
        g_assert_cmpint(root_new(tree, &root), ==, 0);
        struct opener *opener = opener_new(cases[i].uri, root);
        if (!cases[i].uri) {
            g_assert_null(opener_open(opener, 0, &error));
            g_assert_cmpint(error.state, ==, SOURCE_ABSENT);
        }
        int server = listen_at(path);
        g_assert_null(opener_open(opener, 0, &error));
        await_client(server);
        close(server);
        opener_free(opener);
        root_free(root);
        g_free(path);
        tree_free(tree);
    }
}

/* ---- the source ---- */

static struct sample *await_sample(struct source *s)
{
    int64_t end = clock_mono_ns() + PATIENCE_NS;
    struct sample *sample;

    while (!(sample = source_take(s)) && clock_mono_ns() < end)
        g_usleep(2000);
    g_assert_nonnull(sample);
    return sample;
}

enum { NOT_THERE = -1 };

/* The state of the guest "test". */
static int state_in(const struct sample *sample)
{
    for (guint i = 0; i < sample->records->len; i++) {
        const struct record *r = g_ptr_array_index(sample->records, i);
        uint64_t state;
        if (r->facet == FACET_DOMAIN && strcmp(r->ident->name, "test") == 0 &&
            record_get(r, R_DOM_STATE, &state))
            return (int)state;
    }
    return NOT_THERE;
}

static void await_state(struct source *s, int wanted)
{
    int64_t end = clock_mono_ns() + PATIENCE_NS;
    int state;

    do {
        struct sample *sample = await_sample(s);
        state = state_in(sample);
        sample_unref(sample);
    } while (state != wanted && clock_mono_ns() < end);
    g_assert_cmpint(state, ==, wanted);
}

static void test_source(void)
{
    struct libvirt_config config = {.uri = URI};
    struct demand demand = {.needs = NEED_ALL, .interval_ns = 50 * CLOCK_NS_PER_MS};
    int wake = eventfd(0, EFD_CLOEXEC);
    struct source *s = source_start(&LIBVIRT_SOURCE, &config, 0, wake, &demand);
    char uuid[VIR_UUID_STRING_BUFLEN];
    virConnectPtr c = open_writable();
    virDomainPtr d = look_up(c, uuid);

    await_state(s, STATE_RUN);
    g_assert_cmpint(virDomainSuspend(d), ==, 0);
    await_state(s, STATE_PAUSED);
    g_assert_cmpint(virDomainResume(d), ==, 0);
    await_state(s, STATE_RUN);
    virDomainFree(d);
    virConnectClose(c);
    source_stop(s, PATIENCE_NS);
    close(wake);
}

/* ---- a driver without bulk statistics ----
 *
 * These functions replace those of the library, so that the test driver can be made to fail. */

static _Atomic int bulk_error, state_error; /* virErrorNumber; VIR_ERR_OK: the library answers */
static _Atomic unsigned states_refused;
static _Thread_local virError refusal;

#define REAL(function) ((__typeof__(&(function)))dlsym(RTLD_NEXT, #function))

static int refuse(int code)
{
    refusal = (virError){.code = code};
    return -1;
}

virErrorPtr virGetLastError(void)
{
    return refusal.code ? &refusal : REAL(virGetLastError)();
}

int virConnectGetAllDomainStats(virConnectPtr c, unsigned stats, virDomainStatsRecordPtr **records,
                                unsigned flags)
{
    refusal.code = VIR_ERR_OK;
    return bulk_error ? refuse(bulk_error)
                      : REAL(virConnectGetAllDomainStats)(c, stats, records, flags);
}

int virDomainGetState(virDomainPtr d, int *state, int *reason, unsigned flags)
{
    refusal.code = VIR_ERR_OK;
    if (!state_error)
        return REAL(virDomainGetState)(d, state, reason, flags);
    states_refused++;
    return refuse(state_error);
}

/* A guest whose state cannot be read stays; a guest that the driver does not know has left. */
static void test_one_by_one(void)
{
    struct libvirt_config config = {.uri = URI};
    struct demand demand = {.needs = NEED_ALL, .interval_ns = 50 * CLOCK_NS_PER_MS};
    int wake = eventfd(0, EFD_CLOEXEC);

    bulk_error = VIR_ERR_NO_SUPPORT;
    struct source *s = source_start(&LIBVIRT_SOURCE, &config, 0, wake, &demand);
    await_state(s, STATE_RUN);
    state_error = VIR_ERR_OPERATION_TIMEOUT;
    for (int64_t end = clock_mono_ns() + PATIENCE_NS; states_refused < 2;) {
        g_assert_cmpint(clock_mono_ns(), <, end);
        g_usleep(2000);
    }
    for (int i = 0; i < 2; i++) { /* the first may be an old one */
        struct sample *sample = await_sample(s);
        g_assert_cmpint(state_in(sample), ==, STATE_RUN);
        sample_unref(sample);
    }
    state_error = VIR_ERR_NO_DOMAIN;
    await_state(s, NOT_THERE);
    source_stop(s, PATIENCE_NS);
    bulk_error = state_error = VIR_ERR_OK;
    close(wake);
}

/* ---- whether a guest or the daemon is silent ---- */

static void test_silence(void)
{
    struct hypervisor *h = hypervisor_new(URI, NULL);
    struct guest_home home = {.realm = "test/default"};
    struct guest *g = guest_new("u", 1, "g", &home, GUEST_VM);

    g_assert_cmpint(hypervisor_silence_ns(h, 100), ==, 0); /* it is not asked */
    h->calling_ns = 40;
    g_assert_cmpint(hypervisor_silence_ns(h, 100), ==, 60);
    h->heard_ns = 90; /* answers come guest by guest */
    g_assert_cmpint(hypervisor_silence_ns(h, 100), ==, 10);
    hypervisor_unref(h);

    g_assert_cmpuint(monitor_hung_ms(g, HUNG_AFTER_NS), ==, 0); /* no call waits */
    g->asked_ns = 1;
    g_assert_cmpuint(monitor_hung_ms(g, HUNG_AFTER_NS), ==, 0); /* not long enough */
    g_assert_cmpuint(monitor_hung_ms(g, 42 * CLOCK_NS_PER_S + 1), ==, 42000);
    g->asked_ns = 0;
    g->busy_ns = 1;
    g_assert_cmpuint(monitor_hung_ms(g, 42 * CLOCK_NS_PER_S + 1), ==, 42000);
    guest_unref(g);
}

/* A group that was asked for twice in bulk and never came is asked for by single calls. */
static void test_learning(void)
{
    struct hypervisor *h = hypervisor_new(URI, NULL);
    unsigned groups = VIR_DOMAIN_STATS_BLOCK | VIR_DOMAIN_STATS_BALLOON;

    h->bulk = true;
    hypervisor_learn(h, groups, VIR_DOMAIN_STATS_BLOCK);
    g_assert_cmpuint(hypervisor_single_groups(h), ==, 0);
    hypervisor_learn(h, groups, 0); /* a partial answer: it came before */
    g_assert_cmpuint(hypervisor_single_groups(h), ==, VIR_DOMAIN_STATS_BALLOON);
    h->bulk = false;
    g_assert_cmpuint(hypervisor_single_groups(h) & groups, ==, groups);
    hypervisor_unref(h);
}

/* ---- whose turn it is ---- */

#define ROUND_NS (50 * CLOCK_NS_PER_MS) /* a local one has room for 1 ms of questions, ... */
enum { STUCK = 4, QUESTION_US = 2000 }; /* ... which is less than one takes */

/* Another client's call waits for the guests of this name. */
int virDomainGetControlInfo(virDomainPtr d, virDomainControlInfoPtr info, unsigned flags)
{
    refusal.code = VIR_ERR_OK;
    if (!g_str_has_prefix(virDomainGetName(d), "stuck"))
        return REAL(virDomainGetControlInfo)(d, info, flags);
    g_usleep(QUESTION_US);
    *info = (virDomainControlInfo){.state = VIR_DOMAIN_CONTROL_OCCUPIED, .stateTime = 60000};
    return 0;
}

static virDomainPtr create(virConnectPtr c, const char *name)
{
    char *xml = g_strdup_printf("<domain type='test'><name>%s</name><memory>8192</memory>"
                                "<os><type>hvm</type></os></domain>",
                                name);
    virDomainPtr d = virDomainCreateXML(c, xml, 0);

    g_assert_nonnull(d);
    g_free(xml);
    return d;
}

static struct hypervisor *connected(void)
{
    struct hypervisor *h = hypervisor_new(URI, NULL);

    h->up = h->local = true;
    h->demand = (struct demand){.needs = NEED_IO, .interval_ns = ROUND_NS};
    return h;
}

/* The hypervisor keeps the reference. */
static struct guest *add_guest(struct hypervisor *h, virDomainPtr d)
{
    struct guest_home home = {.realm = "test/default"};
    char uuid[VIR_UUID_STRING_BUFLEN];

    g_assert_cmpint(virDomainGetUUIDString(d, uuid), ==, 0);
    struct guest *g = guest_new(uuid, 1, virDomainGetName(d), &home, GUEST_VM);
    g->active = true;
    g_hash_table_insert(h->guests, g->uuid, g);
    return g;
}

static void begin_round(struct hypervisor *h)
{
    pthread_mutex_lock(&h->lock);
    h->round++;
    h->round_ns = clock_mono_ns();
    h->spent_ns = 0;
    monitor_supervise(h);
    pthread_cond_broadcast(&h->changed);
    pthread_mutex_unlock(&h->lock);
}

static unsigned readings_of(struct hypervisor *h, const struct guest *g)
{
    pthread_mutex_lock(&h->lock);
    unsigned readings = g->readings;
    pthread_mutex_unlock(&h->lock);
    return readings;
}

static void disconnect(struct hypervisor *h)
{
    int64_t deadline = clock_mono_ns() + PATIENCE_NS;

    pthread_mutex_lock(&h->lock);
    h->stop = true;
    pthread_cond_broadcast(&h->changed);
    while (h->lane && hypervisor_wait(h, deadline))
        ;
    pthread_mutex_unlock(&h->lock);
    hypervisor_unref(h);
}

/* Guests that do not answer, and have not been read twice, leave the others their turns. */
static void test_turns(void)
{
    virConnectPtr c = open_writable();
    struct hypervisor *h = connected();
    virDomainPtr domains[STUCK + 1];
    struct guest *patient = NULL;
    const unsigned before = 2; /* as one that has its rates */

    for (int i = 0; i <= STUCK; i++) {
        char *name = g_strdup_printf("%s-%d", i < STUCK ? "stuck" : "patient", i);
        domains[i] = create(c, name);
        patient = add_guest(h, domains[i]);
        g_free(name);
    }
    patient->readings = before;
    for (int64_t end = clock_mono_ns() + PATIENCE_NS; readings_of(h, patient) == before;) {
        g_assert_cmpint(clock_mono_ns(), <, end);
        begin_round(h);
        g_usleep(ROUND_NS / 1000);
    }
    disconnect(h);
    for (int i = 0; i <= STUCK; i++) {
        virDomainDestroy(domains[i]);
        virDomainFree(domains[i]);
    }
    virConnectClose(c);
}

/* Whether a lane is started while the survey has been calling for SINCE_NS and heard an answer
 * HEARD_NS ago. */
static bool starts_lane(int64_t since_ns, int64_t heard_ns)
{
    struct hypervisor *h = connected();
    virConnectPtr c = open_writable();
    char uuid[VIR_UUID_STRING_BUFLEN];
    virDomainPtr d = look_up(c, uuid);

    add_guest(h, d);
    pthread_mutex_lock(&h->lock);
    h->calling_ns = clock_mono_ns() - since_ns;
    h->heard_ns = clock_mono_ns() - heard_ns;
    monitor_supervise(h);
    bool starts = h->lane;
    pthread_mutex_unlock(&h->lock);
    disconnect(h);
    virDomainFree(d);
    virConnectClose(c);
    return starts;
}

/* A survey that gets answers does not keep a lane from being started, a silent daemon does. */
static void test_slow_survey(void)
{
    int64_t hour = 3600 * CLOCK_NS_PER_S;

    g_assert_true(starts_lane(0, hour));
    g_assert_true(starts_lane(hour, 0));
    g_assert_false(starts_lane(hour, hour));
}

int main(int argc, char **argv)
{
    /* As in the threads of sources, which block it: a daemon may close its socket before libvirt has
     * written its greeting. */
    signal(SIGPIPE, SIG_IGN);
    libvirt_prepare();
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/libvirt-link/events", test_events);
    g_test_add_func("/libvirt-link/deaf", test_deaf);
    g_test_add_func("/libvirt-link/errors", test_errors);
    g_test_add_func("/libvirt-link/mute", test_mute);
    g_test_add_func("/libvirt-link/below-root", test_below_root);
    g_test_add_func("/libvirt-link/source", test_source);
    g_test_add_func("/libvirt-link/one-by-one", test_one_by_one);
    g_test_add_func("/libvirt-link/silence", test_silence);
    g_test_add_func("/libvirt-link/learning", test_learning);
    g_test_add_func("/libvirt-link/turns", test_turns);
    g_test_add_func("/libvirt-link/slow-survey", test_slow_survey);
    return g_test_run();
}
