/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/segment.h"

#include "record/block.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The begin of a payload that is read for its times. A block of 60 ticks needs some 600 bytes. */
enum { PEEK = 16 << 10, SEARCH = 64 << 10 };

static void release_names(void *n)
{
    glossary_free(n);
}

struct segment *segment_open(const char *path)
{
    struct segment *s = g_new0(struct segment, 1);
    struct stat st;

    s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (s->fd < 0 || fstat(s->fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        int error = s->fd < 0 ? errno : S_ISDIR(st.st_mode) ? EISDIR : ESPIPE;
        if (s->fd >= 0)
            close(s->fd);
        g_free(s);
        errno = error;
        return NULL;
    }
    s->path = g_strdup(path);
    s->device = st.st_dev;
    s->inode = st.st_ino;
    s->chunks = g_array_new(FALSE, FALSE, sizeof(struct segment_chunk));
    s->names = g_ptr_array_new_with_free_func(release_names);
    s->damage = g_ptr_array_new_with_free_func(g_free);
    return s;
}

void segment_close(struct segment *s)
{
    if (!s)
        return;
    close(s->fd);
    g_array_free(s->chunks, TRUE);
    g_ptr_array_free(s->names, TRUE);
    g_ptr_array_free(s->damage, TRUE);
    g_free(s->path);
    g_free(s);
}

void segment_complain(struct segment *s, uint64_t at, const char *what)
{
    char *line = g_strdup_printf("%s: at byte %" G_GUINT64_FORMAT ": %s", s->path, at, what);

    for (guint i = 0; i < s->damage->len; i++)
        if (strcmp(g_ptr_array_index(s->damage, i), line) == 0) {
            g_free(line);
            return;
        }
    g_ptr_array_add(s->damage, line);
}

/* ---- reading ---- */

static bool read_at(const struct segment *s, uint64_t at, void *to, size_t n)
{
    uint8_t *next = to;

    while (n > 0) {
        ssize_t got = pread(s->fd, next, n, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        next += got;
        at += (uint64_t)got;
        n -= (size_t)got;
    }
    return true;
}

uint8_t *segment_payload(struct segment *s, const struct segment_chunk *c)
{
    uint8_t *payload = g_try_malloc(MAX(c->chunk.length, 1));

    if (payload && read_at(s, c->at, payload, c->chunk.length) &&
        chunk_is_intact(&c->chunk, payload))
        return payload;
    g_free(payload);
    segment_complain(s, c->at - CHUNK_HEAD, "this part is damaged");
    return NULL;
}

GArray *segment_times(struct segment *s, const struct segment_chunk *c)
{
    size_t length = MIN(c->chunk.length, PEEK);
    uint8_t *begin = g_malloc(MAX(length, 1));
    GArray *times = read_at(s, c->at, begin, length) ? block_peek(begin, length) : NULL;

    g_free(begin);
    return times;
}

/* ---- chunks ---- */

static void take_head(struct segment *s, struct segment_chunk *c)
{
    uint8_t *payload = segment_payload(s, c);
    char *error = NULL;
    struct glossary *names = payload ? glossary_read(payload, c->chunk.length, &error) : NULL;

    g_free(payload);
    if (names)
        g_ptr_array_add(s->names, names);
    if (error) {
        segment_complain(s, c->at - CHUNK_HEAD, error);
        s->refused = true;
    }
    g_free(error);
}

static bool peek_block(struct segment *s, struct segment_chunk *c)
{
    GArray *times = segment_times(s, c);

    if (!times)
        return false;
    c->ticks = times->len;
    c->first = g_array_index(times, struct tick_time, 0);
    c->last = g_array_index(times, struct tick_time, times->len - 1);
    g_array_free(times, TRUE);
    return true;
}

static bool peek_frame(struct segment *s, struct segment_chunk *c)
{
    uint8_t begin[64];
    size_t length = MIN(c->chunk.length, sizeof(begin));

    c->ticks = 1;
    if (!read_at(s, c->at, begin, length) || !frame_peek(begin, length, &c->alone, &c->first))
        return false;
    c->last = c->first;
    return true;
}

static void take_chunk(struct segment *s, struct segment_chunk *c)
{
    bool good;

    if (c->chunk.type == CHUNK_FILE) {
        take_head(s, c);
        return;
    }
    if (c->chunk.type == CHUNK_UNKNOWN || !s->names->len)
        return;
    c->names = g_ptr_array_index(s->names, s->names->len - 1);
    good = c->chunk.type == CHUNK_BLOCK ? peek_block(s, c) : peek_frame(s, c);
    c->gap = s->gap;
    s->gap = !good;
    if (good)
        g_array_append_val(s->chunks, *c);
    else
        segment_complain(s, c->at - CHUNK_HEAD, "this part is damaged");
}

/* ---- the file ---- */

/* The next head of a chunk from AT on; the end of the file when there is none. */
static uint64_t search_chunk(const struct segment *s, uint64_t at)
{
    uint8_t *window = g_malloc(SEARCH);
    struct chunk found;

    while (at + CHUNK_HEAD <= s->bytes) {
        size_t length = (size_t)MIN(s->bytes - at, SEARCH);
        if (!read_at(s, at, window, length))
            break;
        for (size_t i = 0; i + CHUNK_HEAD <= length; i++)
            if (chunk_read(window + i, &found) && found.type != CHUNK_UNKNOWN) {
                g_free(window);
                return at + i;
            }
        at += length - CHUNK_HEAD + 1;
    }
    g_free(window);
    return s->bytes;
}

/* The chunk at s->scanned. False: it is not complete. */
static bool scan_one(struct segment *s)
{
    uint8_t head[CHUNK_HEAD];
    struct segment_chunk c = {.at = s->scanned + CHUNK_HEAD};

    if (s->bytes < c.at || !read_at(s, s->scanned, head, CHUNK_HEAD))
        return false;
    bool is_chunk = chunk_read(head, &c.chunk);
    if (s->scanned == 0 && !(is_chunk && c.chunk.type == CHUNK_FILE)) {
        segment_complain(s, 0, "it is no recording of vtop");
        s->refused = true;
        return false;
    }
    if (!is_chunk) {
        uint64_t next = search_chunk(s, s->scanned + 1);
        segment_complain(s, s->scanned, "what is here is no part of a recording");
        s->scanned = next;
        s->gap = true;
        return true;
    }
    if (s->bytes - c.at < c.chunk.length)
        return false;
    take_chunk(s, &c);
    s->scanned = c.at + c.chunk.length;
    return true;
}

bool segment_scan(struct segment *s)
{
    guint before = s->chunks->len;
    struct stat st;

    if (fstat(s->fd, &st) < 0)
        return false;
    s->bytes = (uint64_t)st.st_size;
    while (!s->refused && s->scanned < s->bytes && scan_one(s))
        ;
    return s->chunks->len > before;
}
