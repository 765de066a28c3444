/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What terminals send becomes keys, and never more keys than were pressed. */
#include "ui/decode.h"

#include <glib.h>
#include <string.h>

/* The keys that BYTES give, as text: "F1 x Up". */
static char *decode(struct decoder *d, const char *bytes, bool patient)
{
    static const char *const names[K_COUNT] = {
        [K_ESCAPE] = "Esc",      [K_ENTER] = "Enter",  [K_TAB] = "Tab",
        [K_BACKTAB] = "BackTab", [K_BACKSPACE] = "BS", [K_DELETE] = "Del",
        [K_INSERT] = "Ins",      [K_UP] = "Up",        [K_DOWN] = "Down",
        [K_LEFT] = "Left",       [K_RIGHT] = "Right",  [K_HOME] = "Home",
        [K_END] = "End",         [K_PAGE_UP] = "PgUp", [K_PAGE_DOWN] = "PgDn",
        [K_F1] = "F1",           [K_F2] = "F2",        [K_F3] = "F3",
        [K_F4] = "F4",           [K_F5] = "F5",        [K_F6] = "F6",
        [K_F7] = "F7",           [K_F8] = "F8",        [K_F9] = "F9",
        [K_F10] = "F10",         [K_F11] = "F11",      [K_F12] = "F12",
        [K_CLICK] = "Click",     [K_WHEEL_UP] = "WUp", [K_WHEEL_DOWN] = "WDown"};
    GString *s = g_string_new(NULL);
    struct key key;

    decoder_feed(d, bytes, strlen(bytes));
    while (decoder_next(d, patient, &key)) {
        if (s->len)
            g_string_append_c(s, ' ');
        if (key.pasted)
            g_string_append_c(s, '\'');
        if (key.code == K_CHAR)
            g_string_append_unichar(s, key.ch);
        else
            g_string_append(s, names[key.code]);
        if (key.code >= K_CLICK)
            g_string_append_printf(s, "@%d,%d", key.row, key.column);
    }
    return g_string_free(s, FALSE);
}

static void check(struct decoder *d, const char *bytes, bool patient, const char *expected)
{
    char *got = decode(d, bytes, patient);

    g_assert_cmpstr(got, ==, expected);
    g_free(got);
}

static void once(const char *bytes, const char *expected)
{
    struct decoder *d = decoder_new();

    check(d, bytes, false, expected);
    g_assert_false(decoder_is_waiting(d));
    decoder_free(d);
}

static void test_characters(void)
{
    once("q", "q");
    once("a\xc3\xa4\xe6\xb8\xac", "a ä 測");
    once("\r\n\t\x7f\b", "Enter Enter Tab BS BS");
    once("\x0c", "\x0c");
    once("\xff\xc3(", "("); /* broken bytes are no keys */
}

static void test_sequences(void)
{
    once("\033[A\033OB\033[5~\033[6~\033[H\033OF\033[1~\033[4~",
         "Up Down PgUp PgDn Home End Home End");
    once("\033OP\033[12~\033[[C\033[15~\033[21~\033[24~", "F1 F2 F3 F5 F10 F12");
    once("\033[1;5A\033[15;2~\033[Z", "Up F5 BackTab"); /* modifiers do not matter */
}

/* The rest of a sequence that is not known must not act: "[" and "]" travel in time. */
static void test_unknown_sequences(void)
{
    once("\033[I\033[202~\033[?1;2cx", "x");
    once("\033[38;5;1mq", "q");
    once("\033[99~\033[4294967301~", "");
}

static void test_escape(void)
{
    struct decoder *d = decoder_new();

    check(d, "\033", true, "");
    g_assert_true(decoder_is_waiting(d));
    check(d, "", false, "Esc");
    check(d, "\033\033", false, "Esc Esc");
    check(d, "\033q", true, "Esc q");
    check(d, "\033[", true, ""); /* cut in the middle by a slow line, ... */
    check(d, "A", true, "Up");
    check(d, "\033[1", true, "");
    check(d, "", false, ""); /* ... or for good */
    decoder_free(d);
}

/* What is pasted is text, whatever it says: no Enter, no function key, no click. */
static void test_paste(void)
{
    struct decoder *d = decoder_new();

    check(d, "x\033[200~q\xc3\xa4\r\033[A\033[201~q", true, "x 'q 'ä '\r '\033 '[ 'A q");
    check(d, "\033[20", true, "");
    check(d, "0~a\033[2", true, "'a");
    g_assert_true(decoder_is_pasting(d));
    check(d, "01~\r", true, "Enter");
    g_assert_false(decoder_is_pasting(d));
    check(d, "\033[201~q", true, "q"); /* an end without a beginning */
    check(d, "\033[200~\xe6\xb8", true, "");
    check(d, "\xac\xff!", true, "'測 '!"); /* a character that comes in two pieces */
    decoder_free(d);
}

/* The end that does not come: silence, as the owner's clock finds it, or Esc ends a paste. */
static void test_paste_without_end(void)
{
    struct decoder *d = decoder_new();

    check(d, "\033[200~a", true, "'a");
    decoder_end_paste(d);
    check(d, "q", true, "q");
    check(d, "\033[200~a\033", true, "'a");
    check(d, "", false, "");
    check(d, "q", true, "q");
    decoder_free(d);
}

/* As many keys as come at once cost the same each, and a byte 0 waits for nothing. */
static void test_much(void)
{
    enum { MUCH = 1 << 20 };
    struct decoder *d = decoder_new();
    char *bytes = g_malloc(MUCH);
    int64_t began = g_get_monotonic_time();
    unsigned keys = 0;
    struct key key;

    for (size_t i = 0; i < MUCH; i++)
        bytes[i] = i % 2 ? 'x' : '\0';
    decoder_feed(d, bytes, MUCH);
    while (decoder_next(d, true, &key))
        keys++;
    g_assert_cmpuint(keys, ==, MUCH / 2);
    g_assert_cmpint(g_get_monotonic_time() - began, <, 10 * G_USEC_PER_SEC);
    g_free(bytes);
    decoder_free(d);
}

static void test_terminal_knows_best(void)
{
    struct decoder *d = decoder_new();

    decoder_learn(d, "\033[11^", K_F11);
    decoder_learn(d, "\033[1", K_F9);
    decoder_learn(d, "\x7f", K_DELETE);
    check(d, "\033[11^", true, "F11");
    check(d, "\x7f", true, "Del");
    check(d, "\033[1", false, "F9");
    decoder_free(d);
}

static void test_mouse(void)
{
    once("\033[<0;11;6M\033[<0;11;6m", "Click@5,10");
    once("\033[<64;300;200M\033[<65;1;1M", "WUp@199,299 WDown@0,0");
    once("\033[M !!", "Click@0,0"); /* the old encoding */
    once("\033[<2;5;5M\033[<35;5;5M\033[<;;M", "");
    once("\033[<0;-2147483648;1M\033[<0;1;99999999999999999999M\033[<4294967296;1;1M", "");
}

/* Whatever comes: no crash, no endless loop, nothing left over. */
static void test_noise(void)
{
    static const char alphabet[] = "\033\033[[<O~;M0129A\x9b\xc3 \xff\r";

    for (guint32 seed = 1; seed < 3000; seed++) {
        GRand *r = g_rand_new_with_seed(seed);
        char bytes[24] = {0};
        for (size_t i = 0; i + 1 < sizeof(bytes); i++)
            bytes[i] = alphabet[g_rand_int_range(r, 0, sizeof(alphabet) - 1)];
        struct decoder *d = decoder_new();
        g_free(decode(d, bytes, true));
        g_free(decode(d, "", false));
        g_assert_false(decoder_is_waiting(d));
        decoder_free(d);
        g_rand_free(r);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/decode/characters", test_characters);
    g_test_add_func("/decode/sequences", test_sequences);
    g_test_add_func("/decode/unknown-sequences", test_unknown_sequences);
    g_test_add_func("/decode/escape", test_escape);
    g_test_add_func("/decode/paste", test_paste);
    g_test_add_func("/decode/paste-without-end", test_paste_without_end);
    g_test_add_func("/decode/much", test_much);
    g_test_add_func("/decode/terminal-knows-best", test_terminal_knows_best);
    g_test_add_func("/decode/mouse", test_mouse);
    g_test_add_func("/decode/noise", test_noise);
    return g_test_run();
}
