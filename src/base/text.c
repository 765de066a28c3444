/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/text.h"

#include <glib.h>
#include <string.h>

#define REPLACEMENT 0xFFFDu

/* Letters, marks or blanks in Unicode that are invisible, or change the glyph next to them. */
static bool is_invisible(gunichar c)
{
    static const struct {
        gunichar first, last;
    } ranges[] = {
        {0x034F, 0x034F},   /* combining grapheme joiner */
        {0x115F, 0x1160},   /* Hangul fillers */
        {0x17B4, 0x17B5},   /* Khmer inherent vowels */
        {0x180B, 0x180F},   /* Mongolian variation selectors */
        {0x2060, 0x206F},   /* invisible operators, assigned or not */
        {0x3164, 0x3164},   /* Hangul filler */
        {0xFE00, 0xFE0F},   /* variation selectors change a glyph's width */
        {0xFFA0, 0xFFA0},   /* halfwidth Hangul filler */
        {0xFFF0, 0xFFFB},   /* interlinear annotation and unassigned ignorables */
        {0xE0000, 0xE0FFF}, /* tags, more variation selectors */
    };

    for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

static bool is_unsafe(gunichar c)
{
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT: /* zero-width, direction marks, bidi embedding and isolates */
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_PRIVATE_USE:
        return true;
    default:
        return is_invisible(c) || (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
    }
}

char *text_clean(const char *in, long length)
{
    if (!in)
        return NULL;
    const char *end = in + (length < 0 ? strlen(in) : (size_t)length);
    GString *out = g_string_sized_new(MIN((gsize)(end - in), TEXT_NAME_MAX) + 1);

    while (in < end) {
        gunichar c = g_utf8_get_char_validated(in, end - in);
        bool valid = c != (gunichar)-1 && c != (gunichar)-2 && *in;
        gunichar shown = valid && !is_unsafe(c) ? c : REPLACEMENT;
        if (out->len + (gsize)g_unichar_to_utf8(shown, NULL) > TEXT_NAME_MAX)
            break;
        g_string_append_unichar(out, shown);
        in = valid ? g_utf8_next_char(in) : in + 1;
    }
    /* thousands of names are kept, so the spare room of a GString is not */
    char *text = g_strndup(out->str, out->len);
    g_string_free(out, TRUE);
    return text;
}

/* The first text that ends with text I, which may be itself. */
static size_t holder_of(const char *const texts[], size_t i)
{
    size_t holder = 0;

    while (holder < i && !(texts[holder] && g_str_has_suffix(texts[holder], texts[i])))
        holder++;
    return holder;
}

void *text_pack(size_t head, const char *texts[], size_t count)
{
    size_t size = head;

    for (size_t i = 0; i < count; i++)
        if (texts[i] && holder_of(texts, i) == i)
            size += strlen(texts[i]) + 1;
    char *pack = g_malloc(size), *end = pack + head;
    for (size_t i = 0; i < count; i++) {
        if (!texts[i])
            continue;
        size_t holder = holder_of(texts, i), length = strlen(texts[i]);
        if (holder < i) {
            texts[i] = texts[holder] + strlen(texts[holder]) - length;
        } else {
            texts[i] = memcpy(end, texts[i], length + 1);
            end += length + 1;
        }
    }
    return pack;
}

int text_char_width(uint32_t c)
{
    if (c < 0x300)
        return 1;
    if (g_unichar_iszerowidth(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

uint32_t text_next(const char **s)
{
    if (!**s)
        return 0;
    uint32_t c = (unsigned char)**s < 0x80 ? (unsigned char)**s : g_utf8_get_char(*s);
    *s = g_utf8_next_char(*s);
    return c;
}

int text_width(const char *s)
{
    int width = 0;

    for (uint32_t c; (c = text_next(&s));)
        width += text_char_width(c);
    return width;
}

size_t text_fit(const char *s, int columns, int *used)
{
    const char *p = s, *fits = s;
    int width = 0;

    for (uint32_t c; (c = text_next(&p));) {
        int w = text_char_width(c);
        if (width + w > columns)
            break;
        width += w;
        fits = p;
    }
    *used = width;
    return (size_t)(fits - s);
}

char *text_ellipsize(const char *s, int columns, bool ascii)
{
    int used;
    size_t bytes = text_fit(s, columns, &used);

    if (!s[bytes])
        return g_strdup(s);
    if (columns < 1)
        return g_strdup("");
    bytes = text_fit(s, columns - 1, &used);
    return g_strdup_printf("%.*s%s", (int)bytes, s, ascii ? "~" : "…");
}

char *text_to_ascii(const char *s)
{
    GString *out = g_string_new(NULL);

    for (uint32_t c; (c = text_next(&s));)
        g_string_append_c(out, c < 0x80 ? (char)c : '?');
    return g_string_free(out, FALSE);
}
