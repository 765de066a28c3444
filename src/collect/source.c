/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/source.h"

#include "base/clock_read.h"
#include "base/crash.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STRETCH_MAX = 16 };

struct source {
    const struct source_class *class;
    void *state;
    unsigned index;
    int wake_fd;
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t changed;
    struct demand demand;
    bool hurry; /* the newest demand does not wait for the next deadline */
    bool stop;
    bool ended;
    struct sample *newest;
    uint64_t published;
};

/* After source_stop() the descriptor wake_fd may refer to another file. The sample of a thread that
 * was stuck until then is dropped. */
static void publish(struct source *s, struct sample *sample)
{
    struct sample *unread = sample;
    uint64_t one = 1;

    pthread_mutex_lock(&s->lock);
    if (!s->stop) {
        unread = s->newest;
        s->newest = sample;
        s->published++;
        /* A failed write needs no handling: the counter is full then, and the reader is woken. */
        while (write(s->wake_fd, &one, sizeof(one)) < 0 && errno == EINTR)
            ;
    }
    pthread_mutex_unlock(&s->lock);
    sample_unref(unread);
}

/* Wait for the deadline, an urgent demand or source_stop(). Returns false after source_stop(). */
static bool wait_until(struct source *s, int64_t deadline_ns, struct demand *demand)
{
    pthread_mutex_lock(&s->lock);
    while (!s->stop && !s->hurry && clock_cond_wait(&s->changed, &s->lock, deadline_ns))
        ;
    s->hurry = false;
    *demand = s->demand;
    bool go_on = !s->stop;
    pthread_mutex_unlock(&s->lock);
    return go_on;
}

static int stretch_after(int stretch, int64_t took_ns, int64_t interval_ns)
{
    if (took_ns > interval_ns * stretch / 2)
        return MIN(stretch * 2, STRETCH_MAX);
    if (stretch > 1 && took_ns < interval_ns * stretch / 8)
        return stretch / 2;
    return stretch;
}

static void *run(void *p)
{
    struct source *s = p;
    int64_t due = clock_mono_ns();
    struct demand demand;
    int stretch = 1;

    while (wait_until(s, due, &demand)) {
        int64_t began = clock_mono_ns();
        int64_t interval = demand.interval_ns * stretch;
        struct sample *sample = sample_new(s->index, interval);
        sample->suspended_ns = clock_suspended_ns();
        s->class->collect(s->state, &demand, sample);
        publish(s, sample);
        int64_t ended = clock_mono_ns();
        stretch = stretch_after(stretch, ended - began, demand.interval_ns);
        /* A collection that was brought forward moves later deadlines only for a shorter
         * interval. */
        due = began >= due ? due + interval : MIN(due, began + interval);
        if (due < ended)
            due = ended + interval - (ended - due) % interval;
    }
    s->class->close(s->state);
    pthread_mutex_lock(&s->lock);
    s->ended = true;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static void source_free(struct source *s)
{
    sample_unref(s->newest);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    g_free(s);
}

struct source *source_start(const struct source_class *class, const void *config, unsigned index,
                            int wake_fd, const struct demand *demand)
{
    struct source *s = g_new0(struct source, 1);
    sigset_t before;

    s->class = class;
    s->index = index;
    s->wake_fd = wake_fd;
    s->demand = *demand;
    pthread_mutex_init(&s->lock, NULL);
    clock_cond_init(&s->changed);
    crash_block_other_signals(&before); /* threads that open() starts inherit the mask, too */
    s->state = class->open(config);
    int error = pthread_create(&s->thread, NULL, run, s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!error)
        return s;
    class->close(s->state);
    source_free(s);
    errno = error;
    return NULL;
}

static unsigned demand_shown(const struct demand *d)
{
    return d->needs & ~d->history;
}

static bool is_urgent(const struct demand *new, const struct demand *old)
{
    return (demand_shown(new) & ~demand_shown(old)) != 0 || new->services != old->services ||
           new->all_parts != old->all_parts ||
           new->interval_ns < old->interval_ns ||
           memcmp(new->focus, old->focus, sizeof(new->focus)) != 0;
}

void source_demand(struct source *s, const struct demand *demand)
{
    pthread_mutex_lock(&s->lock);
    s->hurry |= is_urgent(demand, &s->demand);
    s->demand = *demand;
    if (s->hurry) /* otherwise the thread would wake up at each key press */
        pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

struct sample *source_take(struct source *s)
{
    pthread_mutex_lock(&s->lock);
    struct sample *newest = s->newest;
    s->newest = NULL;
    pthread_mutex_unlock(&s->lock);
    return newest;
}

uint64_t source_published(struct source *s)
{
    pthread_mutex_lock(&s->lock);
    uint64_t n = s->published;
    pthread_mutex_unlock(&s->lock);
    return n;
}

void source_stop(struct source *s, int64_t patience_ns)
{
    int64_t deadline_ns = clock_mono_ns() + patience_ns;

    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stop = true;
    pthread_cond_broadcast(&s->changed);
    while (!s->ended && clock_cond_wait(&s->changed, &s->lock, deadline_ns))
        ;
    bool ended = s->ended;
    pthread_mutex_unlock(&s->lock);
    if (!ended) {
        pthread_detach(s->thread);
        return;
    }
    pthread_join(s->thread, NULL);
    source_free(s);
}

bool demand_has_focus(const struct demand *d, const struct ident *ident)
{
    for (size_t i = 0; i < DEMAND_FOCUS_MAX && d->focus[i]; i++)
        if (d->focus[i] == ident->serial)
            return true;
    return false;
}

bool demand_wants_parts(const struct demand *d, const struct ident *ident)
{
    return d->needs & NEED_PARTS && (d->all_parts || demand_has_focus(d, ident));
}

static int compare_serials(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

void demand_sort_shown(struct demand *d)
{
    qsort(d->shown, d->shown_count, sizeof(*d->shown), compare_serials);
}

bool demand_shows(const struct demand *d, const struct ident *ident)
{
    return demand_has_focus(d, ident) || bsearch(&ident->serial, d->shown, d->shown_count,
                                                 sizeof(*d->shown), compare_serials) != NULL;
}
