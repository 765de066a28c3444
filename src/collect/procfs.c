/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/procfs.h"

#include "base/parse.h"

#include <glib.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* Skip COUNT fields, which are separated by blanks and may contain anything else. */
static const char *skip_fields(const char *p, int count)
{
    while (count-- > 0) {
        p = parse_blanks(p);
        while (*p && *p != ' ')
            p++;
    }
    return p;
}

static uint64_t ns_of_ticks(uint64_t ticks)
{
    return ticks * (uint64_t)(1000000000 / sysconf(_SC_CLK_TCK));
}

bool procfs_parse_stat(const char *text, struct procfs_stat *out)
{
    /* Numbers of fields as in proc(5). */
    enum {
        STATE = 3,
        PARENT = 4,
        MAJOR = 12,
        USER = 14,
        SYSTEM = 15,
        THREADS = 20,
        START = 22,
        CPU = 39,
        GUEST = 43
    };
    const struct {
        int field;
        uint64_t *to;
    } wanted[] = {{PARENT, &out->parent},    {MAJOR, &out->major_faults}, {USER, &out->user_ns},
                  {SYSTEM, &out->system_ns}, {THREADS, &out->threads},    {START, &out->start_time},
                  {CPU, &out->last_cpu},     {GUEST, &out->guest_ns}};
    const char *open = strchr(text, '('), *close = strrchr(text, ')');
    int field = STATE;

    if (!open || !close || close < open || close[1] != ' ' || !close[2])
        return false;
    g_strlcpy(out->command, open + 1, MIN(sizeof(out->command), (size_t)(close - open)));
    out->state = close[2];
    const char *p = close + 3;
    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
        p = skip_fields(p, wanted[i].field - field - 1);
        field = wanted[i].field;
        if (!parse_u64(&p, wanted[i].to))
            return false;
    }
    out->user_ns = ns_of_ticks(out->user_ns);
    out->system_ns = ns_of_ticks(out->system_ns);
    out->guest_ns = ns_of_ticks(out->guest_ns);
    return true;
}

uint64_t procfs_start_hundredths(uint64_t start_time)
{
    return start_time * 100 / (uint64_t)sysconf(_SC_CLK_TCK);
}

bool procfs_parse_schedstat(const char *text, struct procfs_schedstat *out)
{
    return parse_u64(&text, &out->run_ns) && parse_u64(&text, &out->delay_ns) &&
           parse_u64(&text, &out->slices);
}

void procfs_parse_status(const char *text, struct procfs_status *out)
{
    static const char *const names[STATUS_FIELDS] = {"VmRSS:", "HugetlbPages:", "VmSwap:"};

    *out = (struct procfs_status){0};
    for (; *text; text = parse_next_line(text)) {
        if (*text != 'V' && *text != 'H')
            continue;
        for (int i = 0; i < STATUS_FIELDS; i++) {
            const char *p = text;
            if (out->known[i] || !parse_word(&p, names[i]))
                continue;
            out->known[i] = parse_u64(&p, &out->bytes[i]);
            out->bytes[i] *= 1024;
            break;
        }
    }
}

bool procfs_pid(const char *name, int *pid)
{
    uint64_t n;

    if (!parse_u64_only(name, &n) || n == 0 || n > INT_MAX)
        return false;
    *pid = (int)n;
    return true;
}

static bool is_octal(char c)
{
    return c >= '0' && c <= '7';
}

void procfs_unescape(char *text)
{
    char *to = text;

    for (const char *p = text; *p; to++) {
        bool escaped = p[0] == '\\' && p[1] >= '0' && p[1] <= '3' && is_octal(p[2]) && is_octal(p[3]);
        *to = escaped ? (char)((p[1] - '0') * 64 + (p[2] - '0') * 8 + (p[3] - '0')) : *p;
        p += escaped ? 4 : 1;
    }
    *to = '\0';
}
