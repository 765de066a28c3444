/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record_mode.h"

#include "base/clock.h"
#include "record_start.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define GRACE_NS (500 * CLOCK_NS_PER_MS)

struct record_run {
    const struct options *options;
    struct feed *feed;
    const struct record_beside *record;
    int signals; /* signalfd */
    bool end;
};

/* Before any thread is started. */
static int open_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    signal(SIGPIPE, SIG_IGN); /* the write fails with EPIPE, which is handled */
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void take_signals(struct record_run *r)
{
    struct signalfd_siginfo info;

    while (read(r->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        if (info.ssi_signo == SIGHUP)
            recorder_reopen(r->record->recorder);
        else
            r->end = true;
    }
}

static bool is_over(const struct record_run *r)
{
    uint64_t wanted = r->options->iterations;

    return r->end || r->feed->ended || recorder_has_ended(r->record->recorder) ||
           (wanted && r->feed->ticks >= wanted);
}

static void loop(struct record_run *r)
{
    feed_interrupt_by(r->feed, r->signals);
    while (!is_over(r)) {
        feed_wait(r->feed, GRACE_NS);
        take_signals(r);
        record_say_news(r->record);
    }
}

static bool open_feed(struct record_run *r)
{
    const struct wishes *wishes = &r->record->wishes;
    struct demand demand = {.needs = wishes->needs,
                            .history = wishes->history,
                            .interval_ns = wishes->interval_ns,
                            .services = wishes->services};
    struct feed_live_config config = options_sources(r->options);

    r->feed = feed_live_open(&config, &demand);
    if (!r->feed) {
        fprintf(stderr, "vtop: cannot start a thread: %s\n", g_strerror(errno));
        return false;
    }
    feed_add_sink(r->feed, &r->record->sink);
    return true;
}

int record_run(const struct options *options, struct record_beside *record)
{
    struct record_run r = {.options = options, .record = record, .signals = open_signals()};

    if (!open_feed(&r))
        return 1;
    loop(&r);
    feed_close(r.feed);
    return 0;
}
