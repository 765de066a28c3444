/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "healthy.h"

#include <math.h>

enum { CHURN_S = 300, CPUS_PER_100 = 50 };

/* A container ends, and another one starts, which fills its memory in some minutes. */
static void churn(struct sim *s, unsigned turn)
{
    g_autofree char *name = g_strdup_printf("job-%u", turn);
    struct sim_guest *old = turn > 10 ? g_ptr_array_index(s->guests, s->guests->len - 1) : NULL;

    if (old && !old->vm)
        sim_remove(s, old);
    struct sim_guest *g = sim_container(s, name, 0.05 + 0.1 * sim_uniform(s), 0);
    g->limit_mib = 400;
    g->limit_owner = LIMIT_OWN;
}

/* Young guests grow towards what they will need. */
static void grow(struct sim *s)
{
    for (guint i = 0; i < s->guests->len; i++) {
        struct sim_guest *g = g_ptr_array_index(s->guests, i);
        if (g_str_has_prefix(g->name, "job-"))
            g->memory_mib += (300 - g->memory_mib) * (1 - exp(-s->interval_s / 240));
    }
}

static bool may_inform(const struct finding *f)
{
    return g_str_equal(rule_info(f->rule)->name, "throttled");
}

static void count(const struct sim *s, struct healthy_result *r)
{
    const GPtrArray *log = analysis_log(s->analysis);

    for (guint i = 0; i < log->len; i++) {
        const struct finding *f = g_ptr_array_index(log, i);
        if (f->severity == SEVERITY_INFO && may_inform(f)) {
            r->infos++;
            continue;
        }
        *(f->severity == SEVERITY_INFO ? &r->other_infos : &r->alarms) += 1;
        g_test_message("%s at %.2f h: %s %s: %s", severity_name(f->severity),
                       (double)(f->since_ns - sim_now_ns(s)) / 3.6e12 +
                           (s->day_s + s->time_s) / 3600,
                       rule_info(f->rule)->name, f->guest ? f->guest_name : "host", f->sentence);
    }
}

struct healthy_result healthy_run(const struct healthy *h, int64_t (*clock)(void))
{
    unsigned cpus = MAX(4, h->guests * CPUS_PER_100 / 100), turn = 0;
    struct sim *s = sim_new(h->seed, h->interval_s, MIN(cpus, SIM_CPUS), (size_t)48 << 20);
    struct healthy_result r = {0};

    sim_crowd(s, h->guests);
    s->pools[0].cpus = s->ncpus = MIN(cpus, SIM_CPUS);
    s->day = 1;
    s->day_s = h->from_hour * SIM_HOUR_S;
    s->clock = clock;
    while (s->time_s < h->hours * SIM_HOUR_S) {
        if (s->time_s >= CHURN_S * (turn + 1))
            churn(s, turn++);
        grow(s);
        sim_step(s);
        r.ticks++;
    }
    count(s, &r);
    r.merge_ns = s->merge_ns;
    r.analysis_ns = s->analysis_ns;
    sim_free(s);
    return r;
}
