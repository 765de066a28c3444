/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_hypervisor.h"

#include "base/clock_read.h"
#include "collect/libvirt/libvirt_process.h"

#include <string.h>

/* After this many attempts without a group the driver does not have it in bulk. */
enum { VAIN_MAX = 2 };

static void forget_guest(void *guest)
{
    guest_unref(guest);
}

struct hypervisor *hypervisor_new(const char *uri, const char *root)
{
    struct hypervisor *h = g_new0(struct hypervisor, 1);

    g_atomic_ref_count_init(&h->refs);
    h->uri = g_strdup(uri);
    libvirt_uri_parse(uri ? uri : LINK_LOCAL, &h->parts);
    /* two daemons of one host may have guests of one UUID */
    h->realm = g_strconcat(h->parts.driver, h->parts.path, NULL);
    h->processes = libvirt_process_directory(&h->parts);
    if (viewpoint_new(root, false, &h->viewpoint) < 0) /* the local source says so */
        viewpoint_new(NULL, false, &h->viewpoint);     /* never fails */
    h->root = h->viewpoint->root;
    h->opener = opener_new(uri, h->root);
    h->state = SOURCE_STALE;
    h->message = g_strdup("connecting");
    h->guests = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, forget_guest);
    pthread_mutex_init(&h->lock, NULL);
    clock_cond_init(&h->changed);
    return h;
}

struct hypervisor *hypervisor_ref(struct hypervisor *h)
{
    g_atomic_ref_count_inc(&h->refs);
    return h;
}

void hypervisor_unref(struct hypervisor *h)
{
    if (!g_atomic_ref_count_dec(&h->refs))
        return;
    g_hash_table_destroy(h->guests);
    opener_free(h->opener);
    pthread_cond_destroy(&h->changed);
    pthread_mutex_destroy(&h->lock);
    record_free(h->node);
    ident_unref(h->host);
    g_free(h->message);
    g_free(h->driver);
    g_free(h->processes);
    g_free(h->realm);
    libvirt_uri_clear(&h->parts);
    viewpoint_free(h->viewpoint);
    g_free(h->uri);
    g_free(h);
}

void hypervisor_set_host(struct hypervisor *h, struct ident *host, bool local)
{
    if (!h->host || h->host->serial != host->serial) {
        g_hash_table_remove_all(h->guests);
        record_free(h->node);
        h->node = local ? NULL : record_new(FACET_HYPERVISOR, host);
    } else if (h->node) {
        ident_unref(h->node->ident);
        h->node->ident = ident_ref(host);
    }
    ident_unref(h->host);
    h->host = host;
    h->local = local;
}

void hypervisor_say(struct hypervisor *h, enum source_state state, const char *message)
{
    char *copy = libvirt_uri_hide(&h->parts, message);

    g_free(h->message);
    h->message = copy;
    h->state = state;
}

void hypervisor_learn(struct hypervisor *h, unsigned asked, unsigned found)
{
    h->supported |= found;
    for (int i = 0; i < STATS_GROUPS; i++)
        if (asked & ~h->supported & (1u << i))
            h->vain[i]++;
}

unsigned hypervisor_single_groups(const struct hypervisor *h)
{
    unsigned groups = 0;

    for (int i = 0; i < STATS_GROUPS; i++)
        if (!h->bulk || h->vain[i] >= VAIN_MAX)
            groups |= 1u << i;
    return groups;
}

int64_t hypervisor_silence_ns(const struct hypervisor *h, int64_t now_ns)
{
    return h->calling_ns ? now_ns - MAX(h->calling_ns, h->heard_ns) : 0;
}

bool hypervisor_wait(struct hypervisor *h, int64_t deadline_ns)
{
    return clock_cond_wait(&h->changed, &h->lock, deadline_ns);
}

bool hypervisor_thread(struct hypervisor *h, void *(*run)(void *), void *argument)
{
    pthread_t thread;

    hypervisor_ref(h);
    if (pthread_create(&thread, NULL, run, argument) == 0) {
        pthread_detach(thread);
        return true;
    }
    hypervisor_unref(h);
    return false;
}
