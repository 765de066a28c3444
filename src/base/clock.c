/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/clock.h"

#include <stdio.h>
#include <time.h>

void clock_iso8601(int64_t wall_ns, char out[CLOCK_ISO_SIZE])
{
    int64_t rest = wall_ns % CLOCK_NS_PER_S;
    time_t seconds = (time_t)(wall_ns / CLOCK_NS_PER_S) - (rest < 0);
    unsigned ms = (unsigned)((rest < 0 ? rest + CLOCK_NS_PER_S : rest) / CLOCK_NS_PER_MS) % 1000;
    struct tm tm;

    gmtime_r(&seconds, &tm);
    size_t n = strftime(out, CLOCK_ISO_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + n, CLOCK_ISO_SIZE - n, ".%03uZ", ms);
}
