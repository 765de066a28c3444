/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "explain.h"

#include "analyse/judge.h"
#include "model/catalogue.h"

#include <string.h>

/* ---- text ---- */

/* Filled lines of at most 80 columns, indented. */
static void print_filled(FILE *out, const char *text)
{
    enum { WIDTH = 80, INDENT = 4 };
    char **words = g_strsplit(text, " ", -1);
    size_t column = 0;

    for (char **word = words; *word; word++) {
        size_t length = strlen(*word);
        bool fits = column && column + 1 + length <= WIDTH;
        column = (fits ? column + 1 : INDENT) + length;
        fprintf(out, "%s%s", fits ? " " : word == words ? "    " : "\n    ", *word);
    }
    fputc('\n', out);
    g_strfreev(words);
}

G_GNUC_PRINTF(2, 3)
static void print_line(FILE *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    print_filled(out, text);
    g_free(text);
}

/* ---- a metric ---- */

static void add_origin(GString *to, enum facet f, enum metric m)
{
    const char *origin = metric_origin(f, m);

    if (*origin && !strstr(to->str, origin))
        g_string_append_printf(to, "%s%s", to->len ? "; or " : "", origin);
}

static void print_origins(FILE *out, enum metric m)
{
    const struct metric_info *info = metric_info(m);
    GString *origins = g_string_new(NULL);

    if (info->label == LABEL_NONE && info->graph == M_NONE)
        add_origin(origins, FACET_NONE, m);
    for (size_t i = 0; !info->formula && info->label == LABEL_NONE && info->from[i] != R_NONE; i++)
        add_origin(origins, reading_facet(info->from[i]), m);
    if (origins->len)
        print_line(out, "It comes from %s.", origins->str);
    g_string_free(origins, TRUE);
}

static void print_metric(FILE *out, enum metric m)
{
    const struct metric_info *info = metric_info(m);

    fprintf(out, "%s (%s): a metric of each %s; unit: %s\n", info->export_name, info->title,
            kind_name(info->kind), unit_name(info->unit));
    print_line(out, "%s.", info->help);
    print_origins(out, m);
    if (info->critical > 0)
        print_line(out, "The screen marks it from %g on, and more strongly from %g on.",
                   (double)info->warning, (double)info->critical);
}

static bool explain_metrics(const char *name, FILE *out)
{
    bool found = false;

    for (enum kind k = 0; k < KIND_COUNT; k++) {
        enum metric m = metric_find(k, name);
        if (m == M_NONE)
            continue;
        print_metric(out, m);
        found = true;
    }
    return found;
}

/* ---- rules ---- */

static void add_limit(GString *to, const char *what, enum threshold t)
{
    const struct threshold_info *info = threshold_info(t);

    if (t != THRESHOLD_COUNT)
        g_string_append_printf(to, "%s %s (%g%s%s)", what, info->name, info->fallback,
                               *info->unit ? " " : "", info->unit);
}

/* "Severity warn from ready-warn (10 percent) on, ...". */
static char *limits_text(enum rule r)
{
    const struct rule_terms *t = &RULE_TERMS[r];
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "Severity %s", severity_name(t->severity));
    add_limit(text, " from", t->warn);
    add_limit(text, ", crit from", t->crit);
    add_limit(text, ", once it has held for", t->hold);
    if (t->warn != THRESHOLD_COUNT)
        g_string_append_printf(text, "; it ends below %.0f %% of that", t->clear * 100);
    g_string_append_c(text, '.');
    return g_string_free(text, FALSE);
}

static void print_rule(FILE *out, enum rule r)
{
    const struct rule_info *info = rule_info(r);
    enum metric m = RULE_TERMS[r].metric;
    char *limits = limits_text(r);

    fprintf(out, "%s: a rule about %ss: %s (resource: %s)\n", info->name, kind_name(info->kind),
            info->title, resource_name(info->resource));
    print_filled(out, info->text);
    print_filled(out, limits);
    if (m != M_NONE)
        print_line(out, "It rests mainly on %s.", metric_info(m)->export_name);
    g_free(limits);
}

static void list_rules(FILE *out)
{
    for (enum rule r = 0; r < RULE_COUNT; r++) {
        char *limits = limits_text(r);
        fprintf(out, "%-20s  %-40s  %s %s\n", rule_info(r)->name, rule_info(r)->title,
                rule_info(r)->text, limits);
        g_free(limits);
    }
}

/* ---- thresholds ---- */

static void print_users(FILE *out, enum threshold t)
{
    for (enum rule r = 0; r < RULE_COUNT; r++) {
        const struct rule_terms *terms = &RULE_TERMS[r];
        if (terms->warn == t || terms->crit == t || terms->hold == t)
            print_line(out, "The rule %s compares with it.", rule_info(r)->name);
    }
}

static void print_threshold(FILE *out, enum threshold t)
{
    const struct threshold_info *info = threshold_info(t);

    fprintf(out, "%s: a threshold of analysis: %g%s%s\n", info->name, info->fallback,
            *info->unit ? " " : "", info->unit);
    print_line(out, "Limits %s.", info->text);
    print_line(out, "Source of the default: %s.", info->source);
    print_line(out, "vtoprc: threshold.%s = NUMBER, from %g to %g.", info->name, info->low,
               info->high);
    print_users(out, t);
}

static void list_thresholds(FILE *out)
{
    for (enum threshold t = 0; t < THRESHOLD_COUNT; t++) {
        const struct threshold_info *info = threshold_info(t);
        fprintf(out, "%-22s  %g%s%s  %s. From %g to %g. Source: %s.\n", info->name, info->fallback,
                *info->unit ? " " : "", info->unit, info->text, info->low, info->high,
                info->source);
    }
}

bool explain(const char *name, FILE *out)
{
    enum rule r = rule_find(name);
    enum threshold t = threshold_find(name);
    bool found = explain_metrics(name, out);

    if (r != RULE_COUNT)
        print_rule(out, r);
    if (t != THRESHOLD_COUNT)
        print_threshold(out, t);
    if (strcmp(name, "rules") == 0)
        list_rules(out);
    else if (strcmp(name, "thresholds") == 0)
        list_thresholds(out);
    else
        return found || r != RULE_COUNT || t != THRESHOLD_COUNT;
    return true;
}
