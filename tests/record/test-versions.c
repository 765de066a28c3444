/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Recordings of other versions: a newer one that knows more, and the file of the first version, which
 * has to open for ever. */
#include <config.h>

#include "model/catalogue.h"
#include "record/chunk.h"
#include "record/bytes.h"
#include "record/recording.h"

#include <glib/gstdio.h>

/* ---- a newer version ----
 * Its lists have other orders, and names that are not known: a kind, a facet, readings, reasons. */

static const char LISTS[] = "vtop recording 1\n"
                            "program vtop 99\n"
                            "host kvm7\n"
                            "weather sunny all day\n"
                            "boot c0ffee00-1111-2222-3333-444444444444\n"
                            "session 000000000000abcd\n"
                            "kind planet\nkind guest\nkind host\n"
                            "guest-type pod\nguest-type -\n"
                            "reason ok\nreason tired\nreason no-file\n"
                            "source-state dreaming\nsource-state ok\n";

enum { PLANET, GUEST, HOST };
enum { OK, TIRED, NO_FILE };
enum { FACET_MOON, FACET_OWN };

static void put_part(GByteArray *to, enum chunk_type type, const char *letters,
                     const GByteArray *payload)
{
    guint begin = chunk_begin(to);

    g_byte_array_append(to, payload->data, payload->len);
    chunk_end(to, begin, type);
    if (!letters)
        return;
    memcpy(to->data + begin, letters, 4);
    /* The checksum of a head is that of a payload of 12 bytes. */
    GByteArray *scratch = g_byte_array_new();
    chunk_begin(scratch);
    g_byte_array_append(scratch, to->data + begin, 12);
    chunk_end(scratch, 0, CHUNK_FRAME);
    memcpy(to->data + begin + 12, scratch->data + 8, 4);
    g_byte_array_free(scratch, TRUE);
}

/* The readings of the facet host: one that is not known, then three of them in another order. */
static void put_lists(GByteArray *to)
{
    enum reading first = facet_begin(FACET_HOST);
    char *text = g_strdup_printf("%sfacet moon planet\nreading craters gauge count\n"
                                 "facet %s host\nreading joy gauge count\nreading %s gauge count\n"
                                 "reading %s gauge count\nreading %s gauge count\n",
                                 LISTS, facet_name(FACET_HOST), reading_name(first + 2),
                                 reading_name(first + 1), reading_name(first));
    GByteArray *payload = g_byte_array_new_take((guint8 *)text, strlen(text));

    put_part(to, CHUNK_FILE, NULL, payload);
    g_byte_array_free(payload, TRUE);
}

static void put_ident(GByteArray *to, unsigned number, unsigned kind, const char *key)
{
    bytes_put_number(to, number);
    bytes_put_number(to, 100 + number);
    bytes_put_byte(to, kind);
    bytes_put_byte(to, 1);
    bytes_put_byte(to, 0xf0); /* flags that are not known */
    bytes_put_number(to, 0);
    bytes_put_signed(to, 0);
    bytes_put_text(to, key);
    bytes_put_number(to, 0);
    for (int label = 0; label < 5; label++)
        bytes_put_text(to, label == 1 ? "a name" : NULL);
}

static void put_outline(GByteArray *to)
{
    GByteArray *o = g_byte_array_new();

    bytes_put_number(o, 2);
    put_ident(o, 0, PLANET, "mars");
    put_ident(o, 1, HOST, "this");
    bytes_put_number(o, 1);
    bytes_put_byte(o, 1);
    bytes_put_number(o, 3);
    bytes_put_signed(o, 5000);
    bytes_put_signed(o, 0);
    bytes_put_number(o, 1);
    bytes_put_text(o, "source");
    bytes_put_text(o, NULL);
    bytes_put_byte(o, 0); /* dreaming */
    bytes_put_signed(o, 0);
    bytes_put_number(o, 2);
    bytes_put_byte(o, FACET_MOON);
    bytes_put_number(o, 0);
    bytes_put_byte(o, FACET_OWN);
    bytes_put_number(o, 1);
    chunk_put_section(to, o, 1);
    g_byte_array_free(o, TRUE);
}

/* COUNT readings: a mark each, and a byte of value for those that have one. */
static void put_row(GByteArray *to, unsigned facet, const char *marks, const char *values)
{
    GByteArray *rows = g_byte_array_new();

    bytes_put_signed(rows, -10);
    bytes_put_signed(rows, 0);
    bytes_put(rows, marks, strlen(marks));
    bytes_put(rows, values, strlen(values));
    bytes_put_byte(to, facet);
    chunk_put_section(to, rows, 1);
    g_byte_array_free(rows, TRUE);
}

static void put_frame(GByteArray *to)
{
    GByteArray *f = g_byte_array_new();

    bytes_put_byte(f, 1);
    bytes_put_number(f, 0);
    bytes_put_signed(f, 1000000);
    bytes_put_signed(f, 2000000);
    chunk_put_check(f, 0);
    put_outline(f);
    put_row(f, FACET_MOON, "\x81", "\x07");
    put_row(f, FACET_OWN, "\x81\x81\x01\x02", "\x09\x2a"); /* joy 9, 42, tired, no file */
    put_part(to, CHUNK_FRAME, NULL, f);
    g_byte_array_free(f, TRUE);
}

static struct recording *open_bytes(const GByteArray *bytes, char **error)
{
    char *dir = g_dir_make_tmp("vtop-versions-XXXXXX", NULL);
    char *path = g_build_filename(dir, "a.vtop", NULL);

    g_assert_true(g_file_set_contents(path, (const char *)bytes->data, bytes->len, NULL));
    struct recording *r = recording_open(path, error);
    g_unlink(path);
    g_rmdir(dir);
    g_free(path);
    g_free(dir);
    return r;
}

static void test_newer(void)
{
    enum reading first = facet_begin(FACET_HOST);
    GByteArray *bytes = g_byte_array_new();
    GByteArray *news = g_byte_array_new_take((guint8 *)g_strdup("good"), 4);
    char *error = NULL;
    uint64_t value;

    put_lists(bytes);
    put_part(bytes, CHUNK_FRAME, "NEWS", news);
    put_frame(bytes);
    struct recording *r = open_bytes(bytes, &error);
    g_assert_cmpstr(error, ==, NULL);
    struct record_tick *t = recording_tick(r, 0);
    g_assert_nonnull(t);
    g_assert_cmpuint(recording_damage(r)->len, ==, 0);
    g_assert_cmpuint(t->samples->len, ==, 1);
    const struct sample *s = g_ptr_array_index(t->samples, 0);
    g_assert_cmpuint(s->records->len, ==, 1);
    const struct record *record = g_ptr_array_index(s->records, 0);
    g_assert_cmpstr(record->ident->name, ==, "a name");
    g_assert_true(record_get(record, first + 2, &value));
    g_assert_cmpuint(value, ==, 42);
    g_assert_cmpint(record_reason(record, first + 1), ==, REASON_NOT_RECORDED);
    g_assert_cmpint(record_reason(record, first), ==, REASON_NO_FILE);
    g_assert_cmpint(record_reason(record, first + 3), ==, REASON_NOT_RECORDED);
    g_assert_cmpint(record->read_ns, ==, 1000000 - 20);
    g_assert_cmpint(g_array_index(s->statuses, struct source_status, 0).state, ==, SOURCE_FAILED);
    record_tick_free(t);
    recording_close(r);
    g_byte_array_free(news, TRUE);
    g_byte_array_free(bytes, TRUE);
}

/* Another format is refused, in one line. */
static void test_format(void)
{
    GByteArray *bytes = g_byte_array_new();
    GByteArray *head = g_byte_array_new_take((guint8 *)g_strdup("vtop recording 2\n"), 17);
    char *error = NULL;

    put_part(bytes, CHUNK_FILE, NULL, head);
    g_assert_null(open_bytes(bytes, &error));
    g_assert_nonnull(strstr(error, "format 2 of recordings is newer than this vtop"));
    g_assert_null(strchr(error, '\n'));
    g_free(error);
    g_byte_array_free(head, TRUE);
    g_byte_array_free(bytes, TRUE);
}

/* ---- the first version ---- */

struct sums {
    guint records, known;
    uint64_t sum;
};

static void add_record(struct sums *to, const struct record *r)
{
    enum facet f = (enum facet)r->facet;

    to->records++;
    for (enum reading i = facet_begin(f); i < facet_end(f); i++) {
        enum reading_unit unit = reading_unit(i);
        uint64_t value;
        if (unit == READS_STATE || unit == READS_STATE_REASON || !record_get(r, i, &value))
            continue;
        to->known++;
        to->sum += value;
    }
}

/* What it has is known for ever, whatever else vtop learns. */
static void test_first(void)
{
    char *path = g_test_build_filename(G_TEST_DIST, "tests/record/v1.vtop", NULL), *error = NULL;
    struct recording *r = recording_open(path, &error);
    struct sums sums = {0};

    g_assert_cmpstr(error, ==, NULL);
    g_assert_cmpuint(recording_count(r), ==, 6);
    for (size_t i = 0; i < recording_count(r); i++) {
        struct record_tick *t = recording_tick(r, i);
        g_assert_nonnull(t);
        g_assert_cmpuint(t->seq, ==, i);
        g_assert_cmpuint(t->samples->len, ==, 1);
        const struct sample *s = g_ptr_array_index(t->samples, 0);
        for (guint n = 0; n < s->records->len; n++)
            add_record(&sums, g_ptr_array_index(s->records, n));
        record_tick_free(t);
    }
    g_assert_cmpuint(recording_damage(r)->len, ==, 0);
    g_assert_cmpuint(sums.records, ==, 156);
    g_assert_cmpuint(sums.known, ==, 1356);
    g_assert_cmpuint(sums.sum, ==, UINT64_C(2715712776468589));
    recording_close(r);
    g_free(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/versions/newer", test_newer);
    g_test_add_func("/versions/format", test_format);
    g_test_add_func("/versions/first", test_first);
    return g_test_run();
}
