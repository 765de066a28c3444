/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "replay_screen.h"

#include "feed/feed_replay.h"

enum { MARKS_MAX = 200 }; /* more than a line has columns for are the oldest */

void replay_screen_show(struct app *app, struct feed *feed)
{
    struct playback_mark marks[MARKS_MAX];
    struct feed_replay_place place = feed_replay_place(feed);
    const GArray *gaps = feed_replay_gaps(feed);
    guint first = gaps->len > MARKS_MAX ? gaps->len - MARKS_MAX : 0;
    struct playback p = {.at = place.at,
                         .count = place.count,
                         .first_wall_ns = place.first_wall_ns,
                         .last_wall_ns = place.last_wall_ns,
                         .wall_ns = place.wall_ns,
                         .interval_ns = place.interval_ns,
                         .speed = place.speed,
                         .going = place.going,
                         .marks = marks,
                         .mark_count = gaps->len - first};

    for (size_t i = 0; i < p.mark_count; i++) {
        const struct feed_replay_gap *g = &g_array_index(gaps, struct feed_replay_gap, first + i);
        marks[i] = (struct playback_mark){.from_ns = g->from_wall_ns,
                                          .to_ns = g->to_wall_ns,
                                          .event = g->reboot ? PLAYBACK_REBOOT : PLAYBACK_GAP};
    }
    app_show_playback(app, &p);
}

void replay_screen_move(struct app *app, struct feed *feed)
{
    struct playback_move move = app_take_move(app);

    switch (move.kind) {
    case PLAYBACK_STAY:
        break;
    case PLAYBACK_GO:
        feed_replay_go(feed, move.at);
        break;
    case PLAYBACK_GO_TO:
        feed_replay_go_to(feed, move.wall_ns);
        break;
    case PLAYBACK_PLAY:
        feed_replay_play(feed, move.speed);
        break;
    }
}
