/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/recording.h"

#include "record/block.h"
#include "record/segment.h"
#include "record/store.h"

#include <errno.h>
#include <sys/stat.h>

/* A block, or frames from one that stands by itself to the next. */
struct stretch {
    struct segment *segment;
    guint chunk, chunks; /* of the segment */
    const struct glossary *names;
    bool block;
    guint skip;          /* ticks at its begin that an earlier unit has, too */
    guint ticks;         /* after these */
    size_t first;        /* number of the first of them */
    int64_t wall_ns;     /* of that */
};

/* A unit that was decoded. */
struct decoded {
    guint unit; /* G_MAXUINT: none */
    GPtrArray *ticks; /* struct record_tick *, owned: from the first that is not skipped; those that
                         are damaged are missing at the end */
};

struct recording {
    char *path;
    bool directory;
    GPtrArray *segments; /* struct segment *, in order */
    GArray *units;
    size_t count;
    struct outline_serials *serials;
    struct decoded decoded[2]; /* the last one used comes first */
    guint timed;               /* the unit of TIMES; G_MAXUINT: none */
    GArray *times;             /* struct tick_time, skipped ones included */
    GPtrArray *damage;         /* char *: borrowed from the segments */
};

static struct stretch *unit_at(const struct recording *r, guint i)
{
    return &g_array_index(r->units, struct stretch, i);
}

static const struct segment_chunk *chunk_of(const struct stretch *u, guint i)
{
    return &g_array_index(u->segment->chunks, struct segment_chunk, u->chunk + i);
}

/* ---- units ---- */

static void forget_decoded(struct recording *r)
{
    for (size_t i = 0; i < G_N_ELEMENTS(r->decoded); i++) {
        if (r->decoded[i].ticks)
            g_ptr_array_free(r->decoded[i].ticks, TRUE);
        r->decoded[i] = (struct decoded){.unit = G_MAXUINT};
    }
    if (r->times)
        g_array_free(r->times, TRUE);
    r->times = NULL;
    r->timed = G_MAXUINT;
}

/* The last seq of each session so far. */
static bool is_new(GHashTable *last, uint64_t session, uint64_t seq)
{
    const uint64_t *before = g_hash_table_lookup(last, &session);

    return !before || seq > *before;
}

static void note_last(GHashTable *last, uint64_t session, uint64_t seq)
{
    g_hash_table_replace(last, g_memdup2(&session, sizeof(session)),
                         g_memdup2(&seq, sizeof(seq)));
}

static void add_block(struct recording *r, struct segment *s, guint at, GHashTable *last)
{
    const struct segment_chunk *c = &g_array_index(s->chunks, struct segment_chunk, at);
    struct stretch u = {.segment = s,
                     .chunk = at,
                     .chunks = 1,
                     .names = c->names,
                     .block = true,
                     .ticks = c->ticks,
                     .wall_ns = c->first.wall_ns};

    if (!is_new(last, c->names->session, c->last.seq))
        return;
    if (!is_new(last, c->names->session, c->first.seq)) {
        GArray *times = segment_times(s, c);
        while (times && u.skip < times->len &&
               !is_new(last, c->names->session,
                       g_array_index(times, struct tick_time, u.skip).seq))
            u.skip++;
        if (times && u.skip < times->len)
            u.wall_ns = g_array_index(times, struct tick_time, u.skip).wall_ns;
        if (times)
            g_array_free(times, TRUE);
        u.ticks = c->ticks - MIN(u.skip, c->ticks);
    }
    note_last(last, c->names->session, c->last.seq);
    if (u.ticks)
        g_array_append_val(r->units, u);
}

/* A frame of a new unit, or one more of the last. */
static void add_frame(struct recording *r, struct segment *s, guint at, GHashTable *last)
{
    const struct segment_chunk *c = &g_array_index(s->chunks, struct segment_chunk, at);
    struct stretch *u = r->units->len ? unit_at(r, r->units->len - 1) : NULL;
    bool new = is_new(last, c->names->session, c->first.seq);
    bool follows = u && !u->block && u->segment == s && u->names == c->names &&
                   u->chunk + u->chunks == at && !c->gap;

    if (c->alone) {
        struct stretch next = {.segment = s, .chunk = at, .names = c->names};
        g_array_append_val(r->units, next);
        u = unit_at(r, r->units->len - 1);
    } else if (!follows) {
        return; /* the frames that it builds on are missing */
    }
    u->chunks++;
    u->skip += !new;
    u->ticks += new;
    if (new && u->ticks == 1)
        u->wall_ns = c->first.wall_ns;
    if (new)
        note_last(last, c->names->session, c->first.seq);
}

static void list_units(struct recording *r)
{
    GHashTable *last = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);

    forget_decoded(r);
    g_array_set_size(r->units, 0);
    for (guint i = 0; i < r->segments->len; i++) {
        struct segment *s = g_ptr_array_index(r->segments, i);
        for (guint c = 0; c < s->chunks->len; c++)
            if (g_array_index(s->chunks, struct segment_chunk, c).chunk.type == CHUNK_BLOCK)
                add_block(r, s, c, last);
            else
                add_frame(r, s, c, last);
    }
    r->count = 0;
    for (guint i = 0; i < r->units->len; i++) {
        unit_at(r, i)->first = r->count;
        r->count += unit_at(r, i)->ticks;
    }
    g_hash_table_destroy(last);
}

/* ---- files ---- */

/* Segments by name, which begins with their time; the open block is the newest. */
static int compare_names(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    bool x_open = g_str_has_suffix(x, STORE_OPEN_FILE), y_open = g_str_has_suffix(y, STORE_OPEN_FILE);

    return x_open != y_open ? x_open - y_open : strcmp(x, y);
}

static GPtrArray *paths_of(const struct recording *r)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = r->directory ? g_dir_open(r->path, 0, NULL) : NULL;
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        if (g_str_has_suffix(name, STORE_SUFFIX))
            g_ptr_array_add(paths, g_build_filename(r->path, name, NULL));
    if (dir)
        g_dir_close(dir);
    if (!r->directory)
        g_ptr_array_add(paths, g_strdup(r->path));
    g_ptr_array_sort(paths, compare_names);
    return paths;
}

/* The segment that is this file, by whatever name; it leaves the list. */
static struct segment *take_known(GPtrArray *segments, const struct stat *st)
{
    for (guint i = 0; i < segments->len; i++) {
        const struct segment *s = g_ptr_array_index(segments, i);
        if (s->inode == st->st_ino && s->device == st->st_dev)
            return g_ptr_array_steal_index(segments, i);
    }
    return NULL;
}

static void release_segment(void *s)
{
    segment_close(s);
}

/* True when something is new or gone. *ERROR: of a file that cannot be opened. */
static bool look_for_files(struct recording *r, int *error)
{
    GPtrArray *paths = paths_of(r), *before = r->segments;
    bool changed = false;

    r->segments = g_ptr_array_new_with_free_func(release_segment);
    for (guint i = 0; i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);
        struct stat st;
        struct segment *s = stat(path, &st) == 0 ? take_known(before, &st) : NULL;
        if (!s) {
            s = segment_open(path);
            *error = s ? *error : errno;
            changed = true;
        } else if (strcmp(s->path, path) != 0) {
            g_free(s->path);
            s->path = g_strdup(path);
        }
        if (s) {
            changed |= segment_scan(s);
            g_ptr_array_add(r->segments, s);
        }
    }
    changed |= before->len > 0;
    g_ptr_array_free(before, TRUE);
    g_ptr_array_free(paths, TRUE);
    return changed;
}

bool recording_refresh(struct recording *r)
{
    int error = 0;

    if (!look_for_files(r, &error))
        return false;
    list_units(r);
    return true;
}

/* Why there is nothing to see. */
static char *explain(const struct recording *r, int error)
{
    for (guint i = 0; i < r->segments->len; i++) {
        const struct segment *s = g_ptr_array_index(r->segments, i);
        if (s->damage->len)
            return g_strdup(g_ptr_array_index(s->damage, 0));
    }
    if (error)
        return g_strdup_printf("%s: %s", r->path, g_strerror(error));
    return r->directory
               ? g_strdup_printf("%s: there is no recording in this directory", r->path)
               : g_strdup_printf("%s: the recording is empty", r->path);
}

struct recording *recording_open(const char *path, char **error)
{
    struct recording *r = g_new0(struct recording, 1);
    struct stat st;
    int failed = stat(path, &st) < 0 ? errno : 0;

    r->path = g_strdup(path);
    r->directory = !failed && S_ISDIR(st.st_mode);
    r->segments = g_ptr_array_new_with_free_func(release_segment);
    r->units = g_array_new(FALSE, FALSE, sizeof(struct stretch));
    r->serials = outline_serials_new();
    r->damage = g_ptr_array_new();
    forget_decoded(r);
    if (!failed)
        look_for_files(r, &failed);
    list_units(r);
    if (r->count)
        return r;
    *error = explain(r, failed);
    recording_close(r);
    return NULL;
}

void recording_close(struct recording *r)
{
    if (!r)
        return;
    forget_decoded(r);
    g_array_free(r->units, TRUE);
    g_ptr_array_free(r->segments, TRUE);
    g_ptr_array_free(r->damage, TRUE);
    outline_serials_free(r->serials);
    g_free(r->path);
    g_free(r);
}

size_t recording_count(const struct recording *r)
{
    return r->count;
}

/* ---- times ---- */

/* The unit of tick AT, which exists. */
static guint unit_of(const struct recording *r, size_t at)
{
    guint low = 0, high = r->units->len - 1;

    while (low < high) {
        guint middle = low + (high - low + 1) / 2;
        if (unit_at(r, middle)->first <= at)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

static GArray *read_times(const struct stretch *u)
{
    GArray *times;

    if (u->block)
        return segment_times(u->segment, chunk_of(u, 0));
    times = g_array_new(FALSE, FALSE, sizeof(struct tick_time));
    for (guint i = 0; i < u->chunks; i++)
        g_array_append_val(times, chunk_of(u, i)->first);
    return times;
}

/* The times of a unit, skipped ticks included; NULL: damaged. */
static const GArray *times_of(struct recording *r, guint unit)
{
    if (r->timed == unit && r->times)
        return r->times;
    if (r->times)
        g_array_free(r->times, TRUE);
    r->times = read_times(unit_at(r, unit));
    r->timed = unit;
    return r->times;
}

bool recording_mark(struct recording *r, size_t at, struct recording_mark *out)
{
    if (at >= r->count)
        return false;
    guint unit = unit_of(r, at);
    const struct stretch *u = unit_at(r, unit);
    const GArray *times = times_of(r, unit);
    guint i = (guint)(at - u->first) + u->skip;

    if (!times || i >= times->len)
        return false;
    const struct tick_time *t = &g_array_index(times, struct tick_time, i);
    *out = (struct recording_mark){.session = u->names->session,
                                   .seq = t->seq,
                                   .mono_ns = t->mono_ns,
                                   .wall_ns = t->wall_ns,
                                   .boot_id = u->names->boot_id,
                                   .host = u->names->host};
    return true;
}

/* Clocks may have been set back: the last unit that begins early enough counts. */
size_t recording_find(struct recording *r, int64_t wall_ns)
{
    for (guint i = r->units->len; i-- > 0;) {
        const struct stretch *u = unit_at(r, i);
        if (u->wall_ns > wall_ns)
            continue;
        const GArray *times = times_of(r, i);
        for (guint t = u->skip + u->ticks; times && t-- > u->skip;)
            if (t < times->len && g_array_index(times, struct tick_time, t).wall_ns <= wall_ns)
                return u->first + (t - u->skip);
        return u->first;
    }
    return SIZE_MAX;
}

size_t recording_locate(struct recording *r, uint64_t session, uint64_t seq)
{
    for (guint i = 0; i < r->units->len; i++) {
        const struct stretch *u = unit_at(r, i);
        if (u->names->session != session || chunk_of(u, u->chunks - 1)->last.seq < seq)
            continue;
        const GArray *times = times_of(r, i);
        for (guint t = u->skip; times && t < u->skip + u->ticks && t < times->len; t++)
            if (g_array_index(times, struct tick_time, t).seq >= seq)
                return u->first + (t - u->skip);
    }
    return SIZE_MAX;
}

/* ---- ticks ---- */

static void free_tick(void *t)
{
    record_tick_free(t);
}

static GPtrArray *decode_frames(struct recording *r, const struct stretch *u)
{
    GPtrArray *ticks = g_ptr_array_new_with_free_func(free_tick);
    GPtrArray *chain = outline_chain_new();

    for (guint i = 0; i < u->chunks; i++) {
        const struct segment_chunk *c = chunk_of(u, i);
        uint8_t *payload = segment_payload(u->segment, c);
        struct frame f;
        struct record_tick *tick = payload && frame_open(&f, payload, c->chunk.length)
                                       ? frame_decode(&f, u->names, r->serials, chain)
                                       : NULL;
        g_free(payload);
        if (!tick) {
            segment_complain(u->segment, c->at - CHUNK_HEAD, "this part is damaged");
            break; /* the next ones build on it */
        }
        g_ptr_array_add(ticks, tick);
    }
    g_ptr_array_free(chain, TRUE);
    return ticks;
}

static GPtrArray *decode_block(struct recording *r, const struct stretch *u)
{
    const struct segment_chunk *c = chunk_of(u, 0);
    uint8_t *payload = segment_payload(u->segment, c);
    GPtrArray *ticks =
        payload ? block_decode(payload, c->chunk.length, u->names, r->serials) : NULL;

    g_free(payload);
    if (ticks)
        return ticks;
    segment_complain(u->segment, c->at - CHUNK_HEAD, "this part is damaged");
    return g_ptr_array_new_with_free_func(free_tick);
}

static GPtrArray *decode(struct recording *r, guint unit)
{
    const struct stretch *u = unit_at(r, unit);
    GPtrArray *ticks = u->block ? decode_block(r, u) : decode_frames(r, u);

    if (u->skip)
        g_ptr_array_remove_range(ticks, 0, MIN(u->skip, ticks->len));
    return ticks;
}

static const GPtrArray *decoded_unit(struct recording *r, guint unit)
{
    struct decoded *d = r->decoded;

    if (d[0].unit == unit)
        return d[0].ticks;
    struct decoded first = d[1];
    if (first.unit != unit) {
        if (first.ticks)
            g_ptr_array_free(first.ticks, TRUE);
        first = (struct decoded){.unit = unit, .ticks = decode(r, unit)};
    }
    d[1] = d[0];
    d[0] = first;
    return first.ticks;
}

static struct record_tick *copy_tick(const struct record_tick *t)
{
    struct record_tick *copy = record_tick_new();
    GPtrArray *samples = copy->samples;

    *copy = *t;
    copy->samples = samples;
    for (guint i = 0; i < t->samples->len; i++)
        g_ptr_array_add(samples, sample_ref(g_ptr_array_index(t->samples, i)));
    return copy;
}

struct record_tick *recording_tick(struct recording *r, size_t at)
{
    if (at >= r->count)
        return NULL;
    guint unit = unit_of(r, at);
    const GPtrArray *ticks = decoded_unit(r, unit);
    size_t i = at - unit_at(r, unit)->first;

    return i < ticks->len ? copy_tick(g_ptr_array_index(ticks, i)) : NULL;
}

/* ---- what there is ---- */

const GPtrArray *recording_damage(const struct recording *r)
{
    g_ptr_array_set_size(r->damage, 0);
    for (guint i = 0; i < r->segments->len; i++) {
        const struct segment *s = g_ptr_array_index(r->segments, i);
        for (guint d = 0; d < s->damage->len; d++)
            g_ptr_array_add(r->damage, g_ptr_array_index(s->damage, d));
    }
    return r->damage;
}

bool recording_file(const struct recording *r, size_t i, struct recording_file *out)
{
    if (i >= r->segments->len)
        return false;
    const struct segment *s = g_ptr_array_index(r->segments, i);
    *out = (struct recording_file){
        .path = s->path, .bytes = s->bytes, .complete = s->scanned};
    return true;
}

bool recording_unit(const struct recording *r, size_t i, struct recording_unit *out)
{
    if (i >= r->units->len)
        return false;
    const struct stretch *u = unit_at(r, (guint)i);
    *out = (struct recording_unit){.first = u->first,
                                   .count = u->ticks,
                                   .session = u->names->session,
                                   .boot_id = u->names->boot_id,
                                   .host = u->names->host,
                                   .program = u->names->program,
                                   .block = u->block};
    out->first_wall_ns = u->wall_ns;
    out->last_wall_ns = chunk_of(u, u->chunks - 1)->last.wall_ns;
    for (guint c = 0; c < u->chunks; c++)
        out->bytes += chunk_of(u, c)->chunk.length + CHUNK_HEAD;
    return true;
}
