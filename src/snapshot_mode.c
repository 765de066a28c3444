/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "snapshot_mode.h"

#include "base/clock.h"
#include "base/text.h"
#include "record/encoder.h"
#include "record/recording.h"
#include "record/rewrite.h"
#include "record_start.h"
#include "replay_start.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define USUAL_NS (INT64_C(3600) * CLOCK_NS_PER_S)

enum { FILE_MODE = 0640, TICKS_BEFORE = 2 };

struct snapshot {
    struct recording *from;
    FILE *to;
    struct disguise *disguise; /* NULL: names stay */
    struct rewriter *rewriter;
    struct encoder *encoder; /* of the session SESSION */
    uint64_t session;
    GByteArray *bytes; /* not written yet */
    size_t ticks;
};

static int complain(const char *about, const char *what)
{
    char *clean = text_clean(about, -1);

    fprintf(stderr, "vtop: --snapshot: %s%s%s\n", clean, what ? ": " : "", what ? what : "");
    g_free(clean);
    return 1;
}

/* ---- from when to when ---- */

/* Without --since: an hour, up to --until or to the end. */
static bool find_range(const struct options *o, struct recording *r, struct replay_range *out)
{
    struct recording_mark last = {0};

    if (!replay_find_range(o, r, out))
        return false;
    recording_mark(r, recording_count(r) - 1, &last);
    if (!o->since)
        out->since_ns = MIN(out->until_ns, last.wall_ns) - USUAL_NS;
    return true;
}

/* ---- writing ---- */

static void flush_bytes(struct snapshot *s)
{
    fwrite(s->bytes->data, 1, s->bytes->len, s->to);
    g_byte_array_set_size(s->bytes, 0);
}

static void end_block(struct snapshot *s)
{
    g_byte_array_set_size(s->bytes, 0); /* the frames are in the block */
    encoder_block(s->encoder, s->bytes);
    flush_bytes(s);
    rewriter_forget(s->rewriter);
}

static void end_session(struct snapshot *s)
{
    if (s->encoder && encoder_ticks(s->encoder))
        end_block(s);
    encoder_free(s->encoder);
    s->encoder = NULL;
}

static void begin_session(struct snapshot *s, const struct recording_mark *mark)
{
    char *host = s->disguise ? disguise_text(s->disguise, mark->host) : g_strdup(mark->host);
    char *boot = s->disguise ? disguise_text(s->disguise, mark->boot_id) : g_strdup(mark->boot_id);
    struct encoder_config config = {.session = mark->session, .host = host};

    g_strlcpy(config.boot_id, boot, sizeof(config.boot_id));
    s->encoder = encoder_new(&config);
    s->session = mark->session;
    g_byte_array_set_size(s->bytes, 0);
    encoder_head(s->encoder, s->bytes);
    flush_bytes(s);
    g_free(host);
    g_free(boot);
}

static void add_tick(struct snapshot *s, const struct recording_mark *mark,
                     const struct record_tick *tick)
{
    struct record_tick *own = rewriter_tick(s->rewriter, tick);

    if (s->encoder && s->session != mark->session)
        end_session(s);
    if (!s->encoder)
        begin_session(s, mark);
    g_byte_array_set_size(s->bytes, 0);
    encoder_frame(s->encoder, own, s->bytes);
    s->ticks++;
    if (encoder_is_full(s->encoder))
        end_block(s);
    record_tick_free(own);
}

/* Ticks before the first one are there, too: rates are differences. */
static void add_range(struct snapshot *s, const struct replay_range *range)
{
    size_t first = recording_find(s->from, range->since_ns);

    first = first == SIZE_MAX ? 0 : first - MIN(first, TICKS_BEFORE);
    for (size_t i = first; i < recording_count(s->from); i++) {
        struct recording_mark mark;
        if (!recording_mark(s->from, i, &mark) || mark.wall_ns > range->until_ns)
            continue;
        struct record_tick *tick = recording_tick(s->from, i);
        if (tick)
            add_tick(s, &mark, tick);
        record_tick_free(tick);
    }
    end_session(s);
}

static int write_snapshot(struct snapshot *s, const char *path, const struct replay_range *range)
{
    int error = 0;

    add_range(s, range);
    if (fflush(s->to) != 0 || ferror(s->to) || fsync(fileno(s->to)) < 0)
        error = errno ? errno : EIO;
    if (error == 0 && s->ticks)
        return 0;
    unlink(path);
    return error ? complain(path, g_strerror(error)) : complain("nothing can be read there", NULL);
}

/* A file that is there is not overwritten. */
static FILE *make_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

    if (!f)
        complain(path, g_strerror(errno));
    return f;
}

static void say_damage(const struct recording *r)
{
    const GPtrArray *lines = recording_damage(r);

    for (guint i = 0; i < lines->len; i++)
        complain(g_ptr_array_index(lines, i), NULL);
}

static int run(const struct options *o, struct snapshot *s)
{
    struct replay_range range;

    if (!find_range(o, s->from, &range))
        return 1;
    if (o->anonymize && !(s->disguise = disguise_new()))
        return complain("there are no random numbers", NULL);
    s->to = make_file(o->snapshot);
    if (!s->to)
        return 1;
    s->rewriter = rewriter_new(s->disguise);
    s->bytes = g_byte_array_new();
    int status = write_snapshot(s, o->snapshot, &range);
    say_damage(s->from);
    rewriter_free(s->rewriter);
    g_byte_array_free(s->bytes, TRUE);
    fclose(s->to);
    return status;
}

int snapshot_run(const struct options *o)
{
    char *path = o->replay_path ? g_strdup(o->replay_path) : record_default_dir(), *error = NULL;
    struct snapshot s = {.from = recording_open(path, &error)};
    int status = s.from ? run(o, &s) : complain(error, NULL);

    disguise_free(s.disguise);
    recording_close(s.from);
    g_free(error);
    g_free(path);
    return status;
}
