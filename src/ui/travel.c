/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/travel.h"

#include "base/clock.h"
#include "view/format.h"

#define MINUTE_NS (60 * CLOCK_NS_PER_S)

static const struct roster *roster_of(const struct app *app)
{
    return app->view.moment.roster;
}

static bool is_replay(const struct app *app)
{
    return app->view.playback != NULL;
}

/* The tick that is shown. */
static uint64_t shown_tick(const struct app *app)
{
    return app->view.moment.tick ? app->view.moment.tick : roster_last_tick(roster_of(app));
}

void travel_to_now(struct app *app)
{
    app->view.moment.tick = 0;
    app->view.paused = false;
}

static void show_tick(struct app *app, uint64_t tick)
{
    app->view.moment.tick = tick;
    app->view.paused = tick != 0 && !is_replay(app);
    if (tick == roster_last_tick(roster_of(app)) && is_replay(app))
        travel_to_now(app);
}

static void say_how_far(struct app *app, uint64_t oldest)
{
    char clock[FORMAT_SIZE], depth[FORMAT_SIZE];
    int64_t then_ns;
    int64_t mono_ns = roster_tick_time(roster_of(app), oldest, &then_ns);

    state_say(app, STYLE_NORMAL, "Nothing is kept from before %s, %s ago",
              format_clock(then_ns, clock),
              format_duration((double)(app->view.moment.now_ns - mono_ns) / 1e9, depth));
}

/* ---- a recording ---- */

static void stop_playing(struct app *app)
{
    if (app->view.playback->speed && app->move.kind == PLAYBACK_STAY)
        app->move = (struct playback_move){.kind = PLAYBACK_PLAY, .speed = 0};
}

static void move_to_sample(struct app *app, int64_t at)
{
    travel_to_now(app);
    app->move = (struct playback_move){.kind = PLAYBACK_GO, .at = (size_t)MAX(at, 0)};
}

/* The number of a tick of history in the recording. */
static int64_t sample_of(const struct app *app, int64_t tick)
{
    return (int64_t)app->view.playback->at + tick - (int64_t)roster_last_tick(roster_of(app));
}

static void move_to_time(struct app *app, int64_t wall_ns)
{
    travel_to_now(app);
    app->move = (struct playback_move){.kind = PLAYBACK_GO_TO, .wall_ns = wall_ns};
}

static void say_the_end(struct app *app, bool begin)
{
    state_say(app, STYLE_NORMAL, "This is the %s of the recording", begin ? "begin" : "end");
}

/* ---- samples ---- */

static void samples_in_recording(struct app *app, int64_t to)
{
    int64_t last = (int64_t)roster_last_tick(roster_of(app));
    int64_t oldest = (int64_t)roster_oldest_tick(roster_of(app));
    int64_t at = sample_of(app, to);

    stop_playing(app);
    if (at < 0 || at >= (int64_t)app->view.playback->count)
        say_the_end(app, at < 0);
    if (to >= oldest && to <= last && at >= 0)
        show_tick(app, (uint64_t)to);
    else
        move_to_sample(app, at);
}

void travel_samples(struct app *app, int64_t steps)
{
    int64_t last = (int64_t)roster_last_tick(roster_of(app));
    int64_t oldest = (int64_t)roster_oldest_tick(roster_of(app));
    int64_t to = (int64_t)shown_tick(app) + steps;

    if (is_replay(app)) {
        samples_in_recording(app, to);
        return;
    }
    if (to > last || (!app->view.moment.tick && steps > 0)) {
        travel_to_now(app);
        return;
    }
    if (to < oldest)
        say_how_far(app, (uint64_t)oldest);
    show_tick(app, (uint64_t)MAX(to, oldest));
}

/* ---- times ---- */

/* The last tick of history at or before a time; 0: all are later. */
static uint64_t tick_at(const struct app *app, int64_t wall_ns)
{
    const struct roster *r = roster_of(app);

    for (uint64_t tick = roster_last_tick(r); tick >= MAX(roster_oldest_tick(r), 1); tick--) {
        int64_t at_ns;
        roster_tick_time(r, tick, &at_ns);
        if (at_ns <= wall_ns)
            return tick;
    }
    return 0;
}

static int64_t newest_ns(const struct app *app)
{
    int64_t wall_ns = 0;

    roster_tick_time(roster_of(app), roster_last_tick(roster_of(app)), &wall_ns);
    return wall_ns;
}

void travel_to(struct app *app, int64_t wall_ns)
{
    uint64_t tick = tick_at(app, wall_ns);

    if (is_replay(app))
        stop_playing(app);
    if (is_replay(app) && (!tick || wall_ns > newest_ns(app)))
        move_to_time(app, wall_ns);
    else if (wall_ns >= newest_ns(app))
        travel_to_now(app);
    else if (tick)
        show_tick(app, tick);
    else
        travel_samples(app, -INT32_MAX);
}

void travel_minute(struct app *app, int direction)
{
    int64_t wall_ns = moment_wall_ns(&app->view.moment);

    if (!roster_last_tick(roster_of(app)))
        return;
    if (is_replay(app) && (direction > 0 ? wall_ns >= app->view.playback->last_wall_ns
                                         : wall_ns <= app->view.playback->first_wall_ns))
        say_the_end(app, direction < 0);
    travel_to(app, wall_ns + direction * MINUTE_NS);
}

void travel_range(const struct app *app, int64_t *first_wall_ns, int64_t *last_wall_ns)
{
    if (is_replay(app)) {
        *first_wall_ns = app->view.playback->first_wall_ns;
        *last_wall_ns = app->view.playback->last_wall_ns;
        return;
    }
    *first_wall_ns = *last_wall_ns = newest_ns(app);
    roster_tick_time(roster_of(app), MAX(roster_oldest_tick(roster_of(app)), 1), first_wall_ns);
}

/* ---- playing ---- */

/* As it will be: the keys of one paste come before the recording has been told. */
static unsigned speed_of(const struct app *app)
{
    return app->move.kind == PLAYBACK_PLAY ? app->move.speed : app->view.playback->speed;
}

void travel_pause(struct app *app)
{
    if (is_replay(app)) {
        unsigned speed = speed_of(app) ? 0 : 1;
        travel_to_now(app);
        app->move = (struct playback_move){.kind = PLAYBACK_PLAY, .speed = speed};
    } else if (app->view.paused) {
        travel_to_now(app);
    } else if (roster_last_tick(roster_of(app))) {
        show_tick(app, roster_last_tick(roster_of(app)));
    } else {
        state_say(app, STYLE_NORMAL, "Nothing has been measured yet");
    }
}

void travel_speed(struct app *app, int direction)
{
    static const unsigned speeds[] = {0, 1, 2, 5, 10, 30, 60};
    size_t at = 0;

    if (!is_replay(app)) {
        state_say(app, STYLE_NORMAL, "This key is for recordings: --replay");
        return;
    }
    while (at + 1 < G_N_ELEMENTS(speeds) && speeds[at] < speed_of(app))
        at++;
    at = (size_t)CLAMP((int)at + direction, 0, (int)G_N_ELEMENTS(speeds) - 1);
    travel_to_now(app);
    app->move = (struct playback_move){.kind = PLAYBACK_PLAY, .speed = speeds[at]};
}
