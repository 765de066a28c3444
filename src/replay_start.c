/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "replay_start.h"

#include "base/text.h"
#include "feed/feed_replay.h"
#include "record/recording.h"
#include "record_start.h"
#include "base/when.h"

#include <stdio.h>

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

/* A time that must lie in the recording. */
static bool place(const char *option, const char *text, const struct recording_mark *first,
                  const struct recording_mark *last, int64_t *out)
{
    char *from, *to;

    if (!text || (when_parse(text, first->wall_ns, last->wall_ns, out) &&
                  *out >= first->wall_ns && *out <= last->wall_ns))
        return true;
    from = when_format(first->wall_ns);
    to = when_format(last->wall_ns);
    fprintf(stderr, "vtop: --%s: '%s' is outside of the recording, which goes from %s to %s\n",
            option, text, from, to);
    g_free(from);
    g_free(to);
    return false;
}

static bool find_range(const struct options *o, struct recording *r, struct replay_range *out)
{
    struct recording_mark first = {0}, last = {0};

    recording_mark(r, 0, &first);
    recording_mark(r, recording_count(r) - 1, &last);
    out->since_ns = INT64_MIN;
    out->until_ns = INT64_MAX;
    if (!place("at", o->at, &first, &last, &out->since_ns))
        return false;
    if (o->at && recording_mark(r, recording_find(r, out->since_ns), &first))
        out->since_ns = first.wall_ns; /* of the sample that was on the screen then */
    return place("since", o->since, &first, &last, &out->since_ns) &&
           place("until", o->until, &first, &last, &out->until_ns);
}

/* Where the feed begins: a screen at the end, unless another time is given. */
static int64_t begin_of(const struct options *o, const struct replay_range *range)
{
    bool screen = !o->batch && !o->summary && !o->advise;

    return screen && !o->at ? INT64_MAX : range->since_ns;
}

bool replay_start(const struct options *o, struct replay_range *out)
{
    *out = (struct replay_range){.since_ns = INT64_MIN, .until_ns = INT64_MAX};
    if (!o->replay)
        return true;
    out->name = o->replay_path ? g_strdup(o->replay_path) : record_default_dir();
    struct recording *r = open_recording(out->name, !o->replay_path);
    if (r && find_range(o, r, out)) {
        out->feed = feed_replay_open(r, begin_of(o, out));
        return true;
    }
    recording_close(r);
    g_clear_pointer(&out->name, g_free);
    return false;
}
