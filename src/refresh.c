#include "refresh.h"

#include "base/clock.h"
#include "collect/demo/demo.h"
#include "collect/libvirt/libvirt.h"
#include "collect/local.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define HISTORY_BYTES ((size_t)48 << 20)
#define STOP_PATIENCE_NS (500 * CLOCK_NS_PER_MS)

enum { METRONOME = 0 };

struct refresh {
    struct roster *roster;
    GPtrArray *sources; /* struct source *, by their index with the roster */
    int wake_fd;
    bool still;
    uint64_t ticks;
    int64_t last_ns, interval_ns;
};

static bool start_source(struct refresh *r, const struct source_class *class, const void *config,
                         const struct demand *demand)
{
    g_return_val_if_fail(r->sources->len < SAMPLE_SOURCES_MAX, false);
    struct source *source = source_start(class, config, r->sources->len, r->wake_fd, demand);

    if (source)
        g_ptr_array_add(r->sources, source);
    return source != NULL;
}

static bool start_hypervisors(struct refresh *r, const struct refresh_config *config,
                              const struct demand *demand)
{
    struct libvirt_config local = {0};
    bool started = true;

    if (!config->uri_count)
        return start_source(r, &LIBVIRT_SOURCE, &local, demand);
    for (size_t i = 0; started && i < config->uri_count; i++) {
        struct libvirt_config one = {.uri = config->uris[i]};
        started = start_source(r, &LIBVIRT_SOURCE, &one, demand);
    }
    return started;
}

static bool start_sources(struct refresh *r, const struct refresh_config *config,
                          const struct demand *demand)
{
    struct demo_config demo = demo_config_for(config->demo_guests);
    struct local_config local = {.root_dir = config->root, .saved = config->still};

    if (config->demo)
        return start_source(r, &DEMO_SOURCE, &demo, demand);
    return start_source(r, &LOCAL_SOURCE, &local, demand) &&
           (config->still || start_hypervisors(r, config, demand));
}

struct refresh *refresh_start(const struct refresh_config *config, const struct demand *demand)
{
    struct refresh *r = g_new0(struct refresh, 1);

    libvirt_prepare();
    r->roster = roster_new(config->past ? HISTORY_BYTES : 0);
    r->sources = g_ptr_array_new();
    r->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    r->still = config->still;
    if (start_sources(r, config, demand))
        return r;
    int error = errno;
    refresh_stop(r);
    errno = error;
    return NULL;
}

void refresh_stop(struct refresh *r)
{
    if (!r)
        return;
    for (guint i = 0; i < r->sources->len; i++)
        source_stop(g_ptr_array_index(r->sources, i), STOP_PATIENCE_NS);
    g_ptr_array_free(r->sources, TRUE);
    roster_free(r->roster);
    /* wake_fd stays open: a source that was left alone may still write to it */
    g_free(r);
}

void refresh_demand(struct refresh *r, const struct demand *demand)
{
    for (guint i = 0; i < r->sources->len; i++)
        source_demand(g_ptr_array_index(r->sources, i), demand);
}

int refresh_fd(const struct refresh *r)
{
    return r->wake_fd;
}

static void tick(struct refresh *r)
{
    int64_t now = clock_mono_ns();

    roster_tick(r->roster, now, clock_wall_ns());
    r->interval_ns = r->last_ns ? now - r->last_ns : 0;
    r->last_ns = now;
    r->ticks++;
}

/* Whether source I had something new. */
static bool merge_source(struct refresh *r, guint i)
{
    struct sample *s = source_take(g_ptr_array_index(r->sources, i));

    if (!s)
        return false;
    roster_merge(r->roster, s);
    sample_unref(s);
    return true;
}

static bool merge_all(struct refresh *r)
{
    bool beat = false;
    uint64_t count;

    while (read(r->wake_fd, &count, sizeof(count)) < 0 && errno == EINTR)
        ;
    for (guint i = 0; i < r->sources->len; i++)
        beat |= merge_source(r, i) && i == METRONOME;
    return beat;
}

bool refresh_merge(struct refresh *r)
{
    bool beat = merge_all(r);

    if (beat)
        tick(r);
    return beat;
}

/* False when a signal came. */
static bool wait_for_source(const struct refresh *r, int64_t patience_ns)
{
    struct pollfd fd = {.fd = r->wake_fd, .events = POLLIN};
    int timeout = patience_ns < 0 ? -1 : (int)(patience_ns / CLOCK_NS_PER_MS + 1);

    return poll(&fd, 1, timeout) >= 0;
}

static bool all_caught_up(const struct refresh *r)
{
    for (guint i = 0; i < r->sources->len; i++)
        if (source_published(g_ptr_array_index(r->sources, i)) <= r->ticks)
            return false;
    return true;
}

bool refresh_wait_tick(struct refresh *r, int64_t grace_ns)
{
    while (!merge_all(r))
        if (!wait_for_source(r, -1))
            return false;
    int64_t until = clock_mono_ns() + grace_ns;
    for (int64_t left; !all_caught_up(r) && (left = until - clock_mono_ns()) > 0;) {
        if (!wait_for_source(r, left))
            return false;
        merge_all(r);
    }
    merge_all(r);
    tick(r);
    return true;
}

struct roster *refresh_roster(const struct refresh *r)
{
    return r->roster;
}

int64_t refresh_interval_ns(const struct refresh *r)
{
    return r->interval_ns;
}

bool refresh_is_still(const struct refresh *r)
{
    return r->still;
}
