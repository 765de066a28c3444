/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "findings.h"

#include "ui/settings.h"

enum { EXIT_WARN = 3, EXIT_CRIT = 4 };

void findings_settings(const struct options *o, struct settings *out)
{
    GPtrArray *complaints = g_ptr_array_new_with_free_func(g_free);
    char *file = settings_user_file(o->config);

    preferences_default(out);
    settings_read(out, SYSCONFDIR "/vtoprc", false, complaints);
    settings_read(out, file, o->config != NULL, complaints);
    for (guint i = 0; i < complaints->len; i++)
        fprintf(stderr, "vtop: %s\n", (const char *)g_ptr_array_index(complaints, i));
    g_ptr_array_free(complaints, TRUE);
    g_free(file);
}

static gint compare_serials(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static bool is_among(const GArray *serials, uint64_t serial)
{
    return g_array_binary_search((GArray *)serials, &serial, compare_serials, NULL);
}

static GArray *serials_of(struct entity *const *rows, size_t n)
{
    GArray *serials = g_array_new(FALSE, FALSE, sizeof(uint64_t));

    for (size_t i = 0; i < n; i++)
        g_array_append_val(serials, rows[i]->serial);
    g_array_sort(serials, compare_serials);
    return serials;
}

GPtrArray *findings_of_rows(const struct analysis *a, const struct moment *now,
                            struct entity *const *rows, size_t n)
{
    GPtrArray *findings = analysis_findings(a, now);
    GArray *serials = serials_of(rows, n);
    guint kept = 0;

    for (guint i = 0; i < findings->len; i++) {
        struct finding *f = g_ptr_array_index(findings, i);
        if (!f->guest || is_among(serials, f->guest))
            findings->pdata[kept++] = f;
    }
    g_ptr_array_set_size(findings, (gint)kept);
    g_array_free(serials, TRUE);
    return findings;
}

int findings_status(const GPtrArray *findings, enum severity least)
{
    int worst = -1;

    for (guint i = 0; i < findings->len; i++) {
        const struct finding *f = g_ptr_array_index(findings, i);
        if (!f->muted)
            worst = MAX(worst, (int)f->severity);
    }
    if (worst < (int)least || worst < SEVERITY_WARN)
        return 0;
    return worst == SEVERITY_CRIT ? EXIT_CRIT : EXIT_WARN;
}

void findings_print(const GPtrArray *findings, FILE *out)
{
    for (guint i = 0; i < findings->len; i++) {
        const struct finding *f = g_ptr_array_index(findings, i);
        if (!f->muted)
            fprintf(out, "%s  %s: %s\n", severity_name(f->severity),
                    f->guest ? f->guest_name : f->host_name, f->sentence);
    }
}
