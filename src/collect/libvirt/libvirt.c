/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt.h"

#include "base/clock_read.h"
#include "collect/libvirt/libvirt_hypervisor.h"
#include "collect/libvirt/libvirt_link.h"
#include "collect/libvirt/libvirt_monitor.h"
#include "collect/libvirt/libvirt_survey.h"

/* A daemon that has not answered for this long may be the reason why a guest has not answered. */
#define BLAME_NS CLOCK_NS_PER_S
/* A daemon that has not answered for this long is reported. Keepalive ends the connection later. */
#define SILENT_NS (3 * CLOCK_NS_PER_S)

/* How long a collection waits for answers. */
#define PATIENCE_NS (250 * CLOCK_NS_PER_MS)

void libvirt_prepare(void)
{
    static const char errors_only[] = "4";

    if (!g_getenv("LIBVIRT_LOG_OUTPUTS"))
        g_setenv("LIBVIRT_DEBUG", errors_only, FALSE);
}

static void *open_source(const void *config)
{
    const struct libvirt_config *c = config;
    struct hypervisor *h = hypervisor_new(c->uri, c->root);

    if (!hypervisor_thread(h, survey_run, h))
        hypervisor_say(h, SOURCE_FAILED, "there is no thread to be had");
    return h;
}

/* Returns how many guests do not answer. */
static unsigned report_guests(struct hypervisor *h, struct sample *out)
{
    int64_t now = clock_mono_ns();
    bool answers = h->up && hypervisor_silence_ns(h, now) < BLAME_NS;
    unsigned hung = 0;
    GHashTableIter it;
    void *p;

    g_hash_table_iter_init(&it, h->guests);
    while (g_hash_table_iter_next(&it, NULL, &p)) {
        struct guest *g = p;
        uint64_t hung_ms = answers ? monitor_hung_ms(g, now) : 0;
        hung += hung_ms > 0;
        record_set(g->domain, R_DOM_HUNG_MS, hung_ms);
        guest_report(g, hung_ms > 0, now, out);
    }
    return hung;
}

/* The message of a working connection: guests that do not answer, or what the driver lacks. */
static char *remark(const struct hypervisor *h, unsigned hung)
{
    static const struct {
        unsigned group;
        const char *name;
    } groups[] = {{VIR_DOMAIN_STATS_BLOCK, "disk"},
                  {VIR_DOMAIN_STATS_INTERFACE, "network"},
                  {VIR_DOMAIN_STATS_BALLOON, "memory"},
                  {VIR_DOMAIN_STATS_VCPU, "vCPU"}};
    GString *lacks = g_string_new(NULL);

    if (hung) {
        g_string_printf(lacks, "%u %s not answer%s", hung, hung == 1 ? "guest does" : "guests do",
                        h->lost >= LIBVIRT_LOST_MAX ? ", others are not asked" : "");
        return g_string_free(lacks, FALSE);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(groups); i++)
        if (h->missing & groups[i].group)
            g_string_append_printf(lacks, "%s%s", lacks->len ? ", " : "", groups[i].name);
    char *text =
        lacks->len ? g_strdup_printf("the %s driver counts no %s", h->driver, lacks->str) : NULL;
    g_string_free(lacks, TRUE);
    return text;
}

static void report(struct hypervisor *h, struct sample *out)
{
    unsigned hung = report_guests(h, out);
    enum source_state state = h->state;
    char *text;

    if (hypervisor_silence_ns(h, clock_mono_ns()) > SILENT_NS) {
        state = SOURCE_STALE;
        text = g_strdup("its daemon does not answer");
    } else {
        text = state == SOURCE_OK ? remark(h, hung) : g_strdup(h->message);
    }
    if (h->host)
        sample_set_host(out, h->host);
    if (h->node && h->node->read_ns)
        guest_report_record(h->node, clock_mono_ns(), out);
    /* Rows of a lost connection stay and age. */
    out->complete = h->up || !h->heard_ns;
    sample_add_status(out, h->parts.shown, state, h->heard_ns, text);
    g_free(text);
}

static void collect(void *state, const struct demand *demand, struct sample *out)
{
    struct hypervisor *h = state;
    int64_t now = clock_mono_ns(), deadline = now + MIN(PATIENCE_NS, demand->interval_ns / 4);

    pthread_mutex_lock(&h->lock);
    h->demand = *demand;
    h->round++;
    h->round_ns = now;
    h->spent_ns = 0;
    pthread_cond_broadcast(&h->changed);
    while (h->surveyed != h->round && hypervisor_wait(h, deadline))
        ;
    monitor_supervise(h);
    pthread_cond_broadcast(&h->changed);
    while (!monitor_is_idle(h) && hypervisor_wait(h, deadline))
        ;
    report(h, out);
    pthread_mutex_unlock(&h->lock);
}

static void close_source(void *state)
{
    struct hypervisor *h = state;

    pthread_mutex_lock(&h->lock);
    h->stop = true;
    pthread_cond_broadcast(&h->changed);
    pthread_mutex_unlock(&h->lock);
    hypervisor_unref(h);
}

const struct source_class LIBVIRT_SOURCE = {open_source, collect, close_source};
