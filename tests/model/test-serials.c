/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The map of serials, compared with a hash table: in order, backwards, with holes, replaced. */
#include "model/serials.h"

#include <glib.h>

static void check_same(struct serials *s, GHashTable *expected, uint64_t most)
{
    for (uint64_t serial = 0; serial <= most; serial++)
        g_assert_true(serials_get(s, serial) ==
                      g_hash_table_lookup(expected, GSIZE_TO_POINTER(serial)));
}

static void put(struct serials *s, GHashTable *expected, uint64_t serial, void *thing)
{
    serials_put(s, serial, thing);
    g_hash_table_insert(expected, GSIZE_TO_POINTER(serial), thing);
}

static void drop(struct serials *s, GHashTable *expected, uint64_t serial)
{
    serials_remove(s, serial);
    g_hash_table_remove(expected, GSIZE_TO_POINTER(serial));
}

static void test_serials(void)
{
    enum { MOST = 400, ROUNDS = 200, CHANGES = 300 };
    GHashTable *expected = g_hash_table_new(g_direct_hash, g_direct_equal);
    GRand *rand = g_rand_new_with_seed(3);
    struct serials *s = serials_new();
    static char things[MOST + 1];

    check_same(s, expected, MOST);
    serials_remove(s, 7);
    for (uint64_t serial = MOST; serial > 0; serial -= 2)
        put(s, expected, serial, &things[serial]);
    check_same(s, expected, MOST);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CHANGES; i++) {
            uint64_t serial = (uint64_t)g_rand_int_range(rand, 0, MOST + 1);
            if ((round + i) % 3)
                put(s, expected, serial, &things[g_rand_int_range(rand, 0, MOST + 1)]);
            else
                drop(s, expected, serial);
        }
        check_same(s, expected, MOST);
    }
    for (uint64_t serial = 0; serial <= MOST; serial++)
        drop(s, expected, serial);
    check_same(s, expected, MOST);
    serials_free(s);
    g_rand_free(rand);
    g_hash_table_destroy(expected);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/serials/random", test_serials);
    return g_test_run();
}
