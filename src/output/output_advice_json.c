/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "output/output_advice.h"

#include "base/clock.h"
#include "output/json_parts.h"
#include "output/output.h"

#include <math.h>

static void add(json_object *to, const char *key, json_object *value)
{
    json_object_object_add(to, key, value);
}

static void add_number(json_object *to, const char *key, enum unit unit, double number)
{
    add(to, key, json_number(unit, number));
}

static void add_computed(json_object *to, const char *key, double number)
{
    add(to, key, json_computed(number, 4));
}

static void add_count(json_object *to, const char *key, uint64_t count)
{
    add(to, key, json_object_new_int64((int64_t)count));
}

static void add_seconds(json_object *to, const char *key, int64_t ns)
{
    add_number(to, key, UNIT_SECONDS, (double)ns / (double)CLOCK_NS_PER_S);
}

/* ---- hosts ---- */

static json_object *states(const unsigned counts[SIZE_STATES])
{
    static const char *const names[SIZE_STATES] = {
        [SIZE_UNKNOWN] = "unknown",     [SIZE_COLLECTING] = "collecting",
        [SIZE_UNLIMITED] = "unlimited", [SIZE_RIGHT] = "right",
        [SIZE_GROW] = "too_small",      [SIZE_SHRINK] = "too_large",
        [SIZE_MOVE] = "waiting"};
    json_object *o = json_object_new_object();

    for (int i = 0; i < SIZE_STATES; i++)
        add_count(o, names[i], counts[i]);
    return o;
}

static json_object *balance(const struct output_advice *a, const struct balance *b)
{
    const struct entity *e = b->dominant ? roster_find(a->at.roster, b->dominant) : NULL;
    json_object *o = json_object_new_object();

    add(o, "resource", json_text(resource_name(b->resource)));
    add_count(o, "guests", b->n);
    add_count(o, "missing", b->missing);
    add_computed(o, "jain", b->jain);
    add_computed(o, "variation", b->variation);
    add_computed(o, "max_over_mean", b->max_over_mean);
    add(o, "dominant", json_text(e ? entity_label(e, LABEL_NAME) : NULL));
    add_computed(o, "dominant_share", b->share);
    return o;
}

static json_object *overcommit(const struct overcommit *p)
{
    json_object *o = json_object_new_object();

    add_number(o, "vcpus", UNIT_COUNT, p->vcpus);
    add_computed(o, "cores", p->cores);
    add(o, "smt", json_object_new_boolean(p->smt));
    add_computed(o, "vcpus_per_core", p->vcpus_per_core);
    add_number(o, "memory_bytes", UNIT_BYTES, p->memory);
    add_number(o, "memory_total_bytes", UNIT_BYTES, p->total);
    add_computed(o, "memory_per_total", p->memory_per_total);
    add_count(o, "missing", p->missing);
    return o;
}

static void add_trait(const char *name, const char *text, void *traits)
{
    add(traits, name, json_text(text));
}

static json_object *cost(const struct cost_of_host *c)
{
    json_object *o = json_object_new_object();

    add_count(o, "vms", c->machines);
    add_count(o, "vms_emulated", c->emulated);
    add_number(o, "efficiency_percent", UNIT_PERCENT, c->all.efficiency);
    add_number(o, "lost_cpu_percent", UNIT_PERCENT, c->all.lost);
    add_number(o, "emulation_percent", UNIT_PERCENT, c->all.emulation);
    add_number(o, "halt_poll_percent", UNIT_PERCENT, c->all.halt_poll);
    add_number(o, "exits_per_second", UNIT_RATE, c->all.exits);
    add_number(o, "halt_exits_per_second", UNIT_RATE, c->all.halt);
    add_number(o, "io_exits_per_second", UNIT_RATE, c->all.io);
    add_number(o, "mmio_exits_per_second", UNIT_RATE, c->all.mmio);
    add_number(o, "irq_exits_per_second", UNIT_RATE, c->all.irq);
    add_number(o, "overhead_bytes", UNIT_BYTES, c->all.overhead);
    add_number(o, "ksm_saved_bytes", UNIT_BYTES, c->ksm_saved);
    add_number(o, "steal_percent", UNIT_PERCENT, c->steal);
    return o;
}

static json_object *host(const struct output_advice *a, const struct advice_host *h)
{
    json_object *o = json_object_new_object(), *sizes = json_object_new_object(),
                *balances = json_object_new_array(), *traits = json_object_new_object();
    const struct entity *e = roster_find(a->at.roster, h->host);

    add(o, "name", json_text(h->name));
    add(o, "id", json_text(e && *entity_label(e, LABEL_ID) ? entity_label(e, LABEL_ID) : NULL));
    add_seconds(o, "history_seconds", h->history_ns);
    add(sizes, "cpu", states(h->cpu));
    add(sizes, "memory", states(h->memory));
    add(o, "sizes", sizes);
    for (int r = 0; r < BALANCE_RESOURCES; r++)
        json_object_array_add(balances, balance(a, &h->balance[r]));
    add(o, "balance", balances);
    add(o, "overcommit", overcommit(&h->overcommit));
    add(o, "cost", cost(&h->cost));
    if (e)
        cost_traits(&a->at, e, add_trait, traits);
    add(o, "traits", traits);
    return o;
}

/* ---- advice ---- */

static const char *unit_name(const struct advice *a)
{
    if (isnan(a->from))
        return NULL;
    return a->unit == UNIT_BYTES ? "bytes" : "count";
}

static json_object *notes(const struct advice *a)
{
    json_object *array = json_object_new_array();

    for (guint i = 0; i < a->notes->len; i++)
        json_object_array_add(array, json_text(g_ptr_array_index(a->notes, i)));
    return array;
}

static json_object *advice(const struct advice *a)
{
    json_object *o = json_object_new_object();

    add(o, "kind", json_text(advice_kind_name(a->kind)));
    add(o, "resource", json_text(resource_name(a->resource)));
    add(o, "host", json_text(a->host_name));
    add(o, "guest", json_text(a->guest_name));
    add(o, "guest_id", json_text(a->guest_id));
    add(o, "what", json_text(a->what));
    add(o, "why", json_text(a->why));
    add_number(o, "from", a->unit, a->from);
    add_number(o, "to", a->unit, a->to);
    add(o, "unit", json_text(unit_name(a)));
    add(o, "confidence", json_text(sureness_name(a->sure)));
    add_seconds(o, "history_seconds", a->history_ns);
    add(o, "notes", notes(a));
    add(o, "command", json_text(a->command));
    return o;
}

int output_advice_json(const struct output_advice *a, FILE *out)
{
    json_object *root = json_object_new_object(), *hosts = json_object_new_array(),
                *list = json_object_new_array();
    char time[CLOCK_ISO_SIZE];

    clock_iso8601(moment_wall_ns(&a->at), time);
    add(root, "schema", json_text("vtop-advice/1"));
    add(root, "time", json_text(time));
    add_count(root, "samples", a->samples);
    for (guint i = 0; i < a->hosts->len; i++)
        json_object_array_add(hosts, host(a, g_ptr_array_index(a->hosts, i)));
    add(root, "hosts", hosts);
    for (guint i = 0; i < a->advice->len; i++)
        json_object_array_add(list, advice(g_ptr_array_index(a->advice, i)));
    add(root, "advice", list);
    json_print(root, out);
    return output_finish(out);
}
