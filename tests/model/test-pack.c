/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Packs: numbers are read back, all at once and one by one, and take no more bytes than needed. */
#include "model/pack.h"

#include <glib.h>
#include <string.h>

enum { MOST = 64, BEFORE = sizeof(uint64_t) };

/* A pack, and the numbers that it must give. */
struct fixture {
    uint64_t numbers[MOST];
    uint8_t reasons[MOST];
    uint8_t memory[BEFORE + PACK_ROOM(MOST)];
    size_t n, size;
};

static void write_pack(struct fixture *f, size_t n)
{
    memset(f->memory, 0xff, sizeof(f->memory)); /* whatever was there does not matter */
    f->n = n;
    f->size = pack_write(f->memory + BEFORE, f->numbers, f->reasons, n);
    g_assert_cmpuint(pack_size(f->memory + BEFORE, n), ==, f->size);
}

static void check_pack(const struct fixture *f)
{
    uint64_t numbers[MOST], one;
    uint8_t reasons[MOST];

    /* of the exact length, so that sanitizers detect a read beyond the end */
    uint8_t *memory = g_memdup2(f->memory, BEFORE + f->size);
    pack_read(memory + BEFORE, numbers, reasons, f->n);
    for (size_t i = 0; i < f->n; i++) {
        g_assert_cmpint(reasons[i], ==, f->reasons[i]);
        g_assert_cmpint(pack_get(memory + BEFORE, f->n, i, &one), ==, f->reasons[i]);
        if (reasons[i] != REASON_OK)
            continue;
        g_assert_cmpuint(numbers[i], ==, f->numbers[i]);
        g_assert_cmpuint(one, ==, f->numbers[i]);
    }
    g_free(memory);
}

static void test_lengths(void)
{
    struct fixture f = {.numbers = {0, 1, 255, 256, UINT64_MAX >> 8, UINT64_MAX}};

    write_pack(&f, 6);
    g_assert_cmpuint(f.size, ==, 6 + 0 + 1 + 1 + 2 + 7 + 8);
    check_pack(&f);
}

static void test_absent(void)
{
    struct fixture f;

    memset(f.numbers, 0xff, sizeof(f.numbers));
    for (size_t i = 0; i < MOST; i++)
        f.reasons[i] = (uint8_t)(1 + i % (REASON_COUNT - 1));
    write_pack(&f, MOST);
    g_assert_cmpuint(f.size, ==, MOST);
    check_pack(&f);
    write_pack(&f, 0);
    g_assert_cmpuint(f.size, ==, 0);
}

static void test_random(void)
{
    GRand *rand = g_rand_new_with_seed(7);
    struct fixture f;

    for (int round = 0; round < 5000; round++) {
        for (size_t i = 0; i < MOST; i++) {
            uint64_t n = (uint64_t)g_rand_int(rand) << 32 | g_rand_int(rand);
            f.numbers[i] = n >> g_rand_int_range(rand, 0, 64);
            f.reasons[i] = (uint8_t)g_rand_int_range(rand, 0, 4);
        }
        write_pack(&f, (size_t)g_rand_int_range(rand, 1, MOST + 1));
        check_pack(&f);
    }
    g_rand_free(rand);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pack/lengths", test_lengths);
    g_test_add_func("/pack/absent", test_absent);
    g_test_add_func("/pack/random", test_random);
    return g_test_run();
}
