/* libvirt_hypervisor.h: what the threads of one libvirt connection share.
 *
 *   the source's thread   collect(): begins a round, waits a little, reports what is known
 *   the survey            one thread: connects, lists the guests and their states, reconnects
 *   the monitor           one thread at a time, each with a connection of its own: asks QEMU
 *   naming                one short thread per connection to this host: asks for the host's UUID
 *
 * A round is one collection. Everything below `lock` is guarded by it, and nobody holds it during a
 * call to libvirt. A thread that is stuck in a call keeps its reference until the call returns.
 */
#ifndef VTOP_COLLECT_LIBVIRT_HYPERVISOR_H
#define VTOP_COLLECT_LIBVIRT_HYPERVISOR_H

#include "collect/libvirt/libvirt_guest.h"
#include "collect/libvirt/libvirt_open.h"
#include "collect/libvirt/libvirt_uri.h"
#include "collect/source.h"
#include "collect/viewpoint.h"

#include <pthread.h>

struct lane; /* a monitor thread: libvirt_monitor.c */

enum { STATS_GROUPS = 16 }; /* bits of virDomainStatsTypes */

struct hypervisor {
    gatomicrefcount refs;
    char *uri; /* NULL: the daemon of this host */
    struct libvirt_uri parts;
    struct viewpoint *viewpoint;
    const struct root *root; /* of the host vtop runs on; any thread may use it */
    char *realm;             /* which daemon of its host, as "qemu/system" */
    char
        *processes; /* where a daemon of this URI keeps its pid files: libvirt_process.h; or NULL */

    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stop;
    uint64_t round;
    int64_t round_ns;     /* when it began */
    struct demand demand; /* of this round */

    /* the survey */
    uint64_t surveyed;   /* the last round it has finished */
    struct ident *host;  /* the host it leads to; NULL before the first connection */
    bool local;          /* that is the host vtop runs on */
    bool naming;         /* a thread asks for the UUID of that host */
    struct record *node; /* FACET_HYPERVISOR of another host; NULL: none was read */
    unsigned unseen;     /* guests of which this host's kernel does not give all numbers */
    bool up;             /* connected, and surveyed at least once since */
    bool bulk;           /* the driver has statistics in bulk */
    enum source_state state;
    char *message;
    char *driver;       /* "QEMU"; NULL before the first connection */
    int64_t heard_ns;   /* when the daemon last answered; 0 = never */
    int64_t calling_ns; /* since when the survey waits for it; 0 = it does not */
    GHashTable *guests; /* uuid -> struct guest (a reference) */

    /* the monitor */
    struct opener *opener; /* of lanes; only the newest of them uses it */
    struct lane *lane;     /* the one that works now, or NULL */
    unsigned lost;         /* lanes that are stuck in a call */
    int64_t lane_due;      /* not before that is another one started */
    uint64_t monitored;    /* the last round it has finished */
    int64_t spent_ns;      /* what asking has cost in this round */
    int64_t per_guest_ns;  /* what one guest costs */

    /* What the driver has, learnt per connection: groups (virDomainStatsTypes) ... */
    unsigned supported;          /* that came in bulk at least once */
    unsigned vain[STATS_GROUPS]; /* how often one was asked for in bulk before it ever came */
    unsigned missing;            /* that there are no single calls for either */
};

/* ROOT as in struct libvirt_config. */
struct hypervisor *hypervisor_new(const char *uri, const char *root);
struct hypervisor *hypervisor_ref(struct hypervisor *h);
void hypervisor_unref(struct hypervisor *h);

/* With the lock held: the connection leads to this host. Takes over the reference. Guests of
 * another host than before are forgotten. */
void hypervisor_set_host(struct hypervisor *h, struct ident *host, bool local);

/* With the lock held: say how the connection is; MESSAGE may be NULL. A password of the URI is
 * removed from it. */
void hypervisor_say(struct hypervisor *h, enum source_state state, const char *message);

/* With the lock held: groups that were asked for in bulk, and those that came. */
void hypervisor_learn(struct hypervisor *h, unsigned asked, unsigned found);

/* With the lock held: groups that the driver does not give in bulk. */
unsigned hypervisor_single_groups(const struct hypervisor *h);

/* With the lock held: for how long the daemon, connected, has owed the survey an answer. */
int64_t hypervisor_silence_ns(const struct hypervisor *h, int64_t now_ns);

/* With the lock held: wait for `changed` until DEADLINE_NS (monotonic). False when it is over. */
bool hypervisor_wait(struct hypervisor *h, int64_t deadline_ns);

/* Start a detached thread that owns a reference. */
bool hypervisor_thread(struct hypervisor *h, void *(*run)(void *), void *argument);

#endif
