/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/advice.h"

#include "analyse/advise.h"
#include "base/clock.h"

#include <math.h>
#include <string.h>

const char *advice_kind_name(enum advice_kind k)
{
    static const char *const names[] = {[ADVICE_FILLING] = "filling",
                                        [ADVICE_MOVE] = "move",
                                        [ADVICE_GROW] = "grow",
                                        [ADVICE_SHARE] = "share",
                                        [ADVICE_OVERCOMMIT] = "overcommit",
                                        [ADVICE_COST] = "cost",
                                        [ADVICE_SHRINK] = "shrink"};

    return k < ADVICE_KIND_COUNT ? names[k] : "";
}

const char *sureness_name(enum sureness s)
{
    static const char *const names[] = {
        [SURE_LOW] = "low", [SURE_MEDIUM] = "medium", [SURE_HIGH] = "high"};

    return s < SURE_COUNT ? names[s] : "";
}

unsigned advice_needs(void)
{
    return NEED_CPU | NEED_CPU_SPLIT | NEED_READY | NEED_THROTTLE | NEED_LIMITS | NEED_MEM |
           NEED_CHARGED | NEED_BALLOON | NEED_EXITS | NEED_IO | NEED_NET | NEED_HOST_DISKS |
           NEED_HOST_NICS | NEED_HOST_MACHINE;
}

/* ---- one piece ---- */

static char *label_of(const struct entity *e, enum label l)
{
    const char *text = entity_label(e, l);

    return *text ? g_strdup(text) : NULL;
}

struct advice *advice_new(enum advice_kind kind, enum resource resource, const struct entity *e)
{
    const struct entity *host = entity_host(e);
    struct advice *a = g_new0(struct advice, 1);

    a->kind = kind;
    a->resource = resource;
    a->host = host->serial;
    a->host_name = g_strdup(entity_label(host, LABEL_NAME));
    if (e->kind == KIND_GUEST) {
        a->guest = e->serial;
        a->guest_name = g_strdup(entity_label(e, LABEL_NAME));
        a->guest_id = label_of(e, LABEL_ID);
    }
    a->from = a->to = (double)NAN;
    a->unit = UNIT_COUNT;
    a->notes = g_ptr_array_new_with_free_func(g_free);
    return a;
}

static void advice_free(void *advice)
{
    struct advice *a = advice;

    g_free(a->host_name);
    g_free(a->guest_name);
    g_free(a->guest_id);
    g_free(a->what);
    g_free(a->why);
    g_free(a->command);
    g_ptr_array_free(a->notes, TRUE);
    g_free(a);
}

GPtrArray *advice_list_new(void)
{
    return g_ptr_array_new_with_free_func(advice_free);
}

/* The most urgent first, then by name. */
static gint compare(const void *a, const void *b)
{
    const struct advice *x = *(struct advice *const *)a, *y = *(struct advice *const *)b;
    int order = (int)x->kind - (int)y->kind;

    order = order ? order : g_strcmp0(x->guest_name, y->guest_name);
    order = order ? order : strcmp(x->host_name, y->host_name);
    return order ? order : (int)x->resource - (int)y->resource;
}

/* ---- rounds ---- */

struct lists {
    GPtrArray *advice, *hosts;
};

struct adviser {
    struct advise_tools tools;
    struct lists done, next;
    GArray *guests; /* uint64_t: serials of those of the round that are still to come */
    bool begun;
};

static void host_free(void *host)
{
    struct advice_host *h = host;

    g_free(h->name);
    g_free(h);
}

static struct lists lists_new(void)
{
    return (struct lists){advice_list_new(), g_ptr_array_new_with_free_func(host_free)};
}

static void lists_clear(struct lists *l)
{
    g_ptr_array_free(l->advice, TRUE);
    g_ptr_array_free(l->hosts, TRUE);
}

struct adviser *adviser_new(const struct thresholds *thresholds)
{
    struct adviser *a = g_new0(struct adviser, 1);

    a->tools = (struct advise_tools){
        size_scratch_new((int64_t)(thresholds->of[THRESHOLD_ADVICE_HISTORY] * 1e9)),
        trend_scratch_new()};
    a->done = lists_new();
    a->next = lists_new();
    a->guests = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    return a;
}

void adviser_free(struct adviser *a)
{
    if (!a)
        return;
    size_scratch_free(a->tools.size);
    trend_scratch_free(a->tools.trend);
    lists_clear(&a->done);
    lists_clear(&a->next);
    g_array_free(a->guests, TRUE);
    g_free(a);
}

void adviser_reset(struct adviser *a)
{
    lists_clear(&a->done);
    lists_clear(&a->next);
    a->done = lists_new();
    a->next = lists_new();
    g_array_set_size(a->guests, 0);
    a->begun = false;
}

static struct advice_host *find_host(const struct lists *l, const struct entity *host)
{
    for (guint i = 0; i < l->hosts->len; i++) {
        struct advice_host *h = g_ptr_array_index(l->hosts, i);
        if (h->host == host->serial)
            return h;
    }
    return NULL;
}

static void add_host(struct adviser *a, const struct moment *at, const struct entity *host)
{
    struct advice_host *h = g_new0(struct advice_host, 1);
    GPtrArray *guests = balance_guests(at, host, true);

    h->host = host->serial;
    h->name = g_strdup(entity_label(host, LABEL_NAME));
    for (int r = 0; r < BALANCE_RESOURCES; r++)
        h->balance[r] = balance_of(at, host, (enum resource)r);
    h->overcommit = overcommit_of(at, host);
    h->cost = cost_of_host(at, host);
    g_ptr_array_add(a->next.hosts, h);
    advise_host(&a->tools, at, host, h, a->next.advice);
    for (guint i = 0; i < guests->len; i++)
        g_array_append_val(a->guests, ((struct entity *)g_ptr_array_index(guests, i))->serial);
    g_ptr_array_free(guests, TRUE);
}

static void begin(struct adviser *a, const struct moment *at)
{
    GPtrArray *hosts = moment_hosts(at);

    for (guint i = 0; i < hosts->len; i++)
        add_host(a, at, g_ptr_array_index(hosts, i));
    g_ptr_array_free(hosts, TRUE);
    a->begun = true;
}

static void look_at(struct adviser *a, const struct moment *at, uint64_t serial)
{
    const struct entity *guest = roster_find(at->roster, serial);
    struct advice_host *h = guest ? find_host(&a->next, entity_host(guest)) : NULL;
    struct size cpu, memory;

    if (!h || !moment_has(at, guest)) /* it left during the round */
        return;
    advise_guest(&a->tools, at, guest, &cpu, &memory, a->next.advice);
    h->cpu[cpu.state]++;
    h->memory[memory.state]++;
    h->history_ns = MAX(h->history_ns, MAX(cpu.history_ns, memory.history_ns));
}

static void finish(struct adviser *a)
{
    g_ptr_array_sort(a->next.advice, compare);
    lists_clear(&a->done);
    a->done = a->next;
    a->next = lists_new();
    a->begun = false;
}

bool adviser_step(struct adviser *a, const struct moment *at, size_t guests)
{
    if (!a->begun)
        begin(a, at);
    for (; guests && a->guests->len; guests--) {
        look_at(a, at, g_array_index(a->guests, uint64_t, a->guests->len - 1));
        g_array_set_size(a->guests, a->guests->len - 1);
    }
    if (a->guests->len)
        return false;
    finish(a);
    return true;
}

const GPtrArray *adviser_advice(const struct adviser *a)
{
    return a->done.advice;
}

const GPtrArray *adviser_hosts(const struct adviser *a)
{
    return a->done.hosts;
}

GPtrArray *adviser_of(struct adviser *a, const struct moment *at, const struct entity *e)
{
    GPtrArray *list = advice_list_new();
    struct size cpu, memory;
    struct advice_host h;

    if (e->kind == KIND_GUEST) {
        advise_guest(&a->tools, at, e, &cpu, &memory, list);
    } else if (e->kind == KIND_HOST) {
        h = (struct advice_host){.overcommit = overcommit_of(at, e), .cost = cost_of_host(at, e)};
        h.balance[RESOURCE_CPU] = balance_of(at, e, RESOURCE_CPU);
        advise_host(&a->tools, at, e, &h, list);
    }
    g_ptr_array_sort(list, compare);
    return list;
}
