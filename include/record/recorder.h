/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* recorder.h: writes what a feed delivers, in a thread of its own.
 *
 * The main thread hands over samples (by reference) and ticks and never waits for the disk. When
 * the thread is too many ticks behind, further ones are dropped, and are missing from the recording. When the disk is full, or writing fails for another reason, ticks are lost,
 * but not those on the disk; recording continues with the first tick that can be written.
 *
 *     struct recorder *r = recorder_start(&config, &error);
 *     recorder_sample(r, sample);      for each sample, and
 *     recorder_tick(r, mono, wall);    for each tick
 *     recorder_stop(r, patience);
 */
#ifndef VTOP_RECORD_RECORDER_H
#define VTOP_RECORD_RECORDER_H

#include "model/sample.h"
#include "record/store.h"

/* A disk that is busy with other things may take seconds for one fdatasync(). */
enum { RECORDER_QUEUE = 60 };

struct recorder_config {
    const char *dir; /* NULL: to FD, as a stream */
    int fd;
    struct store_limits limits;
    const char *boot_id; /* "" = not known */
    const char *host;    /* name of this machine: a label */
    size_t queue;        /* ticks that may wait for the disk; 0: RECORDER_QUEUE */
};

struct recorder;

/* NULL, and one line in *error (g_free), when the directory cannot be used. */
struct recorder *recorder_start(const struct recorder_config *config, char **error);

void recorder_sample(struct recorder *r, const struct sample *s);
void recorder_tick(struct recorder *r, int64_t mono_ns, int64_t wall_ns);

/* Begin new files before the next tick. */
void recorder_reopen(struct recorder *r);

/* One line when it could no longer write, and one when it can again, each once; NULL: nothing new.
 * g_free. */
char *recorder_news(struct recorder *r);

/* A stream whose reader has gone, or that cannot be written: there is no point in going on. */
bool recorder_has_ended(struct recorder *r);

/* Write what is left, for at most PATIENCE_NS. Returns 0, or the -errno of the last write. */
int recorder_stop(struct recorder *r, int64_t patience_ns);

#endif
