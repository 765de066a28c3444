/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/cost.h"

#include "analyse/balance.h"

#include <math.h>

/* VmRSS, HugetlbPages and VmSwap of its process, over the balloon's current size (kernel and QEMU
 * count the same pages). Less than nothing says that parts of the memory were never touched. */
static double overhead_of(const struct moment *at, const struct entity *guest)
{
    double takes = moment_number(at, guest, M_MEM), given = moment_number(at, guest, M_MEM_LIMIT);

    return takes > given ? takes - given : (double)NAN;
}

struct cost cost_of(const struct moment *at, const struct entity *guest)
{
    struct cost c = {.efficiency = moment_number(at, guest, M_EFFICIENCY),
                     .cpu = moment_number(at, guest, M_CPU),
                     .emulation = moment_number(at, guest, M_EMULATION),
                     .halt_poll = moment_number(at, guest, M_HALT_POLL),
                     .exits = moment_number(at, guest, M_EXITS),
                     .halt = moment_number(at, guest, M_HALT_EXITS),
                     .io = moment_number(at, guest, M_IO_EXITS),
                     .mmio = moment_number(at, guest, M_MMIO_EXITS),
                     .irq = moment_number(at, guest, M_IRQ_EXITS),
                     .overhead = overhead_of(at, guest)};

    c.lost = c.cpu * (1 - c.efficiency / 100);
    c.emulated = moment_value(at, guest, M_CPU_GUEST).reason == REASON_EMULATED ||
                 moment_value(at, guest, M_EXITS).reason == REASON_NO_KVM;
    return c;
}

/* An unknown number counts for nothing; a sum of none stays unknown. */
static void add(double *sum, double number)
{
    if (isfinite(number))
        *sum = isnan(*sum) ? number : *sum + number;
}

static void add_cost(struct cost_of_host *h, const struct cost *c)
{
    h->machines++;
    h->emulated += c->emulated;
    h->measured += isfinite(c->lost) != 0;
    if (isfinite(c->lost))
        add(&h->all.cpu, c->cpu);
    add(&h->all.lost, c->lost);
    add(&h->all.emulation, c->emulation);
    add(&h->all.halt_poll, c->halt_poll);
    add(&h->all.exits, c->exits);
    add(&h->all.halt, c->halt);
    add(&h->all.io, c->io);
    add(&h->all.mmio, c->mmio);
    add(&h->all.irq, c->irq);
    add(&h->all.overhead, c->overhead);
}

struct cost_of_host cost_of_host(const struct moment *at, const struct entity *host)
{
    const double none = (double)NAN;
    struct cost_of_host h = {
        .all = {none, none, none, none, none, none, none, none, none, none, none, false},
        .ksm_saved = moment_number(at, host, M_HOST_KSM_SAVED),
        .steal = moment_number(at, host, M_HOST_CPU_STEAL)};
    GPtrArray *guests = balance_guests(at, host, false);

    for (guint i = 0; i < guests->len; i++) {
        const struct entity *guest = g_ptr_array_index(guests, i);
        struct cost c = cost_of(at, guest);
        if (entity_class(guest) == CLASS_VM)
            add_cost(&h, &c);
    }
    g_ptr_array_free(guests, TRUE);
    if (h.all.cpu > 0)
        h.all.efficiency = 100 * (1 - h.all.lost / h.all.cpu);
    return h;
}

void cost_traits(const struct moment *at, const struct entity *host,
                 void (*tell)(const char *name, const char *text, void *data), void *data)
{
    GPtrArray *traits = moment_parts(at, host, KIND_TRAIT);

    for (guint i = 0; i < traits->len; i++) {
        const struct entity *trait = g_ptr_array_index(traits, i);
        tell(moment_label(at, trait, LABEL_NAME), moment_label(at, trait, LABEL_IMAGE), data);
    }
    g_ptr_array_free(traits, TRUE);
}
