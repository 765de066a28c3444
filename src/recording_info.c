/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "recording_info.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/when.h"
#include "record/recording.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What is later than this many intervals was not recorded in between. */
enum { GAP_INTERVALS = 3 };

/* What was found while all ticks were read, in the order of time. */
struct findings {
    struct recording_mark last;
    bool any;
    int64_t interval_ns; /* of the tick before */
    size_t lost;         /* ticks that cannot be read */
    uint64_t guests;     /* summed over ticks */
    size_t most_guests;
};

static void say(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void say(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *line = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    char *clean = text_clean(line, -1);
    puts(clean);
    g_free(clean);
    g_free(line);
}

static char *long_time(int64_t ns)
{
    int64_t s = ns / CLOCK_NS_PER_S;

    if (s < 3600)
        return g_strdup_printf("%" PRId64 "m%02ds", s / 60, (int)(s % 60));
    return g_strdup_printf("%" PRId64 "h%02dm", s / 3600, (int)(s / 60 % 60));
}

/* ---- files and sessions ---- */

static uint64_t say_files(const struct recording *r)
{
    struct recording_file f;
    uint64_t bytes = 0;

    for (size_t i = 0; recording_file(r, i, &f); i++) {
        say("file      %s  %" PRIu64 " bytes", f.path, f.bytes);
        bytes += f.bytes;
    }
    return bytes;
}

static void say_session(struct recording *r, const struct recording_unit *u, size_t count)
{
    struct recording_mark first, last;

    if (!recording_mark(r, u->first, &first) || !recording_mark(r, u->first + count - 1, &last))
        return;
    char *from = when_format(first.wall_ns), *to = when_format(last.wall_ns);
    say("session   %016" PRIx64 "  host %s  boot %s  %s", u->session, *u->host ? u->host : "-",
        *u->boot_id ? u->boot_id : "-", u->program);
    say("          %s to %s  %zu samples", from, to, count);
    g_free(from);
    g_free(to);
}

/* Units of one session follow each other. */
static void say_sessions(struct recording *r)
{
    struct recording_unit u, first = {0};
    size_t count = 0;

    for (size_t i = 0; recording_unit(r, i, &u); i++) {
        if (count && u.session != first.session) {
            say_session(r, &first, count);
            count = 0;
        }
        if (!count)
            first = u;
        count += u.count;
    }
    if (count)
        say_session(r, &first, count);
}

/* ---- samples ---- */

static size_t guests_of(const struct record_tick *t)
{
    GHashTable *guests = g_hash_table_new(g_int64_hash, g_int64_equal);
    size_t count;

    for (guint i = 0; i < t->samples->len; i++) {
        const struct sample *s = g_ptr_array_index(t->samples, i);
        for (guint n = 0; n < s->records->len; n++) {
            const struct record *r = g_ptr_array_index(s->records, n);
            if (r->ident->kind == KIND_GUEST && !r->ident->companion)
                g_hash_table_add(guests, &r->ident->serial);
        }
    }
    count = g_hash_table_size(guests);
    g_hash_table_destroy(guests);
    return count;
}

static void say_gap(const struct findings *f, const struct recording_mark *now)
{
    bool same = now->session == f->last.session;
    int64_t ns = same ? now->mono_ns - f->last.mono_ns : now->wall_ns - f->last.wall_ns;
    bool rebooted = !same && strcmp(now->boot_id, f->last.boot_id) != 0;
    bool missing = same && now->seq - f->last.seq > 1;
    bool late = f->interval_ns > 0 && ns / GAP_INTERVALS > f->interval_ns;

    if (!missing && !late && !rebooted)
        return;
    char *from = when_format(f->last.wall_ns), *length = long_time(MAX(ns, 0));
    say("%-9s %s  %s%s", rebooted ? "reboot" : "gap", from, length,
        missing ? "  samples are missing" : "");
    g_free(from);
    g_free(length);
}

static void take_tick(struct findings *f, const struct recording_mark *mark,
                      const struct record_tick *t)
{
    size_t guests = guests_of(t);

    if (f->any)
        say_gap(f, mark);
    f->any = true;
    f->last = *mark;
    f->guests += guests;
    f->most_guests = MAX(f->most_guests, guests);
    if (t->samples->len)
        f->interval_ns = ((const struct sample *)g_ptr_array_index(t->samples, 0))->interval_ns;
}

static void read_all(struct recording *r, struct findings *f)
{
    for (size_t i = 0; i < recording_count(r); i++) {
        struct recording_mark mark;
        struct record_tick *t = recording_mark(r, i, &mark) ? recording_tick(r, i) : NULL;
        if (t)
            take_tick(f, &mark, t);
        else
            f->lost++;
        record_tick_free(t);
    }
}

/* ---- damage ---- */

static bool say_damage(const struct recording *r, const struct findings *f)
{
    const GPtrArray *lines = recording_damage(r);
    struct recording_file file;
    bool whole = !lines->len && !f->lost;

    for (guint i = 0; i < lines->len; i++)
        say("damage    %s", (const char *)g_ptr_array_index(lines, i));
    for (size_t i = 0; recording_file(r, i, &file); i++)
        if (file.complete < file.bytes) {
            say("damage    %s: at byte %" PRIu64 ": the last %" PRIu64 " bytes are not complete",
                file.path, file.complete, file.bytes - file.complete);
            whole = false;
        }
    if (f->lost)
        say("damage    %zu samples cannot be read", f->lost);
    return whole;
}

int recording_info_run(const char *path)
{
    char *error = NULL;
    struct recording *r = recording_open(path, &error);
    struct findings f = {0};

    if (!r) {
        char *clean = text_clean(error, -1);
        fprintf(stderr, "vtop: --recording-info: %s\n", clean);
        g_free(clean);
        g_free(error);
        return 1;
    }
    uint64_t bytes = say_files(r);
    say_sessions(r);
    read_all(r, &f);
    size_t samples = recording_count(r) - f.lost;
    say("samples   %zu, of up to %zu guests", samples, f.most_guests);
    if (f.guests)
        say("size      %.1f bytes per guest and sample", (double)bytes / (double)f.guests);
    bool whole = say_damage(r, &f);
    say("%s", whole ? "complete" : "damaged");
    recording_close(r);
    return whole ? 0 : 1;
}
