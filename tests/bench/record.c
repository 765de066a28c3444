/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What a recording costs: bytes per guest and sample, time to write frames and blocks, to open a day
 * and to jump to any time in it, with the demonstration of 100 and of 1,000 guests. */
#include <config.h>

#include "record/encoder.h"
#include "record/recording.h"

#include "base/clock.h"
#include "base/clock_read.h"
#include "collect/demo/demo.h"
#include "model/wishes.h"

#include <glib/gstdio.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { DAY_BLOCKS = 288, MEASURED_BLOCKS = 4, JUMPS = 30 };

static double cpu_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

struct cost {
    double frame_ms, block_ms;
    size_t frame_bytes, block_bytes, ticks;
};

static struct record_tick *next_tick(struct demo *demo, unsigned n)
{
    struct wishes wishes = wishes_of_history();
    struct demand demand = {.needs = wishes.needs | NEED_HOST_DISKS | NEED_HOST_NICS,
                            .interval_ns = 5 * CLOCK_NS_PER_S};
    struct record_tick *t = record_tick_new();
    struct sample *s = sample_new(0, demand.interval_ns);

    t->session = 1;
    t->seq = n;
    t->mono_ns = (int64_t)(1000 + 5 * n) * CLOCK_NS_PER_S + rand() % 400000;
    t->wall_ns = t->mono_ns + INT64_C(1796040000) * CLOCK_NS_PER_S;
    demo_collect(demo, &demand, t->mono_ns - 1000000, s);
    g_ptr_array_add(t->samples, s);
    return t;
}

/* Append BLOCKS blocks to OUT. */
static struct cost record(struct encoder *e, struct demo *demo, GByteArray *out, unsigned blocks)
{
    GByteArray *frame = g_byte_array_new();
    struct cost cost = {0};
    guint begin = out->len;

    for (unsigned n = 0; n < blocks * RECORD_BLOCK_TICKS; n++) {
        struct record_tick *t = next_tick(demo, n);
        g_byte_array_set_size(frame, 0);
        double before = cpu_ms();
        encoder_frame(e, t, frame);
        cost.frame_ms += cpu_ms() - before;
        cost.frame_bytes += frame->len;
        record_tick_free(t);
        if (!encoder_is_full(e))
            continue;
        before = cpu_ms();
        encoder_block(e, out);
        cost.block_ms += cpu_ms() - before;
    }
    cost.block_bytes = out->len - begin;
    cost.ticks = (size_t)blocks * RECORD_BLOCK_TICKS;
    g_byte_array_free(frame, TRUE);
    return cost;
}

static void read_day(const char *path)
{
    char *error = NULL;
    int64_t before = clock_mono_ns();
    struct recording *r = recording_open(path, &error);

    if (!r) {
        printf("  %s\n", error);
        exit(1);
    }
    double open_ms = (double)(clock_mono_ns() - before) / 1e6, worst_ms = 0, sum_ms = 0;
    for (int i = 0; i < JUMPS; i++) {
        before = clock_mono_ns();
        struct record_tick *t = recording_tick(r, (size_t)rand() % recording_count(r));
        double ms = (double)(clock_mono_ns() - before) / 1e6;
        record_tick_free(t);
        worst_ms = MAX(worst_ms, ms);
        sum_ms += ms;
    }
    printf("  open %zu ticks: %.1f ms; decode at any time: mean %.1f ms, worst %.1f ms\n",
           recording_count(r), open_ms, sum_ms / JUMPS, worst_ms);
    recording_close(r);
}

static void measure(unsigned guests, unsigned blocks)
{
    struct demo_config demo_config = demo_config_for(guests);
    struct encoder_config config = {.session = 1, .host = "bench"};
    struct demo *demo = demo_new(&demo_config);
    struct encoder *e = encoder_new(&config);
    GByteArray *out = g_byte_array_new();
    char path[] = "/tmp/vtop-bench-XXXXXX";
    int fd = mkstemp(path);

    encoder_head(e, out);
    struct cost c = record(e, demo, out, blocks);
    double cells = (double)c.ticks * guests;
    printf("%u guests: %.1f bytes per guest and sample in blocks, %.1f in frames; "
           "frame %.2f us, block %.2f us\n",
           guests, (double)c.block_bytes / cells, (double)c.frame_bytes / cells,
           c.frame_ms * 1e3 / cells, c.block_ms * 1e3 / cells);
    if (fd >= 0 && write(fd, out->data, out->len) == (ssize_t)out->len)
        read_day(path);
    close(fd);
    g_unlink(path);
    g_byte_array_free(out, TRUE);
    encoder_free(e);
    demo_free(demo);
}

int main(void)
{
    measure(100, DAY_BLOCKS);
    measure(1000, MEASURED_BLOCKS);
    return 0;
}
