/* cgroup_guest.h: one container (or group of a VM, or service) and what is read of it.
 *
 * Part of cgroup.h: one thread.
 */
#ifndef VTOP_COLLECT_CGROUP_GUEST_H
#define VTOP_COLLECT_CGROUP_GUEST_H

#include "collect/cgroup/cgroup_files.h"
#include "collect/cgroup/cgroup_limits.h"
#include "collect/cgroup/cgroup_overhead.h"
#include "collect/cgroup/cgroup_quiet.h"
#include "collect/cgroup/cgroup_tree.h"
#include "collect/cgroup/container.h"
#include "collect/names/names.h"
#include "collect/cgroup/netns.h"
#include "collect/source.h"
#include "collect/cgroup/tasks.h"

/* What all guests share while they are read. */
struct cgroup_context {
    struct cgroup_plan plan;
    struct cgroup_tree *tree;
    struct names *names;
    struct netns_table networks;
    struct cgroup_overheads overheads;
    struct tasks tasks; /* of the guest in focus */
    bool focused;       /* there was one in this collection */
    bool kills_known;   /* the host says how many processes were killed for want of memory; */
    uint8_t kills_mark; /* another one when there were more, and in the collection after that */
    GArray *pids;       /* scratch */
    struct cgroup_host host;
    GHashTable *remote_disks; /* keys of groups that do not see the disks of their machine */
    int64_t now_ns;
};

struct cgroup_guest {
    struct cgroup_guest *next, *previous; /* in the list of the owner */
    struct ident *ident;                  /* the newest version */
    struct names_entry *question;         /* what it is called; NULL = not asked */
    uint64_t start;                       /* of its first process, in clock ticks; 0 = not known */
    int64_t look_ns;                      /* when to look at its processes again; 0 = now */
    int64_t slow_ns;                      /* when the next slow turn is; 0 = now */
    uint32_t oom_kills;
    uint8_t kills_mark;   /* of the context, when these were read */
    uint8_t no_oom;       /* enum reason why there are none */
    uint16_t turns;       /* slow ones it had */
    uint16_t patience_ms; /* how long it is left alone while it has no processes */
    uint8_t depth;        /* of the group with all its processes, below its own */
    uint8_t no_frozen;    /* enum reason why it is not known whether: */
    bool frozen : 1;
    bool in_pod : 1;    /* perhaps it only holds the pod's namespaces: */
    bool sandbox : 1;   /* it does; not a guest of its own */
    bool split : 1;     /* only a guest if a supervisor's group is beside it */
    bool running : 1;   /* there are processes in it */
    bool slow_turn : 1; /* this is the time to look at what changes rarely, */
    bool rare_turn : 1; /* and at what costs much or tells by itself when it changes */
    bool told_turn : 1; /* or at what it has told, because: */
    bool written : 1;   /* one of its files that tell was written */
    struct netns network;
    struct cgroup_quiet quiet;
    struct cgroup_files files; /* of its node */
};

/* The guest that lives in NODE, whose path is PATH. */
struct cgroup_guest *cgroup_guest_new(struct cgroup_node *node, const char *path,
                                      const struct container *what);
void cgroup_guest_free(struct cgroup_guest *g, struct cgroup_context *c);

/* FILE of its group was written. */
void cgroup_guest_written(struct cgroup_guest *g, const char *file);

/* Anything of its group may have been written. */
void cgroup_guest_suspect(struct cgroup_guest *g);

/* See whether there are processes in it, and which is the first (ident->pid); ask what it is
 * called. To be called before each collection; it seldom has to look. */
void cgroup_guest_look(struct cgroup_guest *g, struct cgroup_context *c);

/* Whether it is a row: it runs, and does more than hold a pod's namespaces. In a saved tree every
 * guest runs. */
bool cgroup_guest_is_shown(const struct cgroup_guest *g);

/* Add its records. Nothing is added for one that is gone, or of which nothing can be read for want
 * of descriptors (budget->starved). */
void cgroup_guest_collect(struct cgroup_guest *g, struct cgroup_context *c,
                          const struct demand *demand, struct sample *out);

#endif
