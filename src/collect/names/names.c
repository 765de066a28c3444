/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/names/names.h"

#include "base/clock_read.h"
#include "collect/cgroup/container.h"
#include "collect/names/names_daemon.h"
#include "collect/names/names_find.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_NS (CLOCK_NS_PER_S / 2)
#define ROUND_NS (CLOCK_NS_PER_S / 5)
#define STATE_NS (5 * CLOCK_NS_PER_S)

struct names_entry {
    const struct cgroup_node *node;
    _Atomic(struct names_answer *) answer; /* not taken yet */
    GRefString *source; /* of the last answer: one text for all containers, with the id left out */
    struct names_backoff next; /* when to look again */
    pid_t pid, outer_pid;      /* passed to names_ask() */
    uint32_t stamp;            /* identifies the state of the source when it was read */
    int16_t id_at;             /* where the id belongs in it; -1 = the path has no id */
    bool known : 1;            /* a name was found */
    bool listed : 1;           /* it came from a daemon's list */
    bool partial : 1;          /* more may be found later */
    bool : 0;                  /* the rest is used only with the lock: */
    bool fresh : 1;            /* not looked up yet */
    bool asked : 1;            /* the resolver is looking it up, without the lock */
    bool dropped : 1;          /* names_drop() was called meanwhile */
};

/* The query for an entry that the resolver is looking up. */
struct question {
    struct names_query query; /* points into the following */
    struct container what;
    GString *path;
};

struct names {
    struct root *root;             /* its own copy: the thread may outlive the caller's */
    struct names_daemons *daemons; /* used only by the resolver */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    GPtrArray *waiting; /* struct names_entry * that are still looked up */
    atomic_bool stop;
    bool ended;
    bool abandoned; /* names_free() has given up waiting: the thread frees everything */
    bool alone;     /* the thread could not be created: names stay the short ids */
    int docker;     /* names_daemon_state() at docker_ns; 1 = not known yet */
    int64_t docker_ns;
    unsigned fresh; /* number of entries that were not looked up yet */
    bool in_round;  /* a round is in progress, and has not yet updated docker */
};

static char *source_path(const struct names_entry *e, const char *id)
{
    if (!e->source || e->id_at < 0)
        return g_strdup(e->source);
    return g_strdup_printf("%.*s%s%s", e->id_at, e->source, id, e->source + e->id_at);
}

static void drop_source(struct names_entry *e)
{
    g_clear_pointer(&e->source, g_ref_string_release);
}

/* PATH may have the ID in it. */
static void set_source(struct names_entry *e, const char *path, const char *id)
{
    const char *at = path && *id ? strstr(path, id) : NULL;
    char *place = g_strdup(path);

    if (at && at - path > INT16_MAX)
        at = NULL;
    if (at)
        memmove(place + (at - path), at + strlen(id), strlen(at + strlen(id)) + 1);
    drop_source(e);
    e->source = place ? g_ref_string_new_intern(place) : NULL;
    e->id_at = at ? (int16_t)(at - path) : -1;
    g_free(place);
}

static void entry_free(struct names_entry *e)
{
    names_answer_free(atomic_load(&e->answer));
    drop_source(e);
    g_free(e);
}

/* ---- the resolver's thread ---- */

static int64_t next_due(const struct names *n)
{
    int64_t next = n->docker_ns + STATE_NS;

    for (guint i = 0; i < n->waiting->len; i++)
        next = MIN(next, ((struct names_entry *)g_ptr_array_index(n->waiting, i))->next.due_ns);
    return next;
}

/* Identifies a state of a file; 0 = the file does not exist. */
static uint32_t stamp_of(const struct root *root, const char *path)
{
    struct stat st;
    int fd = root_open(root, path, O_PATH);
    bool there = fd >= 0 && fstat(fd, &st) == 0;

    if (fd >= 0)
        close(fd);
    if (!there)
        return 0;
    uint64_t state = (uint64_t)st.st_ino ^ (uint64_t)st.st_mtim.tv_sec * CLOCK_NS_PER_S ^
                     (uint64_t)st.st_mtim.tv_nsec ^ (uint64_t)st.st_size << 40;
    return g_int64_hash(&state) | 1;
}

static bool find(struct names_round *round, struct names_entry *e, const struct names_query *q,
                 struct names_answer *found)
{
    char *source = source_path(e, q->id);
    uint32_t stamp = source ? stamp_of(round->root, source) : 0;

    g_free(source);
    if (stamp && stamp == e->stamp && !(e->partial && names_podman_may_tell_more(round, q)))
        return false;
    e->stamp = stamp; /* taken before the file is read, so that no later write is missed */
    return names_find(round, q, found);
}

/* The files of a container inside a guest are in that guest; links in them cannot lead out of
 * it. */
static bool find_inside(const struct names *n, struct names_entry *e, const struct names_query *q,
                        struct names_answer *found)
{
    struct names_round round = {.host = n->root};
    struct root *inside;
    bool ok;

    if (root_new_of_process(n->root, q->outer_pid, &inside) < 0)
        return false;
    round.root = inside;
    ok = find(&round, e, q, found);
    names_round_clear(&round);
    root_free(inside);
    return ok;
}

/* Keep what is needed to schedule the next lookup; the caller of names_take() gets the rest. */
static void publish(struct names_entry *e, const struct names_query *q, struct names_answer *found)
{
    set_source(e, found->source, q->id);
    g_clear_pointer(&found->source, g_free);
    e->listed = found->listed;
    e->partial = found->partial;
    e->known = true;
    names_answer_free(atomic_exchange(&e->answer, g_memdup2(found, sizeof(*found))));
}

static void answer(const struct names *n, struct names_round *round, struct names_entry *e,
                   const struct names_query *q)
{
    struct names_answer found = {0};

    if (q->outer_pid ? find_inside(n, e, q, &found) : find(round, e, q, &found))
        publish(e, q, &found);
    else
        names_answer_clear(&found);
}

/* The next multiple of the pause: the same time for all entries of this kind, so that one list
 * serves them all. */
static int64_t next_multiple(int64_t now, int64_t pause)
{
    return (now / pause + 1) * pause;
}

/* When to look it up next. If its daemon is not contacted during a pause, the lookup is repeated
 * when that pause ends. */
static void schedule(const struct names *n, struct names_entry *e, const struct names_query *q,
                     int64_t now)
{
    int64_t daemon =
        q->type == GUEST_DOCKER ? names_daemon_due(names_docker_daemon(n->daemons, q)) : 0;

    if (e->partial && !q->named) {
        e->next.due_ns = now;
    } else if (e->known) {
        e->next.due_ns = next_multiple(now, e->source ? NAMES_RENAME_NS : NAMES_LIST_NS);
    } else if (daemon > now) {
        e->next.due_ns = daemon;
    } else {
        names_backoff_fail(&e->next, now, NAMES_PAUSE_MAX_NS);
    }
}

/* Whether its name is found and can never change. */
static bool is_settled(const struct names_entry *e)
{
    return e->known && !e->source && !e->listed && !e->partial;
}

/* Copy the query: the node may be removed as soon as the lock is released. */
static void pose(struct question *question, const struct names_entry *e)
{
    struct container *what = &question->what;

    g_string_truncate(question->path, 0);
    cgroup_node_path(e->node, question->path);
    container_classify(question->path->str, what);
    question->query = (struct names_query){.type = what->type,
                                           .id = what->id,
                                           .name = what->name,
                                           .group = what->group,
                                           .path = question->path->str,
                                           .pid = e->pid,
                                           .outer_pid = e->outer_pid,
                                           .named = e->known};
}

/* Look up one entry. Called with the lock, which is released meanwhile: names_drop() then leaves it
 * to this function to free the entry. Returns whether the entry is still waiting afterwards. */
static bool look_up(struct names *n, struct names_round *round, struct names_entry *e,
                    struct question *question)
{
    pose(question, e);
    e->asked = true;
    pthread_mutex_unlock(&n->lock);
    answer(n, round, e, &question->query);

    pthread_mutex_lock(&n->lock);
    e->asked = false;
    n->fresh -= e->fresh;
    e->fresh = false;
    schedule(n, e, &question->query, clock_mono_ns());
    bool waits = !e->dropped && !is_settled(e);
    if (!waits)
        g_ptr_array_remove_fast(n->waiting, e);
    if (e->dropped)
        entry_free(e);
    return waits;
}

/* Look up all entries that are due. An entry that is moved to a place already passed is looked up
 * in the next round. Called with the lock. Returns whether any was due. */
static bool look_up_due(struct names *n, struct names_round *round)
{
    struct question question = {.path = g_string_new(NULL)};
    bool any = false;

    for (guint i = 0; i < n->waiting->len && !n->stop;) {
        struct names_entry *e = g_ptr_array_index(n->waiting, i);
        bool due = e->next.due_ns <= round->now_ns;
        any |= due;
        if (!due || look_up(n, round, e, &question))
            i++;
    }
    g_string_free(question.path, TRUE);
    return any;
}

static int system_docker_state(const struct names *n, int64_t now)
{
    return names_daemon_state(names_daemons_get(n->daemons, NAMES_DOCKER, 0), now);
}

/* One round. Called with the lock, which is released during lookups. */
static void look(struct names *n, int64_t now)
{
    struct names_round round = {
        .host = n->root, .root = n->root, .daemons = n->daemons, .now_ns = now};
    n->in_round = true;
    bool any = look_up_due(n, &round);
    bool state = any || now >= n->docker_ns + STATE_NS;
    pthread_mutex_unlock(&n->lock);

    names_round_clear(&round);
    names_daemons_end_round(n->daemons);
    int docker = state ? system_docker_state(n, now) : 0;

    pthread_mutex_lock(&n->lock);
    if (state) {
        n->docker = docker;
        n->docker_ns = now;
    }
    n->in_round = false;
    pthread_cond_broadcast(&n->changed);
}

static void destroy(struct names *n)
{
    names_daemons_free(n->daemons);
    root_free(n->root);
    g_ptr_array_free(n->waiting, TRUE);
    pthread_cond_destroy(&n->changed);
    pthread_mutex_destroy(&n->lock);
    g_free(n);
}

/* If dozens of containers appear per second, they are looked up together in a few rounds per
 * second. */
static void *resolve(void *p)
{
    struct names *n = p;

    pthread_mutex_lock(&n->lock);
    for (int64_t next_round = 0; !n->stop;) {
        int64_t now = clock_mono_ns(), next = MAX(next_due(n), next_round);
        if (now < next) {
            clock_cond_wait(&n->changed, &n->lock, next);
            continue;
        }
        next_round = now + ROUND_NS;
        look(n, now);
    }
    n->ended = true;
    bool abandoned = n->abandoned;
    pthread_cond_broadcast(&n->changed);
    pthread_mutex_unlock(&n->lock);
    if (abandoned)
        destroy(n);
    return NULL;
}

/* ---- the caller's side ---- */

struct names *names_new(const struct root *root, const struct viewpoint *viewpoint)
{
    struct names *n = g_new0(struct names, 1);

    n->root = root_copy(root);
    n->daemons = names_daemons_new(n->root, viewpoint);
    n->docker = 1;
    n->docker_ns = -STATE_NS;
    n->waiting = g_ptr_array_new();
    pthread_mutex_init(&n->lock, NULL);
    clock_cond_init(&n->changed);
    n->alone = n->ended = pthread_create(&n->thread, NULL, resolve, n) != 0;
    return n;
}

void names_free(struct names *n)
{
    int64_t until = clock_mono_ns() + PATIENCE_NS;

    if (!n)
        return;
    pthread_mutex_lock(&n->lock);
    n->stop = true;
    names_daemons_interrupt(n->daemons);
    pthread_cond_broadcast(&n->changed);
    while (!n->ended && clock_mono_ns() < until)
        clock_cond_wait(&n->changed, &n->lock, until);
    bool ended = n->ended;
    n->abandoned = !ended;
    if (!ended)
        pthread_detach(n->thread);
    pthread_mutex_unlock(&n->lock);
    if (!ended)
        return;
    if (!n->alone)
        pthread_join(n->thread, NULL);
    destroy(n);
}

struct names_entry *names_ask(struct names *n, const struct cgroup_node *node, pid_t pid,
                              pid_t outer_pid)
{
    struct names_entry *e = g_new0(struct names_entry, 1);

    e->node = node;
    e->pid = pid;
    e->outer_pid = outer_pid;
    e->fresh = true;
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
        n->fresh -= e->fresh;
    pthread_mutex_unlock(&n->lock);
    if (!busy)
        entry_free(e);
}

struct names_answer *names_take(struct names_entry *e)
{
    return atomic_load(&e->answer) ? atomic_exchange(&e->answer, NULL) : NULL;
}

void names_wait(struct names *n, int64_t patience_ns)
{
    int64_t until = clock_mono_ns() + patience_ns;

    pthread_mutex_lock(&n->lock);
    while ((n->fresh || n->in_round) && clock_mono_ns() < until)
        clock_cond_wait(&n->changed, &n->lock, until);
    pthread_mutex_unlock(&n->lock);
}

void names_look_again(struct names *n)
{
    pthread_mutex_lock(&n->lock);
    for (guint i = 0; i < n->waiting->len; i++) {
        struct names_entry *e = g_ptr_array_index(n->waiting, i);
        n->fresh += !e->fresh;
        e->fresh = true;
        e->next.due_ns = 0;
    }
    pthread_cond_broadcast(&n->changed);
    pthread_mutex_unlock(&n->lock);
}

static const char *failure(int error)
{
    switch (error) {
    case -ETIMEDOUT:
        return "its daemon does not answer: names of containers may be missing";
    case -EFBIG:
        return "its daemon's answer is too long: names of containers may be missing";
    case -EPROTO:
        return "its daemon's answer is not understood: names of containers may be missing";
    default:
        return g_strerror(-error);
    }
}

void names_add_statuses(struct names *n, struct sample *out)
{
    pthread_mutex_lock(&n->lock);
    int docker = n->docker;
    int64_t since = n->docker_ns;
    pthread_mutex_unlock(&n->lock);

    switch (docker) {
    case 0:
        sample_add_status(out, "docker", SOURCE_OK, since, NULL);
        break;
    case 1:
    case -ENOENT:
        break;
    case -EACCES:
    case -EPERM:
        sample_add_status(out, "docker", SOURCE_DENIED, since,
                          "no access to its socket: names of containers may be missing");
        break;
    case -ECONNREFUSED:
        sample_add_status(out, "docker", SOURCE_ABSENT, since, "its daemon does not run");
        break;
    default:
        sample_add_status(out, "docker", SOURCE_FAILED, since, failure(docker));
    }
}
