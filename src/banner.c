/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "banner.h"

#include "base/clock_read.h"
#include "base/crash.h"
#include "collect/viewpoint.h"

#include <pthread.h>
#include <signal.h>

#define PATIENCE_NS (200 * CLOCK_NS_PER_MS)

/* Owned by the thread and by its starter; the last one frees it. */
struct banner_look {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char *root, *banner;
    bool done;
    unsigned owners;
};

static void release(struct banner_look *l)
{
    pthread_mutex_lock(&l->lock);
    bool last = --l->owners == 0;
    pthread_mutex_unlock(&l->lock);
    if (!last)
        return;
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->lock);
    g_free(l->root);
    g_free(l->banner);
    g_free(l);
}

static void *look(void *p)
{
    struct banner_look *l = p;
    struct viewpoint *v;
    char *banner = NULL;

    if (viewpoint_new(l->root, false, &v) == 0) {
        banner = viewpoint_banner(v);
        viewpoint_free(v);
    }
    pthread_mutex_lock(&l->lock);
    l->banner = banner;
    l->done = true;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    release(l);
    return NULL;
}

static char *look_patiently(const char *root)
{
    struct banner_look *l = g_new0(struct banner_look, 1);
    int64_t until_ns = clock_mono_ns() + PATIENCE_NS;
    sigset_t before;
    pthread_t thread;

    l->root = g_strdup(root);
    l->owners = 2;
    pthread_mutex_init(&l->lock, NULL);
    clock_cond_init(&l->changed);
    crash_block_other_signals(&before);
    bool started = pthread_create(&thread, NULL, look, l) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started)
        pthread_detach(thread);
    else
        look(l);
    pthread_mutex_lock(&l->lock);
    while (!l->done && clock_cond_wait(&l->changed, &l->lock, until_ns))
        ;
    char *banner = g_steal_pointer(&l->banner);
    pthread_mutex_unlock(&l->lock);
    release(l);
    return banner;
}

char *banner_of(const struct options *options)
{
    if (options->demo)
        return g_strdup("DEMO: a simulated host");
    if (options->still)
        return g_strdup_printf("saved tree %s", options->root);
    return look_patiently(options->root);
}
