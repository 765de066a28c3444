/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "feed/feed_replay.h"

#include "base/clock_read.h"
#include "feed/replayed.h"
#include "record/recording.h"

#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* What comes before a place that is gone to. */
#define PRIME_NS (600 * CLOCK_NS_PER_S)

/* How long one call delivers ticks before the screen gets its turn. */
#define PUMP_NS (30 * CLOCK_NS_PER_MS)

/* Between two runs of the recorder, and within one, nothing is played for longer than this. */
#define GAP_MAX_NS (2 * CLOCK_NS_PER_S)
#define PAUSE_MAX_NS (60 * CLOCK_NS_PER_S)

/* How often it is looked whether the recording goes on. */
#define LOOK_NS CLOCK_NS_PER_S

struct replay {
    struct feed feed;
    struct recording *recording;
    size_t next;   /* tick to deliver */
    size_t target; /* go on to this one */
    int timer;
    unsigned speed;
    size_t damaged;
    int64_t interval_ns; /* between the last two ticks of one run of the recorder */
    GArray *gaps;     /* struct feed_replay_gap, of a recording of so many ticks: */
    size_t gaps_count;
    struct replayed replayed;
};

static struct replay *replay(const struct feed *f)
{
    return (struct replay *)f;
}

/* ---- ticks ---- */

/* Deliver the next tick, if it can be read. */
static bool deliver_next(struct replay *p)
{
    struct record_tick *t = recording_tick(p->recording, p->next);
    struct recording_mark m;
    bool good = t && recording_mark(p->recording, p->next, &m);

    p->next++;
    p->damaged += !good;
    if (!good) {
        record_tick_free(t);
        return false;
    }
    if (p->replayed.begun && p->replayed.session == t->session)
        p->interval_ns = t->mono_ns - p->replayed.mono_ns;
    replayed_deliver(&p->replayed, &p->feed, t, m.boot_id);
    record_tick_free(t);
    return true;
}

/* The first tick that prepares for tick AT. */
static size_t prime_of(struct replay *p, size_t at)
{
    struct recording_mark m;

    if (!recording_mark(p->recording, at, &m))
        return at ? at - 1 : 0;
    size_t begin = recording_find(p->recording, m.wall_ns - PRIME_NS);
    return begin == SIZE_MAX ? 0 : MIN(begin, at ? at - 1 : 0);
}

static void start_from(struct replay *p, size_t at)
{
    p->next = at;
    replayed_restart(&p->replayed);
}

/* ---- the timer: when the descriptor is readable ---- */

static void set_timer(const struct replay *p, int64_t in_ns)
{
    struct itimerspec at = {.it_value = {.tv_sec = in_ns / CLOCK_NS_PER_S,
                                         .tv_nsec = in_ns % CLOCK_NS_PER_S}};

    timerfd_settime(p->timer, 0, &at, NULL);
}

static bool is_going(const struct replay *p)
{
    return p->next <= p->target && p->next < recording_count(p->recording);
}

/* How long the next tick is after the last one. */
static int64_t pause_ns(struct replay *p)
{
    struct recording_mark m;

    if (!p->replayed.begun || !recording_mark(p->recording, p->next, &m))
        return 1;
    if (m.session != p->replayed.session)
        return CLAMP(m.wall_ns - p->replayed.wall_ns, 1, GAP_MAX_NS);
    return CLAMP(m.mono_ns - p->replayed.mono_ns, 1, PAUSE_MAX_NS);
}

static void schedule(struct replay *p)
{
    bool at_end = p->next >= recording_count(p->recording);

    if (is_going(p))
        set_timer(p, 1);
    else if (p->speed && !at_end)
        set_timer(p, MAX(pause_ns(p) / p->speed, 1));
    else
        set_timer(p, LOOK_NS);
}

/* ---- the feed ---- */

static void close_replay(struct feed *f)
{
    recording_close(replay(f)->recording);
    close(replay(f)->timer);
    g_array_free(replay(f)->gaps, TRUE);
    g_free(f);
}

static int timer_fd(const struct feed *f)
{
    return replay(f)->timer;
}

static struct feed_time now(const struct feed *f)
{
    return replay(f)->replayed.now;
}

/* The numbers of ticks change when old files have been removed. */
static void look_for_more(struct replay *p)
{
    struct recording_mark m;
    bool known = recording_mark(p->recording, p->next ? p->next - 1 : 0, &m);
    size_t behind = p->target - MIN(p->target, p->next);

    if (!recording_refresh(p->recording) || !known || !p->next)
        return;
    size_t at = recording_locate(p->recording, m.session, m.seq);
    if (at != SIZE_MAX)
        p->next = at + 1;
    p->target = p->next + behind;
    p->target -= p->target > 0 && !behind;
}

/* Deliver for a while. True when there was a tick. */
static bool go_on(struct replay *p)
{
    int64_t until = clock_mono_ns() + PUMP_NS;
    bool ticked = false;

    while (is_going(p)) {
        ticked |= deliver_next(p);
        if (clock_mono_ns() > until)
            break;
    }
    return ticked;
}

static bool pump(struct feed *f)
{
    struct replay *p = replay(f);
    uint64_t expired;
    bool ticked;

    if (read(p->timer, &expired, sizeof(expired)) < 0)
        return false;
    if (!is_going(p) && p->next >= recording_count(p->recording))
        look_for_more(p);
    else if (!is_going(p) && p->speed)
        p->target = p->next;
    ticked = go_on(p);
    schedule(p);
    return ticked;
}

static bool wait_for_tick(struct feed *f, int64_t grace_ns)
{
    struct replay *p = replay(f);

    (void)grace_ns;
    while (p->next < recording_count(p->recording))
        if (deliver_next(p))
            return true;
    f->ended = true;
    return false;
}

struct feed *feed_replay_open(struct recording *recording, int64_t from_wall_ns)
{
    static const struct feed_class class = {.close = close_replay,
                                            .fd = timer_fd,
                                            .pump = pump,
                                            .wait = wait_for_tick,
                                            .now = now};
    struct replay *p = g_new0(struct replay, 1);
    size_t from = recording_find(recording, from_wall_ns);

    p->feed.class = &class;
    p->recording = recording;
    p->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    p->gaps = g_array_new(FALSE, FALSE, sizeof(struct feed_replay_gap));
    p->target = from == SIZE_MAX ? 0 : from;
    start_from(p, prime_of(p, p->target));
    schedule(p);
    return &p->feed;
}

/* ---- for a screen ---- */

struct feed_replay_place feed_replay_place(struct feed *f)
{
    struct replay *p = replay(f);
    size_t count = recording_count(p->recording);
    struct recording_mark first = {0}, last = {0};

    recording_mark(p->recording, 0, &first);
    recording_mark(p->recording, count - 1, &last);
    return (struct feed_replay_place){.at = p->next ? p->next - 1 : 0,
                                      .count = count,
                                      .first_wall_ns = first.wall_ns,
                                      .last_wall_ns = last.wall_ns,
                                      .wall_ns = p->replayed.now.wall_ns,
                                      .interval_ns = p->interval_ns,
                                      .going = is_going(p),
                                      .speed = p->speed};
}

void feed_replay_go(struct feed *f, size_t at)
{
    struct replay *p = replay(f);

    at = MIN(at, recording_count(p->recording) - 1);
    size_t from = prime_of(p, at);
    if (at + 1 < p->next || from > p->next) {
        feed_rewind(f);
        start_from(p, from);
    }
    p->target = at;
    schedule(p);
}

void feed_replay_go_to(struct feed *f, int64_t wall_ns)
{
    size_t at = recording_find(replay(f)->recording, wall_ns);

    feed_replay_go(f, at == SIZE_MAX ? 0 : at);
}

void feed_replay_play(struct feed *f, unsigned speed)
{
    replay(f)->speed = MIN(speed, FEED_REPLAY_SPEED_MAX);
    schedule(replay(f));
}

/* ---- gaps ---- */

/* Between two units there is nothing for much longer than between two ticks of the first. */
static bool is_gap(const struct recording_unit *a, const struct recording_unit *b)
{
    enum { TICKS = 3 };
    int64_t interval_ns = a->count > 1 ? (a->last_wall_ns - a->first_wall_ns) / (int64_t)(a->count - 1)
                                       : CLOCK_NS_PER_S;

    return b->first_wall_ns - a->last_wall_ns > TICKS * MAX(interval_ns, CLOCK_NS_PER_S);
}

static bool is_reboot(const struct recording_unit *a, const struct recording_unit *b)
{
    return *a->boot_id && *b->boot_id && strcmp(a->boot_id, b->boot_id) != 0;
}

static void find_gaps(struct replay *p)
{
    struct recording_unit a, b;

    g_array_set_size(p->gaps, 0);
    for (size_t i = 1; recording_unit(p->recording, i - 1, &a) && recording_unit(p->recording, i, &b);
         i++) {
        struct feed_replay_gap gap = {.from_wall_ns = a.last_wall_ns,
                                      .to_wall_ns = b.first_wall_ns,
                                      .reboot = is_reboot(&a, &b)};
        if (gap.reboot || is_gap(&a, &b))
            g_array_append_val(p->gaps, gap);
    }
    p->gaps_count = recording_count(p->recording);
}

const GArray *feed_replay_gaps(struct feed *f)
{
    struct replay *p = replay(f);

    if (p->gaps_count != recording_count(p->recording))
        find_gaps(p);
    return p->gaps;
}

size_t feed_replay_damage(const struct feed *f)
{
    return replay(f)->damaged;
}
