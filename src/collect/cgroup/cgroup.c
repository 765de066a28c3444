/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/cgroup.h"

#include "base/clock_read.h"
#include "collect/cgroup/cgroup_guest.h"
#include "collect/cgroup/machined.h"
#include "collect/viewpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#define MOUNTS_NS (2 * CLOCK_NS_PER_S)
#define KEEP_NETWORKS_NS (5 * CLOCK_NS_PER_S)
#define NAMES_PATIENCE_NS CLOCK_NS_PER_S /* a saved tree is looked at only once */

struct cgroup {
    struct cgroup_context context;
    struct cgroup_guest *first, *last; /* outer ones before those inside them */
    bool services;                     /* services are wanted */
    int mounts_fd;                     /* poll() reports a change of the mounts */
    int64_t mounts_ns;                 /* when the mounts were last read */
    struct kept vmstat;
    struct parse_plan vmstat_plan;
    uint64_t kills; /* OOM kills on the whole host so far; */
    bool killed;    /* the number grew in the last collection */
    struct machined machined;
    int64_t machined_ns; /* when its list was last checked */
    int error;           /* why hierarchies are missing; 0 = they are not */
    int64_t whole_ns;    /* when all hierarchies could last be read */
};

/* ---- guests come and go ---- */

static void add_guest(struct cgroup *c, struct cgroup_guest *g)
{
    g->previous = c->last;
    *(c->last ? &c->last->next : &c->first) = g;
    c->last = g;
    g->files.node->guest = g;
}

static void remove_guest(struct cgroup *c, struct cgroup_guest *g)
{
    *(g->previous ? &g->previous->next : &c->first) = g->next;
    *(g->next ? &g->next->previous : &c->last) = g->previous;
    g->files.node->guest = NULL;
    cgroup_guest_free(g, &c->context);
}

static bool is_wanted(const struct cgroup *c, enum container_role role)
{
    return role == CONTAINER_GUEST || role == CONTAINER_VM ||
           (role == CONTAINER_SERVICE && c->services);
}

/* What the group is; its path is in the plan's buffer after that. False: not a guest of its own. */
static bool classify(struct cgroup *c, const struct cgroup_node *node, struct container *what)
{
    GString *path = c->context.plan.path;

    g_string_truncate(path, 0);
    cgroup_node_path(node, path);
    container_classify(path->str, what);
    if (what->length != path->len)
        return false;
    if (machined_has(&c->machined, node->name))
        machined_corrects(c->context.plan.root, path->str, what, &c->context.plan.budget->buffer);
    return is_wanted(c, what->role);
}

static void on_born(void *data, struct cgroup_node *node)
{
    struct cgroup *c = data;
    struct container what;

    if (classify(c, node, &what))
        add_guest(c, cgroup_guest_new(node, c->context.plan.path->str, &what));
}

static void on_gone(void *data, struct cgroup_node *node)
{
    struct cgroup *c = data;

    cgroup_limits_free(node, c->context.plan.budget);
    cgroup_dirs_drop(&c->context.plan.dirs, node);
    if (node->guest)
        remove_guest(c, node->guest);
}

static void written_below(struct cgroup_node *node, const char *file)
{
    if (node->guest)
        cgroup_guest_written(node->guest, file);
    for (struct cgroup_node *child = node->child; child; child = child->next)
        written_below(child, file);
}

static void on_written(void *data, struct cgroup_node *node, const char *file)
{
    static const char *const inherited[] = {"freezer.state", "cgroup.freeze",
                                            "cgroup.subtree_control", NULL};

    (void)data;
    if (cgroup_limits_written(node, file))
        return;
    if (g_strv_contains(inherited, file)) /* freezes the groups below or sets their controllers */
        written_below(node, file);
    else if (node->guest)
        cgroup_guest_written(node->guest, file);
}

static void on_lost(void *data)
{
    struct cgroup *c = data;

    cgroup_limits_forget(cgroup_tree_root(c->context.tree));
    for (struct cgroup_guest *g = c->first; g; g = g->next)
        cgroup_guest_suspect(g);
}

/* ---- hierarchies ---- */

/* The trees whose directories are watched: all of v2; of v1 the trees that have every container,
 * and those with files that are written to change what vtop shows. */
static int choose_watched(const struct hierarchies *h, int watched[CGROUP_WATCHED_MAX])
{
    static const enum controller telling[] = {CONTROLLER_CPU,     CONTROLLER_MEMORY,
                                              CONTROLLER_FREEZER, CONTROLLER_UNIFIED,
                                              CONTROLLER_NAMED,   CONTROLLER_CPUACCT};
    int count = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(telling) && count < CGROUP_WATCHED_MAX; i++) {
        int tree = h->of[telling[i]];
        bool known = tree < 0;
        for (int w = 0; w < count; w++)
            known |= watched[w] == tree;
        if (!known)
            watched[count++] = tree;
    }
    return count;
}

static void close_hierarchies(struct cgroup *c)
{
    cgroup_tree_free(c->context.tree);
    c->context.tree = NULL;
    hierarchies_clear(&c->context.plan.hierarchies);
}

static void open_hierarchies(struct cgroup *c, const struct hierarchies *found)
{
    struct cgroup_tree_user user = {
        .born = on_born, .gone = on_gone, .written = on_written, .lost = on_lost, .data = c};
    int watched[CGROUP_WATCHED_MAX];

    c->context.plan.hierarchies = *found;
    c->context.tree = cgroup_tree_new(&c->context.plan.hierarchies, watched,
                                      choose_watched(&c->context.plan.hierarchies, watched), &user,
                                      c->context.plan.budget);
    cgroup_plan_files(&c->context.plan);
}

static bool mounts_changed(const struct cgroup *c)
{
    struct pollfd p = {.fd = c->mounts_fd, .events = POLLPRI};

    return c->mounts_fd < 0 || (poll(&p, 1, 0) > 0 && p.revents & (POLLPRI | POLLERR));
}

/* A hierarchy that was mounted late, or again somewhere else, is found within two seconds. */
static void look_at_mounts(struct cgroup *c)
{
    struct hierarchies found;

    if (c->mounts_ns && c->context.now_ns - c->mounts_ns < MOUNTS_NS)
        return;
    if (c->mounts_ns && !kept_is_starved(c->error) && !mounts_changed(c))
        return;
    c->mounts_ns = c->context.now_ns;
    c->error = hierarchies_find(c->context.plan.root, &found);
    bool keep =
        kept_is_starved(c->error) || hierarchies_equal(&found, &c->context.plan.hierarchies);
    if (c->context.tree && keep) {
        hierarchies_clear(&found);
        return;
    }
    close_hierarchies(c);
    open_hierarchies(c, &found);
}

/* ---- the collector ---- */

struct cgroup *cgroup_new(const struct root *root, struct kept_budget *budget)
{
    static const char *const vmstat_keys[] = {"oom_kill"}; /* since Linux 4.13 */
    struct cgroup *c = g_new0(struct cgroup, 1);

    c->vmstat_plan = (struct parse_plan){.keys = vmstat_keys, .count = 1};
    cgroup_plan_init(&c->context.plan, root, budget);
    netns_table_init(&c->context.networks, budget);
    c->context.names = names_new(root, budget->viewpoint);
    c->context.pids = g_array_new(FALSE, FALSE, sizeof(pid_t));
    c->mounts_fd = root_is_live(root) ? root_open(root, hierarchies_mounts(root), O_RDONLY) : -1;
    return c;
}

void cgroup_free(struct cgroup *c)
{
    if (!c)
        return;
    close_hierarchies(c);
    machined_clear(&c->machined);
    cgroup_overheads_clear(&c->context.overheads, &c->context.plan);
    names_free(c->context.names);
    netns_table_clear(&c->context.networks);
    tasks_clear(&c->context.tasks);
    g_array_free(c->context.pids, TRUE);
    kept_close(c->context.plan.budget, &c->vmstat);
    cgroup_plan_clear(&c->context.plan);
    if (c->mounts_fd >= 0)
        close(c->mounts_fd);
    g_free(c);
}

void cgroup_set_remote_disks(struct cgroup *c, GHashTable *groups)
{
    c->context.remote_disks = groups;
}

/* There are many services, so they become guests only on demand. */
static void toggle_services(struct cgroup *c, struct cgroup_node *node)
{
    struct cgroup_guest *g = node->guest;

    if (!c->services && g && g->ident->type == GUEST_SERVICE)
        remove_guest(c, g);
    else if (c->services && !g && node->home >= 0)
        on_born(c, node);
    for (struct cgroup_node *child = node->child; child; child = child->next)
        toggle_services(c, child);
}

static bool is_starved(const struct cgroup *c)
{
    return kept_is_starved(c->error) || c->context.plan.budget->starved ||
           cgroup_tree_is_starved(c->context.tree);
}

/* The guests that could not be read still exist. */
static void report_starved(const struct cgroup *c, struct sample *out)
{
    out->complete = false;
    sample_add_status(out, "cgroup", c->whole_ns ? SOURCE_STALE : SOURCE_FAILED, c->whole_ns,
                      "too few file descriptors: raise the limit of open files");
}

static void report(struct cgroup *c, struct sample *out)
{
    const struct viewpoint *v = c->context.plan.budget->viewpoint;
    char *part = viewpoint_groups_message(v);
    const char *message = NULL;
    enum source_state state = SOURCE_OK;

    if (c->error) {
        state = c->error == -EACCES ? SOURCE_DENIED : SOURCE_FAILED;
        message = g_strerror(-c->error);
    } else if (!c->context.plan.hierarchies.count) {
        state = SOURCE_ABSENT;
        message = "no control group file system is mounted";
    } else if (part || c->context.plan.hierarchies.namespaced) {
        state = SOURCE_PARTIAL;
        message = part ? part : "only a part of the control groups is visible";
    }
    if (state != SOURCE_FAILED)
        c->whole_ns = c->context.now_ns;
    sample_add_status(out, "cgroup", state, state == SOURCE_PARTIAL ? 0 : c->context.now_ns,
                      message);
    g_free(part);
}

/* As long as this number of the host does not grow, the same file of each group need not be read.
 * The kernel counts a kill here first, so a group that was read at that moment is read once
 * more. */
static void count_kills(struct cgroup *c)
{
    struct cgroup_context *context = &c->context;
    struct kept_budget *budget = context->plan.budget;
    uint64_t kills = c->kills;

    context->kills_known = false;
    if (root_is_live(context->plan.root) &&
        kept_read(budget, &c->vmstat, "/proc/vmstat", FILE_PAGED) > 0)
        parse_key_values(&c->vmstat_plan, budget->buffer.text, &kills, &context->kills_known);
    bool more = kills != c->kills;
    context->kills_mark = (uint8_t)(context->kills_mark + (more || c->killed));
    c->killed = more;
    c->kills = kills;
}

static void begin(struct cgroup *c, const struct demand *demand, unsigned cpus_online)
{
    struct cgroup_context *context = &c->context;

    context->now_ns = context->plan.parser.now_ns = clock_mono_ns();
    if (c->first && demand->needs & NEED_MEM)
        count_kills(c);
    context->host.cpus = cpus_online;
    context->networks.keep = demand->interval_ns <= KEEP_NETWORKS_NS;
    context->focused = false;
    kept_round(context->plan.budget);
}

/* machined may register a unit shortly after its group was created. */
static void judge_again(struct cgroup *c, struct cgroup_node *node)
{
    const struct cgroup_guest *g = node->guest;
    bool may_differ = !g || g->ident->type == GUEST_SERVICE || g->ident->type == GUEST_NSPAWN;

    if (node->home >= 0 && may_differ && machined_has(&c->machined, node->name)) {
        struct container what;
        bool wanted = classify(c, node, &what);
        if (g && !(wanted && g->ident->type == what.type))
            remove_guest(c, node->guest);
        if (wanted && !node->guest)
            add_guest(c, cgroup_guest_new(node, c->context.plan.path->str, &what));
    }
    for (struct cgroup_node *child = node->child; child; child = child->next)
        judge_again(c, child);
}

/* The list of units is checked as often as the mounts are. */
static void ask_machined(struct cgroup *c)
{
    struct cgroup_context *context = &c->context;

    if (c->machined_ns && context->now_ns - c->machined_ns < MOUNTS_NS)
        return;
    c->machined_ns = context->now_ns;
    if (machined_update(&c->machined, context->plan.root))
        judge_again(c, cgroup_tree_root(context->tree));
}

static void update_guests(struct cgroup *c, bool services)
{
    look_at_mounts(c);
    cgroup_tree_update(c->context.tree, c->context.now_ns);
    ask_machined(c);
    if (c->services != services) {
        c->services = services;
        toggle_services(c, cgroup_tree_root(c->context.tree));
    }
    for (struct cgroup_guest *g = c->first; g; g = g->next)
        cgroup_guest_look(g, &c->context);
    if (!root_is_live(c->context.plan.root))
        names_wait(c->context.names, NAMES_PATIENCE_NS);
}

void cgroup_collect(struct cgroup *c, const struct demand *demand, unsigned cpus_online,
                    struct sample *out)
{
    begin(c, demand, cpus_online);
    update_guests(c, demand->services);
    if (c->first && demand->needs & NEED_LIMITS)
        cgroup_host_update(&c->context.host, c->context.plan.budget, c->context.now_ns);
    for (struct cgroup_guest *g = c->first; g; g = g->next)
        if (cgroup_guest_is_shown(g))
            cgroup_guest_collect(g, &c->context, demand, out);
    kept_claim(c->context.plan.budget, true);
    if (!c->context.focused)
        tasks_clear(&c->context.tasks);
    if (is_starved(c))
        report_starved(c, out);
    else
        report(c, out);
    names_add_statuses(c->context.names, out);
}
