/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What is recorded comes back: every facet, reading, reason and label, from frames and from blocks,
 * from a file, a directory and in pieces. */
#include <config.h>

#include "record/encoder.h"
#include "record/recorder.h"
#include "record/recording.h"
#include "record/rows.h"

#include "base/clock.h"
#include "collect/demo/demo.h"
#include "model/catalogue.h"
#include "model/pack.h"

#include <glib/gstdio.h>
#include <inttypes.h>
#include <unistd.h>

#define MONO (INT64_C(5000) * CLOCK_NS_PER_S)
#define WALL (INT64_C(1796040000) * CLOCK_NS_PER_S)

static const struct encoder_config CONFIG = {
    .session = 0x1234, .boot_id = "c0ffee00-1111-2222-3333-444444444444", .host = "kvm7"};

/* ---- a tick as text ---- */

/* Serials differ between two processes: they are numbered as they occur. */
static int name_serial(GHashTable *serials, uint64_t serial)
{
    gpointer number = g_hash_table_lookup(serials, GSIZE_TO_POINTER(serial));

    if (!number) {
        number = GINT_TO_POINTER((int)g_hash_table_size(serials) + 1);
        g_hash_table_insert(serials, GSIZE_TO_POINTER(serial), number);
    }
    return serial ? GPOINTER_TO_INT(number) : 0;
}

static void tell_ident(GString *to, GHashTable *serials, const struct ident *i)
{
    char *aliases = g_strjoinv(",", i->alias);

    g_string_append_printf(to, "%s %s #%d of #%d key %s alias %s outer %s pid %d companion %d %s|%s|%s|%s",
                           kind_name((enum kind)i->kind), guest_type_name((enum guest_type)i->type),
                           name_serial(serials, i->serial), name_serial(serials, i->owner), i->key,
                           aliases, i->outer, (int)i->pid, i->companion, i->name, i->id, i->group,
                           i->image);
    g_free(aliases);
}

static void tell_record(GString *to, GHashTable *serials, const struct record *r)
{
    g_string_append_printf(to, "  %s at %" PRId64 " interval %" PRId64 " of ",
                           facet_name((enum facet)r->facet), r->read_ns, r->interval_ns);
    tell_ident(to, serials, r->ident);
    for (enum reading i = facet_begin((enum facet)r->facet); i < facet_end((enum facet)r->facet);
         i++) {
        uint64_t value = 0;
        bool known = record_get(r, i, &value);
        g_string_append_printf(to, " %s=%s", reading_name(i),
                               known ? "" : reason_name(record_reason(r, i)));
        if (known)
            g_string_append_printf(to, "%" PRIu64, value);
    }
    g_string_append_c(to, '\n');
}

static void tell_sample(GString *to, GHashTable *serials, const struct sample *s)
{
    g_string_append_printf(to, " source %u complete %d still %d interval %" PRId64
                               " suspended %" PRId64 " host ",
                           s->source, s->complete, s->still, s->interval_ns, s->suspended_ns);
    if (s->host)
        tell_ident(to, serials, s->host);
    for (guint i = 0; i < s->statuses->len; i++) {
        const struct source_status *status = &g_array_index(s->statuses, struct source_status, i);
        g_string_append_printf(to, " [%s %s %s %" PRId64 "]", status->name, status->message,
                               source_state_name(status->state), status->since_ns);
    }
    g_string_append_c(to, '\n');
    for (guint i = 0; i < s->records->len; i++)
        tell_record(to, serials, g_ptr_array_index(s->records, i));
}

static char *tell(const struct record_tick *t, GHashTable *serials)
{
    GString *to = g_string_new(NULL);

    g_string_append_printf(to, "%" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 "\n", t->session,
                           t->seq, t->mono_ns, t->wall_ns);
    for (guint i = 0; i < t->samples->len; i++)
        tell_sample(to, serials, g_ptr_array_index(t->samples, i));
    return g_string_free(to, FALSE);
}

/* ---- what is recorded ---- */

static struct record_tick *tick_of(uint64_t seq, int64_t mono_ns)
{
    struct record_tick *t = record_tick_new();

    t->session = CONFIG.session;
    t->seq = seq;
    t->mono_ns = mono_ns;
    t->wall_ns = WALL + (mono_ns - MONO);
    return t;
}

static void free_tick(void *t)
{
    record_tick_free(t);
}

static GPtrArray *demo_ticks(unsigned guests, unsigned count)
{
    GPtrArray *ticks = g_ptr_array_new_with_free_func(free_tick);
    struct demo_config config = demo_config_for(guests);
    struct demo *demo = demo_new(&config);
    struct demand demand = {.needs = NEED_ALL & ~(unsigned)NEED_PARTS,
                            .interval_ns = 5 * CLOCK_NS_PER_S};

    for (unsigned i = 0; i < count; i++) {
        int64_t now_ns = MONO + (int64_t)i * 5 * CLOCK_NS_PER_S;
        struct record_tick *t = tick_of(i, now_ns + 1234567);
        struct sample *s = sample_new(0, demand.interval_ns);
        demo_collect(demo, &demand, now_ns, s);
        g_ptr_array_add(t->samples, s);
        g_ptr_array_add(ticks, t);
    }
    demo_free(demo);
    return ticks;
}

static struct ident *full_ident(enum kind kind, unsigned n)
{
    struct ident *i = ident_new(kind, kind == KIND_GUEST ? GUEST_NONE + 1 : GUEST_NONE, "a key");

    ident_add_alias(i, "pid:", "4711");
    ident_add_alias(i, "", "/docker/0123");
    ident_set(&i->name, "näme with blanks");
    ident_set(&i->id, "");
    ident_set(&i->group, "group");
    i->outer = g_strdup("/outer");
    i->pid = (pid_t)(4711 + n);
    i->companion = n % 2;
    return i;
}

/* A value or a reason, each as odd as may be, and others at each tick. */
static void fill_record(struct record *r, unsigned round)
{
    static const uint64_t odd[] = {0, 1, 127, 128, UINT64_MAX, INT64_MAX, 1 << 20};

    for (enum reading i = facet_begin((enum facet)r->facet); i < facet_end((enum facet)r->facet);
         i++) {
        unsigned pick = round * 7 + (unsigned)i;
        uint64_t value = odd[pick % G_N_ELEMENTS(odd)];
        enum reading_unit unit = reading_unit(i);
        if (unit == READS_STATE || unit == READS_STATE_REASON)
            value = pick % 3;
        if (pick % 3)
            record_set(r, i, value);
        else
            record_absent(r, i, (enum reason)(1 + pick % (REASON_COUNT - 1)));
    }
}

/* Every facet, packed and not, of idents that change, in samples of several sources. */
static GPtrArray *odd_ticks(unsigned count)
{
    GPtrArray *ticks = g_ptr_array_new_with_free_func(free_tick);
    struct ident *idents[FACET_COUNT], *host = full_ident(KIND_HOST, 1);

    for (unsigned f = 0; f < FACET_COUNT; f++)
        idents[f] = full_ident(facet_kind((enum facet)f), f);
    for (unsigned n = 0; n < count; n++) {
        struct record_tick *t = tick_of(n * 2, MONO + (int64_t)n * n * 12345);
        for (unsigned source = 0; source < 1 + n % 3; source++) {
            struct sample *s = sample_new(source * 5, INT64_MAX);
            s->complete = n % 2;
            s->still = n % 4 == 3;
            s->suspended_ns = n > 3 ? -1 : INT64_MAX;
            if (source)
                sample_set_host(s, host);
            sample_add_status(s, "qemu:///system", (enum source_state)(n % SOURCE_STATE_COUNT),
                              MONO - n, n % 2 ? "a message" : NULL);
            for (unsigned f = n % 2; f < FACET_COUNT; f++) {
                struct record *scratch = record_new((enum facet)f, idents[f]);
                fill_record(scratch, n);
                scratch->read_ns = n % 5 ? MONO - 1000 * (int64_t)f : INT64_MIN / 2;
                scratch->interval_ns = n == 6 ? 1 : 0;
                if (f % 2)
                    sample_add_packed(s, scratch);
                else
                    sample_add_copy(s, scratch);
                record_free(scratch);
            }
            g_ptr_array_add(t->samples, s);
        }
        g_ptr_array_add(ticks, t);
        unsigned renamed = n % FACET_COUNT;
        struct ident *next = ident_next_version(idents[renamed]);
        ident_set(&next->image, "another");
        ident_unref(idents[renamed]);
        idents[renamed] = next;
    }
    for (unsigned f = 0; f < FACET_COUNT; f++)
        ident_unref(idents[f]);
    ident_unref(host);
    return ticks;
}

/* ---- comparing ---- */

static void compare(const GPtrArray *ticks, struct recording *r, guint from)
{
    GHashTable *ours = g_hash_table_new(NULL, NULL), *theirs = g_hash_table_new(NULL, NULL);

    g_assert_cmpuint(recording_count(r), ==, ticks->len - from);
    for (guint i = from; i < ticks->len; i++) {
        const struct record_tick *t = g_ptr_array_index(ticks, i);
        struct record_tick *back = recording_tick(r, i - from);
        struct recording_mark mark;
        g_assert_nonnull(back);
        char *is = tell(back, theirs), *should = tell(t, ours);
        g_assert_cmpstr(is, ==, should);
        g_free(is);
        g_free(should);
        record_tick_free(back);
        g_assert_true(recording_mark(r, i - from, &mark));
        g_assert_cmpuint(mark.seq, ==, t->seq);
        g_assert_cmpint(mark.wall_ns, ==, t->wall_ns);
        g_assert_cmpint(mark.mono_ns, ==, t->mono_ns);
        g_assert_cmpstr(mark.boot_id, ==, CONFIG.boot_id);
    }
    g_assert_cmpuint(recording_damage(r)->len, ==, 0);
    g_hash_table_destroy(ours);
    g_hash_table_destroy(theirs);
}

struct file {
    char *dir, *path;
    GByteArray *bytes;
};

static void file_set_up(struct file *f)
{
    f->dir = g_dir_make_tmp("vtop-record-XXXXXX", NULL);
    f->path = g_build_filename(f->dir, "a.vtop", NULL);
    f->bytes = g_byte_array_new();
}

static struct recording *file_open(struct file *f)
{
    char *error = NULL;

    g_assert_true(g_file_set_contents(f->path, (const char *)f->bytes->data, f->bytes->len, NULL));
    struct recording *r = recording_open(f->path, &error);
    g_assert_cmpstr(error, ==, NULL);
    return r;
}

static void file_tear_down(struct file *f)
{
    g_unlink(f->path);
    g_rmdir(f->dir);
    g_byte_array_free(f->bytes, TRUE);
    g_free(f->path);
    g_free(f->dir);
}

/* AS_BLOCKS: of so many ticks each; 0: as frames. */
static void encode(GByteArray *out, const GPtrArray *ticks, guint as_blocks)
{
    struct encoder *e = encoder_new(&CONFIG);
    GByteArray *frames = g_byte_array_new();

    encoder_head(e, out);
    for (guint i = 0; i < ticks->len; i++) {
        encoder_frame(e, g_ptr_array_index(ticks, i), as_blocks ? frames : out);
        if (as_blocks && encoder_ticks(e) == as_blocks)
            encoder_block(e, out);
    }
    if (as_blocks && encoder_ticks(e))
        encoder_block(e, out);
    g_byte_array_free(frames, TRUE);
    encoder_free(e);
}

static void round_trip(GPtrArray *ticks, guint as_blocks)
{
    struct file f;

    file_set_up(&f);
    encode(f.bytes, ticks, as_blocks);
    struct recording *r = file_open(&f);
    compare(ticks, r, 0);
    recording_close(r);
    file_tear_down(&f);
    g_ptr_array_free(ticks, TRUE);
}

static void test_odd_frames(void)
{
    round_trip(odd_ticks(40), 0);
}

static void test_odd_blocks(void)
{
    round_trip(odd_ticks(40), 9);
}

static void test_demo_frames(void)
{
    round_trip(demo_ticks(20, 70), 0);
}

static void test_demo_blocks(void)
{
    round_trip(demo_ticks(20, 70), RECORD_BLOCK_TICKS);
}

/* One tick: no differences, no even columns. */
static void test_one_tick(void)
{
    round_trip(demo_ticks(5, 1), 1);
}

/* A frame was lost; the next stands by itself, the block has the lost one, too. */
static void test_rebase(void)
{
    GPtrArray *ticks = demo_ticks(10, 9);
    struct encoder *e = encoder_new(&CONFIG);
    struct file f;

    file_set_up(&f);
    encoder_head(e, f.bytes);
    for (guint i = 0; i < ticks->len; i++) {
        guint before = f.bytes->len;
        encoder_frame(e, g_ptr_array_index(ticks, i), f.bytes);
        if (i != 4)
            continue;
        g_byte_array_set_size(f.bytes, before);
        encoder_rebase(e);
    }
    struct recording *r = file_open(&f);
    g_assert_cmpuint(recording_count(r), ==, 8);
    struct record_tick *fifth = recording_tick(r, 4);
    g_assert_cmpuint(fifth->seq, ==, 5);
    record_tick_free(fifth);
    recording_close(r);

    encoder_block(e, f.bytes);
    g_byte_array_remove_range(f.bytes, 0, f.bytes->len);
    encoder_head(e, f.bytes);
    for (guint i = 0; i < ticks->len; i++) {
        GByteArray *frame = g_byte_array_new();
        encoder_frame(e, g_ptr_array_index(ticks, i), frame);
        if (i == 4)
            encoder_rebase(e);
        g_byte_array_free(frame, TRUE);
    }
    encoder_block(e, f.bytes);
    r = file_open(&f);
    compare(ticks, r, 0);
    recording_close(r);
    encoder_free(e);
    g_ptr_array_free(ticks, TRUE);
    file_tear_down(&f);
}

/* As a recorder writes it: read while it grows, and again when frames have become a block. */
static void test_recorder(void)
{
    GPtrArray *ticks = demo_ticks(10, 150);
    char *dir = g_dir_make_tmp("vtop-record-XXXXXX", NULL), *error = NULL;
    struct recorder_config config = {
        .dir = dir, .boot_id = CONFIG.boot_id, .host = "kvm7", .queue = ticks->len};
    struct recorder *recorder = recorder_start(&config, &error);

    g_assert_cmpstr(error, ==, NULL);
    for (guint i = 0; i < ticks->len; i++) {
        struct record_tick *t = g_ptr_array_index(ticks, i);
        for (guint s = 0; s < t->samples->len; s++)
            recorder_sample(recorder, g_ptr_array_index(t->samples, s));
        recorder_tick(recorder, t->mono_ns, t->wall_ns);
    }
    g_assert_cmpint(recorder_stop(recorder, 60 * CLOCK_NS_PER_S), ==, 0);
    struct recording *r = recording_open(dir, &error);
    g_assert_cmpstr(error, ==, NULL);
    struct recording_mark mark;
    g_assert_true(recording_mark(r, 0, &mark));
    for (guint i = 0; i < ticks->len; i++)
        ((struct record_tick *)g_ptr_array_index(ticks, i))->session = mark.session;
    compare(ticks, r, 0);
    g_assert_cmpuint(recording_find(r, WALL - 1), ==, SIZE_MAX);
    g_assert_cmpuint(recording_find(r, WALL + 1234567 + 75 * 5 * CLOCK_NS_PER_S), ==, 75);
    g_assert_cmpuint(recording_find(r, WALL + 1234566 + 75 * 5 * CLOCK_NS_PER_S), ==, 74);
    g_assert_cmpuint(recording_find(r, INT64_MAX), ==, 149);
    g_assert_cmpuint(recording_locate(r, mark.session, 130), ==, 130);
    g_assert_cmpuint(recording_locate(r, mark.session, 150), ==, SIZE_MAX);
    recording_close(r);
    char *command = g_strdup_printf("rm -r '%s'", dir);
    g_assert_cmpint(system(command), ==, 0);
    g_free(command);
    g_free(dir);
    g_ptr_array_free(ticks, TRUE);
}

/* ---- columns ---- */

static void test_columns(void)
{
    enum { ROWS = 33, SLOTS = 9 };
    struct row *rows = g_new0(struct row, ROWS), *back = g_new0(struct row, ROWS);

    for (unsigned i = 0; i < ROWS; i++) {
        const uint64_t values[SLOTS] = {0,           7,          UINT64_MAX, 5 + 10 * i, i * i,
                                        i % 2 ? 0 : UINT64_MAX, 1u << (i % 32), i < 20 ? 3 : 4, 0};
        memcpy(rows[i].values, values, sizeof(values));
        rows[i].reasons[8] = REASON_NO_FILE;
        rows[i].reasons[7] = i % 3 ? REASON_OK : REASON_STALE;
        rows[i].reasons[6] = i ? REASON_GONE : REASON_OK;
        rows[i].after_ns = i % 2 ? -1 - (int64_t)i : INT64_MIN;
        rows[i].interval_ns = 7;
    }
    GByteArray *heads = g_byte_array_new(), *content = g_byte_array_new();
    rows_write_columns(heads, content, rows, ROWS, SLOTS);
    struct bytes h = {.at = heads->data, .end = heads->data + heads->len};
    struct bytes c = {.at = content->data, .end = content->data + content->len};
    g_assert_true(rows_read_columns(&h, &c, back, ROWS, SLOTS));
    g_assert_cmpuint(bytes_left(&h), ==, 0);
    g_assert_cmpuint(bytes_left(&c), ==, 0);
    for (unsigned i = 0; i < ROWS; i++) {
        g_assert_cmpint(back[i].after_ns, ==, rows[i].after_ns);
        g_assert_cmpint(back[i].interval_ns, ==, 7);
        for (unsigned s = 0; s < SLOTS; s++) {
            g_assert_cmpuint(back[i].reasons[s], ==, rows[i].reasons[s]);
            if (rows[i].reasons[s] == REASON_OK)
                g_assert_cmpuint(back[i].values[s], ==, rows[i].values[s]);
        }
    }
    g_byte_array_free(heads, TRUE);
    g_byte_array_free(content, TRUE);
    g_free(rows);
    g_free(back);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/round-trip/columns", test_columns);
    g_test_add_func("/round-trip/odd-frames", test_odd_frames);
    g_test_add_func("/round-trip/odd-blocks", test_odd_blocks);
    g_test_add_func("/round-trip/demo-frames", test_demo_frames);
    g_test_add_func("/round-trip/demo-blocks", test_demo_blocks);
    g_test_add_func("/round-trip/one-tick", test_one_tick);
    g_test_add_func("/round-trip/rebase", test_rebase);
    g_test_add_func("/round-trip/recorder", test_recorder);
    return g_test_run();
}
