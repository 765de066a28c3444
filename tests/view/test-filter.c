/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Filters: substrings, alternatives, regular expressions, case, and invalid ones. */
#include <config.h>

#include "view/filter.h"

#include "stage.h"

static bool matches(const char *pattern, const char *text)
{
    struct filter *f = filter_new(pattern, NULL);
    bool result = filter_matches_text(f, text);

    g_assert_nonnull(f);
    filter_free(f);
    return result;
}

static void test_words(void)
{
    g_assert_true(matches("web", "my-web-12"));
    g_assert_true(matches("WEB", "my-web-12"));
    g_assert_true(matches("db|web", "my-web-12"));
    g_assert_false(matches("db|mail", "my-web-12"));
    g_assert_true(matches("ÄPFEL", "grüne äpfel"));
    /* A dot is a dot, and a half-typed alternative is no reason to show everything. */
    g_assert_false(matches("web.12", "web-12"));
    g_assert_false(matches("db|", "web-12"));
    g_assert_true(matches("", "anything"));
    g_assert_true(matches("|", "anything"));
}

static void test_regex(void)
{
    g_assert_true(matches("/^web-\\d+$/", "web-12"));
    g_assert_true(matches("/^WEB", "web-12"));
    g_assert_false(matches("/^12/", "web-12"));
    g_assert_true(matches("/", "anything"));
}

static void test_wrong(void)
{
    static const char *const wrong[] = {"/web-[/", "/(/", "\xff", "/(*LIMIT_MATCH=4000000000)a/"};

    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        char *error = NULL;
        g_assert_null(filter_new(wrong[i], &error));
        g_assert_nonnull(error);
        g_assert_null(strchr(error, '\n'));
        g_assert_cmpuint(strlen(error), <, 60); /* it stands beside the line that is typed */
        g_free(error);
        g_assert_null(filter_new(wrong[i], NULL));
    }
}

/* Names on which an expression backtracks heavily: it gives up soon, and reports that. */
static void test_hostile(void)
{
    static const char *const patterns[] = {"/^(a*)*$/", "/(a|aa)+$/", "/a.*a.*a.*[0-9]$/",
                                           "/^(([a-z])+.)+[A-Z]([a-z])+$/", "/(a+a+)+$/",
                                           "/([a-z]+)*-$/"};
    char name[513];

    memset(name, 'a', sizeof(name));
    g_strlcpy(name + 500, "ab1A-!", 13);
    for (size_t i = 0; i < G_N_ELEMENTS(patterns); i++) {
        struct filter *f = filter_new(patterns[i], NULL);
        int64_t began = g_get_monotonic_time();
        g_assert_false(filter_gave_up(f));
        for (int n = 0; n < 100; n++)
            g_assert_false(filter_matches_text(f, name));
        g_assert_true(filter_gave_up(f));
        g_assert_cmpint(g_get_monotonic_time() - began, <, 2 * G_USEC_PER_SEC);
        filter_free(f);
    }
    /* Ordinary expressions match names of the same length. */
    g_assert_true(matches("/^a+b1a-!$/", name));
    g_assert_true(matches("/a.*b.*-/", name));
    g_assert_false(matches("/^b/", name));
}

static void test_long(void)
{
    char *text = g_strnfill(FILTER_MAX_BYTES, 'x'), *longer = g_strconcat(text, "x", NULL);
    char *error = NULL;
    struct filter *f = filter_new(text, NULL);

    g_assert_nonnull(f);
    g_assert_null(filter_new(longer, &error));
    g_assert_cmpstr(error, ==, "the filter is longer than 256 bytes");
    filter_free(f);
    g_free(error);
    g_free(longer);
    g_free(text);
}

static unsigned count_matches(const struct stage *s, const char *pattern)
{
    const GPtrArray *guests = roster_guests(s->roster);
    struct filter *f = filter_new(pattern, NULL);
    unsigned count = 0;

    for (guint i = 0; i < guests->len; i++)
        count += filter_matches(f, &s->view, g_ptr_array_index(guests, i));
    filter_free(f);
    return count;
}

/* A filter matches any text of a guest. */
static void test_guest(void)
{
    static const struct {
        const char *pattern;
        unsigned count;
    } cases[] = {{"vm", 3},   {"docker", 2}, {"shop", 3},   {"redis:7", 1}, {"9cb2a0b6", 1},
                 {"hung", 1}, {"生产", 1},   {"frozen", 1}, {"nothing", 0}, {"", 7}};
    struct stage *s = stage_sketch();

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpuint(count_matches(s, cases[i].pattern), ==, cases[i].count);
    stage_free(s);
}

/* In a past moment the filter uses the state that the guest had then. */
static void test_past(void)
{
    struct stage *s = stage_sketch();
    uint64_t then;

    stage_tick(s, 1);
    then = roster_last_tick(s->roster);
    for (guint i = 0; i < s->actors->len; i++) {
        struct actor *a = g_ptr_array_index(s->actors, i);
        if (g_str_equal(a->name, "web-12"))
            a->state = STATE_PAUSED;
    }
    stage_tick(s, 1);
    g_assert_cmpuint(count_matches(s, "paused"), ==, 1);
    s->view.moment.tick = then;
    g_assert_cmpuint(count_matches(s, "paused"), ==, 0);
    stage_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/filter/words", test_words);
    g_test_add_func("/filter/regex", test_regex);
    g_test_add_func("/filter/wrong", test_wrong);
    g_test_add_func("/filter/hostile", test_hostile);
    g_test_add_func("/filter/long", test_long);
    g_test_add_func("/filter/guest", test_guest);
    g_test_add_func("/filter/past", test_past);
    return g_test_run();
}
