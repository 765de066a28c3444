/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* record_start.h: the recorder that the options ask for, beside any mode.
 *
 * The recorder is a sink of the feed, so it writes what the mode reads anyway, and its wishes are
 * those of a screen with the default columns: what is recorded does not depend on what is shown.
 * Main thread only.
 */
#ifndef VTOP_RECORD_START_H
#define VTOP_RECORD_START_H

#include "options.h"
#include "record/recorder.h"
#include "refresh.h"

/* Where recordings are without a name: /var/log/vtop for root, else in the user's state directory.
 * g_free. */
char *record_default_dir(void);

/* The recorder beside a mode: r.recorder is NULL when nothing is recorded. */
struct record_beside {
    struct recorder *recorder;
    struct feed_sink sink;
    struct wishes wishes;
};

/* False: nothing can be recorded, though it was asked for; that was said. */
bool record_start(const struct options *o, struct record_beside *out);

/* Let the refresh loop feed the recorder. B stays valid as long as it. */
void record_join(const struct record_beside *b, struct refresh_config *config);

/* News go to standard error. */
void record_say_news(const struct record_beside *b);

/* Write what is left; complain if that fails. False: it failed. */
bool record_stop(struct record_beside *b);

#endif
