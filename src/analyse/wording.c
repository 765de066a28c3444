/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/wording.h"

#include "base/clock.h"

#include <math.h>

/* At most three digits, no more than one behind the point: "0.4", "9.7", "31", "812". */
static void put_number(double number, const char *unit, char out[WORDING_SIZE])
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    bool whole = fabs(number) >= 99.95 || fabs(number - round(number)) < 0.05;

    g_ascii_formatd(digits, sizeof(digits), whole ? "%.0f" : "%.1f", number);
    g_snprintf(out, WORDING_SIZE, "%s%s%s", digits, *unit ? " " : "", unit);
}

static void put_bytes(double bytes, const char *per, char out[WORDING_SIZE])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    char unit[16];
    size_t i = 0;

    for (; fabs(bytes) >= 1023.5 && i + 1 < G_N_ELEMENTS(units); i++)
        bytes /= 1024;
    g_snprintf(unit, sizeof(unit), "%s%s", units[i], per);
    put_number(bytes, unit, out);
}

const char *wording_number(enum unit unit, double number, char out[WORDING_SIZE])
{
    if (!isfinite(number)) {
        g_strlcpy(out, "unknown", WORDING_SIZE);
        return out;
    }
    switch (unit) {
    case UNIT_PERCENT:
        put_number(number, "%", out);
        break;
    case UNIT_CPU_PERCENT:
        put_number(number / 100, "cores", out);
        break;
    case UNIT_BYTES:
        put_bytes(number, "", out);
        break;
    case UNIT_BYTES_RATE:
        put_bytes(number, "/s", out);
        break;
    case UNIT_RATE:
        put_number(number, "per second", out);
        break;
    case UNIT_MS:
        put_number(number, "ms", out);
        break;
    case UNIT_SECONDS:
        wording_duration((int64_t)(CLAMP(number, -1e9, 1e9) * (double)CLOCK_NS_PER_S), out);
        break;
    default:
        put_number(number, "", out);
    }
    return out;
}

const char *wording_duration(int64_t ns, char out[WORDING_SIZE])
{
    int64_t seconds = MAX(0, ns) / CLOCK_NS_PER_S, minutes = seconds / 60, hours = minutes / 60,
            days = hours / 24;
    const char *s = days == 1 ? "" : "s";

    if (days)
        g_snprintf(out, WORDING_SIZE, "%d day%s %d h", (int)days, s, (int)(hours % 24));
    if (days && hours % 24 == 0)
        g_snprintf(out, WORDING_SIZE, "%d day%s", (int)days, s);
    if (!days && hours)
        g_snprintf(out, WORDING_SIZE, "%d h %d min", (int)hours, (int)(minutes % 60));
    if (!days && hours && minutes % 60 == 0)
        g_snprintf(out, WORDING_SIZE, "%d h", (int)hours);
    if (!hours && minutes)
        g_snprintf(out, WORDING_SIZE, "%d min", (int)minutes);
    if (!minutes)
        g_snprintf(out, WORDING_SIZE, "%d s", (int)seconds);
    return out;
}

char *wording_list(const char *const *names, size_t count)
{
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < count; i++)
        g_string_append_printf(text, "%s%s",
                               i == 0           ? ""
                               : i + 1 == count ? " and "
                                                : ", ",
                               names[i]);
    return g_string_free(text, FALSE);
}
