/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/judge.h"

#include <math.h>

/* ---- cpu-quota, cpu-quota-often and throttled: percent of quota periods ---- */

/* Use of the quota that binds it, percent; NAN: there is none of a group, or it is not known. */
static double quota_use(const struct inquiry *q)
{
    int whose = moment_limit_owner(q->at, q->entity, R_CG_CPU_LIMIT_OWNER);
    double milli = inquiry_reading(q, R_CG_CPU_LIMIT_MILLI);

    if (whose < 0 || whose >= LIMIT_CPUSET || !(milli > 0))
        return (double)NAN;
    return inquiry_number(q, M_CPU) * 1000 / milli;
}

/* It uses its quota nearly up, or its tasks wait. A group above it is used up by others, too: then
 * only waiting tells. */
static bool wants_more(const struct inquiry *q)
{
    return quota_use(q) >= q->limits->of[THRESHOLD_QUOTA_NEAR] ||
           inquiry_number(q, M_PSI_CPU) >= q->limits->of[THRESHOLD_CPU_PRESSURE_WARN];
}

/* Below the limit there is nothing to ask. */
static bool is_throttled(const struct inquiry *q, double *share)
{
    *share = inquiry_number(q, M_THROTTLED);
    return *share >= q->limits->of[THRESHOLD_THROTTLED_WARN];
}

double judge_cpu_quota(const struct inquiry *q)
{
    double share;

    if (!is_throttled(q, &share))
        return share;
    return wants_more(q) ? share : 0;
}

double judge_cpu_quota_often(const struct inquiry *q)
{
    return judge_cpu_quota(q);
}

double judge_throttled(const struct inquiry *q)
{
    double share;

    if (!is_throttled(q, &share))
        return share;
    return wants_more(q) ? 0 : share;
}

static void show_throttling(const struct inquiry *q, struct finding *f)
{
    finding_show(f, q, M_THROTTLED_MS, (double)NAN);
    finding_show(f, q, M_CPU, (double)NAN);
    finding_show(f, q, M_PSI_CPU, q->limits->of[THRESHOLD_CPU_PRESSURE_WARN]);
}

/* "a CPU quota" when nothing says whose; "its own CPU quota of 0.20 CPUs". */
static char *quota_text(const struct inquiry *q)
{
    char *whose = limit_text(q, R_CG_CPU_LIMIT_OWNER, "CPU quota");
    double milli = inquiry_reading(q, R_CG_CPU_LIMIT_MILLI);
    char *text = whose && milli > 0 ? g_strdup_printf("%s (%.3g CPUs)", whose, milli / 1000)
                                    : g_strdup("a CPU quota");

    g_free(whose);
    return text;
}

void tell_cpu_quota(const struct inquiry *q, double level, struct finding *f)
{
    char *share = number_text(UNIT_PERCENT, level), *quota = quota_text(q);
    double ms = inquiry_number(q, M_THROTTLED_MS);

    show_throttling(q, f);
    finding_say(f,
                "wants more CPU time, but %s stops it in %s of the periods (%.0f ms per second): "
                "raise that quota, or give it less work",
                quota, share, isnan(ms) ? 0 : ms);
    g_free(share);
    g_free(quota);
}

void tell_cpu_quota_often(const struct inquiry *q, double level, struct finding *f)
{
    tell_cpu_quota(q, level, f);
}

void tell_throttled(const struct inquiry *q, double level, struct finding *f)
{
    char *share = number_text(UNIT_PERCENT, level), *quota = quota_text(q);

    show_throttling(q, f);
    finding_say(f, "works in bursts that %s stops in %s of the periods, and uses less on average",
                quota, share);
    g_free(share);
    g_free(quota);
}

/* ---- who has the CPUs ---- */

/* Percent of the host's CPU time below which its CPUs are not short as a whole. */
#define HOST_IS_BUSY 70

static char *neighbours_text(const struct inquiry *q)
{
    char *who = top_text(q->around, q->entity);
    char *text =
        who ? g_strdup_printf("the largest users of the host's CPU time are %s: move it or "
                              "one of them, or give them less",
                              who)
            : g_strdup("the host's CPUs are busy: move it");

    g_free(who);
    return text;
}

/* Who holds the CPUs that a guest waits for, and what to do. */
static char *holder_text(const struct inquiry *q)
{
    double niced = inquiry_niced(q), busy = inquiry_number(q, M_HOST_CPU) - niced;
    double cpus = inquiry_number(q, M_HOST_CPUS), own = inquiry_number(q, M_CPU);
    double other = inquiry_number(q, M_HOST_CPU_OTHER) - niced;
    double steal = inquiry_number(q, M_HOST_CPU_STEAL);
    double vcpus = inquiry_number(q, M_VCPUS);

    if (steal >= q->limits->of[THRESHOLD_STEAL_WARN])
        return g_strdup("this host waits itself for the hypervisor below it");
    if (busy + steal < HOST_IS_BUSY)
        return g_strdup_printf("%.0f %% of the host's CPU time is unused%s, so the CPUs that it "
                               "may use are busy: widen "
                               "its pinning or CPU set, or move what shares it",
                               100 - busy, niced >= 1 ? " or niced" : "");
    if (vcpus > cpus && own / cpus > busy / 2)
        return g_strdup_printf("its %.0f vCPUs compete with each other for %.0f CPUs: give it "
                               "fewer",
                               vcpus, cpus);
    if (other > busy / 2)
        return g_strdup_printf("the host's own work takes %.0f %% of its CPU time: reduce that",
                               other);
    return neighbours_text(q);
}

static void show_host(const struct inquiry *q, struct finding *f)
{
    finding_show(f, q, M_HOST_CPU, (double)NAN);
    finding_show(f, q, M_HOST_CPU_OTHER, (double)NAN);
    finding_show(f, q, M_CPU, (double)NAN);
}

/* ---- vcpu-contention: percent of one vCPU ---- */

/* Ready time includes the time for which a quota stopped the vCPU (schedstat counts a throttled
 * thread as runnable). That time is known as a sum over CPUs, in ms per second, so the share of
 * ready time that is not throttling is known of all vCPUs together; each is taken to have this
 * share. */
static double unthrottled_share(const struct inquiry *q, double ready)
{
    double ms = inquiry_number(q, M_THROTTLED_MS), vcpus = inquiry_number(q, M_VCPUS);

    return ms > 0 && vcpus > 0 && ready > 0 ? MAX(0, 1 - ms / 10 / vcpus / ready) : 1;
}

double judge_vcpu_contention(const struct inquiry *q)
{
    double ready = inquiry_number(q, M_READY), worst = inquiry_number(q, M_READY_MAX);
    double most = isnan(worst) ? ready : worst;

    if (!(most >= q->limits->of[THRESHOLD_READY_WARN]))
        return most;
    return most * unthrottled_share(q, ready);
}

void tell_vcpu_contention(const struct inquiry *q, double level, struct finding *f)
{
    char *wait = number_text(UNIT_PERCENT, level), *holder = holder_text(q);

    finding_show(f, q, M_READY, (double)NAN);
    show_host(q, f);
    finding_say(f, "its busiest vCPU waits for a CPU %s of the time; %s", wait, holder);
    g_free(wait);
    g_free(holder);
}

/* ---- emulator-starved: percent of time ---- */

/* The pressure of its group counts the time in which any of its threads waits, which is at most the
 * sum over all of them. What is above the sum over its vCPUs is due to others. */
double judge_emulator(const struct inquiry *q)
{
    double pressure = inquiry_number(q, M_PSI_CPU);

    if (!(pressure >= q->limits->of[THRESHOLD_EMULATOR_WARN]))
        return pressure;
    if (inquiry_number(q, M_THROTTLED) > 0)
        return 0;
    return MAX(0, pressure - inquiry_number(q, M_READY) * inquiry_number(q, M_VCPUS));
}

void tell_emulator(const struct inquiry *q, double level, struct finding *f)
{
    char *wait = number_text(UNIT_PERCENT, level);

    finding_show(f, q, M_READY, q->limits->of[THRESHOLD_READY_WARN]);
    finding_show(f, q, M_EMULATION, (double)NAN);
    finding_show(f, q, M_READ_LATENCY, (double)NAN);
    finding_show(f, q, M_WRITE_LATENCY, (double)NAN);
    finding_say(f,
                "its emulator and I/O threads wait for a CPU %s of the time, its vCPUs do not: its "
                "disks and network are slow for that; give these threads other CPUs "
                "(emulatorpin, iothreadpin)",
                wait);
    g_free(wait);
}

/* ---- cpu-pressure: percent of time ---- */

/* What its quota causes is told by cpu-quota; what its own tasks cause is no contention. */
double judge_cpu_pressure(const struct inquiry *q)
{
    double pressure = inquiry_number(q, M_PSI_CPU);

    if (!(pressure >= q->limits->of[THRESHOLD_CPU_PRESSURE_WARN]))
        return pressure;
    if (inquiry_number(q, M_THROTTLED) > 0 ||
        inquiry_number(q, M_CPU_LIMIT) >= q->limits->of[THRESHOLD_QUOTA_NEAR])
        return 0;
    return pressure;
}

void tell_cpu_pressure(const struct inquiry *q, double level, struct finding *f)
{
    char *wait = number_text(UNIT_PERCENT, level), *holder = holder_text(q);

    show_host(q, f);
    finding_say(f, "its tasks wait for a CPU %s of the time; %s", wait, holder);
    g_free(wait);
    g_free(holder);
}

/* ---- cpu-ceiling: percent of what it may use ---- */

double judge_cpu_ceiling(const struct inquiry *q)
{
    return inquiry_number(q, M_CPU_LIMIT);
}

void tell_cpu_ceiling(const struct inquiry *q, double level, struct finding *f)
{
    double cores = inquiry_number(q, M_CPU_CORES);
    char *share = number_text(UNIT_PERCENT, level);

    finding_show(f, q, M_CPU_CORES, (double)NAN);
    finding_say(f, "uses %s of the %.3g CPUs that it may use: it would use more if it had them",
                share, cores);
    g_free(share);
}

/* ---- halt-polling: percent of one core ---- */

/* Polling that is less than half of what the guest uses pays off. */
double judge_halt_polling(const struct inquiry *q)
{
    double polled = inquiry_number(q, M_HALT_POLL);

    if (!(polled >= q->limits->of[THRESHOLD_HALT_POLL_WARN]))
        return polled;
    return polled > inquiry_number(q, M_CPU) / 2 ? polled : 0;
}

void tell_halt_polling(const struct inquiry *q, double level, struct finding *f)
{
    char *polled = number_text(UNIT_CPU_PERCENT, level);

    finding_show(f, q, M_CPU, (double)NAN);
    finding_say(f,
                "is mostly idle, and KVM polls for its work with %s of a core: lower "
                "halt_poll_ns of the module kvm, or let the guest poll itself",
                polled);
    g_free(polled);
}

/* ---- numa-remote: percent of its memory ---- */

double judge_numa_remote(const struct inquiry *q)
{
    return 100 - inquiry_number(q, M_NUMA_LOCAL);
}

void tell_numa_remote(const struct inquiry *q, double level, struct finding *f)
{
    char *far = number_text(UNIT_PERCENT, level);

    finding_show(f, q, M_NUMA_NODES, (double)NAN);
    finding_say(f,
                "%s of its memory is on NUMA nodes where none of its vCPUs ran: bind its vCPUs "
                "and its memory to the same node",
                far);
    g_free(far);
}
