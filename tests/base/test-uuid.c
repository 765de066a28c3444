/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* UUIDs as text: which texts are accepted, and which UUIDs identify a machine. */
#include <config.h>

#include "base/uuid.h"

#include <glib.h>

static const char CANONICAL[] = "c2869931-a3c6-4ac2-b583-c0969f692015";

static void test_parse(void)
{
    static const char *const same[] = {
        "c2869931-a3c6-4ac2-b583-c0969f692015", "C2869931-A3C6-4AC2-B583-C0969F692015",
        "c2869931a3c64ac2b583c0969f692015", "c2869931a3c64ac2b583c0969f692015\n",
        "\n    c2869931-a3c6-4ac2-b583-c0969f692015\n  "};
    static const char *const none[] = {"",
                                       " ",
                                       "Not Settable",
                                       "c2869931-a3c6-4ac2-b583-c0969f69201",
                                       "c2869931-a3c6-4ac2-b583-c0969f6920155",
                                       "c2869931-a3c6-4ac2-b583-c0969f69201g",
                                       "c2869931-a3c6-4ac2-b583-c0969f692015 x",
                                       "-c2869931a3c64ac2b583c0969f692015",
                                       "c2869931 a3c64ac2 b583c096 9f692015"};
    char out[UUID_TEXT];

    for (size_t i = 0; i < G_N_ELEMENTS(same); i++) {
        g_assert_true(uuid_parse(same[i], out));
        g_assert_cmpstr(out, ==, CANONICAL);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(none); i++) {
        out[0] = 'x';
        g_assert_false(uuid_parse(none[i], out));
        g_assert_cmpstr(out, ==, "");
    }
    g_assert_false(uuid_parse(NULL, out));
}

static void test_unique(void)
{
    g_assert_true(uuid_is_unique(CANONICAL));
    g_assert_true(uuid_is_unique("00000000-0000-0000-0000-ac1f6b000001"));
    g_assert_false(uuid_is_unique("00000000-0000-0000-0000-000000000000"));
    g_assert_false(uuid_is_unique("ffffffff-ffff-ffff-ffff-ffffffffffff"));
    g_assert_false(uuid_is_unique("01010101-0101-0101-0101-010101010101"));
    g_assert_false(uuid_is_unique("03000200-0400-0500-0006-000700080009"));
    g_assert_false(uuid_is_unique(""));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/uuid/parse", test_parse);
    g_test_add_func("/uuid/unique", test_unique);
    return g_test_run();
}
