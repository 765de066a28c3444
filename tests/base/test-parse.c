/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Numbers from kernel text: exact, never from a truncated or unknown line or beyond the text. */
#include "base/parse.h"

#include <glib.h>
#include <string.h>

static void test_u64(void)
{
    static const struct {
        const char *text;
        bool ok;
        uint64_t value;
        const char *rest;
    } cases[] = {
        {"0", true, 0, ""},
        {" \t42 7", true, 42, " 7"},
        {"007x", true, 7, "x"},
        {"18446744073709551615\n", true, UINT64_MAX, "\n"},
        {"18446744073709551616", false, 0, "18446744073709551616"},
        {"99999999999999999999999", false, 0, "99999999999999999999999"},
        {"", false, 0, ""},
        {"  ", false, 0, "  "},
        {"-1", false, 0, "-1"},
        {"+1", false, 0, "+1"},
        {"max", false, 0, "max"},
        {"\n5", false, 0, "\n5"},
        {"\xd9\xa3", false, 0, "\xd9\xa3"}, /* a digit, but not an ASCII one */
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *p = cases[i].text;
        uint64_t value = 12345;
        g_assert_true(parse_u64(&p, &value) == cases[i].ok);
        g_assert_cmpuint(value, ==, cases[i].ok ? cases[i].value : 12345);
        g_assert_cmpstr(p, ==, cases[i].rest);
    }
}

static void test_hundredths(void)
{
    static const struct {
        const char *text;
        bool ok;
        uint64_t value;
        const char *rest;
    } cases[] = {
        {"12.34 5", true, 1234, " 5"},
        {" 0.5\n", true, 50, "\n"},
        {"7", true, 700, ""},
        {"1.239", true, 123, ""},
        {"350735.47 ", true, 35073547, " "},
        {"3.x", true, 300, "x"},
        {".5", false, 0, ".5"},
        {"184467440737095516.15", false, 0, NULL},
        {"184467440737095514.99", true, 18446744073709551499u, ""},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *p = cases[i].text;
        uint64_t value = 12345;
        g_assert_true(parse_hundredths(&p, &value) == cases[i].ok);
        g_assert_cmpuint(value, ==, cases[i].ok ? cases[i].value : 12345);
        g_assert_cmpstr(p, ==, cases[i].rest ? cases[i].rest : cases[i].text);
    }
}

static void test_only(void)
{
    uint64_t value = 1;

    g_assert_true(parse_u64_only("9223372036854771712\n", &value));
    g_assert_cmpuint(value, ==, 9223372036854771712u);
    g_assert_true(parse_u64_only("5", &value));
    g_assert_cmpuint(value, ==, 5);
    static const char *const bad[] = {"", "\n", "max\n", "5 6\n", "5\n\n", "5x", "1.5\n", "-1\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(parse_u64_only(bad[i], &value));
    g_assert_cmpuint(value, ==, 5);
}

static void test_word_and_lines(void)
{
    const char *p = "  cpu0 1\ncpu 2";

    g_assert_false(parse_word(&p, "cpu"));
    g_assert_cmpstr(p, ==, "  cpu0 1\ncpu 2");
    g_assert_true(parse_word(&p, "cpu0"));
    g_assert_cmpstr(p, ==, " 1\ncpu 2");
    p = parse_next_line(p);
    g_assert_true(parse_word(&p, "cpu"));
    g_assert_cmpstr(parse_blanks(p), ==, "2");
    g_assert_cmpstr(parse_next_line(p), ==, "");
    g_assert_cmpstr(parse_next_line(""), ==, "");
    p = "cpu";
    g_assert_false(parse_word(&p, "cpus"));
    g_assert_true(parse_word(&p, "cpu"));
}

/* ---- plans ---- */

static const char *const KEYS[] = {"usage", "periods", "throttled"};

struct result {
    uint64_t out[G_N_ELEMENTS(KEYS)];
    bool found[G_N_ELEMENTS(KEYS)];
};

static struct result read_with(struct parse_plan *plan, const char *text)
{
    struct result r;

    memset(r.out, 0xAA, sizeof(r.out));
    memset(r.found, true, sizeof(r.found));
    parse_key_values(plan, text, r.out, r.found);
    return r;
}

static struct parse_plan new_plan(void)
{
    return (struct parse_plan){.keys = KEYS, .count = G_N_ELEMENTS(KEYS)};
}

static void check(struct result r, int64_t usage, int64_t periods, int64_t throttled)
{
    const int64_t expected[] = {usage, periods, throttled};

    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_assert_true(r.found[i] == (expected[i] >= 0));
        if (expected[i] >= 0)
            g_assert_cmpint((int64_t)r.out[i], ==, expected[i]);
    }
}

static void test_plan(void)
{
    struct parse_plan plan = new_plan();

    check(read_with(&plan, "usage 1\nuser 2\nperiods 3\nthrottled 4\n"), 1, 3, 4);
    check(read_with(&plan, "usage 10\nuser x\nperiods 30\nthrottled 40\n"), 10, 30, 40);
    check(read_with(&plan, "throttled 4\nusage 1\nperiods 3\n"), 1, 3, 4);
    check(read_with(&plan, ""), -1, -1, -1);
    check(read_with(&plan, "throttled 4\nusage 1\nperiods 3\n"), 1, 3, 4);
}

/* cpu.stat has its first lines in every cgroup, the others only where the controller is on. One
 * plan serves both in turn. */
static void test_plan_key_comes_and_goes(void)
{
    struct parse_plan plan = new_plan();

    for (int i = 0; i < 3; i++) {
        check(read_with(&plan, "usage 1\nuser 2\n"), 1, -1, -1);
        check(read_with(&plan, "usage 1\nuser 2\n"), 1, -1, -1);
        check(read_with(&plan, "usage 1\nuser 2\nperiods 3\nthrottled 4\n"), 1, 3, 4);
        check(read_with(&plan, "usage 5\nuser 2\nperiods 6\nthrottled 7\n"), 5, 6, 7);
    }
}

static void test_plan_torn(void)
{
    struct parse_plan plan = new_plan();

    check(read_with(&plan, "usage 123\nperiods 3\nthrottled 40"), 123, 3, -1);
    check(read_with(&plan, "usage 123\nperiods 3\nthrottled 4000\n"), 123, 3, 4000);
    check(read_with(&plan, "usage 123\nperi"), 123, -1, -1);
    check(read_with(&plan, "usage\nperiods 3\n"), -1, 3, -1);
    check(read_with(&plan, "usage 12 34\nperiods 0x3\nthrottled 99999999999999999999\n"), -1, -1,
          -1);
    check(read_with(&plan, "usages 1\nusage 2\n\n\nperiods\t3\n"), 2, 3, -1);
    check(read_with(&plan, "usage 1\nusage 2\n"), 1, -1, -1);
    check(read_with(&plan, "usage max\nperiods 2\n"), -1, 2, -1);
    check(read_with(&plan, "usage 7\nperiods 2\n"), 7, 2, -1);
}

/* A plan is not made for a file of 100,000 lines, but must still work. */
static void test_plan_long(void)
{
    GString *text = g_string_new(NULL);
    struct parse_plan plan = new_plan();

    for (int i = 0; i < 100000; i++)
        g_string_append_printf(text, "key%d %d\n", i, i);
    char *late = g_strconcat(text->str, "usage 5\n", NULL);
    char *early = g_strconcat("usage 5\n", text->str, NULL);
    check(read_with(&plan, late), -1, -1, -1);
    check(read_with(&plan, early), 5, -1, -1);
    check(read_with(&plan, early), 5, -1, -1);
    g_free(late);
    g_free(early);
    g_string_free(text, TRUE);
}

/* ---- random text ---- */

/* Text that could mislead the parsers: valid lines, truncated and changed. */
static char *random_text(GRand *rand)
{
    static const char *const pieces[] = {"usage",
                                         "periods",
                                         "throttled",
                                         " ",
                                         "\t",
                                         "\n",
                                         "1",
                                         "18446744073709551615",
                                         "99999999999999999999999",
                                         "0",
                                         ".",
                                         "-",
                                         "usage 1\n",
                                         "periods 77\n",
                                         "\xff",
                                         "\x80",
                                         "max",
                                         "\r\n",
                                         "usage 1",
                                         "\x01"};
    GString *text = g_string_new(NULL);

    for (int n = g_rand_int_range(rand, 0, 30); n > 0; n--) {
        if (g_rand_int_range(rand, 0, 4) == 0)
            g_string_append_c(text, (char)g_rand_int_range(rand, 1, 256));
        else
            g_string_append(text, pieces[g_rand_int_range(rand, 0, (gint32)G_N_ELEMENTS(pieces))]);
    }
    /* an allocation of exactly this size, so that the sanitizer sees one byte too far */
    char *exact = g_memdup2(text->str, text->len + 1);
    g_string_free(text, TRUE);
    return exact;
}

static bool has_key_twice(const char *text)
{
    for (size_t i = 0; i < G_N_ELEMENTS(KEYS); i++) {
        int seen = 0;
        for (const char *line = text; *line; line = parse_next_line(line)) {
            const char *p = line;
            seen += parse_word(&p, KEYS[i]);
        }
        if (seen > 1)
            return true;
    }
    return false;
}

/* What a plan finds must not depend on what it has seen before. */
static void check_plan_on(struct parse_plan *plan, const char *text)
{
    struct parse_plan fresh = new_plan();
    struct result expected = read_with(&fresh, text), r = read_with(plan, text);

    for (size_t i = 0; i < G_N_ELEMENTS(KEYS) && !has_key_twice(text); i++) {
        g_assert_true(r.found[i] == expected.found[i]);
        if (r.found[i])
            g_assert_cmpuint(r.out[i], ==, expected.out[i]);
    }
}

static void check_number_parsers_on(const char *text)
{
    const char *end = text + strlen(text);
    uint64_t value;

    for (const char *p = text; p <= end; p++) {
        const char *q = p;
        if (parse_u64(&q, &value))
            g_assert_true(q > p && q <= end);
        else
            g_assert_true(q == p);
        q = p;
        if (parse_hundredths(&q, &value))
            g_assert_true(q > p && q <= end);
        else
            g_assert_true(q == p);
        q = p;
        g_assert_true(parse_word(&q, "usage") ? q > p && q <= end : q == p);
        g_assert_true(parse_next_line(p) <= end);
        parse_u64_only(p, &value);
    }
}

static void test_random(void)
{
    GRand *rand = g_rand_new_with_seed(20261121);
    struct parse_plan plan = new_plan();

    for (int i = 0; i < 20000; i++) {
        char *text = random_text(rand);
        check_number_parsers_on(text);
        check_plan_on(&plan, text);
        g_free(text);
    }
    g_rand_free(rand);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/parse/u64", test_u64);
    g_test_add_func("/parse/hundredths", test_hundredths);
    g_test_add_func("/parse/only", test_only);
    g_test_add_func("/parse/word-and-lines", test_word_and_lines);
    g_test_add_func("/parse/plan", test_plan);
    g_test_add_func("/parse/plan-key-comes-and-goes", test_plan_key_comes_and_goes);
    g_test_add_func("/parse/plan-torn", test_plan_torn);
    g_test_add_func("/parse/plan-long", test_plan_long);
    g_test_add_func("/parse/random", test_random);
    return g_test_run();
}
