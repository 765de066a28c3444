#include <config.h>

#include "analyse/judge.h"

/* ---- host-cpu-busy: percent of all CPUs ---- */

double judge_host_cpu_busy(const struct inquiry *q)
{
    return inquiry_number(q, M_HOST_CPU);
}

void tell_host_cpu_busy(const struct inquiry *q, double level, struct finding *f)
{
    char *busy = number_text(UNIT_PERCENT, level), *who = top_text(q->around, NULL);

    finding_show(f, q, M_HOST_CPU_OTHER, (double)NAN);
    finding_say(f, "its CPUs are busy for %s of the time%s%s", busy,
                who ? "; most is used by " : "", who ? who : "");
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
    finding_say(f, "the hypervisor below it takes %s of its CPU time: move it, or buy more there",
                steal);
    g_free(steal);
}
