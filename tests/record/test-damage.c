/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* A file that is cut or changed anywhere: what can be read of it is what was recorded, and what
 * cannot is reported with its place. */
#include <config.h>

#include "record/chunk.h"
#include "record/recording.h"
#include "ticks.h"

#include <glib/gstdio.h>
#include <inttypes.h>

enum { TICKS = 6, BLOCK_TICKS = 3 };

struct fixture {
    char *dir, *path;
    GPtrArray *ticks;
    char *told[TICKS];
    GByteArray *bytes; /* HEAD, a block of the first ticks, frames of the others */
    guint head, block; /* where the block begins, and the frames */
};

static void set_up(struct fixture *f, const void *unused)
{
    struct encoder *e = encoder_new(&TICKS_CONFIG);
    GByteArray *frames = g_byte_array_new();

    (void)unused;
    f->dir = g_dir_make_tmp("vtop-damage-XXXXXX", NULL);
    f->path = g_build_filename(f->dir, "a.vtop", NULL);
    f->ticks = ticks_demo(2, TICKS);
    f->bytes = g_byte_array_new();
    encoder_head(e, f->bytes);
    f->head = f->bytes->len;
    for (guint i = 0; i < TICKS; i++) {
        GHashTable *serials = g_hash_table_new(NULL, NULL);
        f->told[i] = ticks_tell(g_ptr_array_index(f->ticks, i), serials);
        g_hash_table_destroy(serials);
        encoder_frame(e, g_ptr_array_index(f->ticks, i), i < BLOCK_TICKS ? frames : f->bytes);
        if (i + 1 == BLOCK_TICKS) {
            encoder_block(e, f->bytes);
            f->block = f->bytes->len;
        }
    }
    g_byte_array_free(frames, TRUE);
    encoder_free(e);
}

static void tear_down(struct fixture *f, const void *unused)
{
    (void)unused;
    for (guint i = 0; i < TICKS; i++)
        g_free(f->told[i]);
    g_ptr_array_free(f->ticks, TRUE);
    g_byte_array_free(f->bytes, TRUE);
    g_unlink(f->path);
    g_rmdir(f->dir);
    g_free(f->path);
    g_free(f->dir);
}

struct result {
    guint ticks;     /* that can be read */
    uint64_t damage; /* the first place that is said to be damaged; UINT64_MAX: none */
    bool refused;    /* it cannot be opened at all */
};

static void check_tick(const struct fixture *f, const struct record_tick *t)
{
    GHashTable *serials = g_hash_table_new(NULL, NULL);
    char *told = ticks_tell(t, serials);

    g_assert_cmpuint(t->seq, <, TICKS);
    g_assert_cmpstr(told, ==, f->told[t->seq]);
    g_free(told);
    g_hash_table_destroy(serials);
}

static uint64_t place_in(const char *line)
{
    const char *at = strstr(line, ": at byte ");

    g_assert_nonnull(at);
    return g_ascii_strtoull(at + strlen(": at byte "), NULL, 10);
}

/* Whatever is read of LENGTH bytes at FROM is what was recorded. */
static struct result read_all(const struct fixture *f, const guint8 *from, size_t length)
{
    struct result result = {.damage = UINT64_MAX};
    char *error = NULL;

    g_assert_true(g_file_set_contents_full(f->path, (const char *)from, (gssize)length,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    struct recording *r = recording_open(f->path, &error);
    if (!r) {
        g_assert_nonnull(error);
        g_free(error);
        return (struct result){.refused = true, .damage = UINT64_MAX};
    }
    for (size_t i = 0; i < recording_count(r); i++) {
        struct record_tick *t = recording_tick(r, i);
        if (!t)
            continue;
        check_tick(f, t);
        record_tick_free(t);
        result.ticks++;
    }
    const GPtrArray *damage = recording_damage(r);
    for (guint i = 0; i < damage->len; i++)
        result.damage = MIN(result.damage, place_in(g_ptr_array_index(damage, i)));
    recording_close(r);
    return result;
}

static guint step_of(guint fine)
{
    const char *sanitized = g_getenv("VTOP_SANITIZED");

    return sanitized && *sanitized ? fine * 13 : fine;
}

/* All that is complete can be read. */
static void test_truncated(struct fixture *f, const void *unused)
{
    guint before = 0;

    (void)unused;
    for (guint length = 0; length < f->bytes->len; length += step_of(1)) {
        if (length > 32 && length < f->head - 32)
            length = f->head - 32; /* in the middle of the head nothing happens */
        struct result r = read_all(f, f->bytes->data, length);
        g_assert_cmpuint(r.ticks, >=, before);
        g_assert_true(r.refused == (length < f->block));
        if (length >= f->block)
            g_assert_cmpuint(r.ticks, >=, BLOCK_TICKS);
        before = r.ticks;
    }
    g_assert_cmpuint(read_all(f, f->bytes->data, f->bytes->len).ticks, ==, TICKS);
}

/* Only what is damaged, and frames that build on it, is lost, and it is said where it was. */
static void test_flipped(struct fixture *f, const void *unused)
{
    (void)unused;
    for (guint at = 0; at < f->bytes->len; at += at < f->head ? step_of(101) : step_of(1)) {
        f->bytes->data[at] ^= (guint8)(1 << at % 8);
        struct result r = read_all(f, f->bytes->data, f->bytes->len);
        f->bytes->data[at] ^= (guint8)(1 << at % 8);
        if (at < f->head) {
            g_assert_true(r.refused);
            continue;
        }
        g_assert_false(r.refused);
        g_assert_cmpuint(r.ticks, >=, at < f->block ? TICKS - BLOCK_TICKS : BLOCK_TICKS);
        g_assert_cmpuint(r.ticks, <, TICKS);
        g_assert_cmpuint(r.damage, <=, at);
    }
}

/* Something between two parts, something that is no recording before and behind them. */
static void test_inserted(struct fixture *f, const void *unused)
{
    const guint places[] = {f->head, f->block, f->bytes->len};
    guint8 noise[100];

    (void)unused;
    for (guint i = 0; i < sizeof(noise); i++)
        noise[i] = (guint8)(i * 37 + 11);
    for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
        GByteArray *bytes = g_byte_array_new();
        g_byte_array_append(bytes, f->bytes->data, places[i]);
        g_byte_array_append(bytes, noise, sizeof(noise));
        g_byte_array_append(bytes, f->bytes->data + places[i], f->bytes->len - places[i]);
        struct result r = read_all(f, bytes->data, bytes->len);
        g_assert_cmpuint(r.ticks, ==, TICKS);
        g_assert_cmpuint(r.damage, ==, places[i]);
        g_byte_array_free(bytes, TRUE);
    }
}

/* A frame is missing without a trace: those that build on it are left out. */
static void test_frame_cut_out(struct fixture *f, const void *unused)
{
    struct chunk c;

    (void)unused;
    g_assert_true(chunk_read(f->bytes->data + f->block, &c));
    g_byte_array_remove_range(f->bytes, f->block, c.length + CHUNK_HEAD);
    g_assert_cmpuint(read_all(f, f->bytes->data, f->bytes->len).ticks, ==, BLOCK_TICKS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, function)                                                                        \
    g_test_add("/damage/" path, struct fixture, NULL, set_up, function, tear_down)
    ADD("truncated", test_truncated);
    ADD("flipped", test_flipped);
    ADD("inserted", test_inserted);
    ADD("frame-cut-out", test_frame_cut_out);
    return g_test_run();
}
