/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/judge.h"

#include "analyse/wording.h"

#include <math.h>

/* ---- what tells that memory is short, and not only full ---- */

/* Pages are read back soon after they were evicted; of a virtual machine, faults wait for a disk.
 * NAN: neither is known. */
static double rereads(const struct inquiry *q)
{
    double refaults = inquiry_number(q, M_REFAULTS);

    return isnan(refaults) ? inquiry_number(q, M_MAJOR_FAULTS) : refaults;
}

static bool rereads_pages(const struct inquiry *q)
{
    return rereads(q) >= q->limits->of[THRESHOLD_REFAULTS];
}

static void show_shortage(const struct inquiry *q, struct finding *f)
{
    finding_show(f, q, M_REFAULTS, q->limits->of[THRESHOLD_REFAULTS]);
    finding_show(f, q, M_MAJOR_FAULTS, q->limits->of[THRESHOLD_REFAULTS]);
    finding_show(f, q, M_PSI_MEM, q->limits->of[THRESHOLD_MEMORY_PRESSURE_WARN]);
    finding_show(f, q, M_MEM, (double)NAN);
    finding_show(f, q, M_MEM_LIMIT, (double)NAN);
}

/* ---- memory-limit: percent of the limit ---- */

/* Without a limit its share is that of the host's memory, which host-memory-full tells. */
static double share_of_limit(const struct inquiry *q)
{
    return isnan(inquiry_number(q, M_MEM_LIMIT)) ? (double)NAN : inquiry_number(q, M_MEM_PERCENT);
}

double judge_memory_limit(const struct inquiry *q)
{
    double share = inquiry_number(q, M_MEM_PERCENT);

    if (!(share >= q->limits->of[THRESHOLD_MEMORY_WARN]))
        return share;
    if (isnan(inquiry_number(q, M_MEM_LIMIT)))
        return 0;
    return rereads_pages(q) ||
                   inquiry_number(q, M_PSI_MEM) >= q->limits->of[THRESHOLD_MEMORY_PRESSURE_WARN]
               ? share
               : 0;
}

static char *memory_limit_text(const struct inquiry *q)
{
    char *whose = limit_text(q, R_CG_MEM_LIMIT_OWNER, "memory limit");
    char *size = number_text(UNIT_BYTES, inquiry_number(q, M_MEM_LIMIT));
    char *text = g_strdup_printf("%s (%s)", whose ? whose : "its memory limit", size);

    g_free(whose);
    g_free(size);
    return text;
}

void tell_memory_limit(const struct inquiry *q, double level, struct finding *f)
{
    char *share = number_text(UNIT_PERCENT, level), *limit = memory_limit_text(q);

    show_shortage(q, f);
    finding_say(f,
                "needs %s of %s, and reads back pages that were evicted: raise that limit, or "
                "let it use less",
                share, limit);
    g_free(share);
    g_free(limit);
}

/* ---- memory-pressure: percent of time ---- */

/* Pressure alone is no shortage: it takes pages that are read back (oomd looks at both, too). */
double judge_memory_pressure(const struct inquiry *q)
{
    double pressure = inquiry_number(q, M_PSI_MEM);

    if (!(pressure >= q->limits->of[THRESHOLD_MEMORY_PRESSURE_WARN]))
        return pressure;
    return rereads_pages(q) ? pressure : 0;
}

static bool host_is_short(const struct inquiry *q)
{
    double available = inquiry_number(q, M_HOST_MEM_AVAILABLE);
    double total = inquiry_number(q, M_HOST_MEM_TOTAL);

    return available / total * 100 <= 100 - q->limits->of[THRESHOLD_HOST_MEMORY_WARN] ||
           inquiry_number(q, M_HOST_PSI_MEM) >= q->limits->of[THRESHOLD_MEMORY_PRESSURE_WARN];
}

/* Whose memory is short: its limit's, when it uses most of that, or the host's. */
static char *short_text(const struct inquiry *q)
{
    enum { NEAR = 80 };

    if (share_of_limit(q) >= NEAR && entity_class(q->entity) != CLASS_VM) {
        char *limit = memory_limit_text(q);
        char *text = g_strdup_printf("%s is short: raise it", limit);
        g_free(limit);
        return text;
    }
    if (!host_is_short(q))
        return g_strdup("neither its limit nor the host is short now: look at the memory nodes "
                        "that it is bound to, and at what it reads");
    char *left = number_text(UNIT_BYTES, inquiry_number(q, M_HOST_MEM_AVAILABLE));
    char *text = g_strdup_printf("the host is short (%s available): move guests away or let them "
                                 "use less",
                                 left);
    g_free(left);
    return text;
}

void tell_memory_pressure(const struct inquiry *q, double level, struct finding *f)
{
    char *wait = number_text(UNIT_PERCENT, level), *whose = short_text(q);

    show_shortage(q, f);
    finding_show(f, q, M_HOST_MEM_AVAILABLE, (double)NAN);
    finding_say(f, "its tasks wait for memory %s of the time; %s", wait, whose);
    g_free(wait);
    g_free(whose);
}

/* ---- oom-kill: true or false ---- */

double judge_oom_kill(const struct inquiry *q)
{
    int64_t recent_ns = (int64_t)(q->limits->of[THRESHOLD_OOM_RECENT] * 1e9);

    return q->kill_ns >= 0 && q->kill_ns <= recent_ns;
}

void tell_oom_kill(const struct inquiry *q, double level, struct finding *f)
{
    double limit = inquiry_number(q, M_MEM_LIMIT), kills = inquiry_number(q, M_OOM_KILLS);

    (void)level;
    finding_show(f, q, M_MEM, (double)NAN);
    finding_show(f, q, M_MEM_LIMIT, (double)NAN);
    finding_show(f, q, M_HOST_MEM_AVAILABLE, (double)NAN);
    if (isnan(limit)) {
        finding_say(f,
                    "the kernel killed processes of it, %.0f so far, because the host ran out of "
                    "memory: move guests away or limit what grows",
                    kills);
        return;
    }
    char *whose = memory_limit_text(q);
    finding_say(f,
                "the kernel killed processes of it, %.0f so far, at %s: raise that limit, or let "
                "it use less",
                kills, whose);
    g_free(whose);
}

/* ---- memory-taken: percent of the guest's memory ---- */

static double swapped_share(const struct inquiry *q)
{
    double share = inquiry_number(q, M_SWAP) / inquiry_number(q, M_MEM_LIMIT) * 100;

    if (!(share >= q->limits->of[THRESHOLD_TAKEN_WARN]))
        return share;
    return inquiry_number(q, M_MAJOR_FAULTS) >= q->limits->of[THRESHOLD_REFAULTS] ? share : 0;
}

/* Memory that the balloon took back matters once the guest uses most of what is left. */
static double ballooned_share(const struct inquiry *q)
{
    double taken = inquiry_number(q, M_BALLOON), left = inquiry_number(q, M_MEM_LIMIT);
    double share = taken / (taken + left) * 100;

    if (!(share >= q->limits->of[THRESHOLD_TAKEN_WARN]))
        return share;
    return inquiry_number(q, M_MEM_USED) / left * 100 >= q->limits->of[THRESHOLD_MEMORY_WARN]
               ? share
               : 0;
}

double judge_memory_taken(const struct inquiry *q)
{
    double swapped = swapped_share(q), ballooned = ballooned_share(q);

    return isnan(swapped) || ballooned > swapped ? ballooned : swapped;
}

void tell_memory_taken(const struct inquiry *q, double level, struct finding *f)
{
    bool ballooned = ballooned_share(q) > 0;
    char *share = number_text(UNIT_PERCENT, level);

    finding_show(f, q, M_BALLOON, (double)NAN);
    finding_show(f, q, M_MEM_USED, (double)NAN);
    finding_show(f, q, M_MAJOR_FAULTS, q->limits->of[THRESHOLD_REFAULTS]);
    finding_show(f, q, M_HOST_MEM_AVAILABLE, (double)NAN);
    if (ballooned)
        finding_say(f,
                    "its balloon took back %s of its memory, and it uses nearly all that is left: "
                    "give it back, or move guests away",
                    share);
    else
        finding_say(f,
                    "%s of its memory is in the host's swap, and it waits for that: the host is "
                    "short of memory, move guests away",
                    share);
    g_free(share);
}

/* ---- tasks-limit: percent of the limit ---- */

double judge_tasks_limit(const struct inquiry *q)
{
    return inquiry_number(q, M_TASKS) / inquiry_number(q, M_TASKS_MAX) * 100;
}

void tell_tasks_limit(const struct inquiry *q, double level, struct finding *f)
{
    char *share = number_text(UNIT_PERCENT, level);

    finding_show(f, q, M_TASKS_MAX, (double)NAN);
    finding_say(f,
                "has %s of the processes and threads that it may have, and cannot start more at "
                "the limit: raise its pids limit, or look for what starts so many",
                share);
    g_free(share);
}

/* ---- memory-filling: true or false ---- */

/* The trend that reaches its limit first; NULL: there is none. */
static const struct trend *first_trend(const struct inquiry *q)
{
    const struct trend *first = NULL;

    for (enum trend_subject i = TREND_MEMORY; i <= TREND_SWAP; i++)
        if (q->trends[i] && (!first || q->trends[i]->left_ns < first->left_ns))
            first = q->trends[i];
    return first;
}

double judge_memory_filling(const struct inquiry *q)
{
    return inquiry_is_urgent(q, first_trend(q), TREND_WITHIN_DAY);
}

double judge_memory_filling_soon(const struct inquiry *q)
{
    return inquiry_is_urgent(q, first_trend(q), TREND_WITHIN_HOURS);
}

void tell_memory_filling(const struct inquiry *q, double level, struct finding *f)
{
    const struct trend *t = first_trend(q);
    char left[WORDING_SIZE];

    (void)level;
    if (!t) {
        finding_say(f, "its memory filled up, and has stopped to do so");
        return;
    }
    char *used = number_text(UNIT_BYTES, t->used), *limit = number_text(UNIT_BYTES, t->limit);
    char *rise = number_text(UNIT_BYTES, t->per_hour);
    finding_show(f, q, t->metric, t->limit);
    finding_say(f,
                "%s grows by %s an hour (now %s of %s) and is full in about %s: look for what "
                "grows, raise the limit, or plan a restart",
                t->metric == M_HOST_SWAP_USED || t->metric == M_SWAP ? "its swap" : "its memory",
                rise, used, limit, wording_duration(t->left_ns, left));
    g_free(used);
    g_free(limit);
    g_free(rise);
}

void tell_memory_filling_soon(const struct inquiry *q, double level, struct finding *f)
{
    tell_memory_filling(q, level, f);
}
