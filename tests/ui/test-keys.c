/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The key table: complete, unambiguous, and what help and key bar are made of. */
#include "ui/keys.h"

#include <glib.h>
#include <string.h>

enum { CONTEXTS = 7 };

/* Every key of every binding leads to that binding's action: so none means two things. */
static void test_unambiguous(void)
{
    for (size_t i = 0; i < KEYS_COUNT; i++) {
        char **names = g_strsplit(KEYS[i].keys, " ", -1);
        for (char **name = names; *name; name++) {
            struct key key;
            g_assert_true(keys_parse(*name, strlen(*name), &key));
            for (unsigned c = 0; c < CONTEXTS; c++)
                if (KEYS[i].contexts & 1u << c)
                    g_assert_cmpint(keys_action((enum key_context)(1u << c), &key), ==,
                                    KEYS[i].action);
        }
        g_strfreev(names);
    }
}

static void test_complete(void)
{
    bool bound[ACTION_COUNT] = {[ACTION_NONE] = true};

    for (size_t i = 0; i < KEYS_COUNT; i++) {
        bound[KEYS[i].action] = true;
        g_assert_cmpuint(strlen(KEYS[i].help), >, 0);
        g_assert_cmpuint(strlen(KEYS[i].help), <=, 66); /* fits beside its keys at 80 columns */
    }
    for (int a = 0; a < ACTION_COUNT; a++)
        g_assert_true(bound[a]);
}

/* htop's fingers: what these keys do there, they do here. */
static void test_as_in_htop(void)
{
    static const struct {
        const char *keys;
        enum action action;
    } same[] = {{"F1 h ?", ACTION_HELP},   {"F2 S", ACTION_SETUP}, {"F3 /", ACTION_SEARCH},
                {"F4 \\", ACTION_FILTER},  {"F5 t", ACTION_TREE},  {"F6 > < . ,", ACTION_SORT},
                {"F10 q", ACTION_QUIT},    {"I", ACTION_INVERT},   {"P", ACTION_SORT_CPU},
                {"M", ACTION_SORT_MEMORY}, {"F", ACTION_FOLLOW},   {"U", ACTION_UNTAG_ALL},
                {"Z", ACTION_PAUSE},       {"+ =", ACTION_UNFOLD}, {"-", ACTION_FOLD},
                {"*", ACTION_FOLD_ALL},    {"^L", ACTION_REPAINT}, {"Home", ACTION_TOP}};

    for (size_t i = 0; i < G_N_ELEMENTS(same); i++) {
        char **names = g_strsplit(same[i].keys, " ", -1);
        for (char **name = names; *name; name++) {
            struct key key;
            g_assert_true(keys_parse(*name, strlen(*name), &key));
            g_assert_cmpint(keys_action(CONTEXT_TABLE, &key), ==, same[i].action);
        }
        g_strfreev(names);
    }
}

static void test_unbound(void)
{
    struct key key = {.code = K_CHAR, .ch = 0x6e2c};

    g_assert_cmpint(keys_action(CONTEXT_TABLE, &key), ==, ACTION_NONE);
    key = (struct key){.code = K_F9};
    g_assert_cmpint(keys_action(CONTEXT_TABLE, &key), ==, ACTION_NONE); /* reserved */
    g_assert_false(keys_parse("", 0, &key));
    g_assert_false(keys_parse("F99", 3, &key));
}

static void test_bar(void)
{
    struct keys_bar bar;
    size_t i;

    keys_bar(CONTEXT_TABLE, &bar);
    for (i = 0; bar.labels[i].key; i++)
        ;
    g_assert_cmpuint(i, >=, 7);
    g_assert_cmpstr(bar.labels[0].key, ==, "F1");
    /* Function keys in their order, then the others. */
    g_assert_cmpstr(bar.labels[6].key, ==, "F7");
    g_assert_cmpstr(bar.labels[8].key, ==, "F10");
    g_assert_cmpint(bar.actions[8], ==, ACTION_QUIT);
    g_assert_cmpstr(bar.labels[9].key, ==, "Enter");
    for (unsigned c = 0; c < CONTEXTS; c++) {
        keys_bar((enum key_context)(1u << c), &bar);
        g_assert_nonnull(bar.labels[0].text);
    }
}

static void test_help(void)
{
    size_t keys = 0, sections = 0;

    for (const struct panel_key *k = keys_help(); k->keys; k++) {
        sections += k->section != NULL;
        keys += k->section == NULL;
    }
    g_assert_cmpuint(keys, ==, KEYS_COUNT);
    g_assert_cmpuint(sections, >, 5);
    g_assert_cmpstr(keys_help()[keys_help_first(CONTEXT_TABLE)].section, ==, "Moving");
    g_assert_cmpstr(keys_help()[keys_help_first(CONTEXT_PAGE)].section, ==, "Pages");
    g_assert_cmpstr(keys_help()[keys_help_first(CONTEXT_INPUT)].section, ==, "Lines you type");
    g_assert_cmpstr(keys_help()[keys_help_first(CONTEXT_FINDINGS)].section, ==,
                    "Findings and advice");
    g_assert_cmpstr(keys_help()[keys_help_first(CONTEXT_ADVICE)].section, ==,
                    "Findings and advice");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keys/unambiguous", test_unambiguous);
    g_test_add_func("/keys/complete", test_complete);
    g_test_add_func("/keys/as-in-htop", test_as_in_htop);
    g_test_add_func("/keys/unbound", test_unbound);
    g_test_add_func("/keys/bar", test_bar);
    g_test_add_func("/keys/help", test_help);
    return g_test_run();
}
