/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/advise.h"

#include "analyse/command.h"
#include "analyse/wording.h"
#include "base/clock.h"

#include <math.h>
#include <string.h>

#define HOUR_NS (INT64_C(3600) * CLOCK_NS_PER_S)
#define DAY_NS (24 * HOUR_NS)

/* Our choice: CPUs are short from here on (Netdata's warning), and one guest has most of them. */
static const double BUSY = 85;
static const double MOST = 0.5;
enum { GUESTS_MIN = 3 };

/* Our choice: halt polling is worth a word when it takes this share of a host whose CPUs are used
 * by more than half. */
static const double POLLING = 0.05;
static const double USED = 50;

/* A number in a sentence. */
struct said {
    char text[WORDING_SIZE];
};

static struct said say(enum unit unit, double number)
{
    struct said s;

    wording_number(unit, number, s.text);
    return s;
}

static struct said say_time(int64_t ns)
{
    struct said s;

    wording_duration(ns, s.text);
    return s;
}

G_GNUC_PRINTF(2, 3)
static void note(struct advice *a, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_ptr_array_add(a->notes, g_strdup_vprintf(format, args));
    va_end(args);
}

static enum sureness sure_of(int64_t history_ns)
{
    return history_ns < DAY_NS ? SURE_LOW : history_ns < 7 * DAY_NS ? SURE_MEDIUM : SURE_HIGH;
}

/* ---- sizes ---- */

static void add_command(struct advice *a, const struct moment *at, const struct entity *guest,
                        enum command_change change)
{
    const char *about = command_note(guest, change, a->from, a->to);

    a->command = command_for(at->roster, guest, change, a->from, a->to);
    if (a->command && about)
        note(a, "%s", about);
    if (!a->command && manager_of(guest) == MANAGER_NONE)
        note(a, "no program is known that manages it");
}

static void add_size_notes(struct advice *a, const struct size *s)
{
    struct said most = say(a->unit, s->maximum);

    if (s->marks & SIZE_AT_MAXIMUM)
        note(a, "more would be right, but %s is its maximum", most.text);
    if (s->marks & SIZE_HALVED)
        note(a, "less would do, but not in one step");
    if (s->marks & SIZE_NO_READY)
        note(a, "the time in which it waited for a CPU is not known: it may need more");
    if (s->marks & SIZE_CACHED)
        note(a, "page cache that could be dropped makes the figure larger");
    if (s->marks & SIZE_KILLED && s->state == SIZE_GROW)
        note(a, "the OOM killer ended processes in it");
}

static struct advice *size_advice(const struct size *s, enum resource r, const struct entity *guest)
{
    enum advice_kind kind = s->state == SIZE_GROW     ? ADVICE_GROW
                            : s->state == SIZE_SHRINK ? ADVICE_SHRINK
                                                      : ADVICE_MOVE;
    struct advice *a = advice_new(kind, r, guest);

    a->from = s->now;
    a->to = s->to;
    a->unit = r == RESOURCE_MEMORY ? UNIT_BYTES : UNIT_LOAD;
    a->history_ns = s->history_ns;
    a->sure = sure_of(s->history_ns);
    return a;
}

static bool is_advice(const struct size *s)
{
    return s->state == SIZE_GROW || s->state == SIZE_SHRINK || s->state == SIZE_MOVE;
}

static void say_cpu_size(struct advice *a, const struct size *s, bool vm)
{
    struct said from = say(a->unit, a->from), to = say(a->unit, a->to),
                need = say(UNIT_LOAD, s->need), ready = say(UNIT_PERCENT, s->ready);

    if (s->state == SIZE_MOVE) {
        a->what = g_strdup("move it, or shrink others on its host, instead of adding vCPUs");
        a->why = g_strdup_printf("it needs %s of its %s vCPUs, but waits for a CPU %s of the time: "
                                 "more vCPUs would wait more",
                                 need.text, from.text, ready.text);
        return;
    }
    a->what =
        vm ? g_strdup_printf("give it %s vCPUs instead of %s", to.text, from.text)
           : g_strdup_printf("set its CPU quota to %s cores instead of %s", to.text, from.text);
    a->why = g_strdup_printf("%s cores are enough for 95 %% of the time, with the time in which it "
                             "%s; 15 %% are added",
                             need.text, vm ? "waits" : "is throttled");
    if (s->state == SIZE_SHRINK && vm)
        note(a, "fewer vCPUs save no CPU time, but lower the contention with others");
}

static void advise_cpu(const struct size *s, const struct moment *at, const struct entity *guest,
                       GPtrArray *to)
{
    bool vm = entity_class(guest) == CLASS_VM;

    if (!is_advice(s))
        return;
    struct advice *a = size_advice(s, RESOURCE_CPU, guest);
    say_cpu_size(a, s, vm);
    add_size_notes(a, s);
    if (s->state != SIZE_MOVE)
        add_command(a, at, guest, vm ? COMMAND_VCPUS : COMMAND_CORES);
    g_ptr_array_add(to, a);
}

static void advise_memory(const struct size *s, const struct moment *at, const struct entity *guest,
                          GPtrArray *to)
{
    bool vm = entity_class(guest) == CLASS_VM;

    if (!is_advice(s))
        return;
    struct advice *a = size_advice(s, RESOURCE_MEMORY, guest);
    struct said from = say(a->unit, a->from), want = say(a->unit, a->to),
                peak = say(a->unit, s->need);
    a->what =
        vm ? g_strdup_printf("give it %s of memory instead of %s", want.text, from.text)
           : g_strdup_printf("set its memory limit to %s instead of %s", want.text, from.text);
    a->why = g_strdup_printf("at most %s were in use%s; 15 %% are added", peak.text,
                             vm ? " inside of it" : "");
    add_size_notes(a, s);
    add_command(a, at, guest, COMMAND_MEMORY);
    g_ptr_array_add(to, a);
}

/* ---- filling ---- */

static void advise_filling(const struct advise_tools *tools, const struct moment *at,
                           const struct entity *e, enum trend_subject subject, GPtrArray *to)
{
    struct trend t = trend_of(tools->trend, at, e, subject);

    if (t.state != TREND_RISING)
        return;
    struct advice *a = advice_new(ADVICE_FILLING, RESOURCE_MEMORY, e);
    struct said used = say(UNIT_BYTES, t.used), limit = say(UNIT_BYTES, t.limit),
                more = say(UNIT_BYTES, t.per_hour), left = say_time(t.left_ns);
    const char *name = subject == TREND_SWAP ? "swap" : "memory";
    a->from = t.used;
    a->to = t.limit;
    a->unit = UNIT_BYTES;
    a->history_ns = t.history_ns;
    a->sure = trend_urgency(&t) == TREND_LATER ? SURE_LOW : SURE_MEDIUM;
    a->what =
        g_strdup_printf("find out what grows, or make room: its %s is full in %s", name, left.text);
    a->why = g_strdup_printf("%s of %s are in use, and %s more every hour", used.text, limit.text,
                             more.text);
    g_ptr_array_add(to, a);
}

/* ---- cost ---- */

static void advise_emulated(const struct moment *at, const struct entity *guest, GPtrArray *to)
{
    struct cost c = cost_of(at, guest);

    if (entity_class(guest) != CLASS_VM || !c.emulated)
        return;
    struct advice *a = advice_new(ADVICE_COST, RESOURCE_CPU, guest);
    struct said cpu = say(UNIT_CPU_PERCENT, c.cpu);
    bool known = isfinite(c.cpu);
    a->sure = SURE_HIGH;
    a->what = g_strdup("let it run with KVM, if its architecture is that of the host");
    a->why = g_strdup_printf("each of its instructions is translated (TCG)%s%s",
                             known ? "; it uses " : "", known ? cpu.text : "");
    g_ptr_array_add(to, a);
}

static void advise_polling(const struct moment *at, const struct entity *host,
                           const struct cost *all, GPtrArray *to)
{
    double cpus = moment_number(at, host, M_HOST_CPUS), busy = moment_number(at, host, M_HOST_CPU);

    if (!(all->halt_poll / 100 >= POLLING * cpus) || !(busy > USED))
        return;
    struct advice *a = advice_new(ADVICE_COST, RESOURCE_CPU, host);
    struct said polling = say(UNIT_CPU_PERCENT, all->halt_poll), used = say(UNIT_PERCENT, busy);
    a->sure = SURE_MEDIUM;
    a->what = g_strdup("let idle vCPUs poll for less time before they halt");
    a->why = g_strdup_printf("polling takes %s while the CPUs of the host are busy for %s of the "
                             "time",
                             polling.text, used.text);
    note(a, "guests that sleep and wake often answer a little later; only this host is affected, "
            "until it boots");
    if (host->local)
        a->command = g_strdup("echo 0 >/sys/module/kvm/parameters/halt_poll_ns");
    g_ptr_array_add(to, a);
}

/* ---- shares and promises ---- */

static void advise_share(const struct moment *at, const struct entity *host,
                         const struct balance *b, GPtrArray *to)
{
    double busy = moment_number(at, host, M_HOST_CPU);
    const struct entity *guest = b->dominant ? roster_find(at->roster, b->dominant) : NULL;

    if (!guest || !(busy >= BUSY) || !(b->share >= MOST) || b->n < GUESTS_MIN)
        return;
    struct advice *a = advice_new(ADVICE_SHARE, RESOURCE_CPU, guest);
    struct said share = say(UNIT_PERCENT, 100 * b->share), used = say(UNIT_PERCENT, busy);
    a->sure = SURE_LOW;
    a->what = g_strdup("move it to another host, or give it a CPU quota");
    a->why =
        g_strdup_printf("it uses %s of the CPU time of all guests, and the host is busy for %s "
                        "of the time (balance: Jain %.2f, maximum over mean %.1f)",
                        share.text, used.text, b->jain, b->max_over_mean);
    g_ptr_array_add(to, a);
}

static void advise_vcpus(const struct entity *host, const struct overcommit *o, GPtrArray *to)
{
    enum overcommit_risk risk = overcommit_risk(o);

    if (risk == OVERCOMMIT_FINE)
        return;
    struct advice *a = advice_new(ADVICE_OVERCOMMIT, RESOURCE_CPU, host);
    struct said per = say(UNIT_LOAD, o->vcpus_per_core), vcpus = say(UNIT_COUNT, o->vcpus),
                cores = say(UNIT_LOAD, o->cores);
    a->sure = o->missing ? SURE_LOW : SURE_MEDIUM;
    a->from = o->vcpus_per_core;
    a->unit = UNIT_LOAD;
    a->what = g_strdup("move machines to other hosts, or take vCPUs away that are not needed");
    a->why = g_strdup_printf("%s vCPUs are %s per core of %s: from 4 on it is risky, from 10 on "
                             "unstable",
                             vcpus.text, per.text, cores.text);
    if (o->smt)
        note(a, "a core with two threads counts 1.25");
    g_ptr_array_add(to, a);
}

static void advise_promised_memory(const struct entity *host, const struct overcommit *o,
                                   GPtrArray *to)
{
    if (!(o->memory_per_total > 1))
        return;
    struct advice *a = advice_new(ADVICE_OVERCOMMIT, RESOURCE_MEMORY, host);
    struct said promised = say(UNIT_BYTES, o->memory), total = say(UNIT_BYTES, o->total);
    a->sure = SURE_LOW;
    a->from = o->memory;
    a->to = o->total;
    a->unit = UNIT_BYTES;
    a->what = g_strdup("keep swap for all of it, or move machines to other hosts");
    a->why =
        g_strdup_printf("its machines were given %s, and it has %s", promised.text, total.text);
    g_ptr_array_add(to, a);
}

/* ---- all of it ---- */

void advise_guest(const struct advise_tools *tools, const struct moment *at,
                  const struct entity *guest, struct size *cpu, struct size *memory, GPtrArray *to)
{
    *cpu = size_of_cpu(tools->size, at, guest);
    *memory = size_of_memory(tools->size, at, guest);
    advise_cpu(cpu, at, guest, to);
    advise_memory(memory, at, guest, to);
    advise_filling(tools, at, guest, TREND_MEMORY, to);
    advise_emulated(at, guest, to);
}

void advise_host(const struct advise_tools *tools, const struct moment *at,
                 const struct entity *host, const struct advice_host *h, GPtrArray *to)
{
    advise_filling(tools, at, host, TREND_MEMORY, to);
    advise_filling(tools, at, host, TREND_SWAP, to);
    advise_share(at, host, &h->balance[RESOURCE_CPU], to);
    advise_vcpus(host, &h->overcommit, to);
    advise_promised_memory(host, &h->overcommit, to);
    advise_polling(at, host, &h->cost.all, to);
}

/* ---- standings ---- */

static char *bounded_standing(const struct size *s)
{
    if (s->marks & SIZE_AT_MAXIMUM)
        return g_strdup("at its maximum, which is too small");
    if (s->marks & SIZE_YOUNG)
        return g_strdup("large enough; more than a day of history says whether it is too large");
    if (s->marks & SIZE_KILLED)
        return g_strdup("right size; not less, because the OOM killer was there");
    if (s->marks & SIZE_FLAT)
        return g_strdup("right size; not less, because what it uses does not vary");
    return g_strdup("right size");
}

char *advice_standing(const struct size *s)
{
    struct said time = say_time(s->history_ns);

    switch (s->state) {
    case SIZE_UNKNOWN:
        return g_strdup_printf("not enough data%s%s", s->lacks ? ": " : "",
                               s->lacks ? s->lacks : "");
    case SIZE_COLLECTING:
        return g_strdup_printf("collecting: %s of an hour", time.text);
    case SIZE_UNLIMITED:
        return g_strdup("no limit of its own");
    case SIZE_GROW:
        return g_strdup("too small");
    case SIZE_SHRINK:
        return g_strdup("too large");
    case SIZE_MOVE:
        return g_strdup("too small, but it waits for CPUs: move it");
    case SIZE_RIGHT:
        break;
    }
    return bounded_standing(s);
}
