/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/cgroup_guest.h"

#include "base/clock_read.h"
#include "base/parse.h"
#include "base/text.h"
#include "collect/cgroup/cgroup_processes.h"
#include "collect/viewpoint.h"

#include <string.h>

#define SLOW_NS (10 * CLOCK_NS_PER_S)
enum { EAGER_TURNS = 2, RARE_TURN = 6 }; /* rare: one slow turn in six, and the first two */
enum { GROUPS_LOOKED_INTO = 4000, GROUPS_SEARCHED = 1000 }; /* to find one process; to list all */
enum { LOOK_MS = 10000, PATIENCE_MS = 250 };

/* ---- identity ---- */

static const struct cgroup_guest *guest_around(const struct cgroup_node *node)
{
    for (const struct cgroup_node *n = node->parent; n; n = n->parent) {
        const struct cgroup_guest *g = n->guest;
        if (g && g->ident->type != GUEST_SERVICE)
            return g;
    }
    return NULL;
}

/* Container tools show the first twelve digits of an id. */
static void set_short(char **label, const char *text)
{
    char short_id[13];

    g_strlcpy(short_id, text, sizeof(short_id));
    ident_set(label, container_is_id(text, strlen(text)) ? short_id : text);
}

/* The ident, as far as the path shows it: the short id stands for the name until a name is
 * found. */
static struct ident *ident_of(const struct cgroup_node *node, const char *path,
                              const struct container *what)
{
    const struct cgroup_guest *outer = guest_around(node);
    char *key = container_key(path, what);
    struct ident *i = ident_new(KIND_GUEST, what->type, key);

    g_free(key);
    set_short(&i->name, *what->name ? what->name : what->id);
    if (*what->id)
        ident_set(&i->id, what->id);
    if (*what->group)
        set_short(&i->group, what->group);
    if (outer)
        i->outer = g_strdup(outer->ident->key);
    i->companion = what->role == CONTAINER_VM;
    return ident_pack(i);
}

struct cgroup_guest *cgroup_guest_new(struct cgroup_node *node, const char *path,
                                      const struct container *what)
{
    struct cgroup_guest *g = g_new0(struct cgroup_guest, 1);

    g->files.node = node;
    g->ident = ident_of(node, path, what);
    g->no_oom = REASON_NOT_READ;
    g->in_pod = what->role == CONTAINER_GUEST && *what->group;
    g->split = what->split;
    return g;
}

static void close_files(struct cgroup_guest *g, struct cgroup_context *c)
{
    cgroup_files_close(&g->files, &c->plan);
    netns_clear(&g->network, &c->networks);
}

void cgroup_guest_free(struct cgroup_guest *g, struct cgroup_context *c)
{
    close_files(g, c);
    cgroup_overhead_drop(&c->overheads, &c->plan, g->ident);
    if (g->question)
        names_drop(c->names, g->question);
    ident_unref(g->ident);
    g_free(g);
}

/* A published version is never changed, because other threads read it. */
static void next_version(struct cgroup_guest *g)
{
    struct ident *next = ident_next_version(g->ident);

    ident_unref(g->ident);
    g->ident = next;
}

static bool has_name_elsewhere(const struct cgroup_guest *g)
{
    return guest_type_class(g->ident->type) == CLASS_CONTAINER;
}

static void ask_for_name(struct cgroup_guest *g, struct cgroup_context *c)
{
    const struct cgroup_guest *outer = guest_around(g->files.node);

    g->question = names_ask(c->names, g->files.node, g->ident->pid, outer ? outer->ident->pid : 0);
}

/* Kata and gVisor run a whole pod in its sandbox. Such a sandbox does more than hold namespaces,
 * for which one process is enough. */
static bool runs_workload(const struct cgroup_guest *g, struct cgroup_context *c)
{
    if (g->ident->type == GUEST_KATA)
        return true;
    cgroup_processes_list(&c->plan, c->tree, g->files.node, 2, GROUPS_SEARCHED, c->pids);
    return c->pids->len > 1;
}

/* Instances of Incus and LXD inside of another one have names of their own there. A guest made anew
 * has a new ident, so this one has its manager's name for good. */
static void add_alias(struct ident *i, const char *raw)
{
    char *alias = text_clean(raw, -1);

    if (alias && !i->outer && !i->alias[0])
        ident_add_alias(i, "", alias);
    g_free(alias);
}

/* The first name, or a new one after the container was renamed. */
static void take_name(struct cgroup_guest *g, struct cgroup_context *c)
{
    struct names_answer *a = g->question ? names_take(g->question) : NULL;

    if (!a)
        return;
    next_version(g);
    if (a->name)
        ident_set(&g->ident->name, a->name);
    if (a->id)
        ident_set(&g->ident->id, a->id);
    if (a->group)
        ident_set(&g->ident->group, a->group);
    if (a->image)
        ident_set(&g->ident->image, a->image);
    add_alias(g->ident, a->alias);
    g->ident = ident_pack(g->ident);
    g->sandbox |= a->sandbox && !runs_workload(g, c);
    names_answer_free(a);
}

static void look_soon(struct cgroup_guest *g)
{
    g->look_ns = 0;
    g->patience_ms = 0;
}

void cgroup_guest_written(struct cgroup_guest *g, const char *file)
{
    static const char *const files[] = {"freezer.state", "cgroup.freeze", "cgroup.events",
                                        "memory.events", "cgroup.subtree_control"};

    if (strcmp(file, "cgroup.procs") == 0 || strcmp(file, "tasks") == 0)
        look_soon(g);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        g->written |= strcmp(file, files[i]) == 0;
}

void cgroup_guest_suspect(struct cgroup_guest *g)
{
    look_soon(g);
    g->written = true;
}

/* ---- its processes ---- */

static bool parse_key(const char *text, const char *key, uint64_t *out)
{
    for (; *text; text = parse_next_line(text)) {
        const char *p = text;
        if (parse_word(&p, key) && parse_u64(&p, out))
            return true;
    }
    return false;
}

/* The first process has changed. */
static void take_process(struct cgroup_guest *g, struct cgroup_context *c, pid_t pid)
{
    if (!g_atomic_ref_count_compare(&g->ident->refs, 1)) { /* it was published */
        next_version(g);
        g->ident = ident_pack(g->ident);
    }
    g->files.pid = g->ident->pid = pid;
    g->start = 0;
    netns_clear(&g->network, &c->networks);
}

static void learn_process(struct cgroup_guest *g, struct cgroup_context *c)
{
    struct procfs_stat stat = {.start_time = 0};
    bool known = cgroup_process_stat(&c->plan, g->ident->pid, &stat);

    g->start = known ? stat.start_time : 0;
    g->sandbox |= g->in_pod && known && c->pids->len == 1 &&
                  cgroup_process_is_pause(&c->plan, g->ident->pid, stat.command);
}

/* Processes of other pid namespaces are not listed (cgroup v1), or have numbers that /proc does not
 * have. The pids controller still counts them. */
static bool counts_processes(struct cgroup_guest *g, struct cgroup_context *c)
{
    uint64_t count;

    if (cgroup_plan_read(&c->plan, CONTROLLER_PIDS, g->files.node, "pids.current") < 0)
        return false;
    return parse_u64_only(c->plan.budget->buffer.text, &count) && count;
}

/* On version 2, one file says whether a group or any group below it has processes, so most empty
 * groups need only one read. */
static bool is_empty(const struct cgroup_guest *g, struct cgroup_context *c)
{
    int tree = cgroup_node_hierarchy(c->tree, g->files.node);
    uint64_t populated = 1;

    if (c->plan.hierarchies.list[tree].v2 &&
        cgroup_plan_read_in(&c->plan, tree, g->files.node, "cgroup.events") > 0)
        parse_key(c->plan.budget->buffer.text, "populated", &populated);
    return !populated;
}

/* Whether there is a process. If there are more groups than are searched, it is assumed that there
 * is one. */
static bool look_for_process(struct cgroup_guest *g, struct cgroup_context *c)
{
    const struct viewpoint *v = c->plan.budget->viewpoint;
    unsigned starved = c->plan.budget->starved;

    if (is_empty(g, c))
        return false;
    bool all = cgroup_processes_list(&c->plan, c->tree, g->files.node, 2, GROUPS_LOOKED_INTO,
                                     c->pids);
    if (!c->pids->len && c->plan.budget->starved != starved)
        return g->running;
    if (!c->pids->len)
        return !all || (!(v->processes && v->pids) && counts_processes(g, c));
    pid_t pid = g_array_index(c->pids, pid_t, 0);
    if (pid != g->ident->pid)
        take_process(g, c, pid);
    if (!g->start)
        learn_process(g, c);
    g->depth = (uint8_t)cgroup_processes_depth(&c->plan, c->tree, g->files.node, c->pids);
    return true;
}

/* Podman has put a process of its own into a group "supervisor" beside that of the container. */
static bool has_supervisor(const struct cgroup_node *node)
{
    const struct cgroup_node *n = node->parent->child;

    while (n && strcmp(n->name, "supervisor") != 0)
        n = n->next;
    return n;
}

bool cgroup_guest_is_shown(const struct cgroup_guest *g)
{
    return g->running && !g->sandbox && (!g->split || has_supervisor(g->files.node));
}

void cgroup_guest_look(struct cgroup_guest *g, struct cgroup_context *c)
{
    bool was_running = g->running;

    if (c->now_ns < g->look_ns)
        return;
    g->look_ns = c->now_ns + LOOK_MS * CLOCK_NS_PER_MS;
    if (g->running && g->start && cgroup_process_is_alive(&c->plan, g->ident->pid))
        return;
    g->running = look_for_process(g, c) || !root_is_live(c->plan.root);
    g->patience_ms = g->running ? 0 : (uint16_t)CLAMP(2 * g->patience_ms, PATIENCE_MS, LOOK_MS);
    if (!g->running)
        g->look_ns = c->now_ns + g->patience_ms * CLOCK_NS_PER_MS;
    if (was_running && !g->running)
        close_files(g, c);
    if (cgroup_guest_is_shown(g) && !g->question && has_name_elsewhere(g))
        ask_for_name(g, c);
}

/* ---- readings that change rarely ---- */

/* Whether a value that changes rarely is to be read; TOLD: inotify reports its changes. */
static bool is_due(const struct cgroup_guest *g, bool told)
{
    return g->told_turn || g->rare_turn || (g->slow_turn && !told);
}

static bool tells(const struct cgroup_context *c, enum controller controller)
{
    return cgroup_tree_tells(c->tree, c->plan.hierarchies.of[controller]);
}

/* On version 1 the state is FREEZING until all processes are frozen; it is then read again. */
static void read_frozen(struct cgroup_guest *g, struct cgroup_context *c)
{
    bool v2 = cgroup_plan_is_v2(&c->plan, CONTROLLER_FREEZER);
    ssize_t n = cgroup_plan_read(&c->plan, CONTROLLER_FREEZER, g->files.node,
                                 v2 ? "cgroup.events" : "freezer.state");
    const char *text = c->plan.budget->buffer.text;
    uint64_t frozen = 0;

    g->no_frozen = REASON_OK;
    if (n < 0)
        g->no_frozen = (uint8_t)cgroup_files_reason(n, REASON_NO_CONTROLLER);
    else if (!v2 && parse_word(&text, "FREEZING"))
        g->written = true;
    else if (!v2 && !(frozen = parse_word(&text, "FROZEN")) && !parse_word(&text, "THAWED"))
        g->no_frozen = REASON_UNREADABLE;
    else if (v2 && !parse_key(text, "frozen", &frozen)) /* since Linux 5.2 */
        g->no_frozen = REASON_NO_FILE;
    g->frozen = frozen != 0;
}

static bool oom_kills_are_due(const struct cgroup_guest *g, const struct cgroup_context *c)
{
    bool told = c->kills_known ||
                (cgroup_plan_is_v2(&c->plan, CONTROLLER_MEMORY) && tells(c, CONTROLLER_MEMORY));

    return g->no_oom == REASON_NOT_READ || g->kills_mark != c->kills_mark || is_due(g, told);
}

static void read_oom_kills(struct cgroup_guest *g, struct cgroup_context *c)
{
    bool v2 = cgroup_plan_is_v2(&c->plan, CONTROLLER_MEMORY);
    ssize_t n = cgroup_plan_read(&c->plan, CONTROLLER_MEMORY, g->files.node,
                                 v2 ? "memory.events" : "memory.oom_control");
    uint64_t kills = 0;

    g->kills_mark = c->kills_mark;
    g->no_oom = REASON_OK;
    if (n < 0)
        g->no_oom = (uint8_t)cgroup_files_reason(n, REASON_NO_CONTROLLER);
    else if (!parse_key(c->plan.budget->buffer.text, "oom_kill", &kills)) /* since Linux 4.13 */
        g->no_oom = REASON_NO_FILE;
    else if (!cgroup_is_sane(kills, 1))
        g->no_oom = REASON_UNREADABLE;
    g->oom_kills = (uint32_t)kills;
}

/* ---- all of it ---- */

static bool has_guests_inside(const struct cgroup_node *node)
{
    for (const struct cgroup_node *n = node->child; n; n = n->next)
        if (n->guest || has_guests_inside(n))
            return true;
    return false;
}

static void begin_turn(struct cgroup_guest *g, struct cgroup_context *c)
{
    g->told_turn = g->written;
    g->written = false;
    g->slow_turn = c->now_ns >= g->slow_ns;
    g->rare_turn = false;
    if (g->told_turn || g->slow_turn)
        cgroup_files_look_again(&g->files);
    if (!g->slow_turn)
        return;
    /* Spread the turns over time: guests that were found together must not always be read
     * together. */
    g->slow_ns = c->now_ns + SLOW_NS / 2 + (int64_t)(g->files.node->inode % 64) * (SLOW_NS / 64);
    g->rare_turn = g->turns < EAGER_TURNS || g->turns % RARE_TURN == 0;
    g->turns++;
    g->network.nested = has_guests_inside(g->files.node);
    if (g->rare_turn || g->network.not_shown == REASON_SHARED_NETWORK)
        netns_recheck(&g->network, &c->networks);
}

static void collect_slow(struct cgroup_guest *g, struct cgroup_context *c, unsigned needs,
                         struct record *out)
{
    bool memory = (needs & NEED_MEM) != 0;

    if (is_due(g, tells(c, CONTROLLER_FREEZER)))
        read_frozen(g, c);
    if (memory && oom_kills_are_due(g, c))
        read_oom_kills(g, c);
    if (g->no_frozen)
        record_absent(out, R_CG_FROZEN, g->no_frozen);
    else
        record_set(out, R_CG_FROZEN, g->frozen);
    if (memory && g->no_oom)
        record_absent(out, R_CG_OOM_KILLS, g->no_oom);
    else if (memory)
        record_set(out, R_CG_OOM_KILLS, g->oom_kills);
    if (g->start)
        record_set(out, R_CG_START_HUNDREDTHS, procfs_start_hundredths(g->start));
    else
        record_absent(out, R_CG_START_HUNDREDTHS, REASON_NO_PROCESS);
}

/* The memory of a virtual machine is read from its process, and its disks from its hypervisor. */
static unsigned needs_of(const struct cgroup_guest *g, const struct demand *demand)
{
    unsigned elsewhere = NEED_MEM | (demand->history & NEED_IO);

    return g->ident->companion ? demand->needs & ~elsewhere : demand->needs;
}

static bool is_read(const struct cgroup_plan *p, int i, unsigned needs)
{
    return (p->files[i].file->needs & needs) != 0;
}

static void collect_file(struct cgroup_guest *g, struct cgroup_context *c, int i,
                         struct record *out)
{
    const struct cgroup_file *file = c->plan.files[i].file;

    if (file->quiet && cgroup_quiet_recall(&g->quiet, file, c->now_ns, out)) {
        cgroup_files_rest(&g->files, &c->plan, i);
        return;
    }
    cgroup_files_collect(&g->files, &c->plan, i, g->rare_turn, out);
    if (file->quiet)
        cgroup_quiet_learn(&g->quiet, file, c->now_ns, out);
}

static void collect_network(struct cgroup_guest *g, struct cgroup_context *c,
                            const struct demand *demand, bool parts, struct sample *out)
{
    if (!g->ident->pid || !(demand->needs & NEED_NET) || g->ident->companion)
        return;
    if (netns_collect(&g->network, &c->networks, g->ident->pid, g->ident, parts, out) < 0) {
        netns_clear(&g->network, &c->networks);
        look_soon(g); /* the process has ended */
    }
}

static void collect_tasks(struct cgroup_guest *g, struct cgroup_context *c, struct sample *out)
{
    cgroup_processes_list(&c->plan, c->tree, g->files.node, TASKS_MAX, GROUPS_SEARCHED, c->pids);
    tasks_begin(&c->tasks);
    for (guint i = 0; i < c->pids->len; i++)
        tasks_add(&c->tasks, c->plan.budget, g_array_index(c->pids, pid_t, i), g->ident, out);
    tasks_end(&c->tasks);
    c->focused = true;
}

/* The limits that apply to all processes of a guest are those of the innermost group that has them
 * all, and of the groups around it: crun puts the limits of a container on a group inside the one
 * that Podman names. */
static struct cgroup_node *limited_node(const struct cgroup_guest *g)
{
    return cgroup_processes_innermost(g->files.node, g->depth);
}

/* If a virtual machine has disks that are not the host's, its group does not count all of its
 * requests. */
static void hide_requests(const struct cgroup_guest *g, const struct cgroup_context *c,
                          struct record *out)
{
    if (g->ident->companion && c->remote_disks &&
        g_hash_table_contains(c->remote_disks, g->ident->key))
        record_all_absent(out, R_CG_IO_READ_BYTES, R_CG_IO_WRITE_OPS, REASON_REMOTE_DISK);
}

void cgroup_guest_collect(struct cgroup_guest *g, struct cgroup_context *c,
                          const struct demand *demand, struct sample *out)
{
    struct cgroup_plan *p = &c->plan;
    struct cgroup_limits_reader limits = {
        .plan = p, .tree = c->tree, .host = &c->host, .now_ns = c->now_ns};
    bool parts = demand_wants_parts(demand, g->ident);
    unsigned needs = needs_of(g, demand);

    take_name(g, c);
    if (!cgroup_guest_is_shown(g)) /* its name was that of a sandbox */
        return;
    begin_turn(g, c);
    cgroup_files_claim(&g->files, p, demand_shows(demand, g->ident));
    kept_give_back(p->budget, &g->network.dev);
    /* CPU time is read first, because the time of this facet is the time at which it was read. */
    bool first = is_read(p, 0, needs) && cgroup_files_has(&g->files, p, 0);
    ssize_t n = first ? cgroup_files_read(&g->files, p, 0) : 0;
    if (!cgroup_files_are_its_own(&g->files, p, cgroup_node_hierarchy(c->tree, g->files.node)))
        return;
    if (kept_is_starved(n)) /* the last values stay on the screen and become stale */
        return;

    struct record *r = record_new(FACET_CGROUP, g->ident);
    r->read_ns = clock_mono_ns();
    if (first)
        cgroup_files_store(&g->files, p, 0, n, g->rare_turn, r);
    for (int i = first; i < p->count; i++)
        if (is_read(p, i, needs))
            collect_file(g, c, i, r);
    if (g->ident->type == GUEST_KATA)
        cgroup_overhead_add(&c->overheads, p, c->tree, g->ident, needs, g->turns > 1, r);
    collect_slow(g, c, needs, r);
    if (demand->needs & NEED_LIMITS)
        cgroup_limits_record(&limits, limited_node(g), g->files.node, r);
    if (demand->needs & NEED_THROTTLE)
        cgroup_limits_record_throttling(&limits, limited_node(g), r);
    hide_requests(g, c, r);
    sample_add_packed(out, r);
    record_free(r);
    collect_network(g, c, demand, parts, out);
    if (parts && !g->ident->companion)
        collect_tasks(g, c, out);
}
