#include "live.h"

#include "base/clock.h"
#include "collect/viewpoint.h"
#include "refresh.h"
#include "ui/app.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>

/* The app speaks of entities, the sources of idents: the guest that is looked at closely is known
 * to each source by the serial of its own ident. */
static void focus_on(const struct roster *roster, uint64_t entity_serial, struct demand *demand)
{
    const struct entity *e = entity_serial ? roster_find(roster, entity_serial) : NULL;

    const struct track *t = e ? e->tracks : NULL;

    for (int i = 0; t && i < ENTITY_TRACKS; i++, t = t->next)
        demand->focus[i] = t->ident->serial;
}

static void add_shown(const struct roster *roster, uint64_t entity_serial, struct demand *demand)
{
    const struct entity *e = roster_find(roster, entity_serial);
    const struct track *group = e ? entity_track(e, FACET_CGROUP) : NULL;

    if (group && demand->shown_count < DEMAND_SHOWN_MAX)
        demand->shown[demand->shown_count++] = group->ident->serial;
}

static void show(const struct roster *roster, const struct app_wishes *wishes,
                 struct demand *demand)
{
    focus_on(roster, wishes->focus, demand);
    for (size_t i = 0; i < wishes->shown_count; i++)
        add_shown(roster, wishes->shown[i], demand);
    demand_sort_shown(demand);
}

/* Whoever asks for a sample a minute does not wait a minute for the first rates. SOON: there are
 * none yet. */
static struct demand demand_of(const struct app *app, const struct roster *roster, bool soon)
{
    struct app_wishes wishes;

    app_wishes(app, &wishes);
    struct demand demand = {.needs = wishes.needs,
                            .history = wishes.history,
                            .interval_ns =
                                soon ? MIN(wishes.interval_ns, CLOCK_NS_PER_S) : wishes.interval_ns,
                            .services = wishes.services};
    if (roster)
        show(roster, &wishes, &demand);
    return demand;
}

static int patience_ms(const struct app *app)
{
    return (int)(app_patience_ns(app, clock_mono_ns()) / CLOCK_NS_PER_MS + 1);
}

/* One pass of the loop per key, resize, signal or publication, or when there was none for long. */
static int loop(struct app *app, struct refresh *refresh, uint64_t iterations)
{
    struct roster *roster = refresh_roster(refresh);
    struct pollfd fds[] = {{.fd = app_fd(app), .events = POLLIN},
                           {.fd = refresh_fd(refresh), .events = POLLIN}};
    enum { RATED = 2 }; /* ticks until there are rates */
    uint64_t ticks = 0;

    app_draw(app, roster, clock_mono_ns());
    while (!iterations || ticks < iterations) {
        int ready = poll(fds, G_N_ELEMENTS(fds), patience_ms(app));
        if (ready < 0)
            continue; /* a signal: the app's descriptor tells of it */
        bool draw = ready == 0;
        if (fds[0].revents) {
            if (!app_handle_input(app, roster, clock_mono_ns()))
                break;
            draw = true;
        }
        if (fds[1].revents && refresh_merge(refresh)) {
            ticks++;
            draw = true;
        }
        struct demand demand = demand_of(app, roster, !iterations && ticks < RATED);
        refresh_demand(refresh, &demand);
        if (draw)
            app_draw(app, roster, clock_mono_ns());
    }
    return app_signal(app);
}

/* So that the shell sees what happened. */
static void end_by(int sig)
{
    struct sigaction standard = {.sa_handler = SIG_DFL};

    sigaction(sig, &standard, NULL);
    raise(sig);
}

/* What the title says of the host that is looked at; NULL when it is simply this one. g_free. */
static char *banner_of(const struct options *options)
{
    struct viewpoint *v;

    if (options->demo)
        return g_strdup("DEMO: a simulated host");
    if (options->still)
        return g_strdup_printf("saved tree %s", options->root);
    if (viewpoint_new(options->root, false, &v) < 0)
        return NULL;
    char *banner = viewpoint_banner(v);
    viewpoint_free(v);
    return banner;
}

/* NULL and one line in *error (g_free) when the terminal cannot be used. */
static struct app *open_app(const struct options *options, char **error)
{
    char *banner = banner_of(options);
    struct app_config config = {.interval_ns = options->interval_ns,
                                .columns = options->columns->len ? options->columns : NULL,
                                .sort = options->sort,
                                .sort_reversed = options->sort_reversed,
                                .filter = options->filter,
                                .types = options->types,
                                .tree = options->tree,
                                .ascii = options->ascii,
                                .no_color = options->no_color,
                                .no_mouse = options->no_mouse,
                                .settings = options->config,
                                .banner = banner};
    struct app *app = app_new(&config, error);

    g_free(banner);
    return app;
}

int live_run(const struct options *options)
{
    struct refresh_config sources = options_sources(options);
    char *error = NULL;
    struct app *app = open_app(options, &error);
    int signal = 0;

    sources.past = true;
    if (app) {
        struct demand demand = demand_of(app, NULL, !options->iterations);
        struct refresh *refresh = refresh_start(&sources, &demand);
        if (refresh)
            signal = loop(app, refresh, options->iterations);
        else
            error = g_strdup_printf("cannot start a thread: %s", g_strerror(errno));
        app_free(app); /* the terminal is given back before sources are waited for */
        refresh_stop(refresh);
    }
    if (error)
        fprintf(stderr, "vtop: %s\n", error);
    if (signal)
        end_by(signal);
    bool failed = error != NULL;
    g_free(error);
    return failed;
}
