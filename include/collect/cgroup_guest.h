/* cgroup_guest.h: one container (or group of a VM, or service) and what is read of it.
 *
 * Part of cgroup.h: one thread.
 */
#ifndef VTOP_COLLECT_CGROUP_GUEST_H
#define VTOP_COLLECT_CGROUP_GUEST_H

#include "collect/cgroup_files.h"
#include "collect/cgroup_limits.h"
#include "collect/cgroup_quiet.h"
#include "collect/cgroup_tree.h"
#include "collect/container.h"
#include "collect/names.h"
#include "collect/netns.h"
#include "collect/source.h"
#include "collect/tasks.h"

/* What all guests share while they are read. */
struct cgroup_context {
    struct cgroup_plan plan;
    struct cgroup_tree *tree;
    struct names *names;
    struct netns_table networks;
    struct tasks tasks; /* of the guest in focus */
    bool focused;       /* there was one in this collection */
    bool kills_known;   /* the host says how many processes were killed for want of memory; */
    int64_t killed_ns;  /* when there was one more */
    GArray *pids;       /* scratch */
    unsigned cpus_online;
    int64_t now_ns;
};

struct cgroup_guest {
    struct cgroup_guest *next, *previous; /* for whoever keeps them */
    struct cgroup_node *node;
    struct ident *ident;          /* the newest version */
    struct names_entry *question; /* what it is called; NULL = not asked */
    bool in_pod;                  /* perhaps it only holds the pod's namespaces: */
    bool sandbox;                 /* it does; not a guest of its own */
    bool running;                 /* there are processes in it */
    bool slow_turn;               /* this is the time to look at what changes rarely, */
    bool rare_turn;               /* and at what costs much or tells by itself when it changes */
    bool told_turn;               /* or at what it has told, because: */
    bool written;                 /* one of its files that tell was written */
    uint8_t depth;                /* of the group with all its processes, below its own */
    uint16_t turns;               /* slow ones it had */
    uint8_t frozen, no_frozen;    /* value, and enum reason why there is none */
    uint8_t no_oom;               /* the same of: */
    uint64_t oom_kills;
    int64_t oom_ns;                 /* when these were read */
    uint64_t start;                 /* of that process, in clock ticks; 0 = not known */
    int64_t looked_ns, patience_ns; /* when its processes were looked up; when to look again */
    int64_t slow_ns;                /* when the next slow turn is; 0 = now */
    struct cgroup_files files;
    struct cgroup_quiet quiet;
    struct netns network;
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

/* Whether it is somebody: it runs, and does more than hold a pod's namespaces. In a saved tree
 * everyone runs. */
bool cgroup_guest_is_shown(const struct cgroup_guest *g);

/* Add its records. Nothing is added for one that is gone. */
void cgroup_guest_collect(struct cgroup_guest *g, struct cgroup_context *c,
                          const struct demand *demand, struct sample *out);

#endif
