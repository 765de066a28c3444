/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* spoil.h: a file as nobody would write it: torn, empty, huge, binary, with names from hell. */
#ifndef VTOP_TESTS_COLLECT_SPOIL_H
#define VTOP_TESTS_COLLECT_SPOIL_H

#include <glib.h>
#include <stdbool.h>
#include <string.h>

enum spoil {
    SPOIL_TORN,                     /* cut in the middle of a line */
    SPOIL_BINARY,                   /* NULs in it */
    SPOIL_NOISE,                    /* bytes of all kinds, and no digit */
    SPOIL_UNREADABLE = SPOIL_NOISE, /* so far there is nothing in it to be understood */
    SPOIL_EMPTY,
    SPOIL_CUT,     /* at the end of a line: what is left looks well */
    SPOIL_DOUBLED, /* each line stands there twice */
    SPOIL_REVERSED,
    SPOIL_OVERFLOW, /* numbers of 20 digits, ... */
    SPOIL_LARGEST,  /* ... the largest there are, ... */
    SPOIL_NEGATIVE, /* ... and negative ones */
    SPOIL_NAMES,    /* words are escape sequences, directions, broken UTF-8, or 4 KiB long */
    SPOIL_FLIPPED,  /* some bytes are others */
    SPOIL_HUGE,     /* very many lines that mean nothing before it */
    SPOIL_COUNT,
    SPOIL_ANY, /* each file another way */
    SPOIL_NOT
};

static inline void spoil_numbers(GString *out, const char *text, gsize length, const char *number)
{
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isdigit(text[i]))
            g_string_append_c(out, text[i]);
        else if (!i || !g_ascii_isdigit(text[i - 1]))
            g_string_append(out, number);
    }
}

static inline void spoil_names(GString *out, const char *text, gsize length, GRand *chance)
{
    static const char *const names[] = {"\033[2J", "\xe2\x80\xae", "\xff\xc3", "\xc2\x9b", "=",
                                        "\""};

    for (gsize i = 0; i < length; i++) {
        bool begins = g_ascii_isalpha(text[i]) && (!i || !g_ascii_isalnum(text[i - 1]));
        if (begins && g_rand_int_range(chance, 0, 4) == 0)
            g_string_append(out, names[g_rand_int_range(chance, 0, G_N_ELEMENTS(names))]);
        if (begins && g_rand_int_range(chance, 0, 40) == 0)
            g_string_append_printf(out, "%04096d", 0);
        g_string_append_c(out, text[i]);
    }
}

static inline void spoil_lines(GString *out, const char *text, gsize length, bool reversed)
{
    char *copy = g_strndup(text, length), **lines = g_strsplit(copy, "\n", -1);
    guint count = g_strv_length(lines);

    for (guint i = 0; i < count; i++) {
        const char *line = lines[reversed ? count - 1 - i : i];
        for (int times = reversed ? 1 : 2; *line && times > 0; times--)
            g_string_append_printf(out, "%s\n", line);
    }
    g_strfreev(lines);
    g_free(copy);
}

static inline void spoil_bytes(GString *out, const char *text, gsize length, int count,
                               GRand *chance, bool nul)
{
    g_string_append_len(out, text, (gssize)length);
    for (; length && count > 0; count--)
        out->str[g_rand_int_range(chance, 0, (gint32)length)] =
            (char)(nul ? 0 : g_rand_int_range(chance, 1, 256));
}

/* g_string_free(). */
static inline GString *spoil(enum spoil how, const char *text, gsize length, GRand *chance)
{
    GString *out = g_string_new(NULL);
    const char *end = length ? memrchr(text, '\n', length - 1) : NULL;

    if (how == SPOIL_ANY)
        how = (enum spoil)g_rand_int_range(chance, 0, SPOIL_COUNT);
    switch (how) {
    case SPOIL_TORN:
        g_string_append_len(out, text, length ? g_rand_int_range(chance, 0, (gint32)length) : 0);
        g_string_truncate(out, out->len - (out->len && out->str[out->len - 1] == '\n'));
        break;
    case SPOIL_BINARY:
        spoil_bytes(out, text, length, 1 + (int)length / 20, chance, true);
        break;
    case SPOIL_NOISE:
        for (int i = 0; i < 500; i++) {
            char c = (char)g_rand_int_range(chance, 0, 256);
            g_string_append_c(out, g_ascii_isdigit(c) ? '\n' : c);
        }
        break;
    case SPOIL_EMPTY:
        break;
    case SPOIL_CUT:
        g_string_append_len(out, text, end ? end - text + 1 : 0);
        break;
    case SPOIL_DOUBLED:
    case SPOIL_REVERSED:
        spoil_lines(out, text, length, how == SPOIL_REVERSED);
        break;
    case SPOIL_OVERFLOW:
        spoil_numbers(out, text, length, "99999999999999999999");
        break;
    case SPOIL_LARGEST:
        spoil_numbers(out, text, length, "18446744073709551615");
        break;
    case SPOIL_NEGATIVE:
        spoil_numbers(out, text, length, "-1");
        break;
    case SPOIL_NAMES:
        spoil_names(out, text, length, chance);
        break;
    case SPOIL_FLIPPED:
        spoil_bytes(out, text, length, 1 + (int)length / 50, chance, false);
        break;
    case SPOIL_HUGE:
        for (int i = 0; i < 3000; i++)
            g_string_append(out, "nothing 1\n");
        g_string_append_len(out, text, (gssize)length);
        break;
    case SPOIL_NOT:
        g_string_append_len(out, text, (gssize)length);
        break;
    case SPOIL_COUNT:
    case SPOIL_ANY:
        g_assert_not_reached();
    }
    return out;
}

#endif
