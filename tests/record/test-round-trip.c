/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What is recorded comes back: every facet, reading, reason and label, from frames and from blocks,
 * from a file, a directory and in pieces. */
#include <config.h>

#include "record/recorder.h"
#include "record/recording.h"
#include "record/rows.h"
#include "ticks.h"

#include "base/clock.h"

#include <glib/gstdio.h>
#include <unistd.h>

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
        char *is = ticks_tell(back, theirs), *should = ticks_tell(t, ours);
        g_assert_cmpstr(is, ==, should);
        g_free(is);
        g_free(should);
        record_tick_free(back);
        g_assert_true(recording_mark(r, i - from, &mark));
        g_assert_cmpuint(mark.seq, ==, t->seq);
        g_assert_cmpint(mark.wall_ns, ==, t->wall_ns);
        g_assert_cmpint(mark.mono_ns, ==, t->mono_ns);
        g_assert_cmpstr(mark.boot_id, ==, TICKS_CONFIG.boot_id);
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

static void round_trip(GPtrArray *ticks, guint as_blocks)
{
    struct file f;

    file_set_up(&f);
    ticks_encode(f.bytes, ticks, as_blocks);
    struct recording *r = file_open(&f);
    compare(ticks, r, 0);
    recording_close(r);
    file_tear_down(&f);
    g_ptr_array_free(ticks, TRUE);
}

static void test_odd_frames(void)
{
    round_trip(ticks_odd(40), 0);
}

static void test_odd_blocks(void)
{
    round_trip(ticks_odd(40), 9);
}

static void test_demo_frames(void)
{
    round_trip(ticks_demo(20, 70), 0);
}

static void test_demo_blocks(void)
{
    round_trip(ticks_demo(20, 70), RECORD_BLOCK_TICKS);
}

/* One tick: no differences, no even columns. */
static void test_one_tick(void)
{
    round_trip(ticks_demo(5, 1), 1);
}

/* A frame was lost; the next stands by itself, the block has the lost one, too. */
static void test_rebase(void)
{
    GPtrArray *ticks = ticks_demo(10, 9);
    struct encoder *e = encoder_new(&TICKS_CONFIG);
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
    GPtrArray *ticks = ticks_demo(10, 150);
    char *dir = g_dir_make_tmp("vtop-record-XXXXXX", NULL), *error = NULL;
    struct recorder_config config = {
        .dir = dir, .boot_id = TICKS_CONFIG.boot_id, .host = "kvm7", .queue = ticks->len};
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
    g_assert_cmpuint(recording_find(r, TICKS_WALL - 1), ==, SIZE_MAX);
    g_assert_cmpuint(recording_find(r, TICKS_WALL + 1234567 + 75 * 5 * CLOCK_NS_PER_S), ==, 75);
    g_assert_cmpuint(recording_find(r, TICKS_WALL + 1234566 + 75 * 5 * CLOCK_NS_PER_S), ==, 74);
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
