/* cgroup_guest.h: one container (or group of a VM, or service) and what is read of it.
 *
 * Part of cgroup.h: one thread.
 */
#ifndef VTOP_COLLECT_CGROUP_GUEST_H
#define VTOP_COLLECT_CGROUP_GUEST_H

#include "collect/cgroup_files.h"
#include "collect/cgroup_limits.h"
#include "collect/cgroup_tree.h"
#include "collect/container.h"
#include "collect/names.h"
#include "collect/netns.h"
#include "collect/source.h"
#include "collect/tasks.h"

enum { CGROUP_PLAN_MAX = 12 };

/* Which files are read in which trees, and what all guests share while they are. */
struct cgroup_plan {
    const struct root *root;
    struct kept_budget *budget;
    struct names *names;
    struct hierarchies hierarchies;
    struct cgroup_tree *tree;
    struct cgroup_parser parser;
    struct cgroup_limits_reader limits;
    struct {
        const struct cgroup_file *file;
        int tree;      /* index of the hierarchy; -1 = its controller is nowhere */
        uint8_t usual; /* the name that counts something on this host, as far as seen */
    } files[CGROUP_PLAN_MAX];
    int count;
    enum reason no_pressure; /* why a group has no pressure files */
    uint64_t host_network;   /* netns_inode() of the host */
    struct tasks tasks;      /* of the guest in focus */
    bool focused;            /* there was one in this collection */
    GArray *pids;            /* scratch */
    GString *path;           /* scratch */
    int64_t now_ns;
};

/* Choose the files once the hierarchies are known. */
void cgroup_plan_files(struct cgroup_plan *p);

struct cgroup_guest {
    struct cgroup_guest *next, *previous; /* for whoever keeps them */
    struct cgroup_node *node;
    struct ident *ident;            /* the newest version */
    struct names_entry *question;   /* what it is called; NULL = not asked */
    bool named;                     /* that was answered */
    bool in_pod;                    /* perhaps it only holds the pod's namespaces: */
    bool sandbox;                   /* it does; not a guest of its own */
    bool running;                   /* there are processes in it */
    int64_t looked_ns, patience_ns; /* when that was last looked up; when to look again */
    int64_t slow_ns;                /* when the slow readings were read; 0 = read them now */
    bool slow_turn;                 /* this is the time to look at what is rarely looked at */
    uint64_t oom_kills;
    uint8_t frozen, no_frozen, no_oom; /* value, and enum reason why there is none */
    struct {
        struct kept kept;
        uint8_t name;    /* which of the file's names it is */
        bool chosen;     /* the others were tried once */
        uint8_t missing; /* enum reason why it is not read; REASON_OK = it is */
    } files[CGROUP_PLAN_MAX];
    struct netns network;
};

/* The guest that lives in NODE, whose path is PATH. */
struct cgroup_guest *cgroup_guest_new(struct cgroup_node *node, const char *path,
                                      const struct container *what);
void cgroup_guest_free(struct cgroup_guest *g, struct cgroup_plan *p);

/* FILE of its group was written. */
void cgroup_guest_written(struct cgroup_guest *g, const char *file);

/* See whether there are processes in it, and which is the first (ident->pid); ask what it is
 * called. To be called before each collection; it seldom has to look. */
void cgroup_guest_look(struct cgroup_guest *g, struct cgroup_plan *p);

/* Whether it is somebody: it runs, and does more than hold a pod's namespaces. In a saved tree
 * everyone runs. */
bool cgroup_guest_is_shown(const struct cgroup_guest *g);

/* Add its records. Nothing is added for one that is gone. */
void cgroup_guest_collect(struct cgroup_guest *g, struct cgroup_plan *p,
                          const struct demand *demand, struct sample *out);

#endif
