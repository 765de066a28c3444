/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/uuid.h"

#include <glib.h>
#include <string.h>

enum { DIGITS = 32 };

static bool takes_dash(size_t at)
{
    return at == 8 || at == 13 || at == 18 || at == 23;
}

static const char *skip_space(const char *p)
{
    while (g_ascii_isspace(*p))
        p++;
    return p;
}

bool uuid_parse(const char *text, char out[UUID_TEXT])
{
    size_t length = 0, digits = 0;

    out[0] = '\0';
    if (!text)
        return false;
    for (text = skip_space(text); digits < DIGITS; text++) {
        if (*text == '-' && digits)
            continue;
        if (!g_ascii_isxdigit(*text))
            break;
        if (takes_dash(length))
            out[length++] = '-';
        out[length++] = g_ascii_tolower(*text);
        digits++;
    }
    bool whole = digits == DIGITS && !*skip_space(text);
    out[whole ? length : 0] = '\0';
    return whole;
}

bool uuid_is_unique(const char *uuid)
{
    /* Placeholders in the firmware of boards whose UUID was never set. */
    static const char *const placeholders[] = {
        "03000200-0400-0500-0006-000700080009", "00020003-0004-0005-0006-000700080009",
        "6ab5b300-538d-1014-9fb5-b0684d007b53", "12345678-1234-5678-90ab-cddeefaabbcc",
        "4c4c4544-0000-2010-8020-80c04f202020"}; /* Dell boards without a service tag */

    for (size_t i = 0; i < G_N_ELEMENTS(placeholders); i++)
        if (strcmp(uuid, placeholders[i]) == 0)
            return false;
    for (const char *p = uuid; *p; p += 2) {
        if (*p == '-')
            p++;
        if (strncmp(p, uuid, 2) != 0)
            return true;
    }
    return false;
}
