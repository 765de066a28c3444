/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* cgroup_guest.h: one guest (container, group of a virtual machine, or service) and what is read of
 * it.
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

/* State that all guests share while they are read. */
struct cgroup_context {
    struct cgroup_plan plan;
    struct cgroup_tree *tree;
    struct names *names;
    struct netns_table networks;
    struct cgroup_overheads overheads;
    struct tasks tasks; /* of the guest in focus */
    bool focused;       /* a guest in focus was read in this collection */
    bool kills_known;   /* the host's number of OOM kills was read */
    uint8_t kills_mark; /* changes when that number grew, and in the collection after that */
    GArray *pids;       /* scratch */
    struct cgroup_host host;
    GHashTable *remote_disks; /* keys of groups that do not count their machine's disk traffic */
    int64_t now_ns;
};

struct cgroup_guest {
    struct cgroup_guest *next, *previous; /* in the list of the owner */
    struct ident *ident;                  /* the newest version */
    struct names_entry *question;         /* request for its name; NULL = not made */
    uint64_t start;                       /* of its first process, in clock ticks; 0 = not known */
    int64_t look_ns;                      /* when to check its processes again; 0 = now */
    int64_t slow_ns;                      /* when the next slow turn is; 0 = now */
    uint32_t oom_kills;
    uint8_t kills_mark;   /* kills_mark of the context when oom_kills was read */
    uint8_t no_oom;       /* enum reason why oom_kills is not known */
    uint16_t turns;       /* slow turns so far */
    uint16_t patience_ms; /* pause between two checks while it has no processes */
    uint8_t depth;        /* levels from its own group down to the one with all its processes */
    uint8_t no_frozen;    /* enum reason why frozen is not known */
    bool frozen : 1;
    bool in_pod : 1;    /* in a pod, so it may be the pod's sandbox */
    bool sandbox : 1;   /* only holds the pod's namespaces; not a guest of its own */
    bool split : 1;     /* a guest only if a group "supervisor" is beside it */
    bool running : 1;   /* there are processes in it */
    bool slow_turn : 1; /* this collection reads what changes rarely, */
    bool rare_turn : 1; /* and also what is expensive or reported by inotify */
    bool told_turn : 1; /* this collection reads what inotify reports, because: */
    bool written : 1;   /* such a file was written, or may have been */
    struct netns network;
    struct cgroup_quiet quiet;
    struct cgroup_files files; /* of its node */
};

/* The guest whose group is NODE, at PATH. WHAT: the classification of PATH. */
struct cgroup_guest *cgroup_guest_new(struct cgroup_node *node, const char *path,
                                      const struct container *what);
void cgroup_guest_free(struct cgroup_guest *g, struct cgroup_context *c);

/* To be called when FILE of its group was written. */
void cgroup_guest_written(struct cgroup_guest *g, const char *file);

/* To be called when any file of its group may have been written. */
void cgroup_guest_suspect(struct cgroup_guest *g);

/* Check whether it has processes, find the first one (ident->pid), and request its name. To be
 * called before each collection; most calls read nothing. */
void cgroup_guest_look(struct cgroup_guest *g, struct cgroup_context *c);

/* Whether it is a row: it has processes, and does more than hold a pod's namespaces. In a saved
 * tree every guest counts as running. */
bool cgroup_guest_is_shown(const struct cgroup_guest *g);

/* Add its records. Adds nothing for a guest that is gone, or if no descriptor was left to read it
 * (budget->starved). */
void cgroup_guest_collect(struct cgroup_guest *g, struct cgroup_context *c,
                          const struct demand *demand, struct sample *out);

#endif
