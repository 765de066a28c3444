/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* playback.h: where a recording is, and the line that shows it.
 *
 *   ▶ 5x  ━━━━━━━●──────┄┄┄┄R──!──  Mon 23:10 to 09:30  1234/17280
 *
 * The line stands for the time from the begin of the recording to its end: where it is, gaps, what
 * was recorded after a reboot, and findings, as far as they were worked out. Main thread only.
 */
#ifndef VTOP_VIEW_PLAYBACK_H
#define VTOP_VIEW_PLAYBACK_H

#include "view/layout.h"
#include "view/view.h"

enum playback_event { PLAYBACK_GAP, PLAYBACK_REBOOT };

struct playback_mark {
    int64_t from_ns, to_ns; /* wall clock times */
    enum playback_event event;
};

struct playback {
    size_t at, count;                   /* of the newest sample, from 0; samples in the recording */
    int64_t first_wall_ns, last_wall_ns; /* of the recording */
    int64_t wall_ns;                    /* of the newest sample */
    int64_t interval_ns;                /* between two samples, here; 0: not known */
    unsigned speed;                     /* it plays so many times as fast as it was; 0: it stands */
    bool going;                         /* it is on its way to where it was told to go */
    const struct playback_mark *marks;  /* mark_count of them, by time */
    size_t mark_count;
};

/* Where the user wants to go in it. */
struct playback_move {
    enum { PLAYBACK_STAY, PLAYBACK_GO, PLAYBACK_GO_TO, PLAYBACK_PLAY } kind;
    size_t at;       /* PLAYBACK_GO: to the sample of this number */
    int64_t wall_ns; /* PLAYBACK_GO_TO: to this time */
    unsigned speed;  /* PLAYBACK_PLAY: so many times as fast; 0: stop */
};

int panel_playback_rows(const struct view *v);
void panel_playback(struct canvas *c, const struct rect *where, const struct view *v);

/* The time that a column of the line stands for; false: the column is outside of the bar. */
bool panel_playback_time(const struct rect *where, const struct view *v, int column, int64_t *out);

#endif
