/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* A recording as a feed: one rising time over runs of the recorder, over reboots and clocks that are
 * set; where it goes, what comes before, how fast it plays, and what is written meanwhile. */
#include <config.h>

#include "feed/feed_replay.h"

#include "base/clock_read.h"
#include "model/moment.h"
#include "record/encoder.h"
#include "record/recording.h"

#include <glib/gstdio.h>
#include <math.h>
#include <poll.h>
#include <string.h>

#define S CLOCK_NS_PER_S
#define NOON (INT64_C(1796040000) * S)
#define INTERVAL_NS (5 * S)
#define BOOT_A "aaaaaaaa-1111-2222-3333-444444444444"
#define BOOT_B "bbbbbbbb-1111-2222-3333-444444444444"

enum { KERNEL, OTHER };

/* A run of the recorder: COUNT ticks, of a guest that uses half a core. */
struct run {
    uint64_t session;
    const char *boot;
    int64_t mono_s, wall_s; /* of the first tick; wall since NOON */
    unsigned count;
    bool other;        /* another source has a guest, too */
    unsigned set_back; /* from this tick on the wall clock is an hour behind; 0: never */
};

struct fixture {
    char *dir;
    unsigned files;
    struct feed *feed;
    struct roster *roster;
    unsigned ticks, rewinds, others; /* others: guests of the source OTHER at the last tick */
    int64_t first_wall_ns, last_ns;
    struct { uint64_t serial; int64_t read_ns, since_ns; } seen;
};

/* ---- the sink ---- */

static void take_sample(void *data, const struct sample *s)
{
    struct fixture *f = data;

    if (s->source == OTHER)
        f->others = s->records->len;
    for (guint i = 0; s->source == KERNEL && i < s->records->len; i++) {
        const struct record *r = g_ptr_array_index(s->records, i);
        if (r->facet != FACET_DOMAIN)
            continue;
        f->seen.serial = r->ident->serial;
        f->seen.read_ns = r->read_ns;
        f->seen.since_ns = g_array_index(s->statuses, struct source_status, 0).since_ns;
    }
    roster_merge(f->roster, s);
}

static void take_tick(void *data, const struct feed_time *at)
{
    struct fixture *f = data;

    g_assert_cmpint(at->mono_ns, >, f->last_ns);
    f->last_ns = at->mono_ns;
    if (!f->ticks++)
        f->first_wall_ns = at->wall_ns;
    roster_tick(f->roster, at->mono_ns, at->wall_ns);
}

static void start_anew(void *data)
{
    struct fixture *f = data;

    roster_free(f->roster);
    f->roster = roster_new(1 << 20);
    f->ticks = 0;
    f->last_ns = 0;
    f->rewinds++;
}

/* ---- what is recorded ---- */

static void add_sample(struct record_tick *t, unsigned source, struct ident *host,
                       struct ident *guest, uint64_t cpu_ns)
{
    struct sample *s = sample_new(source, INTERVAL_NS);
    struct record *r;

    sample_set_host(s, host);
    sample_add_status(s, source == KERNEL ? "kernel" : "other", SOURCE_OK, t->mono_ns - S, "fine");
    r = sample_add(s, FACET_DOMAIN, guest);
    r->read_ns = t->mono_ns - S / 10;
    record_set(r, R_DOM_CPU_NS, cpu_ns);
    g_ptr_array_add(t->samples, s);
}

static struct record_tick *make_tick(const struct run *r, unsigned i, struct ident *const *idents)
{
    struct record_tick *t = record_tick_new();
    int64_t passed_ns = (int64_t)i * INTERVAL_NS;
    bool late = r->set_back && i >= r->set_back;

    t->session = r->session;
    t->seq = i;
    t->mono_ns = r->mono_s * S + passed_ns;
    t->wall_ns = NOON + r->wall_s * S + passed_ns - (late ? 3600 * S : 0);
    add_sample(t, KERNEL, idents[0], idents[1], (uint64_t)t->mono_ns / 2);
    if (r->other)
        add_sample(t, OTHER, idents[0], idents[2], 0);
    return t;
}

static void write_ticks(GByteArray *to, const struct run *r, unsigned blocks_of)
{
    struct encoder_config config = {.session = r->session, .host = "kvm7"};
    struct ident *idents[] = {ident_new(KIND_HOST, GUEST_NONE, IDENT_LOCAL_HOST),
                              ident_new(KIND_GUEST, GUEST_VM, "a"),
                              ident_new(KIND_GUEST, GUEST_VM, "b")};

    ident_set(&idents[1]->name, "a");
    g_strlcpy(config.boot_id, r->boot, sizeof(config.boot_id));
    struct encoder *e = encoder_new(&config);
    GByteArray *frames = g_byte_array_new();
    encoder_head(e, to);
    for (unsigned i = 0; i < r->count; i++) {
        struct record_tick *t = make_tick(r, i, idents);
        encoder_frame(e, t, blocks_of ? frames : to);
        record_tick_free(t);
        if (blocks_of && encoder_ticks(e) == blocks_of)
            encoder_block(e, to);
    }
    if (blocks_of && encoder_ticks(e))
        encoder_block(e, to);
    encoder_free(e);
    g_byte_array_free(frames, TRUE);
    for (size_t i = 0; i < G_N_ELEMENTS(idents); i++)
        ident_unref(idents[i]);
}

/* A file of its own, behind those that are there. */
static void record(struct fixture *f, const struct run *r)
{
    char *name = g_strdup_printf("%s/20261130-120000-%06u.vtop", f->dir, ++f->files);
    GByteArray *bytes = g_byte_array_new();

    write_ticks(bytes, r, f->files % 2 ? 60 : 0); /* blocks and frames by turns */
    g_assert_true(g_file_set_contents(name, (const char *)bytes->data, bytes->len, NULL));
    g_byte_array_free(bytes, TRUE);
    g_free(name);
}

/* ---- set up ---- */

static void set_up(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->dir = g_dir_make_tmp("vtop-replay-XXXXXX", NULL);
    f->roster = roster_new(1 << 20);
}

static void tear_down(struct fixture *f, gconstpointer data)
{
    (void)data;
    feed_close(f->feed);
    roster_free(f->roster);
    for (unsigned i = 1; i <= f->files; i++) {
        char *name = g_strdup_printf("%s/20261130-120000-%06u.vtop", f->dir, i);
        g_unlink(name);
        g_free(name);
    }
    g_rmdir(f->dir);
    g_free(f->dir);
}

static void play_from(struct fixture *f, int64_t from_wall_ns)
{
    struct feed_sink sink = {take_sample, take_tick, start_anew, f};
    char *error = NULL;
    struct recording *r = recording_open(f->dir, &error);

    g_assert_cmpstr(error, ==, NULL);
    f->feed = feed_replay_open(r, from_wall_ns);
    feed_add_sink(f->feed, &sink);
}

static void next(struct fixture *f)
{
    g_assert_true(feed_wait(f->feed, 0));
}

/* As a screen does it, until it is there. */
static void arrive(struct fixture *f)
{
    while (feed_replay_place(f->feed).going) {
        struct pollfd fd = {.fd = feed_fd(f->feed), .events = POLLIN};
        g_assert_cmpint(poll(&fd, 1, 10000), ==, 1);
        feed_pump(f->feed);
    }
}

static size_t here(struct fixture *f)
{
    return feed_replay_place(f->feed).at;
}

static double cpu(const struct fixture *f)
{
    struct feed_time now = feed_now(f->feed);
    struct moment at = {.roster = f->roster, .now_ns = now.mono_ns, .wall_ns = now.wall_ns};
    const GPtrArray *departed, *guests = moment_guests(&at, &departed);

    for (guint i = 0; i < guests->len; i++)
        if (strcmp(entity_label(g_ptr_array_index(guests, i), LABEL_NAME), "a") == 0)
            return moment_number(&at, g_ptr_array_index(guests, i), M_CPU);
    return -1;
}

/* ---- runs and boots ---- */

static const struct run FIRST = {1, BOOT_A, 5000, 0, 3, true, 0};

/* The recorder was started anew: times are as they were. */
static void test_same_boot(struct fixture *f, gconstpointer data)
{
    (void)data;
    record(f, &FIRST);
    record(f, &(struct run){2, BOOT_A, 5040, 40, 2, false, 0});
    play_from(f, INT64_MIN);
    for (int i = 0; i < 3; i++)
        next(f);
    g_assert_cmpuint(f->others, ==, 1);
    g_assert_cmpint(f->last_ns, ==, 5010 * S);
    next(f);
    g_assert_cmpint(f->last_ns, ==, 5040 * S);
    g_assert_cmpint(f->seen.read_ns, ==, 5040 * S - S / 10);
    g_assert_cmpuint(f->others, ==, 0); /* of a source that the second run does not have */
    next(f);
    g_assert_cmpfloat_with_epsilon(cpu(f), 50, 1e-6);
    g_assert_false(feed_wait(f->feed, 0));
    g_assert_true(f->feed->ended);
}

/* Time goes on by as much as the wall clock did; all times of a tick move with it. */
static void test_reboot(struct fixture *f, gconstpointer data)
{
    (void)data;
    record(f, &FIRST);
    record(f, &(struct run){2, BOOT_B, 30, 110, 3, false, 0});
    play_from(f, INT64_MIN);
    for (int i = 0; i < 3; i++)
        next(f);
    uint64_t serial = f->seen.serial;
    next(f);
    g_assert_cmpint(f->last_ns, ==, 5110 * S);
    g_assert_cmpint(feed_now(f->feed).wall_ns, ==, NOON + 110 * S);
    g_assert_cmpint(f->seen.read_ns, ==, 5110 * S - S / 10);
    g_assert_cmpint(f->seen.since_ns, ==, 5109 * S);
    g_assert_cmpuint(f->seen.serial, !=, serial);
    g_assert_true(isnan(cpu(f))); /* counters have begun anew */
    next(f);
    g_assert_cmpint(f->last_ns, ==, 5115 * S);
    g_assert_cmpfloat_with_epsilon(cpu(f), 50, 1e-6);
}

/* A machine without a clock of its own: time rises nevertheless, through a third boot, too. */
static void test_reboot_into_the_past(struct fixture *f, gconstpointer data)
{
    (void)data;
    record(f, &FIRST);
    record(f, &(struct run){2, BOOT_B, 30, -86400, 2, false, 0});
    record(f, &(struct run){3, "", 20, 300, 2, false, 0});
    play_from(f, INT64_MIN);
    for (int i = 0; i < 7; i++)
        next(f);
    g_assert_cmpint(f->last_ns, ==, (5010 + 1 + 5 + 86400 + 300 - 5 + 5) * S);
    g_assert_cmpfloat_with_epsilon(cpu(f), 50, 1e-6);
}

/* The wall clock is set back by an hour: rates and time go on. */
static void test_set_back(struct fixture *f, gconstpointer data)
{
    (void)data;
    record(f, &(struct run){1, BOOT_A, 5000, 0, 100, false, 50});
    play_from(f, INT64_MAX);
    arrive(f);
    g_assert_cmpuint(here(f), ==, 99);
    g_assert_cmpint(f->last_ns, ==, 5495 * S);
    g_assert_cmpint(feed_now(f->feed).wall_ns, ==, NOON + (495 - 3600) * S);
    feed_replay_go(f->feed, 50);
    arrive(f);
    g_assert_cmpuint(here(f), ==, 50);
    g_assert_cmpfloat_with_epsilon(cpu(f), 50, 1e-6);
    feed_replay_go_to(f->feed, NOON + (300 - 3600) * S);
    arrive(f);
    g_assert_cmpuint(here(f), ==, 60);
}

/* ---- where it goes ---- */

/* Back: from ten minutes before, again. On: without going back. Far on: from there. */
static void test_goes(struct fixture *f, gconstpointer data)
{
    (void)data;
    record(f, &(struct run){1, BOOT_A, 5000, 0, 2000, false, 0});
    play_from(f, INT64_MAX);
    arrive(f);
    g_assert_cmpuint(here(f), ==, 1999);
    g_assert_cmpint(f->first_wall_ns, ==, NOON + (1999 * 5 - 600) * S);
    feed_replay_go_to(f->feed, NOON + 5003 * S);
    arrive(f);
    g_assert_cmpuint(f->rewinds, ==, 1);
    g_assert_cmpuint(here(f), ==, 1000);
    g_assert_cmpint(f->first_wall_ns, ==, NOON + 4400 * S);
    g_assert_cmpfloat_with_epsilon(cpu(f), 50, 1e-6);
    feed_replay_go(f->feed, 1100);
    arrive(f);
    g_assert_cmpuint(f->rewinds, ==, 1);
    g_assert_cmpuint(f->ticks, ==, 221);
    feed_replay_go(f->feed, SIZE_MAX);
    arrive(f);
    g_assert_cmpuint(here(f), ==, 1999);
    g_assert_cmpuint(f->ticks, ==, 121);
    feed_replay_go_to(f->feed, 0);
    arrive(f);
    g_assert_cmpuint(here(f), ==, 0);
    g_assert_cmpuint(f->ticks, ==, 1);
}

/* At 60 times the speed, samples that were 5 s apart are so by a twelfth of a second. */
static void test_plays(struct fixture *f, gconstpointer data)
{
    (void)data;
    record(f, &(struct run){1, BOOT_A, 5000, 0, 13, false, 0});
    play_from(f, INT64_MIN);
    arrive(f);
    int64_t begin_ns = clock_mono_ns();
    feed_replay_play(f->feed, 1000);
    g_assert_cmpuint(feed_replay_place(f->feed).speed, ==, FEED_REPLAY_SPEED_MAX);
    while (here(f) < 12) {
        struct pollfd fd = {.fd = feed_fd(f->feed), .events = POLLIN};
        g_assert_cmpint(poll(&fd, 1, 10000), ==, 1);
        feed_pump(f->feed);
    }
    g_assert_cmpint(clock_mono_ns() - begin_ns, >=, 12 * 5 * S / 60 - S / 10);
}

/* ---- the bar, and what is written meanwhile ---- */

static void test_gaps(struct fixture *f, gconstpointer data)
{
    (void)data;
    record(f, &FIRST);                                                  /* up to 10 s */
    record(f, &(struct run){2, BOOT_A, 5016, 16, 3, false, 0});      /* at once: no gap */
    record(f, &(struct run){3, BOOT_A, 5100, 100, 3, false, 0});     /* a gap */
    record(f, &(struct run){4, BOOT_B, 10, 115, 3, false, 0});       /* a quick reboot */
    play_from(f, INT64_MIN);
    const GArray *gaps = feed_replay_gaps(f->feed);
    g_assert_cmpuint(gaps->len, ==, 2);
    const struct feed_replay_gap *gap = &g_array_index(gaps, struct feed_replay_gap, 0);
    g_assert_cmpint(gap->from_wall_ns, ==, NOON + 26 * S);
    g_assert_cmpint(gap->to_wall_ns, ==, NOON + 100 * S);
    g_assert_false(gap->reboot);
    gap++;
    g_assert_cmpint(gap->from_wall_ns, ==, NOON + 110 * S);
    g_assert_true(gap->reboot);
}

static void test_grows(struct fixture *f, gconstpointer data)
{
    (void)data;
    record(f, &FIRST);
    play_from(f, INT64_MAX);
    arrive(f);
    g_assert_cmpuint(here(f), ==, 2);
    record(f, &(struct run){2, BOOT_A, 5015, 15, 4, false, 0});
    for (int looks = 0; looks < 3 && feed_replay_place(f->feed).count < 7; looks++) {
        struct pollfd fd = {.fd = feed_fd(f->feed), .events = POLLIN};
        g_assert_cmpint(poll(&fd, 1, 10000), ==, 1);
        feed_pump(f->feed);
    }
    g_assert_cmpuint(feed_replay_place(f->feed).count, ==, 7);
    g_assert_cmpuint(here(f), ==, 2); /* it stands */
    feed_replay_go(f->feed, 6);
    arrive(f);
    g_assert_cmpuint(f->rewinds, ==, 0);
    g_assert_cmpint(f->last_ns, ==, 5030 * S);
}

#define ADD(name, function) g_test_add(name, struct fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/replay/same-boot", test_same_boot);
    ADD("/replay/reboot", test_reboot);
    ADD("/replay/reboot-into-the-past", test_reboot_into_the_past);
    ADD("/replay/set-back", test_set_back);
    ADD("/replay/goes", test_goes);
    ADD("/replay/plays", test_plays);
    ADD("/replay/gaps", test_gaps);
    ADD("/replay/grows", test_grows);
    return g_test_run();
}
