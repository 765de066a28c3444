#include <config.h>

#include "analyse/judge.h"

#include <math.h>

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

    return (isnan(worst) ? ready : worst) * unthrottled_share(q, ready);
}

void tell_vcpu_contention(const struct inquiry *q, double level, struct finding *f)
{
    char *wait = number_text(UNIT_PERCENT, level), *who = top_text(q->around, q->entity);

    finding_show(f, q, M_READY, (double)NAN);
    finding_show(f, q, M_HOST_CPU, (double)NAN);
    finding_say(f, "its vCPUs wait for a CPU %s of the time%s%s", wait,
                who ? "; most is used by " : "", who ? who : "");
    g_free(wait);
    g_free(who);
}
