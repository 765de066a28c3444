/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "live.h"

#include "banner.h"
#include "base/clock.h"
#include "refresh.h"
#include "replay_screen.h"
#include "replay_start.h"
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

/* What the loop works with. */
struct live {
    const struct options *options;
    struct record_beside *record;
    struct replay_range range; /* feed NULL: the screen is live */
    struct app *app;
    struct refresh *refresh;
};

static int patience_ms(const struct live *l)
{
    return (int)(app_patience_ns(l->app, refresh_now(l->refresh).now_ns) / CLOCK_NS_PER_MS + 1);
}

static void draw(const struct live *l)
{
    struct moment now = refresh_now(l->refresh);

    if (l->range.feed && !l->range.stream)
        replay_screen_show(l->app, l->range.feed);
    app_draw(l->app, &now);
}

/* False: end the loop. */
static bool handle_input(const struct live *l)
{
    struct moment now = refresh_now(l->refresh);
    bool going_on = app_handle_input(l->app, &now);

    if (l->range.feed && !l->range.stream)
        replay_screen_move(l->app, l->range.feed);
    return going_on;
}

/* Of the recorder. */
static void show_news(const struct live *l)
{
    char *news = l->record->recorder ? recorder_news(l->record->recorder) : NULL;

    if (news)
        app_say(l->app, news);
    g_free(news);
}

/* One pass of the loop per key, resize, signal, publication or timeout. */
static int loop(const struct live *l)
{
    struct pollfd fds[] = {{.fd = app_fd(l->app), .events = POLLIN},
                           {.fd = refresh_fd(l->refresh), .events = POLLIN}};
    enum { RATED = 2 }; /* ticks until there are rates */
    uint64_t ticks = 0, wanted = l->options->iterations;

    draw(l);
    while (!wanted || ticks < wanted) {
        fds[1].fd = refresh_fd(l->refresh); /* a pipe that has ended has none */
        int ready = poll(fds, G_N_ELEMENTS(fds), patience_ms(l));
        if (ready < 0)
            continue; /* a signal, which the app's descriptor reports */
        bool changed = ready == 0;
        if (fds[0].revents) {
            if (!handle_input(l))
                break;
            changed = true;
        }
        if (fds[1].revents && refresh_merge(l->refresh)) {
            ticks++;
            show_news(l);
            changed = true;
        }
        struct wishes wishes = wishes_of(l->app, !wanted && ticks < RATED);
        refresh_wish(l->refresh, ASKER_SCREEN, &wishes);
        if (changed)
            draw(l);
    }
    return app_signal(l->app);
}

/* End by the signal, so that the shell sees it. */
static void end_by(int sig)
{
    struct sigaction standard = {.sa_handler = SIG_DFL};

    sigaction(sig, &standard, NULL);
    raise(sig);
}

static char *banner_of_screen(const struct live *l)
{
    return l->range.feed ? g_strdup_printf("REPLAY %s", l->range.name) : banner_of(l->options);
}

/* NULL and one line in *error (g_free) when the terminal cannot be used. */
static struct app *open_app(const struct live *l, char **error)
{
    const struct options *options = l->options;
    char *banner = banner_of_screen(l);
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

/* False, and errno, when there are not enough threads. */
static bool start(struct live *l)
{
    struct wishes wishes = wishes_of(l->app, !l->options->iterations);
    struct refresh_config config = {.feed = l->range.feed,
                                    .live = options_sources(l->options),
                                    .past = true,
                                    .thresholds = &app_settings(l->app)->thresholds,
                                    .mutes = app_settings(l->app)->mutes};

    record_join(l->record, &config);
    l->refresh = refresh_start(&config, ASKER_SCREEN, &wishes);
    return l->refresh != NULL;
}

/* The signal that ended it; *ERROR: why it could not run. */
static int run(struct live *l, char **error)
{
    int signal = 0;

    l->app = open_app(l, error);
    if (!l->app) {
        feed_close(l->range.feed);
        return 0;
    }
    if (start(l)) {
        app_analyse(l->app, refresh_analysis(l->refresh));
        signal = loop(l);
    } else {
        *error = g_strdup_printf("cannot start a thread: %s", g_strerror(errno));
    }
    app_free(l->app); /* restores the terminal before waiting for the sources */
    if (l->refresh)
        replay_say_end(&l->range);
    refresh_stop(l->refresh);
    return signal;
}

int live_run(const struct options *options, struct record_beside *record)
{
    struct live l = {.options = options, .record = record};
    char *error = NULL;

    if (!replay_start(options, &l.range))
        return 1;
    int signal = run(&l, &error);
    bool failed = !record_stop(record) || error;
    g_free(l.range.name);
    if (error)
        fprintf(stderr, "vtop: %s\n", error);
    g_free(error);
    if (signal)
        end_by(signal);
    return failed;
}
