/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
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

static double requests_of(const struct inquiry *q, const struct entity *disk)
{
    return sum_of_known(moment_number(q->at, disk, M_DISK_READ_OPS_RATE),
                        moment_number(q->at, disk, M_DISK_WRITE_OPS_RATE));
}

/* The latency of the slowest of the host's disks, and its name. Which of them holds the disk of a
 * guest is not known, and the mean over all of them hides a slow one with few requests. Without
 * disks, that of the host; NAN: nothing is known. */
static double slowest_device(const struct inquiry *q, const char **name)
{
    double slowest = inquiry_number(q, M_HOST_DISK_LATENCY);

    *name = "";
    for (struct entity *p = NULL; (p = entity_next_part(q->around->host, KIND_DISK, p));) {
        double latency = larger(moment_number(q->at, p, M_DISK_READ_LATENCY),
                                moment_number(q->at, p, M_DISK_WRITE_LATENCY));
        if (!(requests_of(q, p) >= q->limits->of[THRESHOLD_LATENCY_REQUESTS]) ||
            !(latency > slowest || (isnan(slowest) && latency > 0)))
            continue;
        slowest = latency;
        *name = moment_label(q->at, p, LABEL_NAME);
    }
    return slowest;
}

/* ---- disk-slow: ms ---- */

static double latency_of(const struct inquiry *q)
{
    return larger(inquiry_number(q, M_READ_LATENCY), inquiry_number(q, M_WRITE_LATENCY));
}

double judge_disk_slow(const struct inquiry *q)
{
    double latency = latency_of(q);

    if (!(latency >= q->limits->of[THRESHOLD_LATENCY_WARN]))
        return latency;
    double requests = sum_of_known(inquiry_number(q, M_READ_OPS), inquiry_number(q, M_WRITE_OPS));
    return requests < q->limits->of[THRESHOLD_LATENCY_REQUESTS] ? 0 : latency;
}

/* Whether the devices below are to blame: one is slow itself, or this guest alone is. The devices'
 * latency is that of now, so it is compared with the guest's of now, not with the mean that the
 * finding rests on. */
static char *where_text(const struct inquiry *q)
{
    const char *name;
    double below = slowest_device(q, &name), latency = latency_of(q);

    if (isnan(below))
        return g_strdup("nothing is known about the host's disks");
    char *device = number_text(UNIT_MS, below);
    char *text =
        below >= q->limits->of[THRESHOLD_LATENCY_WARN] || below >= latency / 2
            ? g_strdup_printf("the host's disk%s%s is slow as well (%s): look for who keeps it "
                              "busy",
                              *name ? " " : "", name, device)
            : g_strdup_printf("the host's disks answer within %s, so it is held up above them: "
                              "look at its I/O limits, its queue, and network storage",
                              device);
    g_free(device);
    return text;
}

void tell_disk_slow(const struct inquiry *q, double level, struct finding *f)
{
    char *latency = number_text(UNIT_MS, level), *where = where_text(q);

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
    const char *name;
    return slowest_device(q, &name) >= q->limits->of[THRESHOLD_LATENCY_WARN] ? pressure : 0;
}

void tell_io_pressure(const struct inquiry *q, double level, struct finding *f)
{
    char *wait = number_text(UNIT_PERCENT, level);
    const char *name;
    char *device = number_text(UNIT_MS, slowest_device(q, &name));

    finding_show(f, q, M_HOST_DISK_LATENCY, q->limits->of[THRESHOLD_LATENCY_WARN]);
    finding_show(f, q, M_READ, (double)NAN);
    finding_show(f, q, M_WRITE, (double)NAN);
    finding_say(f,
                "its tasks wait for disks %s of the time, and requests to the host's disk%s%s take "
                "%s: look for who keeps it busy",
                wait, *name ? " " : "", name, device);
    g_free(wait);
    g_free(device);
}
