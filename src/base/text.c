#include "base/text.h"

#include <glib.h>
#include <string.h>

#define REPLACEMENT 0xFFFDu

static bool is_unsafe(gunichar c)
{
    if (c < 0x20 || (c >= 0x7F && c < 0xA0))
        return true;
    if (c == 0xAD || c == 0x61C || c == 0x180E || c == 0xFEFF)
        return true;
    if (c >= 0x200B && c <= 0x200F)
        return true; /* zero-width and direction marks */
    if (c >= 0x2028 && c <= 0x202E)
        return true; /* line separators, bidi embedding */
    if (c >= 0x2060 && c <= 0x206F)
        return true; /* invisible operators, bidi isolates */
    if (c >= 0xFFF9 && c <= 0xFFFB)
        return true; /* interlinear annotation */
    if (c >= 0xFE00 && c <= 0xFE0F)
        return true; /* variation selectors change a glyph's width */
    if (c >= 0xE0000 && c <= 0xE0FFF)
        return true; /* tags */
    return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF) || (c >= 0xE000 && c <= 0xF8FF);
}

char *text_clean(const char *in, long length)
{
    if (!in)
        return NULL;
    const char *end = in + (length < 0 ? strlen(in) : (size_t)length);
    GString *out = g_string_sized_new((gsize)(end - in) + 1);

    while (in < end) {
        gunichar c = g_utf8_get_char_validated(in, end - in);
        bool valid = c != (gunichar)-1 && c != (gunichar)-2 && *in;
        gunichar shown = valid && !is_unsafe(c) ? c : REPLACEMENT;
        if (out->len + 4 > TEXT_NAME_MAX)
            break;
        g_string_append_unichar(out, shown);
        in = valid ? g_utf8_next_char(in) : in + 1;
    }
    return g_string_free(out, FALSE);
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
