/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_hypervisor.h: the state that the threads of one libvirt connection share.
 *
 *   the source's thread   collect(): begins a round, waits briefly, reports what is known
 *   the survey            one thread: connects, lists the guests and their states, reconnects
 *   the monitor           one thread at a time, each with a connection of its own: asks QEMU
 *
 * A round is one collection. `lock` guards all fields below it; no thread holds it during a call to
 * libvirt. A thread that is stuck in a call keeps its reference until the call returns.
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
    uint64_t surveyed;   /* the last round that the survey has finished */
    struct ident *host;  /* the host it leads to; NULL before the first connection */
    bool local;          /* that is the host vtop runs on */
    struct record *node; /* FACET_HYPERVISOR of another host; NULL: none was read */
    unsigned unseen;     /* guests without all their numbers from this host's kernel */
    bool up;             /* connected, and surveyed at least once since */
    bool bulk;           /* the driver has statistics in bulk */
    enum source_state state;
    char *message;
    char *driver;       /* "QEMU"; NULL before the first connection */
    int64_t heard_ns;   /* when the daemon last answered; 0 = never */
    int64_t calling_ns; /* since when the survey waits for an answer; 0 = it does not */
    GHashTable *guests; /* uuid -> struct guest (a reference) */

    /* the monitor */
    struct opener *opener; /* of lanes; only the newest of them uses it */
    struct lane *lane;     /* the current one, or NULL */
    unsigned lost;         /* lanes that are stuck in a call */
    int64_t lane_due;      /* the earliest time to start another one */
    uint64_t monitored;    /* the last round that the monitor has finished */
    int64_t spent_ns;      /* time spent on questions in this round */
    int64_t per_guest_ns;  /* time that one guest takes */

    /* What the driver has, learnt anew with each connection, as groups (virDomainStatsTypes) */
    unsigned supported;          /* came in bulk at least once */
    unsigned vain[STATS_GROUPS]; /* how often each was asked for in bulk before it first came */
    unsigned missing;            /* are not available by single calls either */
};

/* ROOT as in struct libvirt_config. */
struct hypervisor *hypervisor_new(const char *uri, const char *root);
struct hypervisor *hypervisor_ref(struct hypervisor *h);
void hypervisor_unref(struct hypervisor *h);

/* With the lock held: set the host that the connection leads to. Takes over the reference. When it
 * is another host than before, the guests are dropped. */
void hypervisor_set_host(struct hypervisor *h, struct ident *host, bool local);

/* With the lock held: set the state of the connection. MESSAGE may be NULL; a password of the URI
 * is masked in it. */
void hypervisor_say(struct hypervisor *h, enum source_state state, const char *message);

/* With the lock held: learn from an answer which groups were asked for in bulk and which came. */
void hypervisor_learn(struct hypervisor *h, unsigned asked, unsigned found);

/* With the lock held: groups that the driver does not give in bulk. */
unsigned hypervisor_single_groups(const struct hypervisor *h);

/* With the lock held: how long the survey has waited for an answer of the connected daemon. */
int64_t hypervisor_silence_ns(const struct hypervisor *h, int64_t now_ns);

/* With the lock held: wait for `changed`. False after DEADLINE_NS (monotonic). */
bool hypervisor_wait(struct hypervisor *h, int64_t deadline_ns);

/* Start a detached thread that owns a reference. */
bool hypervisor_thread(struct hypervisor *h, void *(*run)(void *), void *argument);

#endif
