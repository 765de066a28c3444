/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Who the host is: machine ids of every shape, UUIDs that many machines share. */
#include <config.h>

#include "collect/host/host_ident.h"

#include "../base/tree.h"

static struct ident *ident_of(const char *dir)
{
    struct root *root;

    g_assert_cmpint(root_new(dir, &root), ==, 0);
    struct ident *i = host_ident_new(root, &VIEWPOINT_HOST);
    root_free(root);
    return i;
}

/* By hand: printf 'vtop host id 1:0123456789abcdef0123456789abcdef' | sha256sum | cut -c -32 */
#define ID "0123456789abcdef0123456789abcdef"
#define KEY "machine:adfb5bee8548849a2bac9d05d1779b64"

static void test_machine_ids(void)
{
    static const struct {
        const char *etc, *dbus, *key;
    } cases[] = {
        {ID "\n", NULL, KEY},
        {ID, NULL, KEY},
        {"0123456789ABCDEF0123456789ABCDEF\n", NULL, KEY},
        {NULL, ID "\n", KEY},
        {"", ID "\n", KEY},
        {"uninitialized\n", ID "\n", KEY},
        {"uninitialized\n", NULL, IDENT_LOCAL_HOST},
        {"00000000000000000000000000000000\n", NULL, IDENT_LOCAL_HOST},
        {"0123456789abcdef0123456789abcde\n", NULL, IDENT_LOCAL_HOST},
        {"01234567-89ab-cdef-0123-456789abcdef\n", NULL, IDENT_LOCAL_HOST},
        {NULL, NULL, IDENT_LOCAL_HOST},
    };

    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        char *dir = tree_new();
        if (cases[c].etc)
            tree_file(dir, "etc/machine-id", cases[c].etc);
        if (cases[c].dbus)
            tree_file(dir, "var/lib/dbus/machine-id", cases[c].dbus);
        struct ident *i = ident_of(dir);
        g_test_message("case %zu", c);
        g_assert_cmpstr(i->key, ==, cases[c].key);
        g_assert_cmpint(i->kind, ==, KIND_HOST);
        /* It always goes by "local:", once. */
        bool local = g_str_equal(i->key, IDENT_LOCAL_HOST);
        g_assert_cmpstr(i->alias[0], ==, local ? NULL : IDENT_LOCAL_HOST);
        g_assert_null(i->name);
        ident_unref(i);
        tree_free(dir);
    }
}

static void test_uuids(void)
{
    static const struct {
        const char *file, *alias;
    } cases[] = {
        {"8D4D1EF2-8C2A-11EB-8DCD-0242AC130003\n", "uuid:8d4d1ef2-8c2a-11eb-8dcd-0242ac130003"},
        {"8d4d1ef2-8c2a-11eb-8dcd-0242ac130003", "uuid:8d4d1ef2-8c2a-11eb-8dcd-0242ac130003"},
        {"03000200-0400-0500-0006-000700080009\n", NULL},
        {"00020003-0004-0005-0006-000700080009\n", NULL},
        {"00000000-0000-0000-0000-000000000000\n", NULL},
        {"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF\n", NULL},
        {"FEFEFEFE-FEFE-FEFE-FEFE-FEFEFEFEFEFE\n", NULL},
        {"Not Settable\n", NULL},
        {"8d4d1ef2-8c2a-11eb-8dcd-0242ac13000\n", NULL},
        {"8d4d1ef2-8c2a-11eb-8dcd-0242ac1300033\n", NULL},
        {"", NULL},
    };

    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        char *dir = tree_new();
        tree_file(dir, "etc/machine-id", ID "\n");
        tree_file(dir, "etc/hostname", "kvm1\n");
        tree_file(dir, "sys/class/dmi/id/product_uuid", cases[c].file);
        struct ident *i = ident_of(dir);
        g_test_message("%s", cases[c].file);
        g_assert_cmpstr(i->alias[0], ==, cases[c].alias ? cases[c].alias : IDENT_LOCAL_HOST);
        g_assert_cmpstr(i->alias[1], ==, cases[c].alias ? IDENT_LOCAL_HOST : NULL);
        g_assert_cmpstr(i->name, ==, "kvm1");
        ident_unref(i);
        tree_free(dir);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host-ident/machine-ids", test_machine_ids);
    g_test_add_func("/host-ident/uuids", test_uuids);
    return g_test_run();
}
