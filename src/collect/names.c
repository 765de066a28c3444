#include <config.h>

#include "collect/names.h"

#include "base/clock.h"
#include "collect/names_round.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#define PATIENCE_NS (2 * CLOCK_NS_PER_S)
#define FIRST_RETRY_NS (CLOCK_NS_PER_S / 2)
#define LAST_RETRY_NS (300 * CLOCK_NS_PER_S)
#define ROUND_NS (CLOCK_NS_PER_S / 5)
#define STATE_NS (5 * CLOCK_NS_PER_S)

struct names_entry {
    struct names_query query; /* its texts are copies */
    _Atomic(struct names_answer *) answer;
    int64_t due_ns, pause_ns; /* pause 0: was never looked up */
    bool asked;               /* by the resolver, just now, without the lock */
    bool dropped;             /* meanwhile */
};

struct names {
    const struct root *root;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    GPtrArray *waiting; /* struct names_entry * without an answer */
    atomic_bool stop;
    bool ended;
    int docker; /* names_docker_state() of docker_ns; 1 = not looked up yet */
    int64_t docker_ns;
    unsigned fresh; /* entries that were never looked up */
};

static void entry_free(struct names_entry *e)
{
    names_answer_free(atomic_load(&e->answer));
    g_free((char *)e->query.id);
    g_free((char *)e->query.name);
    g_free((char *)e->query.group);
    g_free((char *)e->query.path);
    g_free(e);
}

/* ---- the resolver's thread ---- */

/* Entries that are due, marked so that names_drop() leaves them to us. Called with the lock. */
static GPtrArray *take_due(struct names *n, int64_t now)
{
    GPtrArray *due = g_ptr_array_new();

    for (guint i = 0; i < n->waiting->len; i++) {
        struct names_entry *e = g_ptr_array_index(n->waiting, i);
        if (e->due_ns > now)
            continue;
        e->asked = true;
        g_ptr_array_add(due, e);
    }
    return due;
}

static int64_t next_due(const struct names *n)
{
    int64_t next = n->docker_ns + STATE_NS;

    for (guint i = 0; i < n->waiting->len; i++)
        next = MIN(next, ((struct names_entry *)g_ptr_array_index(n->waiting, i))->due_ns);
    return next;
}

/* What lives in a guest has its files in there; links in them lead nowhere else. */
static bool find_inside(const struct names *n, const struct names_query *q,
                        struct names_answer *found)
{
    struct names_round round = {.host = n->root};
    struct root *inside;
    char path[32];
    bool ok;

    g_snprintf(path, sizeof(path), "/proc/%d/root", q->outer_pid);
    if (!root_is_live(n->root) || root_new(path, &inside) < 0)
        return false;
    round.root = inside;
    ok = names_find(&round, q, found);
    names_round_clear(&round);
    root_free(inside);
    return ok;
}

static void answer(const struct names *n, GPtrArray *due)
{
    struct names_round round = {.host = n->root, .root = n->root};

    for (guint i = 0; i < due->len && !n->stop; i++) {
        struct names_entry *e = g_ptr_array_index(due, i);
        struct names_answer found = {0};
        bool ok = e->query.outer_pid ? find_inside(n, &e->query, &found)
                                     : names_find(&round, &e->query, &found);
        if (ok)
            atomic_store(&e->answer, g_memdup2(&found, sizeof(found)));
        else
            names_answer_clear(&found);
    }
    names_round_clear(&round);
}

/* Called with the lock. */
static void settle(struct names *n, GPtrArray *due, int64_t now)
{
    for (guint i = 0; i < due->len; i++) {
        struct names_entry *e = g_ptr_array_index(due, i);
        e->asked = false;
        n->fresh -= !e->pause_ns;
        e->pause_ns = e->pause_ns ? MIN(e->pause_ns * 2, LAST_RETRY_NS) : FIRST_RETRY_NS;
        e->due_ns = now + e->pause_ns;
        if (e->dropped || atomic_load(&e->answer))
            g_ptr_array_remove_fast(n->waiting, e);
        if (e->dropped)
            entry_free(e);
    }
    g_ptr_array_free(due, TRUE);
    pthread_cond_broadcast(&n->changed);
}

static void wait_until(struct names *n, int64_t ns)
{
    struct timespec at = {.tv_sec = (time_t)(ns / CLOCK_NS_PER_S),
                          .tv_nsec = (long)(ns % CLOCK_NS_PER_S)};

    pthread_cond_timedwait(&n->changed, &n->lock, &at);
}

/* One round; the lock is not held while it looks. */
static void look(struct names *n, int64_t now)
{
    GPtrArray *due = take_due(n, now);
    bool state = now >= n->docker_ns + STATE_NS;
    pthread_mutex_unlock(&n->lock);

    int docker = state ? names_docker_state(n->root) : 0;
    answer(n, due);

    pthread_mutex_lock(&n->lock);
    if (state) {
        n->docker = docker;
        n->docker_ns = now;
    }
    settle(n, due, clock_mono_ns());
}

/* Where containers come by the dozen per second, a few rounds per second look them up together. */
static void *resolve(void *p)
{
    struct names *n = p;

    pthread_mutex_lock(&n->lock);
    for (int64_t next_round = 0; !n->stop;) {
        int64_t now = clock_mono_ns(), next = MAX(next_due(n), next_round);
        if (now < next) {
            wait_until(n, next);
            continue;
        }
        next_round = now + ROUND_NS;
        look(n, now);
    }
    n->ended = true;
    pthread_cond_broadcast(&n->changed);
    pthread_mutex_unlock(&n->lock);
    return NULL;
}

/* ---- the asker's side ---- */

struct names *names_new(const struct root *root)
{
    struct names *n = g_new0(struct names, 1);
    pthread_condattr_t attr;

    curl_global_init(CURL_GLOBAL_DEFAULT); /* the first call is not safe in any thread */
    n->root = root;
    n->docker = 1;
    n->docker_ns = -STATE_NS;
    n->waiting = g_ptr_array_new();
    pthread_mutex_init(&n->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&n->changed, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&n->thread, NULL, resolve, n) != 0)
        g_error("cannot start a thread: %s", g_strerror(errno));
    return n;
}

void names_free(struct names *n)
{
    int64_t until = clock_mono_ns() + PATIENCE_NS;

    if (!n)
        return;
    pthread_mutex_lock(&n->lock);
    n->stop = true;
    pthread_cond_broadcast(&n->changed);
    while (!n->ended && clock_mono_ns() < until)
        wait_until(n, until);
    bool ended = n->ended;
    pthread_mutex_unlock(&n->lock);
    if (!ended) {
        pthread_detach(n->thread);
        return;
    }
    pthread_join(n->thread, NULL);
    g_ptr_array_free(n->waiting, TRUE);
    pthread_cond_destroy(&n->changed);
    pthread_mutex_destroy(&n->lock);
    g_free(n);
}

struct names_entry *names_ask(struct names *n, const struct names_query *q)
{
    struct names_entry *e = g_new0(struct names_entry, 1);

    e->query = *q;
    e->query.id = g_strdup(q->id);
    e->query.name = g_strdup(q->name);
    e->query.group = g_strdup(q->group);
    e->query.path = g_strdup(q->path);
    pthread_mutex_lock(&n->lock);
    g_ptr_array_add(n->waiting, e);
    n->fresh++;
    pthread_cond_broadcast(&n->changed);
    pthread_mutex_unlock(&n->lock);
    return e;
}

void names_drop(struct names *n, struct names_entry *e)
{
    pthread_mutex_lock(&n->lock);
    bool busy = e->asked;
    e->dropped = busy;
    if (!busy && g_ptr_array_remove_fast(n->waiting, e))
        n->fresh -= !e->pause_ns;
    pthread_mutex_unlock(&n->lock);
    if (!busy)
        entry_free(e);
}

const struct names_answer *names_answer(const struct names_entry *e)
{
    return atomic_load(&e->answer);
}

void names_wait(struct names *n, int64_t patience_ns)
{
    int64_t until = clock_mono_ns() + patience_ns;

    pthread_mutex_lock(&n->lock);
    while (n->fresh && clock_mono_ns() < until)
        wait_until(n, until);
    pthread_mutex_unlock(&n->lock);
}

void names_add_statuses(struct names *n, struct sample *out)
{
    pthread_mutex_lock(&n->lock);
    int docker = n->docker;
    int64_t since = n->docker_ns;
    pthread_mutex_unlock(&n->lock);

    if (docker == 0)
        sample_add_status(out, "docker", SOURCE_OK, since, NULL);
    else if (docker == -EACCES || docker == -EPERM)
        sample_add_status(out, "docker", SOURCE_DENIED, since,
                          "no access to its socket: names of containers may be missing");
    else if (docker == -ECONNREFUSED)
        sample_add_status(out, "docker", SOURCE_ABSENT, since, "its daemon does not run");
    else if (docker < 0 && docker != -ENOENT)
        sample_add_status(out, "docker", SOURCE_FAILED, since, g_strerror(-docker));
}
