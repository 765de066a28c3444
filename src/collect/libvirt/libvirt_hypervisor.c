#include <config.h>

#include "collect/libvirt/libvirt_hypervisor.h"

#include "base/clock.h"
#include "collect/libvirt/libvirt_process.h"

#include <string.h>
#include <unistd.h>

/* A driver that never gave a group in so many attempts does not have it in bulk. */
enum { VAIN_MAX = 2 };

static void forget_guest(void *guest)
{
    guest_unref(guest);
}

/* The driver and the path of its URI: two daemons of one host may have guests of one uuid. */
static char *realm_of(const char *uri)
{
    const char *scheme_end = strstr(uri, "://");
    size_t driver = strcspn(uri, "+:");
    const char *path = scheme_end ? strchr(scheme_end + strlen("://"), '/') : NULL;

    return g_strdup_printf("%.*s%.*s", (int)driver, uri, path ? (int)strcspn(path, "?") : 0,
                           path ? path : "");
}

struct hypervisor *hypervisor_new(const char *uri, const char *label)
{
    struct hypervisor *h = g_new0(struct hypervisor, 1);

    g_atomic_ref_count_init(&h->refs);
    h->uri = g_strdup(uri);
    h->label = g_strdup(label);
    h->realm = realm_of(uri ? uri : LINK_LOCAL);
    h->processes = label ? NULL : libvirt_process_directory(uri);
    h->opener = opener_new(uri);
    /* Without root the kernel says less than libvirt does. */
    h->kernel = !label && geteuid() == 0;
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
    g_free(h->message);
    g_free(h->driver);
    g_free(h->processes);
    g_free(h->realm);
    g_free(h->label);
    g_free(h->uri);
    g_free(h);
}

void hypervisor_say(struct hypervisor *h, enum source_state state, const char *message)
{
    char *copy = g_strdup(message);

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
