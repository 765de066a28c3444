/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/balance.h"
#include "analyse/judge.h"

#include <math.h>

/* ---- host-cpu-busy: percent of all CPUs ---- */

/* Netdata leaves niced processes out, too. */
double judge_host_cpu_busy(const struct inquiry *q)
{
    double busy = inquiry_number(q, M_HOST_CPU);

    return busy >= q->limits->of[THRESHOLD_HOST_CPU_WARN] ? MAX(busy - inquiry_niced(q), 0) : busy;
}

void tell_host_cpu_busy(const struct inquiry *q, double level, struct finding *f)
{
    double own = inquiry_number(q, M_HOST_CPU_OTHER);
    char *busy = number_text(UNIT_PERCENT, level), *who = top_text(q->around, NULL);

    finding_show(f, q, M_HOST_CPU_OTHER, (double)NAN);
    finding_show(f, q, M_HOST_PSI_CPU, (double)NAN);
    if (own > level / 2)
        finding_say(f,
                    "its CPUs are busy %s of the time, mostly with the host's own work (%.0f %%): "
                    "find and reduce that",
                    busy, own);
    else
        finding_say(f, "its CPUs are busy %s of the time%s%s: move guests away or limit them", busy,
                    who ? "; the largest users are " : "", who ? who : "");
    g_free(busy);
    g_free(who);
}

/* ---- host-steal: percent of all CPUs ---- */

double judge_host_steal(const struct inquiry *q)
{
    return inquiry_number(q, M_HOST_CPU_STEAL);
}

void tell_host_steal(const struct inquiry *q, double level, struct finding *f)
{
    char *steal = number_text(UNIT_PERCENT, level);

    finding_show(f, q, M_HOST_CPU, (double)NAN);
    finding_say(f,
                "the hypervisor below it takes %s of its CPU time for others: move this host, or "
                "get more CPU time there",
                steal);
    g_free(steal);
}

/* ---- host-memory-full: percent of memory that is not set aside for huge pages ---- */

double judge_host_memory_full(const struct inquiry *q)
{
    double used = inquiry_number(q, M_HOST_MEM_USED), total = inquiry_number(q, M_HOST_MEM_TOTAL);
    double huge = inquiry_number(q, M_HOST_HUGEPAGES_TOTAL);

    huge = huge > 0 ? huge : 0;
    return total > huge ? MAX(used - huge, 0) / (total - huge) * 100 : (double)NAN;
}

static void show_memory(const struct inquiry *q, struct finding *f)
{
    finding_show(f, q, M_HOST_MEM_AVAILABLE, (double)NAN);
    finding_show(f, q, M_HOST_MEM_VM, (double)NAN);
    finding_show(f, q, M_HOST_MEM_CONTAINER, (double)NAN);
    finding_show(f, q, M_HOST_MEM_OTHER, (double)NAN);
    finding_show(f, q, M_HOST_SWAP_USED, (double)NAN);
}

void tell_host_memory_full(const struct inquiry *q, double level, struct finding *f)
{
    char *used = number_text(UNIT_PERCENT, level);
    char *left = number_text(UNIT_BYTES, inquiry_number(q, M_HOST_MEM_AVAILABLE));

    show_memory(q, f);
    finding_say(f,
                "%s of its memory is in use, %s can still be had: move guests away or let them "
                "use less before it swaps or kills",
                used, left);
    g_free(used);
    g_free(left);
}

/* ---- host-memory-short: percent of time ---- */

double judge_host_memory_short(const struct inquiry *q)
{
    double pressure = inquiry_number(q, M_HOST_PSI_MEM_FULL);

    if (!(pressure >= q->limits->of[THRESHOLD_HOST_PRESSURE_WARN]))
        return pressure;
    return judge_host_memory_full(q) >= q->limits->of[THRESHOLD_HOST_MEMORY_WARN] || q->swapped > 0
               ? pressure
               : 0;
}

void tell_host_memory_short(const struct inquiry *q, double level, struct finding *f)
{
    char *wait = number_text(UNIT_PERCENT, level);

    show_memory(q, f);
    finding_say(f,
                "all of its tasks wait for memory %s of the time%s: move guests away or let them "
                "use less",
                wait, q->swapped > 0 ? ", and more is swapped out" : "");
    g_free(wait);
}

/* ---- host-disk-slow: ms ---- */

double judge_host_disk_slow(const struct inquiry *q)
{
    double latency = inquiry_number(q, M_HOST_DISK_LATENCY);
    double pressure = inquiry_number(q, M_HOST_PSI_IO_FULL);

    if (!(latency >= q->limits->of[THRESHOLD_LATENCY_WARN]))
        return latency;
    return pressure < q->limits->of[THRESHOLD_HOST_IO_PRESSURE] ? 0 : latency;
}

void tell_host_disk_slow(const struct inquiry *q, double level, struct finding *f)
{
    char *latency = number_text(UNIT_MS, level);

    finding_show(f, q, M_HOST_PSI_IO_FULL, q->limits->of[THRESHOLD_HOST_IO_PRESSURE]);
    finding_show(f, q, M_HOST_DISK_READ, (double)NAN);
    finding_show(f, q, M_HOST_DISK_WRITE, (double)NAN);
    finding_say(f,
                "requests to its disks take %s, and its tasks wait for them: look for the guest "
                "that reads or writes most, or for a disk that fails",
                latency);
    g_free(latency);
}

/* ---- host-overcommit: vCPUs per CPU ---- */

double judge_host_overcommit(const struct inquiry *q)
{
    return inquiry_number(q, M_HOST_OVERCOMMIT);
}

void tell_host_overcommit(const struct inquiry *q, double level, struct finding *f)
{
    finding_show(f, q, M_HOST_CPU, (double)NAN);
    finding_say(f,
                "its virtual machines have %.1f vCPUs for each CPU: when they work at once, they "
                "wait for each other",
                level);
}

/* ---- host-unbalanced: percent of the CPU time of all guests ---- */

enum { GUESTS_MIN = 3 };

double judge_host_unbalanced(const struct inquiry *q)
{
    const struct surroundings *around = q->around;
    double busy = inquiry_number(q, M_HOST_CPU);

    if (isnan(busy))
        return busy;
    if (busy < q->limits->of[THRESHOLD_HOST_CPU_WARN] || around->guests < GUESTS_MIN ||
        !(around->guests_cpu > 0))
        return 0;
    return 100 * around->top_cpu[0] / around->guests_cpu;
}

void tell_host_unbalanced(const struct inquiry *q, double level, struct finding *f)
{
    const struct entity *most = q->around->top[0];
    char *share = number_text(UNIT_PERCENT, level);
    struct balance b = balance_of(q->at, q->entity, RESOURCE_CPU);

    finding_show(f, q, M_HOST_CPU_VM, (double)NAN);
    finding_show(f, q, M_HOST_CPU_CONTAINER, (double)NAN);
    finding_say(f,
                "its CPUs are busy, and %s uses %s of the CPU time of its %u guests: move it, or "
                "limit it",
                most ? entity_label(most, LABEL_NAME) : "one guest", share, q->around->guests);
    if (isnan(b.jain))
        finding_lack(f, g_strdup("balance: what the guests may use is not known"));
    else
        finding_exclude(f, g_strdup_printf("an even load: Jain's index is %.2f", b.jain));
    g_free(share);
}
