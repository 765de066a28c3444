/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "written.h"

#include <string.h>

struct analysis {
    uint64_t host;
    int64_t wall_ns;
    GPtrArray *log;
    unsigned *scans;
};

static GPtrArray *texts(const char *const from[], size_t count)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);

    for (size_t i = 0; i < count; i++)
        if (from[i])
            g_ptr_array_add(out, g_strdup(from[i]));
    return out;
}

static void free_finding(void *finding)
{
    struct finding *x = finding;

    g_free(x->host_name);
    g_free(x->guest_name);
    g_free(x->sentence);
    g_ptr_array_free(x->also, TRUE);
    g_ptr_array_free(x->ruled_out, TRUE);
    g_ptr_array_free(x->missing, TRUE);
    g_free(x);
}

struct analysis *written_new(uint64_t host, int64_t wall_ns)
{
    struct analysis *a = g_new0(struct analysis, 1);

    a->host = host;
    a->wall_ns = wall_ns;
    a->log = g_ptr_array_new_with_free_func(free_finding);
    a->scans = g_new0(unsigned, 1);
    return a;
}

void written_free(struct analysis *a)
{
    g_ptr_array_free(a->log, TRUE);
    g_free(a->scans);
    g_free(a);
}

unsigned written_scans(const struct analysis *a)
{
    return *a->scans;
}

struct finding *written_add(struct analysis *a, const struct writing *w)
{
    struct finding *x = g_new0(struct finding, 1);

    x->id = a->log->len + 1;
    x->rule = w->rule;
    x->severity = x->worst = w->severity;
    x->host = a->host;
    x->guest = w->guest;
    x->host_name = g_strdup("kvm7");
    x->guest_name = g_strdup(w->name);
    x->sentence = g_strdup(w->sentence);
    memcpy(x->evidence, w->evidence, sizeof(w->evidence));
    x->evidence_count = w->evidence_count;
    x->also = texts(&w->also, 1);
    x->ruled_out = texts(w->ruled_out, G_N_ELEMENTS(w->ruled_out));
    x->missing = texts(&w->missing, 1);
    x->since_ns = w->since_ns;
    x->since_wall_ns = a->wall_ns + w->since_ns;
    x->until_ns = w->until_ns;
    x->until_wall_ns = w->until_ns ? a->wall_ns + w->until_ns : 0;
    x->muted = w->muted;
    g_ptr_array_add(a->log, x);
    return x;
}

/* ---- as analysis.h promises ---- */

static uint64_t about(const struct finding *x)
{
    return x->guest ? x->guest : x->host;
}

static gint compare(const void *a, const void *b)
{
    const struct finding *x = *(struct finding *const *)a, *y = *(struct finding *const *)b;

    if (x->muted != y->muted)
        return x->muted - y->muted;
    return x->severity != y->severity ? (int)y->severity - (int)x->severity
                                      : (x->id > y->id) - (x->id < y->id);
}

GPtrArray *analysis_findings_of(const struct analysis *a, const struct moment *at, uint64_t serial)
{
    GPtrArray *found = g_ptr_array_new();
    int64_t then_ns = moment_mono_ns(at);

    *(a ? a->scans : &(unsigned){0}) += 1;
    for (guint i = 0; a && i < a->log->len; i++) {
        struct finding *x = g_ptr_array_index(a->log, i);
        bool open = x->since_ns <= then_ns && (!x->until_ns || then_ns < x->until_ns);
        if (open && (!serial || about(x) == serial))
            g_ptr_array_add(found, x);
    }
    g_ptr_array_sort(found, compare);
    return found;
}

GPtrArray *analysis_findings(const struct analysis *a, const struct moment *at)
{
    return analysis_findings_of(a, at, 0);
}

static int worst_of(const GPtrArray *found, unsigned counts[SEVERITY_COUNT])
{
    int worst = -1;

    for (guint i = 0; i < found->len; i++) {
        const struct finding *x = g_ptr_array_index(found, i);
        counts[x->severity] += !x->muted;
        if (!x->muted)
            worst = MAX(worst, (int)x->severity);
    }
    return worst;
}

bool analysis_has_open(const struct analysis *a, const struct moment *at)
{
    unsigned counts[SEVERITY_COUNT];

    return analysis_worst(a, at, counts) >= 0;
}

int analysis_worst(const struct analysis *a, const struct moment *at,
                   unsigned counts[SEVERITY_COUNT])
{
    GPtrArray *found = analysis_findings(a, at);

    memset(counts, 0, SEVERITY_COUNT * sizeof(counts[0]));
    int worst = worst_of(found, counts);
    g_ptr_array_free(found, TRUE);
    return worst;
}

int analysis_worst_of(const struct analysis *a, const struct moment *at, uint64_t serial)
{
    unsigned counts[SEVERITY_COUNT] = {0}, scans = a ? *a->scans : 0;
    GPtrArray *found = analysis_findings_of(a, at, serial);
    int worst = worst_of(found, counts);

    g_ptr_array_free(found, TRUE);
    if (a && moment_is_live(at))
        *a->scans = scans; /* there it is a look into a table */
    return worst;
}

const GPtrArray *analysis_log(const struct analysis *a)
{
    return a->log;
}
