/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "output/output.h"

#include "base/clock.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* N / 10^DECIMALS, without trailing zeros. */
static const char *put_digits(uint64_t n, int decimals, bool negative,
                              char buffer[OUTPUT_NUMBER_SIZE])
{
    char *at = buffer + OUTPUT_NUMBER_SIZE - 1;

    negative &= n != 0;
    *at = '\0';
    for (; decimals && n % 10 == 0; decimals--)
        n /= 10;
    for (; decimals; n /= 10) {
        *--at = (char)('0' + n % 10);
        if (--decimals == 0)
            *--at = '.';
    }
    do
        *--at = (char)('0' + n % 10);
    while (n /= 10);
    if (negative)
        *--at = '-';
    return at;
}

const char *output_number(enum unit unit, double number, char buffer[OUTPUT_NUMBER_SIZE])
{
    const double exact = 9e15; /* up to here a double has every whole number */
    bool whole = unit == UNIT_BYTES || unit == UNIT_COUNT;

    /* Some counts, such as milliseconds throttled, have a significant fraction. */
    if (unit == UNIT_COUNT && fabs(number - round(number)) > 1e-9)
        whole = false;
    /* printf would take most of the time that a sample of many guests takes. */
    double scaled = fabs(number) * (whole ? 1 : 1000);
    if (scaled < exact)
        return put_digits((uint64_t)rint(scaled), whole ? 0 : 3, signbit(number), buffer);
    return g_ascii_formatd(buffer, OUTPUT_NUMBER_SIZE, "%.0f", number);
}

static void drop_zeros(char *number)
{
    size_t length = strlen(number);

    while (strchr(number, '.') && (number[length - 1] == '0' || number[length - 1] == '.'))
        number[--length] = '\0';
}

const char *output_computed(double number, int digits, char buffer[OUTPUT_NUMBER_SIZE])
{
    enum { EXPONENT_FROM = 28, DECIMALS_MAX = 12 };
    int before = number < 0 || number > 0 ? (int)floor(log10(fabs(number))) + 1 : 1;
    char format[16];

    if (before > EXPONENT_FROM) {
        g_snprintf(format, sizeof(format), "%%.%dg", digits);
        return g_ascii_formatd(buffer, OUTPUT_NUMBER_SIZE, format, number);
    }
    g_snprintf(format, sizeof(format), "%%.%df", CLAMP(digits - before, 0, DECIMALS_MAX));
    g_ascii_formatd(buffer, OUTPUT_NUMBER_SIZE, format, number);
    drop_zeros(buffer);
    return strcmp(buffer, "-0") == 0 ? "0" : buffer;
}

static const char *reason_of_state(const struct moment *at, const struct entity *e,
                                   char buffer[OUTPUT_LABEL_SIZE])
{
    int64_t hung_ns = moment_hung_ns(at, e);
    const char *text = moment_label(at, e, LABEL_STATE_REASON);

    if (moment_state(at, e) != STATE_HUNG || !hung_ns)
        return text;
    g_snprintf(buffer, OUTPUT_LABEL_SIZE, "its monitor has not answered for %.0f s%s%s",
               (double)hung_ns / (double)CLOCK_NS_PER_S, *text ? ": " : "", text);
    return buffer;
}

static const char *pid_of(const struct entity *e, char buffer[OUTPUT_LABEL_SIZE])
{
    pid_t pid = entity_pid(e);

    return pid ? put_digits((uint64_t)pid, 0, false, buffer) : "";
}

const char *output_label(const struct output_sample *sample, const struct entity *e, enum label l,
                         char buffer[OUTPUT_LABEL_SIZE])
{
    const char *text;

    switch (l) {
    case LABEL_STATE_REASON:
        text = reason_of_state(&sample->moment, e, buffer);
        break;
    case LABEL_PID:
        text = pid_of(e, buffer);
        break;
    default:
        text = moment_label(&sample->moment, e, l);
    }
    return *text ? text : NULL;
}

size_t output_host_columns(enum metric *out)
{
    size_t count = 0;

    for (enum metric m = metric_begin(KIND_HOST); m < metric_end(KIND_HOST); m++)
        if (metric_find_exported(KIND_GUEST, metric_info(m)->export_name) == M_NONE)
            out[count++] = m;
    return count;
}

int output_finish(FILE *out)
{
    errno = 0;
    if (fflush(out) == 0 && !ferror(out))
        return 0;
    return errno ? -errno : -EIO;
}
