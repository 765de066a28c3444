/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "export_mode.h"

#include "base/clock_read.h"
#include "export/address.h"
#include "export/secret.h"
#include "export/server.h"
#include "findings.h"
#include "output/openmetrics.h"
#include "output/parts.h"
#include "selection.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

/* An exporter is read every 15 seconds or so: values of a few seconds ago are good enough. */
#define INTERVAL_NS (5 * CLOCK_NS_PER_S)
enum { TICK_MS = 1000 };

struct rendered {
    GBytes *text;     /* NULL: none */
    uint64_t version; /* of the roster */
};

struct export
{
    const struct options *options;
    const struct record_beside *record;
    struct refresh *refresh;
    struct selection *selection;
    struct columns columns;
    struct exposition *exposition;
    struct server *server;
    struct rendered last[SERVER_FORMATS];
    int64_t render_ns; /* that the last rendering took */
    uint64_t ticks;
    int signals, wake; /* signalfd, eventfd */
    bool end;
};

/* ---- rendering ---- */

static double seconds(int64_t ns)
{
    return (double)ns / (double)CLOCK_NS_PER_S;
}

static int64_t cpu_ns(void)
{
    struct timespec t = {0};

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * CLOCK_NS_PER_S + t.tv_nsec;
}

/* What the exporter says of itself. */
static void add_own(struct export *x, enum exposition_format f, size_t series, GString *out)
{
    struct server_counts counts = server_counts(x->server);
    const struct {
        const char *name;
        bool counter;
        const char *help;
        double number;
    } own[] = {
        {"vtop_exporter_scrapes_total", true, "scrapes that were answered", (double)counts.scrapes},
        {"vtop_exporter_refused_total", true, "requests that were refused", (double)counts.refused},
        {"vtop_exporter_closed_connections_total", true,
         "connections that were closed because they completed no request in time",
         (double)counts.closed},
        {"vtop_exporter_sent_bytes_total", true, "size of all scrapes, as they were sent",
         (double)counts.bytes},
        {"vtop_exporter_connections", false, "connections that are open", counts.connections},
        {"vtop_exporter_cpu_seconds_total", true, "CPU time of vtop itself", seconds(cpu_ns())},
        {"vtop_exporter_series", false, "series of this scrape, without those of the exporter",
         (double)series},
        {"vtop_exporter_render_seconds", false, "time that the previous text took",
         seconds(x->render_ns)},
        {"vtop_exporter_interval_seconds", false, "time between the last two collections",
         seconds(refresh_interval_ns(x->refresh))},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
        exposition_add(f, own[i].name, own[i].counter, own[i].help, own[i].number, out);
}

static GBytes *render(struct export *x, enum exposition_format f)
{
    int64_t began_ns = clock_mono_ns();
    struct moment now = refresh_now(x->refresh);
    GPtrArray *guests = selection_guests(x->selection, &now);
    struct entity *const *rows = (struct entity *const *)guests->pdata;
    GPtrArray *findings = findings_of_rows(refresh_analysis(x->refresh), &now, rows, guests->len);
    struct output_sample sample = {
        .moment = now, .guests = rows, .guest_count = guests->len, .findings = findings};
    GString *out = g_string_new(NULL);

    size_t series = exposition_write(x->exposition, &sample, f, out);
    add_own(x, f, series, out);
    exposition_end(f, out);
    g_ptr_array_free(findings, TRUE);
    g_ptr_array_free(guests, TRUE);
    x->render_ns = clock_mono_ns() - began_ns;
    return g_string_free_to_bytes(out);
}

static GBytes *text_of(struct export *x, enum server_format format)
{
    static const enum exposition_format formats[SERVER_FORMATS] = {
        [SERVER_PROMETHEUS] = EXPOSE_PROMETHEUS, [SERVER_OPENMETRICS] = EXPOSE_OPENMETRICS};
    struct rendered *last = &x->last[format];
    uint64_t version = roster_version(refresh_roster(x->refresh));

    if (last->text && last->version == version)
        return last->text;
    if (last->text)
        g_bytes_unref(last->text);
    last->text = render(x, formats[format]);
    last->version = version;
    return last->text;
}

/* Rates of findings and sums of guests need a second tick; a saved tree has no second one. */
static bool is_ready(const struct export *x)
{
    enum { ENOUGH = 2 };

    return x->ticks >= ENOUGH || (x->ticks && refresh_is_still(x->refresh));
}

static void answer(struct export *x)
{
    unsigned wanted = is_ready(x) ? server_wanted(x->server) : 0;

    for (enum server_format f = 0; f < SERVER_FORMATS; f++)
        if (wanted & 1u << f)
            server_publish(x->server, f, text_of(x, f));
}

/* ---- the loop ---- */

/* By the server's thread. */
static void wake(void *export)
{
    const uint64_t one = 1;

    if (write(((struct export *)export)->wake, &one, sizeof(one)) < 0)
        return; /* it is awake */
}

static void drain(int fd)
{
    uint64_t count;

    while (read(fd, &count, sizeof(count)) > 0)
        ;
}

static struct wishes wishes_of(const struct export *x)
{
    struct wishes wishes = selection_wishes(x->selection);
    bool given = x->options->given & 1u << PREFERENCE_INTERVAL;

    wishes.needs |= exposition_needs() | parts_needs(x->options->parts);
    wishes.all_parts = parts_needs(x->options->parts) & NEED_PARTS;
    wishes.interval_ns = given ? x->options->settings.interval_ns : INTERVAL_NS;
    if (!is_ready(x))
        wishes.interval_ns = MIN(wishes.interval_ns, CLOCK_NS_PER_S);
    return wishes;
}

static void merge(struct export *x)
{
    bool ready = is_ready(x);

    if (!refresh_merge(x->refresh))
        return;
    x->ticks++;
    selection_say_what_is_missing(x->selection, refresh_roster(x->refresh));
    if (!ready && is_ready(x)) {
        struct wishes wishes = wishes_of(x);
        refresh_wish(x->refresh, ASKER_BATCH, &wishes);
    }
}

static void loop(struct export *x)
{
    struct pollfd fds[] = {{.fd = x->signals, .events = POLLIN},
                           {.fd = x->wake, .events = POLLIN},
                           {.fd = refresh_fd(x->refresh), .events = POLLIN}};
    struct signalfd_siginfo info;

    while (!x->end && (!x->options->iterations || x->ticks < x->options->iterations)) {
        poll(fds, G_N_ELEMENTS(fds), TICK_MS);
        record_say_news(x->record);
        x->end = read(x->signals, &info, sizeof(info)) > 0;
        drain(x->wake);
        merge(x);
        answer(x);
        server_tick(x->server, clock_mono_ns());
    }
}

/* ---- start ---- */

/* Before any thread is started. */
static int open_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    signal(SIGPIPE, SIG_IGN); /* a client that left is no reason to end */
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int complain(char *error)
{
    fprintf(stderr, "vtop: --export: %s\n", error);
    g_free(error);
    return 1;
}

/* The socket that systemd gave, or one of our own. */
static int open_socket(const struct options *o, char **error)
{
    struct address a;
    int fd = address_inherited(error);

    if (fd != -1)
        return fd;
    address_parse(o->export_address ? o->export_address : ADDRESS_DEFAULT, &a);
    return address_listen(&a, error);
}

static bool read_secrets(const struct options *o, struct server_config *config, char **certificate,
                         char **key, char **password, char **error)
{
    if (o->export_cert)
        config->certificate = *certificate = secret_certificate(o->export_cert, error);
    if (!*error && o->export_key)
        config->key = *key = secret_key(o->export_key, error);
    if (!*error && o->export_auth)
        config->password = *password = secret_password(o->export_auth, error);
    return !*error;
}

static struct server *serve(struct export *x, char **error)
{
    struct server_config config = {.want = wake, .data = x};
    char *certificate = NULL, *key = NULL, *password = NULL;
    struct server *server = NULL;
    struct address a;

    if (read_secrets(x->options, &config, &certificate, &key, &password, error) &&
        (config.fd = open_socket(x->options, error)) >= 0) {
        char *at = address_of(config.fd, &a) ? address_text(&a) : g_strdup("an inherited socket");
        server = server_start(&config, error);
        if (server)
            fprintf(stderr, "vtop: exporting at %s://%s/metrics\n",
                    config.certificate ? "https" : "http", at);
        g_free(at);
    }
    g_free(certificate);
    g_free(key);
    g_free(password);
    return server;
}

static int run(struct export *x)
{
    struct refresh_config config = {.live = options_sources(x->options)};
    struct wishes wishes = wishes_of(x);
    struct settings settings = {0};
    char *error = NULL;

    x->server = serve(x, &error);
    if (!x->server)
        return complain(error);
    findings_settings(x->options, &settings);
    config.thresholds = &settings.thresholds;
    config.mutes = settings.mutes;
    record_join(x->record, &config);
    x->refresh = refresh_start(&config, ASKER_BATCH, &wishes);
    settings_clear(&settings);
    if (x->refresh)
        loop(x);
    else
        complain(g_strdup_printf("cannot start a thread: %s", g_strerror(errno)));
    server_stop(x->server);
    refresh_stop(x->refresh);
    return x->refresh ? 0 : 1;
}

int export_run(const struct options *options, const struct record_beside *record)
{
    struct export x = {.options = options,
                       .record = record,
                       .exposition = exposition_new(options->export_names, options->parts),
                       .signals = open_signals(),
                       .wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};

    columns_add(&x.columns, M_NAME);
    x.selection = selection_new(options, &x.columns);
    int status = x.selection ? run(&x) : 2;
    selection_free(x.selection);
    exposition_free(x.exposition);
    for (enum server_format f = 0; f < SERVER_FORMATS; f++)
        if (x.last[f].text)
            g_bytes_unref(x.last[f].text);
    close(x.signals);
    close(x.wake);
    return status;
}
