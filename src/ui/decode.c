/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/decode.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum { ESCAPE = 27, DEL = 127, SEQUENCE_MAX = 64, SCREEN_MAX = 65535 };

struct cap {
    char *sequence;
    size_t length;
    enum key_code code;
};

struct decoder {
    GString *bytes;
    size_t taken; /* of them: they have become keys */
    GArray *caps; /* struct cap */
    bool pasting;
};

/* How many bytes an attempt has used: 0 = not what I understand, MORE = could become it. */
enum { MORE = -1 };

/* What surrounds a paste: CSI 200 ~ and CSI 201 ~ (bracketed paste). */
enum { PASTE_BEGIN = 200, PASTE_END = 201 };

/* Bytes that have not become keys yet. */
static const char *rest(const struct decoder *d)
{
    return d->bytes->str + d->taken;
}

static size_t rest_length(const struct decoder *d)
{
    return d->bytes->len - d->taken;
}

static void clear_cap(void *p)
{
    g_free(((struct cap *)p)->sequence);
}

struct decoder *decoder_new(void)
{
    struct decoder *d = g_new0(struct decoder, 1);

    d->bytes = g_string_new(NULL);
    d->caps = g_array_new(FALSE, FALSE, sizeof(struct cap));
    g_array_set_clear_func(d->caps, clear_cap);
    return d;
}

void decoder_free(struct decoder *d)
{
    if (!d)
        return;
    g_string_free(d->bytes, TRUE);
    g_array_free(d->caps, TRUE);
    g_free(d);
}

void decoder_learn(struct decoder *d, const char *sequence, enum key_code code)
{
    struct cap c = {.sequence = g_strdup(sequence), .length = strlen(sequence), .code = code};

    g_array_append_val(d->caps, c);
}

void decoder_feed(struct decoder *d, const char *bytes, size_t n)
{
    g_string_erase(d->bytes, 0, (gssize)d->taken);
    d->taken = 0;
    g_string_append_len(d->bytes, bytes, (gssize)n);
}

bool decoder_is_waiting(const struct decoder *d)
{
    return rest_length(d) > 0;
}

bool decoder_is_pasting(const struct decoder *d)
{
    return d->pasting;
}

void decoder_end_paste(struct decoder *d)
{
    d->pasting = false;
}

/* ---- sequences of this terminal ---- */

/* When nothing more comes, the longest that is complete counts. */
static int read_cap(const struct decoder *d, bool patient, struct key *out)
{
    int best = 0;

    for (guint i = 0; i < d->caps->len; i++) {
        const struct cap *c = &g_array_index(d->caps, struct cap, i);
        size_t n = MIN(c->length, rest_length(d));
        if (memcmp(c->sequence, rest(d), n) != 0)
            continue;
        if (n < c->length && patient)
            return MORE;
        if (n < c->length)
            continue;
        if ((int)n > best) {
            best = (int)n;
            out->code = c->code;
        }
    }
    return best;
}

/* ---- sequences most terminals share ---- */

static enum key_code final_key(char final)
{
    switch (final) {
    case 'A':
        return K_UP;
    case 'B':
        return K_DOWN;
    case 'C':
        return K_RIGHT;
    case 'D':
        return K_LEFT;
    case 'F':
        return K_END;
    case 'H':
        return K_HOME;
    case 'M':
        return K_ENTER; /* of the keypad */
    case 'P':
    case 'Q':
    case 'R':
    case 'S':
        return K_F1 + (enum key_code)(final - 'P');
    case 'Z':
        return K_BACKTAB;
    default:
        return K_NONE;
    }
}

/* CSI number ~ */
static enum key_code numbered_key(long number)
{
    if (number == PASTE_BEGIN || number == PASTE_END)
        return number == PASTE_BEGIN ? K_PASTE_BEGIN : K_PASTE_END;

    static const enum key_code keys[] = {
        [1] = K_HOME,      [2] = K_INSERT, [3] = K_DELETE, [4] = K_END,  [5] = K_PAGE_UP,
        [6] = K_PAGE_DOWN, [7] = K_HOME,   [8] = K_END,    [11] = K_F1,  [12] = K_F2,
        [13] = K_F3,       [14] = K_F4,    [15] = K_F5,    [17] = K_F6,  [18] = K_F7,
        [19] = K_F8,       [20] = K_F9,    [21] = K_F10,   [23] = K_F11, [24] = K_F12,
    };

    return number >= 0 && number < (long)G_N_ELEMENTS(keys) ? keys[number] : K_NONE;
}

static enum key_code mouse_key(int button)
{
    enum { WITH_MODIFIERS = 4 | 8 | 16, LEFT = 0, WHEEL_UP = 64, WHEEL_DOWN = 65 };

    switch (button & ~WITH_MODIFIERS) {
    case LEFT:
        return K_CLICK;
    case WHEEL_UP:
        return K_WHEEL_UP;
    case WHEEL_DOWN:
        return K_WHEEL_DOWN;
    default:
        return K_NONE;
    }
}

/* CSI < button ; column ; row M, or m when it is released */
static void read_sgr_mouse(const char *parameters, char final, struct key *out)
{
    char *end;
    long field[3] = {0};

    for (int i = 0; i < 3; i++) {
        field[i] = strtol(parameters, &end, 10);
        if (end == parameters || (i < 2 && *end != ';') || field[i] < 0 || field[i] > SCREEN_MAX)
            return;
        parameters = end + 1;
    }
    if (final != 'M')
        return;
    out->code = mouse_key((int)field[0]);
    out->column = (int)field[1] - 1;
    out->row = (int)field[2] - 1;
}

/* CSI M and three bytes, each with 32 added */
static int read_x10_mouse(const char *s, size_t n, struct key *out)
{
    enum { LENGTH = 6, OFFSET = 32 };

    if (n < LENGTH)
        return MORE;
    out->code = mouse_key((unsigned char)s[3] - OFFSET);
    out->column = (unsigned char)s[4] - OFFSET - 1;
    out->row = (unsigned char)s[5] - OFFSET - 1;
    return LENGTH;
}

/* ESC [ parameters final */
static int read_csi(const char *s, size_t n, struct key *out)
{
    size_t i = 2;

    if (n > 2 && s[2] == 'M')
        return read_x10_mouse(s, n, out);
    if (n > 2 && s[2] == '[') { /* F1 to F5 of the Linux console: ESC [ [ A */
        if (n == 3)
            return MORE;
        out->code = s[3] >= 'A' && s[3] <= 'E' ? K_F1 + (enum key_code)(s[3] - 'A') : K_NONE;
        return 4;
    }
    while (i < n && (unsigned char)s[i] >= 0x20 && (unsigned char)s[i] < 0x40)
        i++;
    if (i == n)
        return n < SEQUENCE_MAX ? MORE : 0;
    if ((unsigned char)s[i] < 0x40 || (unsigned char)s[i] >= DEL)
        return 0;
    if (s[2] == '<')
        read_sgr_mouse(s + 3, s[i], out);
    else if (s[i] == '~')
        out->code = numbered_key(strtol(s + 2, NULL, 10));
    else
        out->code = final_key(s[i]);
    return (int)i + 1;
}

/* ESC O final: the keypad, and cursor keys in application mode */
static int read_ss3(const char *s, size_t n, struct key *out)
{
    if (n < 3)
        return MORE;
    out->code = final_key(s[2]);
    return 3;
}

static int read_escape(const char *s, size_t n, struct key *out)
{
    if (n < 2)
        return MORE;
    if (s[1] == '[')
        return read_csi(s, n, out);
    if (s[1] == 'O')
        return read_ss3(s, n, out);
    return 0;
}

/* ---- characters ---- */

static int read_utf8(const char *s, size_t n, struct key *out)
{
    if (!*s)
        return 1; /* no character, and for GLib the beginning of one */
    gunichar c = g_utf8_get_char_validated(s, (gssize)n);

    if (c == (gunichar)-2)
        return MORE;
    out->code = c == (gunichar)-1 ? K_NONE : K_CHAR;
    out->ch = c;
    return c == (gunichar)-1 ? 1 : g_unichar_to_utf8(c, NULL);
}

static int read_character(const char *s, size_t n, struct key *out)
{
    out->ch = (unsigned char)*s;
    switch (*s) {
    case ESCAPE:
        out->code = K_ESCAPE;
        return 1;
    case '\r':
    case '\n':
        out->code = K_ENTER;
        return 1;
    case '\t':
        out->code = K_TAB;
        return 1;
    case '\b':
    case DEL:
        out->code = K_BACKSPACE;
        return 1;
    default:
        return read_utf8(s, n, out);
    }
}

/* Inside a paste every byte is text, but for the sequence that ends it. Terminals take other
 * escapes out of what they paste: one that stands alone is the key, pressed because the end was
 * lost. */
static int read_pasted(const char *s, size_t n, bool patient, struct key *out)
{
    static const char end[] = "\033[201~";
    size_t common = MIN(n, strlen(end));
    int used;

    if (memcmp(s, end, common) == 0 && n < strlen(end) && patient)
        return MORE;
    if (memcmp(s, end, common) == 0 && (n == 1 || n >= strlen(end))) {
        out->code = K_PASTE_END;
        return (int)common;
    }
    used = read_utf8(s, n, out);
    if (used == MORE && patient)
        return MORE;
    out->pasted = true;
    out->code = used == MORE ? K_NONE : out->code;
    return MAX(used, 1);
}

static int read_key(const struct decoder *d, bool patient, struct key *out)
{
    const char *s = rest(d);
    size_t n = rest_length(d);

    if (d->pasting)
        return read_pasted(s, n, patient, out);
    int used = read_cap(d, patient, out);

    if (used <= 0 && *s == ESCAPE) {
        int shared = read_escape(s, n, out);
        used = shared ? shared : used;
    }
    if (used > 0 || (used == MORE && patient))
        return used;
    *out = (struct key){0};
    if (used == MORE && n > 2)
        return (int)n; /* half a sequence, and nothing comes: its rest must not act as keys */
    used = read_character(s, n, out);
    if (used != MORE || patient)
        return used;
    *out = (struct key){0};
    return 1; /* half a character */
}

bool decoder_next(struct decoder *d, bool patient, struct key *out)
{
    while (rest_length(d)) {
        *out = (struct key){0};
        int used = read_key(d, patient, out);
        if (used == MORE)
            return false;
        d->taken += (size_t)used;
        if (out->code == K_PASTE_BEGIN || out->code == K_PASTE_END)
            d->pasting = out->code == K_PASTE_BEGIN;
        else if (out->code != K_NONE)
            return true;
    }
    return false;
}
