/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/pressure.h"

#include "base/parse.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

static bool parse_total(const char *text, const char *line, uint64_t *us)
{
    for (const char *p = text; *p; p = parse_next_line(p)) {
        const char *rest = p;
        if (!parse_word(&rest, line))
            continue;
        const char *total = strchrnul(rest, '\n'); /* the last field */
        while (g_ascii_isdigit(total[-1]))
            total--;
        return total - rest > 6 && memcmp(total - 6, "total=", 6) == 0 && parse_u64(&total, us);
    }
    return false;
}

static enum reason reason_for(ssize_t n)
{
    switch (n) {
    case -EACCES:
    case -EPERM:
        return REASON_DENIED;
    case -ENOENT:
    case -EOPNOTSUPP:
        return REASON_PRESSURE_OFF;
    default:
        return REASON_UNREADABLE;
    }
}

static void record_line(struct record *r, enum reading reading, const char *text, ssize_t n,
                        const char *line, enum reason if_missing)
{
    uint64_t us;

    if (n <= 0)
        record_absent(r, reading, reason_for(n));
    else if (parse_total(text, line, &us) && us < UINT64_MAX / 2 / 1000)
        record_set(r, reading, us * 1000);
    else
        record_absent(r, reading, if_missing);
}

void pressure_record(struct record *r, enum reading some, enum reading full, const char *text,
                     ssize_t n)
{
    if (some != R_NONE) /* interrupts have no "some" */
        record_line(r, some, text, n, "some", REASON_UNREADABLE);
    if (full != R_NONE) /* Linux before 5.13 has no "full" for the CPU */
        record_line(r, full, text, n, "full", REASON_NO_FILE);
}
