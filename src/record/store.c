/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/store.h"

#include "base/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define LOCK_FILE "lock"

enum { DIR_MODE = 0750, FILE_MODE = 0640, NUMBER_MAX = 999999999 };

/* A segment is finished when it has this share of the limit, or covers this much time. */
enum { SEGMENT_SHARE = 16 };
#define SEGMENT_BYTES_MAX ((uint64_t)64 << 20)
#define SEGMENT_NS (INT64_C(24) * 3600 * CLOCK_NS_PER_S)

struct segment {
    char *name;
    unsigned number;
    uint64_t bytes;
    int64_t end_ns; /* wall time: nothing in it is newer */
};

/* A file that grows. fd < 0: it is closed. */
struct growing {
    int fd;
    uint64_t bytes;
};

struct store {
    char *path;
    struct store_limits limits;
    int dir, lock;
    GArray *segments; /* struct segment, by number; the last one is written while SEGMENT is open */
    struct growing open, segment;
    int64_t segment_since_ns; /* wall time */
};

/* ---- files ---- */

static void close_file(struct growing *g)
{
    if (g->fd >= 0)
        close(g->fd);
    *g = (struct growing){.fd = -1};
}

static int open_new(const struct store *s, const char *name)
{
    int fd = openat(s->dir, name, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                    FILE_MODE);

    return fd < 0 ? -errno : fd;
}

static int write_all(int fd, const guint8 *bytes, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fd, bytes, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return written < 0 ? -errno : -EIO;
        bytes += written;
        n -= (size_t)written;
    }
    return 0;
}

/* Whether somebody has removed the file, or the directory that it is in. */
static bool is_removed(const struct growing *g)
{
    struct stat st;

    return g->fd >= 0 && fstat(g->fd, &st) == 0 && st.st_nlink == 0;
}

/* All of it, on the disk, or nothing. */
static int append(struct growing *g, const GByteArray *bytes)
{
    int result = write_all(g->fd, bytes->data, bytes->len);

    if (result == 0 && fdatasync(g->fd) < 0)
        result = -errno;
    if (result == 0)
        g->bytes += bytes->len;
    else if (ftruncate(g->fd, (off_t)g->bytes) < 0)
        return -errno;
    return result;
}

/* A file that was just made is found after a crash, too. */
static int sync_names(const struct store *s)
{
    return fsync(s->dir) < 0 ? -errno : 0;
}

/* ---- segments ---- */

static void clear_segment(void *p)
{
    g_free(((struct segment *)p)->name);
}

static struct segment *segment_at(const struct store *s, guint i)
{
    return &g_array_index(s->segments, struct segment, i);
}

static int compare_numbers(const void *a, const void *b)
{
    const struct segment *x = a, *y = b;

    return x->number < y->number ? -1 : x->number > y->number;
}

/* The number in NAME; 0: it is no segment. */
static unsigned number_of(const char *name)
{
    enum { NUMBER_AT = sizeof("YYYYMMDD-HHMMSS-") - 1 };
    size_t length = strlen(name);
    uint64_t number;

    if (length <= NUMBER_AT || name[NUMBER_AT - 1] != '-' || !g_str_has_suffix(name, STORE_SUFFIX))
        return 0;
    number = g_ascii_strtoull(name + NUMBER_AT, NULL, 10);
    return number <= NUMBER_MAX ? (unsigned)number : 0;
}

static void note_segment(struct store *s, const char *name, unsigned number)
{
    struct stat st;

    if (fstatat(s->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
        return;
    struct segment found = {
        .name = g_strdup(name),
        .number = number,
        .bytes = (uint64_t)st.st_size,
        .end_ns = st.st_mtim.tv_sec * CLOCK_NS_PER_S + st.st_mtim.tv_nsec};
    g_array_append_val(s->segments, found);
}

static void find_segments(struct store *s)
{
    int fd = openat(s->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);

    g_array_set_size(s->segments, 0);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        unsigned number = number_of(e->d_name);
        if (number)
            note_segment(s, e->d_name, number);
    }
    if (dir)
        closedir(dir);
    g_array_sort(s->segments, compare_numbers);
}

/* The name of the next segment, and its place at the end of the list. */
static struct segment *add_segment(struct store *s, int64_t wall_ns)
{
    struct segment new = {.number = 1, .end_ns = wall_ns};
    char iso[CLOCK_ISO_SIZE];

    if (s->segments->len)
        new.number = segment_at(s, s->segments->len - 1)->number + 1;
    clock_iso8601(wall_ns, iso); /* 2026-11-21T05:31:26.123Z */
    new.name = g_strdup_printf("%.4s%.2s%.2s-%.2s%.2s%.2s-%06u" STORE_SUFFIX, iso, iso + 5, iso + 8,
                               iso + 11, iso + 14, iso + 17, new.number);
    g_array_append_val(s->segments, new);
    return segment_at(s, s->segments->len - 1);
}

static void drop_last(struct store *s)
{
    g_array_remove_index(s->segments, s->segments->len - 1);
}

/* What is in the open file becomes a segment as it is: the frames of an earlier run, or of a block
 * that could not be written. */
static int keep_frames(struct store *s)
{
    struct stat st;

    close_file(&s->open);
    close_file(&s->segment); /* it is no longer the last one */
    if (fstatat(s->dir, STORE_OPEN_FILE, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? 0 : -errno;
    struct segment *left = add_segment(s, st.st_mtim.tv_sec * CLOCK_NS_PER_S);
    left->bytes = (uint64_t)st.st_size;
    if (renameat(s->dir, STORE_OPEN_FILE, s->dir, left->name) == 0)
        return 0;
    int error = -errno;
    drop_last(s);
    return error;
}

/* ---- limits ---- */

uint64_t store_bytes(const struct store *s)
{
    uint64_t bytes = s->open.bytes;

    for (guint i = 0; i < s->segments->len; i++)
        bytes += segment_at(s, i)->bytes;
    return bytes;
}

static uint64_t free_bytes(const struct store *s)
{
    struct statvfs fs;

    return fstatvfs(s->dir, &fs) < 0 ? 0 : (uint64_t)fs.f_bavail * fs.f_frsize;
}

static bool is_too_old(const struct store *s, const struct segment *segment, int64_t wall_ns)
{
    return s->limits.age_ns && segment->end_ns < wall_ns - s->limits.age_ns;
}

static bool fits(const struct store *s, uint64_t bytes)
{
    return (!s->limits.bytes || store_bytes(s) + bytes <= s->limits.bytes) &&
           (!s->limits.free_bytes || free_bytes(s) >= s->limits.free_bytes + bytes);
}

/* The segment that is written is never removed. */
static bool remove_oldest(struct store *s)
{
    guint kept = s->segment.fd >= 0 ? 1 : 0;

    if (s->segments->len <= kept || unlinkat(s->dir, segment_at(s, 0)->name, 0) < 0)
        return false;
    g_array_remove_index(s->segments, 0);
    return true;
}

/* -ENOSPC when the limits leave no room for so many bytes. */
static int make_room(struct store *s, uint64_t bytes, int64_t wall_ns)
{
    while (s->segments->len && is_too_old(s, segment_at(s, 0), wall_ns) && remove_oldest(s))
        ;
    while (!fits(s, bytes))
        if (!remove_oldest(s))
            return -ENOSPC;
    return 0;
}

/* ---- writing ---- */

/* A new file that begins with HEAD. */
static int begin(struct store *s, struct growing *g, const char *name, const GByteArray *head)
{
    int fd = open_new(s, name), result;

    if (fd < 0)
        return fd;
    *g = (struct growing){.fd = fd};
    result = append(g, head);
    if (result == 0)
        result = sync_names(s);
    if (result < 0) {
        close_file(g);
        unlinkat(s->dir, name, 0);
    }
    return result;
}

int store_frame(struct store *s, const GByteArray *head, const GByteArray *frame, int64_t wall_ns)
{
    if (is_removed(&s->open))
        return -ENOENT;
    bool new = s->open.fd < 0;
    int result = make_room(s, frame->len + (new ? head->len : 0), wall_ns);

    if (result == 0 && new)
        result = begin(s, &s->open, STORE_OPEN_FILE, head);
    return result == 0 ? append(&s->open, frame) : result;
}

static bool is_finished(const struct store *s, int64_t wall_ns)
{
    uint64_t share = s->limits.bytes / SEGMENT_SHARE;
    uint64_t most = share ? MIN(share, SEGMENT_BYTES_MAX) : SEGMENT_BYTES_MAX;

    return s->segment.bytes >= most || wall_ns - s->segment_since_ns >= SEGMENT_NS;
}

static int begin_segment(struct store *s, const GByteArray *head, int64_t wall_ns)
{
    struct segment *new;
    int result;

    new = add_segment(s, wall_ns);
    result = begin(s, &s->segment, new->name, head);
    if (result < 0)
        drop_last(s);
    else
        s->segment_since_ns = wall_ns;
    return result;
}

/* The frames are in a block now. */
static void drop_frames(struct store *s)
{
    if (unlinkat(s->dir, STORE_OPEN_FILE, 0) == 0 || errno == ENOENT)
        close_file(&s->open);
}

static int append_block(struct store *s, const GByteArray *head, const GByteArray *block,
                        int64_t wall_ns)
{
    bool new = s->segment.fd < 0 || is_finished(s, wall_ns);
    int result;

    if (is_removed(&s->segment))
        return -ENOENT;
    if (new)
        close_file(&s->segment);
    result = make_room(s, block->len + (new ? head->len : 0), wall_ns);
    if (result == 0 && new)
        result = begin_segment(s, head, wall_ns);
    if (result == 0)
        result = append(&s->segment, block);
    if (s->segment.fd < 0)
        return result;
    struct segment *last = segment_at(s, s->segments->len - 1);
    last->bytes = s->segment.bytes;
    last->end_ns = wall_ns;
    return result;
}

int store_block(struct store *s, const GByteArray *head, const GByteArray *block, int64_t wall_ns)
{
    int result = append_block(s, head, block, wall_ns);

    if (result == 0)
        drop_frames(s);
    else
        keep_frames(s);
    return result;
}

/* ---- the directory ---- */

/* One process may write. -EWOULDBLOCK when another one does. */
static int lock_directory(struct store *s)
{
    s->lock = openat(s->dir, LOCK_FILE, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (s->lock < 0 || flock(s->lock, LOCK_EX | LOCK_NB) < 0)
        return -errno;
    return 0;
}

static int enter_directory(struct store *s)
{
    int result;

    if (mkdir(s->path, DIR_MODE) < 0 && errno != EEXIST)
        return -errno;
    s->dir = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->dir < 0)
        return -errno;
    result = lock_directory(s);
    if (result < 0)
        return result;
    find_segments(s);
    return keep_frames(s);
}

static void leave_directory(struct store *s)
{
    close_file(&s->open);
    close_file(&s->segment);
    if (s->lock >= 0)
        close(s->lock);
    if (s->dir >= 0)
        close(s->dir);
    s->lock = s->dir = -1;
}

struct store *store_open(const char *dir, const struct store_limits *limits, char **error)
{
    struct store *s = g_new(struct store, 1);

    *s = (struct store){.path = g_strdup(dir),
                        .limits = *limits,
                        .dir = -1,
                        .lock = -1,
                        .segments = g_array_new(FALSE, TRUE, sizeof(struct segment)),
                        .open.fd = -1,
                        .segment.fd = -1};
    g_array_set_clear_func(s->segments, clear_segment);
    int result = enter_directory(s);
    if (result == 0)
        return s;
    *error = result == -EWOULDBLOCK
                 ? g_strdup_printf("another vtop records into %s", dir)
                 : g_strdup_printf("cannot record into %s: %s", dir, g_strerror(-result));
    store_close(s);
    return NULL;
}

int store_reopen(struct store *s)
{
    leave_directory(s);
    return enter_directory(s);
}

void store_close(struct store *s)
{
    if (!s)
        return;
    leave_directory(s);
    g_array_free(s->segments, TRUE);
    g_free(s->path);
    g_free(s);
}
