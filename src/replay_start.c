/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "replay_start.h"

#include "base/clock.h"
#include "base/text.h"
#include "feed/feed_replay.h"
#include "feed/feed_stream.h"
#include "record/recording.h"
#include "record_start.h"
#include "base/when.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define DEFAULT_DIR_MISSING                                                                        \
    " (nothing has been recorded there: vtop --record does, or the service vtop-record)"

static void complain(const char *line, const char *rest)
{
    char *clean = text_clean(line, -1);

    fprintf(stderr, "vtop: --replay: %s%s\n", clean, rest);
    g_free(clean);
}

static struct recording *open_recording(const char *path, bool is_default)
{
    char *error = NULL;
    struct recording *r = recording_open(path, &error);

    if (!r)
        complain(error, is_default ? DEFAULT_DIR_MISSING : "");
    g_free(error);
    return r;
}

/* Times are typed, and printed, in milliseconds: a sample within this one counts. */
static int64_t to_its_end(int64_t ns)
{
    return ns == INT64_MIN || ns == INT64_MAX ? ns : ns + CLOCK_NS_PER_MS - 1;
}

/* A time that must lie in the recording. */
static bool place(const char *option, const char *text, const struct recording_mark *first,
                  const struct recording_mark *last, int64_t *out)
{
    char *from, *to;

    if (!text || (when_parse(text, first->wall_ns, last->wall_ns, out) &&
                  to_its_end(*out) >= first->wall_ns && *out <= last->wall_ns))
        return true;
    from = when_format(first->wall_ns);
    to = when_format(last->wall_ns);
    fprintf(stderr, "vtop: --%s: '%s' is outside of the recording, which goes from %s to %s\n",
            option, text, from, to);
    g_free(from);
    g_free(to);
    return false;
}

bool replay_find_range(const struct options *o, struct recording *r, struct replay_range *out)
{
    struct recording_mark first = {0}, last = {0}, at;

    recording_mark(r, 0, &first);
    recording_mark(r, recording_count(r) - 1, &last);
    out->since_ns = INT64_MIN;
    out->until_ns = INT64_MAX;
    if (!place("at", o->at, &first, &last, &out->since_ns))
        return false;
    if (o->at && recording_mark(r, recording_find(r, to_its_end(out->since_ns)), &at))
        out->since_ns = at.wall_ns; /* of the sample that was on the screen then */
    if (!place("since", o->since, &first, &last, &out->since_ns) ||
        !place("until", o->until, &first, &last, &out->until_ns))
        return false;
    out->until_ns = to_its_end(out->until_ns);
    return true;
}

/* Where the feed begins: a screen at the end, unless another time is given. */
static int64_t begin_of(const struct options *o, const struct replay_range *range)
{
    bool screen = !o->batch && !o->summary && !o->advise;

    return screen && !o->at ? INT64_MAX : range->since_ns;
}

/* Standard input becomes the terminal, from which a screen reads keys. */
static int take_standard_input(void)
{
    int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);

    if (tty >= 0) {
        dup2(tty, STDIN_FILENO);
        close(tty);
    }
    return fd;
}

static bool start_stream(const struct options *o, struct replay_range *out)
{
    if (o->since || o->until || o->at) {
        fprintf(stderr, "vtop: --replay=-: one cannot go to a time in a pipe\n");
        return false;
    }
    if (isatty(STDIN_FILENO)) {
        fprintf(stderr, "vtop: --replay=-: standard input is a terminal; the recording comes "
                        "through a pipe\n");
        return false;
    }
    out->stream = true;
    out->name = g_strdup("standard input");
    out->feed = feed_stream_open(take_standard_input());
    return true;
}

bool replay_say_end(const struct replay_range *range)
{
    const char *error = range->stream ? feed_stream_error(range->feed) : NULL;

    if (error)
        complain(error, "");
    return !error;
}

bool replay_start(const struct options *o, struct replay_range *out)
{
    *out = (struct replay_range){.since_ns = INT64_MIN, .until_ns = INT64_MAX};
    if (!o->replay)
        return true;
    if (g_strcmp0(o->replay_path, "-") == 0)
        return start_stream(o, out);
    out->name = o->replay_path ? g_strdup(o->replay_path) : record_default_dir();
    struct recording *r = open_recording(out->name, !o->replay_path);
    if (r && replay_find_range(o, r, out)) {
        out->feed = feed_replay_open(r, begin_of(o, out));
        return true;
    }
    recording_close(r);
    g_clear_pointer(&out->name, g_free);
    return false;
}

bool replay_start_window(const struct options *o, const char *option, const char *end,
                         int64_t window_ns, struct replay_range *out)
{
    struct recording_mark first = {0}, last = {0};

    *out = (struct replay_range){.name = o->replay_path ? g_strdup(o->replay_path)
                                                        : record_default_dir()};
    struct recording *r = open_recording(out->name, !o->replay_path);
    if (r) {
        recording_mark(r, 0, &first);
        recording_mark(r, recording_count(r) - 1, &last);
    }
    if (r && place(option, end, &first, &last, &out->until_ns)) {
        out->since_ns = out->until_ns - window_ns;
        out->until_ns = to_its_end(out->until_ns);
        out->feed = feed_replay_open(r, out->since_ns);
        return true;
    }
    recording_close(r);
    g_clear_pointer(&out->name, g_free);
    return false;
}
