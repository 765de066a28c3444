/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "output/output_advice.h"

#include "analyse/wording.h"
#include "output/output.h"

#include <math.h>

static const char *const STATES[SIZE_STATES] = {[SIZE_UNKNOWN] = "not enough data",
                                                [SIZE_COLLECTING] = "less than an hour of history",
                                                [SIZE_UNLIMITED] = "no limit of its own",
                                                [SIZE_RIGHT] = "right size",
                                                [SIZE_GROW] = "too small",
                                                [SIZE_SHRINK] = "too large",
                                                [SIZE_MOVE] = "too small, and waiting for CPUs"};

static void print_states(const char *title, const unsigned counts[SIZE_STATES], FILE *out)
{
    bool any = false;

    fprintf(out, "  %-10s", title);
    for (int i = SIZE_STATES - 1; i >= 0; i--)
        if (counts[i]) {
            fprintf(out, "%s%s %u", any ? ", " : "", STATES[i], counts[i]);
            any = true;
        }
    fputs(any ? "\n" : "no guests\n", out);
}

static const char *name_of(const struct output_advice *a, uint64_t serial)
{
    const struct entity *e = serial ? roster_find(a->at.roster, serial) : NULL;

    return e ? entity_label(e, LABEL_NAME) : "";
}

static void print_balance(const struct output_advice *a, const struct balance *b, FILE *out)
{
    if (isnan(b->jain)) {
        fprintf(out, "  %-10s%s: not enough data\n", "balance", resource_name(b->resource));
        return;
    }
    fprintf(out, "  %-10s%s: Jain %.2f, variation %.2f, most %.1f times the mean; %s has %.0f %%\n",
            "balance", resource_name(b->resource), b->jain, b->variation, b->max_over_mean,
            name_of(a, b->dominant), 100 * b->share);
}

static void print_promises(const struct overcommit *o, FILE *out)
{
    char cores[WORDING_SIZE], memory[WORDING_SIZE], total[WORDING_SIZE];

    fprintf(out, "  %-10s", "promised");
    if (isnan(o->vcpus_per_core))
        fputs("vCPUs: not enough data", out);
    else
        fprintf(out, "%.0f vCPUs on %s cores (%.2f per core)", o->vcpus,
                wording_number(UNIT_LOAD, o->cores, cores), o->vcpus_per_core);
    if (isnan(o->memory_per_total))
        fputs("; memory: not enough data\n", out);
    else
        fprintf(out, "; %s of %s memory (%.0f %%)\n", wording_number(UNIT_BYTES, o->memory, memory),
                wording_number(UNIT_BYTES, o->total, total), 100 * o->memory_per_total);
}

/* One more known number of the line. */
static void print_known(const char *title, enum unit unit, double number, bool *any, FILE *out)
{
    char text[WORDING_SIZE];

    if (isnan(number))
        return;
    fprintf(out, "%s%s %s", *any ? ", " : "", title, wording_number(unit, number, text));
    *any = true;
}

static void print_cost(const struct cost_of_host *c, FILE *out)
{
    bool any = false;

    fprintf(out, "  %-10s", "cost");
    print_known("guest time", UNIT_PERCENT, c->all.efficiency, &any, out);
    print_known("lost", UNIT_CPU_PERCENT, c->all.lost, &any, out);
    print_known("halt polling", UNIT_CPU_PERCENT, c->all.halt_poll, &any, out);
    print_known("exits", UNIT_RATE, c->all.exits, &any, out);
    print_known("QEMU's own memory", UNIT_BYTES, c->all.overhead, &any, out);
    print_known("saved by KSM", UNIT_BYTES, c->ksm_saved, &any, out);
    print_known("steal", UNIT_PERCENT, c->steal, &any, out);
    fputs(any ? "\n" : "not enough data\n", out);
}

static void print_host(const struct output_advice *a, const struct advice_host *h, FILE *out)
{
    char history[WORDING_SIZE];

    fprintf(out, "%s: %s of history\n", h->name, wording_duration(h->history_ns, history));
    print_states("CPU", h->cpu, out);
    print_states("memory", h->memory, out);
    for (int r = 0; r < BALANCE_RESOURCES; r++)
        print_balance(a, &h->balance[r], out);
    print_promises(&h->overcommit, out);
    print_cost(&h->cost, out);
}

static void print_advice(const struct advice *a, FILE *out)
{
    char history[WORDING_SIZE];

    fprintf(out, "\n%s: %s\n", a->guest ? a->guest_name : a->host_name, a->what);
    fprintf(out, "  why:  %s\n", a->why);
    fprintf(out, "  sure: %s, %s%s\n", sureness_name(a->sure),
            a->history_ns ? "over " : "as of now",
            a->history_ns ? wording_duration(a->history_ns, history) : "");
    for (guint i = 0; i < a->notes->len; i++)
        fprintf(out, "  note: %s\n", (const char *)g_ptr_array_index(a->notes, i));
    if (a->command)
        fprintf(out, "  run:  %s\n", a->command);
}

int output_advice_text(const struct output_advice *a, FILE *out)
{
    for (guint i = 0; i < a->hosts->len; i++)
        print_host(a, g_ptr_array_index(a->hosts, i), out);
    for (guint i = 0; i < a->advice->len; i++)
        print_advice(g_ptr_array_index(a->advice, i), out);
    if (!a->advice->len)
        fputs("\nno advice\n", out);
    return output_finish(out);
}
