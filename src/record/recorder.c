/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/recorder.h"

#include "base/clock_read.h"
#include "base/crash.h"
#include "record/encoder.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

/* Shared by the main thread and the recorder's: LOCK protects the members up to the line. */
struct recorder {
    gatomicrefcount refs;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    GQueue queue; /* struct record_tick * */
    bool stop, reopen, ended;
    bool idle;  /* the thread has ended */
    int error;  /* of the last write: 0 or -errno */
    char *news;
    /* ---- main thread ---- */
    struct record_tick *next; /* samples since the last tick */
    uint64_t seq;
    size_t room; /* in the queue */
    /* ---- recorder's thread ---- */
    struct store *store; /* NULL: a stream */
    int fd;
    char *where;
    struct encoder *encoder;
    GByteArray *head, *bytes;
    bool failing;
};

/* ---- life ---- */

static void unref(struct recorder *r)
{
    if (!g_atomic_ref_count_dec(&r->refs))
        return;
    g_queue_clear_full(&r->queue, (GDestroyNotify)record_tick_free);
    record_tick_free(r->next);
    store_close(r->store);
    encoder_free(r->encoder);
    g_byte_array_free(r->head, TRUE);
    g_byte_array_free(r->bytes, TRUE);
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->changed);
    g_free(r->news);
    g_free(r->where);
    g_free(r);
}

static uint64_t random_session(void)
{
    uint64_t session = (uint64_t)g_random_int() << 32 | g_random_int();

    return session ? session : 1;
}

static struct encoder *make_encoder(const struct recorder_config *config)
{
    struct encoder_config encoder = {.session = random_session(), .host = config->host};

    g_strlcpy(encoder.boot_id, config->boot_id, sizeof(encoder.boot_id));
    return encoder_new(&encoder);
}

static struct recorder *make(const struct recorder_config *config, struct store *store)
{
    struct recorder *r = g_new0(struct recorder, 1);

    g_atomic_ref_count_init(&r->refs);
    pthread_mutex_init(&r->lock, NULL);
    clock_cond_init(&r->changed);
    g_queue_init(&r->queue);
    r->next = record_tick_new();
    r->store = store;
    r->fd = config->fd;
    r->room = config->queue ? config->queue : RECORDER_QUEUE;
    r->where = g_strdup(config->dir ? config->dir : "the output");
    r->encoder = make_encoder(config);
    r->head = g_byte_array_new();
    r->bytes = g_byte_array_new();
    encoder_head(r->encoder, r->head);
    return r;
}

/* ---- news ---- */

static void tell(struct recorder *r, char *line)
{
    pthread_mutex_lock(&r->lock);
    g_free(r->news);
    r->news = line;
    pthread_mutex_unlock(&r->lock);
}

static void note_result(struct recorder *r, int result)
{
    if (result < 0 && !r->failing && result != -EPIPE) /* the reader of a pipe may leave */
        tell(r, g_strdup_printf("recording into %s has stopped: %s", r->where,
                                g_strerror(-result)));
    if (result == 0 && r->failing)
        tell(r, g_strdup_printf("recording into %s goes on", r->where));
    r->failing = result < 0;
    pthread_mutex_lock(&r->lock);
    r->error = result;
    r->ended |= result < 0 && !r->store;
    pthread_mutex_unlock(&r->lock);
}

/* ---- writing, in the recorder's thread ---- */

static int write_stream(struct recorder *r, const GByteArray *bytes)
{
    for (guint done = 0; done < bytes->len;) {
        ssize_t n = write(r->fd, bytes->data + done, bytes->len - done);
        if (n > 0)
            done += (guint)n;
        else if (n < 0 && errno == EAGAIN)
            poll(&(struct pollfd){.fd = r->fd, .events = POLLOUT}, 1, -1);
        else if (n == 0 || errno != EINTR)
            return n < 0 ? -errno : -EIO;
    }
    return 0;
}

static int write_frame(struct recorder *r, int64_t wall_ns)
{
    if (!r->store)
        return write_stream(r, r->bytes);
    int result = store_frame(r->store, r->head, r->bytes, wall_ns);
    return result == -ENOENT && store_reopen(r->store) == 0 ? -ESTALE : result;
}

static int finish_block(struct recorder *r, int64_t wall_ns)
{
    g_byte_array_set_size(r->bytes, 0);
    if (!r->store)
        encoder_restart(r->encoder);
    if (!encoder_ticks(r->encoder))
        return 0;
    encoder_block(r->encoder, r->bytes);
    return store_block(r->store, r->head, r->bytes, wall_ns);
}

static void record_one(struct recorder *r, struct record_tick *tick)
{
    int64_t wall_ns = tick->wall_ns;
    int result;

    g_byte_array_set_size(r->bytes, 0);
    encoder_frame(r->encoder, tick, r->bytes);
    record_tick_free(tick);
    result = write_frame(r, wall_ns);
    if (result < 0)
        encoder_rebase(r->encoder);
    if (encoder_is_full(r->encoder))
        result = finish_block(r, wall_ns);
    note_result(r, result);
}

/* ---- the thread ---- */

/* The next tick; NULL: it is the end. *REOPEN: begin new files first. */
static struct record_tick *await_tick(struct recorder *r, bool *reopen)
{
    struct record_tick *tick;

    pthread_mutex_lock(&r->lock);
    while (!(tick = g_queue_pop_head(&r->queue)) && !r->stop)
        pthread_cond_wait(&r->changed, &r->lock);
    *reopen = r->reopen;
    r->reopen = false;
    pthread_mutex_unlock(&r->lock);
    return tick;
}

static void begin_new_files(struct recorder *r, int64_t wall_ns)
{
    if (!r->store)
        return;
    finish_block(r, wall_ns);
    store_reopen(r->store);
}

static void *run(void *data)
{
    struct recorder *r = data;
    struct record_tick *tick;
    int64_t wall_ns = 0;
    bool reopen;

    if (!r->store)
        note_result(r, write_stream(r, r->head));
    while ((tick = await_tick(r, &reopen))) {
        wall_ns = tick->wall_ns;
        if (reopen)
            begin_new_files(r, wall_ns);
        record_one(r, tick);
    }
    if (r->store && encoder_ticks(r->encoder))
        note_result(r, finish_block(r, wall_ns));
    pthread_mutex_lock(&r->lock);
    r->idle = true;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    unref(r);
    return NULL;
}

static int start_thread(struct recorder *r)
{
    pthread_attr_t attr;
    pthread_t thread;
    sigset_t before;

    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    g_atomic_ref_count_inc(&r->refs);
    crash_block_other_signals(&before);
    int error = pthread_create(&thread, &attr, run, r);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    if (error)
        unref(r);
    return error;
}

/* ---- the main thread ---- */

struct recorder *recorder_start(const struct recorder_config *config, char **error)
{
    struct store *store = config->dir ? store_open(config->dir, &config->limits, error) : NULL;

    if (config->dir && !store)
        return NULL;
    struct recorder *r = make(config, store);
    int failed = start_thread(r);
    if (!failed)
        return r;
    *error = g_strdup_printf("cannot start a thread: %s", g_strerror(failed));
    unref(r);
    return NULL;
}

void recorder_sample(struct recorder *r, const struct sample *s)
{
    g_ptr_array_add(r->next->samples, sample_ref((struct sample *)s));
}

void recorder_tick(struct recorder *r, int64_t mono_ns, int64_t wall_ns)
{
    struct record_tick *tick = r->next;

    tick->seq = r->seq++;
    tick->mono_ns = mono_ns;
    tick->wall_ns = wall_ns;
    r->next = record_tick_new();
    pthread_mutex_lock(&r->lock);
    if (g_queue_get_length(&r->queue) < r->room) {
        g_queue_push_tail(&r->queue, tick);
        tick = NULL;
    }
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    record_tick_free(tick);
}

void recorder_reopen(struct recorder *r)
{
    pthread_mutex_lock(&r->lock);
    r->reopen = true;
    pthread_mutex_unlock(&r->lock);
}

char *recorder_news(struct recorder *r)
{
    char *news;

    pthread_mutex_lock(&r->lock);
    news = g_steal_pointer(&r->news);
    pthread_mutex_unlock(&r->lock);
    return news;
}

bool recorder_has_ended(struct recorder *r)
{
    pthread_mutex_lock(&r->lock);
    bool ended = r->ended;
    pthread_mutex_unlock(&r->lock);
    return ended;
}

int recorder_stop(struct recorder *r, int64_t patience_ns)
{
    int64_t until = clock_mono_ns() + patience_ns;

    pthread_mutex_lock(&r->lock);
    r->stop = true;
    pthread_cond_broadcast(&r->changed);
    while (!r->idle && clock_cond_wait(&r->changed, &r->lock, until))
        ;
    int error = r->idle ? r->error : -ETIMEDOUT;
    pthread_mutex_unlock(&r->lock);
    unref(r);
    return error;
}
