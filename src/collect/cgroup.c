#include <config.h>

#include "collect/cgroup.h"

#include "base/clock.h"
#include "collect/cgroup_guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define MOUNTS_NS (2 * CLOCK_NS_PER_S)
#define NAMES_PATIENCE_NS CLOCK_NS_PER_S /* a saved tree is looked at only once */

struct cgroup {
    struct cgroup_plan plan;
    struct cgroup_guest *first, *last; /* outer ones before those inside them */
    bool services;                     /* are wanted */
    int mounts_fd;                     /* tells when something is mounted */
    int64_t mounts_ns;                 /* when the mounts were looked at */
    int error;                         /* why there are no hierarchies */
};

/* ---- guests come and go ---- */

static void add_guest(struct cgroup *c, struct cgroup_guest *g)
{
    g->previous = c->last;
    *(c->last ? &c->last->next : &c->first) = g;
    c->last = g;
    g->node->guest = g;
}

static void remove_guest(struct cgroup *c, struct cgroup_guest *g)
{
    *(g->previous ? &g->previous->next : &c->first) = g->next;
    *(g->next ? &g->next->previous : &c->last) = g->previous;
    g->node->guest = NULL;
    cgroup_guest_free(g, &c->plan);
}

static bool is_wanted(const struct cgroup *c, enum container_role role)
{
    return role == CONTAINER_GUEST || role == CONTAINER_VM ||
           (role == CONTAINER_SERVICE && c->services);
}

static void on_born(void *data, struct cgroup_node *node)
{
    struct cgroup *c = data;
    GString *path = c->plan.path;
    struct container what;

    g_string_truncate(path, 0);
    cgroup_node_path(node, path);
    if (!is_wanted(c, container_classify(path->str, &what)) || what.length != path->len)
        return;
    add_guest(c, cgroup_guest_new(node, path->str, &what));
}

static void on_gone(void *data, struct cgroup_node *node)
{
    struct cgroup *c = data;

    cgroup_limits_free(node, c->plan.budget);
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
    (void)data;
    if (cgroup_limits_written(node, file))
        return;
    if (strcmp(file, "freezer.state") == 0 || strcmp(file, "cgroup.freeze") == 0)
        written_below(node, file); /* it freezes what is below, too */
    else if (node->guest)
        cgroup_guest_written(node->guest, file);
}

/* ---- hierarchies ---- */

/* Where directories are looked for: all of v2; of v1 the trees that hold every container, and whose
 * files are written to change what is shown. */
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
    cgroup_tree_free(c->plan.tree);
    c->plan.tree = NULL;
    hierarchies_clear(&c->plan.hierarchies);
}

static void open_hierarchies(struct cgroup *c, const struct hierarchies *found)
{
    struct cgroup_tree_user user = {
        .born = on_born, .gone = on_gone, .written = on_written, .data = c};
    int watched[CGROUP_WATCHED_MAX];

    c->plan.hierarchies = *found;
    c->plan.tree = cgroup_tree_new(&c->plan.hierarchies, watched,
                                   choose_watched(&c->plan.hierarchies, watched), &user);
    c->plan.limits.tree = c->plan.tree;
    cgroup_plan_files(&c->plan);
}

static bool same_hierarchies(const struct hierarchies *a, const struct hierarchies *b)
{
    if (a->count != b->count || memcmp(a->of, b->of, sizeof(a->of)) != 0)
        return false;
    for (int i = 0; i < a->count; i++)
        if (strcmp(a->list[i].mount, b->list[i].mount) != 0 || a->list[i].v2 != b->list[i].v2)
            return false;
    return true;
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

    if (c->mounts_ns && c->plan.now_ns - c->mounts_ns < MOUNTS_NS)
        return;
    if (c->mounts_ns && !mounts_changed(c))
        return;
    c->mounts_ns = c->plan.now_ns;
    c->error = hierarchies_find(c->plan.root, &found);
    if (c->plan.tree && same_hierarchies(&found, &c->plan.hierarchies)) {
        hierarchies_clear(&found);
        return;
    }
    close_hierarchies(c);
    open_hierarchies(c, &found);
}

/* ---- the collector ---- */

struct cgroup *cgroup_new(const struct root *root, struct kept_budget *budget)
{
    struct cgroup *c = g_new0(struct cgroup, 1);
    struct cgroup_plan *p = &c->plan;

    p->root = root;
    p->budget = budget;
    p->path = g_string_new(NULL);
    p->pids = g_array_new(FALSE, FALSE, sizeof(pid_t));
    cgroup_parser_init(&p->parser, root);
    p->limits = (struct cgroup_limits_reader){
        .hierarchies = &p->hierarchies, .budget = budget, .path = g_string_new(NULL)};
    p->host_network = netns_inode(root, root_is_live(root) ? "self" : "1");
    int pressure = root_open(root, "/proc/pressure/cpu", O_PATH);
    p->no_pressure = pressure < 0 ? REASON_PRESSURE_OFF : REASON_NO_CONTROLLER;
    if (pressure >= 0)
        close(pressure);
    p->names = names_new(root);
    c->mounts_fd = root_is_live(root) ? root_open(root, "/proc/self/mountinfo", O_RDONLY) : -1;
    return c;
}

void cgroup_free(struct cgroup *c)
{
    if (!c)
        return;
    close_hierarchies(c);
    names_free(c->plan.names);
    cgroup_parser_clear(&c->plan.parser);
    g_string_free(c->plan.limits.path, TRUE);
    g_string_free(c->plan.path, TRUE);
    g_array_free(c->plan.pids, TRUE);
    tasks_clear(&c->plan.tasks);
    if (c->mounts_fd >= 0)
        close(c->mounts_fd);
    g_free(c);
}

/* Services are many: they are looked for only when somebody wants to see them. */
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

static void report(struct cgroup *c, struct sample *out)
{
    const char *message = NULL;
    enum source_state state = SOURCE_OK;

    if (c->error) {
        state = c->error == -EACCES ? SOURCE_DENIED : SOURCE_FAILED;
        message = g_strerror(-c->error);
    } else if (!c->plan.hierarchies.count) {
        state = SOURCE_ABSENT;
        message = "no control group file system is mounted";
    } else if (c->plan.hierarchies.namespaced) {
        message = "only a part of the control groups is visible: inside a container?";
    }
    sample_add_status(out, "cgroup", state, c->plan.now_ns, message);
    names_add_statuses(c->plan.names, out);
}

void cgroup_collect(struct cgroup *c, const struct demand *demand, unsigned cpus_online,
                    struct sample *out)
{
    struct cgroup_plan *p = &c->plan;

    p->now_ns = p->parser.now_ns = p->limits.now_ns = clock_mono_ns();
    p->limits.cpus_online = cpus_online;
    look_at_mounts(c);
    cgroup_tree_update(p->tree, p->now_ns);
    if (c->services != demand->services) {
        c->services = demand->services;
        toggle_services(c, cgroup_tree_root(p->tree));
    }
    for (struct cgroup_guest *g = c->first; g; g = g->next)
        cgroup_guest_look(g, p);
    if (!root_is_live(p->root))
        names_wait(p->names, NAMES_PATIENCE_NS);
    p->focused = false;
    for (struct cgroup_guest *g = c->first; g; g = g->next)
        if (cgroup_guest_is_shown(g))
            cgroup_guest_collect(g, p, demand, out);
    if (!p->focused)
        tasks_clear(&p->tasks);
    report(c, out);
}
