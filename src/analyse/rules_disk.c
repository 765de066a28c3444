#include <config.h>

#include "analyse/judge.h"

#include <math.h>

/* The larger one of those that are known. */
static double larger(double a, double b)
{
    return isnan(a) || b > a ? b : a;
}

static double sum_of_known(double a, double b)
{
    if (isnan(a))
        return b;
    return isnan(b) ? a : a + b;
}

/* ---- disk-slow: ms ---- */

double judge_disk_slow(const struct inquiry *q)
{
    double latency = larger(inquiry_number(q, M_READ_LATENCY), inquiry_number(q, M_WRITE_LATENCY));

    if (!(latency >= q->limits->of[THRESHOLD_LATENCY_WARN]))
        return latency;
    double requests = sum_of_known(inquiry_number(q, M_READ_OPS), inquiry_number(q, M_WRITE_OPS));
    return requests < q->limits->of[THRESHOLD_LATENCY_REQUESTS] ? 0 : latency;
}

/* Whether the devices below are to blame: they are slow themselves, or this guest alone is. */
static char *where_text(const struct inquiry *q, double latency)
{
    double below = inquiry_number(q, M_HOST_DISK_LATENCY);

    if (isnan(below))
        return g_strdup("nothing is known about the host's disks");
    char *device = number_text(UNIT_MS, below);
    char *text =
        below >= q->limits->of[THRESHOLD_LATENCY_WARN] || below >= latency / 2
            ? g_strdup_printf(
                  "the host's disks are slow as well (%s): look for who keeps them busy", device)
            : g_strdup_printf(
                  "the host's disks answer within %s, so it is held up above them: look "
                  "at its I/O limits, its queue, and network storage",
                  device);
    g_free(device);
    return text;
}

void tell_disk_slow(const struct inquiry *q, double level, struct finding *f)
{
    char *latency = number_text(UNIT_MS, level), *where = where_text(q, level);

    finding_show(f, q, M_WRITE_LATENCY, q->limits->of[THRESHOLD_LATENCY_WARN]);
    finding_show(f, q, M_READ_OPS, (double)NAN);
    finding_show(f, q, M_WRITE_OPS, (double)NAN);
    finding_show(f, q, M_HOST_DISK_LATENCY, q->limits->of[THRESHOLD_LATENCY_WARN]);
    finding_say(f, "its disk requests take %s; %s", latency, where);
    g_free(latency);
    g_free(where);
}

/* ---- io-pressure: percent of time ---- */

double judge_io_pressure(const struct inquiry *q)
{
    double pressure = inquiry_number(q, M_PSI_IO);

    if (!(pressure >= q->limits->of[THRESHOLD_IO_PRESSURE_WARN]))
        return pressure;
    return inquiry_number(q, M_HOST_DISK_LATENCY) >= q->limits->of[THRESHOLD_LATENCY_WARN]
               ? pressure
               : 0;
}

void tell_io_pressure(const struct inquiry *q, double level, struct finding *f)
{
    char *wait = number_text(UNIT_PERCENT, level);
    char *device = number_text(UNIT_MS, inquiry_number(q, M_HOST_DISK_LATENCY));

    finding_show(f, q, M_HOST_DISK_LATENCY, q->limits->of[THRESHOLD_LATENCY_WARN]);
    finding_show(f, q, M_READ, (double)NAN);
    finding_show(f, q, M_WRITE, (double)NAN);
    finding_say(f,
                "its tasks wait for disks %s of the time, and requests to the host's disks take "
                "%s: look for who keeps them busy",
                wait, device);
    g_free(wait);
    g_free(device);
}
