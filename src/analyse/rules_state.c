/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/judge.h"
#include "analyse/stores.h"
#include "base/clock.h"

#include <math.h>

/* Conditions that are true (1) or false (0). */

/* ---- io-error ---- */

double judge_io_error(const struct inquiry *q)
{
    return moment_state(q->at, q->entity) == STATE_PAUSED &&
           moment_state_reason(q->at, q->entity) == WHY_IO_ERROR;
}

void tell_io_error(const struct inquiry *q, double level, struct finding *f)
{
    struct store_level used;
    const struct entity *store = store_of_guest(q->at, q->entity, &used);

    (void)level;
    finding_show(f, q, M_HOST_DISK_LATENCY, (double)NAN);
    if (store && used.percent >= q->limits->of[THRESHOLD_STORE_WARN])
        finding_say(f,
                    "is paused because a request to its disk failed: %s, which holds it, is %.0f %% "
                    "full; free or add space there, then resume it",
                    moment_label(q->at, store, LABEL_NAME), used.percent);
    else
        finding_say(f, "is paused because a request to its disk failed: free or add space below "
                       "its disk, look at the log of its hypervisor, then resume it");
    if (store && used.percent < q->limits->of[THRESHOLD_STORE_WARN])
        finding_exclude(f, g_strdup_printf("a full file system: %s is %.0f %% full",
                                           moment_label(q->at, store, LABEL_NAME), used.percent));
}

/* ---- crashed ---- */

static bool is_alarm(enum state_reason why)
{
    return why == WHY_GUEST_PANIC || why == WHY_WATCHDOG || why == WHY_POSTCOPY_FAILED;
}

double judge_crashed(const struct inquiry *q)
{
    return moment_state(q->at, q->entity) == STATE_CRASHED ||
           is_alarm(moment_state_reason(q->at, q->entity));
}

void tell_crashed(const struct inquiry *q, double level, struct finding *f)
{
    const char *why = state_reason_text(moment_state_reason(q->at, q->entity));

    (void)level;
    finding_say(f, "has crashed%s%s: look at its console and its log, then restart it",
                *why ? ", " : "", why);
}

/* ---- monitor-hung: seconds ---- */

double judge_monitor_hung(const struct inquiry *q)
{
    return (double)moment_hung_ns(q->at, q->entity) / (double)CLOCK_NS_PER_S;
}

void tell_monitor_hung(const struct inquiry *q, double level, struct finding *f)
{
    char *time = number_text(UNIT_SECONDS, level);

    finding_show(f, q, M_CPU, (double)NAN);
    finding_show(f, q, M_HOST_DISK_LATENCY, (double)NAN);
    finding_say(f,
                "its monitor has not answered for %s: its process may be stopped, or wait for "
                "storage that does not answer",
                time);
    g_free(time);
}

/* ---- stopped ---- */

double judge_stopped(const struct inquiry *q)
{
    return moment_state(q->at, q->entity) == STATE_STOPPED;
}

void tell_stopped(const struct inquiry *q, double level, struct finding *f)
{
    (void)level;
    finding_show(f, q, M_CPU, (double)NAN);
    finding_say(f,
                "its process %d is stopped by a signal or a debugger: continue it with kill "
                "-CONT",
                (int)entity_pid(q->entity));
}

/* ---- migration-stuck ---- */

double judge_migration(const struct inquiry *q)
{
    return moment_state_reason(q->at, q->entity) == WHY_NOT_CONVERGING;
}

void tell_migration(const struct inquiry *q, double level, struct finding *f)
{
    (void)level;
    finding_show(f, q, M_JOB, (double)NAN);
    finding_show(f, q, M_JOB_DIRTIED, (double)NAN);
    finding_show(f, q, M_JOB_SPEED, (double)NAN);
    finding_say(f, "writes to its memory faster than its migration copies it: allow more bandwidth "
                   "or downtime, slow it down (auto-converge), or switch to post-copy");
}
