/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/host/host_stores.h"

#include "base/clock_read.h"
#include "base/file.h"
#include "collect/host/store_mounts.h"
#include "collect/host/thin_pools.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define PATIENCE_NS (CLOCK_NS_PER_S / 2)
#define FIRST_NS (CLOCK_NS_PER_S / 5)

/* A thread, and what it found last. It owns itself once it is abandoned. */
struct reader {
    struct root *root;
    bool remote; /* which file systems it reads */
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t changed;
    GPtrArray *found;  /* struct record *; what lies there, by the last round */
    int64_t round_ns;  /* when the last round ended; 0: none has */
    bool wanted;       /* a new round */
    bool other_exists; /* of a local reader: there are remote file systems */
    bool stop, ended, abandoned;
};

struct host_stores {
    struct root *root;
    struct reader *local, *remote; /* NULL: not started */
    bool failed;                   /* no thread can be had */
};

/* ---- one file system ---- */

/* Open what is mounted at a path; -1: something else is there, or it cannot be reached. */
static int open_mount(const struct root *root, const struct store_mount *m)
{
    int fd = root_open(root, m->path, O_PATH);
    struct stat st;

    if (fd < 0)
        return -1;
    bool same = fstat(fd, &st) == 0 &&
                (m->own_numbers || (major(st.st_dev) == m->major && minor(st.st_dev) == m->minor));
    if (same)
        return fd;
    close(fd);
    return -1;
}

static struct ident *ident_of(const char *key, const char *name, const char *about,
                              const char *holds)
{
    struct ident *i = ident_new(KIND_STORE, GUEST_NONE, key);
    char *text = g_strdup_printf("%s%s%s", about, *holds ? ": " : "", holds);

    ident_set(&i->name, name);
    ident_set(&i->image, text);
    g_free(text);
    return i;
}

/* The record of the round before, whose identity goes on; NULL: there was none. */
static struct ident *ident_before(const GPtrArray *before, const char *key)
{
    for (guint i = 0; i < before->len; i++) {
        const struct record *r = before->pdata[i];
        if (strcmp(r->ident->key, key) == 0)
            return r->ident;
    }
    return NULL;
}

static struct record *record_of(const GPtrArray *before, const char *key, const char *name,
                                const char *about, const char *holds)
{
    struct ident *fresh = ident_of(key, name, about, holds), *old = ident_before(before, key);

    if (old && g_strcmp0(old->image, fresh->image) != 0) {
        struct ident *next = ident_next_version(old);
        ident_set(&next->image, fresh->image);
        ident_unref(fresh);
        fresh = next;
    } else if (old) {
        ident_unref(fresh);
        fresh = ident_ref(old);
    }
    struct record *r = record_new(FACET_HOST_STORE, fresh);
    ident_unref(fresh);
    r->read_ns = clock_mono_ns();
    r->interval_ns = STORES_NS;
    record_set(r, R_STORE_HOLDS_GUESTS, *holds != '\0');
    return r;
}

/* Used and available as df says it: what is reserved for root is neither. */
static void record_space(struct record *r, const struct statvfs *fs)
{
    uint64_t unit = fs->f_frsize ? fs->f_frsize : fs->f_bsize;

    record_set(r, R_STORE_SIZE_BYTES, fs->f_blocks * unit);
    record_set(r, R_STORE_USED_BYTES, (fs->f_blocks - MIN(fs->f_bfree, fs->f_blocks)) * unit);
    record_set(r, R_STORE_FREE_BYTES, fs->f_bavail * unit);
    if (fs->f_files) {
        record_set(r, R_STORE_FILES, fs->f_files);
        record_set(r, R_STORE_FILES_FREE, MIN(fs->f_ffree, fs->f_files));
    } else {
        /* btrfs, for one, makes them as they are needed */
        record_all_absent(r, R_STORE_FILES, R_STORE_FILES_FREE, REASON_NOT_APPLICABLE);
    }
    record_all_absent(r, R_STORE_METADATA_BYTES, R_STORE_METADATA_USED_BYTES,
                      REASON_NOT_APPLICABLE);
}

static void read_mount(const struct reader *r, const GPtrArray *before, const struct store_mount *m,
                       GPtrArray *found)
{
    int fd = open_mount(r->root, m);
    struct statvfs fs;

    if (fd >= 0 && fstatvfs(fd, &fs) == 0 && fs.f_blocks) {
        char *about = g_strdup_printf("%s, %s", m->type, m->device);
        struct record *record = record_of(before, m->path, m->path, about, m->holds->str);
        record_space(record, &fs);
        g_ptr_array_add(found, record);
        g_free(about);
    }
    if (fd >= 0)
        close(fd);
}

/* ---- thin pools ---- */

static void record_pool(struct record *r, const struct thin_pool *p)
{
    record_set(r, R_STORE_SIZE_BYTES, p->size_bytes);
    record_set(r, R_STORE_USED_BYTES, p->used_bytes);
    record_set(r, R_STORE_FREE_BYTES, p->size_bytes - p->used_bytes);
    record_set(r, R_STORE_METADATA_BYTES, p->metadata_bytes);
    record_set(r, R_STORE_METADATA_USED_BYTES, p->metadata_used_bytes);
    record_all_absent(r, R_STORE_FILES, R_STORE_FILES_FREE, REASON_NOT_APPLICABLE);
}

/* A pool is made for volumes of guests, or of what runs them. */
static void read_pools(const struct reader *r, const GPtrArray *before, GPtrArray *found)
{
    GArray *pools = thin_pools_read(r->root);

    for (guint i = 0; i < pools->len; i++) {
        const struct thin_pool *p = &g_array_index(pools, struct thin_pool, i);
        char *key = g_strconcat("dm:", p->name, NULL);
        struct record *record =
            record_of(before, key, p->name, p->failed ? "thin pool, failed" : "thin pool", "");
        if (p->failed)
            record_all_absent(record, R_STORE_SIZE_BYTES, R_STORE_METADATA_USED_BYTES,
                              REASON_UNREADABLE);
        else
            record_pool(record, p);
        record_set(record, R_STORE_HOLDS_GUESTS, 1);
        g_ptr_array_add(found, record);
        g_free(key);
    }
    g_array_unref(pools);
}

/* ---- a round ---- */

/* A directory of an engine can be on a server, and only the remote reader may wait for that. */
static bool directory_exists(const struct store_mount *m, const char *directory, void *data)
{
    const struct reader *r = data;

    return m->remote == r->remote && root_exists(r->root, directory);
}

/* The mounts of the host are those of its first process, which only root may look at; those of vtop
 * are the same unless it runs in a container. */
static ssize_t read_mount_table(const struct root *root, struct file_buffer *b)
{
    ssize_t n = file_read(root, "/proc/1/mountinfo", b);

    return n > 0 || !root_is_own(root) ? n : file_read(root, "/proc/self/mountinfo", b);
}

static GPtrArray *look(struct reader *r, const GPtrArray *before, bool *other)
{
    GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)record_free);
    struct file_buffer table = {0};

    if (read_mount_table(r->root, &table) > 0) {
        GPtrArray *mounts = store_mounts_parse(table.text, directory_exists, r);
        for (guint i = 0; i < mounts->len; i++) {
            const struct store_mount *m = mounts->pdata[i];
            *other |= m->remote != r->remote;
            if (m->remote == r->remote)
                read_mount(r, before, m, found);
        }
        g_ptr_array_unref(mounts);
    }
    file_buffer_clear(&table);
    if (!r->remote)
        read_pools(r, before, found);
    return found;
}

/* ---- a reader's thread ---- */

static void reader_destroy(struct reader *r)
{
    g_ptr_array_unref(r->found);
    root_free(r->root);
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->lock);
    g_free(r);
}

static void *run(void *data)
{
    struct reader *r = data;

    pthread_mutex_lock(&r->lock);
    while (!r->stop) {
        if (!r->wanted) {
            pthread_cond_wait(&r->changed, &r->lock);
            continue;
        }
        bool other = false;
        GPtrArray *before = g_ptr_array_ref(r->found);
        pthread_mutex_unlock(&r->lock);
        GPtrArray *found = look(r, before, &other);
        pthread_mutex_lock(&r->lock);
        g_ptr_array_unref(before);
        g_ptr_array_unref(r->found);
        r->found = found;
        r->other_exists = other;
        r->round_ns = clock_mono_ns();
        r->wanted = false;
        pthread_cond_broadcast(&r->changed);
    }
    r->ended = true;
    bool abandoned = r->abandoned;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    if (abandoned)
        reader_destroy(r);
    return NULL;
}

/* NULL: no thread can be had. */
static struct reader *reader_start(const struct root *root, bool remote)
{
    struct reader *r = g_new0(struct reader, 1);

    r->root = root_copy(root);
    r->remote = remote;
    r->found = g_ptr_array_new_with_free_func((GDestroyNotify)record_free);
    pthread_mutex_init(&r->lock, NULL);
    clock_cond_init(&r->changed);
    if (pthread_create(&r->thread, NULL, run, r) == 0)
        return r;
    reader_destroy(r);
    return NULL;
}

static void reader_stop(struct reader *r)
{
    int64_t until = clock_mono_ns() + PATIENCE_NS;

    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->stop = true;
    pthread_cond_broadcast(&r->changed);
    while (!r->ended && clock_cond_wait(&r->changed, &r->lock, until))
        ;
    bool ended = r->ended;
    r->abandoned = !ended;
    if (!ended)
        pthread_detach(r->thread);
    pthread_mutex_unlock(&r->lock);
    if (!ended)
        return;
    pthread_join(r->thread, NULL);
    reader_destroy(r);
}

/* Add what it found last, ask for a new round when that is old. WAIT_NS: how long to wait for the
 * first one. True: there are file systems for another reader. */
static bool reader_collect(struct reader *r, int64_t wait_ns, struct sample *out)
{
    int64_t now = clock_mono_ns(), until = now + wait_ns;

    pthread_mutex_lock(&r->lock);
    if (!r->wanted && (!r->round_ns || now - r->round_ns >= STORES_NS)) {
        r->wanted = true;
        pthread_cond_broadcast(&r->changed);
    }
    while (wait_ns && !r->round_ns && clock_cond_wait(&r->changed, &r->lock, until))
        ;
    for (guint i = 0; i < r->found->len; i++)
        sample_add_copy(out, r->found->pdata[i]);
    bool other = r->other_exists;
    pthread_mutex_unlock(&r->lock);
    return other;
}

/* ---- the caller's side ---- */

struct host_stores *host_stores_new(const struct root *root)
{
    struct host_stores *s = g_new0(struct host_stores, 1);

    s->root = root_copy(root);
    return s;
}

void host_stores_free(struct host_stores *s)
{
    if (!s)
        return;
    reader_stop(s->local);
    reader_stop(s->remote);
    root_free(s->root);
    g_free(s);
}

void host_stores_collect(struct host_stores *s, struct sample *out)
{
    bool first = !s->local, remote;

    if (s->failed || !root_is_live(s->root))
        return;
    if (!s->local)
        s->local = reader_start(s->root, false);
    s->failed = !s->local;
    if (s->failed)
        return;
    remote = reader_collect(s->local, first ? FIRST_NS : 0, out);
    if (remote && !s->remote)
        s->remote = reader_start(s->root, true);
    if (s->remote)
        reader_collect(s->remote, 0, out);
}
