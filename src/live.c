#include <config.h>

#include "live.h"

#include "banner.h"
#include "base/clock.h"
#include "refresh.h"
#include "ui/app.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>

/* SOON: there are no rates yet. Then the interval is at most a second, so that the first rates do
 * not take a long interval. */
static struct wishes wishes_of(const struct app *app, bool soon)
{
    struct wishes wishes;

    app_wishes(app, &wishes);
    if (soon)
        wishes.interval_ns = MIN(wishes.interval_ns, CLOCK_NS_PER_S);
    return wishes;
}

static int patience_ms(const struct app *app, const struct refresh *refresh)
{
    return (int)(app_patience_ns(app, refresh_now(refresh).now_ns) / CLOCK_NS_PER_MS + 1);
}

static void draw(struct app *app, const struct refresh *refresh)
{
    struct moment now = refresh_now(refresh);

    app_draw(app, &now);
}

/* False: end the loop. */
static bool handle_input(struct app *app, const struct refresh *refresh)
{
    struct moment now = refresh_now(refresh);

    return app_handle_input(app, &now);
}

/* Of the recorder. */
static void show_news(struct app *app, const struct record_beside *record)
{
    char *news = record->recorder ? recorder_news(record->recorder) : NULL;

    if (news)
        app_say(app, news);
    g_free(news);
}

/* One pass of the loop per key, resize, signal, publication or timeout. */
static int loop(struct app *app, struct refresh *refresh, const struct record_beside *record,
                uint64_t iterations)
{
    struct pollfd fds[] = {{.fd = app_fd(app), .events = POLLIN},
                           {.fd = refresh_fd(refresh), .events = POLLIN}};
    enum { RATED = 2 }; /* ticks until there are rates */
    uint64_t ticks = 0;

    draw(app, refresh);
    while (!iterations || ticks < iterations) {
        int ready = poll(fds, G_N_ELEMENTS(fds), patience_ms(app, refresh));
        if (ready < 0)
            continue; /* a signal, which the app's descriptor reports */
        bool changed = ready == 0;
        if (fds[0].revents) {
            if (!handle_input(app, refresh))
                break;
            changed = true;
        }
        if (fds[1].revents && refresh_merge(refresh)) {
            ticks++;
            show_news(app, record);
            changed = true;
        }
        struct wishes wishes = wishes_of(app, !iterations && ticks < RATED);
        refresh_wish(refresh, ASKER_SCREEN, &wishes);
        if (changed)
            draw(app, refresh);
    }
    return app_signal(app);
}

/* End by the signal, so that the shell sees it. */
static void end_by(int sig)
{
    struct sigaction standard = {.sa_handler = SIG_DFL};

    sigaction(sig, &standard, NULL);
    raise(sig);
}

/* NULL and one line in *error (g_free) when the terminal cannot be used. */
static struct app *open_app(const struct options *options, char **error)
{
    char *banner = banner_of(options);
    struct app_config config = {.asked = &options->settings,
                                .given = options->given,
                                .filter = options->filter,
                                .no_color = options->no_color,
                                .settings_file = options->config,
                                .banner = banner};
    struct app *app = app_new(&config, error);

    g_free(banner);
    return app;
}

int live_run(const struct options *options, struct record_beside *record)
{
    struct refresh_config config = {.live = options_sources(options), .past = true};
    char *error = NULL;
    struct app *app = open_app(options, &error);
    int signal = 0;

    if (app) {
        struct wishes wishes = wishes_of(app, !options->iterations);
        config.thresholds = &app_settings(app)->thresholds;
        config.mutes = app_settings(app)->mutes;
        record_join(record, &config);
        struct refresh *refresh = refresh_start(&config, ASKER_SCREEN, &wishes);
        if (refresh) {
            app_analyse(app, refresh_analysis(refresh));
            signal = loop(app, refresh, record, options->iterations);
        } else {
            error = g_strdup_printf("cannot start a thread: %s", g_strerror(errno));
        }
        app_free(app); /* restores the terminal before waiting for the sources */
        refresh_stop(refresh);
    }
    bool recorded = record_stop(record);
    if (error)
        fprintf(stderr, "vtop: %s\n", error);
    if (signal)
        end_by(signal);
    bool failed = error || !recorded;
    g_free(error);
    return failed;
}
