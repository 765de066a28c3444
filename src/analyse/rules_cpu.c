#include <config.h>

#include "analyse/judge.h"

#include <math.h>

/* ---- vcpu-contention: percent of one vCPU ---- */

/* Ready time includes the time for which a quota stopped the vCPU (schedstat counts a throttled
 * thread as runnable). It is known as a sum over CPUs: ms per second. */
static double own_throttling(const struct inquiry *q)
{
    double ms = inquiry_number(q, M_THROTTLED_MS), vcpus = inquiry_number(q, M_VCPUS);

    return ms > 0 && vcpus > 0 ? ms / 10 / vcpus : 0;
}

double judge_vcpu_contention(const struct inquiry *q)
{
    double ready = inquiry_number(q, M_READY_MAX);

    if (isnan(ready))
        ready = inquiry_number(q, M_READY);
    return isnan(ready) ? ready : MAX(ready - own_throttling(q), 0);
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
