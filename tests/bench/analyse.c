/* What analysis costs on a healthy host of 1,000 guests, beside the merge and the tick of the
 * roster in the same run, and how many warnings it raises in a whole day (none is right). The day
 * is sampled every 10 s; VTOP_DAY_INTERVAL=1 samples it every second, which takes half an hour. */
#include <config.h>

#include "../analyse/healthy.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int main(void)
{
    const char *interval = getenv("VTOP_DAY_INTERVAL");
    struct healthy day = {.seed = 1, .guests = 1000, .interval_s = 10, .hours = 24};

    if (interval && atof(interval) > 0)
        day.interval_s = atof(interval);
    struct healthy_result r = healthy_run(&day, cpu_ns);
    double analysis = (double)r.analysis_ns / 1e6 / r.ticks,
           roster = (double)r.merge_ns / 1e6 / r.ticks;
    printf("a healthy day of %u guests at %g s: %u ticks, %u warnings, %u notes\n", day.guests,
           day.interval_s, r.ticks, r.alarms + r.other_infos, r.infos);
    printf("analysis %.3f ms per tick, roster %.3f ms\n", analysis, roster);
    printf("ratio\tanalysis, 1000 guests, per tick\tms\t%.4f\tmerge and tick\t%.4f\n", analysis,
           roster);
    return r.alarms + r.other_infos > 0;
}
