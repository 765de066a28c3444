/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* replay_start.h: the recording that the options ask for. Main thread only. */
#ifndef VTOP_REPLAY_START_H
#define VTOP_REPLAY_START_H

#include "feed/feed.h"
#include "options.h"

struct replay_range {
    struct feed *feed;           /* NULL: live */
    bool stream;                 /* the feed is a pipe: one cannot go to a time */
    char *name;                  /* of the recording, for the screen; g_free */
    int64_t since_ns, until_ns;  /* wall clock times of what is printed */
};

/* Only the times: those that the options give, INT64_MIN and INT64_MAX without. False: one lies
 * outside of the recording; that was said. */
struct recording;
bool replay_find_range(const struct options *o, struct recording *r, struct replay_range *out);

/* False: it cannot be read, or a time lies outside of it; that was said. */
bool replay_start(const struct options *o, struct replay_range *out);

/* The window of WINDOW_NS that ends at a time (when.h), which OPTION gave. False: it cannot be read, or
 * the time lies outside of it; that was said. */
bool replay_start_window(const struct options *o, const char *option, const char *end,
                         int64_t window_ns, struct replay_range *out);

/* Why a feed from a pipe ended, on standard error. False: it should not have. */
bool replay_say_end(const struct replay_range *range);

#endif
