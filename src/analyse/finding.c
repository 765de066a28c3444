/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/judge.h"

#include "analyse/wording.h"
#include "base/text.h"

#include <math.h>

const char *severity_name(enum severity s)
{
    static const char *const names[] = {
        [SEVERITY_INFO] = "info", [SEVERITY_WARN] = "warn", [SEVERITY_CRIT] = "crit"};

    return s < SEVERITY_COUNT ? names[s] : "";
}

const char *resource_name(enum resource r)
{
    static const char *const names[] = {[RESOURCE_CPU] = "cpu",
                                        [RESOURCE_MEMORY] = "memory",
                                        [RESOURCE_DISK] = "disk",
                                        [RESOURCE_NETWORK] = "network",
                                        [RESOURCE_STATE] = "state"};

    return r < RESOURCE_COUNT ? names[r] : "";
}

/* ---- numbers as text ---- */

char *number_text(enum unit unit, double number)
{
    char text[WORDING_SIZE];

    return g_strdup(wording_number(unit, number, text));
}

/* ---- the parts of a finding ---- */

void finding_say(struct finding *f, const char *format, ...)
{
    va_list arguments;

    g_free(f->sentence);
    va_start(arguments, format);
    f->sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

static const struct entity *about(const struct inquiry *q, enum metric m)
{
    return metric_info(m)->kind == KIND_HOST ? q->around->host : q->entity;
}

G_STATIC_ASSERT(FACET_COUNT <= 32);

uint32_t stale_facets(const struct entity *e, int64_t now_ns)
{
    uint32_t stale = 0;

    for (const struct track *t = e->tracks; t; t = t->next)
        if (track_is_stale(t, now_ns))
            stale |= UINT32_C(1) << t->facet;
    return stale;
}

double inquiry_number(const struct inquiry *q, enum metric m)
{
    bool of_host = metric_info(m)->kind == KIND_HOST;
    struct value v = moment_value(q->at, about(q, m), m);
    uint32_t stale = of_host ? q->around->stale : q->stale;

    if (v.reason != REASON_OK || (v.facet < FACET_COUNT && stale >> v.facet & 1))
        return (double)NAN;
    return v.number;
}

void finding_show(struct finding *f, const struct inquiry *q, enum metric m, double limit)
{
    double number = inquiry_number(q, m);

    if (isnan(number) || f->evidence_count == FINDING_EVIDENCE_MAX)
        return;
    for (size_t i = 0; i < f->evidence_count; i++)
        if (f->evidence[i].metric == m)
            return;
    f->evidence[f->evidence_count++] =
        (struct evidence){.metric = m, .number = number, .limit = limit};
}

/* Two rules about one cause (a quota that stops a guest often, or most of the time) say the same.
 */
static void add_once(GPtrArray *texts, char *text)
{
    if (g_ptr_array_find_with_equal_func(texts, text, g_str_equal, NULL))
        g_free(text);
    else
        g_ptr_array_add(texts, text);
}

void finding_exclude(struct finding *f, char *text)
{
    add_once(f->ruled_out, text);
}

void finding_lack(struct finding *f, char *text)
{
    add_once(f->missing, text);
}

double inquiry_reading(const struct inquiry *q, enum reading r)
{
    struct value v = entity_reading(q->entity, r);

    return v.reason == REASON_OK ? v.number : (double)NAN;
}

double inquiry_is_urgent(const struct inquiry *q, const struct trend *t, enum trend_urgency urgency)
{
    if (!q->trends_known)
        return (double)NAN;
    return t && trend_urgency(t) == urgency;
}

double inquiry_niced(const struct inquiry *q)
{
    double cpus = inquiry_number(q, M_HOST_CPUS);
    struct value ns = entity_reading(q->around->host, R_HOST_NICE_NS);

    return cpus > 0 && ns.reason == REASON_OK ? ns.number / cpus * 1e-7 : 0;
}

/* ---- whose limit ---- */

/* The name of the group that is so many levels above that of the guest; NULL: it is not known. */
static char *group_above(const struct entity *e, unsigned levels)
{
    const struct track *t = entity_track(e, FACET_CGROUP);
    const char *path = t ? ident_group_path(t->ident) : NULL;
    char **parts = path ? g_strsplit(path, "/", -1) : NULL;
    guint count = parts ? g_strv_length(parts) : 0;
    char *name = levels < count ? text_clean(parts[count - 1 - levels], -1) : NULL;

    g_strfreev(parts);
    if (name && !*name)
        g_clear_pointer(&name, g_free);
    return name;
}

char *limit_text(const struct inquiry *q, enum reading owner, const char *what)
{
    int whose = moment_limit_owner(q->at, q->entity, owner);

    if (whose < 0 || whose >= LIMIT_CPUSET)
        return NULL;
    if (whose == LIMIT_OWN)
        return g_strdup_printf("its own %s", what);
    char *group = group_above(q->entity, (unsigned)whose);
    char *text =
        g_strdup_printf("the %s of %s%s%d level%s above it", what, group ? group : "a group",
                        group ? ", " : " ", whose, whose == 1 ? "" : "s");
    g_free(group);
    return text;
}

/* ---- who uses the CPUs ---- */

static const char *separator(unsigned i, unsigned count)
{
    if (i == 0)
        return "";
    return i + 1 == count ? " and " : ", ";
}

char *top_text(const struct surroundings *around, const struct entity *except)
{
    const struct entity *named[SURROUNDINGS_TOP];
    double cpu[SURROUNDINGS_TOP];
    unsigned count = 0;

    for (size_t i = 0; i < SURROUNDINGS_TOP && around->top[i]; i++)
        if (around->top[i] != except) {
            named[count] = around->top[i];
            cpu[count++] = around->top_cpu[i];
        }
    GString *text = count ? g_string_new(NULL) : NULL;
    for (unsigned i = 0; i < count; i++)
        g_string_append_printf(text, "%s%s (%.1f CPUs)", separator(i, count),
                               entity_label(named[i], LABEL_NAME), cpu[i] / 100);
    return text ? g_string_free(text, FALSE) : NULL;
}
